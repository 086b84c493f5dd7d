/* Plan: the rules one by one, on small worlds. What holds in all of them is in test_plan_properties.c. */
#include "plan_case.h"

static void one_exercise_is_planned_even_over_the_budget(void **unused)
{
    g_autofree World *world = g_new(World, 1);
    world_begin(world, 30);
    add_concept(world, 5, 20);
    add_exercise(world, 0, 2, 200);
    add_exercise(world, 0, 0, 90);
    g_autoptr(GArray) plan = plan_of(world);
    assert_int_equal(plan->len, 1);
    assert_true(entry_at(plan, 0)->seconds == 90);
}

static void a_concept_with_only_ungraded_exercises_is_never_due(void **unused)
{
    g_autofree World *world = g_new(World, 1);
    world_begin(world, 300);
    add_concept(world, 5, 50);
    add_concept(world, 0, 0);
    add_exercise(world, 0, 0, 30)->graded = FALSE;
    add_exercise(world, 1, 0, 30)->graded = FALSE;
    world->wish.early = TRUE;
    g_autoptr(GArray) plan = plan_of(world);
    assert_int_equal(plan->len, 0);
}

static void nothing_due_is_planned_ahead_only_when_asked(void **unused)
{
    g_autofree World *world = g_new(World, 1);
    world_begin(world, 300);
    add_concept(world, 50, 1);
    add_exercise(world, 0, 0, 30);
    g_autoptr(GArray) plan = plan_of(world);
    assert_int_equal(plan->len, 0);
    world->wish.early = TRUE;
    g_autoptr(GArray) ahead = plan_of(world);
    assert_int_equal(ahead->len, 1);
    assert_int_equal(entry_at(ahead, 0)->why, PLAN_EARLY);
}

static void a_confident_error_returns_the_next_day_although_it_is_not_due(void **unused)
{
    g_autofree World *world = g_new(World, 1);
    world_begin(world, 300);
    add_concept(world, 30, 1)->confidently_wrong = TRUE;
    add_exercise(world, 0, 0, 30);
    g_autoptr(GArray) plan = plan_of(world);
    assert_int_equal(plan->len, 1);
    assert_int_equal(entry_at(plan, 0)->why, PLAN_SURE_AND_WRONG);
    world->concepts[0].days_since = 0;
    g_autoptr(GArray) same_day = plan_of(world);
    assert_int_equal(same_day->len, 0);
}

static void a_new_concept_gets_two_exercises_with_something_between(void **unused)
{
    g_autofree World *world = g_new(World, 1);
    world_begin(world, 600);
    for (guint i = 0; i < 2; i++) {
        add_concept(world, i ? 0 : 5, 20);
        add_exercise(world, i, 0, 40);
        add_exercise(world, i, 2, 40);
    }
    g_autoptr(GArray) plan = plan_of(world);
    assert_int_equal(plan->len, 3);
    assert_int_equal(entry_at(plan, 0)->concept, 1);
    assert_true(entry_at(plan, 0)->introduces);
    assert_int_equal(entry_at(plan, 1)->concept, 0);
    assert_int_equal(entry_at(plan, 2)->concept, 1);
    assert_false(entry_at(plan, 2)->introduces);
}

static void new_concepts_take_turns(void **unused)
{
    g_autofree World *world = g_new(World, 1);
    world_begin(world, 600);
    for (guint i = 0; i < 3; i++) {
        add_concept(world, 0, 0);
        add_exercise(world, i, 0, 40);
        add_exercise(world, i, 2, 40);
    }
    add_requirement(world, 0, 1); /* the second in order has to come first */
    g_autoptr(GArray) plan = plan_of(world);
    static const guint order[] = { 1, 0, 1, 0 };
    assert_int_equal(plan->len, G_N_ELEMENTS(order));
    for (guint i = 0; i < plan->len; i++)
        assert_int_equal(entry_at(plan, i)->concept, order[i]);
}

