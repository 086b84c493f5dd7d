/* Plan: properties over generated worlds (seeded), and the rules one by one on small ones. */
#include "engine/plan.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { WORLDS = 3000, CONCEPTS_MOST = 30, EXERCISES_MOST = 5, REQUIRES_MOST = 2 };

/* Concepts with everything they point to. */
typedef struct {
    MemoryModel memory;
    PlanConcept concepts[CONCEPTS_MOST];
    PlanExercise exercises[CONCEPTS_MOST][EXERCISES_MOST];
    guint requires[CONCEPTS_MOST][REQUIRES_MOST];
    double recent[4];
    guint n;
    PlanWish wish;
} World;

static const PlanExercise *exercise_of(const World *world, const PlanEntry *entry)
{
    return &world->concepts[entry->concept].exercises[entry->exercise];
}

static const PlanEntry *entry_at(const GArray *plan, guint i)
{
    return &g_array_index(plan, PlanEntry, i);
}

static GArray *plan_of(const World *world)
{
    return plan_session(world->concepts, world->n, &world->wish);
}

static void world_begin(World *world, double budget)
{
    memset(world, 0, sizeof *world);
    world->memory = memory_model_default(MEMORY_FSRS6);
    world->wish = (PlanWish){ .memory = &world->memory, .budget_seconds = budget, .new_most = 2, .seed = 1 };
}

/* A concept last practised `days` ago (stability 0: new), without exercises yet. */
static PlanConcept *add_concept(World *world, double stability, double days)
{
    guint i = world->n++;
    world->concepts[i] = (PlanConcept){
        .id = 100 + i,
        .memory = { .stability = stability, .difficulty = 5 },
        .days_since = days,
        .retention = 0.9,
        .ability = { .mean = 1, .variance = 1 },
        .position = i,
        .requires = world->requires[i],
        .exercises = world->exercises[i],
    };
    return &world->concepts[i];
}

static PlanExercise *add_exercise(World *world, guint concept, int kind, double seconds)
{
    guint j = world->concepts[concept].n_exercises++;
    world->exercises[concept][j] = (PlanExercise){
        .id = 1000 + concept * 10 + j,
        .kind = kind,
        .graded = TRUE,
        .production = kind >= 2,
        .seconds = seconds,
        .difficulty = { .mean = 0, .variance = 0.5 },
    };
    return &world->exercises[concept][j];
}

static void add_requirement(World *world, guint concept, guint required)
{
    world->requires[concept][world->concepts[concept].n_requires++] = required;
}

static void generate(World *world, GRand *random)
{
    world_begin(world, g_rand_double_range(random, 20, 900));
    guint n = (guint)g_rand_int_range(random, 0, CONCEPTS_MOST + 1);
    for (guint i = 0; i < n; i++) {
        gboolean new = g_rand_int_range(random, 0, 3) == 0;
        PlanConcept *concept =
            add_concept(world, new ? 0 : g_rand_double_range(random, 0.5, 60), g_rand_double_range(random, 0, 60));
        concept->retention = g_rand_boolean(random) ? 0.9 : 0.85;
        concept->confidently_wrong = !new &&g_rand_int_range(random, 0, 6) == 0;
        concept->ability.mean = g_rand_double_range(random, -2, 2);
        concept->position = (guint)g_rand_int_range(random, 0, 100);
        int exercises = g_rand_int_range(random, 0, EXERCISES_MOST + 1);
        for (int j = 0; j < exercises; j++) {
            PlanExercise *exercise =
                add_exercise(world, i, g_rand_int_range(random, 0, 5), g_rand_double_range(random, 10, 240));
            exercise->graded = g_rand_int_range(random, 0, 5) > 0;
            exercise->production = exercise->graded && exercise->kind >= 3;
            exercise->difficulty.mean = g_rand_double_range(random, -2, 2);
            exercise->floor = exercise->kind == 0 ? 0.25 : 0;
            exercise->attempted_at = g_rand_int_range(random, 0, 4);
        }
        for (int j = g_rand_int_range(random, 0, REQUIRES_MOST + 1); j > 0; j--)
            add_requirement(world, i, (guint)g_rand_int_range(random, 0, (gint32)n + 1));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(world->recent); i++)
        world->recent[i] = g_rand_double(random);
    world->wish.recent = world->recent;
    world->wish.n_recent = (gsize)g_rand_int_range(random, 0, (gint32)G_N_ELEMENTS(world->recent) + 1);
    world->wish.new_most = (guint)g_rand_int_range(random, 0, 4);
    world->wish.early = g_rand_boolean(random);
    world->wish.seed = g_rand_int(random);
    if (n && world->concepts[0].n_exercises)
        world->wish.last_exercise = world->exercises[0][0].id;
}

typedef void (*Property)(const World *world, const GArray *plan);

static void in_every_world(Property holds)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(20261123);
    g_autofree World *world = g_new(World, 1);
    for (int i = 0; i < WORLDS; i++) {
        generate(world, random);
        g_autoptr(GArray) plan = plan_of(world);
        holds(world, plan);
    }
}

