/* Challenge residual: abilities of one learner learnt online from where a model's predictions are wrong: overall at
 * three speeds, by skill and by item, each a Kalman filter on the logit. Hides drifts and priors. */
#pragma once

#include "engine/challenge/challenge_features.h"

typedef struct ChallengeResidual ChallengeResidual;

/* Free with challenge_residual_free. */
ChallengeResidual *challenge_residual_new(guint n_items, guint n_skills);
void challenge_residual_free(ChallengeResidual *residual);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChallengeResidual, challenge_residual_free)

/* Another learner. */
void challenge_residual_begin(ChallengeResidual *residual);
/* Before an attempt that the model gives the logit `logit`. */
void challenge_residual_describe(ChallengeResidual *residual, const AttemptLog *log, const Attempt *attempt,
                                 double logit, float values[CHALLENGE_RESIDUALS]);
/* After it. */
void challenge_residual_add(ChallengeResidual *residual, const AttemptLog *log, const Attempt *attempt, double logit);
/* Bytes kept of a learner, and of each item or skill. */
void challenge_residual_size(gsize *learner, gsize *part);
