/* Challenge fit: the weights of engine/challenge/challenge_weights.h from a log of attempts, and what that model would
 * have predicted there. Knows how an attempt log is replayed: an item is the exercise, its first skill the skill, a gap
 * is in the log's own unit of time; concepts, recall and guessing floors are not in such a log, but may be told beside
 * it.
 */
#pragma once

#include "engine/challenge/attempt_log.h"
#include "engine/challenge/challenge_weights.h"

/* What a log does not tell of an attempt. */
typedef struct {
    guint32 concept;              /* 0 .. n_concepts - 1: whose wins, losses, last score and gap count */
    double retrievability, floor; /* as in ChallengeInput */
    ChallengeEstimate difficulty; /* prior of its item; variance 0: that of the weights */
} ChallengeSetting;

typedef struct {
    guint n_concepts;
    const ChallengeSetting *of; /* by the `row` of an attempt */
} ChallengeSettings;

/* Attempts in the order of the log: each predicted, then learnt from. First, unless `tests` is FALSE, all train
 * attempts, then all attempts of learners that have test ones; otherwise only the train attempts. Difficulties go on
 * from one learner to the next. `settings` NULL: each item is its own concept, and no more is known. `p`: log->n
 * places, those that are not predicted stay. */
void challenge_fit_replay(const AttemptLog *log, const ChallengeSettings *settings, const ChallengeWeights *weights,
                          gboolean tests, double *p);

/* Terms that make the train attempts likeliest: penalised maximum likelihood around `begin` (Fisher scoring, so that
 * what may have been guessed counts less), alternating with replays, since estimates follow from the terms. Variances
 * and drifts stay those of `begin`; so do terms that never occur. */
ChallengeWeights challenge_fit(const AttemptLog *log, const ChallengeSettings *settings, const ChallengeWeights *begin);
