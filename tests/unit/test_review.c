/* Reviews: what one counted attempt does to a memory, and when it comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "feature/practice/review.h"
#include "platform/clock.h"

enum { START_DAY = 20000 };
#define START (START_DAY * CLOCK_DAY)

static ReviewRow review_on(gint64 day, MemoryRating rating)
{
    return (ReviewRow){
        .exercise_id = 7, .day = START_DAY + day, .answered_at = START + day * CLOCK_DAY + CLOCK_HOUR, .rating = rating
    };
}

static void assert_state(MemoryState state, MemoryState expected)
{
    assert_true(state.stability == expected.stability);
    assert_true(state.difficulty == expected.difficulty);
}

static void several_reviews_give_what_the_model_gives_one_after_the_other(void **unused)
{
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    static const struct {
        gint64 day;
        MemoryRating rating;
        double days_between;
    } steps[] = { { 0, RATING_GOOD, 0 },
                  { 0, RATING_AGAIN, 0 },
                  { 3, RATING_HARD, 3 },
                  { 40, RATING_AGAIN, 37 },
                  { 41, RATING_EASY, 1 } };
    g_auto(MemoryRow) row = { 0 };
    MemoryState by_hand = { 0 };
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        const ReviewRow review = review_on(steps[i].day, steps[i].rating);
        review_apply(&model, &row, &review);
        by_hand = memory_next(&model, by_hand, steps[i].days_between, steps[i].rating);
        assert_state(row.state, by_hand);
        assert_int_equal(row.reviews, i + 1);
    }
    assert_int_equal(row.lapses, 2);
    assert_int_equal(row.day, START_DAY + 41);
    assert_int_equal(row.reviewed_at, START + 41 * CLOCK_DAY + CLOCK_HOUR);
}

static void first_answer_that_is_wrong_is_no_lapse(void **unused)
{
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    g_auto(MemoryRow) row = { 0 };
    const ReviewRow wrong = review_on(0, RATING_AGAIN);
    review_apply(&model, &row, &wrong);
    assert_int_equal(row.lapses, 0);
    review_apply(&model, &row, &wrong);
    assert_int_equal(row.lapses, 1);
}

/* What counts is the number of the person's day: half an hour over its border is a day, twenty hours within it are
 * none. */
static void number_of_the_day_decides_what_the_same_day_is(void **unused)
{
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    MemoryState first = memory_next(&model, (MemoryState){ 0 }, 0, RATING_GOOD);

    g_auto(MemoryRow) same = { 0 }, next = { 0 };
    ReviewRow review = review_on(0, RATING_GOOD);
    review_apply(&model, &same, &review);
    review_apply(&model, &next, &review);

    review.answered_at += 20 * CLOCK_HOUR;
    review_apply(&model, &same, &review);
    assert_state(same.state, memory_next(&model, first, 0, RATING_GOOD));

    review = review_on(0, RATING_GOOD);
    review.answered_at += CLOCK_HOUR / 2;
    review.day++;
    review_apply(&model, &next, &review);
    assert_state(next.state, memory_next(&model, first, 1, RATING_GOOD));
}

static void concept_that_one_must_know_comes_back_earlier(void **unused)
{
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    g_auto(MemoryRow) must = { 0 }, may = { 0 };
    ReviewRow review = review_on(0, RATING_GOOD);
    review_apply(&model, &may, &review);
    review.must_know = TRUE;
    review_apply(&model, &must, &review);
    assert_true(must.due_at < may.due_at);
    assert_true(ABS(review_recall(&model, &must, must.due_at) - 0.90) < 1e-6);
    assert_true(ABS(review_recall(&model, &may, may.due_at) - 0.86) < 1e-6);
    assert_int_equal(must.due_at, review_due(&model, &must, TRUE));
    assert_int_equal(may.due_at, review_due(&model, &may, FALSE));
    /* Recall has fallen to 0.9 after as many days as the stability says. */
    assert_true(ABS((double)(must.due_at - must.reviewed_at) - must.state.stability * (double)CLOCK_DAY) <
                (double)CLOCK_SECOND);
}

