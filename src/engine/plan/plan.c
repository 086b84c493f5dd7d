/* Plan: see plan.h. Knows how a session is filled: what goes in, what it is put between, and what makes way.
 *
 * Concepts go in one after the other, the most urgent first (plan_order.h); the exercise is chosen as each goes in
 * (plan_choice.h), so that the choice can look at what stands before it and at the time that is left. */
#include "engine/plan/plan_choice.h"
#include "engine/plan/plan_order.h"

#include <math.h>

enum { MISSES_MOST = 16 }; /* concepts in a row that do not fit, after which the session counts as full */

typedef struct {
    const PlanConcept *concepts;
    const PlanWish *wish;
    PlanOrder *order;
    double target;            /* of what is not guessing */
    GArray *entries;          /* PlanEntry: the plan */
    double total, production; /* seconds */
    gboolean has_pending;     /* the new concept whose second exercise is still to come ... */
    PlanCandidate pending;
    guint pending_first; /* ... its first exercise ... */
    double held;         /* ... and the seconds kept for the second */
} Planner;

static double left(const Planner *planner)
{
    return planner->wish->budget_seconds - planner->total - planner->held;
}

/* What was done last is left out of the whole session, not only of its beginning: its answer is still in the ear. */
static PlanChoice choice_for(const Planner *planner, const PlanCandidate *candidate)
{
    const PlanConcept *concept = &planner->concepts[candidate->concept];
    return (PlanChoice){
        .concept = concept,
        .standing = plan_choice_standing(concept, planner->wish, candidate->retrievability),
        .target = planner->target,
        .graded = TRUE,
        .seconds_most = left(planner),
        .not_this = -1,
        .not_id = planner->wish->last_exercise,
        .kind_before = -1,
        .seed = planner->wish->seed,
    };
}

static int kind_before(const Planner *planner)
{
    if (!planner->entries->len)
        return -1;
    const PlanEntry *entry = &g_array_index(planner->entries, PlanEntry, planner->entries->len - 1);
    return planner->concepts[entry->concept].exercises[entry->exercise].kind;
}

static gboolean produces_enough(double production, double total)
{
    return production >= PLAN_PRODUCTION_SHARE * total;
}

/* An exercise for the concept in the time that is left; one that produces while there has been too little of that. */
static int choose_next(const Planner *planner, const PlanCandidate *candidate, int not_this)
{
    PlanChoice choice = choice_for(planner, candidate);
    choice.not_this = not_this;
    choice.kind_before = kind_before(planner);
    int any = plan_choice_best(&choice);
    if (any < 0)
        return any;
    double total = planner->total + plan_choice_seconds(&planner->concepts[candidate->concept].exercises[any]);
    if (produces_enough(planner->production, total))
        return any;
    choice.producing = TRUE;
    int producing = plan_choice_best(&choice);
    return producing < 0 ? any : producing;
}

static PlanEntry entry_of(const Planner *planner, const PlanCandidate *candidate, guint index)
{
    const PlanConcept *concept = &planner->concepts[candidate->concept];
    const PlanExercise *exercise = &concept->exercises[index];
    return (PlanEntry){
        .concept = candidate->concept,
        .exercise = index,
        .why = candidate->why,
        .retrievability = candidate->retrievability,
        .retrievability_later = candidate->later,
        .predicted =
            plan_choice_predicted(plan_choice_standing(concept, planner->wish, candidate->retrievability), exercise),
        .seconds = plan_choice_seconds(exercise),
    };
}

/* What an entry was made of. */
static PlanCandidate candidate_of(const PlanEntry *entry)
{
    return (PlanCandidate){ .concept = entry->concept,
                            .why = entry->why,
                            .retrievability = entry->retrievability,
                            .later = entry->retrievability_later };
}

static void count(Planner *planner, const PlanExercise *exercise, int sign)
{
    planner->total += sign * plan_choice_seconds(exercise);
    if (exercise->production)
        planner->production += sign * plan_choice_seconds(exercise);
}

