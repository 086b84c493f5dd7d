/* Challenge blend: puts logits of several models together, and calibrates them, by a logistic regression on logits that
 * each model made for learners it had not seen (stacked generalisation; Wolpert 1992; with one model: Platt 1999). */
#pragma once

#include <glib.h>

enum { BLEND_MODELS_MOST = 3 };

typedef struct {
    guint n_models;
    double bias, weights[BLEND_MODELS_MOST];
} ChallengeBlend;

/* Of `n_models` (1 .. BLEND_MODELS_MOST) models for `n` attempts with scores in [0,1]. Where attempts are few it is
 * held to the weights `prior` (n_models). `loss` becomes the mean log loss; nan for n = 0. */
ChallengeBlend challenge_blend_fit(const float *const *logits, const double *prior, guint n_models, const float *scores,
                                   gsize n, double *loss);
double challenge_blend_logit(const ChallengeBlend *blend, const double *logits);
