/* Checking bodies and queries against tables. */
#include "platform/http/http_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char *const kinds[] = { "choose", "recall", NULL };
static const HttpField inner[] = {
    { .name = "id", .type = FIELD_ID, .flags = HTTP_REQUIRED },
    { .name = "at", .type = FIELD_TIME },
    { 0 },
};
static const HttpField fields[] = {
    { .name = "text", .type = FIELD_TEXT, .flags = HTTP_REQUIRED, .min = 1, .max = 5 },
    { .name = "long", .type = FIELD_TEXT },
    { .name = "kind", .type = FIELD_TEXT, .values = kinds },
    { .name = "count", .type = FIELD_INTEGER, .min = -1, .max = 10 },
    { .name = "any", .type = FIELD_INTEGER },
    { .name = "weight", .type = FIELD_NUMBER, .min = 0, .max = 1 },
    { .name = "yes", .type = FIELD_BOOLEAN },
    { .name = "maybe", .type = FIELD_BOOLEAN, .flags = HTTP_NULLABLE },
    { .name = "id", .type = FIELD_ID },
    { .name = "at", .type = FIELD_TIME },
    { .name = "ids", .type = FIELD_ID, .flags = HTTP_LIST, .most = 3 },
    { .name = "one", .type = FIELD_OBJECT, .fields = inner },
    { .name = "many", .type = FIELD_OBJECT, .flags = HTTP_LIST, .fields = inner },
    { .name = "a/b~c d", .type = FIELD_INTEGER },
    { 0 },
};

/* "pointer: detail" of every error, one a line. */
static char *errors_of(const char *text, json_t **body)
{
    g_autoptr(GError) error = NULL;
    *body = http_json_read(text, strlen(text), &error);
    if (!*body)
        fail_msg("%s", error->message);
    json_t *errors = json_array();
    http_fields_check(fields, *body, errors);
    GString *lines = g_string_new(NULL);
    for (gsize i = 0; i < json_array_size(errors); i++) {
        const json_t *one = json_array_get(errors, i);
        g_string_append_printf(lines, "%s: %s\n", json_string_value(json_object_get(one, "pointer")),
                               json_string_value(json_object_get(one, "detail")));
    }
    json_decref(errors);
    return g_string_free(lines, FALSE);
}

static void assert_errors(const char *text, const char *expected)
{
    json_t *body;
    g_autofree char *errors = errors_of(text, &body);
    json_decref(body);
    assert_string_equal(errors, expected);
}

static void right_body_is_let_through(void **state)
{
    assert_errors("{\"text\":\"a\"}", "");
    assert_errors(
        "{\"text\":\"\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\",\"long\":\"\",\"kind\":\"recall\",\"count\":-1,"
        "\"any\":-9223372036854775808,\"weight\":1,\"yes\":false,\"maybe\":null,\"id\":\"5\","
        "\"at\":\"2026-03-01T09:30:00Z\",\"ids\":[],\"one\":{\"id\":\"1\"},\"many\":[{\"id\":\"2\"}],"
        "\"a/b~c d\":1}",
        "");
}

static void everything_wrong_is_told_at_once(void **state)
{
    assert_errors(
        "{\"long\":1,\"kind\":\"guess\",\"count\":11,\"any\":1.0,\"weight\":\"1\",\"yes\":0,\"id\":5,\"at\":\"now\","
        "\"ids\":\"1\",\"one\":[],\"more\":1}",
        "#/text: is missing\n"
        "#/long: must be a text\n"
        "#/kind: must be one of: choose, recall\n"
        "#/count: must be from -1 to 10\n"
        "#/any: must be a whole number\n"
        "#/weight: must be a number\n"
        "#/yes: must be true or false\n"
        "#/id: must be an id: a text of decimal digits\n"
        "#/at: must be a time such as \"2026-03-01T09:30:00Z\" (RFC 3339)\n"
        "#/ids: must be a list\n"
        "#/one: must be an object\n"
        "#/more: is not known here\n");
}

static void text_is_measured_in_characters(void **state)
{
    assert_errors("{\"text\":\"\"}", "#/text: must not be empty\n");
    assert_errors("{\"text\":\"\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\"}",
                  "#/text: must have at most 5 characters\n");
}

static void text_without_a_limit_has_one(void **state)
{
    g_autofree char *most = g_strnfill(HTTP_TEXT_MOST, 'a');
    g_autofree char *right = g_strdup_printf("{\"text\":\"a\",\"long\":\"%s\"}", most);
    g_autofree char *wrong = g_strdup_printf("{\"text\":\"a\",\"long\":\"%sa\"}", most);
    assert_errors(right, "");
    assert_errors(wrong, "#/long: must have at most 10000 characters\n");
}

