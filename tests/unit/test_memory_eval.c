/* Metrics, folds and baselines on logs small enough to reckon by hand. */
#include "engine/maths/by_time.h"
#include "engine/maths/cholesky.h"
#include "engine/memory/fsrs6_older.h"
#include "engine/memory/memory_baseline.h"
#include "engine/memory/memory_eval.h"
#include "engine/memory/memory_eval_weighted.h"
#include "review_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Of what happened with probability p; `log` is a log of reviews here. */
static double surprise(double p)
{
    return -log(p);
}

static void assert_close(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-9))
        fail_msg("%.12g is not %.12g", value, expected);
}

/* One card: learnt, again the same day, then after 2 days, 3 days and 20 days. */
static ReviewLog *one_card(void)
{
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    review_case_add(reviews, 0, 10.5, RATING_AGAIN);
    review_case_add(reviews, 0, 10.6, RATING_GOOD);
    review_case_add(reviews, 0, 12.5, RATING_GOOD);
    review_case_add(reviews, 0, 15.5, RATING_AGAIN);
    review_case_add(reviews, 0, 35.5, RATING_EASY);
    return review_case_log(reviews);
}

static void reviews_a_calendar_day_apart_count(void **state)
{
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    review_case_add(reviews, 0, 1.9, RATING_GOOD);
    review_case_add(reviews, 0, 2.1, RATING_GOOD); /* five hours later, but the next day */
    review_case_add(reviews, 0, 2.9, RATING_GOOD); /* nineteen hours later, the same day */
    review_case_add(reviews, 1, 9, RATING_GOOD);
    g_autoptr(ReviewLog) log = review_case_log(reviews);
    const gboolean counts[] = { FALSE, TRUE, FALSE, FALSE };
    for (guint i = 0; i < log->n; i++)
        assert_int_equal(memory_eval_counts(log, i), counts[i]);
}

static void predictions_are_made_before_the_review(void **state)
{
    g_autoptr(ReviewLog) log = one_card();
    MemoryModel model = memory_model_default(MEMORY_FSRS6);
    double p[5];
    memory_eval_predict(&model, log, p);
    assert_true(isnan(p[0]));
    MemoryState memory = memory_next(&model, (MemoryState){ 0 }, 0, RATING_AGAIN);
    memory = memory_next(&model, memory, 0, RATING_GOOD);
    assert_close(p[2], memory_recall(&model, memory, 2));
    memory = memory_next(&model, memory, 2, RATING_GOOD);
    assert_close(p[3], memory_recall(&model, memory, 3));
}

static void metrics_are_those_reckoned_by_hand(void **state)
{
    g_autoptr(ReviewLog) log = one_card();
    const double p[] = { NAN, 0.5, 0.9, 0.6, 0.7 };
    MemoryMetrics metrics = memory_eval_metrics(log, p);
    assert_int_equal(metrics.n, 3);
    assert_close(metrics.log_loss, (surprise(0.9) + surprise(0.4) + surprise(0.7)) / 3);
    assert_close(metrics.auc, 1);
    /* Gaps of 2 and 3 days are in one bin (under 3.62), and so are the first and the second review (2 and 3 are between
     * 1.89 and 3.57); the third has a gap of 20 days and a lapse before it. */
    assert_close(metrics.rmse_bins, sqrt((2 * pow((0.9 + 0.6) / 2 - 0.5, 2) + pow(0.7 - 1, 2)) / 3));
}

static void what_was_not_predicted_is_left_out(void **state)
{
    g_autoptr(ReviewLog) log = one_card();
    const double p[] = { NAN, 0.5, NAN, 0.6, NAN };
    MemoryMetrics metrics = memory_eval_metrics(log, p);
    assert_int_equal(metrics.n, 1);
    assert_close(metrics.log_loss, surprise(0.4));
    assert_close(metrics.rmse_bins, 0.6);
    assert_true(isnan(metrics.auc));
    const double nothing[] = { NAN, NAN, NAN, NAN, NAN };
    metrics = memory_eval_metrics(log, nothing);
    assert_int_equal(metrics.n, 0);
    assert_true(isnan(metrics.log_loss) && isnan(metrics.rmse_bins) && isnan(metrics.auc));
}

