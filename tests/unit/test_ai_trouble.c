/* A language model that fails, is overloaded, is slow, or answers what is of no use. */
#include "ai_case.h"

/* --- servers that fail */

static void overloaded_server_is_asked_again_when_it_said(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    fake_ai_say(stage->server, (FakeAiAnswer){ .status = 429, .headers = "Retry-After: 20\r\n" });
    say_text(stage, "Now.");
    g_autoptr(Told) told = start(stage, plain);
    await_status(stage, 0, 0, 1);
    advance(stage, 20 * CLOCK_SECOND - 1);
    await_status(stage, 0, 0, 1);
    assert_int_equal(fake_ai_count(stage->server), 1);
    advance(stage, 1);
    await_end(told);
    assert_well(told, "Now.");
    assert_int_equal(told->reply->tries, 2);
    assert_int_equal(told->reply->milliseconds, 20000);
}

static void server_that_wants_long_to_itself_is_not_waited_for(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    fake_ai_say(stage->server, (FakeAiAnswer){ .status = 429, .headers = "Retry-After: 31\r\n", .body = "slow down" });
    g_autoptr(Told) told = ask(stage, plain);
    assert_failed(told, WHET_ERROR_UNAVAILABLE, "429: slow down");
    assert_int_equal(told->reply->tries, 1);
}

static void failing_server_is_asked_again(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say(stage, 500, "{\"error\": \"oops\"}");
    say(stage, 503, "");
    say_text(stage, "Fine.");
    g_autoptr(Told) told = ask(stage, plain);
    assert_well(told, "Fine.");
    assert_int_equal(told->reply->tries, 3);
}

static void failing_server_is_given_up_after_some_tries(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say(stage, 500, "{\"error\": \"oops\"}");
    g_autoptr(Told) told = ask(stage, plain);
    assert_failed(told, WHET_ERROR_UNAVAILABLE, "500: oops");
    assert_int_equal(fake_ai_count(stage->server), AI_TRIES_MOST);
}

static void rest_between_tries_grows_by_chance(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    stage->chance = 1;
    say(stage, 500, "");
    g_autoptr(Told) told = start(stage, plain);
    await_status(stage, 0, 0, 1);
    advance(stage, CLOCK_SECOND / 2);
    assert_true(fake_ai_await(stage->server, 2));
    await_status(stage, 0, 0, 1);
    advance(stage, CLOCK_SECOND - 1);
    await_status(stage, 0, 0, 1);
    assert_int_equal(fake_ai_count(stage->server), 2);
    advance(stage, 1);
    await_end(told);
    assert_int_equal(fake_ai_count(stage->server), 3);
}

static void server_that_is_not_there_is_told(void **state)
{
    g_autoptr(Stage) stage = stage_bare();
    g_autoptr(FakeAi) gone = fake_ai_new();
    g_autofree char *url = g_strdup(fake_ai_url(gone));
    g_clear_pointer(&gone, fake_ai_free);
    stage->options.endpoints[AI_CHAT].url = url;
    open_client(stage);
    g_autoptr(Told) told = ask(stage, plain);
    assert_failed(told, WHET_ERROR_UNAVAILABLE, "The language model cannot be reached");
    assert_int_equal(told->reply->tries, AI_TRIES_MOST);
}

static void server_that_never_answers_is_left_at_the_deadline(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    hold_text(stage, "Never.");
    g_autoptr(Told) told = start(stage, plain);
    assert_true(fake_ai_await(stage->server, 1));
    advance(stage, 59 * CLOCK_SECOND);
    await_status(stage, 0, 1, 0);
    advance(stage, CLOCK_SECOND);
    await_end(told);
    assert_failed(told, WHET_ERROR_UNAVAILABLE, "did not answer within 60 seconds");
}

static void request_may_have_less_time_but_not_more(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    hold_text(stage, "Never.");
    AiChatRequest hurried = plain, patient = plain;
    hurried.timeout_seconds = 5;
    patient.timeout_seconds = 500;
    g_autoptr(Told) first = start(stage, hurried);
    g_autoptr(Told) second = start(stage, patient);
    assert_true(fake_ai_await(stage->server, 2));
    advance(stage, 5 * CLOCK_SECOND);
    await_end(first);
    assert_failed(first, WHET_ERROR_UNAVAILABLE, "within 5 seconds");
    assert_int_equal(second->ends, 0);
    advance(stage, 55 * CLOCK_SECOND);
    await_end(second);
    assert_failed(second, WHET_ERROR_UNAVAILABLE, "within 60 seconds");
}

/* Until the client's thread has looked at everything that there was when this was called: it does so before it ends a
 * call that was cancelled. */
