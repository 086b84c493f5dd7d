/* What stands in a model's reply: event streams, JSON among other words, and whether it fits a schema; and the address
 * that a model is asked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

#include "platform/ai/ai_json.h"
#include "platform/ai/ai_schema.h"
#include "platform/ai/ai_stream.h"
#include "platform/ai/ai_url.h"
#include "platform/error.h"

/* --- addresses */

static void assert_url(AiService service, const char *base, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *url = ai_url(base, service, &error);
    if (error)
        fail_msg("%s: %s", base, error->message);
    assert_string_equal(url, expected);
}

static void address_is_completed_as_far_as_it_is_not_whole(void **state)
{
    static const char whole[] = "http://h:8081/v1/chat/completions";
    assert_url(AI_CHAT, "http://h:8081", whole);
    assert_url(AI_CHAT, "http://h:8081/", whole);
    assert_url(AI_CHAT, "http://h:8081/v1", whole);
    assert_url(AI_CHAT, "http://h:8081/v1//", whole);
    assert_url(AI_CHAT, whole, whole);
    assert_url(AI_CHAT, "https://h/proxy", "https://h/proxy/v1/chat/completions");
    assert_url(AI_CHAT, "https://h/openai/v1", "https://h/openai/v1/chat/completions");
    assert_url(AI_CHAT, "https://h/v1beta/openai/", "https://h/v1beta/openai/chat/completions");
    assert_url(AI_CHAT, "https://h/very/vague", "https://h/very/vague/v1/chat/completions");
    assert_url(AI_CHAT, "https://h/v1?api-version=3", "https://h/v1/chat/completions?api-version=3");
    assert_url(AI_CHAT, "http://[::1]:8081", "http://[::1]:8081/v1/chat/completions");
    assert_url(AI_TRANSCRIPTION, "http://h:1", "http://h:1/v1/audio/transcriptions");
    assert_url(AI_TRANSCRIPTION, "http://h:1/inference", "http://h:1/inference");
    assert_url(AI_CHAT, "http://h/inference", "http://h/inference/v1/chat/completions");
}

static void address_that_is_none_is_refused_without_being_repeated(void **state)
{
    static const char *const wrong[] = { "",
                                         "127.0.0.1:8081",
                                         "ftp://hush/",
                                         "file:///hush",
                                         "http://",
                                         "https://me:hush@h/v1",
                                         "http://me@hush/",
                                         "http://h/#hush",
                                         "http://hush\r\nX: y/" };
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(ai_url(wrong[i], AI_CHAT, &error));
        assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
        assert_null(strstr(error->message, "hush"));
    }
}

/* --- JSON among other words */

static void assert_found(const char *text, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) found = ai_json_find(text, &error);
    g_autofree char *written = found ? json_write(found, NULL) : g_strdup("nothing");
    assert_string_equal(written, expected);
    assert_int_equal(error == NULL, found != NULL);
}

static void object_is_found_among_other_words(void **state)
{
    assert_found(" {\"a\": 1}\n", "{\"a\":1}");
    assert_found("Sure! ```json\n{\"a\": \"}{\\\"\"}\n``` {\"b\": 2}", "{\"a\":\"}{\\\"\"}");
    assert_found("so {this} is {\"a\": {}} it", "{\"a\":{}}");
    assert_found("<think>{\"a\": 1}</think>{\"a\": 2}", "{\"a\":2}");
    assert_found("{\"a\": \"</think>\"}", "{\"a\":\"</think>\"}");
    assert_found("{ \" {\"a\": 1}", "{\"a\":1}");
    assert_found("\xe2\x80\x9c{\"a\": \"\xc3\xa9\"}\xe2\x80\x9d", "{\"a\":\"\xc3\xa9\"}");
}

