/* Which concepts, in which order: see plan_order.h.
 *
 * Recall takes the FSRS-7 of a concept 150 ns, too long for ten thousand of them. What is due is therefore told by the
 * interval that is kept with a memory, and of very many only those are looked at exactly that the interval says are the
 * next ones. */
#include "engine/plan/plan_order.h"
#include "engine/plan/plan_choice.h"

#include <math.h>

/* Of a backlog, and of what may be practised early, so many are ordered exactly: several times what the longest session
 * holds. */
enum { LOOK_MOST = 256 };

static gboolean comes_before(const PlanCandidate *a, const PlanCandidate *b)
{
    if (a->why != b->why)
        return a->why < b->why;
    if (a->rank != b->rank)
        return a->rank < b->rank;
    return a->tie < b->tie;
}

static void sift_down(PlanCandidate *heap, guint n, guint at)
{
    PlanCandidate moving = heap[at];
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
        sift_down((PlanCandidate *)(gpointer)candidates->data, candidates->len, i - 1);
}

static gboolean pop(GArray *heap, PlanCandidate *first)
{
    if (!heap->len)
        return FALSE;
    PlanCandidate *candidates = (PlanCandidate *)(gpointer)heap->data;
    *first = candidates[0];
    candidates[0] = candidates[heap->len - 1];
    g_array_set_size(heap, heap->len - 1);
    if (heap->len)
        sift_down(candidates, heap->len, 0);
    return TRUE;
}

/* Keeps those that come first, when there are more than can be looked at. */
static void keep_first(GArray *candidates)
{
    if (candidates->len <= LOOK_MOST)
        return;
    PlanCandidate first[LOOK_MOST];
    heapify(candidates);
    for (guint i = 0; i < LOOK_MOST; i++)
        pop(candidates, &first[i]);
    g_array_set_size(candidates, 0);
    g_array_append_vals(candidates, first, LOOK_MOST);
}

static gboolean has_graded(const PlanConcept *concept)
{
    for (guint i = 0; i < concept->n_exercises; i++)
        if (concept->exercises[i].graded)
            return TRUE;
    return FALSE;
}

static double days_since(const PlanConcept *concept)
{
    return concept->days_since > 0 ? concept->days_since : 0;
}

static double recall_in(const PlanOrder *order, const PlanConcept *concept, double days)
{
    const MemoryModel *model = concept->model ? concept->model : order->wish->memory;
    return memory_recall(model, concept->memory, days_since(concept) + days);
}

/* How long it has waited, in units of its interval: 1 when it falls due. Where the interval is not known, as if recall
 * fell along a line. */
static double waited(const PlanOrder *order, const PlanConcept *concept)
{
    double share = concept->due_days > 0
                       ? days_since(concept) / concept->due_days
                       : (1 - recall_in(order, concept, 0)) / (1 - CLAMP(concept->retention, 0, 0.99));
    return isfinite(share) ? share : 0;
}

/* Whether the day on which it must be remembered brings it now. */
static gboolean due_by_date(const PlanOrder *order, const PlanConcept *concept)
{
    double ahead = concept->days_to_date, since = days_since(concept);
    if (!(ahead > 0))
        return FALSE;
    if (concept->reviews == 1 && since >= PLAN_DATE_FIRST_GAP * (since + ahead))
        return TRUE;
    return ahead <= PLAN_DATE_LAST_DAYS && since >= PLAN_DATE_APART_DAYS &&
           recall_in(order, concept, ahead) <= concept->retention;
}

static void collect_practised(PlanOrder *order, guint i)
{
    const PlanConcept *concept = &order->concepts[i];
    double wait = waited(order, concept);
    gboolean sure_and_wrong =
        concept->confidently_wrong && (wait >= 1 || concept->days_since >= PLAN_SURE_AND_WRONG_DAYS);
    gboolean due = wait >= 1 || due_by_date(order, concept);
    if ((!due && !sure_and_wrong && !order->wish->early) || !has_graded(concept))
        return;

    PlanCandidate candidate = {
        .concept = i,
        .why = sure_and_wrong ? PLAN_SURE_AND_WRONG
               : due          ? PLAN_DUE
                              : PLAN_EARLY,
        .rank = wait,
        .tie = plan_choice_tie(order->wish->seed, concept->id),
    };
    if (candidate.why == PLAN_EARLY)
        candidate.rank = -wait; /* those come first that fall due first */
    g_array_append_val(candidate.why == PLAN_EARLY ? order->early : order->due, candidate);
}

static void collect_new(PlanOrder *order, guint i)
{
    const PlanConcept *concept = &order->concepts[i];
    PlanCandidate candidate = {
        .concept = i,
        .why = PLAN_NEW,
        .rank = concept->position,
        .tie = plan_choice_tie(order->wish->seed, concept->id),
    };
    if (has_graded(concept))
        g_array_append_val(order->fresh, candidate);
}

