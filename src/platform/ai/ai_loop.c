/* The client's thread: it alone asks, so nothing that it holds needs a lock. Knows when a call's turn comes, when it
 * rests and when its time is over; hides libcurl's multi handle.
 *
 * It never blocks but to wait for what comes next, and never calls back: tellers do. */
#include "platform/ai/ai_client.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>

#include "platform/ai/ai_reply.h"
#include "platform/ai/ai_retry.h"
#include "platform/clock.h"

/* Between two pieces of a reply that has begun. A model that reads a long prompt is silent before. */
static const gint64 SILENCE_MOST = 30 * CLOCK_SECOND;
static const gint64 PAUSE_MOST = CLOCK_MINUTE;
static const gint64 MILLISECOND = CLOCK_SECOND / 1000;

gint64 ai_client_now(const AiClient *client)
{
    return client->time.now ? client->time.now(client->time.data) : g_get_monotonic_time();
}

static double chance(const AiClient *client)
{
    return client->time.chance ? client->time.chance(client->time.data) : g_random_double();
}

static AiServer *server_of(const AiCall *call)
{
    return &call->client->servers[call->service];
}

static AiQueue *queue_of(const AiCall *call)
{
    return server_of(call)->queues[call->is_urgent ? 0 : 1];
}

static void move(AiCall *call, AiState state)
{
    AiServer *server = server_of(call);
    g_mutex_lock(&call->client->lock);
    server->in_state[call->state]--;
    server->in_state[state]++;
    call->state = state;
    g_mutex_unlock(&call->client->lock);
}

static void wait_in_line(AiCall *call)
{
    move(call, AI_WAITING);
    ai_queue_push(queue_of(call), call->owner, call);
}

/* --- a try */

static gboolean take(const char *bytes, gsize length, gpointer data)
{
    AiCall *call = data;
    gsize known = call->text->len;
    gboolean ok = call->work->take(call->work, bytes, length, call->text, &call->trouble);
    if (call->text->len > known)
        ai_call_tell(call, call->text->str + known);
    return ok;
}

static void begin_try(AiCall *call, gboolean is_probe)
{
    const AiServer *server = server_of(call);
    move(call, AI_ASKING);
    call->is_probe = is_probe;
    call->was_heard = FALSE;
    call->reply->tries++;
    g_string_truncate(call->text, 0);
    call->transfer = ai_transfer_new(server->url, server->key);
    call->work->dress(call->work, call->transfer, call->reply);
    ai_transfer_begin(call->transfer, call->work->take ? take : NULL, call);
    CURL *handle = ai_transfer_handle(call->transfer);
    curl_easy_setopt(handle, CURLOPT_PRIVATE, call);
    curl_multi_add_handle(call->client->multi, handle);
}

static void end_try(AiCall *call, AiEnding ending)
{
    AiClient *client = call->client;
    curl_multi_remove_handle(client->multi, ai_transfer_handle(call->transfer));
    g_clear_pointer(&call->transfer, ai_transfer_free);
    g_mutex_lock(&client->lock);
    ai_breaker_end(&server_of(call)->breaker, ai_client_now(client), call->is_probe, ending);
    g_mutex_unlock(&client->lock);
}

/* --- the end of a call */

/* `error` is taken over; NULL: it went well. `ending`: of the try that is under way, if one is. */
static void end_call(AiCall *call, GError *error, AiEnding ending)
{
    AiClient *client = call->client;
    AiReply *reply = call->reply;
    if (call->transfer)
        end_try(call, ending);
    if (call->state == AI_WAITING)
        ai_queue_remove(queue_of(call), call->owner, call);
    g_queue_remove(&client->calls, call);
    g_mutex_lock(&client->lock);
    server_of(call)->in_state[call->state]--;
    g_mutex_unlock(&client->lock);
    if (error && *reply->text == '\0')
        ai_reply_set_text(&reply->text, call->text->str);
    if (reply->usage.completion_tokens == 0 && call->text->len > 0 && call->service == AI_CHAT)
        reply->usage = (AiUsage){ ai_tokens(strlen(reply->sent)), ai_tokens(call->text->len), TRUE };
    reply->milliseconds = (guint)CLAMP((ai_client_now(client) - call->started_at) / MILLISECOND, 0, G_MAXINT);
    call->error = error;
    ai_call_end(call);
}

/* After a try that failed: `outcome` says how; its error is taken over. Text that was told cannot be taken back, so
 * what broke off after that is not asked again. */
static void rest_or_end(AiCall *call, AiOutcome outcome)
{
    AiClient *client = call->client;
    gint64 now = ai_client_now(client);
    gboolean again = outcome.otherwise;
    call->resume_at = now;
    if (outcome.may_again && call->text->len == 0) {
        call->failures++;
        again = ai_retry_at(now, call->deadline, call->failures, outcome.retry_after, chance(client), &call->resume_at);
    }
    if (!again) {
        end_call(call, outcome.error, outcome.ending);
        return;
    }
    end_try(call, outcome.ending);
    g_error_free(outcome.error);
    move(call, AI_RESTING);
}

static void end_transfers(AiClient *client)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(client->multi, &left))) {
        AiCall *call = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call);
        gsize known = call->text->len;
        AiOutcome outcome = ai_outcome(call, message->data.result);
        if (outcome.error) {
            rest_or_end(call, outcome);
            continue;
        }
        if (call->delta && call->text->len > known)
            ai_call_tell(call, call->text->str + known);
        end_call(call, NULL, outcome.ending);
    }
}

/* --- what time brings */

