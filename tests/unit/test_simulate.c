/* Simulate: the simulated heads, what policies make of them, and that a result is a fact about the seed. */
#include "engine/challenge/challenge.h"
#include "engine/memory/retention.h"
#include "engine/plan/plan.h"
#include "engine/simulate/simulate.h"
#include "engine/simulate/simulate_learner.h"
#include "engine/simulate/simulate_ways.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const SimulateExercise exercises[] = {
    { .kind = 0, .seconds = 30, .floor = 0.25, .difficulty = -0.5 },
    { .kind = 1, .seconds = 40 },
    { .kind = 2, .production = TRUE, .seconds = 90, .difficulty = 0.3 },
};

static SimulateWish wish_of(guint learners, guint concepts)
{
    return (SimulateWish){
        .setting = { .concepts = concepts,
                     .exercises = exercises,
                     .n_exercises = G_N_ELEMENTS(exercises),
                     .budget_seconds = 300,
                     .new_most = 2 },
        .learners = learners,
        .days = SIMULATE_YEAR_DAYS,
        .seed = 3,
        .threads = 1,
    };
}

static SimulateOutcome *live(const SimulateWish *wish, const char *truth, const char *policy)
{
    return simulate_population(wish, simulate_truth_named(truth), simulate_policy_named(policy), NULL, NULL);
}

static double mean(const double *x, guint n)
{
    return stats_mean(x, n).mean;
}

/* --- chance */

static void chance_is_even_and_normal(void **unused)
{
    enum { DRAWS = 200000 };
    Chance chance = chance_begin(chance_key(1, 2));
    const double weights[] = { 1, 0, 3 };
    double sum = 0, normal = 0, squares = 0;
    guint picked[3] = { 0 };
    for (guint i = 0; i < DRAWS; i++) {
        double even = chance_uniform(&chance), bell = chance_normal(&chance);
        assert_true(even >= 0 && even < 1 && isfinite(bell));
        sum += even;
        normal += bell;
        squares += bell * bell;
        picked[chance_pick(&chance, weights, 3)]++;
    }
    assert_true(fabs(sum / DRAWS - 0.5) < 0.005);
    assert_true(fabs(normal / DRAWS) < 0.01 && fabs(squares / DRAWS - 1) < 0.02);
    assert_int_equal(picked[1], 0);
    assert_true(fabs(picked[2] / (double)DRAWS - 0.75) < 0.005);
}

static void keys_of_neighbours_have_nothing_in_common(void **unused)
{
    for (guint64 i = 0; i < 1000; i++) {
        Chance one = chance_begin(chance_key(7, i)), other = chance_begin(chance_key(7, i + 1));
        assert_true(fabs(chance_uniform(&one) - chance_uniform(&other)) > 1e-9);
        assert_true(chance_key(7, i) != chance_key(8, i));
    }
}

/* --- truths */

static void each_truth(void (*check)(const SimulateTruth *truth))
{
    for (const SimulateTruth *truth = simulate_truths; truth->name; truth++)
        check(truth);
}

static void check_recall_falls(const SimulateTruth *truth)
{
    g_autoptr(SimulateMind) mind = simulate_mind_new(truth, 1);
    for (guint64 key = 0; key < 200; key++) {
        simulate_mind_begin(mind, key);
        assert_true(simulate_mind_recall(mind, 0, 0) == 0);
        simulate_mind_read(mind, 0, 0);
        for (guint i = 0; i < 4; i++)
            simulate_mind_practise(mind, 0, i * 5 + 0.001, i == 2 ? RATING_AGAIN : RATING_GOOD);
        double before = 1;
        for (double days = 16; days < 2000; days *= 1.5) {
            double recall = simulate_mind_recall(mind, 0, floor(days));
            assert_true(recall >= 0 && recall <= before);
            before = recall;
        }
        assert_true(before < 0.9);
    }
}

static void recall_is_a_probability_and_falls_with_time(void **unused)
{
    each_truth(check_recall_falls);
}