static void await_look(Stage *stage)
{
    g_autoptr(Told) told = start(stage, plain);
    ai_call_cancel(told->call);
    await_end(told);
}

static void stream_that_falls_silent_is_left(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    g_autofree char *events = fake_ai_events("One ", "two", NULL);
    gsize first = (gsize)(strstr(events, "two") - events);
    fake_ai_say(stage->server,
                (FakeAiAnswer){ .type = "text/event-stream", .body = events, .is_held = TRUE, .held_after = first });
    g_autoptr(Told) told = start(stage, streamed);
    await_delta(told, "One ");
    await_look(stage);
    advance(stage, 31 * CLOCK_SECOND);
    await_end(told);
    assert_failed(told, WHET_ERROR_UNAVAILABLE, "fell silent");
    assert_string_equal(told->reply->text, "One ");
    assert_int_equal(told->reply->tries, 1);
}

static void stream_that_is_cut_is_not_taken_for_an_answer(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    g_autofree char *events = fake_ai_events("One ", "two", NULL);
    fake_ai_say(stage->server, (FakeAiAnswer){ .type = "text/event-stream",
                                               .body = events,
                                               .cut_after = (gsize)(strstr(events, "two") - events) });
    g_autoptr(Told) told = ask(stage, streamed);
    assert_failed(told, WHET_ERROR_UNAVAILABLE, "in the middle");
    assert_string_equal(told->reply->text, "One ");
    assert_true(told->reply->usage.is_estimated && told->reply->usage.completion_tokens == 1);
    assert_int_equal(told->reply->tries, 1); /* what was told cannot be told anew */
}

static void stream_that_is_cut_before_it_said_anything_is_asked_for_again(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    g_autofree char *events = fake_ai_events("One", NULL);
    say_events(stage, "");
    fake_ai_say(stage->server, (FakeAiAnswer){ .type = "text/event-stream", .body = events, .cut_after = 40 });
    say_events(stage, events);
    g_autoptr(Told) told = ask(stage, streamed);
    assert_well(told, "One");
    assert_string_equal(told->deltas->str, "One");
    assert_int_equal(told->reply->tries, 3);
}

static void answer_that_is_cut_is_asked_for_again(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    g_autofree char *body = fake_ai_completion("All of it.");
    fake_ai_say(stage->server, (FakeAiAnswer){ .body = body, .cut_after = 30 });
    say_text(stage, "All of it.");
    g_autoptr(Told) told = ask(stage, plain);
    assert_well(told, "All of it.");
    assert_int_equal(told->reply->tries, 2);
}

/* --- replies of no use */

static void assert_useless(const char *body, const char *with)
{
    g_autoptr(Stage) stage = stage_new();
    g_autoptr(json_t) schema = verdict_schema();
    say(stage, 200, body);
    g_autoptr(Told) told = ask(stage, with_schema(schema));
    assert_failed(told, WHET_ERROR_FAILED, with);
    assert_int_equal(fake_ai_count(stage->server), 1);
}

static void assert_useless_text(const char *text, const char *with)
{
    g_autofree char *body = fake_ai_completion(text);
    assert_useless(body, with);
}

static void reply_that_is_no_json_is_refused(void **state)
{
    assert_useless("<html>502 from somebody</html>", "no JSON");
    assert_useless("[1, 2]", "no object");
    assert_useless("{\"choices\": [], \"choices\": []}", "no JSON");
    assert_useless("{\"choices\": [{\"message\": {\"content\": \"a\\u0000b\"}}]}", "no JSON");
    assert_useless("{\"choices\": [{\"message\": {\"content\": \"\xff\"}}]}", "no JSON");
}

static void reply_that_is_nested_for_ever_is_refused(void **state)
{
    g_autofree char *deep = g_strnfill(10000, '[');
    g_autofree char *body = g_strdup_printf("{\"choices\": %s", deep);
    assert_useless(body, "nested");
}

static void reply_without_an_answer_is_refused(void **state)
{
    assert_useless("{}", "empty");
    assert_useless("{\"choices\": [{\"message\": {\"content\": null, \"refusal\": \"I cannot.\"}}]}", "declined");
    assert_useless("{\"choices\": [{\"message\": {\"content\": \"x\"}, \"finish_reason\": \"content_filter\"}]}",
                   "filter");
    assert_useless("{\"error\": {\"message\": \"out of memory, and the key is " KEY "\"}}", "out of memory");
}

static void answer_that_does_not_fit_its_schema_is_refused(void **state)
{
    assert_useless_text("I would say that it was met.", "no JSON object");
    assert_useless_text("{\"verdict\": \"perfect\"}", "'/verdict' is none of those allowed");
    assert_useless_text("{\"verdict\": \"met\", \"score\": 1.0}", "a member too many");
    assert_useless_text("{\"Verdict\": \"met\"}", "lacks a member");
    assert_useless_text("{\"verdict\": [\"met\"]}", "wrong type");
}

