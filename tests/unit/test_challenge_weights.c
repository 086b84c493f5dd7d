/* Challenge weights: what the live model predicts and learns, and fitting its terms. */
#include "attempts_case.h"
#include "engine/challenge/challenge_fit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const ChallengeWeights *shipped = &challenge_weights_default;

static void assert_close(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.10g is not %.10g", value, expected);
}

static void nothing_known_is_even_odds_above_the_floor(void **unused)
{
    ChallengeInput input = challenge_input_unknown;
    assert_close(challenge_expect(shipped, &input), 0.5, 1e-12);
    input.floor = 0.25;
    assert_close(challenge_expect(shipped, &input), 0.625, 1e-12);
}

static void prediction_follows_ability_difficulty_and_memory(void **unused)
{
    ChallengeInput middle = challenge_input_unknown;
    middle.retrievability = 0.5;
    const double p = challenge_expect(shipped, &middle);
    ChallengeInput able = middle, skilled = middle, hard = middle, remembered = middle, forgotten = middle,
                   new = middle;
    able.overall = (ChallengeEstimate){ 1, 0.5 };
    skilled.ability = (ChallengeEstimate){ 1, 0.5 };
    hard.difficulty = (ChallengeEstimate){ 1, 0.5 };
    remembered.retrievability = 1;
    forgotten.retrievability = 0;
    new.retrievability = -1;
    assert_close(challenge_expect(shipped, &able), odds_sigmoid(1), 1e-12);
    assert_close(challenge_expect(shipped, &skilled), odds_sigmoid(1), 1e-12);
    assert_close(challenge_expect(shipped, &hard), odds_sigmoid(-1), 1e-12);
    assert_true(challenge_expect(shipped, &remembered) > p && p > challenge_expect(shipped, &forgotten));
    assert_true(challenge_expect(shipped, &new) > challenge_expect(shipped, &forgotten) &&
                challenge_expect(shipped, &new) < challenge_expect(shipped, &remembered));
}

static void each_term_counts_as_much_as_its_weight(void **unused)
{
    ChallengeInput input = challenge_input_unknown;
    input.retrievability = 0.9;
    input.concept_wins = input.concept_losses = 1;
    input.skill_wins = input.skill_losses = 2;
    input.last = 1;
    input.gap = 3;
    input.recent = 0.75;
    const double expected[CHALLENGE_TERMS] = { 1, 0.4, log(2), log(2), log(3), log(3), 1, log(4), 0.25 };
    for (guint i = 0; i < CHALLENGE_TERMS; i++) {
        ChallengeWeights weights = *shipped;
        for (guint j = 0; j < CHALLENGE_TERMS; j++)
            weights.terms[j] = i == j;
        assert_close(challenge_logit(&weights, &input), expected[i], 1e-12);
        assert_non_null(challenge_term_names[i]);
    }
}

static void success_moves_all_three_and_makes_them_surer(void **unused)
{
    ChallengeInput input = challenge_input_unknown;
    challenge_learn(shipped, &input, 1);
    assert_true(input.overall.mean > 0 && input.ability.mean > 0 && input.difficulty.mean < 0);
    assert_true(input.overall.variance < shipped->overall_variance);
    assert_true(input.ability.variance < shipped->ability_variance);
    assert_true(input.difficulty.variance < shipped->difficulty_variance);

    ChallengeInput failed = challenge_input_unknown;
    challenge_learn(shipped, &failed, 0);
    assert_close(failed.overall.mean, -input.overall.mean, 1e-12);
}

static void a_lucky_guess_teaches_less_than_a_right_open_answer(void **unused)
{
    ChallengeInput open = challenge_input_unknown, guessed = challenge_input_unknown;
    guessed.floor = 0.5;
    challenge_learn(shipped, &open, 1);
    challenge_learn(shipped, &guessed, 1);
    assert_true(guessed.ability.mean > 0 && guessed.ability.mean < open.ability.mean);
}