static void check_practice_helps(const SimulateTruth *truth)
{
    g_autoptr(SimulateMind) mind = simulate_mind_new(truth, 2);
    for (guint64 key = 0; key < 200; key++) {
        simulate_mind_begin(mind, key);
        simulate_mind_practise(mind, 0, 0.001, RATING_GOOD);
        double once = simulate_mind_recall(mind, 0, 60);
        simulate_mind_practise(mind, 0, 10, RATING_GOOD);
        double twice = simulate_mind_recall(mind, 0, 60);
        simulate_mind_practise(mind, 0, 20, RATING_GOOD);
        assert_true(once < twice && twice < simulate_mind_recall(mind, 0, 60));
    }
}

static void recall_rises_with_practice(void **unused)
{
    each_truth(check_practice_helps);
}

static void check_people_differ(const SimulateTruth *truth)
{
    g_autoptr(SimulateMind) mind = simulate_mind_new(truth, 1);
    double recalls[50];
    for (guint key = 0; key < G_N_ELEMENTS(recalls); key++) {
        simulate_mind_begin(mind, chance_key(1, key));
        simulate_mind_practise(mind, 0, 0.001, RATING_GOOD);
        recalls[key] = simulate_mind_recall(mind, 0, 7);
        simulate_mind_begin(mind, chance_key(1, key));
        simulate_mind_practise(mind, 0, 0.001, RATING_GOOD);
        assert_true(recalls[key] == simulate_mind_recall(mind, 0, 7));
    }
    double middle = mean(recalls, G_N_ELEMENTS(recalls)), spread = 0;
    for (guint i = 0; i < G_N_ELEMENTS(recalls); i++)
        spread += (recalls[i] - middle) * (recalls[i] - middle) / G_N_ELEMENTS(recalls);
    assert_true(sqrt(spread) > 0.03);
}

static void people_differ_and_stay_themselves(void **unused)
{
    each_truth(check_people_differ);
}

/* Pavlik and Anderson 2005: for a distant test spaced practice is worth more than massed practice, and the first term
 * of their sum is t^-a alone. */
static void activation_has_the_spacing_effect_and_a_power_law(void **unused)
{
    g_autoptr(SimulateMind) mind = simulate_mind_new(simulate_truth_named("activation"), 3);
    simulate_mind_begin(mind, 5);
    for (guint i = 0; i < 4; i++) {
        simulate_mind_practise(mind, 0, 0.0005 * i, RATING_GOOD);
        simulate_mind_practise(mind, 1, i * 7, RATING_GOOD);
    }
    double massed = simulate_mind_recall(mind, 0, 200), spaced = simulate_mind_recall(mind, 1, 200);
    assert_true(spaced > massed + 0.1);

    simulate_mind_practise(mind, 2, 0, RATING_GOOD);
    double logits[3];
    for (guint i = 0; i < 3; i++) {
        double recall = simulate_mind_recall(mind, 2, pow(3, i + 1));
        logits[i] = log(recall / (1 - recall));
    }
    assert_true(fabs((logits[0] - logits[1]) - (logits[1] - logits[2])) < 1e-9);
}

/* A truth that the policies assume would prove little: FSRS-6, its weights free, cannot follow it. After the same
 * massed practice FSRS-6 knows no difference that the gaps within the day make; activation does. */
static void activation_is_not_fsrs(void **unused)
{
    const double apart[] = { 0.0002, 0.02 };
    double recalls[SIMULATE_TRUTHS][2];
    for (guint i = 0; i < SIMULATE_TRUTHS; i++)
        for (guint j = 0; j < 2; j++) {
            g_autoptr(SimulateMind) mind = simulate_mind_new(&simulate_truths[i], 1);
            simulate_mind_begin(mind, 9);
            for (guint k = 0; k < 3; k++)
                simulate_mind_practise(mind, 0, k * apart[j], RATING_GOOD);
            recalls[i][j] = simulate_mind_recall(mind, 0, 30);
        }
    assert_true(recalls[0][0] == recalls[0][1]);
    assert_true(fabs(recalls[1][0] - recalls[1][1]) > 0.01);
}

/* --- policies */