static void a_lapse_before_makes_another_bin(void **state)
{
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    review_case_add(reviews, 0, 0, RATING_GOOD);
    review_case_add(reviews, 0, 2, RATING_AGAIN);
    review_case_add(reviews, 0, 4, RATING_GOOD);
    g_autoptr(ReviewLog) log = review_case_log(reviews);
    const double p[] = { NAN, 0.9, 0.8 };
    assert_close(memory_eval_metrics(log, p).rmse_bins, sqrt((0.9 * 0.9 + 0.2 * 0.2) / 2));
}

static void bins_count_by_the_weights_of_their_reviews(void **state)
{
    g_autoptr(ReviewLog) log = one_card();
    const double p[] = { NAN, 0.5, 0.9, 0.6, 0.7 };
    const double weight[] = { 0, 0, 1, 0, 3 };
    assert_close(memory_eval_rmse_bins(log, p, weight), sqrt((pow(0.9 - 1, 2) + 3 * pow(0.7 - 1, 2)) / 4));
}

/* Cards reviewed every second day, one review a day over all; 13 counted reviews. */
static ReviewLog *two_cards(void)
{
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    for (guint i = 0; i < 15; i++)
        review_case_add(reviews, i % 2, i, RATING_GOOD);
    return review_case_log(reviews);
}

typedef struct {
    guint folds;
    double ends[8]; /* time of the last review that was learnt from */
} Watch;

static gboolean watch(const ReviewLog *train, const ReviewLog *log, double *p, gpointer data)
{
    Watch *seen = data;
    double end = 0;
    for (guint i = 0; i < train->n; i++)
        end = MAX(end, train->reviews[i].time);
    for (guint i = 0; i < log->n; i++)
        p[i] = end;
    seen->ends[seen->folds++] = end;
    return TRUE;
}

static void folds_are_predicted_by_what_came_before(void **state)
{
    g_autoptr(ReviewLog) log = two_cards();
    g_autofree double *p = g_new(double, log->n);
    Watch seen = { 0 };
    assert_true(memory_eval_folds(log, 5, watch, &seen, p));
    assert_int_equal(seen.folds, 5);
    guint predicted = 0;
    for (guint i = 0; i < log->n; i++) {
        if (isnan(p[i]))
            continue;
        predicted++;
        assert_true(p[i] < log->reviews[i].time);
        assert_true(p[i] >= log->reviews[i].time - 2);
    }
    assert_int_equal(predicted, 10); /* 13 are cut into 3, 2, 2, 2, 2, 2 */
    assert_close(seen.ends[0], 4);   /* counted are the days 2 to 14; the first part ends with day 4 */
    assert_close(seen.ends[4], 12);
}

static void too_few_reviews_for_the_folds_predict_nothing(void **state)
{
    g_autoptr(ReviewLog) log = one_card();
    double p[5];
    Watch seen = { 0 };
    assert_true(memory_eval_folds(log, 5, watch, &seen, p));
    assert_int_equal(seen.folds, 0);
    assert_int_equal(memory_eval_metrics(log, p).n, 0);
}

static gboolean refuse(const ReviewLog *train, const ReviewLog *log, double *p, gpointer data)
{
    return FALSE;
}

static void folds_stop_when_the_predictor_does(void **state)
{
    g_autoptr(ReviewLog) log = two_cards();
    g_autofree double *p = g_new(double, log->n);
    assert_false(memory_eval_folds(log, 5, refuse, NULL, p));
}

/* Forty cards learnt as Good and seen after 2 days, twice; five cards after 50 days, which is rare; one more that was
 * learnt as Again. */
