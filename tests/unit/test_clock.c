/* Tests of platform/clock. Expected instants come from GNU date: `date -u -d @SECONDS`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "platform/clock.h"
#include "platform/error.h"

static const gint64 MOMENT = G_GINT64_CONSTANT(1795447611123456); /* 2026-11-23T15:26:51.123456Z */
static const gint64 LAST = G_GINT64_CONSTANT(253402300799999999); /* 9999-12-31T23:59:59.999999Z */

static void assert_format(gint64 time, const char *expected)
{
    g_autofree char *text = clock_format(time);
    assert_string_equal(text, expected);
}

static void times_are_written_in_utc_with_microseconds(void **state)
{
    assert_format(MOMENT, "2026-11-23T15:26:51.123456Z");
    assert_format(0, "1970-01-01T00:00:00.000000Z");
    assert_format(-1, "1969-12-31T23:59:59.999999Z");
    assert_format(LAST, "9999-12-31T23:59:59.999999Z");
}

static void times_beyond_four_digit_years_are_still_written(void **state)
{
    assert_format(G_MAXINT64, "9999-12-31T23:59:59.999999Z");
    assert_format(G_MININT64, "0001-01-01T00:00:00.000000Z");
}

static void assert_parse(const char *text, gint64 expected)
{
    gint64 time = -1;
    g_autoptr(GError) error = NULL;
    assert_true(clock_parse(text, &time, &error));
    assert_null(error);
    assert_int_equal(time, expected);
}

static void times_are_read_with_any_offset_and_fraction(void **state)
{
    assert_parse("2026-11-23T15:26:51.123456Z", MOMENT);
    assert_parse("2026-11-23t15:26:51.123456z", MOMENT);
    assert_parse("2026-11-23T16:26:51.123456+01:00", MOMENT);
    assert_parse("2026-11-24T05:11:51.123456+13:45", MOMENT);
    assert_parse("2026-11-23T10:26:51.123456-05:00", MOMENT);
    assert_parse("2026-11-23T15:26:51.123456999999999999999999999999Z", MOMENT);
    assert_parse("2026-11-23T15:26:51Z", MOMENT - 123456);
    assert_parse("2026-11-23T15:26:51.1Z", MOMENT - 23456);
    assert_parse("2024-02-29T00:00:00Z", G_GINT64_CONSTANT(1709164800000000));
    assert_parse("1970-01-01T00:00:00Z", 0);
    assert_parse("9999-12-31T23:59:59.999999Z", LAST);
}

static void a_leap_second_is_the_first_of_the_next_day(void **state)
{
    gint64 time;
    assert_parse("2016-12-31T23:59:60Z", G_GINT64_CONSTANT(1483228800000000));
    assert_parse("2017-01-01T00:59:60+01:00", G_GINT64_CONSTANT(1483228800000000));
    assert_false(clock_parse("2016-12-31T12:00:60Z", &time, NULL));
}

static void what_is_not_a_time_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "now",
        "2026",
        "2026-11-23",
        "2026-11-23T15:26:51",
        "2026-11-23T15:26Z",
        "2026-11-23 15:26:51Z",
        "2026-11-23T15:26:51.Z",
        "2026-11-23T15:26:51,5Z",
        "2026-11-23T15:26:51Zx",
        "2026-11-23T15:26:51 Z",
        " 2026-11-23T15:26:51Z",
        "2026-13-23T15:26:51Z",
        "2026-00-23T15:26:51Z",
        "2026-02-30T15:26:51Z",
        "2026-11-00T15:26:51Z",
        "2025-02-29T15:26:51Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T15:60:51Z",
        "2026-11-23T15:26:61Z",
        "2026-11-23T15:26:51+24:00",
        "2026-11-23T15:26:51+01:60",
        "2026-11-23T15:26:51+0100",
        "2026-11-23T15:26:51+1",
        "+026-11-23T15:26:51Z",
        "-2026-11-23T15:26:51Z",
        "0000-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "12026-11-23T15:26:51Z",
        "２０２６-11-23T15:26:51Z",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        gint64 time = 42;
        g_autoptr(GError) error = NULL;
        if (clock_parse(wrong[i], &time, &error))
            fail_msg("\"%s\" was taken for a time", wrong[i]);
        assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
        assert_int_equal(time, 42);
    }
    gint64 time;
    assert_false(clock_parse(NULL, &time, NULL));
}

