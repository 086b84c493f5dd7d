/* Knows in which order what comes of a call is told, and what is done at its end; hides the threads that tell it.
 *
 * A call has at most one teller at a time. While it is busy with a piece, text that comes is gathered for the next. */
#include "platform/ai/ai_client.h"

#include "platform/ai/ai_reply.h"

AiCall *ai_call_new(AiClient *client, AiService service, AiWork *work, AiDone done, gpointer data)
{
    AiCall *call = g_atomic_rc_box_new0(AiCall);
    call->client = client;
    call->service = service;
    call->work = work;
    call->done = done;
    call->data = data;
    call->text = g_string_new(NULL);
    call->fresh = g_string_new(NULL);
    call->reply = ai_reply_new();
    g_mutex_init(&call->lock);
    return g_atomic_rc_box_acquire(call);
}

static void clear(gpointer data)
{
    AiCall *call = data;
    call->work->free(call->work);
    g_free(call->cache_key);
    g_string_free(call->text, TRUE);
    g_string_free(call->fresh, TRUE);
    ai_reply_unref(call->reply);
    g_clear_error(&call->error);
    g_clear_error(&call->trouble);
    g_mutex_clear(&call->lock);
}

void ai_call_unref(AiCall *call)
{
    g_atomic_rc_box_release_full(call, clear);
}

void ai_call_cancel(AiCall *call)
{
    g_mutex_lock(&call->lock);
    call->is_cancelled = TRUE;
    if (!call->has_ended) /* otherwise the client may be gone */
        curl_multi_wakeup(call->client->multi);
    g_mutex_unlock(&call->lock);
}

gboolean ai_call_is_cancelled(AiCall *call)
{
    g_mutex_lock(&call->lock);
    gboolean cancelled = call->is_cancelled;
    g_mutex_unlock(&call->lock);
    return cancelled;
}

/* With the call's lock held. */
static void want_teller(AiCall *call)
{
    if (call->has_teller)
        return;
    call->has_teller = TRUE;
    g_thread_pool_push(call->client->tellers, g_atomic_rc_box_acquire(call), NULL);
}

void ai_call_tell(AiCall *call, const char *text)
{
    g_mutex_lock(&call->lock);
    g_string_append(call->fresh, text);
    want_teller(call);
    g_mutex_unlock(&call->lock);
}

void ai_call_end(AiCall *call)
{
    g_mutex_lock(&call->lock);
    call->has_ended = TRUE;
    want_teller(call);
    g_mutex_unlock(&call->lock);
    ai_call_unref(call);
}

static void keep(const AiCall *call)
{
    g_autofree char *kept = ai_reply_write(call->reply);
    if (!kept)
        return;
    const AiStore *store = &call->client->store;
    ai_cache_keep(call->client->cache, call->cache_key, kept);
    if (store->save)
        store->save(store->data, call->cache_key, kept);
}

static void conclude(AiCall *call)
{
    AiClient *client = call->client;
    const AiBudget *budget = &client->budget;
    if (call->has_budget && budget->tell)
        budget->tell(budget->data, call->owner, call->service, &call->reply->usage);
    if (!call->error && call->cache_key && !call->reply->is_cached)
        keep(call);
    call->done(call->reply, call->error, call->data);
    g_mutex_lock(&client->lock);
    if (--client->untold == 0)
        g_cond_signal(&client->all_told);
    g_mutex_unlock(&client->lock);
}

/* What is to be told next: a piece of text, which is returned, or the end, or nothing. */
static char *take_fresh(AiCall *call, gboolean *is_end)
{
    g_mutex_lock(&call->lock);
    char *text = call->fresh->len > 0 && !call->is_cancelled ? g_strdup(call->fresh->str) : NULL;
    g_string_truncate(call->fresh, 0);
    *is_end = !text && call->has_ended;
    call->has_teller = text || *is_end;
    g_mutex_unlock(&call->lock);
    return text;
}

void ai_call_deliver(gpointer data, gpointer unused)
{
    AiCall *call = data;
    gboolean is_end;
    char *text;
    while ((text = take_fresh(call, &is_end))) {
        if (call->delta)
            call->delta(text, call->data);
        g_free(text);
    }
    if (is_end)
        conclude(call);
    ai_call_unref(call);
}