static void text_without_a_whole_object_has_none(void **state)
{
    g_autofree char *braces = g_strnfill(100000, '{');
    assert_found("", "nothing");
    assert_found("{", "nothing");
    assert_found("}{", "nothing");
    assert_found("[1]", "nothing");
    assert_found("{\"a\": 1", "nothing");
    assert_found("{\"a\": 1, \"a\": 2}", "nothing");
    assert_found("{\"a\": 1e999}", "nothing");
    assert_found("{\"a\": \"\\", "nothing");
    assert_found(braces, "nothing");
}

/* --- schemas */

static json_t *json_of(const char *text)
{
    json_error_t wrong;
    json_t *value = json_loads(text, JSON_DECODE_ANY, &wrong);
    if (!value)
        fail_msg("%s: %s", text, wrong.text);
    return value;
}

static void assert_fits(const char *schema_text, const char *value_text, const char *expected)
{
    g_autoptr(json_t) schema = json_of(schema_text);
    g_autoptr(json_t) value = json_of(value_text);
    g_autoptr(GError) error = NULL;
    assert_true(ai_schema_check(schema, NULL));
    gboolean fits = ai_schema_fits(schema, value, &error);
    assert_int_equal(fits, error == NULL);
    const char *said = error ? error->message : "fits";
    if (!strstr(said, expected))
        fail_msg("%s with %s: '%s' does not say '%s'", schema_text, value_text, said, expected);
}

static void value_must_be_of_the_schemas_type(void **state)
{
    static const char *const values[] = { "{}", "[]", "\"a\"", "1", "1.5", "true", "null" };
    static const char *const types[] = { "object", "array", "string", "integer", "number", "boolean", "null" };
    for (guint type = 0; type < G_N_ELEMENTS(types); type++)
        for (guint value = 0; value < G_N_ELEMENTS(values); value++) {
            g_autofree char *schema = g_strdup_printf("{\"type\": \"%s\"}", types[type]);
            gboolean integer_is_number = g_str_equal(types[type], "number") && g_str_equal(values[value], "1");
            assert_fits(schema, values[value], type == value || integer_is_number ? "fits" : "'' is of the wrong type");
        }
    assert_fits("{\"type\": [\"string\", \"null\"]}", "null", "fits");
    assert_fits("{\"type\": [\"string\", \"null\"]}", "1", "wrong type");
}

static void members_items_and_numbers_are_checked_wherever_they_stand(void **state)
{
    static const char schema[] =
        "{\"type\": \"object\", \"required\": [\"list\"], \"properties\": {\"list\": {\"type\": \"array\", \"minItems\": 1,"
        " \"maxItems\": 2, \"items\": {\"type\": \"object\", \"required\": [\"n\"], \"additionalProperties\": false,"
        " \"properties\": {\"n\": {\"type\": \"number\", \"minimum\": 0, \"maximum\": 1}}}}, \"kind\":"
        " {\"enum\": [\"a\", 2, null]}}}";
    assert_fits(schema, "{\"list\": [{\"n\": 0}, {\"n\": 1}], \"kind\": null, \"more\": 1}", "fits");
    assert_fits(schema, "{}", "'' lacks a member");
    assert_fits(schema, "{\"list\": []}", "'/list' has too few or too many items");
    assert_fits(schema, "{\"list\": [{\"n\": 0}, {\"n\": 0}, {\"n\": 0}]}", "'/list' has too few or too many items");
    assert_fits(schema, "{\"list\": [{\"n\": 0}, {\"n\": 1.5}]}", "'/list/1/n' is too small or too great");
    assert_fits(schema, "{\"list\": [{\"n\": -1}]}", "'/list/0/n' is too small or too great");
    assert_fits(schema, "{\"list\": [{\"n\": 0, \"hush\": 1}]}", "'/list/0' has a member too many");
    assert_fits(schema, "{\"list\": [{}]}", "'/list/0' lacks a member");
    assert_fits(schema, "{\"list\": [{\"n\": 0}], \"kind\": \"b\"}", "'/kind' is none of those allowed");
}