static void append(Planner *planner, const PlanCandidate *candidate, guint index, gboolean introduces)
{
    PlanEntry entry = entry_of(planner, candidate, index);
    entry.introduces = introduces;
    g_array_append_val(planner->entries, entry);
    count(planner, &planner->concepts[candidate->concept].exercises[index], 1);
}

/* The second exercise of the concept introduced last. */
static void append_pending(Planner *planner)
{
    if (!planner->has_pending)
        return;
    planner->has_pending = FALSE;
    planner->held = 0;
    int second = choose_next(planner, &planner->pending, (int)planner->pending_first);
    if (second >= 0)
        append(planner, &planner->pending, (guint)second, FALSE);
}

/* FALSE when nothing of it fits. */
static gboolean take_practised(Planner *planner, const PlanCandidate *candidate)
{
    int exercise = choose_next(planner, candidate, -1);
    if (exercise < 0)
        return FALSE;
    append(planner, candidate, (guint)exercise, FALSE);
    append_pending(planner);
    return TRUE;
}

typedef gboolean (*NextCandidate)(PlanOrder *order, PlanCandidate *candidate);

static void take_all(Planner *planner, NextCandidate next)
{
    PlanCandidate candidate;
    for (guint misses = 0; misses < MISSES_MOST && left(planner) > 0 && next(planner->order, &candidate);)
        misses = take_practised(planner, &candidate) ? 0 : misses + 1;
}

/* Seconds of the shortest exercise that could be the second one; 0 when there is none or not the time for it. */
static double second_needs(const Planner *planner, const PlanCandidate *candidate, guint first)
{
    PlanChoice choice = choice_for(planner, candidate);
    choice.not_this = (int)first;
    int shortest = plan_choice_shortest(&choice);
    return shortest < 0 ? 0 : plan_choice_seconds(&choice.concept->exercises[shortest]);
}

static gboolean introduce(Planner *planner, const PlanCandidate *candidate)
{
    int first = choose_next(planner, candidate, -1);
    if (first < 0)
        return FALSE;

    append(planner, candidate, (guint)first, TRUE);
    plan_order_introduce(planner->order, candidate->concept);
    append_pending(planner);
    planner->held = second_needs(planner, candidate, (guint)first);
    planner->has_pending = planner->held > 0;
    planner->pending = *candidate;
    planner->pending_first = (guint)first;
    return TRUE;
}

static void take_new(Planner *planner)
{
    PlanCandidate candidate;
    guint introduced = 0;
    for (guint misses = 0; introduced < planner->wish->new_most && misses < MISSES_MOST && left(planner) > 0 &&
                           plan_order_new(planner->order, &candidate);) {
        gboolean fits = introduce(planner, &candidate);
        introduced += fits;
        misses = fits ? 0 : misses + 1;
    }
}

/* Whether `before` may come after `first` instead. A confident error stays in front. */
static gboolean may_follow(const Planner *planner, const PlanEntry *before, const PlanEntry *first)
{
    return before->why == PLAN_DUE ||
           (before->introduces && !plan_order_requires(planner->order, first->concept, before->concept));
}

/* A new concept's two exercises with nothing between: lets the entry before them step in between. */
static void separate(Planner *planner)
{
    for (guint i = 1; i + 1 < planner->entries->len; i++) {
        PlanEntry *before = &g_array_index(planner->entries, PlanEntry, i - 1), *first = before + 1,
                  *second = before + 2;
        if (!first->introduces || first->concept != second->concept || !may_follow(planner, before, first))
            continue;
        PlanEntry moved = *before;
        *before = *first;
        *first = moved;
    }
}

/* The other exercise of a new concept; -1 for an entry that stands alone. */
static int planned_beside(const Planner *planner, guint i)
{
    guint concept = g_array_index(planner->entries, PlanEntry, i).concept;
    for (guint j = 0; j < planner->entries->len; j++)
        if (j != i && g_array_index(planner->entries, PlanEntry, j).concept == concept)
            return (int)g_array_index(planner->entries, PlanEntry, j).exercise;
    return -1;
}