static void end_at_deadline(AiCall *call)
{
    static const char *const said[AI_STATES] = {
        [AI_WAITING] = "was too busy to be asked within %u seconds.",
        [AI_ASKING] = "did not answer within %u seconds.",
        [AI_RESTING] = "did not answer within %u seconds.",
    };
    g_autofree char *what = g_strdup_printf(said[call->state], call->timeout_seconds);
    AiEnding ending = call->was_heard ? AI_ENDED_EARLY : AI_ENDED_BADLY;
    end_call(call, ai_error(server_of(call), WHET_ERROR_UNAVAILABLE, "%s", what), ending);
}

static void end_at_breaker(AiCall *call, gint64 pause)
{
    end_call(call,
             ai_error(server_of(call), WHET_ERROR_UNAVAILABLE,
                      "failed too often of late; it is left alone for %d seconds.", (int)(pause / CLOCK_SECOND) + 1),
             AI_ENDED_EARLY);
}

static gint64 breaker_pause(const AiCall *call, gint64 now)
{
    g_mutex_lock(&call->client->lock);
    gint64 pause = ai_breaker_pause(&server_of(call)->breaker, now);
    g_mutex_unlock(&call->client->lock);
    return pause;
}

static void end_silent(AiCall *call)
{
    rest_or_end(
        call, (AiOutcome){
                  .error = ai_error(server_of(call), WHET_ERROR_UNAVAILABLE, "fell silent in the middle of an answer."),
                  .ending = AI_ENDED_BADLY,
                  .may_again = TRUE,
              });
}

static void listen_to(AiCall *call, gint64 now)
{
    if (ai_transfer_moved(call->transfer)) {
        call->was_heard = TRUE;
        call->moved_at = now;
    }
    if (call->was_heard && now - call->moved_at >= SILENCE_MOST)
        end_silent(call);
}

static void review(AiCall *call, gint64 now)
{
    gint64 pause;
    if (ai_call_is_cancelled(call))
        end_call(call, g_error_new(G_IO_ERROR, G_IO_ERROR_CANCELLED, "The call was cancelled."), AI_ENDED_EARLY);
    else if (now >= call->deadline)
        end_at_deadline(call);
    else if (call->state == AI_ASKING)
        listen_to(call, now);
    else if (call->state == AI_RESTING && now >= call->resume_at)
        wait_in_line(call);
    else if (call->state == AI_WAITING && (pause = breaker_pause(call, now)) > 0)
        end_at_breaker(call, pause);
}

static void review_calls(AiClient *client, gint64 now)
{
    for (GList *link = client->calls.head, *next; link; link = next) {
        next = link->next;
        review(link->data, now);
    }
}

/* --- the queue */

static AiCall *next_in_line(const AiServer *server)
{
    AiCall *call = ai_queue_pop(server->queues[0]);
    return call ? call : ai_queue_pop(server->queues[1]);
}

/* Whether the server may be asked once more now. */
static gboolean may_ask(AiClient *client, AiServer *server, gint64 now, gboolean *is_probe)
{
    if (ai_queue_is_empty(server->queues[0]) && ai_queue_is_empty(server->queues[1]))
        return FALSE;
    g_mutex_lock(&client->lock);
    gboolean may =
        server->in_state[AI_ASKING] < client->concurrency && ai_breaker_pass(&server->breaker, now, is_probe);
    g_mutex_unlock(&client->lock);
    return may;
}

static void begin_tries(AiClient *client, gint64 now)
{
    gboolean is_probe;
    for (int i = 0; i < AI_SERVICES; i++)
        while (may_ask(client, &client->servers[i], now, &is_probe))
            begin_try(next_in_line(&client->servers[i]), is_probe);
}

/* --- round and round */

/* FALSE when the client stops. */
static gboolean take_inbox(AiClient *client)
{
    g_mutex_lock(&client->lock);
    GQueue inbox = client->inbox;
    g_queue_init(&client->inbox);
    gboolean goes_on = !client->is_stopping;
    g_mutex_unlock(&client->lock);
    AiCall *call;
    while ((call = g_queue_pop_head(&inbox))) {
        g_queue_push_tail(&client->calls, call);
        ai_queue_push(queue_of(call), call->owner, call);
    }
    return goes_on;
}

static gint64 next_time(const AiCall *call, gint64 now)
{
    if (call->state == AI_WAITING && breaker_pause(call, now) > 0)
        return now;
    if (call->state == AI_RESTING)
        return MIN(call->deadline, call->resume_at);
    if (call->state == AI_ASKING && call->was_heard)
        return MIN(call->deadline, call->moved_at + SILENCE_MOST);
    return call->deadline;
}

/* Until something comes, somebody wakes the client, or it is time for a call. */
static void wait_for_news(AiClient *client)
{
    gint64 now = ai_client_now(client);
    gint64 until = now + PAUSE_MOST;
    for (GList *link = client->calls.head; link; link = link->next)
        until = MIN(until, next_time(link->data, now));
    gint64 pause = until > now ? (until - now) / MILLISECOND + 1 : 0;
    curl_multi_poll(client->multi, NULL, 0, (int)pause, NULL);
}

/* A server that hangs up is an error of its transfer, not a reason to end the process. */
static void ignore_broken_pipes(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

gpointer ai_loop(gpointer data)
{
    AiClient *client = data;
    int running;
    ignore_broken_pipes();
    while (take_inbox(client)) {
        curl_multi_perform(client->multi, &running);
        review_calls(client, ai_client_now(client)); /* first, so that what was cancelled does not end well */
        end_transfers(client);
        begin_tries(client, ai_client_now(client));
        wait_for_news(client);
    }
    while (client->calls.head)
        end_call(client->calls.head->data, g_error_new(G_IO_ERROR, G_IO_ERROR_CANCELLED, "The server is stopping."),
                 AI_ENDED_EARLY);
    return NULL;
}
