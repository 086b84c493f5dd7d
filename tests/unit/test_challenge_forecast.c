/* Challenge forecast: gradients of its models, and what it predicts for simulated learners. */
#include "attempts_case.h"
#include "engine/challenge/challenge_calibration.h"
#include "engine/challenge/challenge_forecast.h"
#include "engine/challenge/challenge_rates.h"
#include "engine/maths/matrix.h"
#include "engine/maths/stats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void assert_close(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.10g is not %.10g", value, expected);
}

static const AttemptsCase small = { .learners = 12,
                                    .items = 20,
                                    .attempts = 40,
                                    .test_from = 9,
                                    .seed = 4,
                                    .ability_spread = 0.8,
                                    .difficulty_spread = 1.5,
                                    .gain = 0.3 };
static const AttemptsCase middling = { .learners = 60,
                                       .items = 20,
                                       .attempts = 80,
                                       .test_from = 45,
                                       .seed = 6,
                                       .ability_spread = 0.8,
                                       .difficulty_spread = 1.5,
                                       .gain = 0.3 };

static ChallengeForecast *forecast_of(const AttemptLog *log, guint threads, guint64 seed)
{
    const ChallengeForecastOptions options = { .seed = seed, .threads = threads };
    return challenge_forecast_new(log, &options);
}

/* The pieces. */

static guint *train_attempts(const AttemptLog *log, guint *n)
{
    guint *attempts = g_new(guint, log->n);
    *n = 0;
    for (guint i = 0; i < log->n; i++)
        if (!log->attempts[i].is_test)
            attempts[(*n)++] = i;
    return attempts;
}

static void the_gradient_of_the_regression_is_its_slope(void **unused)
{
    g_autoptr(AttemptLog) log = attempts_case_log(&small, NULL);
    g_autoptr(ChallengeFeatures) features = challenge_features_new(log);
    guint n;
    g_autofree guint *attempts = train_attempts(log, &n);
    const ChallengeRows rows = { log, features, attempts, n };
    const ChallengeLogistic prior = { 0 };
    ChallengeLogistic model = { .bias = 0.3 };
    for (guint i = 0; i < CHALLENGE_TRACE_FEATURES; i++)
        model.weights[i] = 0.05 * ((double)(i % 7) - 3);
    double gradient[1 + CHALLENGE_COLUMNS];
    challenge_logistic_loss(&rows, &model, &prior, 2, gradient);
    for (guint i = 0; i <= CHALLENGE_TRACE_FEATURES; i += 5) {
        const double step = 1e-5;
        ChallengeLogistic up = model, down = model;
        *(i ? &up.weights[i - 1] : &up.bias) += step;
        *(i ? &down.weights[i - 1] : &down.bias) -= step;
        const double slope = (challenge_logistic_loss(&rows, &up, &prior, 2, NULL) -
                              challenge_logistic_loss(&rows, &down, &prior, 2, NULL)) /
                             (2 * step);
        assert_close(gradient[i], slope, 1e-4 * MAX(1, fabs(slope)));
    }
}

static void the_regression_ends_where_its_gradient_is_nought(void **unused)
{
    g_autoptr(AttemptLog) log = attempts_case_log(&small, NULL);
    g_autoptr(ChallengeFeatures) features = challenge_features_new(log);
    guint n;
    g_autofree guint *attempts = train_attempts(log, &n);
    const ChallengeRows rows = { log, features, attempts, n };
    const ChallengeLogistic prior = { 0 };
    const ChallengeLogistic model = challenge_logistic_fit(&rows, &prior, 5);
    double gradient[1 + CHALLENGE_COLUMNS];
    challenge_logistic_loss(&rows, &model, &prior, 5, gradient);
    for (guint i = 0; i <= CHALLENGE_COLUMNS; i++)
        assert_close(gradient[i], 0, 0.5);
}

