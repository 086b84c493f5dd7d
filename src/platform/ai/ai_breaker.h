/* The circuit breaker: an endpoint that fails again and again is left alone for a while. Private to this folder. Pure:
 * time is an argument (microseconds), and the caller sees to it that one thread uses it at a time.
 *
 * Closed, everything passes. After AI_BREAKER_FAILURES failures in a row within a minute it is open and refuses for
 * half a minute. Then one try may pass, the probe; when it goes well the breaker closes, when it fails it is open for
 * another half minute, and others wait meanwhile. (M. Nygard, Release It!, 2007, "Circuit Breaker".) */
#pragma once

#include <glib.h>

enum { AI_BREAKER_FAILURES = 5 };

typedef enum {
    AI_ENDED_WELL,  /* the server is there and answers, whatever it answers */
    AI_ENDED_BADLY, /* it is not, or is broken */
    AI_ENDED_EARLY, /* nobody can tell: the call was cancelled */
} AiEnding;

/* All zeros is closed. */
typedef struct {
    gint64 failed_at[AI_BREAKER_FAILURES]; /* the last ones, in a ring */
    guint failures;                        /* in a row; how often the ring was written to */
    gboolean is_open, has_probe;
    gint64 opened_at;
} AiBreaker;

/* How long (microseconds) it will refuse from `now` on; 0: it does not. */
gint64 ai_breaker_pause(const AiBreaker *breaker, gint64 now);

/* Whether a try may begin. Each that may must be ended. `is_probe`: to be given back then. */
gboolean ai_breaker_pass(AiBreaker *breaker, gint64 now, gboolean *is_probe);
void ai_breaker_end(AiBreaker *breaker, gint64 now, gboolean is_probe, AiEnding ending);