static void kinds_alternate_when_exercises_are_alike(void **unused)
{
    g_autofree World *world = g_new(World, 1);
    world_begin(world, 600);
    for (guint i = 0; i < 6; i++) {
        add_concept(world, 5, 20 + i);
        add_exercise(world, i, 0, 30);
        add_exercise(world, i, 2, 30);
    }
    g_autoptr(GArray) plan = plan_of(world);
    assert_int_equal(plan->len, 6);
    for (guint i = 1; i < plan->len; i++)
        assert_true(exercise_of(world, entry_at(plan, i))->kind != exercise_of(world, entry_at(plan, i - 1))->kind);
}

static void the_variant_not_seen_for_longest_is_preferred(void **unused)
{
    g_autofree World *world = g_new(World, 1);
    world_begin(world, 600);
    add_concept(world, 5, 20);
    add_exercise(world, 0, 2, 30)->attempted_at = 300;
    add_exercise(world, 0, 2, 30)->attempted_at = 100;
    add_exercise(world, 0, 2, 30)->attempted_at = 200;
    g_autoptr(GArray) plan = plan_of(world);
    assert_int_equal(entry_at(plan, 0)->exercise, 1);
    world->exercises[0][2].attempted_at = 0;
    g_autoptr(GArray) unseen = plan_of(world);
    assert_int_equal(entry_at(unseen, 0)->exercise, 2);
}

static void the_exercise_nearest_the_target_is_chosen(void **unused)
{
    g_autofree World *world = g_new(World, 1);
    world_begin(world, 600);
    add_concept(world, 5, 20);
    static const double difficulties[] = { -4, -0.2, 3 };
    for (gsize i = 0; i < G_N_ELEMENTS(difficulties); i++)
        add_exercise(world, 0, 2, 30)->difficulty.mean = difficulties[i];
    g_autoptr(GArray) plan = plan_of(world);
    assert_int_equal(entry_at(plan, 0)->exercise, 1);
}

/* Concepts of 25 seconds each; the later ones fade faster. */
static void add_due(World *world, guint n, double days)
{
    for (guint i = 0; i < n; i++) {
        guint at = world->n;
        add_concept(world, 40 - at, days)->memory.fast = 20;
        add_exercise(world, at, 2, 25);
        add_exercise(world, at, 3, 25);
    }
}

static void what_is_due_comes_by_the_loss_that_waiting_would_cause(void **unused)
{
    g_autofree World *world = g_new(World, 1);
    world_begin(world, 260);
    add_due(world, CONCEPTS_MOST, 60);
    g_autoptr(GArray) plan = plan_of(world);
    assert_int_equal(plan->len, 10);
    double least = 1;
    for (guint i = 0; i < plan->len; i++)
        least = MIN(least, entry_at(plan, i)->retrievability - entry_at(plan, i)->retrievability_later);
    guint greater = 0;
    for (guint i = 0; i < world->n; i++) {
        MemoryState s = world->concepts[i].memory;
        greater += memory_recall(&world->memory, s, 60) - memory_recall(&world->memory, s, 63) > least;
    }
    assert_int_equal(greater, 9);
}

/* More than three sessions hold: what can still be saved comes first, and what is lost waits. */
static void a_backlog_is_cut_to_the_budget_by_descending_recall(void **unused)
{
    for (int known = 0; known < 2; known++) {
        g_autofree World *world = g_new(World, 1);
        world_begin(world, 100);
        add_due(world, CONCEPTS_MOST, 60);
        if (known)
            keep_intervals(world);
        g_autoptr(GArray) plan = plan_of(world);
        assert_int_equal(plan->len, 4);
        for (guint i = 0; i < plan->len; i++)
            assert_int_equal(entry_at(plan, i)->concept, i); /* the most stable first */
    }
}

/* So many that not all of them are looked at exactly. Memories are the more stable the higher their index. */
enum { MANY = 2000 };