static void null_is_only_for_fields_that_allow_it(void **state)
{
    assert_errors("{\"text\":null,\"yes\":null,\"maybe\":null}", "#/text: must not be null\n#/yes: must not be null\n");
}

static void elements_are_pointed_at(void **state)
{
    assert_errors(
        "{\"text\":\"a\",\"ids\":[\"1\",2,\"x\"],\"one\":{\"at\":\"x\",\"b\":1},\"many\":[{\"id\":\"1\"},7,{}]}",
        "#/ids/1: must be an id: a text of decimal digits\n"
        "#/ids/2: must be an id: a text of decimal digits\n"
        "#/one/id: is missing\n"
        "#/one/at: must be a time such as \"2026-03-01T09:30:00Z\" (RFC 3339)\n"
        "#/one/b: is not known here\n"
        "#/many/1: must be an object\n"
        "#/many/2/id: is missing\n");
    assert_errors("{\"text\":\"a\",\"ids\":[\"1\",\"2\",\"3\",\"4\"]}", "#/ids: must have at most 3 elements\n");
}

static void pointers_are_escaped(void **state)
{
    assert_errors("{\"text\":\"a\",\"a/b~c d\":\"\",\"\\\"<\xc3\xbc\":1}",
                  "#/a~1b~0c%20d: must be a whole number\n#/%22%3C%C3%BC: is not known here\n");
}

static void errors_are_bounded(void **state)
{
    g_autoptr(GString) text = g_string_new("{\"text\":\"a\"");
    for (guint i = 0; i < 5 * HTTP_FIELD_ERRORS_MOST; i++)
        g_string_append_printf(text, ",\"x%u\":1", i);
    g_string_append_c(text, '}');
    json_t *body = http_json_read(text->str, text->len, NULL), *errors = json_array();
    http_fields_check(fields, body, errors);
    assert_int_equal(json_array_size(errors), HTTP_FIELD_ERRORS_MOST);
    json_decref(errors);
    json_decref(body);
}

static void ids_and_times_become_integers(void **state)
{
    json_t *body;
    g_autofree char *errors =
        errors_of("{\"text\":\"a\",\"id\":\"9007199254740993\",\"at\":\"1970-01-01T00:00:01Z\","
                  "\"ids\":[\"4\",\"5\"],\"many\":[{\"id\":\"6\",\"at\":\"1970-01-01T01:00:00+01:00\"}]}",
                  &body);
    assert_string_equal(errors, "");
    assert_int_equal(json_integer_value(json_object_get(body, "id")), 9007199254740993);
    assert_int_equal(json_integer_value(json_object_get(body, "at")), 1000000);
    assert_int_equal(json_integer_value(json_array_get(json_object_get(body, "ids"), 1)), 5);
    const json_t *first = json_array_get(json_object_get(body, "many"), 0);
    assert_int_equal(json_integer_value(json_object_get(first, "id")), 6);
    assert_true(json_is_integer(json_object_get(first, "at")));
    json_decref(body);
}

/* --- JSON */

