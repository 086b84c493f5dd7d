/* Challenge baselines: simpler ways to predict attempts, to stand beside engine/challenge/challenge_forecast.h. Each
 * learns from train attempts and predicts test ones; what goes on learning says so. */
#pragma once

#include "engine/challenge/attempt_log.h"

typedef struct {
    const char *name;  /* for programs */
    const char *about; /* for people, a few words */
    /* Fills `p` for every test attempt of a log that has train ones. */
    void (*predict)(const AttemptLog *log, double *p);
} ChallengeBaseline;

extern const ChallengeBaseline challenge_baselines[];
extern const guint challenge_baselines_n;