static SimulateCard carded(SimulateRule rule, double retention, const MemoryRating *ratings, const guint *days, guint n)
{
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    SimulateCard card = { 0 };
    for (guint i = 0; i < n; i++) {
        const SimulateAnswer answer = { .day = days[i], .rating = ratings[i] };
        rule(&card, &model, retention, &answer);
        card.is_known = TRUE;
        card.day = days[i];
    }
    return card;
}

static void leitner_moves_a_box_on_and_back_to_the_first(void **unused)
{
    const MemoryRating ratings[] = { RATING_GOOD, RATING_GOOD, RATING_EASY, RATING_HARD, RATING_AGAIN };
    const guint days[] = { 0, 0, 1, 3, 7 }, due[] = { 1, 1, 3, 7, 8 };
    for (guint n = 1; n <= G_N_ELEMENTS(due); n++)
        assert_int_equal(carded(simulate_rule_leitner, 0, ratings, days, n).due, due[n - 1]);
}

/* Wozniak's own example of all answers "4": 1, 6, then times 2.5, which a grade 4 leaves alone. */
static void sm2_waits_a_day_six_days_and_then_times_the_ease(void **unused)
{
    const MemoryRating ratings[] = { RATING_GOOD, RATING_GOOD, RATING_GOOD, RATING_GOOD, RATING_AGAIN, RATING_GOOD };
    const guint days[] = { 0, 1, 7, 22, 60, 61 }, due[] = { 1, 7, 22, 60, 61, 62 };
    for (guint n = 1; n <= G_N_ELEMENTS(due); n++)
        assert_int_equal(carded(simulate_rule_sm2, 0, ratings, days, n).due, due[n - 1]);
    SimulateCard card = carded(simulate_rule_sm2, 0, ratings, days, 5);
    assert_true(fabs(card.ease - (2.5 + 0.1 - 3 * (0.08 + 3 * 0.02))) < 1e-12);
}

static void fsrs_waits_until_recall_has_fallen_to_its_retention(void **unused)
{
    const MemoryRating ratings[] = { RATING_GOOD, RATING_GOOD };
    const guint days[] = { 0, 2 };
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    for (double retention = 0.7; retention < 0.96; retention += 0.05) {
        SimulateCard card = carded(simulate_rule_fsrs, retention, ratings, days, 2);
        double recall = memory_recall(&model, card.memory, card.due - 2);
        double a_day =
            memory_recall(&model, card.memory, card.due - 2.5) - memory_recall(&model, card.memory, card.due - 1.5);
        assert_true(fabs(recall - retention) <= a_day);
    }
}

/* One session after the other, of a learner who always answers the same. */
static void check_sessions(const SimulatePolicy *policy, MemoryRating rating)
{
    const SimulateWish wish = wish_of(2, 30);
    g_autoptr(GArray) tasks = g_array_new(FALSE, FALSE, sizeof(SimulateTask));
    gpointer state = policy->way->create(policy, &wish.setting);
    policy->way->begin(state, 1);
    gboolean introduced[30] = { 0 };
    guint n_introduced = 0;
    for (guint day = 0; day < 100; day++) {
        double seconds = 0;
        g_array_set_size(tasks, 0);
        policy->way->session(state, day, tasks);
        for (guint i = 0; i < tasks->len; i++) {
            const SimulateTask *task = &g_array_index(tasks, SimulateTask, i);
            assert_true(task->concept < 30 && task->exercise < G_N_ELEMENTS(exercises));
            assert_true(task->introduces != introduced[task->concept]);
            n_introduced += task->introduces;
            introduced[task->concept] = TRUE;
            seconds += exercises[task->exercise].seconds;
            const SimulateAnswer answer = { .day = day, .rating = rating, .score = rating == RATING_AGAIN ? 0 : 1 };
            policy->way->learn(state, task, &answer);
        }
        if (policy->way != &simulate_way_course)
            assert_true(seconds <= wish.setting.budget_seconds * (policy->way == &simulate_way_weekly ? 7 : 1));
    }
    assert_true(rating == RATING_AGAIN || n_introduced == 30);
    policy->way->destroy(state);
}