static void an_expected_score_moves_nothing(void **unused)
{
    ChallengeInput input = challenge_input_unknown;
    input.floor = 0.25;
    input.retrievability = 0.8;
    input.difficulty = (ChallengeEstimate){ 0.4, 0.3 };
    challenge_learn(shipped, &input, challenge_expect(shipped, &input));
    assert_close(input.overall.mean, 0, 1e-9);
    assert_close(input.difficulty.mean, 0.4, 1e-9);
}

static void estimates_stay_finite_whatever_comes_in(void **unused)
{
    static const double values[] = { -INFINITY, -1e300, -1, 0, 0.5, 1, 1e300, INFINITY, NAN };
    for (guint i = 0; i < G_N_ELEMENTS(values); i++)
        for (guint j = 0; j < G_N_ELEMENTS(values); j++)
            for (guint k = 0; k < G_N_ELEMENTS(values); k++) {
                const double a = values[i], b = values[j], c = values[k];
                ChallengeInput input = { { a, b }, { b, c }, { c, a }, a, b, c, a, b, c, a, b, c };
                challenge_learn(shipped, &input, a);
                challenge_learn(shipped, &input, 1);
                const double p = challenge_expect(shipped, &input);
                assert_true(p >= 0 && p <= 1);
                assert_true(isfinite(input.overall.mean) && input.overall.variance > 0);
                assert_true(isfinite(input.ability.mean) && input.ability.variance > 0);
                assert_true(isfinite(input.difficulty.mean) && input.difficulty.variance > 0);
            }
}

static void abilities_and_difficulties_are_found_from_attempts(void **unused)
{
    enum { PEOPLE = 40, EXERCISES = 20 };
    g_autoptr(GRand) random = g_rand_new_with_seed(5);
    ChallengeEstimate people[PEOPLE] = { 0 }, exercises[EXERCISES] = { 0 };
    for (int i = 0; i < 20000; i++) {
        const int person = g_rand_int_range(random, 0, PEOPLE), exercise = g_rand_int_range(random, 0, EXERCISES);
        const double truth = odds_sigmoid(person / 20.0 - 1 - (exercise / 10.0 - 1));
        ChallengeInput input = challenge_input_unknown;
        input.overall = people[person];
        input.difficulty = exercises[exercise];
        challenge_learn(shipped, &input, g_rand_double(random) < truth);
        people[person] = input.overall;
        exercises[exercise] = input.difficulty;
    }
    /* Only differences can be seen. */
    assert_close(people[35].mean - people[5].mean, 1.5, 0.6);
    assert_close(exercises[17].mean - exercises[3].mean, 1.4, 0.5);
    assert_true(exercises[3].variance < 0.1);
}

static double replay_loss(const AttemptLog *attempts, const ChallengeWeights *weights)
{
    g_autofree double *p = g_new0(double, attempts->n);
    challenge_fit_replay(attempts, NULL, weights, TRUE, p);
    double loss = 0;
    for (guint i = 0; i < attempts->n; i++)
        if (attempts->attempts[i].is_test)
            loss -= log(attempts->attempts[i].score > 0.5 ? p[i] : 1 - p[i]);
    return loss;
}

static void fitting_finds_that_practice_helps(void **unused)
{
    const AttemptsCase wish = { .learners = 60,
                                .items = 15,
                                .attempts = 90,
                                .test_from = 45,
                                .seed = 2,
                                .ability_spread = 0.5,
                                .difficulty_spread = 1,
                                .gain = 0.5 };
    g_autoptr(AttemptLog) log = attempts_case_log(&wish, NULL);
    const ChallengeWeights fitted = challenge_fit(log, NULL, shipped);
    assert_true(fitted.terms[CHALLENGE_CONCEPT_WINS] > 0.2);
    assert_close(fitted.terms[CHALLENGE_MEMORY], shipped->terms[CHALLENGE_MEMORY], 1e-9);
    assert_true(replay_loss(log, &fitted) < 0.97 * replay_loss(log, shipped));
}

