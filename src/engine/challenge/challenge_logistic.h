/* Challenge logistic: a logistic regression on the challenge features, by penalised maximum likelihood. Hides how the
 * optimum is found: Newton's method with the curvature of a sample of the attempts and the gradient of all. */
#pragma once

#include "engine/challenge/challenge_features.h"

typedef struct {
    double bias, weights[CHALLENGE_COLUMNS];
} ChallengeLogistic;

/* Attempts to learn from: a list of indexes into the log's attempts. */
typedef struct {
    const AttemptLog *log;
    const ChallengeFeatures *features;
    const guint *attempts;
    guint n;
} ChallengeRows;

/* Minimises the sum of the attempts' log losses (scores between 0 and 1 count as partial) plus
 * strength/2 * |weights - prior|^2; the bias is free but for a trace of the same. Begins at `prior`. */
ChallengeLogistic challenge_logistic_fit(const ChallengeRows *rows, const ChallengeLogistic *prior, double strength);
/* What is minimised, and its gradient (bias first). `gradient` may be NULL. */
double challenge_logistic_loss(const ChallengeRows *rows, const ChallengeLogistic *model,
                               const ChallengeLogistic *prior, double strength, double gradient[1 + CHALLENGE_COLUMNS]);
double challenge_logistic_logit(const ChallengeLogistic *model, const ChallengeFeatures *features, guint attempt);
