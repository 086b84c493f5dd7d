/* Logistic: weights that are known, the ridge, and rows without terms. */
#include "engine/maths/logistic.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { INTERCEPT, SLOPE, FEATURES_HERE };

static const double loose[FEATURES_HERE] = { 1e-6, 1e-6 };

static void an_intercept_alone_gives_the_mean(void **unused)
{
    const LogisticTerm one = { 0, 1 };
    LogisticRow rows[4];
    for (int i = 0; i < 4; i++)
        rows[i] = (LogisticRow){ &one, 1, 0, i == 0 };
    double weight = 0;
    logistic_fit(rows, G_N_ELEMENTS(rows), loose, 1, &weight);
    assert_true(fabs(weight - log(1.0 / 3)) < 1e-3);
    assert_true(fabs(logistic_probability(weight) - 0.25) < 1e-3);
}

/* Targets that are the probabilities of a known model are met exactly by it. */
static void known_weights_are_found(void **unused)
{
    LogisticTerm terms[50][FEATURES_HERE];
    LogisticRow rows[50];
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        double x = (double)i / 10 - 2.5;
        terms[i][0] = (LogisticTerm){ INTERCEPT, 1 };
        terms[i][1] = (LogisticTerm){ SLOPE, x };
        rows[i] = (LogisticRow){ terms[i], FEATURES_HERE, 0.5, logistic_probability(0.5 - 0.7 + 1.3 * x) };
    }
    double weights[FEATURES_HERE] = { 0 };
    logistic_fit(rows, G_N_ELEMENTS(rows), loose, FEATURES_HERE, weights);
    assert_true(fabs(weights[INTERCEPT] + 0.7) < 0.01);
    assert_true(fabs(weights[SLOPE] - 1.3) < 0.01);
    assert_true(fabs(logistic_margin(&rows[7], weights) - (0.5 - 0.7 + 1.3 * terms[7][1].value)) < 0.05);
}

static double slope_with(double strength)
{
    const LogisticTerm left = { 0, -1 }, right = { 0, 1 };
    const LogisticRow rows[] = { { &left, 1, 0, 0 }, { &right, 1, 0, 1 } };
    double weight = 0;
    logistic_fit(rows, G_N_ELEMENTS(rows), &strength, 1, &weight);
    return weight;
}

static void a_ridge_holds_weights_to_nothing(void **unused)
{
    assert_true(slope_with(0.1) > slope_with(1) && slope_with(1) > slope_with(10) && slope_with(10) > 0);
    double weight = slope_with(1);
    assert_true(fabs(2 * (1 - logistic_probability(weight)) - weight) < 1e-3); /* the derivative is 0 */
}

static void nothing_to_learn_from_leaves_weights_as_they_are(void **unused)
{
    double weights[FEATURES_HERE] = { 0 };
    logistic_fit(NULL, 0, loose, FEATURES_HERE, weights);
    assert_true(weights[0] == 0 && weights[1] == 0);
    const LogisticRow empty = { NULL, 0, 2, 1 };
    logistic_fit(&empty, 1, loose, FEATURES_HERE, weights);
    assert_true(weights[0] == 0 && logistic_margin(&empty, weights) == 2);
}

static void probabilities_stay_inside(void **unused)
{
    assert_true(logistic_probability(1e9) < 1 && logistic_probability(-1e9) > 0);
    assert_true(logistic_probability(0) == 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_intercept_alone_gives_the_mean),
        cmocka_unit_test(known_weights_are_found),
        cmocka_unit_test(a_ridge_holds_weights_to_nothing),
        cmocka_unit_test(nothing_to_learn_from_leaves_weights_as_they_are),
        cmocka_unit_test(probabilities_stay_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