/* Three learners side by side, the second of them ending and a fourth beginning on the way. */
static void fill_window(NetworkWindow *window, const AttemptLog *log)
{
    for (guint lane = 0; lane < window->lanes; lane++) {
        const guint learner = lane % log->n_learners;
        for (guint step = 0; step < window->steps; step++) {
            const guint cell = step * window->lanes + lane;
            const gboolean is_second = lane == 1 && step >= window->steps / 2;
            const guint offset = is_second ? step - window->steps / 2 : step;
            window->begins[cell] = offset == 0;
            window->attempts[cell] = lane + 1 < window->lanes || step < 2
                                         ? (gint64)log->first[is_second ? learner + 5 : learner] + offset
                                         : -1;
        }
    }
}

static double network_loss(ChallengeNetwork *network, const AttemptLog *log, const ChallengeFeatures *features,
                           NetworkWindow *window)
{
    for (guint i = 0; i < window->lanes * NETWORK_STATE; i++)
        window->state[i] = 0.01f * (float)(i % 9);
    return challenge_network_forward(network, log, features, window);
}

/* A layer that keeps what is above 0 has kinks, where the slopes on both sides differ: the gradient is one of them. */
static void check_slopes(ChallengeNetwork *network, const AttemptLog *log, const ChallengeFeatures *features,
                         NetworkWindow *window, float *values, const float *gradient, gsize n, guint every)
{
    for (gsize i = 0; i < n; i += every) {
        const float kept = values[i], step = 1e-3f;
        const double here = network_loss(network, log, features, window);
        values[i] = kept + step;
        const double above = (network_loss(network, log, features, window) - here) / (double)step;
        values[i] = kept - step;
        const double below = (here - network_loss(network, log, features, window)) / (double)step;
        values[i] = kept;
        const double tolerance = 0.02 + 0.02 * fabs(above);
        if (!(gradient[i] >= MIN(above, below) - tolerance && gradient[i] <= MAX(above, below) + tolerance))
            fail_msg("%zu of %zu: %g is not between %g and %g", i, n, gradient[i], below, above);
    }
}

static void the_gradient_of_the_network_is_its_slope(void **unused)
{
    g_autoptr(AttemptLog) log = attempts_case_log(&small, NULL);
    g_autoptr(ChallengeFeatures) features = challenge_features_new(log);
    guint n;
    g_autofree guint *attempts = train_attempts(log, &n);
    const ChallengeRows rows = { log, features, attempts, n };
    const ChallengeLogistic logistic = { .bias = 0.2, .weights = { 0.1 } };
    g_autoptr(ChallengeNetwork) network = challenge_network_new(&rows, &logistic, 3);
    NetworkTable *known = &network->tables[TABLE_KNOWN_ITEM];
    for (guint i = 0; i < known->rows * known->width; i++)
        known->values[i] = 0.1f * (float)((int)(i % 5) - 2);
    g_autoptr(NetworkWindow) window = network_window_new(4, 10);
    fill_window(window, log);
    network_loss(network, log, features, window);
    challenge_network_backward(network, log, window);
    g_autofree float *gradient = g_memdup2(network->gradient, network->n_weights * sizeof(float));
    for (guint part = 0; part < NETWORK_PARTS; part++) {
        const guint first = network->part[part], size = network->part[part + 1] - first;
        check_slopes(network, log, features, window, network->weights + first, gradient + first,
                     part == PART_BIAS ? 1 : size, part == PART_BIAS ? 1 : MAX(size / 12, 1));
    }
    for (guint i = 0; i < NETWORK_TABLES; i++) {
        NetworkTable *table = &network->tables[i];
        const gsize size = (gsize)table->rows * table->width;
        check_slopes(network, log, features, window, table->values, table->gradient, size, MAX((guint)size / 40, 1));
    }
}

static void rates_forget_what_is_taken_out(void **unused)
{
    g_autoptr(ChallengeRates) rates = challenge_rates_new(100);
    guint64 keys[CONTEXTS];
    for (guint i = 0; i < CONTEXTS; i++)
        keys[i] = (i + 1) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
    ChallengeRate before[CONTEXTS], during[CONTEXTS], after[CONTEXTS];
    challenge_rates_get(rates, keys, before);
    challenge_rates_count(rates, keys, 1, 1);
    challenge_rates_get(rates, keys, during);
    challenge_rates_count(rates, keys, 1, -1);
    challenge_rates_get(rates, keys, after);
    for (guint i = 0; i < CONTEXTS; i++) {
        assert_true(during[i].p > before[i].p && during[i].p < 1);
        assert_close(after[i].p, before[i].p, 1e-6);
    }
}

