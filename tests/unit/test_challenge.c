/* Challenge: predictions, online learning and the target. */
#include "engine/challenge.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void assert_close(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.10g is not %.10g", value, expected);
}

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

static void guessing_is_never_worse_than_its_floor(void **unused)
{
    assert_close(challenge_floor(4, 1), 0.25, 0);
    assert_close(challenge_floor(4, 2), 1.0 / 16, 0);
    assert_close(challenge_floor(0, 0), 0, 0);
    ChallengeEstimate weak = { .mean = -6, .variance = 1 }, hard = { .mean = 6, .variance = 1 };
    assert_true(challenge_predict(weak, hard, 0, 0.25) >= 0.25);
    assert_true(challenge_predict(weak, hard, 0, 0.25) < 0.26);
}

static void prediction_rises_with_ability_and_memory_and_falls_with_difficulty(void **unused)
{
    ChallengeEstimate middle = CHALLENGE_ABILITY_PRIOR, high = { .mean = 1, .variance = 1 };
    assert_close(challenge_predict(middle, middle, 0.5, 0), 0.5, 1e-12);
    assert_close(challenge_predict(high, middle, 0.5, 0), logistic(1), 1e-12);
    assert_close(challenge_predict(middle, high, 0.5, 0), logistic(-1), 1e-12);
    assert_true(challenge_predict(middle, middle, 0.9, 0) > challenge_predict(middle, middle, 0.3, 0));
    double new_concept = challenge_predict(middle, middle, -1, 0);
    assert_true(new_concept > challenge_predict(middle, middle, 0, 0) &&
                new_concept < challenge_predict(middle, middle, 1, 0));
}

static void a_hint_makes_the_prior_harder_or_easier(void **unused)
{
    double easy = challenge_difficulty_prior(0.5, -1).mean, medium = challenge_difficulty_prior(0.5, 0).mean,
           hard = challenge_difficulty_prior(0.5, 1).mean;
    assert_close(medium, 0.5, 0);
    assert_true(easy < medium && medium < hard);
    assert_true(challenge_difficulty_prior(NAN, 7).mean == hard - 0.5);
}

static void success_raises_ability_and_lowers_difficulty_and_failure_does_the_contrary(void **unused)
{
    ChallengeEstimate ability = CHALLENGE_ABILITY_PRIOR, difficulty = challenge_difficulty_prior(0, 0);
    challenge_update(&ability, &difficulty, 0.5, 0, 1);
    assert_true(ability.mean > 0 && difficulty.mean < 0);
    assert_true(ability.variance < 1 && difficulty.variance < 0.5);

    ability = CHALLENGE_ABILITY_PRIOR;
    difficulty = challenge_difficulty_prior(0, 0);
    challenge_update(&ability, &difficulty, 0.5, 0, 0);
    assert_true(ability.mean < 0 && difficulty.mean > 0);
}

static void an_expected_score_moves_nothing(void **unused)
{
    ChallengeEstimate ability = { .mean = 0.7, .variance = 1 }, difficulty = { .mean = 0.2, .variance = 0.5 };
    double predicted = challenge_predict(ability, difficulty, 0.8, 0.25);
    challenge_update(&ability, &difficulty, 0.8, 0.25, predicted);
    assert_close(ability.mean, 0.7, 1e-9);
    assert_close(difficulty.mean, 0.2, 1e-9);
}

static void what_is_well_known_moves_less(void **unused)
{
    ChallengeEstimate unsure = { .variance = 1 }, sure = { .variance = 0.05 }, a = { .variance = 0.5 },
                      b = { .variance = 0.5 };
    challenge_update(&unsure, &a, 0.5, 0, 1);
    challenge_update(&sure, &b, 0.5, 0, 1);
    assert_true(unsure.mean > 3 * sure.mean);
}

static void a_lucky_guess_teaches_less_than_a_right_open_answer(void **unused)
{
    ChallengeEstimate open = CHALLENGE_ABILITY_PRIOR, guessed = CHALLENGE_ABILITY_PRIOR, a = { .variance = 0.5 },
                      b = { .variance = 0.5 };
    challenge_update(&open, &a, 0.5, 0, 1);
    challenge_update(&guessed, &b, 0.5, 0.5, 1);
    assert_true(guessed.mean > 0 && guessed.mean < open.mean);
}

/* 400 attempts of a person of ability 1.2 at exercises of known difficulty. */
static void ability_is_found_from_attempts(void **unused)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(11);
    ChallengeEstimate ability = CHALLENGE_ABILITY_PRIOR;
    for (int i = 0; i < 400; i++) {
        ChallengeEstimate difficulty = { .mean = g_rand_double_range(random, -1, 2), .variance = 0.005 };
        double truth = challenge_predict((ChallengeEstimate){ .mean = 1.2 }, difficulty, 0.5, 0.25);
        challenge_update(&ability, &difficulty, 0.5, 0.25, g_rand_double(random) < truth);
    }
    assert_close(ability.mean, 1.2, 0.6);
    assert_true(ability.variance < 0.2);
}

static void estimates_stay_finite_whatever_comes_in(void **unused)
{
    static const double values[] = { -INFINITY, -1e9, -1, 0, 0.5, 1, 1e9, INFINITY, NAN };
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(values); j++)
            for (gsize k = 0; k < G_N_ELEMENTS(values); k++) {
                ChallengeEstimate ability = { values[i], values[j] }, difficulty = { values[j], values[i] };
                challenge_update(&ability, &difficulty, values[j], values[k], values[k]);
                challenge_update(&ability, &difficulty, values[k], values[i], 1);
                double p = challenge_predict(ability, difficulty, values[k], values[j]);
                assert_true(isfinite(ability.mean) && ability.variance > 0 && isfinite(difficulty.mean) &&
                            difficulty.variance > 0);
                assert_true(p >= 0 && p <= 1);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guessing_is_never_worse_than_its_floor),
        cmocka_unit_test(prediction_rises_with_ability_and_memory_and_falls_with_difficulty),
        cmocka_unit_test(a_hint_makes_the_prior_harder_or_easier),
        cmocka_unit_test(success_raises_ability_and_lowers_difficulty_and_failure_does_the_contrary),
        cmocka_unit_test(an_expected_score_moves_nothing),
        cmocka_unit_test(what_is_well_known_moves_less),
        cmocka_unit_test(a_lucky_guess_teaches_less_than_a_right_open_answer),
        cmocka_unit_test(ability_is_found_from_attempts),
        cmocka_unit_test(estimates_stay_finite_whatever_comes_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
