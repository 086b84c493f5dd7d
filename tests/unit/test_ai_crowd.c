/* Many calls to a language model at once: whose turn it is, what becomes of them when the server breaks, and how they
 * are cancelled and stopped. */
#include "ai_case.h"

#include <dirent.h>
#include <gio/gio.h>

/* --- the breaker */

static void broken_server_is_left_alone_and_tried_again_later(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say(stage, 500, "");
    for (int i = 0; i < 2; i++) { /* three tries, and two more until it opens */
        g_autoptr(Told) told = ask(stage, plain);
        assert_non_null(told->error);
    }
    assert_int_equal(fake_ai_count(stage->server), 5);
    assert_true(ai_client_status(stage->client, AI_CHAT).is_refusing);
    assert_false(ai_client_status(stage->client, AI_TRANSCRIPTION).is_refusing);
    assert_refused(stage, plain, WHET_ERROR_UNAVAILABLE, "failed too often");

    advance(stage, 30 * CLOCK_SECOND);
    g_autoptr(Told) probe = ask(stage, plain); /* fails once, and it is open again */
    assert_non_null(probe->error);
    assert_int_equal(fake_ai_count(stage->server), 6);
    assert_refused(stage, plain, WHET_ERROR_UNAVAILABLE, "failed too often");

    say_text(stage, "Back.");
    advance(stage, 30 * CLOCK_SECOND);
    g_autoptr(Told) back = ask(stage, plain);
    assert_well(back, "Back.");
    assert_false(ai_client_status(stage->client, AI_CHAT).is_refusing);
}

static void calls_that_wait_are_told_when_the_server_breaks(void **state)
{
    g_autoptr(Stage) stage = stage_bare();
    stage->options.concurrency = 1;
    open_client(stage);
    say(stage, 500, "");
    GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)told_free);
    for (int i = 0; i < 5; i++)
        g_ptr_array_add(all, start(stage, plain));
    guint refused = 0;
    for (guint i = 0; i < all->len; i++) {
        Told *told = all->pdata[i];
        await_end(told);
        refused += told->error && strstr(told->error->message, "failed too often") != NULL;
    }
    assert_int_equal(fake_ai_count(stage->server), 5);
    assert_true(refused >= 3);
    g_ptr_array_unref(all);
}

/* --- the queue */

static void so_many_are_asked_at_once_and_no_more(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    hold_text(stage, "Done.");
    GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)told_free);
    for (int i = 0; i < 20; i++)
        g_ptr_array_add(all, start(stage, plain));
    assert_true(fake_ai_await(stage->server, 4));
    await_status(stage, 16, 4, 0);
    fake_ai_release(stage->server);
    for (guint i = 0; i < all->len; i++) {
        await_end(all->pdata[i]);
        assert_well(all->pdata[i], "Done.");
    }
    assert_int_equal(fake_ai_count(stage->server), 20);
    assert_int_equal(fake_ai_most_at_once(stage->server), 4);
    g_ptr_array_unref(all);
}

static char *last_message(Stage *stage, guint i)
{
    g_autoptr(json_t) body = asked(stage, i);
    json_t *messages = json_object_get(body, "messages");
    return g_strdup(text_at(json_array_get(messages, json_array_size(messages) - 1), "content"));
}

static Told *start_for(Stage *stage, gint64 owner, const char *text, gboolean is_urgent)
{
    AiMessage message = { AI_USER, text };
    AiChatRequest request = {
        .messages = &message, .n_messages = 1, .is_fresh = TRUE, .owner = owner, .is_urgent = is_urgent
    };
    return start(stage, request);
}

