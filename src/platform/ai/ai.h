/* The client of OpenAI-compatible endpoints: chat completions, whole or streamed, with a JSON schema or without, and
 * the transcription of speech. One client serves a process and all of its threads.
 *
 * Knows how to ask, when to ask again and when to stop asking; hides libcurl, the wire format and what a server turns
 * out not to understand. Nobody waits: a call is started, and its end is told on a thread of the client's own, so a
 * slow endpoint holds nobody up. What comes back is outside input: bounded, checked, and never trusted further than
 * that.
 *
 * A call waits in a queue that is fair among owners, is asked, is asked again after a rest when the connection failed
 * or the server was overloaded (429, 5xx), and ends at its deadline at the latest, wherever it stands then. An endpoint
 * that fails again and again is left alone for a while, and calls to it are refused at once. */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "platform/settings.h"

enum {
    AI_MESSAGES_MOST = 200,                 /* of one request */
    AI_PROMPT_BYTES_MOST = 512 * 1024,      /* of all messages together */
    AI_AUDIO_BYTES_MOST = 25 * 1024 * 1024, /* what OpenAI takes; its speech to text guide */
    AI_TEXT_BYTES_MOST = 256 * 1024,        /* of the text of a reply */
    AI_JSON_DEPTH_MOST = 32,
    AI_SEGMENTS_MOST = 2000, /* of one transcription */
    AI_TRIES_MOST = 3,       /* of one call */
    AI_WAITING_MOST = 256,   /* calls to one service that have not ended */
    AI_CACHE_BYTES_MOST = 8 * 1024 * 1024,
};

typedef enum { AI_CHAT, AI_TRANSCRIPTION, AI_SERVICES } AiService;

typedef struct AiClient AiClient;
/* One call, counted. Whoever started it holds a reference with which it can be cancelled, as long as the client is
 * there. */
typedef struct AiCall AiCall;

typedef struct {
    guint prompt_tokens, completion_tokens;
    gboolean is_estimated; /* the server did not say; four bytes were counted as a token */
} AiUsage;

/* A stretch of a transcription. */
typedef struct {
    double start, end; /* seconds from the beginning */
    char *text;
} AiSegment;

/* What came of a call. Counted; nobody changes it. */
typedef struct {
    char *text;            /* the answer, or the transcription; when the call failed, what had come of it. Never NULL */
    json_t *json;          /* of a request with a schema: the object, which fits it. NULL otherwise and on failure */
    char *model;           /* as the server calls it; NULL when it does not say */
    char *sent;            /* the body of the last request, JSON; NULL when none was sent. The key is not in it */
    char *language;        /* of a transcription, when the server says; NULL otherwise */
    double seconds;        /* of sound; 0 when not said */
    GArray *segments;      /* AiSegment; empty when the server gives none */
    gboolean is_truncated; /* the answer ends because max_tokens were reached */
    gboolean is_cached;    /* nothing was asked: somebody had asked the same before */
    AiUsage usage;
    guint tries;        /* requests that were sent */
    guint milliseconds; /* from the start of the call to its end */
} AiReply;

AiReply *ai_reply_ref(AiReply *reply);
void ai_reply_unref(AiReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AiReply, ai_reply_unref)

/* Where a service is. Borrowed while a client is made. */
typedef struct {
    const char *url; /* NULL or "": there is none. http or https, with or without /v1, or whole (…/chat/completions) */
    const char *key;   /* NULL or "": none. Sent as a bearer token, and never logged or put into a message */
    const char *model; /* NULL or "": the server's own choice */
} AiEndpoint;

/* Whether somebody may spend, and what was spent. Functions may be NULL. */
typedef struct {
    gpointer data;
    /* Before a call that is not in the cache, on the thread that starts it; may block. `tokens`: an estimate of the
     * most it can take; 0 for transcription. FALSE, with an error, refuses the call. */
    gboolean (*ask)(gpointer data, gint64 owner, AiService service, guint tokens, GError **error);
    /* Once for each call that was granted, before its end is told; zeros when nothing came back. On a thread of the
     * client's. */
    void (*tell)(gpointer data, gint64 owner, AiService service, const AiUsage *usage);
} AiBudget;

/* A second place to look for answers, such as a table, after the memory of the process. Functions may be NULL. */
typedef struct {
    gpointer data;
    /* What was saved under `key` (64 hexadecimal digits), newly allocated, or NULL. On the thread that starts a call.
     */
    char *(*load)(gpointer data, const char *key);
    /* On a thread of the client's. */
    void (*save)(gpointer data, const char *key, const char *value);
} AiStore;

