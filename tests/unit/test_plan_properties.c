/* Plan: what holds in every world, over generated ones (seeded). */
#include "plan_case.h"

enum { WORLDS = 4000 };

static void generate(World *world, GRand *random)
{
    world_begin(world, g_rand_double_range(random, 20, 900));
    world->memory = memory_model_default(g_rand_boolean(random) ? MEMORY_FSRS6 : MEMORY_FSRS7);
    gboolean has_date = g_rand_int_range(random, 0, 4) == 0;
    double days_to_date = g_rand_double_range(random, 0.5, 60);
    guint n = (guint)g_rand_int_range(random, 0, CONCEPTS_MOST + 1);
    for (guint i = 0; i < n; i++) {
        gboolean new = g_rand_int_range(random, 0, 3) == 0;
        PlanConcept *concept =
            add_concept(world, new ? 0 : g_rand_double_range(random, 0.5, 60), g_rand_double_range(random, 0, 60));
        concept->id = 100 + (gint64)(i * 7919 % 101);
        concept->memory.fast = concept->memory.stability * g_rand_double_range(random, 0.1, 1);
        concept->reviews = (guint)g_rand_int_range(random, 1, 4);
        concept->days_to_date = has_date ? days_to_date : 0;
        concept->retention = g_rand_boolean(random) ? 0.9 : 0.85;
        concept->confidently_wrong = !new &&g_rand_int_range(random, 0, 6) == 0;
        concept->challenge.ability.mean = g_rand_double_range(random, -2, 2);
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
    world->wish.ease = (TargetWish)g_rand_int_range(random, TARGET_HARDER, TARGET_EASIER + 1);
    if (g_rand_boolean(random))
        keep_intervals(world);
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

/* The inverse of FSRS-7's curve is found to about this. */
#define RECALL_SLACK 2e-3

static double recall_in(const World *world, const PlanConcept *concept, double days)
{
    return memory_recall(&world->memory, concept->memory, concept->days_since + days);
}

static gboolean due_by_date(const World *world, const PlanConcept *concept)
{
    double since = concept->days_since, ahead = concept->days_to_date;
    if (ahead <= 0)
        return FALSE;
    if (concept->reviews == 1 && since >= PLAN_DATE_FIRST_GAP * (since + ahead))
        return TRUE;
    return ahead <= PLAN_DATE_LAST_DAYS && since >= PLAN_DATE_APART_DAYS &&
           recall_in(world, concept, ahead) <= concept->retention;
}

/* With `slack` too small (negative) or too large a recall counts as due still. */
static gboolean is_due(const World *world, const PlanConcept *concept, double slack)
{
    return concept->memory.stability > 0 &&
           (recall_in(world, concept, 0) <= concept->retention + slack || due_by_date(world, concept) ||
            (concept->confidently_wrong && concept->days_since >= PLAN_SURE_AND_WRONG_DAYS));
}

/* Seconds that what is due takes, by the mean of each concept's graded exercises. */
static double due_seconds(const World *world, double slack)
{
    double all = 0;
    for (guint i = 0; i < world->n; i++) {
        const PlanConcept *concept = &world->concepts[i];
        double seconds = 0;
        guint n = 0;
        for (guint j = 0; j < concept->n_exercises; j++)
            if (concept->exercises[j].graded) {
                seconds += concept->exercises[j].seconds;
                n++;
            }
        all += n && is_due(world, concept, slack) ? seconds / n : 0;
    }
    return all;
}

/* How much later it may come than `entry`, by what orders it. */
static double urgency(const PlanEntry *entry, gboolean backlog)
{
    return backlog && entry->why != PLAN_EARLY ? entry->retrievability
                                               : entry->retrievability - entry->retrievability_later;
}

static void urgent_first(const World *world, const GArray *plan)
{
    double most = PLAN_BACKLOG_SESSIONS * world->wish.budget_seconds;
    gboolean backlog = due_seconds(world, 0) > most;
    if (backlog != (due_seconds(world, RECALL_SLACK) > most) || backlog != (due_seconds(world, -RECALL_SLACK) > most))
        return; /* too near to the border to be told from here */
    const PlanEntry *before = NULL;
    gboolean other_seen = FALSE;
    for (guint i = 0; i < plan->len; i++) {
        const PlanEntry *entry = entry_at(plan, i);
        if (is_reflection(world, entry))
            continue;
        assert_false(entry->why == PLAN_SURE_AND_WRONG && other_seen);
        assert_false(entry->why == PLAN_NEW && backlog);
        other_seen = other_seen || entry->why != PLAN_SURE_AND_WRONG;
        if (entry->why == PLAN_NEW)
            continue;
        if (before && before->why == entry->why)
            assert_true(urgency(before, backlog) >= urgency(entry, backlog) - 1e-12);
        assert_true(!before || before->why <= entry->why);
        before = entry;
    }
}

static void puts_confident_errors_first_then_the_greatest_loss_and_of_a_backlog_the_best_remembered(void **unused)
{
    in_every_world(urgent_first);
}

static void due_or_asked_for(const World *world, const GArray *plan)
{
    for (guint i = 0; i < plan->len; i++) {
        const PlanEntry *entry = entry_at(plan, i);
        const PlanConcept *concept = &world->concepts[entry->concept];
        if (entry->why == PLAN_DUE)
            assert_true(is_due(world, concept, RECALL_SLACK));
        if (entry->why == PLAN_EARLY)
            assert_true(world->wish.early && !is_due(world, concept, -RECALL_SLACK));
        if (entry->why == PLAN_SURE_AND_WRONG)
            assert_true(concept->confidently_wrong);
        double now = entry->why == PLAN_NEW ? 0 : recall_in(world, concept, 0);
        double later = entry->why == PLAN_NEW ? 0 : recall_in(world, concept, PLAN_LATER_DAYS);
        assert_true(entry->retrievability == now && entry->retrievability_later == later);
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

/* The world with its concepts in another order. */
static void shuffle(const World *world, World *shuffled, guint *places, GRand *random)
{
    *shuffled = *world;
    for (guint i = 0; i < world->n; i++)
        places[i] = i;
    for (guint i = world->n; i > 1; i--) {
        guint j = (guint)g_rand_int_range(random, 0, (gint32)i), swapped = places[i - 1];
        places[i - 1] = places[j];
        places[j] = swapped;
    }
    for (guint i = 0; i < world->n; i++) {
        shuffled->concepts[places[i]] = world->concepts[i];
        shuffled->concepts[places[i]].requires = shuffled->requires[i];
        for (guint j = 0; j < world->concepts[i].n_requires; j++)
            if (world->requires[i][j] < world -> n)
        shuffled->requires[i][j] = places[world->requires[i][j]];
    }
    shuffled->wish.memory = &shuffled->memory;
}

static void same_in_another_order(const World *world, const GArray *plan)
{
    g_autoptr(GRand) random = g_rand_new_with_seed((guint32)world->wish.seed);
    g_autofree World *shuffled = g_new(World, 1);
    guint places[CONCEPTS_MOST];
    shuffle(world, shuffled, places, random);
    g_autoptr(GArray) again = plan_of(shuffled);
    assert_int_equal(again->len, plan->len);
    for (guint i = 0; i < plan->len; i++) {
        assert_int_equal(entry_at(again, i)->concept, places[entry_at(plan, i)->concept]);
        assert_int_equal(entry_at(again, i)->exercise, entry_at(plan, i)->exercise);
    }
}

static void is_the_same_in_whatever_order_the_concepts_stand(void **unused)
{
    in_every_world(same_in_another_order);
}

/* Something graded that may be planned at all. */
static gboolean has_material(const World *world)
{
    for (guint i = 0; i < world->n; i++) {
        const PlanConcept *concept = &world->concepts[i];
        for (guint j = 0; j < concept->n_exercises; j++)
            if (concept->memory.stability > 0 && (is_due(world, concept, -RECALL_SLACK) || world->wish.early) &&
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_never_over_budget),
        cmocka_unit_test(never_has_the_same_exercise_twice_running),
        cmocka_unit_test(introduces_nothing_before_what_it_requires),
        cmocka_unit_test(puts_confident_errors_first_then_the_greatest_loss_and_of_a_backlog_the_best_remembered),
        cmocka_unit_test(says_truly_why),
        cmocka_unit_test(reflects_once_at_the_end_on_something_practised),
        cmocka_unit_test(a_third_of_the_minutes_produces_where_there_is_material),
        cmocka_unit_test(is_the_same_for_the_same_seed),
        cmocka_unit_test(is_the_same_in_whatever_order_the_concepts_stand),
        cmocka_unit_test(plans_something_when_there_is_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
