/* Simulate: what a way to practise would lead to, before anybody has to try it. A population of simulated learners
 * lives a year under a policy and a truth (engine/simulate/simulate_policy.h, engine/simulate/simulate_truth.h); the
 * same learners, with the same luck, live it under every other policy, so that differences can be taken person by
 * person.
 *
 * Remembered means the sum of true recall over all concepts, at three moments: day 90, day 365, and 90 days after the
 * practice has ended, since what was crammed is gone by then. Per hour: remembered on day 365 for each hour of
 * practice, of the population as a whole. Intervals are over learners; concepts and exercises are the same for all.
 *
 * Pure. Uses threads of its own while simulate_population runs; the result does not depend on how many. */
#pragma once

#include "engine/maths/stats.h"
#include "engine/simulate/simulate_policy.h"
#include "engine/simulate/simulate_truth.h"

enum { SIMULATE_EARLY_DAY = 90, SIMULATE_YEAR_DAYS = 365, SIMULATE_AFTER_DAYS = 90 };

/* Days of a curve: every week of the year and of what comes after it. */
enum { SIMULATE_CURVE_STEP = 7, SIMULATE_CURVE_POINTS = 1 + (SIMULATE_YEAR_DAYS + SIMULATE_AFTER_DAYS) / 7 };

typedef struct {
    SimulateSetting setting;
    guint learners; /* at least 2 */
    guint days;     /* of practice, 1..SIMULATE_YEAR_DAYS */
    guint64 seed;
    guint threads;  /* at least 1 */
    gboolean curve; /* measure it, which takes longer */
} SimulateWish;

/* Called by any of the threads, `share` 0..1 of the learners done. FALSE: stop. */
typedef gboolean (*SimulateWatch)(double share, gpointer data);

/* Of each learner, in order. */
typedef struct {
    guint learners;
    double *hours;
    double *early, *year, *after; /* concepts remembered */
    StatsInterval *curve;         /* SIMULATE_CURVE_POINTS of the mean; NULL when not asked for */
} SimulateOutcome;

/* The outcome; NULL when `watch` (may be NULL) said stop. Free with simulate_outcome_free. */
SimulateOutcome *simulate_population(const SimulateWish *wish, const SimulateTruth *truth, const SimulatePolicy *policy,
                                     SimulateWatch watch, gpointer data);
void simulate_outcome_free(SimulateOutcome *outcome);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimulateOutcome, simulate_outcome_free)

/* Remembered on day 365 per hour, with a 95 % interval by linearisation of the ratio (Cochran 1977, Sampling
 * Techniques, section 6.4). nan when nobody practised. */
StatsInterval simulate_per_hour(const SimulateOutcome *outcome);
/* By how much `a` is over `b`, learner by learner; both of the same learners. */
StatsInterval simulate_per_hour_difference(const SimulateOutcome *a, const SimulateOutcome *b);
StatsInterval simulate_year_difference(const SimulateOutcome *a, const SimulateOutcome *b);
