/* What answers say about an exercise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>

#include "feature/authoring/item.h"

static const ChallengeEstimate middling = { .mean = 0.2, .variance = 0.04 };

/* n answers, each `right` of ten right; who is expected to be right (0.9) is so `apart` of ten times more often than
 * who is not (0.5). */
static ItemSums answers(int tens, int right, int apart)
{
    ItemSums sums = { .seconds = tens * 10 * 12.5 };
    for (int ten = 0; ten < tens; ten++)
        for (int i = 0; i < 10; i++) {
            double predicted = ten % 2 ? 0.9 : 0.5;
            double score = i < right + (ten % 2 ? apart : -apart);
            sums.attempts++;
            sums.passes += score >= 0.6;
            sums.score += score;
            sums.score_squares += score * score;
            sums.predicted += predicted;
            sums.predicted_squares += predicted * predicted;
            sums.score_predicted += score * predicted;
        }
    return sums;
}

static void exercise_nobody_has_answered_says_how_little_is_known(void **state)
{
    const ItemSums none = { 0 };
    ItemStatistics statistics = item_statistics(&none, middling, 0.25);
    assert_true(isnan(statistics.right.mean) && isnan(statistics.discrimination.mean) && isnan(statistics.seconds));
    assert_true(statistics.difficulty.mean == 0.2);
    assert_int_equal(statistics.flags, ITEM_TOO_FEW_ANSWERS);
}

static void numbers_come_with_their_intervals(void **state)
{
    const ItemSums sums = answers(10, 7, 2);
    ItemStatistics statistics = item_statistics(&sums, middling, 0.25);
    StatsInterval share = stats_share(70, 100);
    assert_true(statistics.right.mean == 0.7 && statistics.right.low == share.low &&
                statistics.right.high == share.high);
    assert_true(fabs(statistics.difficulty.low - (0.2 - 1.96 * 0.2)) < 1e-3);
    assert_true(fabs(statistics.difficulty.high - (0.2 + 1.96 * 0.2)) < 1e-3);
    /* Two values a side each: the correlation is that of a four-field table, 0.9 and 0.5 right of 50. */
    double phi = (45 * 25 - 25 * 5) / sqrt(50.0 * 50 * 70 * 30);
    assert_true(fabs(statistics.discrimination.mean - phi) < 1e-9);
    assert_true(statistics.discrimination.low > 0.2 && statistics.discrimination.high < 0.65);
    assert_true(statistics.seconds == 12.5);
    assert_int_equal(statistics.flags, 0);
}

static void success_lies_between_guessing_and_certainty_and_falls_with_difficulty(void **state)
{
    const ItemSums none = { 0 };
    double before = 1;
    for (double mean = -3; mean <= 3; mean += 1) {
        ItemStatistics statistics = item_statistics(&none, (ChallengeEstimate){ .mean = mean, .variance = 0.5 }, 0.25);
        assert_true(statistics.success.low < statistics.success.mean &&
                    statistics.success.mean < statistics.success.high);
        assert_true(statistics.success.low > 0.25 && statistics.success.high < 1);
        assert_true(statistics.success.mean < before);
        before = statistics.success.mean;
    }
}

static void what_nearly_everybody_gets_right_teaches_nothing(void **state)
{
    const ItemSums sure = answers(4, 10, 0), few = answers(2, 10, 0), some = answers(10, 9, 0);
    assert_int_equal(item_statistics(&sure, middling, 0.5).flags, ITEM_TEACHES_NOTHING);
    assert_int_equal(item_statistics(&few, middling, 0.5).flags, 0); /* may still be 84 % */
    assert_int_equal(item_statistics(&some, middling, 0.5).flags, 0);
}

static void what_those_who_know_get_right_no_more_often_tells_nobody_apart(void **state)
{
    const ItemSums alike = answers(60, 7, 0), reversed = answers(10, 7, -3), little = answers(4, 7, 0);
    assert_int_equal(item_statistics(&alike, middling, 0).flags, ITEM_TELLS_NOBODY_APART);
    assert_int_equal(item_statistics(&reversed, middling, 0).flags, ITEM_TELLS_NOBODY_APART);
    assert_int_equal(item_statistics(&little, middling, 0).flags, 0); /* it may, or not */
}

static void few_answers_are_said_to_be_few(void **state)
{
    const ItemSums ten = answers(1, 7, 0), twenty = answers(2, 7, 0);
    assert_int_equal(item_statistics(&ten, middling, 0).flags, ITEM_TOO_FEW_ANSWERS);
    assert_int_equal(item_statistics(&twenty, middling, 0).flags, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exercise_nobody_has_answered_says_how_little_is_known),
        cmocka_unit_test(numbers_come_with_their_intervals),
        cmocka_unit_test(success_lies_between_guessing_and_certainty_and_falls_with_difficulty),
        cmocka_unit_test(what_nearly_everybody_gets_right_teaches_nothing),
        cmocka_unit_test(what_those_who_know_get_right_no_more_often_tells_nobody_apart),
        cmocka_unit_test(few_answers_are_said_to_be_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
