/* What a language model and a transcriber are asked, and what is made of what they answer. */
#include "ai_case.h"

/* --- asking */

static void answer_comes_with_all_that_is_known_of_it(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say_text(stage, "Hello.");
    g_autoptr(Told) told = ask(stage, plain);
    assert_well(told, "Hello.");
    assert_string_equal(told->reply->model, "fake-1");
    assert_int_equal(told->reply->usage.prompt_tokens, 11);
    assert_int_equal(told->reply->usage.completion_tokens, 7);
    assert_false(told->reply->usage.is_estimated);
    assert_int_equal(told->reply->tries, 1);
    assert_false(told->reply->is_truncated || told->reply->is_cached);
    assert_non_null(strstr(told->reply->sent, "Be brief."));
    assert_null(strstr(told->reply->sent, KEY));
}

static void request_says_what_was_asked_for(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say_text(stage, "{\"verdict\": \"met\"}");
    g_autoptr(json_t) schema = verdict_schema();
    AiChatRequest request = with_schema(schema);
    request.seed = 7;
    g_autoptr(Told) told = ask(stage, request);
    assert_well(told, "{\"verdict\": \"met\"}");
    assert_string_equal(text_at(told->reply->json, "verdict"), "met");

    g_autofree char *head = fake_ai_request(stage->server, 0);
    assert_true(g_str_has_prefix(head, "POST /v1/chat/completions HTTP/1.1\r\n"));
    assert_non_null(strstr(head, "\r\nAuthorization: Bearer " KEY "\r\n"));
    assert_non_null(strstr(head, "\r\nContent-Type: application/json\r\n"));
    g_autoptr(json_t) body = asked(stage, 0);
    json_t *format = json_object_get(body, "response_format");
    json_t *inner = json_object_get(format, "json_schema");
    assert_string_equal(text_at(body, "model"), "tiny");
    assert_int_equal(json_integer_value(json_object_get(body, "max_tokens")), 100);
    assert_int_equal(json_integer_value(json_object_get(body, "seed")), 7);
    assert_true(json_is_real(json_object_get(body, "temperature")));
    assert_true(json_is_false(json_object_get(body, "stream")));
    assert_string_equal(text_at(format, "type"), "json_schema");
    assert_string_equal(text_at(inner, "name"), "verdict");
    assert_true(json_is_true(json_object_get(inner, "strict")));
    assert_true(json_equal(json_object_get(inner, "schema"), schema));
    json_t *messages = json_object_get(body, "messages");
    assert_int_equal(json_array_size(messages), 2);
    assert_string_equal(text_at(json_array_get(messages, 0), "role"), "system");
    assert_string_equal(text_at(json_array_get(messages, 1), "content"), "Hello?");
}

static void stream_is_told_piece_by_piece(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    g_autofree char *events = fake_ai_events("One ", "two ", "\303\274ber three.", NULL);
    gsize first = (gsize)(strstr(events, "two ") - events);
    fake_ai_say(stage->server,
                (FakeAiAnswer){ .type = "text/event-stream", .body = events, .is_held = TRUE, .held_after = first });
    g_autoptr(Told) told = start(stage, streamed);
    await_delta(told, "One ");
    assert_int_equal(told->ends, 0);
    fake_ai_release(stage->server);
    await_end(told);
    assert_well(told, "One two \303\274ber three.");
    assert_string_equal(told->deltas->str, "One two \303\274ber three.");
    assert_int_equal(told->reply->usage.completion_tokens, 7);
    g_autoptr(json_t) body = asked(stage, 0);
    assert_true(json_is_true(json_object_get(body, "stream")));
}

static void stream_that_the_server_gives_whole_is_told_at_its_end(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say_text(stage, "All at once.");
    g_autoptr(Told) told = ask(stage, streamed);
    assert_well(told, "All at once.");
    assert_string_equal(told->deltas->str, "All at once.");
}