static double seconds_of(const GArray *plan)
{
    double seconds = 0;
    for (guint i = 0; i < plan->len; i++)
        seconds += entry_at(plan, i)->seconds;
    return seconds;
}

static void within_budget(const World *world, const GArray *plan)
{
    assert_true(plan->len <= 1 || seconds_of(plan) <= world->wish.budget_seconds + 1e-6);
    for (guint i = 0; i < plan->len; i++)
        assert_true(entry_at(plan, i)->seconds == exercise_of(world, entry_at(plan, i))->seconds);
}

static void is_never_over_budget(void **unused)
{
    in_every_world(within_budget);
}

static void no_repetition(const World *world, const GArray *plan)
{
    gint64 before = world->wish.last_exercise;
    for (guint i = 0; i < plan->len; i++) {
        gint64 id = exercise_of(world, entry_at(plan, i))->id;
        assert_true(id != before);
        before = id;
        for (guint j = 0; j < i; j++)
            assert_true(exercise_of(world, entry_at(plan, j))->id != id);
    }
}

static void never_has_the_same_exercise_twice_running(void **unused)
{
    in_every_world(no_repetition);
}

static void requirements_first(const World *world, const GArray *plan)
{
    guint introduced = 0;
    gboolean seen[CONCEPTS_MOST] = { FALSE };
    for (guint i = 0; i < plan->len; i++) {
        const PlanEntry *entry = entry_at(plan, i);
        const PlanConcept *concept = &world->concepts[entry->concept];
        gboolean new = concept->memory.stability <= 0;
        assert_true(entry->introduces == (new && !seen[entry->concept]));
        assert_true((entry->why == PLAN_NEW) == new);
        for (guint j = 0; new &&j < concept->n_requires; j++) {
            assert_true(concept->requires[j] < world -> n);
            assert_true(world->concepts[concept->requires[j]].memory.stability > 0 || seen[concept->requires[j]]);
        }
        introduced += entry->introduces;
        seen[entry->concept] = TRUE;
    }
    assert_true(introduced <= world->wish.new_most);
}

static void introduces_nothing_before_what_it_requires(void **unused)
{
    in_every_world(requirements_first);
}

static gboolean is_reflection(const World *world, const PlanEntry *entry)
{
    return !exercise_of(world, entry)->graded;
}

static void urgent_first(const World *world, const GArray *plan)
{
    const PlanEntry *before = NULL;
    gboolean other_seen = FALSE;
    for (guint i = 0; i < plan->len; i++) {
        const PlanEntry *entry = entry_at(plan, i);
        if (is_reflection(world, entry))
            continue;
        assert_false(entry->why == PLAN_SURE_AND_WRONG && other_seen);
        other_seen = other_seen || entry->why != PLAN_SURE_AND_WRONG;
        if (entry->why == PLAN_NEW)
            continue;
        if (before && before->why == entry->why)
            assert_true(before->retrievability - before->retrievability_later >=
                        entry->retrievability - entry->retrievability_later - 1e-12);
        assert_true(!before || before->why <= entry->why);
        before = entry;
    }
}

static void puts_confident_errors_first_and_then_the_greatest_loss(void **unused)
{
    in_every_world(urgent_first);
}

static void due_or_asked_for(const World *world, const GArray *plan)
{
    for (guint i = 0; i < plan->len; i++) {
        const PlanEntry *entry = entry_at(plan, i);
        const PlanConcept *concept = &world->concepts[entry->concept];
        if (entry->why == PLAN_DUE)
            assert_true(entry->retrievability <= concept->retention);
        if (entry->why == PLAN_EARLY)
            assert_true(world->wish.early && entry->retrievability > concept->retention);
        if (entry->why == PLAN_SURE_AND_WRONG)
            assert_true(concept->confidently_wrong);
    }
}

static void says_truly_why(void **unused)
{
    in_every_world(due_or_asked_for);
}

static void one_reflection_at_the_end(const World *world, const GArray *plan)
{
    for (guint i = 0; i < plan->len; i++) {
        if (!is_reflection(world, entry_at(plan, i)))
            continue;
        assert_int_equal(i, plan->len - 1);
        gboolean practised = FALSE;
        for (guint j = 0; j < i; j++)
        practised = practised || entry_at(plan, j)->concept == entry_at(plan, i)->concept;
        assert_true(practised);
    }
}

static void reflects_once_at_the_end_on_something_practised(void **unused)
{
    in_every_world(one_reflection_at_the_end);
}

