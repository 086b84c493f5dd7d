/* What is expected of people: that it follows from their history, and that an organisation's weights are fitted to its
 * own answers. */
#include "practice_case.h"

#include <math.h>

#include "feature/practice/challenge_model.h"
#include "feature/practice/challenge_model_fit.h"
#include "feature/practice/practice.h"

#define TALK FRONT("talk-first", "talk", "") CHOOSE("first") CHOOSE("second")
#define MONEY FRONT("cost", "money", "") CHOOSE("one") CHOOSE("two") CHOOSE("three")

typedef struct {
    App *app;
    gint64 org;
    gint64 cost[3], talk[2]; /* exercises of two concepts of different skills */
} Practice;

static void practice_open(Practice *practice, void **state, const char *organisation)
{
    App *app = practice->app = case_app(state);
    g_autofree char *email = g_strdup_printf("author@%s.test", organisation);
    const Learner author = learner_of(app, organisation, NULL, email);
    practice->org = author.who.organisation_id;
    IMPORT(app, practice->org, { "pack.md", PACK_FRONT }, { "cost.md", MONEY }, { "talk.md", TALK });
    static const char *const cost[] = { "choose-one", "choose-two", "choose-three" };
    for (guint i = 0; i < G_N_ELEMENTS(cost); i++)
        practice->cost[i] = exercise_id(app, practice->org, cost[i]);
    practice->talk[0] = exercise_id(app, practice->org, "choose-first");
    practice->talk[1] = exercise_id(app, practice->org, "choose-second");
}

static Attempt *answer_on(const Practice *practice, const Learner *learner, gint64 exercise, gboolean right, int day)
{
    return must_answer(practice->app, &learner->who,
                       (Answer){ .exercise_id = exercise,
                                 .choices = right ? "[1]" : "[0]",
                                 .answered_at = clock_now() + day * CLOCK_DAY });
}

static void answers_on(const Practice *practice, const Learner *learner, gint64 exercise, gboolean right, int day)
{
    attempt_free(answer_on(practice, learner, exercise, right, day));
}

/* --- what is expected */

static void who_failed_a_concept_is_expected_to_fail_it_rather_than_who_succeeded(void **state)
{
    Practice practice;
    practice_open(&practice, state, "Acme");
    Learner anna = learner_of(practice.app, "Acme", NULL, "anna@acme.test"),
            ben = learner_of(practice.app, "Acme", NULL, "ben@acme.test");
    for (guint i = 0; i < 2; i++) {
        answers_on(&practice, &anna, practice.cost[i], FALSE, -4 + (int)i);
        answers_on(&practice, &ben, practice.cost[i], TRUE, -4 + (int)i);
    }
    g_autoptr(Attempt) failed = answer_on(&practice, &anna, practice.cost[2], TRUE, 0);
    g_autoptr(Attempt) succeeded = answer_on(&practice, &ben, practice.cost[2], TRUE, 0);
    assert_true(failed->predicted < succeeded->predicted - 0.1);
}

static void who_is_able_in_one_skill_is_expected_to_be_in_a_new_one(void **state)
{
    Practice practice;
    practice_open(&practice, state, "Acme");
    Learner anna = learner_of(practice.app, "Acme", NULL, "anna@acme.test"),
            ben = learner_of(practice.app, "Acme", NULL, "ben@acme.test");
    for (guint i = 0; i < 9; i++)
        answers_on(&practice, &anna, practice.cost[i % 3], TRUE, -10 + (int)i);
    g_autoptr(Attempt) unknown = answer_on(&practice, &ben, practice.talk[0], TRUE, 0);
    g_autoptr(Attempt) able = answer_on(&practice, &anna, practice.talk[1], TRUE, 0);
    assert_true(able->predicted > unknown->predicted + 0.02);
}

#define WEIGHTS                                                                                                  \
    "{\"constant\": 0.1, \"memory\": 1.5, \"concept_wins\": 0.3, \"concept_losses\": -0.4, \"skill_wins\": 0.2," \
    " \"skill_losses\": -0.25, \"last\": 0.35, \"gap\": -0.15, \"recent\": 0.8}"

/* As if it had been fitted. */
static void use_weights(const Practice *practice)
{
    run_sql(practice->app,
            "INSERT INTO challenge_model (id, organisation_id, weights, made_at, chosen, n, attempts, log_loss,"
            " log_loss_before, log_loss_default) SELECT 5, id, '" WEIGHTS "', 1, 1, 1, 1, 0.5, 0.6, 0.6"
            " FROM organisation WHERE name = 'Acme'");
    run_sql(practice->app, "UPDATE organisation SET challenge_model_id = 5 WHERE name = 'Acme'");
}

static const ChallengeWeights weights = {
    .terms = { 0.1, 1.5, 0.3, -0.4, 0.2, -0.25, 0.35, -0.15, 0.8 },
    .overall_variance = 0.5,
    .ability_variance = 0.5,
    .difficulty_variance = 0.5,
    .overall_drift = 0.002,
    .ability_drift = 0.004,
    .difficulty_drift = 0.001,
};