static void owners_take_turns_and_what_is_urgent_goes_first(void **state)
{
    g_autoptr(Stage) stage = stage_bare();
    stage->options.concurrency = 1;
    open_client(stage);
    hold_text(stage, "Done.");
    static const struct {
        gint64 owner;
        const char *text;
        gboolean is_urgent;
    } calls[] = { { 1, "first", FALSE }, { 1, "one", FALSE },   { 1, "two", FALSE },
                  { 1, "three", FALSE }, { 2, "other", FALSE }, { 3, "now", TRUE } };
    static const char *const order[] = { "first", "now", "one", "other", "two", "three" };
    GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)told_free);
    for (guint i = 0; i < G_N_ELEMENTS(calls); i++) {
        g_ptr_array_add(all, start_for(stage, calls[i].owner, calls[i].text, calls[i].is_urgent));
        assert_true(fake_ai_await(stage->server, 1));
    }
    await_status(stage, 5, 1, 0);
    fake_ai_release(stage->server);
    for (guint i = 0; i < all->len; i++)
        await_end(all->pdata[i]);
    for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
        g_autofree char *text = last_message(stage, i);
        assert_string_equal(text, order[i]);
    }
    g_ptr_array_unref(all);
}

static void who_waits_too_long_is_told(void **state)
{
    g_autoptr(Stage) stage = stage_bare();
    stage->options.concurrency = 1;
    open_client(stage);
    hold_text(stage, "Done.");
    g_autoptr(Told) first = start(stage, plain);
    assert_true(fake_ai_await(stage->server, 1));
    AiChatRequest hurried = plain;
    hurried.timeout_seconds = 10;
    g_autoptr(Told) second = start(stage, hurried);
    await_status(stage, 1, 1, 0);
    advance(stage, 10 * CLOCK_SECOND);
    await_end(second);
    assert_failed(second, WHET_ERROR_UNAVAILABLE, "too busy to be asked within 10 seconds");
    assert_int_equal(second->reply->tries, 0);
    fake_ai_release(stage->server);
    await_end(first);
    assert_well(first, "Done.");
}

static void queue_has_an_end(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    hold_text(stage, "Done.");
    GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)told_free);
    for (int i = 0; i < AI_WAITING_MOST; i++)
        g_ptr_array_add(all, start(stage, plain));
    assert_refused(stage, plain, WHET_ERROR_UNAVAILABLE, "too much to do");
    fake_ai_release(stage->server);
    for (guint i = 0; i < all->len; i++)
        await_end(all->pdata[i]);
    g_autoptr(Told) after = ask(stage, plain);
    assert_well(after, "Done.");
    g_ptr_array_unref(all);
}

/* --- cancelling and stopping */

