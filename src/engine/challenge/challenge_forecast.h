/* Challenge forecast: learns from the train attempts of a log and predicts its test attempts, each before it is seen.
 * Knows how the parts go together; hides all of them.
 *
 * 1. features of each attempt (engine/challenge/challenge_features.h), and a logistic regression on them;
 * 2. residual abilities of each learner from where that is wrong (engine/challenge/challenge_residual.h), and a second
 * regression;
 * 3. recurrent networks (engine/challenge/challenge_network.h) that begin as the second regression;
 * 4. the live model with fitted weights (engine/challenge/challenge_fit.h), which small logs are enough for;
 * 5. a blend and calibration of 2, 3 and 4 (engine/challenge/challenge_blend.h).
 *
 * Train learners are cut into folds. What a later step learns about a train attempt comes from a model that was fitted
 * without its learner's fold, as it is for a test learner; the networks of all folds are averaged. So whether networks
 * are worth their time shows on learners that they have not seen: where they gain too little, they are left out.
 *
 * While predicting, what is known of the learner follows every attempt; rates of success in a context (items, skills
 * and what happens in between) take in each test learner before the next; weights stand still. */
#pragma once

#include "engine/challenge/challenge_blend.h"
#include "engine/challenge/challenge_train.h"

typedef struct {
    guint64 seed;
    guint threads;      /* at least 1; the result is the same for any number */
    ChallengeTick tick; /* may be NULL; called from any thread, one at a time */
    gpointer data;
} ChallengeForecastOptions;

typedef struct {
    double *p;   /* for each attempt of the log: probability of success; of train attempts, from the fold left out */
    guint folds; /* 0: too few learners to leave any out */
    gboolean has_network;
    ChallengeBlend blend;
    double logistic_loss, network_loss; /* mean log loss of the blends without and with networks, on folds left out; nan
                                           when there are none */
    gsize learner_bytes, item_bytes, skill_bytes; /* kept of a learner; of each of their items and skills */
} ChallengeForecast;

/* NULL when no attempt is train. Free with challenge_forecast_free. Starts and ends threads of its own. */
ChallengeForecast *challenge_forecast_new(const AttemptLog *log, const ChallengeForecastOptions *options);
void challenge_forecast_free(ChallengeForecast *forecast);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChallengeForecast, challenge_forecast_free)
