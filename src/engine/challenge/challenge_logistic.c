/* Challenge logistic: Newton's method. */
#include "engine/challenge/challenge_logistic.h"
#include "engine/maths/cholesky.h"
#include "engine/maths/odds.h"

#include <string.h>

enum { PARAMETERS = 1 + CHALLENGE_COLUMNS, CURVATURE_SIZE = PARAMETERS * (PARAMETERS + 1) / 2 };
enum { ROUNDS_MOST = 15, HALVINGS_MOST = 8, CURVATURE_ATTEMPTS = 30 * 1000 };
#define CONVERGED 1e-6       /* relative fall of the loss */
#define BIAS_STRENGTH 1e-3   /* of the penalty on the bias, relative to the weights' */
#define CURVATURE_LEAST 1e-6 /* where all scores are alike there is none */
#define LOGIT_MOST 30.0

static double dot(const ChallengeLogistic *model, const float columns[CHALLENGE_COLUMNS])
{
    double sum = model->bias;
    for (guint i = 0; i < CHALLENGE_COLUMNS; i++)
        sum += model->weights[i] * columns[i];
    return CLAMP(sum, -LOGIT_MOST, LOGIT_MOST);
}

double challenge_logistic_logit(const ChallengeLogistic *model, const ChallengeFeatures *features, guint attempt)
{
    float columns[CHALLENGE_COLUMNS];
    challenge_features_get(features, attempt, columns);
    return dot(model, columns);
}

static double penalty(const ChallengeLogistic *model, const ChallengeLogistic *prior, double strength,
                      double gradient[PARAMETERS])
{
    const double off = model->bias - prior->bias;
    double sum = BIAS_STRENGTH * off * off;
    if (gradient)
        gradient[0] += strength * BIAS_STRENGTH * off;
    for (guint i = 0; i < CHALLENGE_COLUMNS; i++) {
        const double distance = model->weights[i] - prior->weights[i];
        sum += distance * distance;
        if (gradient)
            gradient[1 + i] += strength * distance;
    }
    return strength / 2 * sum;
}

double challenge_logistic_loss(const ChallengeRows *rows, const ChallengeLogistic *model,
                               const ChallengeLogistic *prior, double strength, double gradient[PARAMETERS])
{
    double loss = 0;
    if (gradient)
        memset(gradient, 0, PARAMETERS * sizeof *gradient);
    for (guint row = 0; row < rows->n; row++) {
        float columns[CHALLENGE_COLUMNS];
        challenge_features_get(rows->features, rows->attempts[row], columns);
        const double logit = dot(model, columns), score = rows->log->attempts[rows->attempts[row]].score;
        loss += log1p(exp(-fabs(logit))) + MAX(logit, 0) - score * logit;
        if (!gradient)
            continue;
        const double slope = odds_sigmoid(logit) - score;
        gradient[0] += slope;
        for (guint i = 0; i < CHALLENGE_COLUMNS; i++)
            gradient[1 + i] += slope * columns[i];
    }
    return loss + penalty(model, prior, strength, gradient);
}

/* The second derivatives, from every so many attempts and scaled up to all; as cholesky.h wants them. */
static void take_curvature(const ChallengeRows *rows, const ChallengeLogistic *model, double strength,
                           double *curvature)
{
    const guint every = 1 + rows->n / CURVATURE_ATTEMPTS;
    memset(curvature, 0, CURVATURE_SIZE * sizeof *curvature);
    for (guint row = 0; row < rows->n; row += every) {
        float columns[PARAMETERS] = { 1 };
        challenge_features_get(rows->features, rows->attempts[row], columns + 1);
        const double p = odds_sigmoid(dot(model, columns + 1)), weight = p * (1 - p) * every;
        for (guint i = 0; i < PARAMETERS; i++) {
            const double scaled = weight * columns[i];
            double *line = cholesky_entry(curvature, i, 0);
            for (guint j = 0; j <= i; j++)
                line[j] += scaled * columns[j];
        }
    }
    for (guint i = 0; i < PARAMETERS; i++)
        *cholesky_entry(curvature, i, i) += i == 0 ? strength * BIAS_STRENGTH + CURVATURE_LEAST : strength;
}

static ChallengeLogistic moved(const ChallengeLogistic *model, const double step[PARAMETERS], double share)
{
    ChallengeLogistic next = *model;
    next.bias -= share * step[0];
    for (guint i = 0; i < CHALLENGE_COLUMNS; i++)
        next.weights[i] -= share * step[1 + i];
    return next;
}

/* Halves the step until the loss falls. FALSE when it does not. */
static gboolean descend(const ChallengeRows *rows, ChallengeLogistic *model, const ChallengeLogistic *prior,
                        double strength, const double step[PARAMETERS], double *loss, double gradient[PARAMETERS])
{
    double share = 1;
    for (guint halving = 0; halving < HALVINGS_MOST; halving++, share /= 2) {
        double slope[PARAMETERS];
        const ChallengeLogistic next = moved(model, step, share);
        const double after = challenge_logistic_loss(rows, &next, prior, strength, slope);
        if (!(after < *loss))
            continue;
        *model = next;
        *loss = after;
        memcpy(gradient, slope, sizeof slope);
        return TRUE;
    }
    return FALSE;
}

ChallengeLogistic challenge_logistic_fit(const ChallengeRows *rows, const ChallengeLogistic *prior, double strength)
{
    ChallengeLogistic model = *prior;
    g_autofree double *curvature = g_new(double, CURVATURE_SIZE);
    double gradient[PARAMETERS];
    double loss = challenge_logistic_loss(rows, &model, prior, strength, gradient);
    for (guint round = 0; round < ROUNDS_MOST; round++) {
        const double before = loss;
        double step[PARAMETERS];
        memcpy(step, gradient, sizeof step);
        take_curvature(rows, &model, strength, curvature);
        if (!cholesky_solve(curvature, step, PARAMETERS) ||
            !descend(rows, &model, prior, strength, step, &loss, gradient) || before - loss < CONVERGED * before)
            break;
    }
    return model;
}
