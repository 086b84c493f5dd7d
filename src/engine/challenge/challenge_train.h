/* Challenge train: trains a network (engine/challenge/challenge_network.h) on some learners while watching others, and
 * predicts with it. Knows Adam (Kingma and Ba 2015, ICLR), batches and when to stop; hides them. Deterministic for a
 * key; no threads of its own. */
#pragma once

#include "engine/challenge/challenge_network.h"

typedef struct {
    const AttemptLog *log;
    const ChallengeFeatures *features;
    const guint *learners;
    guint n;
} ChallengeLearners;

/* Is told the share that is done, 0..1. */
typedef void (*ChallengeTick)(double share, gpointer data);

/* Learns from the train attempts of `learn`, and keeps the network as it was when it predicted those of `watch` best:
 * where there is little to learn, that is soon. `logistic`: what it begins with. */
ChallengeNetwork *challenge_train(const ChallengeLearners *learn, const ChallengeLearners *watch,
                                  const ChallengeLogistic *logistic, guint64 key, ChallengeTick tick, gpointer data);

/* Adds `share` times the logit of each attempt of these learners to `logits`, which has a place for every attempt of
 * the log: in order, each from what came before. `train_only`: as if there were no test attempts. Returns the mean log
 * loss, nan when there are no attempts. */
double challenge_network_predict(const ChallengeNetwork *network, const ChallengeLearners *learners,
                                 gboolean train_only, double share, float *logits);
