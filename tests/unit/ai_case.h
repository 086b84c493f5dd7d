/* A client with an endpoint that does as it is told, and what is told of its calls. The clock and the chance are the
 * test's, so nothing waits for time to pass. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

#include "fake_ai.h"
#include "platform/ai/ai.h"
#include "platform/clock.h"
#include "platform/error.h"
#include "platform/json.h"

#define KEY "sk-very-secret-0123456789"

static const gint64 PATIENCE = 20 * CLOCK_SECOND; /* what nobody waits for any longer than: a bound for what hangs */

/* --- a stage */

typedef struct {
    FakeAi *server;
    AiOptions options;
    AiClient *client;
    GMutex lock;
    gint64 now;
    double chance;
} Stage;

static inline gint64 stage_now(gpointer data)
{
    Stage *stage = data;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&stage->lock);
    return stage->now;
}

static inline double stage_chance(gpointer data)
{
    return ((Stage *)data)->chance;
}

static inline void advance(Stage *stage, gint64 time)
{
    g_mutex_lock(&stage->lock);
    stage->now += time;
    g_mutex_unlock(&stage->lock);
    ai_client_wake(stage->client);
}

/* Without a client, so that options can be changed. */
static inline Stage *stage_bare(void)
{
    Stage *stage = g_new0(Stage, 1);
    g_mutex_init(&stage->lock);
    stage->now = 1000 * CLOCK_SECOND;
    stage->server = fake_ai_new();
    AiEndpoint endpoint = { fake_ai_url(stage->server), KEY, "tiny" };
    stage->options = (AiOptions){
        .endpoints = { endpoint, endpoint },
        .timeout_seconds = 60,
        .concurrency = 4,
        .time = { stage, stage_now, stage_chance },
    };
    return stage;
}

static inline void open_client(Stage *stage)
{
    g_autoptr(GError) error = NULL;
    stage->client = ai_client_new(&stage->options, &error);
    if (!stage->client)
        fail_msg("%s", error->message);
}

static inline Stage *stage_new(void)
{
    Stage *stage = stage_bare();
    open_client(stage);
    return stage;
}

static inline void stage_free(Stage *stage)
{
    ai_client_free(stage->client);
    fake_ai_free(stage->server);
    g_mutex_clear(&stage->lock);
    g_free(stage);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stage, stage_free)

static inline void say(Stage *stage, int status, const char *body)
{
    fake_ai_say(stage->server, (FakeAiAnswer){ .status = status, .body = body });
}

static inline void say_text(Stage *stage, const char *text)
{
    g_autofree char *body = fake_ai_completion(text);
    say(stage, 200, body);
}

static inline void say_events(Stage *stage, const char *events)
{
    fake_ai_say(stage->server, (FakeAiAnswer){ .type = "text/event-stream", .body = events });
}

static inline void hold_text(Stage *stage, const char *text)
{
    g_autofree char *body = fake_ai_completion(text);
    fake_ai_say(stage->server, (FakeAiAnswer){ .body = body, .is_held = TRUE });
}

/* --- a call, and what comes of it */

typedef struct {
    GMutex lock;
    GCond changed;
    AiCall *call;
    GString *deltas;
    guint ends;
    AiReply *reply;
    GError *error;
} Told;

static inline Told *told_new(void)
{
    Told *told = g_new0(Told, 1);
    g_mutex_init(&told->lock);
    g_cond_init(&told->changed);
    told->deltas = g_string_new(NULL);
    return told;
}

static inline void told_free(Told *told)
{
    if (told->call)
        ai_call_unref(told->call);
    if (told->reply)
        ai_reply_unref(told->reply);
    g_clear_error(&told->error);
    g_string_free(told->deltas, TRUE);
    g_cond_clear(&told->changed);
    g_mutex_clear(&told->lock);
    g_free(told);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Told, told_free)

static inline void take_delta(const char *text, gpointer data)
{
    Told *told = data;
    g_mutex_lock(&told->lock);
    assert_int_equal(told->ends, 0);
    g_string_append(told->deltas, text);
    g_cond_broadcast(&told->changed);
    g_mutex_unlock(&told->lock);
}