static void answer_that_is_cut_at_its_limit_says_why_it_does_not_fit(void **state)
{
    assert_useless(
        "{\"choices\": [{\"message\": {\"content\": \"{\\\"verdict\\\": \"}, \"finish_reason\": \"length\"}]}",
        "max_tokens were reached");
}

static void hostile_text_arrives_as_text(void **state)
{
    static const char hostile[] =
        "</script><script>alert(1)</script> '; DROP TABLE person; -- %s%n data: [DONE]\n\n\\u0000";
    g_autoptr(Stage) stage = stage_new();
    g_autofree char *events = fake_ai_events(hostile, NULL);
    say_events(stage, events);
    g_autoptr(Told) told = ask(stage, streamed);
    assert_well(told, hostile);
    assert_string_equal(told->deltas->str, hostile);
}

static void huge_reply_is_not_read_to_its_end(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    g_autofree char *much = g_strnfill(8 * 1024 * 1024, 'a');
    say_text(stage, much);
    g_autoptr(Told) told = ask(stage, plain);
    assert_failed(told, WHET_ERROR_FAILED, "too long");
    assert_int_equal(told->reply->tries, 1);

    much[AI_TEXT_BYTES_MOST + 1] = '\0';
    say_text(stage, much);
    g_autoptr(Told) second = ask(stage, plain);
    assert_failed(second, WHET_ERROR_FAILED, "too long");

    g_autofree char *padded =
        g_strdup_printf("%*s{\"choices\": [{\"message\": {\"content\": \"x\"}}]}", 2 * 1024 * 1024, "");
    say(stage, 200, padded);
    g_autoptr(Told) third = ask(stage, plain);
    assert_failed(third, WHET_ERROR_FAILED, "too long");
}

static void huge_stream_is_not_read_to_its_end(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    g_autoptr(GString) events = g_string_new(NULL);
    g_autofree char *piece = g_strnfill(1000, 'b');
    for (int i = 0; i < 400; i++)
        g_string_append_printf(events, "data: {\"choices\": [{\"delta\": {\"content\": \"%s\"}}]}\n\n", piece);
    say_events(stage, events->str);
    g_autoptr(Told) told = ask(stage, streamed);
    assert_failed(told, WHET_ERROR_FAILED, "too long");
    assert_true(strlen(told->reply->text) <= AI_TEXT_BYTES_MOST);
}

static void error_in_the_middle_of_a_stream_is_told(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say_events(stage, "data: {\"choices\": [{\"delta\": {\"content\": \"One\"}}]}\n\n"
                      "data: {\"error\": {\"message\": \"context is full; " KEY "\"}}\n\n");
    g_autoptr(Told) told = ask(stage, streamed);
    assert_failed(told, WHET_ERROR_FAILED, "context is full; [key]");
    assert_string_equal(told->reply->text, "One");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overloaded_server_is_asked_again_when_it_said),
        cmocka_unit_test(server_that_wants_long_to_itself_is_not_waited_for),
        cmocka_unit_test(failing_server_is_asked_again),
        cmocka_unit_test(failing_server_is_given_up_after_some_tries),
        cmocka_unit_test(rest_between_tries_grows_by_chance),
        cmocka_unit_test(server_that_is_not_there_is_told),
        cmocka_unit_test(server_that_never_answers_is_left_at_the_deadline),
        cmocka_unit_test(request_may_have_less_time_but_not_more),
        cmocka_unit_test(stream_that_falls_silent_is_left),
        cmocka_unit_test(stream_that_is_cut_is_not_taken_for_an_answer),
        cmocka_unit_test(stream_that_is_cut_before_it_said_anything_is_asked_for_again),
        cmocka_unit_test(answer_that_is_cut_is_asked_for_again),
        cmocka_unit_test(reply_that_is_no_json_is_refused),
        cmocka_unit_test(reply_that_is_nested_for_ever_is_refused),
        cmocka_unit_test(reply_without_an_answer_is_refused),
        cmocka_unit_test(answer_that_does_not_fit_its_schema_is_refused),
        cmocka_unit_test(answer_that_is_cut_at_its_limit_says_why_it_does_not_fit),
        cmocka_unit_test(hostile_text_arrives_as_text),
        cmocka_unit_test(huge_reply_is_not_read_to_its_end),
        cmocka_unit_test(huge_stream_is_not_read_to_its_end),
        cmocka_unit_test(error_in_the_middle_of_a_stream_is_told),
    };
    g_setenv("no_proxy", "127.0.0.1", TRUE);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