/* Whether another exercise of an entry's concept could take its place and produce something, within the budget. */
static gboolean could_produce(const World *world, const GArray *plan, const PlanEntry *entry)
{
    const PlanConcept *concept = &world->concepts[entry->concept];
    double room = world->wish.budget_seconds - seconds_of(plan) + entry->seconds;
    for (guint i = 0; i < concept->n_exercises; i++) {
        const PlanExercise *exercise = &concept->exercises[i];
        gboolean planned = exercise->id == world->wish.last_exercise;
        for (guint j = 0; j < plan->len; j++)
            planned = planned || exercise_of(world, entry_at(plan, j)) == exercise;
        if (exercise->graded && exercise->production && !planned && exercise->seconds <= room)
            return TRUE;
    }
    return FALSE;
}

static void a_third_produces(const World *world, const GArray *plan)
{
    double production = 0;
    for (guint i = 0; i < plan->len; i++)
        production += exercise_of(world, entry_at(plan, i))->production ? entry_at(plan, i)->seconds : 0;
    if (plan->len <= 1 || production * 3 >= seconds_of(plan) - 1e-6)
        return;
    for (guint i = 0; i < plan->len; i++)
        if (!is_reflection(world, entry_at(plan, i)) && !exercise_of(world, entry_at(plan, i))->production)
            assert_false(could_produce(world, plan, entry_at(plan, i)));
}

static void a_third_of_the_minutes_produces_where_there_is_material(void **unused)
{
    in_every_world(a_third_produces);
}

static void same_again(const World *world, const GArray *plan)
{
    g_autoptr(GArray) again = plan_of(world);
    assert_int_equal(again->len, plan->len);
    for (guint i = 0; i < plan->len; i++) {
        assert_int_equal(entry_at(again, i)->concept, entry_at(plan, i)->concept);
        assert_int_equal(entry_at(again, i)->exercise, entry_at(plan, i)->exercise);
    }
}

static void is_the_same_for_the_same_seed(void **unused)
{
    in_every_world(same_again);
}

/* Something graded that may be planned at all. */
static gboolean has_material(const World *world)
{
    for (guint i = 0; i < world->n; i++) {
        const PlanConcept *concept = &world->concepts[i];
        double now = memory_recall(&world->memory, concept->memory, concept->days_since);
        for (guint j = 0; j < concept->n_exercises; j++)
            if (concept->memory.stability > 0 && (now <= concept->retention || world->wish.early) &&
                concept->exercises[j].graded && concept->exercises[j].id != world->wish.last_exercise)
                return TRUE;
    }
    return FALSE;
}

static void something(const World *world, const GArray *plan)
{
    assert_true(plan->len > 0 || !has_material(world));
}

static void plans_something_when_there_is_anything(void **unused)
{
    in_every_world(something);
}

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

static void a_backlog_is_cut_to_the_budget_by_loss(void **unused)
{
    g_autofree World *world = g_new(World, 1);
    world_begin(world, 100);
    for (guint i = 0; i < CONCEPTS_MOST; i++) {
        add_concept(world, 40 - i, 60); /* the last ones fade fastest */
        add_exercise(world, i, 2, 25);
    }
    g_autoptr(GArray) plan = plan_of(world);
    assert_int_equal(plan->len, 4);
    double least = 1;
    for (guint i = 0; i < plan->len; i++)
        least = MIN(least, entry_at(plan, i)->retrievability - entry_at(plan, i)->retrievability_later);
    guint greater = 0;
    for (guint i = 0; i < world->n; i++) {
        MemoryState s = world->concepts[i].memory;
        greater += memory_recall(&world->memory, s, 60) - memory_recall(&world->memory, s, 63) > least;
    }
    assert_int_equal(greater, 3);
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
            concept->ability.mean = values[i];
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
        cmocka_unit_test(is_never_over_budget),
        cmocka_unit_test(never_has_the_same_exercise_twice_running),
        cmocka_unit_test(introduces_nothing_before_what_it_requires),
        cmocka_unit_test(puts_confident_errors_first_and_then_the_greatest_loss),
        cmocka_unit_test(says_truly_why),
        cmocka_unit_test(reflects_once_at_the_end_on_something_practised),
        cmocka_unit_test(a_third_of_the_minutes_produces_where_there_is_material),
        cmocka_unit_test(is_the_same_for_the_same_seed),
        cmocka_unit_test(plans_something_when_there_is_anything),
        cmocka_unit_test(one_exercise_is_planned_even_over_the_budget),
        cmocka_unit_test(a_concept_with_only_ungraded_exercises_is_never_due),
        cmocka_unit_test(nothing_due_is_planned_ahead_only_when_asked),
        cmocka_unit_test(a_confident_error_returns_the_next_day_although_it_is_not_due),
        cmocka_unit_test(a_new_concept_gets_two_exercises_with_something_between),
        cmocka_unit_test(new_concepts_take_turns),
        cmocka_unit_test(kinds_alternate_when_exercises_are_alike),
        cmocka_unit_test(the_variant_not_seen_for_longest_is_preferred),
        cmocka_unit_test(the_exercise_nearest_the_target_is_chosen),
        cmocka_unit_test(a_backlog_is_cut_to_the_budget_by_loss),
        cmocka_unit_test(nonsense_in_the_numbers_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
