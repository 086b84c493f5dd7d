/* Challenge: how likely a person is to succeed at an exercise.
 *
 *   p = c + (1 - c) * sigma(ability - difficulty + MEMORY_GAIN * (retrievability - 0.5))
 *
 * ability per (person, skill) and difficulty per exercise are on the logit scale, learnt online with their uncertainty:
 * an Elo rating whose step is the posterior variance (Glicko-like; Pelánek 2016, "Applications of the Elo rating system
 * in adaptive educational systems", Computers & Education 98). c is the guessing floor. Pure values in, values out. */
#pragma once

#include <glib.h>

/* An estimate on the logit scale. */
typedef struct {
    double mean;
    double variance; /* > 0 */
} ChallengeEstimate;

#define CHALLENGE_ABILITY_PRIOR ((ChallengeEstimate){ .mean = 0.0, .variance = 1.0 })

/* Prior of an exercise nobody has answered: its kind's difficulty plus the author's hint (-1, 0, 1). */
ChallengeEstimate challenge_difficulty_prior(double kind_difficulty, int hint);

/* Guessing floor of `correct` right among `options` (one right: 1/options; several: 1/2^options); 0 for open answers
 * (options 0). */
double challenge_floor(int options, int correct);

/* Probability of success. `retrievability` in [0,1], negative when the concept was never practised (then the prior for
 * new ones is used). */
double challenge_predict(ChallengeEstimate ability, ChallengeEstimate difficulty, double retrievability, double floor);

/* Both estimates after an attempt that scored `score` in [0,1] when `predicted` was expected. */
void challenge_update(ChallengeEstimate *ability, ChallengeEstimate *difficulty, double retrievability, double floor,
                      double score);