static void tokens_are_estimated_when_the_server_does_not_count(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say(stage, 200, "{\"choices\": [{\"message\": {\"content\": \"12345678\"}, \"finish_reason\": \"stop\"}]}");
    g_autoptr(Told) told = ask(stage, plain);
    assert_well(told, "12345678");
    assert_true(told->reply->usage.is_estimated);
    assert_int_equal(told->reply->usage.completion_tokens, 2);
    assert_true(told->reply->usage.prompt_tokens > 0);
}

static void answer_that_ends_at_its_limit_says_so(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say(stage, 200, "{\"choices\": [{\"message\": {\"content\": \"And then\"}, \"finish_reason\": \"length\"}]}");
    g_autoptr(Told) told = ask(stage, plain);
    assert_well(told, "And then");
    assert_true(told->reply->is_truncated);
}

/* --- servers that understand less */

static void server_without_schemas_is_asked_otherwise_and_remembered(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    g_autoptr(json_t) schema = verdict_schema();
    say(stage, 400, "{\"error\": {\"message\": \"'response_format' of type 'json_schema' is not supported\"}}");
    say(stage, 422, "{\"detail\": [{\"loc\": [\"body\", \"response_format\"], \"msg\": \"extra\"}]}");
    say_text(stage, "<think>{\"verdict\": 3} or so?</think>Here it is:\n```json\n{\"verdict\": \"missed\"}\n```\n");
    g_autoptr(Told) told = ask(stage, with_schema(schema));
    assert_null(told->error);
    assert_string_equal(text_at(told->reply->json, "verdict"), "missed");
    assert_int_equal(told->reply->tries, 3);

    g_autoptr(json_t) second = asked(stage, 1);
    assert_string_equal(text_at(json_object_get(second, "response_format"), "type"), "json_object");
    g_autoptr(json_t) third = asked(stage, 2);
    assert_null(json_object_get(third, "response_format"));
    json_t *messages = json_object_get(third, "messages");
    assert_int_equal(json_array_size(messages), 2);
    assert_true(g_str_has_prefix(text_at(json_array_get(messages, 0), "content"), "Be brief."));
    assert_non_null(strstr(text_at(json_array_get(messages, 0), "content"), "\"additionalProperties\":false"));

    g_autoptr(Told) again = ask(stage, with_schema(schema));
    assert_int_equal(again->reply->tries, 1);
    g_autoptr(json_t) fourth = asked(stage, 3);
    assert_null(json_object_get(fourth, "response_format"));
}

static void parameters_that_a_server_does_not_know_are_left_out(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say(stage, 400, "{\"error\": {\"message\": \"Use 'max_completion_tokens' instead\", \"param\": \"max_tokens\"}}");
    say(stage, 400, "{\"error\": {\"message\": \"'temperature' does not support 0 with this model.\"}}");
    say(stage, 422, "{\"detail\": [{\"loc\": [\"body\", \"seed\"]}]}");
    say_text(stage, "There.");
    AiChatRequest request = plain;
    request.seed = 3;
    g_autoptr(Told) told = ask(stage, request);
    assert_well(told, "There.");
    g_autoptr(json_t) body = asked(stage, 3);
    assert_int_equal(json_integer_value(json_object_get(body, "max_completion_tokens")), 100);
    assert_null(json_object_get(body, "max_tokens"));
    assert_null(json_object_get(body, "temperature"));
    assert_null(json_object_get(body, "seed"));
}

static void refusal_for_another_reason_is_final(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say(stage, 401, "{\"error\": {\"message\": \"Incorrect API key provided: " KEY ".\\nBye\\u0007\"}}");
    g_autoptr(Told) told = ask(stage, plain);
    assert_failed(told, WHET_ERROR_FAILED, "401: Incorrect API key provided: [key]. Bye");
    assert_int_equal(fake_ai_count(stage->server), 1);
}

static void complaint_that_does_not_end_is_not_argued_with_for_ever(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    g_autoptr(json_t) schema = verdict_schema();
    say(stage, 400, "temperature, seed, max_tokens, stream_options, response_format, json_schema, grammar");
    AiChatRequest request = with_schema(schema);
    request.seed = 3;
    request.delta = take_delta;
    g_autoptr(Told) told = ask(stage, request);
    assert_failed(told, WHET_ERROR_FAILED, "400");
    assert_int_equal(told->reply->tries, 7);
}