typedef struct {
    MemoryModel memory;
    PlanConcept concepts[MANY];
    PlanExercise exercise; /* the same one for all */
} Crowd;

static Crowd *crowd_new(MemoryAlgorithm algorithm, double intervals)
{
    Crowd *crowd = g_new0(Crowd, 1);
    crowd->memory = memory_model_default(algorithm);
    crowd->exercise =
        (PlanExercise){ .id = 1, .graded = TRUE, .production = TRUE, .seconds = 20, .difficulty = { 0, 1 } };
    for (guint i = 0; i < MANY; i++) {
        double stability = 5 + 0.01 * i;
        PlanConcept *concept = &crowd->concepts[i];
        *concept = (PlanConcept){
            .id = 1 + i,
            .memory = { .stability = stability, .fast = 0.5 * stability, .difficulty = 5 },
            .retention = 0.9,
            .exercises = &crowd->exercise,
            .n_exercises = 1,
        };
        concept->due_days = memory_interval(&crowd->memory, concept->memory, concept->retention);
        concept->days_since = intervals * crowd->concepts[0].due_days;
    }
    return crowd;
}

static void of_thousands_due_the_best_remembered_come_first(void **unused)
{
    for (int algorithm = 0; algorithm < MEMORY_ALGORITHMS; algorithm++) {
        g_autofree Crowd *crowd = crowd_new((MemoryAlgorithm)algorithm, 20);
        const PlanWish wish = { .memory = &crowd->memory, .budget_seconds = 200, .seed = 3 };
        g_autoptr(GArray) plan = plan_session(crowd->concepts, MANY, &wish);
        assert_int_equal(plan->len, 10);
        for (guint i = 0; i < plan->len; i++)
            assert_int_equal(entry_at(plan, i)->concept, MANY - 1 - i);
    }
}

static void of_thousands_not_due_those_come_that_fall_due_next(void **unused)
{
    for (int algorithm = 0; algorithm < MEMORY_ALGORITHMS; algorithm++) {
        g_autofree Crowd *crowd = crowd_new((MemoryAlgorithm)algorithm, 0.9);
        const PlanWish wish = { .memory = &crowd->memory, .budget_seconds = 200, .early = TRUE, .seed = 3 };
        g_autoptr(GArray) plan = plan_session(crowd->concepts, MANY, &wish);
        assert_int_equal(plan->len, 10);
        for (guint i = 0; i < plan->len; i++)
            assert_int_equal(entry_at(plan, i)->concept, i);
    }
}

/* --- the weeks after a holiday, day by day */

enum { NEW_CONCEPTS = 4, DAYS_MOST = 40 };

typedef struct {
    guint backlog_days; /* until what is due fits into a session */
    guint longest;      /* seconds of the longest day */
    guint new_in_backlog, new_in_all;
} Weeks;

static guint count_due(const World *world)
{
    guint due = 0;
    for (guint i = 0; i < world->n; i++) {
        const PlanConcept *concept = &world->concepts[i];
        due += concept->memory.stability > 0 &&
               memory_recall(&world->memory, concept->memory, concept->days_since) <= concept->retention;
    }
    return due;
}

/* Practised: succeeds as often as recall says. */
static void practise(World *world, const GArray *plan, GRand *random)
{
    for (guint i = 0; i < plan->len; i++) {
        PlanConcept *concept = &world->concepts[entry_at(plan, i)->concept];
        double recall = memory_recall(&world->memory, concept->memory, concept->days_since);
        gboolean succeeds = concept->memory.stability <= 0 || g_rand_double(random) < recall;
        double gap = memory_gap(&world->memory, floor(concept->days_since), concept->days_since);
        concept->memory = memory_next(&world->memory, concept->memory, gap, succeeds ? RATING_GOOD : RATING_AGAIN);
        concept->days_since = 0;
    }
}