static void sessions_keep_the_budget_and_introduce_each_concept_once(void **unused)
{
    for (const SimulatePolicy *policy = simulate_policies; policy->name; policy++) {
        check_sessions(policy, RATING_GOOD);
        check_sessions(policy, RATING_AGAIN);
    }
}

/* How often each concept came in `days`, to somebody who always succeeds; and on how many days there was practice. */
static guint practised_days(const char *name, guint days, guint *times, guint concepts)
{
    const SimulateWish wish = wish_of(2, concepts);
    const SimulatePolicy *policy = simulate_policy_named(name);
    g_autoptr(GArray) tasks = g_array_new(FALSE, FALSE, sizeof(SimulateTask));
    gpointer state = policy->way->create(policy, &wish.setting);
    policy->way->begin(state, 1);
    guint practised = 0;
    for (guint day = 0; day < days; day++) {
        g_array_set_size(tasks, 0);
        policy->way->session(state, day, tasks);
        practised += tasks->len > 0;
        for (guint i = 0; i < tasks->len; i++)
            times[g_array_index(tasks, SimulateTask, i).concept]++;
    }
    policy->way->destroy(state);
    return practised;
}

static void a_course_is_over_after_a_week_and_a_quiz_goes_round_every_week(void **unused)
{
    guint of_course[30] = { 0 }, of_quiz[30] = { 0 };
    assert_int_equal(practised_days("course", 100, of_course, 30), 5);
    assert_int_equal(practised_days("weekly", 98, of_quiz, 30), 14);
    for (guint i = 0; i < 30; i++)
        assert_true(of_course[i] == 2 && of_quiz[i] >= 10);
}

/* --- retention */

static void retention_falls_with_difficulty_and_rises_with_what_lasts(void **unused)
{
    assert_true(fabs(retention_worthwhile(8, 5) - 0.85) < 0.01);
    for (double lasts = 0.1; lasts < 30000; lasts *= 1.7)
        for (double difficulty = 1; difficulty <= 10; difficulty += 0.5) {
            double retention = retention_worthwhile(lasts, difficulty);
            assert_true(retention > 0.6 && retention <= 0.95);
            assert_true(retention_worthwhile(lasts, difficulty + 0.5) <= retention);
            assert_true(retention_worthwhile(lasts * 1.7, difficulty) >= retention);
        }
    assert_true(retention_worthwhile(8, 9) < 0.75 && retention_worthwhile(3000, 9) > 0.9);
}

/* --- populations */

static void assert_same(const SimulateOutcome *a, const SimulateOutcome *b)
{
    gsize size = a->learners * sizeof(double);
    assert_memory_equal(a->hours, b->hours, size);
    assert_memory_equal(a->early, b->early, size);
    assert_memory_equal(a->year, b->year, size);
    assert_memory_equal(a->after, b->after, size);
    for (guint i = 0; i < SIMULATE_CURVE_POINTS; i++)
        assert_true(a->curve[i].mean == b->curve[i].mean && a->curve[i].low == b->curve[i].low);
}

static void the_result_does_not_depend_on_threads(void **unused)
{
    SimulateWish wish = wish_of(70, 20);
    wish.curve = TRUE;
    for (const SimulateTruth *truth = simulate_truths; truth->name; truth++) {
        wish.threads = 1;
        g_autoptr(SimulateOutcome) alone = live(&wish, truth->name, "whet");
        wish.threads = 5;
        g_autoptr(SimulateOutcome) together = live(&wish, truth->name, "whet");
        assert_same(alone, together);
    }
}

static void the_seed_says_what_happens(void **unused)
{
    SimulateWish wish = wish_of(20, 20);
    g_autoptr(SimulateOutcome) one = live(&wish, "fsrs", "whet");
    wish.seed++;
    g_autoptr(SimulateOutcome) other = live(&wish, "fsrs", "whet");
    assert_memory_not_equal(one->year, other->year, 20 * sizeof(double));
}

