/* Fitting an organisation's challenge model to its own attempts, in the background. */
#pragma once

#include "engine/challenge/challenge_weights.h"
#include "platform/jobs/jobs.h"

enum { CHALLENGE_FIT_LEAST = 200 /* attempts, before the first fit */ };

/* What it came to. */
typedef struct {
    ChallengeWeights weights; /* those in use now */
    gint64 n;        /* the newest attempts, that it was judged by; 0: there were too few, nothing was fitted */
    gboolean chosen; /* fitted weights came into use; they were no worse than those before */
    double log_loss, log_loss_before, log_loss_default, auc; /* on those */
} ChallengeFit;

/* Fits now, whether or not there is enough that is new. `by`: who does it, 0 the command line or the server. */
gboolean practice_fit_challenge(App *app, gint64 organisation_id, gint64 by, ChallengeFit *fit,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The jobs, each a JobFunction: one organisation's fit, and looking every hour for whom it is time. */
#define CHALLENGE_FIT_JOB "challenge-fit"
gboolean challenge_model_fit(App *app, const char *payload, GError **error);
gboolean challenge_model_watch(App *app, const char *payload, GError **error);