static void a_time_survives_writing_and_reading(void **state)
{
    for (gint64 time = 0; time < LAST; time += G_GINT64_CONSTANT(37) * 86399 * 1000003) {
        g_autofree char *text = clock_format(time);
        assert_parse(text, time);
    }
}

static gint64 at(const char *text)
{
    gint64 time = 0;
    assert_true(clock_parse(text, &time, NULL));
    return time;
}

static void a_day_begins_at_four_where_the_person_is(void **state)
{
    g_autoptr(GTimeZone) berlin = g_time_zone_new_identifier("Europe/Berlin");
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    assert_non_null(berlin);
    gint64 day = clock_day(at("2026-11-23T12:00:00+01:00"), berlin);
    assert_int_equal(day, at("2026-11-23T00:00:00Z") / CLOCK_DAY);
    assert_int_equal(clock_day(at("2026-11-23T04:00:00+01:00"), berlin), day);
    assert_int_equal(clock_day(at("2026-11-24T03:59:59.999999+01:00"), berlin), day);
    assert_int_equal(clock_day(at("2026-11-24T04:00:00+01:00"), berlin), day + 1);
    assert_int_equal(clock_day(at("2026-11-23T03:59:59+01:00"), berlin), day - 1);
    assert_int_equal(clock_day(at("2026-11-24T03:30:00Z"), utc), day);
    assert_int_equal(clock_day(0, utc), -1);
}

static void a_day_begins_at_four_on_the_days_the_clocks_change(void **state)
{
    g_autoptr(GTimeZone) berlin = g_time_zone_new_identifier("Europe/Berlin");
    gint64 spring = at("2026-03-29T00:00:00Z") / CLOCK_DAY;
    assert_int_equal(clock_day(at("2026-03-29T03:59:59+02:00"), berlin), spring - 1);
    assert_int_equal(clock_day(at("2026-03-29T04:00:00+02:00"), berlin), spring);
    gint64 autumn = at("2026-10-25T00:00:00Z") / CLOCK_DAY;
    assert_int_equal(clock_day(at("2026-10-25T03:59:59+01:00"), berlin), autumn - 1);
    assert_int_equal(clock_day(at("2026-10-25T04:00:00+01:00"), berlin), autumn);
}

static void a_zone_is_shared_and_an_unknown_one_is_utc(void **state)
{
    g_autoptr(GTimeZone) berlin = clock_zone("Europe/Berlin");
    g_autoptr(GTimeZone) again = clock_zone("Europe/Berlin");
    assert_ptr_equal(berlin, again);
    assert_string_equal(g_time_zone_get_identifier(berlin), "Europe/Berlin");
    const char *const unknown[] = { NULL, "", "Europe/Nowhere" };
    for (gsize i = 0; i < G_N_ELEMENTS(unknown); i++) {
        g_autoptr(GTimeZone) zone = clock_zone(unknown[i]);
        assert_string_equal(g_time_zone_get_identifier(zone), "UTC");
    }
}

static void the_clock_can_be_shifted_and_put_right_again(void **state)
{
    gint64 before = clock_now();
    clock_shift(10 * CLOCK_DAY);
    assert_true(clock_now() >= before + 10 * CLOCK_DAY);
    clock_shift(-10 * CLOCK_DAY);
    assert_true(clock_now() < before);
    clock_shift(0);
    assert_true(clock_now() >= before && clock_now() < before + CLOCK_DAY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_written_in_utc_with_microseconds),
        cmocka_unit_test(times_beyond_four_digit_years_are_still_written),
        cmocka_unit_test(times_are_read_with_any_offset_and_fraction),
        cmocka_unit_test(a_leap_second_is_the_first_of_the_next_day),
        cmocka_unit_test(what_is_not_a_time_is_refused),
        cmocka_unit_test(a_time_survives_writing_and_reading),
        cmocka_unit_test(a_zone_is_shared_and_an_unknown_one_is_utc),
        cmocka_unit_test(a_day_begins_at_four_where_the_person_is),
        cmocka_unit_test(a_day_begins_at_four_on_the_days_the_clocks_change),
        cmocka_unit_test(the_clock_can_be_shifted_and_put_right_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