/* A learner is the same in every population and under every policy. */
static void a_learner_does_not_depend_on_the_others(void **unused)
{
    const SimulateWish few = wish_of(10, 20), many = wish_of(40, 20);
    g_autoptr(SimulateOutcome) alone = live(&few, "activation", "leitner");
    g_autoptr(SimulateOutcome) among = live(&many, "activation", "leitner");
    assert_memory_equal(alone->year, among->year, 10 * sizeof(double));
}

static void check_forgetting(const char *truth)
{
    const SimulateWish wish = wish_of(60, 60);
    g_autoptr(SimulateOutcome) course = live(&wish, truth, "course");
    g_autoptr(SimulateOutcome) plan = live(&wish, truth, "whet");
    double early = mean(course->early, 60), year = mean(course->year, 60), after = mean(course->after, 60);
    assert_true(early < 0.7 * 60 && year < early - 3 && after < year);
    assert_true(mean(plan->year, 60) > year + 10 && mean(plan->hours, 60) > mean(course->hours, 60));
    assert_true(mean(plan->after, 60) < mean(plan->year, 60));
}

static void a_course_is_forgotten_and_practice_is_not(void **unused)
{
    for (const SimulateTruth *truth = simulate_truths; truth->name; truth++)
        check_forgetting(truth->name);
}

static void more_practice_remembers_more(void **unused)
{
    for (const SimulateTruth *truth = simulate_truths; truth->name; truth++) {
        SimulateWish wish = wish_of(60, 200);
        g_autoptr(SimulateOutcome) year = live(&wish, truth->name, "whet");
        wish.days = 100;
        g_autoptr(SimulateOutcome) shorter = live(&wish, truth->name, "whet");
        wish.days = SIMULATE_YEAR_DAYS;
        wish.setting.budget_seconds = 120;
        g_autoptr(SimulateOutcome) less = live(&wish, truth->name, "whet");
        assert_true(mean(shorter->hours, 60) < mean(year->hours, 60));
        assert_true(mean(shorter->early, 60) == mean(year->early, 60));
        assert_true(mean(shorter->year, 60) < mean(year->year, 60) - 5);
        assert_true(mean(less->year, 60) < mean(year->year, 60) - 5);
    }
}

static void a_higher_retention_takes_longer_and_remembers_more(void **unused)
{
    const SimulateWish wish = wish_of(60, 30); /* few enough that the budget binds nobody */
    g_autoptr(SimulateOutcome) low = live(&wish, "fsrs", "fsrs-0.70");
    g_autoptr(SimulateOutcome) high = live(&wish, "fsrs", "fsrs-0.90");
    assert_true(mean(high->hours, 60) > mean(low->hours, 60));
    assert_true(mean(high->year, 60) > mean(low->year, 60));
}

/* Some of a population, as one of their own; its numbers belong to `all`. */
static SimulateOutcome part(const SimulateOutcome *all, guint first, guint n)
{
    return (SimulateOutcome){ .learners = n, .hours = all->hours + first, .year = all->year + first };
}

/* Of 40 samples about 38 have an interval that holds what is true of everybody. */
static void intervals_cover(void **unused)
{
    enum { SAMPLES = 40, SAMPLE = 100, ALL = SAMPLES * SAMPLE };
    SimulateWish wish = wish_of(ALL, 10);
    wish.threads = 2;
    g_autoptr(SimulateOutcome) all = live(&wish, "fsrs", "leitner");
    double per_hour = simulate_per_hour(all).mean, year = mean(all->year, ALL);
    guint covered = 0, covered_year = 0;
    for (guint i = 0; i < SAMPLES; i++) {
        const SimulateOutcome sample = part(all, i * SAMPLE, SAMPLE);
        StatsInterval of_hour = simulate_per_hour(&sample), of_year = stats_mean(sample.year, SAMPLE);
        covered += of_hour.low <= per_hour && per_hour <= of_hour.high;
        covered_year += of_year.low <= year && year <= of_year.high;
    }
    assert_true(covered >= 34 && covered_year >= 34);
}