static void redirect_is_not_followed(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    fake_ai_say(stage->server, (FakeAiAnswer){ .status = 307, .headers = "Location: /v1/elsewhere\r\n" });
    say_text(stage, "No.");
    g_autoptr(Told) told = ask(stage, plain);
    assert_failed(told, WHET_ERROR_FAILED, "307");
    assert_int_equal(fake_ai_count(stage->server), 1);
}

/* --- the cache */

static void same_question_is_not_asked_twice(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    g_autoptr(json_t) schema = verdict_schema();
    AiChatRequest request = with_schema(schema);
    request.is_fresh = FALSE;
    say_text(stage, "{\"verdict\": \"met\"}");
    g_autoptr(Told) first = ask(stage, request);
    request.delta = take_delta;
    g_autoptr(Told) second = ask(stage, request);
    assert_well(first, "{\"verdict\": \"met\"}");
    assert_well(second, first->reply->text);
    assert_true(second->reply->is_cached && !first->reply->is_cached);
    assert_string_equal(text_at(second->reply->json, "verdict"), "met");
    assert_string_equal(second->deltas->str, first->reply->text);
    assert_string_equal(second->reply->model, "fake-1");
    assert_int_equal(second->reply->usage.prompt_tokens, 11);
    assert_int_equal(second->reply->tries, 0);
    assert_int_equal(fake_ai_count(stage->server), 1);
}

static void other_question_is_asked(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say_text(stage, "Yes.");
    AiChatRequest request = plain;
    request.is_fresh = FALSE;
    g_autoptr(Told) first = ask(stage, request);
    request.max_tokens = 99;
    g_autoptr(Told) tokens = ask(stage, request);
    request.seed = 1;
    g_autoptr(Told) seed = ask(stage, request);
    request.temperature = 0.5;
    g_autoptr(Told) temperature = ask(stage, request);
    AiMessage swapped[] = { { AI_USER, "Be brief." }, { AI_USER, "Hello?" } };
    request.messages = swapped;
    g_autoptr(Told) role = ask(stage, request);
    assert_int_equal(fake_ai_count(stage->server), 5);
}

static void nonce_does_not_make_it_another_question(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say_text(stage, "Yes.");
    AiMessage first[] = { { AI_USER, "<a-1111>x</a-1111>" } }, second[] = { { AI_USER, "<a-2222>x</a-2222>" } };
    AiChatRequest request = { .messages = first, .n_messages = 1, .nonce = "1111" };
    g_autoptr(Told) one = ask(stage, request);
    request.messages = second;
    request.nonce = "2222";
    g_autoptr(Told) two = ask(stage, request);
    assert_true(two->reply->is_cached);
    g_autoptr(json_t) body = asked(stage, 0);
    assert_string_equal(text_at(json_array_get(json_object_get(body, "messages"), 0), "content"), "<a-1111>x</a-1111>");
}

static void answer_of_no_use_is_not_kept(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    g_autoptr(json_t) schema = verdict_schema();
    AiChatRequest request = with_schema(schema);
    request.is_fresh = FALSE;
    say_text(stage, "Perhaps.");
    say_text(stage, "{\"verdict\": \"met\"}");
    g_autoptr(Told) first = ask(stage, request);
    assert_failed(first, WHET_ERROR_FAILED, "no JSON object");
    g_autoptr(Told) second = ask(stage, request);
    assert_well(second, "{\"verdict\": \"met\"}");
}

static char *load(gpointer data, const char *key)
{
    return g_strdup(g_hash_table_lookup(data, key));
}

static void save(gpointer data, const char *key, const char *value)
{
    g_hash_table_replace(data, g_strdup(key), g_strdup(value));
}

