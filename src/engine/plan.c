/* Plan: see plan.h. Knows what is due and in which order; hides the heaps that find the few that fit among the many.
 *
 * Concepts go in one after the other, the most urgent first; the exercise is chosen as each goes in, so that the choice
 * can look at what stands before it (kind, minutes of production) and at the time that is left. */
#include "engine/plan.h"

#include <math.h>

#define PRODUCTION_SHARE (1.0 / 3) /* of the minutes */
#define SECONDS_UNKNOWN 30.0       /* for an exercise whose usual time makes no sense */
#define SIMILAR 0.05   /* predicted success this near to the best choice is as good; the fresher variant wins */
#define SAME_KIND 0.10 /* how much farther from the target another kind may be */

enum { MISSES_MOST = 16 }; /* concepts in a row that do not fit, after which the session counts as full */

/* A concept that could go in. The smallest comes first. */
typedef struct {
    guint concept;
    PlanWhy why;
    double rank;
    guint64 tie;
    double retrievability, later;
} Candidate;

typedef struct {
    const PlanConcept *concepts;
    guint n;
    const PlanWish *wish;
    GArray *due, *fresh, *early; /* Candidate: heaps */
    GArray *blocked;             /* Candidate: new ones that wait for a requirement, in order */
    gboolean *introduced;        /* by concept */
    GArray *entries;             /* PlanEntry: the plan */
    double total, production;    /* seconds */
    gboolean has_pending;        /* the new concept whose second exercise is still to come ... */
    Candidate pending;
    guint pending_first; /* ... its first exercise ... */
    double held;         /* ... and the seconds kept for the second */
} Planner;

/* Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators": the mixer of SplitMix64. */
static guint64 mix(guint64 x)
{
    x += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static gboolean comes_before(const Candidate *a, const Candidate *b)
{
    if (a->why != b->why)
        return a->why < b->why;
    if (a->rank != b->rank)
        return a->rank < b->rank;
    if (a->tie != b->tie)
        return a->tie < b->tie;
    return a->concept < b->concept;
}

static void sift_down(Candidate *heap, guint n, guint at)
{
    Candidate moving = heap[at];
    for (guint child = 2 * at + 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && comes_before(&heap[child + 1], &heap[child]))
            child++;
        if (!comes_before(&heap[child], &moving))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moving;
}

/* Linear, unlike sorting: of thousands of candidates a handful will be taken. */
static void heapify(GArray *candidates)
{
    for (guint i = candidates->len / 2; i > 0; i--)
        sift_down((Candidate *)(gpointer)candidates->data, candidates->len, i - 1);
}

static gboolean pop(GArray *heap, Candidate *first)
{
    if (!heap->len)
        return FALSE;
    Candidate *candidates = (Candidate *)(gpointer)heap->data;
    *first = candidates[0];
    candidates[0] = candidates[heap->len - 1];
    g_array_set_size(heap, heap->len - 1);
    if (heap->len)
        sift_down(candidates, heap->len, 0);
    return TRUE;
}

static double seconds_of(const PlanExercise *exercise)
{
    return isfinite(exercise->seconds) && exercise->seconds > 0 ? exercise->seconds : SECONDS_UNKNOWN;
}

static gboolean has_graded(const PlanConcept *concept)
{
    for (guint i = 0; i < concept->n_exercises; i++)
        if (concept->exercises[i].graded)
            return TRUE;
    return FALSE;
}

static gboolean is_new(const PlanConcept *concept)
{
    return !(concept->memory.stability > 0);
}

/* By position, and never before what they require. */
static void collect_new(Planner *planner, guint i, guint64 tie)
{
    Candidate candidate = { .concept = i, .why = PLAN_NEW, .rank = planner->concepts[i].position, .tie = tie };
    if (has_graded(&planner->concepts[i]))
        g_array_append_val(planner->fresh, candidate);
}

/* By what waiting would cost. */
static void collect_practised(Planner *planner, guint i, guint64 tie)
{
    const PlanConcept *concept = &planner->concepts[i];
    const MemoryModel *memory = planner->wish->memory;
    double now = memory_recall(memory, concept->memory, concept->days_since);
    gboolean sure_and_wrong =
        concept->confidently_wrong && (now <= concept->retention || concept->days_since >= PLAN_SURE_AND_WRONG_DAYS);
    gboolean due = now <= concept->retention;
    if ((!due && !sure_and_wrong && !planner->wish->early) || !has_graded(concept))
        return;

    double later = memory_recall(memory, concept->memory, MAX(concept->days_since, 0) + PLAN_LATER_DAYS);
    Candidate candidate = {
        .concept = i,
        .why = sure_and_wrong ? PLAN_SURE_AND_WRONG
               : due          ? PLAN_DUE
                              : PLAN_EARLY,
        .rank = later - now,
        .tie = tie,
        .retrievability = now,
        .later = later,
    };
    g_array_append_val(candidate.why == PLAN_EARLY ? planner->early : planner->due, candidate);
}

static void collect(Planner *planner)
{
    for (guint i = 0; i < planner->n; i++) {
        guint64 tie = mix(planner->wish->seed ^ mix((guint64)planner->concepts[i].id));
        if (is_new(&planner->concepts[i]))
            collect_new(planner, i, tie);
        else
            collect_practised(planner, i, tie);
    }
    heapify(planner->due);
    heapify(planner->fresh);
    heapify(planner->early);
}

static double left(const Planner *planner)
{
    return planner->wish->budget_seconds - planner->total - planner->held;
}

/* What an exercise is chosen by. */
typedef struct {
    const Candidate *candidate;
    gboolean graded;
    double seconds_most;
    int not_this;       /* index, -1 none */
    int kind_before;    /* of the entry before; -1 none */
    gboolean producing; /* only those that produce */
} Choice;

static double predicted_of(const PlanConcept *concept, const PlanExercise *exercise, double retrievability)
{
    return challenge_predict(concept->ability, exercise->difficulty, is_new(concept) ? -1 : retrievability,
                             exercise->floor);
}

/* What was done last is left out of the whole session, not only of its beginning: its answer is still in the ear. */
static gboolean possible(const Planner *planner, const Choice *choice, guint i)
{
    const PlanExercise *exercise = &planner->concepts[choice->candidate->concept].exercises[i];
    gboolean was_last = planner->wish->last_exercise && exercise->id == planner->wish->last_exercise;
    return exercise->graded == choice->graded && !was_last && (int)i != choice->not_this &&
           (exercise->production || !choice->producing) && seconds_of(exercise) <= choice->seconds_most;
}

/* The distance from the target, a little more for the kind that came just before. */
static double misfit(const Planner *planner, const Choice *choice, guint i)
{
    const PlanConcept *concept = &planner->concepts[choice->candidate->concept];
    const PlanExercise *exercise = &concept->exercises[i];
    double target = challenge_target(exercise->floor, planner->wish->recent, planner->wish->n_recent);
    double distance = fabs(predicted_of(concept, exercise, choice->candidate->retrievability) - target);
    return distance + (exercise->kind == choice->kind_before ? SAME_KIND : 0);
}

static gboolean fresher(const Planner *planner, const PlanExercise *a, const PlanExercise *b)
{
    if (a->attempted_at != b->attempted_at)
        return a->attempted_at < b->attempted_at;
    return mix(planner->wish->seed ^ (guint64)a->id) < mix(planner->wish->seed ^ (guint64)b->id);
}

/* The index of the exercise; -1 when none is possible. */
static int choose(const Planner *planner, const Choice *choice)
{
    const PlanConcept *concept = &planner->concepts[choice->candidate->concept];
    double least = INFINITY;
    for (guint i = 0; i < concept->n_exercises; i++)
        if (possible(planner, choice, i))
            least = MIN(least, misfit(planner, choice, i));

    int best = -1;
    for (guint i = 0; i < concept->n_exercises; i++)
        if (possible(planner, choice, i) && misfit(planner, choice, i) <= least + SIMILAR &&
            (best < 0 || fresher(planner, &concept->exercises[i], &concept->exercises[best])))
            best = (int)i;
    return best;
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
    return production >= PRODUCTION_SHARE * total;
}

/* An exercise for the concept in the time that is left; one that produces while there has been too little of that. */
static int choose_next(const Planner *planner, const Candidate *candidate, int not_this)
{
    Choice choice = {
        .candidate = candidate,
        .graded = TRUE,
        .seconds_most = left(planner),
        .not_this = not_this,
        .kind_before = kind_before(planner),
    };
    int any = choose(planner, &choice);
    if (any < 0)
        return any;
    double total = planner->total + seconds_of(&planner->concepts[candidate->concept].exercises[any]);
    if (produces_enough(planner->production, total))
        return any;
    choice.producing = TRUE;
    int producing = choose(planner, &choice);
    return producing < 0 ? any : producing;
}

static PlanEntry entry_of(const Planner *planner, const Candidate *candidate, guint index)
{
    const PlanConcept *concept = &planner->concepts[candidate->concept];
    const PlanExercise *exercise = &concept->exercises[index];
    return (PlanEntry){
        .concept = candidate->concept,
        .exercise = index,
        .why = candidate->why,
        .retrievability = candidate->retrievability,
        .retrievability_later = candidate->later,
        .predicted = predicted_of(concept, exercise, candidate->retrievability),
        .seconds = seconds_of(exercise),
    };
}

/* What an entry was made of. */
static Candidate candidate_of(const PlanEntry *entry)
{
    return (Candidate){ .concept = entry->concept,
                        .why = entry->why,
                        .retrievability = entry->retrievability,
                        .later = entry->retrievability_later };
}

static void count(Planner *planner, const PlanExercise *exercise, int sign)
{
    planner->total += sign * seconds_of(exercise);
    if (exercise->production)
        planner->production += sign * seconds_of(exercise);
}

static void append(Planner *planner, const Candidate *candidate, guint index, gboolean introduces)
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
static gboolean take_practised(Planner *planner, const Candidate *candidate)
{
    int exercise = choose_next(planner, candidate, -1);
    if (exercise < 0)
        return FALSE;
    append(planner, candidate, (guint)exercise, FALSE);
    append_pending(planner);
    return TRUE;
}

static void take_all(Planner *planner, GArray *heap)
{
    Candidate candidate;
    for (guint misses = 0; misses < MISSES_MOST && left(planner) > 0 && pop(heap, &candidate);)
        misses = take_practised(planner, &candidate) ? 0 : misses + 1;
}

static gboolean requirements_met(const Planner *planner, guint i)
{
    const PlanConcept *concept = &planner->concepts[i];
    for (guint j = 0; j < concept->n_requires; j++) {
        guint required = concept->requires[j];
        if (required >= planner->n || (is_new(&planner->concepts[required]) && !planner->introduced[required]))
            return FALSE;
    }
    return TRUE;
}

/* The next new concept that may come now: one that has waited, or the next by position. */
static gboolean pop_new(Planner *planner, Candidate *candidate)
{
    for (guint i = 0; i < planner->blocked->len; i++) {
        *candidate = g_array_index(planner->blocked, Candidate, i);
        if (requirements_met(planner, candidate->concept)) {
            g_array_remove_index(planner->blocked, i);
            return TRUE;
        }
    }
    while (pop(planner->fresh, candidate)) {
        if (requirements_met(planner, candidate->concept))
            return TRUE;
        g_array_append_val(planner->blocked, *candidate);
    }
    return FALSE;
}

/* Seconds of the shortest exercise that could be the second one; 0 when there is none or not the time for it. */
static double second_needs(const Planner *planner, const Candidate *candidate, guint first)
{
    Choice choice = { .candidate = candidate, .graded = TRUE, .seconds_most = left(planner), .not_this = (int)first };
    double least = INFINITY;
    for (guint i = 0; i < planner->concepts[candidate->concept].n_exercises; i++)
        if (possible(planner, &choice, i))
            least = MIN(least, seconds_of(&planner->concepts[candidate->concept].exercises[i]));
    return isfinite(least) ? least : 0;
}

static gboolean introduce(Planner *planner, const Candidate *candidate)
{
    int first = choose_next(planner, candidate, -1);
    if (first < 0)
        return FALSE;

    append(planner, candidate, (guint)first, TRUE);
    planner->introduced[candidate->concept] = TRUE;
    append_pending(planner);
    planner->held = second_needs(planner, candidate, (guint)first);
    planner->has_pending = planner->held > 0;
    planner->pending = *candidate;
    planner->pending_first = (guint)first;
    return TRUE;
}

static void take_new(Planner *planner)
{
    Candidate candidate;
    guint introduced = 0;
    for (guint misses = 0; introduced < planner->wish->new_most && misses < MISSES_MOST && left(planner) > 0 &&
                           pop_new(planner, &candidate);) {
        gboolean fits = introduce(planner, &candidate);
        introduced += fits;
        misses = fits ? 0 : misses + 1;
    }
}

static gboolean requires_it(const PlanConcept *concept, guint other)
{
    for (guint i = 0; i < concept->n_requires; i++)
        if (concept->requires[i] == other)
            return TRUE;
    return FALSE;
}

/* Whether `before` may come after `first` instead. A confident error stays in front. */
static gboolean may_follow(const Planner *planner, const PlanEntry *before, const PlanEntry *first)
{
    return before->why == PLAN_DUE ||
           (before->introduces && !requires_it(&planner->concepts[first->concept], before->concept));
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

    Candidate candidate = candidate_of(entry);
    Choice choice = {
        .candidate = &candidate,
        .graded = TRUE,
        .seconds_most = left(planner) + entry->seconds,
        .not_this = planned_beside(planner, i),
        .kind_before = -1,
        .producing = TRUE,
    };
    int producing = choose(planner, &choice);
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
        Candidate candidate = candidate_of(&g_array_index(planner->entries, PlanEntry, i - 1));
        Choice choice = {
            .candidate = &candidate, .graded = FALSE, .seconds_most = left(planner), .not_this = -1, .kind_before = -1
        };
        int exercise = choose(planner, &choice);
        if (exercise < 0)
            continue;
        const PlanExercise *reflection = &planner->concepts[candidate.concept].exercises[exercise];
        double production = planner->production + (reflection->production ? seconds_of(reflection) : 0);
        if (enough && !produces_enough(production, planner->total + seconds_of(reflection)))
            continue;
        append(planner, &candidate, (guint)exercise, FALSE);
        return;
    }
}