static void per_hour_is_the_ratio_of_sums_and_differences_are_paired(void **unused)
{
    const SimulateWish wish = wish_of(50, 20);
    g_autoptr(SimulateOutcome) one = live(&wish, "fsrs", "fsrs-0.70");
    g_autoptr(SimulateOutcome) other = live(&wish, "fsrs", "fsrs-0.90");
    assert_true(fabs(simulate_per_hour(one).mean - mean(one->year, 50) / mean(one->hours, 50)) < 1e-9);
    StatsInterval difference = simulate_per_hour_difference(one, other), year = simulate_year_difference(one, other);
    assert_true(fabs(difference.mean - (simulate_per_hour(one).mean - simulate_per_hour(other).mean)) < 1e-9);
    assert_true(fabs(year.mean - (mean(one->year, 50) - mean(other->year, 50))) < 1e-9);
    assert_true(year.high - year.low < stats_mean(one->year, 50).high - stats_mean(one->year, 50).low);
    assert_true(simulate_per_hour_difference(one, one).mean == 0);
}

static gboolean stop_at_once(double share, gpointer data)
{
    g_atomic_int_inc((gint *)data);
    return FALSE;
}

static void it_stops_when_told(void **unused)
{
    SimulateWish wish = wish_of(2000, 5);
    gint calls = 0;
    SimulateOutcome *outcome =
        simulate_population(&wish, simulate_truth_named("fsrs"), simulate_policy_named("course"), stop_at_once, &calls);
    assert_null(outcome);
    assert_int_equal(calls, 1);
}

/* What the aim of the whole is: neither truth was looked at to choose the plan's parameters. */
static void the_plan_remembers_more_per_hour_than_fsrs_where_fsrs_remembers_most(void **unused)
{
    const SimulateWish wish = wish_of(40, 150);
    for (const SimulateTruth *truth = simulate_truths; truth->name; truth++) {
        g_autoptr(SimulateOutcome) plan = live(&wish, truth->name, "whet");
        g_autoptr(SimulateOutcome) fixed = live(&wish, truth->name, "fsrs-0.85");
        assert_true(simulate_per_hour_difference(plan, fixed).low > 0);
    }
}

static void names_lead_to_truths_and_policies(void **unused)
{
    assert_ptr_equal(simulate_truth_named("activation"), &simulate_truths[1]);
    assert_null(simulate_truth_named("Activation"));
    assert_non_null(simulate_policy_named("fsrs-0.90"));
    assert_null(simulate_policy_named(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chance_is_even_and_normal),
        cmocka_unit_test(keys_of_neighbours_have_nothing_in_common),
        cmocka_unit_test(recall_is_a_probability_and_falls_with_time),
        cmocka_unit_test(recall_rises_with_practice),
        cmocka_unit_test(people_differ_and_stay_themselves),
        cmocka_unit_test(activation_has_the_spacing_effect_and_a_power_law),
        cmocka_unit_test(activation_is_not_fsrs),
        cmocka_unit_test(leitner_moves_a_box_on_and_back_to_the_first),
        cmocka_unit_test(sm2_waits_a_day_six_days_and_then_times_the_ease),
        cmocka_unit_test(fsrs_waits_until_recall_has_fallen_to_its_retention),
        cmocka_unit_test(sessions_keep_the_budget_and_introduce_each_concept_once),
        cmocka_unit_test(a_course_is_over_after_a_week_and_a_quiz_goes_round_every_week),
        cmocka_unit_test(retention_falls_with_difficulty_and_rises_with_what_lasts),
        cmocka_unit_test(the_result_does_not_depend_on_threads),
        cmocka_unit_test(the_seed_says_what_happens),
        cmocka_unit_test(a_learner_does_not_depend_on_the_others),
        cmocka_unit_test(a_course_is_forgotten_and_practice_is_not),
        cmocka_unit_test(more_practice_remembers_more),
        cmocka_unit_test(a_higher_retention_takes_longer_and_remembers_more),
        cmocka_unit_test(intervals_cover),
        cmocka_unit_test(per_hour_is_the_ratio_of_sums_and_differences_are_paired),
        cmocka_unit_test(it_stops_when_told),
        cmocka_unit_test(the_plan_remembers_more_per_hour_than_fsrs_where_fsrs_remembers_most),
        cmocka_unit_test(names_lead_to_truths_and_policies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