static double seconds_of(const PlanConcept *concept)
{
    double seconds = 0;
    guint n = 0;
    for (guint i = 0; i < concept->n_exercises; i++)
        if (concept->exercises[i].graded) {
            seconds += plan_choice_seconds(&concept->exercises[i]);
            n++;
        }
    return seconds / MAX(n, 1);
}

static gboolean is_backlog(const PlanOrder *order)
{
    double seconds = 0, most = PLAN_BACKLOG_SESSIONS * order->wish->budget_seconds;
    for (guint i = 0; i < order->due->len && seconds <= most; i++)
        seconds += seconds_of(&order->concepts[g_array_index(order->due, PlanCandidate, i).concept]);
    return seconds > most;
}

/* By recall: the best remembered first when `saving`, otherwise what waiting would cost most. */
static void rank(const PlanOrder *order, GArray *candidates, gboolean saving)
{
    for (guint i = 0; i < candidates->len; i++) {
        PlanCandidate *candidate = &g_array_index(candidates, PlanCandidate, i);
        const PlanConcept *concept = &order->concepts[candidate->concept];
        candidate->retrievability = recall_in(order, concept, 0);
        candidate->later = recall_in(order, concept, PLAN_LATER_DAYS);
        double rank = saving ? -candidate->retrievability : candidate->later - candidate->retrievability;
        candidate->rank = isfinite(rank) ? rank : 0;
    }
    heapify(candidates);
}

static void collect(PlanOrder *order)
{
    for (guint i = 0; i < order->n; i++)
        if (plan_choice_is_new(&order->concepts[i]))
            collect_new(order, i);
        else
            collect_practised(order, i);
    order->backlog = is_backlog(order);
    if (order->backlog)
        keep_first(order->due);
    rank(order, order->due, order->backlog);
    heapify(order->fresh);
}

static GArray *candidates_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(PlanCandidate));
}

void plan_order_init(PlanOrder *order, const PlanConcept *concepts, guint n, const PlanWish *wish)
{
    *order = (PlanOrder){
        .concepts = concepts,
        .n = n,
        .wish = wish,
        .due = candidates_new(),
        .fresh = candidates_new(),
        .early = candidates_new(),
        .blocked = candidates_new(),
        .introduced = g_new0(gboolean, n),
    };
    collect(order);
}

void plan_order_clear(PlanOrder *order)
{
    g_clear_pointer(&order->due, g_array_unref);
    g_clear_pointer(&order->fresh, g_array_unref);
    g_clear_pointer(&order->early, g_array_unref);
    g_clear_pointer(&order->blocked, g_array_unref);
    g_clear_pointer(&order->introduced, g_free);
}

void plan_order_rewind(PlanOrder *order)
{
    const PlanOrder before = *order;
    plan_order_clear(order);
    plan_order_init(order, before.concepts, before.n, before.wish);
}

gboolean plan_order_due(PlanOrder *order, PlanCandidate *candidate)
{
    return pop(order->due, candidate);
}

gboolean plan_order_early(PlanOrder *order, PlanCandidate *candidate)
{
    if (!order->early_ready) {
        keep_first(order->early);
        rank(order, order->early, FALSE);
        order->early_ready = TRUE;
    }
    return pop(order->early, candidate);
}

static gboolean requirements_met(const PlanOrder *order, guint i)
{
    const PlanConcept *concept = &order->concepts[i];
    for (guint j = 0; j < concept->n_requires; j++) {
        guint required = concept->requires[j];
        if (required >= order->n || (plan_choice_is_new(&order->concepts[required]) && !order->introduced[required]))
            return FALSE;
    }
    return TRUE;
}

/* One that has waited, or the next by position. */
gboolean plan_order_new(PlanOrder *order, PlanCandidate *candidate)
{
    if (order->backlog)
        return FALSE;
    for (guint i = 0; i < order->blocked->len; i++) {
        *candidate = g_array_index(order->blocked, PlanCandidate, i);
        if (requirements_met(order, candidate->concept)) {
            g_array_remove_index(order->blocked, i);
            return TRUE;
        }
    }
    while (pop(order->fresh, candidate)) {
        if (requirements_met(order, candidate->concept))
            return TRUE;
        g_array_append_val(order->blocked, *candidate);
    }
    return FALSE;
}

void plan_order_introduce(PlanOrder *order, guint concept)
{
    order->introduced[concept] = TRUE;
}

gboolean plan_order_requires(const PlanOrder *order, guint concept, guint other)
{
    const PlanConcept *asking = &order->concepts[concept];
    for (guint i = 0; i < asking->n_requires; i++)
        if (asking->requires[i] == other)
            return TRUE;
    return FALSE;
}
