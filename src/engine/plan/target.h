/* Target: how often the next exercise should be got right.
 *
 * 0.84 of what is not guessing, the success rate at which a learner who follows the gradient of their errors learns
 * fastest (Phi(1); Wilson et al. 2019, Nature Communications 10:4646), up after failures, down after successes, and as
 * much easier or harder as the person wishes; never outside 0.75..0.92. Pure. */
#pragma once

#include <glib.h>

#define TARGET_LOW 0.75
#define TARGET_HIGH 0.92

/* What the person wishes: TARGET_EASE of success more (easier) or less (harder). */
typedef enum { TARGET_HARDER = -1, TARGET_AS_IT_IS = 0, TARGET_EASIER = 1 } TargetWish;
#define TARGET_EASE 0.05

/* The share to get right of what cannot be guessed, TARGET_LOW..TARGET_HIGH. `recent`: scores (0..1) of the last
 * attempts, oldest first, of which at most the last eight are looked at; NULL when n is 0. */
double target_known(const double *recent, gsize n, TargetWish wish);

/* The success rate to aim at in an exercise with this guessing floor (0..1): floor + (1 - floor) * known. */
double target_success(double known, double floor);