static void assert_unreadable(const char *bytes, gsize length, const char *says)
{
    g_autoptr(GError) error = NULL;
    assert_null(http_json_read(bytes, length, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
    assert_true(g_utf8_validate(error->message, -1, NULL));
    if (!strstr(error->message, says))
        fail_msg("%s does not say %s", error->message, says);
}

static void malformed_json_is_refused_with_its_place(void **state)
{
    static const char *const malformed[][2] = {
        { "{\"a\":1,\n \"b\":}", "line 2, column 6" },
        { "{\"a\":1,\"a\":2}", "duplicate" },
        { "{\"a\":\"\\u0000\"}", "u0000" },
        { "{\"a\\u0000\":1}", "u0000" },
        { "{\"a\":\"\xff\"}", "line 1" },
        { "{\"a\":\"\xc0\xaf\"}", "line 1" },
        { "{\"a\":\"\xed\xa0\x80\"}", "line 1" },
        { "{\"a\":\"\\ud800\"}", "line 1" },
        { "{\"a\":1} x", "line 1" },
        { "{\"a\":1}{}", "line 1" },
        { "{\"a\":NaN}", "line 1" },
        { "{\"a\":Infinity}", "line 1" },
        { "{\"a\":1e999}", "line 1" },
        { "{\"a\":99999999999999999999}", "line 1" },
        { "{\"a\":01}", "line 1" },
        { "{\"a\":1,}", "line 1" },
        { "{'a':1}", "line 1" },
        { "{\"a\":\"\n\"}", "line 1" },
        { "\xef\xbb\xbf{}", "line 1" },
        { "", "line 1" },
        { "[1]", "object" },
        { "\"a\"", "line 1" },
        { "null", "line 1" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(malformed); i++)
        assert_unreadable(malformed[i][0], strlen(malformed[i][0]), malformed[i][1]);
    assert_unreadable("{\"a\":\"b\0c\"}", 11, "line 1");
    assert_unreadable("{}\0", 3, "line 1");
}

static char *nested(guint depth)
{
    g_autofree char *open = g_strnfill(depth - 1, '['), *close = g_strnfill(depth - 1, ']');
    return g_strdup_printf("{\"a\":%s%s}", open, close);
}

static void nesting_is_bounded(void **state)
{
    g_autofree char *right = nested(HTTP_JSON_DEPTH_MOST), *wrong = nested(HTTP_JSON_DEPTH_MOST + 1);
    json_t *body = http_json_read(right, strlen(right), NULL);
    assert_non_null(body);
    json_decref(body);
    assert_unreadable(wrong, strlen(wrong), "deep");
    g_autofree char *absurd = g_strnfill(1000000, '[');
    assert_unreadable(absurd, 1000000, "deep");
}

static void brackets_in_texts_are_no_nesting(void **state)
{
    g_autofree char *brackets = g_strnfill(500, '[');
    g_autofree char *text = g_strdup_printf("{\"a\":\"\\\"%s\",\"b\\\\\":[]}", brackets);
    json_t *body = http_json_read(text, strlen(text), NULL);
    assert_non_null(body);
    json_decref(body);
}

/* --- queries */

static const HttpField query[] = {
    { .name = "text", .type = FIELD_TEXT, .min = 1, .max = 5 },
    { .name = "limit", .type = FIELD_INTEGER, .min = 1, .max = 100 },
    { .name = "id", .type = FIELD_ID },
    { .name = "from", .type = FIELD_TIME, .flags = HTTP_REQUIRED },
    { 0 },
};

static void query_is_read(void **state)
{
    HttpQueryValue values[4] = { 0 };
    char text[] = "text=a+%26&from=1970-01-01T00%3A00%3A02Z&&id=77";
    json_t *errors = json_array();
    http_query_check(query, text, values, errors);
    assert_int_equal(json_array_size(errors), 0);
    assert_string_equal(values[0].text, "a &");
    assert_null(values[1].text);
    assert_int_equal(values[2].integer, 77);
    assert_int_equal(values[3].integer, 2000000);
    json_decref(errors);
}

static void assert_query_error(const HttpField *table, const char *text, const char *pointer, const char *detail)
{
    HttpQueryValue values[4] = { 0 };
    g_autofree char *copy = g_strdup(text);
    json_t *errors = json_array();
    http_query_check(table, copy, values, errors);
    if (json_array_size(errors) != 1)
        fail_msg("%s: %zu errors", text, json_array_size(errors));
    const json_t *error = json_array_get(errors, 0);
    assert_string_equal(json_string_value(json_object_get(error, "pointer")), pointer);
    assert_non_null(strstr(json_string_value(json_object_get(error, "detail")), detail));
    json_decref(errors);
}

static void wrong_query_is_told(void **state)
{
#define FROM "from=2026-01-01T00:00:00Z&"
    assert_query_error(query, "limit=5", "?from", "is missing");
    assert_query_error(query, FROM "limit=0", "?limit", "from 1 to 100");
    assert_query_error(query, FROM "limit=5x", "?limit", "whole number");
    assert_query_error(query, FROM "limit=", "?limit", "whole number");
    assert_query_error(query, FROM "limit", "?limit", "whole number");
    assert_query_error(query, FROM "limit=+5", "?limit", "whole number");
    assert_query_error(query, FROM "limit=1&limit=1", "?limit", "twice");
    assert_query_error(query, FROM "text=", "?text", "empty");
    assert_query_error(query, FROM "text=%00", "?", "percent-encoded");
    assert_query_error(query, FROM "id=-1", "?id", "id");
    assert_query_error(query, FROM "id=99999999999999999999", "?id", "id");
    assert_query_error(query, FROM "a%20%22b=1", "?a%20%22b", "not known");
    assert_query_error(NULL, "a=1", "?a", "not known");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_body_is_let_through),
        cmocka_unit_test(everything_wrong_is_told_at_once),
        cmocka_unit_test(text_is_measured_in_characters),
        cmocka_unit_test(text_without_a_limit_has_one),
        cmocka_unit_test(null_is_only_for_fields_that_allow_it),
        cmocka_unit_test(elements_are_pointed_at),
        cmocka_unit_test(pointers_are_escaped),
        cmocka_unit_test(errors_are_bounded),
        cmocka_unit_test(ids_and_times_become_integers),
        cmocka_unit_test(malformed_json_is_refused_with_its_place),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(brackets_in_texts_are_no_nesting),
        cmocka_unit_test(query_is_read),
        cmocka_unit_test(wrong_query_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
