/* JSON as text: what is written says the same when jansson reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "platform/json.h"

static json_t *read_json(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    if (!value)
        fail_msg("%s", text);
    return value;
}

static void is_written(const char *given, const char *expected)
{
    json_t *value = read_json(given);
    gsize length = 0;
    g_autofree char *text = json_write(value, &length);
    json_decref(value);
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
}

static void members_keep_their_order(void **state)
{
    is_written(" { \"b\" : [ 1 , true , false , null ] , \"a\" : { } , \"c\" : [ ] } ",
               "{\"b\":[1,true,false,null],\"a\":{},\"c\":[]}");
}

static void what_json_forbids_in_a_text_is_escaped(void **state)
{
    is_written("\"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\te\\u0001\\u001f\\u007f\"",
               "\"a\\\"b\\\\c/d\\b\\f\\n\\r\\te\\u0001\\u001F\x7f\"");
    is_written("\"a\\u0000b\"", "\"a\\u0000b\"");
    is_written("{\"a\\n\":\"\"}", "{\"a\\n\":\"\"}");
}

static void other_alphabets_stay_as_they_are(void **state)
{
    is_written("\"z\xc3\xbcrich \xf0\x9f\x99\x82\"", "\"z\xc3\xbcrich \xf0\x9f\x99\x82\"");
}

static void reals_stay_reals_and_are_short(void **state)
{
    is_written("[0.1, 1.0, -0.0, 1e300, 2.5e-7]", "[0.1,1.0,-0.0,1e+300,2.5e-07]");
}

static void every_number_is_read_again_as_it_was(void **state)
{
    static const double reals[] = {
        0.1 + 0.2, 1.0 / 3, 5e-324, G_MAXDOUBLE, 123456789.123456789, -2.2250738585072014e-308
    };
    for (gsize i = 0; i < G_N_ELEMENTS(reals); i++) {
        json_t *value = json_real(reals[i]);
        g_autofree char *text = json_write(value, NULL);
        json_t *again = read_json(text);
        assert_true(json_is_real(again));
        assert_true(json_real_value(again) == reals[i]);
        json_decref(value);
        json_decref(again);
    }
    is_written("[9223372036854775807, -9223372036854775808]", "[9223372036854775807,-9223372036854775808]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_keep_their_order),
        cmocka_unit_test(what_json_forbids_in_a_text_is_escaped),
        cmocka_unit_test(other_alphabets_stay_as_they_are),
        cmocka_unit_test(reals_stay_reals_and_are_short),
        cmocka_unit_test(every_number_is_read_again_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