static inline void take_end(AiReply *reply, const GError *error, gpointer data)
{
    Told *told = data;
    g_mutex_lock(&told->lock);
    told->ends++;
    told->reply = ai_reply_ref(reply);
    told->error = error ? g_error_copy(error) : NULL;
    g_cond_broadcast(&told->changed);
    g_mutex_unlock(&told->lock);
}

static inline void await_end(Told *told)
{
    gint64 until = g_get_monotonic_time() + PATIENCE;
    g_mutex_lock(&told->lock);
    while (told->ends == 0)
        if (!g_cond_wait_until(&told->changed, &told->lock, until))
            fail_msg("the call does not end");
    g_mutex_unlock(&told->lock);
}

static inline void await_delta(Told *told, const char *text)
{
    gint64 until = g_get_monotonic_time() + PATIENCE;
    g_mutex_lock(&told->lock);
    while (!g_str_equal(told->deltas->str, text))
        if (!g_cond_wait_until(&told->changed, &told->lock, until))
            fail_msg("told '%s', not '%s'", told->deltas->str, text);
    g_mutex_unlock(&told->lock);
}

static inline void await_status(Stage *stage, guint waiting, guint asking, guint resting)
{
    gint64 until = g_get_monotonic_time() + PATIENCE;
    AiStatus status;
    do {
        status = ai_client_status(stage->client, AI_CHAT);
        if (status.waiting == waiting && status.asking == asking && status.resting == resting)
            return;
        g_usleep(500);
    } while (g_get_monotonic_time() < until);
    fail_msg("waiting %u, asking %u, resting %u", status.waiting, status.asking, status.resting);
}

static const AiMessage hello[] = { { AI_SYSTEM, "Be brief." }, { AI_USER, "Hello?" } };
static const AiChatRequest plain = { .messages = hello, .n_messages = 2, .max_tokens = 100, .is_fresh = TRUE };
static const AiChatRequest streamed = {
    .messages = hello, .n_messages = 2, .max_tokens = 100, .is_fresh = TRUE, .delta = take_delta
};

static inline Told *start(Stage *stage, AiChatRequest request)
{
    Told *told = told_new();
    g_autoptr(GError) error = NULL;
    told->call = ai_chat_start(stage->client, &request, take_end, told, &error);
    if (!told->call)
        fail_msg("%s", error->message);
    return told;
}

static inline Told *ask(Stage *stage, AiChatRequest request)
{
    Told *told = start(stage, request);
    await_end(told);
    return told;
}

static inline void assert_well(const Told *told, const char *text)
{
    if (told->error)
        fail_msg("%s", told->error->message);
    assert_int_equal(told->ends, 1);
    assert_string_equal(told->reply->text, text);
}

static inline void assert_failed(const Told *told, WhetError code, const char *with)
{
    assert_int_equal(told->ends, 1);
    assert_non_null(told->error);
    assert_null(told->reply->json);
    assert_null(strstr(told->error->message, KEY));
    if (!strstr(told->error->message, with))
        fail_msg("'%s' does not say '%s'", told->error->message, with);
    assert_true(g_error_matches(told->error, WHET_ERROR, (int)code));
}

static inline void assert_refused(Stage *stage, AiChatRequest request, WhetError code, const char *with)
{
    g_autoptr(GError) error = NULL;
    assert_null(ai_chat_start(stage->client, &request, take_end, NULL, &error));
    if (!error || !strstr(error->message, with))
        fail_msg("'%s' does not say '%s'", error ? error->message : "nothing", with);
    assert_true(g_error_matches(error, WHET_ERROR, (int)code));
}

static inline json_t *verdict_schema(void)
{
    return json_loads("{\"type\": \"object\", \"properties\": {\"verdict\": {\"type\": \"string\", \"enum\": "
                      "[\"met\", \"missed\"]}}, \"required\": [\"verdict\"], \"additionalProperties\": false}",
                      0, NULL);
}

static inline AiChatRequest with_schema(const json_t *schema)
{
    AiChatRequest request = plain;
    request.schema = schema;
    request.schema_name = "verdict";
    return request;
}

/* The body of a request as it came. */
static inline json_t *asked(Stage *stage, guint i)
{
    g_autofree char *request = fake_ai_request(stage->server, i);
    json_t *body = json_loads(strstr(request, "\r\n\r\n"), 0, NULL);
    assert_non_null(body);
    return body;
}

static inline const char *text_at(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}
