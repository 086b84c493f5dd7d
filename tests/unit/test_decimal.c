/* Decimal numbers: exact, whole texts only, whatever the locale. */
#include "platform/decimal.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void assert_reads(const char *text, double expected)
{
    double value = -1;
    if (!decimal_read(text, &value))
        fail_msg("'%s' was not read", text);
    if (value != expected)
        fail_msg("'%s' was read as %.17g", text, value);
}

static void numbers_are_read(void **state)
{
    assert_reads("0", 0);
    assert_reads("12", 12);
    assert_reads("-12.5", -12.5);
    assert_reads("+3", 3);
    assert_reads(".5", 0.5);
    assert_reads("5.", 5);
    assert_reads("007", 7);
    assert_reads("1711744352.250", 1711744352.250);
    assert_reads("1e-3", 0.001);
    assert_reads("2.5E+2", 250);
    assert_reads("12345678901234567890", 12345678901234567890.0);
    assert_reads("  7.5\t", 7.5);
    assert_reads("0.1234567890123456789 ", 0.1234567890123456789);
}

static void what_is_no_number_is_refused(void **state)
{
    const char *const texts[] = { "",      " ",   ".",   "-",    "+-1",      "1.2.3",   "1,5",   "12a",
                                  "a12",   "nan", "inf", "-inf", "infinity", "0x10",    "0x1p3", "1e",
                                  "1e999", "1 2", "--1", "1\n",  "\n1",      "\xD9\xA1" };
    double value = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        if (decimal_read(texts[i], &value))
            fail_msg("'%s' was read as %g", texts[i], value);
}

static void every_number_is_rounded_as_the_library_does(void **state)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(11);
    for (int i = 0; i < 200000; i++) {
        char text[40];
        guint64 digits = ((guint64)g_rand_int(rand) << 32 | g_rand_int(rand)) >> g_rand_int_range(rand, 0, 60);
        g_snprintf(text, sizeof text, "%s%" G_GUINT64_FORMAT ".%0*u", i % 2 ? "-" : "", digits,
                   g_rand_int_range(rand, 1, 9), g_rand_int(rand) >> g_rand_int_range(rand, 0, 31));
        assert_reads(text, g_ascii_strtod(text, NULL));
    }
}

static void the_locale_does_not_matter(void **state)
{
    const char *const locales[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8" };
    for (gsize i = 0; i < G_N_ELEMENTS(locales); i++) {
        setlocale(LC_ALL, locales[i]);
        assert_reads("1.5", 1.5);
        assert_reads("1.5e1", 15);
    }
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(every_number_is_rounded_as_the_library_does),
        cmocka_unit_test(the_locale_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