static void every_term_of_the_organisations_weights_counts(void **state)
{
    Practice practice;
    practice_open(&practice, state, "Acme");
    use_weights(&practice);
    Learner anna = learner_of(practice.app, "Acme", NULL, "anna@acme.test");
    answers_on(&practice, &anna, practice.cost[0], TRUE, -6);
    g_autoptr(Attempt) second = answer_on(&practice, &anna, practice.cost[1], FALSE, -4);
    answers_on(&practice, &anna, practice.talk[0], TRUE, -3);

    ChallengeInput input = challenge_input_unknown;
    input.overall = (ChallengeEstimate){ real_of(practice.app, "SELECT mean FROM person_ability"),
                                         real_of(practice.app, "SELECT variance FROM person_ability") };
    input.ability.mean = real_of(practice.app, "SELECT ability.mean FROM ability JOIN skill ON skill.id ="
                                               " ability.skill_id WHERE skill.slug = 'money'");
    input.difficulty = challenge_difficulty_prior(exercise_kind_info(EXERCISE_CHOOSE)->difficulty, 0);
    input.floor = 0.5;
    input.concept_wins = input.concept_losses = input.skill_wins = input.skill_losses = 1;
    input.last = 0;
    input.recent = 2.0 / 3;
    g_autoptr(Attempt) third = answer_on(&practice, &anna, practice.cost[2], TRUE, 0);
    input.gap = (double)(third->answered_at - second->answered_at) / (double)CLOCK_DAY;
    input.retrievability = third->retrievability_before;
    assert_true(fabs(third->predicted - challenge_expect(&weights, &input)) < 1e-9);
}

static void weights_of_one_organisation_are_not_those_of_another(void **state)
{
    Practice acme, other;
    practice_open(&acme, state, "Acme");
    practice_open(&other, state, "Other");
    use_weights(&acme);
    Learner anna = learner_of(acme.app, "Acme", NULL, "anna@acme.test"),
            olga = learner_of(other.app, "Other", NULL, "olga@other.test");
    g_autoptr(Attempt) ours = answer_on(&acme, &anna, acme.cost[0], TRUE, 0);
    g_autoptr(Attempt) theirs = answer_on(&other, &olga, other.cost[0], TRUE, 0);
    ChallengeInput input = challenge_input_unknown;
    input.difficulty = challenge_difficulty_prior(exercise_kind_info(EXERCISE_CHOOSE)->difficulty, 0);
    input.floor = 0.5;
    input.retrievability = -1;
    assert_true(near(theirs->predicted, challenge_expect(&challenge_weights_default, &input)));
    assert_true(near(ours->predicted, challenge_expect(&weights, &input)));
    run_sql(other.app, "UPDATE organisation SET challenge_model_id = 6 WHERE name = 'Other'");
    run_sql(other.app, "UPDATE challenge_model SET id = 6");
    assert_int_equal(refusal_of(other.app, &olga.who, (Answer){ .exercise_id = other.cost[1], .choices = "[1]" }),
                     WHET_ERROR_NOT_FOUND);
}

static void damaged_weights_are_an_error(void **state)
{
    Practice practice;
    practice_open(&practice, state, "Acme");
    use_weights(&practice);
    Learner anna = learner_of(practice.app, "Acme", NULL, "anna@acme.test");
    static const char *const damages[] = {
        "UPDATE challenge_model SET weights = '[1, 2, 3]'",
        "UPDATE challenge_model SET weights = '{\"last\": \"1\"}'",
        "UPDATE challenge_model SET weights = 'x'",
    };
    for (guint i = 0; i < G_N_ELEMENTS(damages); i++) {
        run_sql(practice.app, damages[i]);
        assert_int_equal(
            refusal_of(practice.app, &anna.who, (Answer){ .exercise_id = practice.cost[0], .choices = "[1]" }),
            WHET_ERROR_FAILED);
        assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM attempt"), 0);
    }
}

/* --- fitting */

enum { PEOPLE = 12, ROUNDS = 12 };

/* People who are right just when they were wrong before, which the shipped weights do not expect: day after day. */
static void practise_in_turns(const Practice *practice)
{
    for (int person = 0; person < PEOPLE; person++) {
        g_autofree char *email = g_strdup_printf("%d@acme.test", person);
        Learner learner = learner_of(practice->app, "Acme", NULL, email);
        for (int round = 0; round < ROUNDS; round++) {
            answers_on(practice, &learner, practice->cost[round % 3], (round + person) % 2, round - ROUNDS);
            answers_on(practice, &learner, practice->talk[round % 2], (round + person / 2) % 2, round - ROUNDS);
        }
    }
}

static ChallengeFit fit_now(const Practice *practice)
{
    g_autoptr(GError) error = NULL;
    ChallengeFit fit;
    if (!practice_fit_challenge(practice->app, practice->org, 0, &fit, &error))
        no_error(error);
    return fit;
}