static void assert_cancelled(Told *told)
{
    await_end(told);
    assert_int_equal(told->ends, 1);
    assert_true(g_error_matches(told->error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

static void cancelled_call_ends_at_once_wherever_it_stands(void **state)
{
    g_autoptr(Stage) stage = stage_bare();
    stage->options.concurrency = 1;
    open_client(stage);
    fake_ai_say(stage->server, (FakeAiAnswer){ .status = 429, .headers = "Retry-After: 9\r\n" });
    hold_text(stage, "Never.");
    g_autoptr(Told) resting = start(stage, plain);
    await_status(stage, 0, 0, 1);
    g_autoptr(Told) running = start(stage, plain);
    assert_true(fake_ai_await(stage->server, 2));
    g_autoptr(Told) waiting = start(stage, plain);
    await_status(stage, 1, 1, 1);
    ai_call_cancel(waiting->call);
    assert_cancelled(waiting);
    ai_call_cancel(resting->call);
    assert_cancelled(resting);
    ai_call_cancel(running->call);
    assert_cancelled(running);
    await_status(stage, 0, 0, 0);
    ai_call_cancel(running->call);
    assert_int_equal(running->ends, 1);
}

static void cancelled_stream_says_no_more(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    g_autofree char *events = fake_ai_events("One ", "two", NULL);
    fake_ai_say(stage->server, (FakeAiAnswer){ .type = "text/event-stream",
                                               .body = events,
                                               .is_held = TRUE,
                                               .held_after = (gsize)(strstr(events, "two") - events) });
    g_autoptr(Told) told = start(stage, streamed);
    await_delta(told, "One ");
    ai_call_cancel(told->call);
    fake_ai_release(stage->server);
    assert_cancelled(told);
    assert_string_equal(told->deltas->str, "One ");
}

static guint open_files(void)
{
    guint n = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder))
        n++;
    closedir(folder);
    return n;
}

static void stopping_ends_every_call_and_leaves_nothing(void **state)
{
    guint before = open_files();
    for (int round = 0; round < 5; round++) {
        Stage *stage = stage_new();
        hold_text(stage, "Never.");
        GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)told_free);
        for (int i = 0; i < 30; i++)
            g_ptr_array_add(all, start(stage, i % 2 ? plain : streamed));
        assert_true(fake_ai_await(stage->server, 4));
        g_clear_pointer(&stage->client, ai_client_free);
        for (guint i = 0; i < all->len; i++) {
            Told *told = all->pdata[i];
            assert_int_equal(told->ends, 1);
            assert_true(g_error_matches(told->error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
            ai_call_cancel(told->call); /* too late, and harmless */
        }
        g_ptr_array_unref(all);
        stage_free(stage);
    }
    assert_int_equal(open_files(), before);
}

typedef struct {
    Stage *stage;
    AiChatRequest request;
    gint started, refused; /* atomic */
} Chain;

static void start_another(AiReply *reply, const GError *error, gpointer data)
{
    Chain *chain = data;
    AiCall *call = ai_chat_start(chain->stage->client, &chain->request, start_another, chain, NULL);
    g_atomic_int_inc(call ? &chain->started : &chain->refused);
    if (call)
        ai_call_unref(call);
}

/* Eight chains of calls, each started at the end of the one before, are stopped in full course. */
static void stop_chains(gboolean is_fresh)
{
    Stage *stage = stage_new();
    say_text(stage, "Go on.");
    Chain chain = { .stage = stage, .request = plain };
    chain.request.is_fresh = is_fresh;
    for (int i = 0; i < 8; i++)
        start_another(NULL, NULL, &chain);
    gint64 until = g_get_monotonic_time() + PATIENCE;
    while (g_atomic_int_get(&chain.started) < 50 && g_get_monotonic_time() < until)
        g_thread_yield();
    ai_client_free(stage->client);
    stage->client = NULL;
    assert_int_equal(chain.refused, 8);
    stage_free(stage);
}

static void calls_can_be_started_from_callbacks_even_while_stopping(void **state)
{
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    for (int round = 0; round < 20; round++)
        stop_chains(round % 2);
}

static gpointer ask_often(gpointer data)
{
    Stage *stage = data;
    for (int i = 0; i < 25; i++) {
        g_autoptr(Told) told = ask(stage, i % 3 ? plain : streamed);
        assert_well(told, "Hello.");
        if (i % 5 == 0) {
            g_autoptr(Told) cancelled = start(stage, plain);
            ai_call_cancel(cancelled->call);
            await_end(cancelled);
        }
    }
    return NULL;
}

static void many_threads_ask_at_once(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say_text(stage, "Hello.");
    GThread *threads[8];
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("asker", ask_often, stage);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_server_is_left_alone_and_tried_again_later),
        cmocka_unit_test(calls_that_wait_are_told_when_the_server_breaks),
        cmocka_unit_test(so_many_are_asked_at_once_and_no_more),
        cmocka_unit_test(owners_take_turns_and_what_is_urgent_goes_first),
        cmocka_unit_test(who_waits_too_long_is_told),
        cmocka_unit_test(queue_has_an_end),
        cmocka_unit_test(cancelled_call_ends_at_once_wherever_it_stands),
        cmocka_unit_test(cancelled_stream_says_no_more),
        cmocka_unit_test(stopping_ends_every_call_and_leaves_nothing),
        cmocka_unit_test(calls_can_be_started_from_callbacks_even_while_stopping),
        cmocka_unit_test(many_threads_ask_at_once),
    };
    g_setenv("no_proxy", "127.0.0.1", TRUE);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
