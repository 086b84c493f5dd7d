/* Knows what a client is made of and what is looked at before a call starts; hides where calls wait. */
#include "platform/ai/ai_client.h"

#include <string.h>

#include "platform/ai/ai_chat.h"
#include "platform/ai/ai_reply.h"
#include "platform/ai/ai_transcription.h"
#include "platform/ai/ai_url.h"
#include "platform/clock.h"

enum { TELLERS = 4 }; /* threads; callbacks may block on the database */

AiOptions ai_options(const Settings *settings)
{
    return (AiOptions){
        .endpoints = {
            [AI_CHAT] = { settings_text(settings, SETTING_AI_URL), settings_text(settings, SETTING_AI_KEY),
                          settings_text(settings, SETTING_AI_MODEL) },
        },
        .timeout_seconds = (guint)settings_number(settings, SETTING_AI_TIMEOUT),
        .concurrency = (guint)settings_number(settings, SETTING_AI_CONCURRENCY),
    };
}

/* --- made and freed */

static const struct {
    const char *name, *url_setting, *key_setting;
} services[AI_SERVICES] = {
    [AI_CHAT] = { "The language model", "ai-url", "ai-key" },
    [AI_TRANSCRIPTION] = { "The transcriber", "transcribe-url", "transcribe-key" },
};

/* NULL when there is nothing in it but space, such as the line's end of a file that a key was read from. */
static char *stripped(const char *text)
{
    g_autofree char *bare = text ? g_strstrip(g_strdup(text)) : NULL;
    return bare && *bare != '\0' ? g_steal_pointer(&bare) : NULL;
}

/* A key goes into a header, and must not end it. */
static gboolean is_fit_for_header(const char *key)
{
    for (; *key != '\0'; key++)
        if (!g_ascii_isgraph(*key))
            return FALSE;
    return TRUE;
}

static gboolean open_server(AiServer *server, AiService service, const AiEndpoint *endpoint, GError **error)
{
    g_autofree char *url = stripped(endpoint->url);
    server->name = services[service].name;
    server->key = stripped(endpoint->key);
    server->model = stripped(endpoint->model);
    for (guint i = 0; i < G_N_ELEMENTS(server->queues); i++)
        server->queues[i] = ai_queue_new();
    if (!url)
        return TRUE;
    if (server->key && !is_fit_for_header(server->key)) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s: It must be printable ASCII without spaces.",
                    services[service].key_setting);
        return FALSE;
    }
    server->url = ai_url(url, service, error);
    if (!server->url)
        g_prefix_error(error, "%s: ", services[service].url_setting);
    return server->url != NULL;
}

static void close_server(AiServer *server)
{
    g_free(server->url);
    g_free(server->key);
    g_free(server->model);
    for (guint i = 0; i < G_N_ELEMENTS(server->queues); i++)
        g_clear_pointer(&server->queues[i], ai_queue_free);
}

AiClient *ai_client_new(const AiOptions *options, GError **error)
{
    libcurl_start();
    g_autoptr(AiClient) client = g_new0(AiClient, 1);
    g_mutex_init(&client->lock);
    g_cond_init(&client->all_told);
    g_queue_init(&client->calls);
    g_queue_init(&client->inbox);
    client->timeout_seconds = MAX(1, options->timeout_seconds);
    client->concurrency = MAX(1, options->concurrency);
    client->budget = options->budget;
    client->store = options->store;
    client->time = options->time;
    client->cache = ai_cache_new(AI_CACHE_BYTES_MOST);
    client->multi = curl_multi_init();
    for (int i = 0; i < AI_SERVICES; i++)
        if (!open_server(&client->servers[i], (AiService)i, &options->endpoints[i], error))
            return NULL;
    client->tellers = g_thread_pool_new(ai_call_deliver, NULL, TELLERS, TRUE, error);
    if (!client->tellers)
        return NULL;
    client->thread = g_thread_new("ai", ai_loop, client);
    return g_steal_pointer(&client);
}

/* Callbacks that still run may start calls in vain, so the tellers stay until the last has returned. */
static void stop(AiClient *client)
{
    g_mutex_lock(&client->lock);
    client->is_stopping = TRUE;
    g_mutex_unlock(&client->lock);
    curl_multi_wakeup(client->multi);
    g_thread_join(client->thread);
    g_mutex_lock(&client->lock);
    while (client->untold > 0)
        g_cond_wait(&client->all_told, &client->lock);
    g_mutex_unlock(&client->lock);
}

void ai_client_free(AiClient *client)
{
    if (!client)
        return;
    if (client->thread)
        stop(client);
    if (client->tellers)
        g_thread_pool_free(client->tellers, FALSE, TRUE);
    for (int i = 0; i < AI_SERVICES; i++)
        close_server(&client->servers[i]);
    curl_multi_cleanup(client->multi);
    ai_cache_free(client->cache);
    g_cond_clear(&client->all_told);
    g_mutex_clear(&client->lock);
    g_free(client);
}

/* --- looked at */

gboolean ai_client_has(const AiClient *client, AiService service)
{
    return client->servers[service].url != NULL;
}