static void fitting_makes_better_weights_and_uses_them(void **state)
{
    Practice practice;
    practice_open(&practice, state, "Acme");
    practise_in_turns(&practice);
    ChallengeFit fit = fit_now(&practice);
    assert_int_equal(fit.n, 2 * PEOPLE * ROUNDS / 5);
    assert_true(fit.chosen && fit.log_loss < fit.log_loss_before - 0.1);
    assert_true(near(fit.log_loss_before, fit.log_loss_default));
    assert_true(fit.weights.terms[CHALLENGE_LAST] < -0.3 && fit.auc > 0.8);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM audit WHERE action = 'challenge.fitted'"), 1);
    assert_true(number_of(practice.app, "SELECT challenge_model_id FROM organisation") ==
                number_of(practice.app, "SELECT id FROM challenge_model WHERE chosen = 1"));

    Learner anna = learner_of(practice.app, "Acme", NULL, "anna@acme.test");
    answers_on(&practice, &anna, practice.cost[0], FALSE, -1);
    g_autoptr(Attempt) after_failing = answer_on(&practice, &anna, practice.cost[1], TRUE, 0);
    Learner ben = learner_of(practice.app, "Acme", NULL, "ben@acme.test");
    answers_on(&practice, &ben, practice.cost[0], TRUE, -1);
    g_autoptr(Attempt) after_success = answer_on(&practice, &ben, practice.cost[1], TRUE, 0);
    assert_true(after_failing->predicted > after_success->predicted);
}

static void weights_that_are_worse_than_those_in_use_are_not_used(void **state)
{
    Practice practice;
    practice_open(&practice, state, "Acme");
    practise_in_turns(&practice);
    ChallengeFit first = fit_now(&practice);
    gint64 id = number_of(practice.app, "SELECT challenge_model_id FROM organisation");
    ChallengeFit second = fit_now(&practice); /* the ones in use have seen what it is judged by */
    assert_true(!second.chosen && second.log_loss > second.log_loss_before);
    assert_memory_equal(second.weights.terms, first.weights.terms, sizeof first.weights.terms);
    assert_int_equal(number_of(practice.app, "SELECT challenge_model_id FROM organisation"), id);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM challenge_model"), 2);
}

static void too_few_answers_fit_nothing(void **state)
{
    Practice practice;
    practice_open(&practice, state, "Acme");
    Learner anna = learner_of(practice.app, "Acme", NULL, "anna@acme.test");
    for (int day = 0; day < 6; day++)
        answers_on(&practice, &anna, practice.cost[0], day % 2, day - 6);
    ChallengeFit fit = fit_now(&practice);
    assert_true(fit.n == 0 && !fit.chosen);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM challenge_model"), 0);
}

/* What the server does on its own. */
static void watch(App *app)
{
    g_autoptr(GError) error = NULL;
    static const JobHandler *const tables[] = { practice_jobs, NULL };
    for (const JobHandler *handler = practice_jobs; handler->kind; handler++)
        if (handler->every > 0 && !handler->function(app, NULL, &error))
            no_error(error);
    for (gboolean ran = TRUE; ran;)
        if (!jobs_run_next(app->db, tables, app, &ran, &error))
            no_error(error);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job WHERE failure IS NOT NULL"), 0);
}

static void fitting_comes_by_itself_when_there_is_enough_that_is_new(void **state)
{
    Practice practice;
    practice_open(&practice, state, "Acme");
    static const char models[] = "SELECT COUNT(*) FROM challenge_model";
    watch(practice.app);
    assert_int_equal(number_of(practice.app, models), 0);
    practise_in_turns(&practice);
    watch(practice.app);
    assert_int_equal(number_of(practice.app, models), 1);
    clock_shift(2 * CLOCK_DAY);
    watch(practice.app);
    assert_int_equal(number_of(practice.app, models), 1); /* nothing is new */
    clock_shift(0);
    run_sql(practice.app, "UPDATE challenge_model SET attempts = attempts / 2");
    watch(practice.app);
    assert_int_equal(number_of(practice.app, models), 1); /* on the same day */
    clock_shift(2 * CLOCK_DAY);
    watch(practice.app);
    assert_int_equal(number_of(practice.app, models), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(who_failed_a_concept_is_expected_to_fail_it_rather_than_who_succeeded),
        ON_BOTH(who_is_able_in_one_skill_is_expected_to_be_in_a_new_one),
        ON_BOTH(every_term_of_the_organisations_weights_counts),
        ON_BOTH(weights_of_one_organisation_are_not_those_of_another),
        ON_BOTH(damaged_weights_are_an_error),
        ON_BOTH(fitting_makes_better_weights_and_uses_them),
        ON_BOTH(weights_that_are_worse_than_those_in_use_are_not_used),
        ON_BOTH(too_few_answers_fit_nothing),
        ON_BOTH(fitting_comes_by_itself_when_there_is_enough_that_is_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
