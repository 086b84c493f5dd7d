/* Review logs: grouping, order, and both ways of counting gaps. */
#include "engine/memory/review_log.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void reviews_are_grouped_by_card_and_sorted_by_time(void **state)
{
    const Review reviews[] = {
        { .card = 1, .source = 0, .day = 9, .time = 9.5, .rating = 3 },
        { .card = 0, .source = 1, .day = 4, .time = 4.0, .rating = 1 },
        { .card = 1, .source = 2, .day = 7, .time = 7.25, .rating = 2 },
        { .card = 0, .source = 3, .day = 2, .time = 2.0, .rating = 4 },
    };
    g_autoptr(ReviewLog) log = review_log_new(reviews, 4);
    assert_int_equal(log->n, 4);
    assert_int_equal(log->n_cards, 2);
    const guint sources[] = { 3, 1, 2, 0 };
    for (guint i = 0; i < 4; i++)
        assert_int_equal(log->reviews[i].source, sources[i]);
    assert_int_equal(log->first[0], 0);
    assert_int_equal(log->first[1], 2);
    assert_int_equal(log->first[2], 4);
    assert_int_equal(log->reviews[2].rating, 2);
}

static void gaps_are_counted_in_days_by_calendar_and_by_clock(void **state)
{
    const Review reviews[] = {
        { .card = 0, .day = 9, .time = 9.75 },
        { .card = 0, .day = 9, .time = 9.8125 },
        { .card = 0, .day = 10, .time = 10.25 },
        { .card = 1, .day = 50, .time = 50.5 },
    };
    g_autoptr(ReviewLog) log = review_log_new(reviews, 4);
    const double exact[] = { 0, 0.0625, 0.4375, 0 };
    const gint32 calendar[] = { 0, 0, 1, 0 };
    for (guint i = 0; i < 4; i++) {
        assert_true(log->exact[i] == exact[i]);
        assert_int_equal(log->calendar[i], calendar[i]);
    }
}

static void reviews_at_the_same_time_stay_in_the_order_given(void **state)
{
    enum { N = 2000 };
    g_autofree Review *reviews = g_new0(Review, N);
    g_autoptr(GRand) rand = g_rand_new_with_seed(5);
    for (guint i = 0; i < N; i++) {
        double time = g_rand_int_range(rand, 0, 7);
        reviews[i] =
            (Review){ .card = (guint)g_rand_int_range(rand, 0, 9), .source = i, .day = (gint64)time, .time = time };
    }
    g_autoptr(ReviewLog) log = review_log_new(reviews, N);
    for (guint i = 1; i < N; i++) {
        const Review *before = &log->reviews[i - 1];
        const Review *review = &log->reviews[i];
        assert_true(before->card <= review->card);
        if (before->card != review->card)
            continue;
        assert_true(before->time <= review->time);
        if (before->time == review->time)
            assert_true(before->source < review->source);
    }
}

static void a_day_that_goes_back_counts_as_the_same_day(void **state)
{
    const Review reviews[] = { { .card = 0, .day = 10, .time = 10.0 }, { .card = 0, .day = 9, .time = 10.25 } };
    g_autoptr(ReviewLog) log = review_log_new(reviews, 2);
    assert_int_equal(log->calendar[1], 0);
}

static void a_gap_beyond_all_bounds_is_the_largest_that_fits(void **state)
{
    const Review reviews[] = { { .card = 0, .day = 0, .time = 0 },
                               { .card = 0, .day = G_MAXINT32 + 5LL, .time = 1e10 } };
    g_autoptr(ReviewLog) log = review_log_new(reviews, 2);
    assert_int_equal(log->calendar[1], G_MAXINT32);
}

static void a_card_without_reviews_is_empty(void **state)
{
    const Review reviews[] = { { .card = 3, .time = 1 } };
    g_autoptr(ReviewLog) log = review_log_new(reviews, 1);
    assert_int_equal(log->n_cards, 4);
    assert_int_equal(log->first[2], 0);
    assert_int_equal(log->first[3], 0);
    assert_int_equal(log->first[4], 1);
}

static void a_log_may_be_empty(void **state)
{
    g_autoptr(ReviewLog) log = review_log_new(NULL, 0);
    assert_int_equal(log->n, 0);
    assert_int_equal(log->n_cards, 0);
    assert_int_equal(log->first[0], 0);
}

static void reviews_in_order_are_taken_without_a_copy(void **state)
{
    Review *reviews = g_new0(Review, 3);
    for (guint i = 0; i < 3; i++)
        reviews[i] = (Review){ .card = i / 2, .time = i };
    g_autoptr(ReviewLog) log = review_log_take(reviews, 3);
    assert_ptr_equal(log->reviews, reviews);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reviews_are_grouped_by_card_and_sorted_by_time),
        cmocka_unit_test(gaps_are_counted_in_days_by_calendar_and_by_clock),
        cmocka_unit_test(reviews_at_the_same_time_stay_in_the_order_given),
        cmocka_unit_test(a_day_that_goes_back_counts_as_the_same_day),
        cmocka_unit_test(a_gap_beyond_all_bounds_is_the_largest_that_fits),
        cmocka_unit_test(a_card_without_reviews_is_empty),
        cmocka_unit_test(a_log_may_be_empty),
        cmocka_unit_test(reviews_in_order_are_taken_without_a_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
