/* The inside of a client and of a call, for the files that share them: ai_client.c (starting), ai_loop.c (asking),
 * ai_call.c (telling), ai_outcome.c (what a try comes to). Private to this folder. */
#pragma once

#include "platform/ai/ai.h"
#include "platform/ai/ai_breaker.h"
#include "platform/ai/ai_cache.h"
#include "platform/ai/ai_queue.h"
#include "platform/ai/ai_work.h"
#include "platform/error.h"

typedef enum { AI_WAITING, AI_ASKING, AI_RESTING, AI_STATES } AiState;

/* Where a service is asked. */
typedef struct {
    const char *name;          /* as messages begin with it */
    char *url, *key, *model;   /* NULL: none */
    guint dialect;             /* bits of AiDialect; atomic */
    AiQueue *queues[2];        /* the client's thread alone: what is urgent, and the rest */
    AiBreaker breaker;         /* under the client's lock, as is what follows */
    guint in_state[AI_STATES]; /* calls */
} AiServer;

struct AiClient {
    AiServer servers[AI_SERVICES];
    guint timeout_seconds, concurrency;
    AiBudget budget;
    AiStore store;
    AiTime time;
    AiCache *cache;
    CURLM *multi; /* of the client's thread; anybody may wake it */
    GQueue calls; /* the client's thread alone: those that have not ended */
    GThread *thread;
    GThreadPool *tellers;

    GMutex lock;
    GCond all_told;
    GQueue inbox; /* calls that the thread has not seen */
    guint untold; /* calls of which the end was not told */
    gboolean is_stopping;
};

struct AiCall {
    AiClient *client;
    AiService service;
    AiWork *work;
    gint64 owner;
    gboolean is_urgent, has_budget;
    AiDelta delta; /* may be NULL */
    AiDone done;
    gpointer data;
    char *cache_key; /* NULL: not kept */
    guint timeout_seconds;
    gint64 started_at, deadline;

    /* The client's thread alone, once it is started. */
    AiState state;
    guint failures;               /* tries that failed */
    gint64 resume_at;             /* resting: when it is asked again */
    AiTransfer *transfer;         /* asking */
    gboolean is_probe, was_heard; /* this try's: bytes came */
    gint64 moved_at;              /* when they came last */
    GString *text;                /* what this try has brought */
    GError *trouble;              /* why it is of no use */

    /* Written before `has_ended`, read after. */
    AiReply *reply;
    GError *error;

    GMutex lock;
    GString *fresh; /* text that was not told */
    gboolean is_cancelled, has_ended, has_teller;
};

gint64 ai_client_now(const AiClient *client);

/* --- ai_loop.c */

/* The client's thread: asks until the client stops, then ends all calls. */
gpointer ai_loop(gpointer client);

/* --- ai_call.c */

/* Holds a reference for whoever starts it and one for the client; `work` is taken over. */
AiCall *ai_call_new(AiClient *client, AiService service, AiWork *work, AiDone done, gpointer data);
gboolean ai_call_is_cancelled(AiCall *call);
void ai_call_tell(AiCall *call, const char *text);
/* Tells the end, with what stands in `reply` and `error`, and gives the client's reference away. */
void ai_call_end(AiCall *call);
/* What a teller does. */
void ai_call_deliver(gpointer call, gpointer unused);

/* --- ai_outcome.c */

/* What a try came to. */
typedef struct {
    GError *error;      /* NULL: it went well */
    AiEnding ending;    /* what it says about the server */
    gboolean may_again; /* the same may go well another time */
    gboolean otherwise; /* the server wants to be asked in another way, which the work has found */
    gint64 retry_after; /* seconds; 0: not said */
} AiOutcome;

/* Of the call's transfer, which ended with `result`. */
AiOutcome ai_outcome(AiCall *call, CURLcode result);

/* An error that begins with the server's name. What others wrote may be among the arguments: the key is taken out of
 * the message, control characters are, and it is cut when it is long. */
GError *ai_error(const AiServer *server, WhetError code, const char *format, ...) G_GNUC_PRINTF(3, 4);
