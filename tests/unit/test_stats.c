/* Metrics and intervals against hand calculation, a plain count of pairs, and published tables. */
#include "engine/maths/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CLOSE 1e-9

static void assert_close(double value, double expected)
{
    if (!(fabs(value - expected) <= CLOSE))
        fail_msg("%.15g is not %.15g", value, expected);
}

/* The example in scikit-learn's documentation of log_loss. */
static void log_loss_is_the_mean_surprise(void **state)
{
    const double p[] = { 0.9, 0.1, 0.2, 0.65 };
    const double y[] = { 1, 0, 0, 1 };
    assert_close(stats_log_loss(p, y, NULL, 4), 0.21616187468057912);
}

static void weights_count_a_prediction_several_times(void **state)
{
    const double p[] = { 0.9, 0.3 };
    const double y[] = { 1, 1 };
    const double weight[] = { 3, 1 };
    assert_close(stats_log_loss(p, y, weight, 2), -(3 * log(0.9) + log(0.3)) / 4);
}

static void partial_credit_lies_between_both_losses(void **state)
{
    const double p = 0.8;
    const double y = 0.25;
    assert_close(stats_log_loss(&p, &y, NULL, 1), -0.25 * log(0.8) - 0.75 * log(0.2));
}

static void a_certain_mistake_costs_a_bounded_loss(void **state)
{
    const double p[] = { 0, 1 };
    const double y[] = { 1, 0 };
    assert_close(stats_log_loss(p, y, NULL, 2), -log(1e-6));
}

static void nothing_to_judge_is_not_a_number(void **state)
{
    const double zero = 0;
    const double p = 0.5;
    StatsBin bins[4];
    assert_true(isnan(stats_log_loss(NULL, NULL, NULL, 0)));
    assert_true(isnan(stats_log_loss(&p, &p, &zero, 1)));
    assert_true(isnan(stats_auc(NULL, NULL, 0)));
    assert_true(isnan(stats_accuracy(NULL, NULL, 0)));
    stats_calibration(NULL, NULL, 0, bins, 4);
    assert_int_equal(bins[3].n, 0);
    assert_true(isnan(stats_ece(bins, 4)));
}

static void a_prediction_that_is_not_a_number_spoils_every_metric(void **state)
{
    const double p[] = { 0.2, NAN, 0.9 };
    const double y[] = { 0, 1, 1 };
    StatsBin bins[10];
    assert_true(isnan(stats_log_loss(p, y, NULL, 3)));
    assert_true(isnan(stats_auc(p, y, 3)));
    assert_true(isnan(stats_accuracy(p, y, 3)));
    stats_calibration(p, y, 3, bins, 10);
    assert_true(isnan(stats_ece(bins, 10)));
}

/* The example in scikit-learn's documentation of roc_auc_score. */
static void auc_is_the_share_of_pairs_in_order(void **state)
{
    const double p[] = { 0.1, 0.4, 0.35, 0.8 };
    const double y[] = { 0, 0, 1, 1 };
    assert_close(stats_auc(p, y, 4), 0.75);
}

static void auc_of_one_outcome_alone_is_not_a_number(void **state)
{
    const double p[] = { 0.1, 0.4 };
    const double all[] = { 1, 1 };
    const double none[] = { 0, 0 };
    assert_true(isnan(stats_auc(p, all, 2)));
    assert_true(isnan(stats_auc(p, none, 2)));
}

static void auc_counts_ties_half_as_a_count_of_all_pairs_does(void **state)
{
    enum { N = 300, LEVELS = 12 };
    double p[N];
    double y[N];
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    for (int i = 0; i < N; i++) {
        p[i] = g_rand_int_range(rand, 0, LEVELS) / (double)LEVELS;
        y[i] = g_rand_double(rand) < p[i];
    }
    double pairs = 0;
    double right = 0;
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++)
            if (y[i] == 1 && y[k] == 0) {
                pairs++;
                right += p[i] > p[k] ? 1 : p[i] == p[k] ? 0.5 : 0;
            }
    assert_close(stats_auc(p, y, N), right / pairs);
}

static void accuracy_is_the_share_on_the_right_side_of_a_half(void **state)
{
    const double p[] = { 0.5, 0.49, 0.9, 0.1 };
    const double y[] = { 1, 1, 1, 0 };
    assert_close(stats_accuracy(p, y, 4), 0.75);
}

static void calibration_puts_predictions_into_bins_of_equal_width(void **state)
{
    const double p[] = { 0, 0.1, 0.25, 0.3, 1 };
    const double y[] = { 0, 1, 1, 0, 1 };
    StatsBin bins[4];
    stats_calibration(p, y, 5, bins, 4);
    assert_int_equal(bins[0].n, 2);
    assert_close(bins[0].expected, 0.05);
    assert_close(bins[0].observed, 0.5);
    assert_int_equal(bins[1].n, 2); /* 0.25 is its lower edge */
    assert_close(bins[1].expected, 0.275);
    assert_int_equal(bins[2].n, 0);
    assert_int_equal(bins[3].n, 1);
    assert_close(bins[3].observed, 1);
    assert_true(bins[1].low > 0 && bins[1].low < 0.5 && bins[1].high > 0.5 && bins[1].high < 1);
}