static void rare_first_gaps_are_left_out_as_fsrs_rs_does(void **state)
{
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    for (guint card = 0; card < 46; card++) {
        double gap = card < 40 ? 2 : card < 45 ? 50 : 2;
        review_case_add(reviews, card, 0, card < 45 ? RATING_GOOD : RATING_AGAIN);
        review_case_add(reviews, card, gap, RATING_GOOD);
        review_case_add(reviews, card, gap + 2, card % 2 ? RATING_GOOD : RATING_AGAIN);
    }
    g_autoptr(ReviewLog) log = review_case_log(reviews);
    g_autofree double *p = g_new(double, log->n);
    for (guint i = 0; i < log->n; i++)
        p[i] = 0.8;
    MemoryMetrics metrics = memory_eval_weighted(log, p);
    assert_int_equal(metrics.n, 80);
    double loss = 0, sum = 0; /* first the forty after first gaps, then the others */
    for (guint i = 0; i < 80; i++) {
        double weight = 0.25 + 0.75 * pow(i / 79.0, 3);
        gboolean recalled = i < 40 || i % 2 == 1;
        loss += weight * surprise(recalled ? 0.8 : 0.2);
        sum += weight;
    }
    assert_close(metrics.log_loss, loss / sum);
}

static const MemoryBaseline *baseline(const char *name)
{
    for (guint i = 0; i < memory_baselines_n; i++)
        if (g_str_equal(memory_baselines[i].name, name))
            return &memory_baselines[i];
    fail_msg("there is no baseline %s", name);
    return NULL;
}

static void baselines_predict_what_they_say(void **state)
{
    g_autoptr(ReviewLog) log = one_card();
    double p[5];
    assert_true(baseline("average")->predict(log, log, p, NULL));
    assert_close(p[4], 2.0 / 3);

    assert_true(baseline("moving_average")->predict(log, log, p, NULL));
    double share = 1 / (1 + exp(-1.2));
    assert_close(p[2], share);
    assert_close(p[3], 1 / (1 + exp(-(1.2 + 0.3 * (1 - share)))));

    assert_true(baseline("sm2")->predict(log, log, p, NULL));
    assert_close(p[2], pow(0.9, 2.0 / 1)); /* forgotten, then recalled once: a day */
    assert_close(p[3], pow(0.9, 3.0 / 6)); /* recalled twice: six days */
    assert_close(p[4], pow(0.9, 20.0 / 1));

    MemoryModel model = memory_model_default(MEMORY_FSRS7);
    double expected[5];
    memory_eval_predict(&model, log, expected);
    assert_true(baseline("fsrs7_defaults")->predict(log, log, p, NULL));
    assert_close(p[4], expected[4]);
}

/* Half-lives of 2^(2 + 0.7 sqrt(recalled) - 0.5 sqrt(forgotten)) days. */
static void half_life_regression_finds_half_lives(void **state)
{
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    guint64 seed = 31;
    for (guint card = 0; card < 3000; card++) {
        double time = 0, recalled = 0, forgotten = 0;
        for (guint i = 0; i < 6; i++) {
            double half_life = exp2(2 + 0.7 * sqrt(recalled) - 0.5 * sqrt(forgotten));
            double gap = i > 0 ? 1 + floor(half_life * review_case_chance(&seed)) : 0;
            gboolean is_recalled = review_case_chance(&seed) < exp2(-gap / half_life);
            review_case_add(reviews, card, time += gap, is_recalled ? RATING_GOOD : RATING_AGAIN);
            recalled += is_recalled;
            forgotten += !is_recalled;
        }
    }
    g_autoptr(ReviewLog) log = review_case_log(reviews);
    g_autofree double *p = g_new(double, log->n);
    assert_true(baseline("hlr")->predict(log, log, p, NULL));
    double recalled = 0, forgotten = 0;
    for (guint i = 0; i < log->n; i++) {
        if (i == log->first[log->reviews[i].card])
            recalled = forgotten = 0;
        double half_life = exp2(2 + 0.7 * sqrt(recalled) - 0.5 * sqrt(forgotten));
        if (memory_eval_counts(log, i))
            assert_true(fabs(p[i] - exp2(-log->calendar[i] / half_life)) < 0.03);
        recalled += log->reviews[i].rating > RATING_AGAIN;
        forgotten += log->reviews[i].rating == RATING_AGAIN;
    }
}