/* People and exercises are all alike: only recall tells what will be right, and half of the rest is guessed. */
static void fitting_sees_recall_and_guessing(void **unused)
{
    enum { N = 40000 };
    g_autoptr(GRand) random = g_rand_new_with_seed(8);
    Attempt *attempts = g_new0(Attempt, N);
    g_autofree ChallengeSetting *of = g_new0(ChallengeSetting, N);
    for (guint i = 0; i < N; i++) {
        of[i] = (ChallengeSetting){
            .concept = i % 5,
            .retrievability = g_rand_double(random),
            .floor = 0.5,
            .difficulty = { .mean = 0, .variance = 0.01 },
        };
        const double truth = 0.5 + 0.5 * odds_sigmoid(5 * (of[i].retrievability - 0.5));
        attempts[i] =
            (Attempt){ .learner = i % 60, .item = i % 10, .row = i, .time = i, .score = g_rand_double(random) < truth };
    }
    g_autoptr(AttemptLog) log = attempt_log_new(attempts, N, NULL, 0);
    const ChallengeSettings settings = { .n_concepts = 5, .of = of };
    const ChallengeWeights fitted = challenge_fit(log, &settings, shipped);
    assert_close(fitted.terms[CHALLENGE_MEMORY], 5, 0.7);
    assert_close(fitted.terms[CHALLENGE_CONSTANT], 0, 0.5);
}

/* Right at the concept whatever the exercise, after the first time. */
static void history_is_that_of_the_concept(void **unused)
{
    const double scores[] = { 0, 1, 1, 1 };
    Attempt *attempts = g_new0(Attempt, G_N_ELEMENTS(scores));
    ChallengeSetting of[G_N_ELEMENTS(scores)];
    for (guint i = 0; i < G_N_ELEMENTS(scores); i++) {
        attempts[i] = (Attempt){ .item = i, .row = i, .time = i, .score = (float)scores[i] };
        of[i] = (ChallengeSetting){ .retrievability = NAN, .difficulty = { 0, 1 } };
    }
    g_autoptr(AttemptLog) log = attempt_log_new(attempts, G_N_ELEMENTS(scores), NULL, 0);
    ChallengeWeights weights = { .terms = { [CHALLENGE_LAST] = 1 } };
    const ChallengeSettings settings = { .n_concepts = 1, .of = of };
    double p[G_N_ELEMENTS(scores)], apart[G_N_ELEMENTS(scores)];
    challenge_fit_replay(log, &settings, &weights, FALSE, p);
    challenge_fit_replay(log, NULL, &weights, FALSE, apart);
    assert_true(p[1] < 0.35 && p[2] > 0.65);
    assert_true(fabs(apart[1] - 0.5) < 0.05 && fabs(apart[2] - 0.5) < 0.05);
}

static void fitting_nothing_leaves_the_weights(void **unused)
{
    g_autoptr(AttemptLog) log = attempt_log_new(NULL, 0, NULL, 0);
    const ChallengeWeights fitted = challenge_fit(log, NULL, shipped);
    assert_memory_equal(&fitted, shipped, sizeof fitted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_known_is_even_odds_above_the_floor),
        cmocka_unit_test(prediction_follows_ability_difficulty_and_memory),
        cmocka_unit_test(each_term_counts_as_much_as_its_weight),
        cmocka_unit_test(success_moves_all_three_and_makes_them_surer),
        cmocka_unit_test(a_lucky_guess_teaches_less_than_a_right_open_answer),
        cmocka_unit_test(an_expected_score_moves_nothing),
        cmocka_unit_test(estimates_stay_finite_whatever_comes_in),
        cmocka_unit_test(abilities_and_difficulties_are_found_from_attempts),
        cmocka_unit_test(fitting_finds_that_practice_helps),
        cmocka_unit_test(fitting_sees_recall_and_guessing),
        cmocka_unit_test(history_is_that_of_the_concept),
        cmocka_unit_test(fitting_nothing_leaves_the_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
