/* An endpoint for tests of what asks a language model or a transcriber: it answers what it was told to, in that order,
 * and remembers what it was asked. On this machine, a thread for each connection; every wait is bounded. */
#pragma once

#include <glib.h>

typedef struct FakeAi FakeAi;

typedef struct {
    int status;          /* 0: 200 */
    const char *type;    /* NULL: application/json. An event stream has no length and ends with its connection */
    const char *headers; /* further ones, each ended by CRLF; NULL: none */
    const char *body;    /* NULL: empty */
    gsize cut_after;     /* the connection ends after so many bytes of the body; 0: it does not */
    gboolean is_held;    /* waits for fake_ai_release() ... */
    gsize held_after;    /* ... when so many bytes of the body are out; 0: before anything is */
} FakeAiAnswer;

FakeAi *fake_ai_new(void);
/* Ends what is held. */
void fake_ai_free(FakeAi *fake);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FakeAi, fake_ai_free)

/* "http://127.0.0.1:PORT". Borrowed. */
const char *fake_ai_url(const FakeAi *fake);

/* The next answer; the last one is given again and again. Copied. */
void fake_ai_say(FakeAi *fake, FakeAiAnswer answer);
/* Whoever is held goes on, now and later. */
void fake_ai_release(FakeAi *fake);

/* Waits until so many requests have come. FALSE when they do not within a time that hangs mean. */
gboolean fake_ai_await(FakeAi *fake, guint requests);
guint fake_ai_count(FakeAi *fake);
/* The greatest number of requests that waited for an answer at once. */
guint fake_ai_most_at_once(FakeAi *fake);
/* The `i`-th request from 0, head and body as they came. Free with g_free. */
char *fake_ai_request(FakeAi *fake, guint i);

/* Bodies: a whole completion, and one as an event stream of these pieces (NULL-terminated). Free with g_free. */
char *fake_ai_completion(const char *text);
char *fake_ai_events(const char *first, ...) G_GNUC_NULL_TERMINATED;
