/* A simulated learner: a year of one person under one policy and one truth.
 *
 * Whether an exercise is got right: what is recalled fails only by a slip, the rarer the more able the person and the
 * easier the exercise (1 - sigma(ability - difficulty + 3); ability N(0, 0.5), difficulty its kind's + N(0, 0.3)); what
 * is not recalled may be guessed. A success is felt as hard, good or easy in the proportions of fsrs-rs 6.6.1 (0.224,
 * 0.631, 0.145; at first sight 0.124, 0.651, 0.225); a lucky guess is called one in two of three cases, then it counts
 * as hard. One failure in seven was a sure one. An answer takes its usual seconds, times the person's pace
 * e^N(0, 0.2), times the relative costs of ratings in fsrs-rs (again 1.38, hard 1.26, good 0.88, easy 0.64), times
 * e^N(0, 0.3). Reading a new concept's text takes half a minute. All draws follow from the seed, the learner and how
 * often the concept was practised, so that the same learner has the same luck under every policy. */
#pragma once

#include "engine/simulate/simulate_policy.h"
#include "engine/simulate/simulate_truth.h"

/* The moments at which what is remembered is measured: days after the beginning, ascending. */
typedef struct {
    const SimulateSetting *setting;
    guint days; /* of practice */
    guint64 seed;
    const guint *measured; /* day numbers, before any practice of that day */
    guint n_measured;
} SimulateYear;

typedef struct SimulateLearner SimulateLearner;

/* Room for learners, one after the other. `year` must stay. Free with simulate_learner_free. */
SimulateLearner *simulate_learner_new(const SimulateYear *year, const SimulateTruth *truth,
                                      const SimulatePolicy *policy);
void simulate_learner_free(SimulateLearner *learner);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimulateLearner, simulate_learner_free)

/* Lives the year of learner `number`. Puts the concepts remembered (the sum of recall over all of them, whether they
 * were ever begun or not) into `remembered`, one for each moment, and returns the seconds practised. */
double simulate_learner_live(SimulateLearner *learner, guint number, double *remembered);