/* Time and chance, for tests. NULL functions are the machine's. */
typedef struct {
    gpointer data;
    gint64 (*now)(gpointer data);    /* microseconds; never goes back */
    double (*chance)(gpointer data); /* 0..1 */
} AiTime;

typedef struct {
    AiEndpoint endpoints[AI_SERVICES];
    guint timeout_seconds; /* of a call, waiting and all tries included; at least 1 */
    guint concurrency;     /* requests to one service at a time; at least 1 */
    AiBudget budget;
    AiStore store;
    AiTime time;
} AiOptions;

/* What the settings say of the language model; texts are borrowed from them. There is no transcriber in it. */
AiOptions ai_options(const Settings *settings);

/* Starts the client's threads. NULL, with WHET_ERROR_INVALID, when an address or a key cannot be one. */
AiClient *ai_client_new(const AiOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Cancels what is under way, waits until all ends were told, and frees. Not from a callback. NULL is allowed. */
void ai_client_free(AiClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AiClient, ai_client_free)

/* Whether there is an endpoint for it. */
gboolean ai_client_has(const AiClient *client, AiService service);

typedef struct {
    guint waiting, asking, resting; /* calls */
    gboolean is_refusing;           /* it failed too often of late */
} AiStatus;

AiStatus ai_client_status(AiClient *client, AiService service);

/* Tells the client that its clock was moved. For tests. */
void ai_client_wake(AiClient *client);

/* --- calls */

typedef enum { AI_SYSTEM, AI_USER, AI_ASSISTANT } AiRole;

typedef struct {
    AiRole role;
    const char *text; /* UTF-8. Other people's words go in with prompt_quote() */
} AiMessage;

/* Both are called on threads of the client's, for one call never at the same time, and may block there: only what comes
 * of the same call waits. They may run before the call that starts them has returned. */
typedef void (*AiDelta)(const char *text, gpointer data);
/* Exactly once for each call that was started. `error` is NULL when it went well; otherwise UNAVAILABLE (not reached,
 * overloaded, too slow: another time), FAILED (what came back is of no use) or G_IO_ERROR_CANCELLED. Borrowed; the
 * reply can be kept with ai_reply_ref(). */
typedef void (*AiDone)(AiReply *reply, const GError *error, gpointer data);

/* All is copied. */
typedef struct {
    const AiMessage *messages;
    guint n_messages;
    const char *schema_name; /* of letters, digits, "_" and "-"; with a schema */
    const json_t *schema;    /* JSON Schema of an object, of the words that ai_schema_check() takes; NULL: plain text.
                                Say in the prompt as well what the object is to be: some servers ignore the schema */
    guint max_tokens;        /* of the answer; 0: the server's default */
    double temperature;      /* 0..2; 0: the most likely words */
    gint64 seed;             /* 0: none */
    gint64 owner;            /* whom waiting in the queue and the budget are counted for, such as an organisation */
    gboolean is_urgent;      /* somebody waits for it: goes before what does not say so */
    gboolean is_fresh;       /* wants words of its own: neither taken from the cache nor kept there */
    const char *nonce;       /* what stands in the messages by chance (prompt_nonce()): two requests that differ in
                                nothing else are the same to the cache. NULL: nothing */
    guint timeout_seconds;   /* 0, or more than the client's: the client's */
    AiDelta delta;           /* gets the text as it comes, in pieces; NULL: not streamed */
} AiChatRequest;

/* NULL, with an error, when the call does not start: INVALID (the request), UNAVAILABLE (no endpoint, too many calls
 * wait, or the endpoint failed too often of late), or what the budget said. `done` is not called then. */
AiCall *ai_chat_start(AiClient *client, const AiChatRequest *request, AiDone done, gpointer data,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
    GBytes *audio;         /* a file as browsers record it, or WAV; whisper.cpp's server takes only WAV unless it runs
                              with --convert */
    const char *file_name; /* such as "note.wav": many servers go by its ending */
    const char *type;      /* such as "audio/wav" */
    const char *language;  /* ISO 639-1, such as "en"; NULL: the server finds out */
    const char *prompt;    /* words that are likely to be heard; NULL: none */
    gint64 owner;
    gboolean is_urgent;
    guint timeout_seconds;
} AiTranscriptionRequest;

/* As ai_chat_start(). */
AiCall *ai_transcription_start(AiClient *client, const AiTranscriptionRequest *request, AiDone done, gpointer data,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Ends the call soon, and no more text of it is told. Does nothing to one that has ended. From any thread. */
void ai_call_cancel(AiCall *call);
void ai_call_unref(AiCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AiCall, ai_call_unref)