static void schema_that_says_more_than_is_checked_is_refused(void **state)
{
    static const char *const wrong[] = {
        "{\"type\": \"text\"}",
        "{\"type\": []}",
        "{\"pattern\": \"a\"}",
        "{\"properties\": {\"a\": {\"oneOf\": []}}}",
        "{\"items\": {\"$ref\": \"#\"}}",
        "{\"items\": true}",
        "{\"properties\": {\"a\": 1}}",
        "{\"required\": [1]}",
        "{\"additionalProperties\": {}}",
        "{\"minItems\": -1}",
        "[]",
    };
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(json_t) schema = json_of(wrong[i]);
        g_autoptr(GError) error = NULL;
        if (ai_schema_check(schema, &error))
            fail_msg("%s passed", wrong[i]);
        assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
    }
}

/* --- event streams */

static gboolean gather(const char *data, gsize length, gpointer user, GError **error)
{
    assert_int_equal(strlen(data), length);
    g_string_append_printf(user, "[%s]", data);
    return !g_str_equal(data, "stop") || whet_fail(error, WHET_ERROR_FAILED, "stopped");
}

/* In pieces of `size` bytes. */
static char *events_of(const char *bytes, gsize size)
{
    g_autoptr(AiStream) stream = ai_stream_new();
    g_autoptr(GError) error = NULL;
    GString *events = g_string_new(NULL);
    gsize length = strlen(bytes);
    for (gsize at = 0; at < length && !error; at += size)
        if (!ai_stream_feed(stream, bytes + at, MIN(size, length - at), gather, events, &error))
            g_string_append(events, error->message);
    return g_string_free(events, FALSE);
}

static void assert_events(const char *bytes, const char *expected)
{
    for (gsize size = 1; size <= strlen(bytes); size++) {
        g_autofree char *events = events_of(bytes, size);
        if (!g_str_equal(events, expected))
            fail_msg("in pieces of %zu: %s", size, events);
    }
}

static void events_are_the_same_however_the_bytes_are_cut(void **state)
{
    assert_events("data: one\n\ndata:two\n\n", "[one][two]");
    assert_events("\xEF\xBB\xBF"
                  "data: one\r\n\r\ndata: two\r\rdata:  three\n\n",
                  "[one][two][ three]");
    assert_events(": comment\nevent: x\nid: 3\ndata: a\ndata\ndata: b\n\n", "[a\nb]");
    assert_events("data: a\r\ndata: b\r\n\r\ndata: c\rdata: d\r\r", "[a\nb][c\nd]");
    assert_events("data:\n\ndata: \n\n\n\n", "[][]");
    assert_events("dat: no\n\nDATA: no\n\ndata: not ended\n", "");
    assert_events("data: a\n\ndata: stop\n\ndata: b\n\n", "[a][stop]stopped");
}

static void line_without_end_is_not_gathered_for_ever(void **state)
{
    g_autoptr(AiStream) stream = ai_stream_new();
    g_autoptr(GString) events = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *bytes = g_strnfill(100 * 1024, 'a');
    assert_true(ai_stream_feed(stream, bytes, strlen(bytes), gather, events, NULL));
    assert_true(ai_stream_feed(stream, bytes, strlen(bytes), gather, events, NULL));
    assert_false(ai_stream_feed(stream, bytes, strlen(bytes), gather, events, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_FAILED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(address_is_completed_as_far_as_it_is_not_whole),
        cmocka_unit_test(address_that_is_none_is_refused_without_being_repeated),
        cmocka_unit_test(object_is_found_among_other_words),
        cmocka_unit_test(text_without_a_whole_object_has_none),
        cmocka_unit_test(value_must_be_of_the_schemas_type),
        cmocka_unit_test(members_items_and_numbers_are_checked_wherever_they_stand),
        cmocka_unit_test(schema_that_says_more_than_is_checked_is_refused),
        cmocka_unit_test(events_are_the_same_however_the_bytes_are_cut),
        cmocka_unit_test(line_without_end_is_not_gathered_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
