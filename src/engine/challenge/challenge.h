/* Challenge: estimates of abilities and difficulties, and what is assumed of an exercise before anybody has answered
 * it. Predicting from them and learning them is in engine/challenge/challenge_weights.h. Pure values in, values out. */
#pragma once

#include <glib.h>

/* An estimate on the logit scale. */
typedef struct {
    double mean;
    double variance; /* > 0 */
} ChallengeEstimate;

/* Prior of an exercise nobody has answered: its kind's difficulty plus the author's hint (-1, 0, 1). */
ChallengeEstimate challenge_difficulty_prior(double kind_difficulty, int hint);

/* Guessing floor of `correct` right among `options` (one right: 1/options; several: 1/2^options); 0 for open answers
 * (options 0). */
double challenge_floor(int options, int correct);
