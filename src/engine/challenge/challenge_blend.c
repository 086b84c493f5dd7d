/* Challenge blend: Newton's method in a few dimensions. */
#include "engine/challenge/challenge_blend.h"
#include "engine/maths/cholesky.h"
#include "engine/maths/odds.h"

enum { PARAMETERS_MOST = 1 + BLEND_MODELS_MOST, ROUNDS = 20 };
#define STRENGTH 200.0 /* of the penalty: what some thousand attempts say */
#define STEP_LEAST 1e-9
#define STEP_MOST 1.0

double challenge_blend_logit(const ChallengeBlend *blend, const double *logits)
{
    double sum = blend->bias;
    for (guint i = 0; i < blend->n_models; i++)
        sum += blend->weights[i] * logits[i];
    return sum;
}

typedef struct {
    double loss, gradient[PARAMETERS_MOST], curvature[PARAMETERS_MOST * (PARAMETERS_MOST + 1) / 2];
} Slope;

static void slope_add(Slope *slope, const ChallengeBlend *blend, const double *inputs, double score)
{
    const double logit = challenge_blend_logit(blend, inputs + 1), p = odds_sigmoid(logit), weight = p * (1 - p);
    slope->loss += log1p(exp(-fabs(logit))) + MAX(logit, 0) - score * logit;
    for (guint i = 0; i <= blend->n_models; i++) {
        slope->gradient[i] += (p - score) * inputs[i];
        for (guint j = 0; j <= i; j++)
            *cholesky_entry(slope->curvature, i, j) += weight * inputs[i] * inputs[j];
    }
}

static void slope_add_penalty(Slope *slope, const ChallengeBlend *blend, const double *prior)
{
    for (guint i = 0; i <= blend->n_models; i++) {
        const double value = i ? blend->weights[i - 1] - prior[i - 1] : blend->bias;
        slope->gradient[i] += STRENGTH * value;
        *cholesky_entry(slope->curvature, i, i) += STRENGTH;
    }
}

static Slope slope_at(const ChallengeBlend *blend, const float *const *logits, const double *prior, const float *scores,
                      gsize n)
{
    Slope slope = { 0 };
    for (gsize row = 0; row < n; row++) {
        double inputs[PARAMETERS_MOST] = { 1 };
        for (guint i = 0; i < blend->n_models; i++)
            inputs[1 + i] = logits[i][row];
        slope_add(&slope, blend, inputs, scores[row]);
    }
    slope.loss /= (double)n;
    slope_add_penalty(&slope, blend, prior);
    return slope;
}

ChallengeBlend challenge_blend_fit(const float *const *logits, const double *prior, guint n_models, const float *scores,
                                   gsize n, double *loss)
{
    g_assert(n_models >= 1 && n_models <= BLEND_MODELS_MOST);
    ChallengeBlend blend = { .n_models = n_models };
    for (guint i = 0; i < n_models; i++)
        blend.weights[i] = prior[i];
    for (guint round = 0; round < ROUNDS; round++) {
        Slope slope = slope_at(&blend, logits, prior, scores, n);
        double length = 0;
        if (!cholesky_solve(slope.curvature, slope.gradient, 1 + n_models))
            break;
        for (guint i = 0; i <= n_models; i++) {
            const double step = CLAMP(slope.gradient[i], -STEP_MOST, STEP_MOST);
            *(i ? &blend.weights[i - 1] : &blend.bias) -= step;
            length += fabs(step);
        }
        if (length < STEP_LEAST)
            break;
    }
    *loss = slope_at(&blend, logits, prior, scores, n).loss;
    return blend;
}