static void calibration_follows_what_is_observed(void **unused)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(8);
    ChallengeCalibration calibration = challenge_calibration_begin();
    assert_close(challenge_calibration_expect(&calibration, 0.7), odds_sigmoid(0.7), 1e-12);
    for (int i = 0; i < 20000; i++) {
        if (i % 500 == 0)
            challenge_calibration_next(&calibration);
        const double logit = g_rand_double_range(random, -2.5, 2.5);
        challenge_calibration_learn(&calibration, logit, g_rand_double(random) < odds_sigmoid(0.7 * logit + 0.3));
    }
    challenge_calibration_next(&calibration);
    for (double logit = -2; logit <= 2; logit += 0.5)
        assert_close(challenge_calibration_expect(&calibration, logit), odds_sigmoid(0.7 * logit + 0.3), 0.05);
    assert_true(isfinite(challenge_calibration_expect(&calibration, 1e6)));
    assert_true(isfinite(challenge_calibration_expect(&calibration, -1e6)));
}

static void a_blend_weighs_models_by_what_they_know(void **unused)
{
    enum { N = 20000 };
    g_autoptr(GRand) random = g_rand_new_with_seed(9);
    g_autofree float *poor = g_new(float, N), *good = g_new(float, N), *scores = g_new(float, N);
    for (int i = 0; i < N; i++) {
        const double truth = g_rand_double_range(random, -3, 3);
        good[i] = (float)truth;
        poor[i] = (float)(0.3 * truth + g_rand_double_range(random, -1, 1));
        scores[i] = g_rand_double(random) < odds_sigmoid(truth);
    }
    const double prior[] = { 0.5, 0.5 };
    double alone, both, few;
    challenge_blend_fit((const float *const[]){ poor }, prior, 1, scores, N, &alone);
    const ChallengeBlend blend = challenge_blend_fit((const float *const[]){ poor, good }, prior, 2, scores, N, &both);
    assert_true(both < 0.9 * alone);
    assert_close(blend.weights[1], 1, 0.2);
    assert_close(blend.weights[0], 0, 0.25);
    const ChallengeBlend held = challenge_blend_fit((const float *const[]){ poor, good }, prior, 2, scores, 5, &few);
    assert_close(held.weights[0], 0.5, 0.1);
    assert_close(challenge_blend_logit(&blend, (double[]){ 0, 2 }), blend.bias + 2 * blend.weights[1], 1e-12);
}

/* The whole. */

static void predictions_come_near_the_truth(void **unused)
{
    double *truth;
    g_autoptr(AttemptLog) log = attempts_case_log(&middling, &truth);
    g_autoptr(ChallengeForecast) forecast = forecast_of(log, 2, 1);
    double error = 0, spread = 0, n = 0;
    for (guint i = 0; i < log->n; i++) {
        if (!log->attempts[i].is_test)
            continue;
        error += (forecast->p[i] - truth[i]) * (forecast->p[i] - truth[i]);
        spread += (truth[i] - 0.6) * (truth[i] - 0.6);
        n++;
    }
    assert_true(error / n < 0.25 * spread / n);
    assert_true(sqrt(error / n) < 0.13);
    assert_true(forecast->learner_bytes < 1024);
    g_free(truth);
}

static void the_result_does_not_depend_on_threads(void **unused)
{
    g_autoptr(AttemptLog) log = attempts_case_log(&middling, NULL);
    g_autoptr(ChallengeForecast) one = forecast_of(log, 1, 1), three = forecast_of(log, 3, 1);
    assert_memory_equal(one->p, three->p, log->n * sizeof(double));
    assert_true(isfinite(one->network_loss)); /* or there was nothing to compare */
}

