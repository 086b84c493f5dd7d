/* Passwords: what matches, and that nobody's never does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

#include "feature/people/password.h"
#include "feature/people/token.h"
#include "platform/error.h"

static gboolean matches(const char *hash, const char *password)
{
    g_autoptr(GError) error = NULL;
    gboolean result = FALSE;
    if (!password_matches(hash, password, &result, &error))
        fail_msg("%s", error->message);
    return result;
}

static char *hash_of(const char *password)
{
    g_autoptr(GError) error = NULL;
    char *hash = password_hash(password, &error);
    assert_non_null(hash);
    return hash;
}

static void password_matches_its_own_hash_only(void **state)
{
    g_autofree char *hash = hash_of("correct horse battery");
    assert_true(matches(hash, "correct horse battery"));
    assert_false(matches(hash, "correct horse batterY"));
    assert_false(matches(hash, ""));
}

static void hash_has_the_parameters_that_owasp_recommends(void **state)
{
    g_autofree char *hash = hash_of("correct horse battery");
    assert_memory_equal(hash, "$argon2id$v=19$m=19456,t=2,p=1$", strlen("$argon2id$v=19$m=19456,t=2,p=1$"));
}

static void same_password_gets_another_hash_each_time(void **state)
{
    g_autofree char *one = hash_of("correct horse battery");
    g_autofree char *other = hash_of("correct horse battery");
    assert_string_not_equal(one, other);
}

static void nobody_has_a_password_that_matches(void **state)
{
    assert_false(matches(NULL, ""));
    assert_false(matches(NULL, "whet-nobody-0001"));
}

static void composed_and_decomposed_letters_are_the_same(void **state)
{
    g_autofree char *hash = hash_of("gr\u00fcne Wiesen");
    assert_true(matches(hash, "gru\u0308ne Wiesen"));
}

static void text_that_is_not_utf8_matches_nothing(void **state)
{
    g_autofree char *hash = hash_of("correct horse battery");
    assert_false(matches(hash, "correct horse batter\xff"));
    g_autoptr(GError) error = NULL;
    assert_null(password_hash("\xff\xfe", &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
}

static void broken_hash_is_an_error_and_not_a_match(void **state)
{
    g_autoptr(GError) error = NULL;
    gboolean result = TRUE;
    assert_false(password_matches("$argon2id$nonsense", "correct horse battery", &result, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_FAILED));
    assert_false(result);
}

static gpointer match_on_a_thread(gpointer hash)
{
    return GINT_TO_POINTER(matches(hash, "correct horse battery"));
}

static void many_at_once_all_get_their_turn(void **state)
{
    g_autofree char *hash = hash_of("correct horse battery");
    GThread *threads[12];
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("match", match_on_a_thread, hash);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        assert_true(GPOINTER_TO_INT(g_thread_join(threads[i])));
}

static void tokens_are_long_different_and_fit_for_urls(void **state)
{
    g_autofree char *one = token_new();
    g_autofree char *other = token_new();
    assert_int_equal(strlen(one), TOKEN_LENGTH);
    assert_string_not_equal(one, other);
    assert_int_equal(strspn(one, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), TOKEN_LENGTH);
    /* sha256sum of "abc": FIPS 180-2, B.1 */
    g_autofree char *hash = token_hash("abc");
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    char hex[65], again[65];
    token_fill_hex(hex);
    token_fill_hex(again);
    assert_int_equal(strlen(hex), 64);
    assert_string_not_equal(hex, again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(password_matches_its_own_hash_only),
        cmocka_unit_test(hash_has_the_parameters_that_owasp_recommends),
        cmocka_unit_test(same_password_gets_another_hash_each_time),
        cmocka_unit_test(nobody_has_a_password_that_matches),
        cmocka_unit_test(composed_and_decomposed_letters_are_the_same),
        cmocka_unit_test(text_that_is_not_utf8_matches_nothing),
        cmocka_unit_test(broken_hash_is_an_error_and_not_a_match),
        cmocka_unit_test(many_at_once_all_get_their_turn),
        cmocka_unit_test(tokens_are_long_different_and_fit_for_urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