static void answers_can_be_kept_elsewhere(void **state)
{
    g_autoptr(Stage) stage = stage_bare();
    GHashTable *shelf = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    stage->options.store = (AiStore){ shelf, load, save };
    open_client(stage);
    say_text(stage, "Kept.");
    AiChatRequest request = plain;
    request.is_fresh = FALSE;
    g_autoptr(Told) first = ask(stage, request);
    assert_int_equal(g_hash_table_size(shelf), 1);

    ai_client_free(stage->client);
    open_client(stage);
    g_autoptr(Told) second = ask(stage, request);
    assert_well(second, "Kept.");
    assert_true(second->reply->is_cached);

    g_autofree gpointer *keys = g_hash_table_get_keys_as_array(shelf, NULL);
    g_autofree char *key = g_strdup(keys[0]);
    assert_int_equal(strlen(key), 64);
    save(shelf, key, "something else");
    g_autoptr(Told) third = ask(stage, request);
    assert_well(third, "Kept.");
    assert_false(third->reply->is_cached);
    g_hash_table_unref(shelf);
}

/* --- the budget */

typedef struct {
    gint asked, told; /* atomic */
    guint tokens, left;
    AiUsage usage;
    gint64 owner;
} Purse;

static gboolean may_spend(gpointer data, gint64 owner, AiService service, guint tokens, GError **error)
{
    Purse *purse = data;
    purse->tokens = tokens;
    purse->owner = owner;
    if (tokens > purse->left)
        return whet_fail(error, WHET_ERROR_TOO_MANY, "spent");
    g_atomic_int_inc(&purse->asked);
    return TRUE;
}

static void was_spent(gpointer data, gint64 owner, AiService service, const AiUsage *usage)
{
    Purse *purse = data;
    assert_int_equal(owner, purse->owner);
    purse->usage = *usage;
    g_atomic_int_inc(&purse->told);
}

static void budget_is_asked_before_and_told_after(void **state)
{
    Purse purse = { .left = 1000 };
    g_autoptr(Stage) stage = stage_bare();
    stage->options.budget = (AiBudget){ &purse, may_spend, was_spent };
    open_client(stage);
    say_text(stage, "Cheap.");
    AiChatRequest request = plain;
    request.owner = 42;
    request.is_fresh = FALSE;
    g_autoptr(Told) told = ask(stage, request);
    assert_well(told, "Cheap.");
    assert_int_equal(purse.tokens, 100 + 4); /* max_tokens, and fifteen bytes */
    assert_int_equal(purse.usage.prompt_tokens + purse.usage.completion_tokens, 18);
    g_autoptr(Told) cached = ask(stage, request);
    assert_true(cached->reply->is_cached);
    assert_int_equal(purse.asked, 1);
    assert_int_equal(purse.told, 1);

    say(stage, 401, "");
    request.is_fresh = TRUE;
    g_autoptr(Told) failed = ask(stage, request);
    assert_non_null(failed->error);
    assert_int_equal(purse.told, 2);
    assert_int_equal(purse.usage.prompt_tokens + purse.usage.completion_tokens, 0);

    purse.left = 10;
    assert_refused(stage, request, WHET_ERROR_TOO_MANY, "spent");
    assert_int_equal(fake_ai_count(stage->server), 2);
    assert_int_equal(purse.told, 2);
}

/* --- what is refused before it is sent */

static void requests_that_cannot_be_sent_are_refused(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    g_autofree char *much = g_strnfill(AI_PROMPT_BYTES_MOST + 1, 'a');
    g_autoptr(json_t) strange = json_pack("{s:s}", "type", "objekt");
    g_autoptr(json_t) schema = verdict_schema();
    AiMessage latin = { AI_USER, "caf\xe9" }, nothing = { AI_USER, NULL }, long_one = { AI_USER, much };
    assert_refused(stage, (AiChatRequest){ .messages = hello }, WHET_ERROR_INVALID, "must have messages");
    assert_refused(stage, (AiChatRequest){ .messages = &latin, .n_messages = 1 }, WHET_ERROR_INVALID, "UTF-8");
    assert_refused(stage, (AiChatRequest){ .messages = &nothing, .n_messages = 1 }, WHET_ERROR_INVALID, "UTF-8");
    assert_refused(stage, (AiChatRequest){ .messages = &long_one, .n_messages = 1 }, WHET_ERROR_INVALID, "too long");
    AiChatRequest request = plain;
    request.temperature = -1;
    assert_refused(stage, request, WHET_ERROR_INVALID, "temperature");
    assert_refused(stage, with_schema(strange), WHET_ERROR_INVALID, "'type'");
    request = with_schema(schema);
    request.schema_name = "a name";
    assert_refused(stage, request, WHET_ERROR_INVALID, "name");
    assert_int_equal(fake_ai_count(stage->server), 0);
}

