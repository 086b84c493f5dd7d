/* Each baseline as a predictor; half-life regression is the only one that has something to fit. */
#include "engine/memory/memory_baseline.h"

#include "engine/maths/cholesky.h"

#include <math.h>
#include <string.h>

static gboolean is_recalled(const ReviewLog *log, guint i)
{
    return log->reviews[i].rating > RATING_AGAIN;
}

static gboolean is_first(const ReviewLog *log, guint i)
{
    return i == log->first[log->reviews[i].card];
}

static gboolean average(const ReviewLog *train, const ReviewLog *log, double *p, gpointer data)
{
    double recalled = 0, n = 0;
    for (guint i = 0; i < train->n; i++) {
        if (!memory_eval_counts(train, i))
            continue;
        recalled += is_recalled(train, i);
        n++;
    }
    for (guint i = 0; i < log->n; i++)
        p[i] = recalled / n;
    return TRUE;
}

/* srs-benchmark, model_processors.py, moving_avg. */
#define MOVING_START 1.2 /* logit */
#define MOVING_STEP 0.3

static gboolean moving_average(const ReviewLog *train, const ReviewLog *log, double *p, gpointer data)
{
    guint n;
    g_autofree guint *order = memory_eval_by_time(log, &n);
    double logit = MOVING_START;
    for (guint i = 0; i < n; i++) {
        double share = 1 / (1 + exp(-logit));
        p[order[i]] = share;
        logit += MOVING_STEP * (is_recalled(log, order[i]) - share);
    }
    return TRUE;
}

/* --- half-life regression */

enum { HLR_WEIGHTS = 3, HLR_PAIRS = HLR_WEIGHTS * (HLR_WEIGHTS + 1) / 2, HLR_STEPS = 40 };
/* srs-benchmark, models/hlr.py: where fitting starts. */
static const double hlr_start[HLR_WEIGHTS] = { 2.5819, -0.8674, 2.7245 };
#define HLR_PENALTY 1e-5               /* of a squared weight; only keeps the equations solvable */
#define HLR_HALF_LIFE_LEAST (1.0 / 24) /* days; Settles and Meeder have a quarter of an hour and nine months */
#define HLR_HALF_LIFE_MOST MEMORY_STABILITY_MAX
#define HLR_CERTAINTY 1e-6
#define HLR_STEP_MOST 1.0

typedef struct {
    double features[HLR_WEIGHTS]; /* roots of the counts of recalled and forgotten so far, and 1 */
} Features;

static Features *features_of(const ReviewLog *log)
{
    Features *features = g_new(Features, log->n);
    double recalled = 0, forgotten = 0;
    for (guint i = 0; i < log->n; i++) {
        if (is_first(log, i))
            recalled = forgotten = 0;
        features[i] = (Features){ { sqrt(recalled), sqrt(forgotten), 1 } };
        recalled += is_recalled(log, i);
        forgotten += !is_recalled(log, i);
    }
    return features;
}

static double half_life(const double *weights, const Features *features)
{
    double exponent = 0;
    for (guint k = 0; k < HLR_WEIGHTS; k++)
        exponent += weights[k] * features->features[k];
    return CLAMP(exp2(exponent), HLR_HALF_LIFE_LEAST, HLR_HALF_LIFE_MOST);
}

static double hlr_recall(const double *weights, const Features *features, double days)
{
    return CLAMP(exp2(-days / half_life(weights, features)), HLR_CERTAINTY, 1 - HLR_CERTAINTY);
}