static Weeks live(World *world, guint32 seed)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(seed);
    Weeks weeks = { .backlog_days = DAYS_MOST };
    for (guint day = 0; day < DAYS_MOST; day++) {
        guint due = count_due(world);
        gboolean backlog = due * 25 > PLAN_BACKLOG_SESSIONS * world->wish.budget_seconds;
        if (due * 25 <= world->wish.budget_seconds)
            weeks.backlog_days = MIN(weeks.backlog_days, day);
        world->wish.seed = day;
        g_autoptr(GArray) plan = plan_of(world);
        double seconds = 0;
        for (guint i = 0; i < plan->len; i++) {
            seconds += entry_at(plan, i)->seconds;
            weeks.new_in_all += entry_at(plan, i)->introduces;
            weeks.new_in_backlog += backlog && entry_at(plan, i)->introduces;
        }
        weeks.longest = MAX(weeks.longest, (guint)seconds);
        practise(world, plan, random);
        for (guint i = 0; i < world->n; i++)
            world->concepts[i].days_since += 1;
    }
    return weeks;
}

/* 26 concepts of 25 seconds are due at once, and two minutes a day are there. */
static void after_a_holiday_the_backlog_shrinks_to_nothing_day_by_day(void **unused)
{
    for (guint32 seed = 0; seed < 50; seed++) {
        g_autofree World *world = g_new(World, 1);
        world_begin(world, 125);
        world->memory = memory_model_default(seed % 2 ? MEMORY_FSRS7 : MEMORY_FSRS6);
        add_due(world, CONCEPTS_MOST - NEW_CONCEPTS, 150);
        for (guint i = 0; i < NEW_CONCEPTS; i++) {
            guint at = world->n;
            add_concept(world, 0, 0);
            add_exercise(world, at, 2, 25);
        }
        assert_int_equal(count_due(world), CONCEPTS_MOST - NEW_CONCEPTS);
        Weeks weeks = live(world, seed);
        assert_true(weeks.longest <= 125);
        assert_true(weeks.backlog_days > 2 && weeks.backlog_days < 20);
        assert_int_equal(weeks.new_in_backlog, 0);
        assert_int_equal(weeks.new_in_all, NEW_CONCEPTS);
    }
}

/* --- a date */

static void a_date_makes_the_first_gap_a_share_of_the_days_to_it(void **unused)
{
    g_autofree World *world = g_new(World, 1);
    world_begin(world, 300);
    PlanConcept *concept = add_concept(world, 30, 1.4);
    add_exercise(world, 0, 2, 30);
    concept->reviews = 1;
    concept->days_to_date = 8.6; /* of ten: 14 % have gone */
    g_autoptr(GArray) before = plan_of(world);
    assert_int_equal(before->len, 0);
    concept->days_since = 1.6;
    concept->days_to_date = 8.4;
    g_autoptr(GArray) then = plan_of(world);
    assert_int_equal(then->len, 1);
    assert_int_equal(entry_at(then, 0)->why, PLAN_DUE);
    concept->reviews = 2;
    g_autoptr(GArray) later = plan_of(world);
    assert_int_equal(later->len, 0);
}

static void what_would_fall_under_its_retention_by_the_date_comes_in_the_last_days(void **unused)
{
    g_autofree World *world = g_new(World, 1);
    world_begin(world, 300);
    add_concept(world, 10, 8); /* 0.9 after ten days: not on the day */
    add_concept(world, 40, 8); /* will hold */
    for (guint i = 0; i < 2; i++) {
        add_exercise(world, i, 2, 30);
        world->concepts[i].reviews = 3;
        world->concepts[i].days_to_date = 3.5;
    }
    g_autoptr(GArray) too_early = plan_of(world);
    assert_int_equal(too_early->len, 0);
    world->concepts[0].days_to_date = world->concepts[1].days_to_date = 2.5;
    g_autoptr(GArray) last_days = plan_of(world);
    assert_int_equal(last_days->len, 1);
    assert_int_equal(entry_at(last_days, 0)->concept, 0);
    world->concepts[0].memory.stability = 1; /* forgotten by then again, but practised this morning */
    world->concepts[0].days_since = 0.2;
    g_autoptr(GArray) same_day = plan_of(world);
    assert_int_equal(same_day->len, 0);
}