static void answer_that_comes_late_counts_as_on_the_day_of_the_last(void **unused)
{
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    g_auto(MemoryRow) row = { 0 };
    const ReviewRow newer = review_on(10, RATING_GOOD), older = review_on(2, RATING_GOOD);
    review_apply(&model, &row, &newer);
    MemoryState before = row.state;
    review_apply(&model, &row, &older);
    assert_state(row.state, memory_next(&model, before, 0, RATING_GOOD));
    assert_int_equal(row.reviewed_at, newer.answered_at);
    assert_int_equal(row.day, newer.day);
    assert_int_equal(row.due_at, review_due(&model, &row, FALSE));
}

static void recall_is_nothing_when_new_whole_at_the_review_and_falls_after_it(void **unused)
{
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    g_auto(MemoryRow) row = { 0 };
    assert_true(review_recall(&model, &row, START) == 0);
    const ReviewRow review = review_on(0, RATING_GOOD);
    review_apply(&model, &row, &review);
    assert_true(review_recall(&model, &row, review.answered_at) == 1);
    assert_true(review_recall(&model, &row, review.answered_at - CLOCK_DAY) == 1); /* a clock that was set back */
    double after_a_day = review_recall(&model, &row, review.answered_at + CLOCK_DAY);
    assert_true(after_a_day < 1);
    assert_true(after_a_day == memory_recall(&model, row.state, 1));
    assert_true(review_recall(&model, &row, review.answered_at + 2 * CLOCK_DAY) < after_a_day);
}

static void exercises_are_remembered_least_recent_first(void **unused)
{
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    g_auto(MemoryRow) row = { 0 };
    static const gint64 answered[] = { 12, 1, 2, 12, 1 };
    static const char *const seen[] = { "12", "12,1", "12,1,2", "1,2,12", "2,12,1" };
    for (guint i = 0; i < G_N_ELEMENTS(answered); i++) {
        ReviewRow review = review_on(i, RATING_GOOD);
        review.exercise_id = answered[i];
        review_apply(&model, &row, &review);
        assert_string_equal(row.seen, seen[i]);
    }
}

static void confident_error_stands_until_the_next_answer(void **unused)
{
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    g_auto(MemoryRow) row = { 0 };
    ReviewRow review = review_on(0, RATING_AGAIN);
    review.confidently_wrong = TRUE;
    review_apply(&model, &row, &review);
    assert_true(row.confidently_wrong);
    review = review_on(1, RATING_GOOD);
    review_apply(&model, &row, &review);
    assert_false(row.confidently_wrong);
}

/* Even what was known well: a lapse leaves more than half a day of stability. */
static void confident_error_is_due_the_next_morning(void **unused)
{
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    g_auto(MemoryRow) row = { 0 };
    for (gint64 day = 0; day < 200; day += 40) {
        const ReviewRow good = review_on(day, RATING_EASY);
        review_apply(&model, &row, &good);
    }
    ReviewRow wrong = review_on(200, RATING_AGAIN);
    review_apply(&model, &row, &wrong);
    assert_true(row.due_at > row.reviewed_at + CLOCK_DAY);
    wrong = review_on(230, RATING_AGAIN);
    wrong.confidently_wrong = TRUE;
    review_apply(&model, &row, &wrong);
    assert_int_equal(row.due_at, row.reviewed_at + CLOCK_DAY / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_reviews_give_what_the_model_gives_one_after_the_other),
        cmocka_unit_test(first_answer_that_is_wrong_is_no_lapse),
        cmocka_unit_test(number_of_the_day_decides_what_the_same_day_is),
        cmocka_unit_test(concept_that_one_must_know_comes_back_earlier),
        cmocka_unit_test(answer_that_comes_late_counts_as_on_the_day_of_the_last),
        cmocka_unit_test(recall_is_nothing_when_new_whole_at_the_review_and_falls_after_it),
        cmocka_unit_test(exercises_are_remembered_least_recent_first),
        cmocka_unit_test(confident_error_stands_until_the_next_answer),
        cmocka_unit_test(confident_error_is_due_the_next_morning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
