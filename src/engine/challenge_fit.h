/* Challenge fit: the weights of engine/challenge_weights.h from a log of attempts, and what that model would have
 * predicted there. Knows how an attempt log is replayed: an item is both concept and exercise, its first skill the
 * skill, a gap is in the log's own unit of time; recall and guessing floors are not in such a log. */
#pragma once

#include "engine/attempt_log.h"
#include "engine/challenge_weights.h"

/* Attempts in the order of the log: each predicted, then learnt from. First, unless `tests` is FALSE, all train
 * attempts, then all attempts of learners that have test ones; otherwise only the train attempts. Difficulties go on
 * from one learner to the next. `p`: log->n places, those that are not predicted stay. */
void challenge_fit_replay(const AttemptLog *log, const ChallengeWeights *weights, gboolean tests, double *p);

/* Terms that make the train attempts likeliest: penalised maximum likelihood around `begin`, alternating with replays,
 * since estimates follow from the terms. Variances and drifts stay those of `begin`; so do terms that never occur. */
ChallengeWeights challenge_fit(const AttemptLog *log, const ChallengeWeights *begin);