static void baselines_have_nothing_to_say_about_nothing(void **state)
{
    g_autoptr(ReviewLog) nothing = review_log_new(NULL, 0);
    double unused;
    for (guint i = 0; i < memory_baselines_n; i++)
        assert_true(memory_baselines[i].predict(nothing, nothing, &unused, NULL));
    g_autoptr(ReviewLog) log = one_card();
    double p[5];
    for (guint i = 0; i < memory_baselines_n; i++)
        assert_true(memory_baselines[i].predict(nothing, log, p, NULL));
}

static void times_are_put_in_order_and_equal_ones_stay(void **state)
{
    const double time[] = { 5, -1, 20000.25, 5, -0.0, 0, 1e-300, -1e9, 5 };
    const guint expected[] = { 7, 1, 4, 5, 6, 0, 3, 8, 2 };
    g_autofree guint *order = by_time(time, G_N_ELEMENTS(time));
    for (guint i = 0; i < G_N_ELEMENTS(time); i++)
        assert_int_equal(order[i], expected[i]);
    g_autofree guint *none = by_time(time, 0);
    assert_null(none);
}

static void equations_are_solved_or_refused(void **state)
{
    double matrix[] = { 4, 2, 5, -1, 0.5, 6 }; /* rows 4; 2 5; -1 0.5 6 */
    double right[] = { 4 + 4 - 3, 2 + 10 + 1.5, -1 + 1 + 18 };
    assert_true(cholesky_solve(matrix, right, 3));
    for (int i = 0; i < 3; i++)
        assert_close(right[i], i + 1);
    double indefinite[] = { 1, 2, 1 }, other[] = { 1, 1 };
    assert_false(cholesky_solve(indefinite, other, 2));
}

/* fsrs-rs v6.6.1, src/model.rs, test_convert_parameters. */
static void older_weights_become_those_of_fsrs6(void **state)
{
    static const double older[] = { 0.4,  0.6,  2.4,  5.8,  4.93, 0.94, 0.86, 0.01, 1.49, 0.14,
                                    0.94, 2.18, 0.05, 0.34, 1.26, 0.29, 2.61, 0.2,  0.3 };
    static const double expected[] = { 0.4,  0.6,  2.4,  5.8,  6.81, 0.44675013, 1.36, 0.01, 1.49, 0.14, 0.94,
                                       2.18, 0.05, 0.34, 1.26, 0.29, 2.61,       0,    0,    0,    0.5 };
    double weights[MEMORY_WEIGHTS_FSRS6];
    assert_true(fsrs6_from_older(older, FSRS45_WEIGHTS, weights));
    for (guint i = 0; i < MEMORY_WEIGHTS_FSRS6; i++)
        assert_true(fabs(weights[i] - expected[i]) < 1e-7);
    assert_true(fsrs6_from_older(older, FSRS5_WEIGHTS, weights));
    assert_close(weights[4], 4.93);
    assert_close(weights[18], 0.3);
    assert_close(weights[19], 0);
    assert_close(weights[20], 0.5);
    assert_false(fsrs6_from_older(older, 18, weights));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reviews_a_calendar_day_apart_count),
        cmocka_unit_test(predictions_are_made_before_the_review),
        cmocka_unit_test(metrics_are_those_reckoned_by_hand),
        cmocka_unit_test(what_was_not_predicted_is_left_out),
        cmocka_unit_test(a_lapse_before_makes_another_bin),
        cmocka_unit_test(bins_count_by_the_weights_of_their_reviews),
        cmocka_unit_test(folds_are_predicted_by_what_came_before),
        cmocka_unit_test(too_few_reviews_for_the_folds_predict_nothing),
        cmocka_unit_test(folds_stop_when_the_predictor_does),
        cmocka_unit_test(rare_first_gaps_are_left_out_as_fsrs_rs_does),
        cmocka_unit_test(baselines_predict_what_they_say),
        cmocka_unit_test(half_life_regression_finds_half_lives),
        cmocka_unit_test(baselines_have_nothing_to_say_about_nothing),
        cmocka_unit_test(times_are_put_in_order_and_equal_ones_stay),
        cmocka_unit_test(equations_are_solved_or_refused),
        cmocka_unit_test(older_weights_become_those_of_fsrs6),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