static void ece_weighs_gaps_by_how_many_are_in_a_bin(void **state)
{
    const StatsBin bins[] = { { .expected = 0.2, .observed = 0.3, .n = 30 },
                              { .expected = NAN, .observed = NAN, .n = 0 },
                              { .expected = 0.9, .observed = 0.5, .n = 10 } };
    assert_close(stats_ece(bins, 3), (30 * 0.1 + 10 * 0.4) / 40);
}

/* Wilson's formula, calculated with 30 digits. */
static void share_has_wilsons_interval(void **state)
{
    StatsInterval share = stats_share(8, 10);
    assert_close(share.mean, 0.8);
    assert_close(share.low, 0.49016247153664170);
    assert_close(share.high, 0.94331784854562475);
    share = stats_share(0, 10);
    assert_close(share.mean, 0);
    assert_close(share.low, 0);
    assert_close(share.high, 0.27753279986288925);
}

static void share_of_nothing_may_be_anything(void **state)
{
    StatsInterval share = stats_share(0, 0);
    assert_true(isnan(share.mean));
    assert_close(share.low, 0);
    assert_close(share.high, 1);
}

/* Quantiles of 0.975 from R's qt(). */
static void student_agrees_with_the_tables(void **state)
{
    const struct {
        gsize freedom;
        double quantile;
    } table[] = { { 1, 12.7062047361747 },   { 2, 4.30265272974946 },   { 3, 3.18244630528371 },
                  { 4, 2.77644510519779 },   { 5, 2.57058183563631 },   { 10, 2.22813885198627 },
                  { 30, 2.04227245630124 },  { 100, 1.98397151852355 }, { 120, 1.97993040505278 },
                  { 1000, 1.96233908082641 } };
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
        assert_close(stats_student(table[i].freedom), table[i].quantile);
    assert_close(stats_student(G_MAXSIZE), 1.959963984540054);
}

static void mean_has_students_interval(void **state)
{
    const double x[] = { 1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4, 1e9 + 5 };
    StatsInterval mean = stats_mean(x, 5);
    double half = 2.77644510519779 * sqrt(2.5 / 5);
    assert_close(mean.mean, 1e9 + 3);
    assert_true(fabs(mean.low - (1e9 + 3 - half)) < 1e-6);
    assert_true(fabs(mean.high - (1e9 + 3 + half)) < 1e-6);
}

static void mean_of_few_says_how_little_it_knows(void **state)
{
    const double x = 7;
    StatsInterval one = stats_mean(&x, 1);
    assert_close(one.mean, 7);
    assert_true(isinf(one.low) && one.low < 0 && isinf(one.high) && one.high > 0);
    StatsInterval none = stats_mean(NULL, 0);
    assert_true(isnan(none.mean) && isnan(none.low) && isnan(none.high));
}

static void correlation_from_sums_has_fishers_interval(void **state)
{
    const double x[] = { 1, 2, 3, 4, 5, 6 }, y[] = { 2, 1, 4, 3, 7, 5 };
    double sums[5] = { 0 };
    for (int i = 0; i < 6; i++) {
        sums[0] += x[i];
        sums[1] += x[i] * x[i];
        sums[2] += y[i];
        sums[3] += y[i] * y[i];
        sums[4] += x[i] * y[i];
    }
    StatsInterval r = stats_correlation(6, sums[0], sums[1], sums[2], sums[3], sums[4]);
    double expected = (93 - 6 * 3.5 * 22 / 6.0) / sqrt((91 - 6 * 3.5 * 3.5) * (104 - 22 * 22 / 6.0));
    assert_close(r.mean, expected);
    assert_close(r.low, tanh(atanh(expected) - 1.959963984540054 / sqrt(3)));
    assert_close(r.high, tanh(atanh(expected) + 1.959963984540054 / sqrt(3)));
    assert_true(r.low < 0.1 && r.high > 0.95);
}

static void correlation_of_what_does_not_vary_may_be_anything(void **state)
{
    const StatsInterval unknown[] = {
        stats_correlation(3, 6, 14, 6, 14, 14),       /* too few */
        stats_correlation(5, 5, 5, 10, 30, 10),       /* x is always 1 */
        stats_correlation(5, 10, 30, 0.5, 0.05, 1.0), /* y is always 0.1 */
        stats_correlation(0, 0, 0, 0, 0, 0),
    };
    for (gsize i = 0; i < G_N_ELEMENTS(unknown); i++)
        assert_true(isnan(unknown[i].mean) && unknown[i].low == -1 && unknown[i].high == 1);
}