/* An attempt's own score and what comes later change nothing about its prediction. */
static void nothing_is_known_before_it_happens(void **unused)
{
    for (int changed = 0; changed < 2; changed++) {
        g_autoptr(AttemptLog) log = attempts_case_log(&middling, NULL), other = attempts_case_log(&middling, NULL);
        const guint from = log->first[middling.test_from] + (changed ? 0 : middling.attempts / 2);
        for (guint i = from; i < log->n; i++)
            other->attempts[i].score = 1 - other->attempts[i].score;
        g_autoptr(ChallengeForecast) one = forecast_of(log, 2, 1), two = forecast_of(other, 2, 1);
        for (guint i = log->first[middling.test_from]; i <= from; i++)
            assert_close(one->p[i], two->p[i], 1e-12);
        assert_true(fabs(one->p[log->n - 1] - two->p[log->n - 1]) > 1e-6);
    }
}

static void check_bounds(const AttemptLog *log)
{
    g_autoptr(ChallengeForecast) forecast = forecast_of(log, 2, 7);
    assert_non_null(forecast);
    for (guint i = 0; i < log->n; i++)
        assert_true(forecast->p[i] >= 0 && forecast->p[i] <= 1);
}

static void odd_logs_give_probabilities(void **unused)
{
    const AttemptsCase cases[] = {
        { .learners = 2, .items = 1, .attempts = 1, .test_from = 1 },
        { .learners = 2, .items = 3, .attempts = 50, .test_from = 1 },
        { .learners = 1, .items = 3, .attempts = 50, .test_from = 1 },
        { .learners = 30, .items = 1, .attempts = 100, .test_from = 25 },
        { .learners = 300, .items = 40, .attempts = 1, .test_from = 200 },
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(AttemptLog) log = attempts_case_log(&cases[i], NULL);
        check_bounds(log);
    }
}

static void all_right_or_all_wrong_is_predicted_as_such(void **unused)
{
    for (int score = 0; score <= 1; score++) {
        g_autoptr(AttemptLog) log = attempts_case_log(&middling, NULL);
        for (guint i = 0; i < log->n; i++)
            log->attempts[i].score = (float)score;
        g_autoptr(ChallengeForecast) forecast = forecast_of(log, 2, 1);
        assert_close(forecast->p[log->n - 1], score, 0.05);
    }
}

static void learners_may_have_train_and_test_attempts_and_no_skills(void **unused)
{
    g_autoptr(AttemptLog) log = attempts_case_log(&middling, NULL);
    for (guint i = 0; i < log->n; i++) {
        Attempt *attempt = &log->attempts[i];
        attempt->is_test = i % 3 == 0;
        attempt->n_skills = i % 4 == 0 ? 0 : 1 + i % 2;
        attempt->first_skill = 0;
        attempt->score = i % 5 ? attempt->score : 0.5f;
        attempt->time = i % 2 ? 1e9 + i * 1e5 : 1e9;
    }
    check_bounds(log);
}

static void without_train_there_is_no_forecast(void **unused)
{
    AttemptsCase wish = small;
    wish.test_from = 0;
    g_autoptr(AttemptLog) log = attempts_case_log(&wish, NULL);
    assert_null(forecast_of(log, 1, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gradient_of_the_regression_is_its_slope),
        cmocka_unit_test(the_regression_ends_where_its_gradient_is_nought),
        cmocka_unit_test(the_gradient_of_the_network_is_its_slope),
        cmocka_unit_test(rates_forget_what_is_taken_out),
        cmocka_unit_test(calibration_follows_what_is_observed),
        cmocka_unit_test(a_blend_weighs_models_by_what_they_know),
        cmocka_unit_test(predictions_come_near_the_truth),
        cmocka_unit_test(the_result_does_not_depend_on_threads),
        cmocka_unit_test(nothing_is_known_before_it_happens),
        cmocka_unit_test(odd_logs_give_probabilities),
        cmocka_unit_test(all_right_or_all_wrong_is_predicted_as_such),
        cmocka_unit_test(learners_may_have_train_and_test_attempts_and_no_skills),
        cmocka_unit_test(without_train_there_is_no_forecast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
