/* Challenge features: a number for everything that is known before each attempt of a log, standardised, as the models
 * read them. Hides how they are made without looking ahead: of a learner only what came before counts; of others, for a
 * test attempt what is in train and the test learners before in the log, for a train attempt the train learners of
 * other groups. (Leaving out only the learner would tell who is able: what an able one leaves behind is poorer. A model
 * would learn that, and be wrong about test learners.)
 *
 * A learner's train attempts are described as if there were no test ones; a test attempt follows all that came before.
 */
#pragma once

#include "engine/challenge/challenge_trace.h"

/* Columns: of the trace; of the residual abilities (challenge_features_add_residuals); empty ones that fill up to a
 * multiple of MATRIX_LANES. */
enum { CHALLENGE_RESIDUALS = 9, CHALLENGE_COLUMNS = 80 };

typedef struct ChallengeFeatures ChallengeFeatures;

/* Borrows the log. Free with challenge_features_free. */
ChallengeFeatures *challenge_features_new(const AttemptLog *log);
void challenge_features_free(ChallengeFeatures *features);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChallengeFeatures, challenge_features_free)

/* Second look: abilities of the learner (overall at three speeds, by skill, by item) learnt from where a first model's
 * logits, one for each attempt, were wrong. Fills the columns after those of the trace. */
void challenge_features_add_residuals(ChallengeFeatures *features, const float *logits);

/* Columns of an attempt: mean 0 and standard deviation 1 over train, within +-CHALLENGE_COLUMN_MOST. */
#define CHALLENGE_COLUMN_MOST 5.0f
void challenge_features_get(const ChallengeFeatures *features, guint attempt, float columns[CHALLENGE_COLUMNS]);
/* What was subtracted from a column, and what it was divided by. */
void challenge_features_scale(const ChallengeFeatures *features, guint column, double *mean, double *deviation);

/* The attempts of a learner in order, without the test ones if `train_only`, as indexes into the log's attempts; at
 * most as many as the learner has. Returns how many. */
guint challenge_features_sequence(const AttemptLog *log, guint learner, gboolean train_only, guint *attempts);