/* A step of Fisher scoring; FALSE when it hardly moves. */
static gboolean hlr_step(const ReviewLog *log, const Features *features, double *weights)
{
    double gradient[HLR_WEIGHTS] = { 0 }, information[HLR_PAIRS] = { 0 };
    for (guint k = 0; k < HLR_WEIGHTS; k++)
        *cholesky_entry(information, k, k) = HLR_PENALTY;
    for (guint i = 0; i < log->n; i++) {
        if (!memory_eval_counts(log, i))
            continue;
        double days = log->calendar[i];
        double p = hlr_recall(weights, &features[i], days);
        double slope = p * G_LN2 * G_LN2 * days / half_life(weights, &features[i]);
        for (guint k = 0; k < HLR_WEIGHTS; k++) {
            double by_weight = slope * features[i].features[k];
            gradient[k] += (is_recalled(log, i) - p) / (p * (1 - p)) * by_weight;
            for (guint l = 0; l <= k; l++)
                *cholesky_entry(information, k, l) += by_weight * slope * features[i].features[l] / (p * (1 - p));
        }
    }
    if (!cholesky_solve(information, gradient, HLR_WEIGHTS))
        return FALSE;
    double largest = 0;
    for (guint k = 0; k < HLR_WEIGHTS; k++) {
        double step = CLAMP(gradient[k], -HLR_STEP_MOST, HLR_STEP_MOST);
        weights[k] += step;
        largest = MAX(largest, fabs(step));
    }
    return largest > 1e-6;
}

static gboolean half_life_regression(const ReviewLog *train, const ReviewLog *log, double *p, gpointer data)
{
    double weights[HLR_WEIGHTS];
    memcpy(weights, hlr_start, sizeof weights);
    g_autofree Features *learnt = features_of(train);
    for (guint i = 0; i < HLR_STEPS && hlr_step(train, learnt, weights); i++)
        continue;
    g_autofree Features *features = features_of(log);
    for (guint i = 0; i < log->n; i++)
        p[i] = hlr_recall(weights, &features[i], log->calendar[i]);
    return TRUE;
}

/* --- SM-2 */

#define SM2_EASE_START 2.5
#define SM2_EASE_LEAST 1.3
#define SM2_RECALL 0.9 /* at the end of the interval: SM-2 does not say, srs-benchmark takes this */

typedef struct {
    double interval, ease; /* days */
    guint repetitions;
} Sm2;

static Sm2 sm2_next(Sm2 card, guint8 rating)
{
    double quality = rating + 1; /* of SM-2's 0 to 5; from 3 on it is recalled */
    if (rating == RATING_AGAIN)
        card.interval = 1;
    else
        card.interval = card.repetitions == 0 ? 1 : card.repetitions == 1 ? 6 : round(card.interval * card.ease);
    card.interval = MIN(card.interval, MEMORY_INTERVAL_MAX);
    card.repetitions = rating == RATING_AGAIN ? 0 : card.repetitions + 1;
    double change = 0.1 - (5 - quality) * (0.08 + (5 - quality) * 0.02);
    card.ease = MAX(card.ease + change, SM2_EASE_LEAST);
    return card;
}

static gboolean sm2(const ReviewLog *train, const ReviewLog *log, double *p, gpointer data)
{
    Sm2 card = { 0 };
    for (guint i = 0; i < log->n; i++) {
        if (is_first(log, i))
            card = (Sm2){ .ease = SM2_EASE_START };
        p[i] = is_first(log, i) ? NAN : pow(SM2_RECALL, log->calendar[i] / card.interval);
        card = sm2_next(card, log->reviews[i].rating);
    }
    return TRUE;
}

static gboolean published(MemoryAlgorithm algorithm, const ReviewLog *log, double *p)
{
    MemoryModel model = memory_model_default(algorithm);
    memory_eval_predict(&model, log, p);
    return TRUE;
}

static gboolean fsrs6(const ReviewLog *train, const ReviewLog *log, double *p, gpointer data)
{
    return published(MEMORY_FSRS6, log, p);
}

static gboolean fsrs7(const ReviewLog *train, const ReviewLog *log, double *p, gpointer data)
{
    return published(MEMORY_FSRS7, log, p);
}

const MemoryBaseline memory_baselines[] = {
    { "average", "share recalled", average },
    { "moving_average", "share recalled, moving", moving_average },
    { "hlr", "half-life regression", half_life_regression },
    { "sm2", "SM-2", sm2 },
    { "fsrs6_defaults", "FSRS-6, published weights", fsrs6 },
    { "fsrs7_defaults", "FSRS-7, published weights", fsrs7 },
};
const guint memory_baselines_n = G_N_ELEMENTS(memory_baselines);
