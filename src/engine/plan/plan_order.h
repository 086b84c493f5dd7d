/* Which concepts may come, and in which order. Knows what is due, what a backlog is, and what blocks what is new; hides
 * the heaps that find the few that fit among the many. A part of plan.c. */
#pragma once

#include "engine/plan/plan.h"

/* A concept that could go in. */
typedef struct {
    guint concept; /* index */
    PlanWhy why;
    double rank;           /* within `why` the smallest comes first ... */
    guint64 tie;           /* ... then the smallest of these */
    double retrievability; /* now; 0 when new */
    double later;          /* in PLAN_LATER_DAYS; 0 when new */
} PlanCandidate;

typedef struct {
    const PlanConcept *concepts;
    guint n;
    const PlanWish *wish;
    GArray *due, *fresh, *early; /* PlanCandidate: heaps */
    GArray *blocked;             /* PlanCandidate: new ones that wait for a requirement, in order */
    gboolean *introduced;        /* by concept */
    gboolean backlog;            /* more is due than a few sessions hold */
    gboolean early_ready;        /* `early` has its order */
} PlanOrder;

/* Borrows both while it lives. */
void plan_order_init(PlanOrder *order, const PlanConcept *concepts, guint n, const PlanWish *wish);
void plan_order_clear(PlanOrder *order);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PlanOrder, plan_order_clear)

/* Begins anew, with nothing introduced. */
void plan_order_rewind(PlanOrder *order);

/* The most urgent of those that are due, new (one whose requirements are known or introduced; none in a backlog), or
 * not yet due. FALSE when there is no more. */
gboolean plan_order_due(PlanOrder *order, PlanCandidate *candidate);
gboolean plan_order_new(PlanOrder *order, PlanCandidate *candidate);
gboolean plan_order_early(PlanOrder *order, PlanCandidate *candidate);

/* A new concept is in the plan from now on. */
void plan_order_introduce(PlanOrder *order, guint concept);

/* Whether the concept at index `concept` requires `other`. */
gboolean plan_order_requires(const PlanOrder *order, guint concept, guint other);