static void client_without_endpoints_says_so(void **state)
{
    g_autoptr(Stage) stage = stage_bare();
    stage->options.endpoints[AI_CHAT].url = NULL;
    open_client(stage);
    assert_false(ai_client_has(stage->client, AI_CHAT));
    assert_true(ai_client_has(stage->client, AI_TRANSCRIPTION));
    assert_refused(stage, plain, WHET_ERROR_UNAVAILABLE, "The language model is not set up.");
}

static void assert_no_client(AiEndpoint endpoint, const char *with)
{
    AiOptions options = { .endpoints = { endpoint } };
    g_autoptr(GError) error = NULL;
    assert_null(ai_client_new(&options, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
    if (!strstr(error->message, with) || strstr(error->message, "hush"))
        fail_msg("%s", error->message);
}

static void settings_that_cannot_be_are_refused(void **state)
{
    assert_no_client((AiEndpoint){ .url = "ftp://example.org" }, "ai-url: ");
    assert_no_client((AiEndpoint){ .url = "file:///etc/passwd" }, "ai-url: ");
    assert_no_client((AiEndpoint){ .url = "https://me:hush@example.org/v1" }, "neither a user nor a password");
    assert_no_client((AiEndpoint){ .url = "https://example.org", .key = "hush\r\nX: y" }, "ai-key: ");
}

static void settings_are_read(void **state)
{
    g_autoptr(GError) error = NULL;
    char **arguments =
        g_strsplit("--ai-url http://h:1 --ai-key k --ai-model m --ai-timeout 7 --ai-concurrency 2", " ", -1);
    g_autoptr(Settings) settings = settings_new(arguments, &error);
    assert_non_null(settings);
    AiOptions options = ai_options(settings);
    assert_string_equal(options.endpoints[AI_CHAT].url, "http://h:1");
    assert_string_equal(options.endpoints[AI_CHAT].key, "k");
    assert_string_equal(options.endpoints[AI_CHAT].model, "m");
    assert_null(options.endpoints[AI_TRANSCRIPTION].url);
    assert_int_equal(options.timeout_seconds, 7);
    assert_int_equal(options.concurrency, 2);
    g_strfreev(arguments);
}

/* --- transcription */

static Told *transcribe(Stage *stage)
{
    g_autoptr(GBytes) audio = g_bytes_new_static("RIFF\0\0WAVE and so on", 20);
    AiTranscriptionRequest request = {
        .audio = audio, .file_name = "note.wav", .type = "audio/wav", .language = "de", .prompt = "Angebot, Preis"
    };
    Told *told = told_new();
    g_autoptr(GError) error = NULL;
    told->call = ai_transcription_start(stage->client, &request, take_end, told, &error);
    if (!told->call)
        fail_msg("%s", error->message);
    await_end(told);
    return told;
}

static void transcription_comes_with_its_segments(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say(stage, 200,
        "{\"text\": \" Zu teuer, sagt sie.\", \"language\": \"german\", \"duration\": \"2.5\", \"segments\": ["
        "{\"start\": 0, \"end\": 1.5, \"text\": \" Zu teuer,\"}, {\"start\": 9, \"end\": 1, \"text\": \"?\"},"
        "{\"start\": 1.5, \"end\": 2.5, \"text\": \" sagt sie.\"}]}");
    g_autoptr(Told) told = transcribe(stage);
    assert_well(told, " Zu teuer, sagt sie.");
    assert_string_equal(told->reply->language, "german");
    assert_true(told->reply->seconds == 2.5);
    assert_int_equal(told->reply->segments->len, 2);
    assert_string_equal(g_array_index(told->reply->segments, AiSegment, 1).text, " sagt sie.");

    g_autofree char *request = fake_ai_request(stage->server, 0);
    assert_true(g_str_has_prefix(request, "POST /v1/audio/transcriptions HTTP/1.1\r\n"));
    assert_non_null(strstr(request, "Content-Type: multipart/form-data; boundary="));
    assert_non_null(strstr(request, "Authorization: Bearer " KEY));
    assert_non_null(strstr(request, "name=\"file\"; filename=\"note.wav\"\r\nContent-Type: audio/wav\r\n\r\nRIFF"));
}

static void transcriber_without_segments_is_asked_for_the_text_alone(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say(stage, 400, "{\"error\": {\"message\": \"response_format 'verbose_json' is not compatible with this model\"}}");
    say(stage, 200, "{\"text\": \"Ja.\"}");
    g_autoptr(Told) told = transcribe(stage);
    assert_well(told, "Ja.");
    assert_int_equal(told->reply->segments->len, 0);
    assert_non_null(strstr(told->reply->sent, "\"response_format\":\"json\""));
    g_autoptr(Told) again = transcribe(stage);
    assert_int_equal(again->reply->tries, 1);
}

static void transcriber_fails_as_a_model_does(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    say(stage, 503, "");
    say(stage, 200, "{\"text\": 1}");
    g_autoptr(Told) told = transcribe(stage);
    assert_failed(told, WHET_ERROR_FAILED, "The transcriber gave a reply of no use: there is no text in it");
    assert_int_equal(told->reply->tries, 2);
}

static void assert_no_transcription(Stage *stage, GBytes *audio, const char *file_name)
{
    AiTranscriptionRequest request = { .audio = audio, .file_name = file_name, .type = "audio/wav" };
    g_autoptr(GError) error = NULL;
    assert_null(ai_transcription_start(stage->client, &request, take_end, NULL, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
}

static void sound_that_cannot_be_sent_is_refused(void **state)
{
    g_autoptr(Stage) stage = stage_new();
    g_autoptr(GBytes) silence = g_bytes_new_static("", 0);
    g_autoptr(GBytes) sound = g_bytes_new_static("RIFF", 4);
    assert_no_transcription(stage, silence, "a.wav");
    assert_no_transcription(stage, NULL, "a.wav");
    assert_no_transcription(stage, sound, NULL);
    assert_no_transcription(stage, sound, "a\r\nX:y");
    assert_no_transcription(stage, sound, "a\"b.wav");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answer_comes_with_all_that_is_known_of_it),
        cmocka_unit_test(request_says_what_was_asked_for),
        cmocka_unit_test(stream_is_told_piece_by_piece),
        cmocka_unit_test(stream_that_the_server_gives_whole_is_told_at_its_end),
        cmocka_unit_test(tokens_are_estimated_when_the_server_does_not_count),
        cmocka_unit_test(answer_that_ends_at_its_limit_says_so),
        cmocka_unit_test(server_without_schemas_is_asked_otherwise_and_remembered),
        cmocka_unit_test(parameters_that_a_server_does_not_know_are_left_out),
        cmocka_unit_test(refusal_for_another_reason_is_final),
        cmocka_unit_test(complaint_that_does_not_end_is_not_argued_with_for_ever),
        cmocka_unit_test(redirect_is_not_followed),
        cmocka_unit_test(same_question_is_not_asked_twice),
        cmocka_unit_test(other_question_is_asked),
        cmocka_unit_test(nonce_does_not_make_it_another_question),
        cmocka_unit_test(answer_of_no_use_is_not_kept),
        cmocka_unit_test(answers_can_be_kept_elsewhere),
        cmocka_unit_test(budget_is_asked_before_and_told_after),
        cmocka_unit_test(requests_that_cannot_be_sent_are_refused),
        cmocka_unit_test(client_without_endpoints_says_so),
        cmocka_unit_test(settings_that_cannot_be_are_refused),
        cmocka_unit_test(settings_are_read),
        cmocka_unit_test(transcription_comes_with_its_segments),
        cmocka_unit_test(transcriber_without_segments_is_asked_for_the_text_alone),
        cmocka_unit_test(transcriber_fails_as_a_model_does),
        cmocka_unit_test(sound_that_cannot_be_sent_is_refused),
    };
    g_setenv("no_proxy", "127.0.0.1", TRUE);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