/* Puts a producing exercise of the same concept in the place of entry `i`. FALSE when there is none that fits. */
static gboolean make_producing(Planner *planner, guint i)
{
    PlanEntry *entry = &g_array_index(planner->entries, PlanEntry, i);
    const PlanExercise *exercises = planner->concepts[entry->concept].exercises;
    if (exercises[entry->exercise].production)
        return FALSE;

    PlanCandidate candidate = candidate_of(entry);
    PlanChoice choice = choice_for(planner, &candidate);
    choice.seconds_most += entry->seconds;
    choice.not_this = planned_beside(planner, i);
    choice.producing = TRUE;
    int producing = plan_choice_best(&choice);
    if (producing < 0)
        return FALSE;

    count(planner, &exercises[entry->exercise], -1);
    count(planner, &exercises[producing], 1);
    gboolean introduces = entry->introduces;
    *entry = entry_of(planner, &candidate, (guint)producing);
    entry->introduces = introduces;
    return TRUE;
}

/* Turns entries into producing ones, the least urgent first, until there is enough of it. A shorter exercise makes room
 * for others, so after each the search begins again. */
static void produce_more(Planner *planner)
{
    guint i = planner->entries->len;
    while (i > 0 && !produces_enough(planner->production, planner->total))
        i = make_producing(planner, i - 1) ? planner->entries->len : i - 1;
}

/* One reflection at the end, on something practised just now. */
static void reflect(Planner *planner)
{
    gboolean enough = produces_enough(planner->production, planner->total);
    for (guint i = planner->entries->len; i > 0; i--) {
        PlanCandidate candidate = candidate_of(&g_array_index(planner->entries, PlanEntry, i - 1));
        PlanChoice choice = choice_for(planner, &candidate);
        choice.graded = FALSE;
        int exercise = plan_choice_best(&choice);
        if (exercise < 0)
            continue;
        const PlanExercise *reflection = &planner->concepts[candidate.concept].exercises[exercise];
        double production = planner->production + (reflection->production ? plan_choice_seconds(reflection) : 0);
        if (enough && !produces_enough(production, planner->total + plan_choice_seconds(reflection)))
            continue;
        append(planner, &candidate, (guint)exercise, FALSE);
        return;
    }
}

static gboolean next_of_all(Planner *planner, PlanCandidate *candidate)
{
    return plan_order_due(planner->order, candidate) ||
           (planner->wish->new_most && plan_order_new(planner->order, candidate)) ||
           plan_order_early(planner->order, candidate);
}

/* Nothing fits the budget: the shortest exercise of the most urgent concept. */
static void take_one(Planner *planner)
{
    PlanCandidate candidate;
    while (next_of_all(planner, &candidate)) {
        PlanChoice choice = choice_for(planner, &candidate);
        choice.seconds_most = INFINITY;
        int shortest = plan_choice_shortest(&choice);
        if (shortest < 0)
            continue;
        append(planner, &candidate, (guint)shortest, candidate.why == PLAN_NEW);
        return;
    }
}

static void fill(Planner *planner)
{
    take_all(planner, plan_order_due);
    take_new(planner);
    take_all(planner, plan_order_early);
    append_pending(planner);
    separate(planner);
    produce_more(planner);
    reflect(planner);
}

GArray *plan_session(const PlanConcept *concepts, guint n, const PlanWish *wish)
{
    g_auto(PlanOrder) order = { 0 };
    plan_order_init(&order, concepts, n, wish);
    Planner planner = {
        .concepts = concepts,
        .wish = wish,
        .order = &order,
        .target = target_known(wish->recent, wish->n_recent, wish->ease),
        .entries = g_array_new(FALSE, TRUE, sizeof(PlanEntry)),
    };
    fill(&planner);
    if (planner.entries->len)
        return planner.entries;
    plan_order_rewind(&order);
    take_one(&planner);
    return planner.entries;
}