AiStatus ai_client_status(AiClient *client, AiService service)
{
    const AiServer *server = &client->servers[service];
    gint64 now = ai_client_now(client);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&client->lock);
    return (AiStatus){ server->in_state[AI_WAITING], server->in_state[AI_ASKING], server->in_state[AI_RESTING],
                       ai_breaker_pause(&server->breaker, now) > 0 };
}

void ai_client_wake(AiClient *client)
{
    curl_multi_wakeup(client->multi);
}

/* --- starting a call */

static gboolean unavailable(const AiServer *server, const char *why, GError **error)
{
    g_propagate_error(error, ai_error(server, WHET_ERROR_UNAVAILABLE, "%s", why));
    return FALSE;
}

static gboolean check_server(AiClient *client, AiService service, GError **error)
{
    const AiServer *server = &client->servers[service];
    if (!server->url)
        return unavailable(server, "is not set up.", error);
    AiStatus status = ai_client_status(client, service);
    if (status.is_refusing)
        return unavailable(server, "failed too often of late; it is left alone for a while.", error);
    if (status.waiting + status.asking + status.resting >= AI_WAITING_MOST)
        return unavailable(server, "has too much to do.", error);
    return TRUE;
}

/* From here on the end of the call will be told. FALSE when the client stops. */
static gboolean take_on(AiCall *call, gboolean is_asked, GError **error)
{
    AiClient *client = call->client;
    AiServer *server = &client->servers[call->service];
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&client->lock);
    if (client->is_stopping)
        return unavailable(server, "is not asked any more: the server is stopping.", error);
    client->untold++;
    if (is_asked) {
        server->in_state[AI_WAITING]++;
        g_queue_push_tail(&client->inbox, call);
    }
    return TRUE;
}

/* Nobody starts it: both references go. */
static AiCall *give_up(AiCall *call)
{
    ai_call_unref(call);
    ai_call_unref(call);
    return NULL;
}

static AiCall *ask(AiCall *call, guint tokens, GError **error)
{
    AiClient *client = call->client;
    const AiBudget *budget = &client->budget;
    if (!check_server(client, call->service, error))
        return give_up(call);
    if (budget->ask && !budget->ask(budget->data, call->owner, call->service, tokens, error))
        return give_up(call);
    call->has_budget = TRUE;
    if (take_on(call, TRUE, error)) {
        ai_client_wake(client);
        return call;
    }
    if (budget->tell)
        budget->tell(budget->data, call->owner, call->service, &(AiUsage){ 0 });
    return give_up(call);
}

static void set_deadline(AiCall *call, guint timeout_seconds)
{
    guint most = call->client->timeout_seconds;
    call->timeout_seconds = timeout_seconds > 0 ? MIN(timeout_seconds, most) : most;
    call->started_at = ai_client_now(call->client);
    call->deadline = call->started_at + call->timeout_seconds * CLOCK_SECOND;
}

/* What was kept under the call's key and still is an answer; NULL when there is none. */
static AiReply *find_kept(const AiCall *call)
{
    const AiStore *store = &call->client->store;
    g_autofree char *kept = ai_cache_find(call->client->cache, call->cache_key);
    if (!kept && store->load)
        kept = store->load(store->data, call->cache_key);
    if (!kept)
        return NULL;
    g_autoptr(AiReply) reply = ai_reply_new();
    if (!ai_reply_read(reply, kept) || !ai_chat_settle(call->work, reply, NULL))
        return NULL;
    reply->is_cached = TRUE;
    return g_steal_pointer(&reply);
}

static AiCall *answer_from(AiCall *call, AiReply *reply, GError **error)
{
    ai_reply_unref(call->reply);
    call->reply = reply;
    if (!take_on(call, FALSE, error))
        return give_up(call);
    if (call->delta)
        ai_call_tell(call, reply->text);
    ai_call_end(call);
    return call;
}

AiCall *ai_chat_start(AiClient *client, const AiChatRequest *request, AiDone done, gpointer data, GError **error)
{
    AiServer *server = &client->servers[AI_CHAT];
    if (!ai_chat_check(request, error))
        return NULL;
    if (!server->url) {
        unavailable(server, "is not set up.", error);
        return NULL;
    }
    AiWork *work = ai_chat_new(request, server->model, &server->dialect);
    AiCall *call = ai_call_new(client, AI_CHAT, work, done, data);
    call->owner = request->owner;
    call->is_urgent = request->is_urgent;
    call->delta = request->delta;
    set_deadline(call, request->timeout_seconds);
    call->cache_key = request->is_fresh ? NULL : ai_chat_key(request, server->url, server->model);
    AiReply *kept = call->cache_key ? find_kept(call) : NULL;
    return kept ? answer_from(call, kept, error) : ask(call, ai_chat_tokens(request), error);
}

AiCall *ai_transcription_start(AiClient *client, const AiTranscriptionRequest *request, AiDone done, gpointer data,
                               GError **error)
{
    AiServer *server = &client->servers[AI_TRANSCRIPTION];
    if (!ai_transcription_check(request, error))
        return NULL;
    AiWork *work = ai_transcription_new(request, server->model, &server->dialect);
    AiCall *call = ai_call_new(client, AI_TRANSCRIPTION, work, done, data);
    call->owner = request->owner;
    call->is_urgent = request->is_urgent;
    set_deadline(call, request->timeout_seconds);
    return ask(call, 0, error);
}