static void perfect_correlation_is_one(void **state)
{
    StatsInterval r = stats_correlation(5, 15, 55, 30, 220, 110);
    assert_close(r.mean, 1);
    assert_true(r.low <= 1 && r.high <= 1);
}

/* By hand: right 2 of 3 ones, 1 of 2 zeros. F1 of the ones 2*2/(2*2+2), of the zeros 2*1/(2*1+2). */
static void macro_f1_is_the_mean_over_both_classes(void **state)
{
    const double p[] = { 0.9, 0.5, 0.1, 0.2, 0.8 }, y[] = { 1, 1, 1, 0, 0 };
    assert_close(stats_macro_f1(p, y, 5), (2.0 / 3 + 0.5) / 2);
    const double sure[] = { 1, 1 }, ones[] = { 1, 1 };
    assert_close(stats_macro_f1(sure, ones, 2), 0.5); /* there are no zeros to find */
    assert_true(isnan(stats_macro_f1(p, y, 0)));
    assert_true(isnan(stats_macro_f1((double[]){ NAN }, ones, 1)));
}

static void correlation_and_error_agree_with_hand_calculation(void **state)
{
    const double p[] = { 0, 0.5, 1 }, y[] = { 0, 1, 1 };
    assert_close(stats_pearson(p, y, 3), sqrt(3) / 2);
    assert_close(stats_pearson(p, p, 3), 1);
    assert_close(stats_rmse(p, y, 3), sqrt(0.25 / 3));
    const double flat[] = { 0.5, 0.5, 0.5 };
    assert_true(isnan(stats_pearson(flat, y, 3)));
    assert_true(isnan(stats_rmse(p, y, 0)));
}

/* The confusion matrix {{20, 5}, {10, 15}}: observed agreement 0.7, by chance 0.5, kappa 0.4. */
static void quadratic_kappa_of_two_levels_is_cohens(void **state)
{
    double p[50], y[50];
    for (int i = 0; i < 50; i++) {
        y[i] = i >= 25;
        p[i] = i < 20 || (i >= 25 && i < 35) ? 0.2 : 0.7;
    }
    const double levels[] = { 0, 1 };
    assert_close(stats_qwk(p, y, 50, levels, 2), 0.4);
}

static void quadratic_kappa_punishes_far_misses_more(void **state)
{
    const double levels[] = { 0, 0.5, 1 }, y[] = { 0, 0.5, 1, 0.5 };
    const double near[] = { 0.5, 0.5, 1, 0.5 }, far[] = { 1, 0.5, 1, 0.5 };
    assert_close(stats_qwk(y, y, 4, levels, 3), 1);
    assert_true(stats_qwk(near, y, 4, levels, 3) > stats_qwk(far, y, 4, levels, 3));
    const double same[] = { 1, 1 };
    assert_true(isnan(stats_qwk(same, same, 2, levels, 3)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_loss_is_the_mean_surprise),
        cmocka_unit_test(macro_f1_is_the_mean_over_both_classes),
        cmocka_unit_test(correlation_and_error_agree_with_hand_calculation),
        cmocka_unit_test(quadratic_kappa_of_two_levels_is_cohens),
        cmocka_unit_test(quadratic_kappa_punishes_far_misses_more),
        cmocka_unit_test(weights_count_a_prediction_several_times),
        cmocka_unit_test(partial_credit_lies_between_both_losses),
        cmocka_unit_test(a_certain_mistake_costs_a_bounded_loss),
        cmocka_unit_test(nothing_to_judge_is_not_a_number),
        cmocka_unit_test(a_prediction_that_is_not_a_number_spoils_every_metric),
        cmocka_unit_test(auc_is_the_share_of_pairs_in_order),
        cmocka_unit_test(auc_of_one_outcome_alone_is_not_a_number),
        cmocka_unit_test(auc_counts_ties_half_as_a_count_of_all_pairs_does),
        cmocka_unit_test(accuracy_is_the_share_on_the_right_side_of_a_half),
        cmocka_unit_test(calibration_puts_predictions_into_bins_of_equal_width),
        cmocka_unit_test(ece_weighs_gaps_by_how_many_are_in_a_bin),
        cmocka_unit_test(share_has_wilsons_interval),
        cmocka_unit_test(share_of_nothing_may_be_anything),
        cmocka_unit_test(student_agrees_with_the_tables),
        cmocka_unit_test(mean_has_students_interval),
        cmocka_unit_test(mean_of_few_says_how_little_it_knows),
        cmocka_unit_test(correlation_from_sums_has_fishers_interval),
        cmocka_unit_test(correlation_of_what_does_not_vary_may_be_anything),
        cmocka_unit_test(perfect_correlation_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