/* Nothing fits the budget: the shortest exercise of the most urgent concept. */
static void take_one(Planner *planner)
{
    Candidate candidate;
    while (pop(planner->due, &candidate) || (planner->wish->new_most && pop_new(planner, &candidate)) ||
           pop(planner->early, &candidate)) {
        const PlanConcept *concept = &planner->concepts[candidate.concept];
        Choice choice = { .candidate = &candidate, .graded = TRUE, .seconds_most = INFINITY, .not_this = -1 };
        int shortest = -1;
        for (guint i = 0; i < concept->n_exercises; i++)
            if (possible(planner, &choice, i) &&
                (shortest < 0 || seconds_of(&concept->exercises[i]) < seconds_of(&concept->exercises[shortest])))
                shortest = (int)i;
        if (shortest < 0)
            continue;
        append(planner, &candidate, (guint)shortest, candidate.why == PLAN_NEW);
        return;
    }
}

static GArray *candidates_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(Candidate));
}

static void fill(Planner *planner)
{
    take_all(planner, planner->due);
    take_new(planner);
    take_all(planner, planner->early);
    append_pending(planner);
    separate(planner);
    produce_more(planner);
    reflect(planner);
}

GArray *plan_session(const PlanConcept *concepts, guint n, const PlanWish *wish)
{
    g_autoptr(GArray) due = candidates_new(), fresh = candidates_new(), early = candidates_new(),
                      blocked = candidates_new();
    g_autofree gboolean *introduced = g_new0(gboolean, n);
    Planner planner = {
        .concepts = concepts,
        .n = n,
        .wish = wish,
        .due = due,
        .fresh = fresh,
        .early = early,
        .blocked = blocked,
        .introduced = introduced,
        .entries = g_array_new(FALSE, TRUE, sizeof(PlanEntry)),
    };
    collect(&planner);
    fill(&planner);
    if (planner.entries->len)
        return planner.entries;

    g_array_set_size(due, 0);
    g_array_set_size(fresh, 0);
    g_array_set_size(early, 0);
    g_array_set_size(blocked, 0);
    collect(&planner);
    take_one(&planner);
    return planner.entries;
}