static double standing_of(const PlanConcept *concept, double recall)
{
    ChallengeInput input = concept->challenge;
    input.retrievability = recall;
    return challenge_standing(&challenge_weights_default, &input);
}

static void who_wishes_it_harder_gets_the_harder_exercise(void **unused)
{
    g_autofree World *world = g_new(World, 1);
    world_begin(world, 600);
    PlanConcept *concept = add_concept(world, 5, 20);
    static const double successes[] = { 0.77, 0.90 };
    double recall = memory_recall(&world->memory, concept->memory, 20);
    double standing = standing_of(concept, recall);
    for (gsize i = 0; i < G_N_ELEMENTS(successes); i++) /* the difficulty at which they succeed so often */
        add_exercise(world, 0, 2, 30)->difficulty.mean = standing - log(successes[i] / (1 - successes[i]));
    world->wish.ease = TARGET_HARDER;
    g_autoptr(GArray) harder = plan_of(world);
    assert_int_equal(entry_at(harder, 0)->exercise, 0);
    world->wish.ease = TARGET_EASIER;
    g_autoptr(GArray) easier = plan_of(world);
    assert_int_equal(entry_at(easier, 0)->exercise, 1);
}

static void nonsense_in_the_numbers_is_survived(void **unused)
{
    static const double values[] = { NAN, -INFINITY, INFINITY, -5, 0 };
    g_autofree World *world = g_new(World, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        world_begin(world, values[i]);
        for (guint j = 0; j < 4; j++) {
            PlanConcept *concept = add_concept(world, j % 2 ? values[i] : 3, values[(i + j) % G_N_ELEMENTS(values)]);
            concept->retention = values[i];
            concept->challenge.ability.mean = values[i];
            add_exercise(world, j, 2, values[i])->floor = values[i];
        }
        world->wish.early = TRUE;
        add_requirement(world, 1, 1);
        g_autoptr(GArray) plan = plan_of(world);
        for (guint j = 0; j < plan->len; j++)
            assert_true(isfinite(entry_at(plan, j)->predicted) && entry_at(plan, j)->seconds > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_exercise_is_planned_even_over_the_budget),
        cmocka_unit_test(a_concept_with_only_ungraded_exercises_is_never_due),
        cmocka_unit_test(nothing_due_is_planned_ahead_only_when_asked),
        cmocka_unit_test(a_confident_error_returns_the_next_day_although_it_is_not_due),
        cmocka_unit_test(a_new_concept_gets_two_exercises_with_something_between),
        cmocka_unit_test(new_concepts_take_turns),
        cmocka_unit_test(kinds_alternate_when_exercises_are_alike),
        cmocka_unit_test(the_variant_not_seen_for_longest_is_preferred),
        cmocka_unit_test(the_exercise_nearest_the_target_is_chosen),
        cmocka_unit_test(what_is_due_comes_by_the_loss_that_waiting_would_cause),
        cmocka_unit_test(a_backlog_is_cut_to_the_budget_by_descending_recall),
        cmocka_unit_test(of_thousands_due_the_best_remembered_come_first),
        cmocka_unit_test(of_thousands_not_due_those_come_that_fall_due_next),
        cmocka_unit_test(after_a_holiday_the_backlog_shrinks_to_nothing_day_by_day),
        cmocka_unit_test(a_date_makes_the_first_gap_a_share_of_the_days_to_it),
        cmocka_unit_test(what_would_fall_under_its_retention_by_the_date_comes_in_the_last_days),
        cmocka_unit_test(who_wishes_it_harder_gets_the_harder_exercise),
        cmocka_unit_test(nonsense_in_the_numbers_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
