/* Memory: knows the formulas of FSRS-6 and nothing else; hides the order of clamps that makes states agree with the
 * reference implementations. Names of weights follow the published description: w0..w20. */
#include "engine/memory.h"

#include <math.h>

static const double weights_default[MEMORY_WEIGHTS] = {
    0.212,  1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001,  1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
};

/* Bounds of fsrs-rs 6.6.1, parameter_clipper.rs, without relearning steps. */
static const struct {
    double low, high;
} bounds[MEMORY_WEIGHTS] = {
    { 0.001, 100 },  { 0.001, 100 }, { 0.001, 100 }, { 0.001, 100 }, { 1, 10 },    { 0.001, 4 },    { 0.001, 4 },
    { 0.001, 0.75 }, { 0, 4.5 },     { 0, 0.8 },     { 0.001, 3.5 }, { 0.001, 5 }, { 0.001, 0.25 }, { 0.001, 0.9 },
    { 0, 4 },        { 0, 1 },       { 1, 6 },       { 0, 2 },       { 0, 2 },     { 0.01, 0.8 },   { 0.1, 0.8 },
};

#define DIFFICULTY_MIN 1.0
#define DIFFICULTY_MAX 10.0
#define RETENTION_MIN 0.01
#define RETENTION_MAX 0.99

/* From these scores on an answer counts as right, and as fully right; between MEMORY_PASS and the first it is partly
 * right. */
#define SCORE_RIGHT 0.8
#define SCORE_FULLY_RIGHT 0.95
#define PACE_QUICK 0.5 /* of the exercise's usual time */
enum { CONFIDENCE_GUESS = 1, CONFIDENCE_SURE = 3 };

/* The three weights of same-day reviews. All zero they stand for the model without short-term memory, the one case in
 * which w19 may lie under its bound. */
static gboolean long_term_only(const double weights[MEMORY_WEIGHTS])
{
    return weights[17] == 0 && weights[18] == 0 && weights[19] == 0;
}

gboolean memory_model_init(MemoryModel *model, const double weights[MEMORY_WEIGHTS])
{
    for (int i = 0; i < MEMORY_WEIGHTS; i++)
        if (!isfinite(weights[i]))
            return FALSE;

    for (int i = 0; i < MEMORY_WEIGHTS; i++)
        model->w[i] = CLAMP(weights[i], bounds[i].low, bounds[i].high);
    if (long_term_only(weights))
        model->w[19] = 0;
    model->decay = -model->w[20];
    model->factor = pow(0.9, 1 / model->decay) - 1;
    return TRUE;
}

MemoryModel memory_model_default(void)
{
    MemoryModel model;
    gboolean finite = memory_model_init(&model, weights_default);
    g_assert(finite);
    return model;
}

double memory_retrievability(const MemoryModel *model, double days, double stability)
{
    if (!(stability > 0))
        return 0;
    if (!(days > 0))
        return 1;
    return pow(1 + model->factor * days / stability, model->decay);
}

double memory_interval(const MemoryModel *model, double stability, double retention)
{
    if (!(stability > 0))
        return 0;
    double wanted = CLAMP(retention, RETENTION_MIN, RETENTION_MAX);
    double days = stability / model->factor * (pow(wanted, 1 / model->decay) - 1);
    return MIN(days, MEMORY_INTERVAL_MAX);
}

/* Not clamped: the reversion of difficulty aims at this value for Easy as it is. */
static double difficulty_first(const MemoryModel *model, MemoryRating rating)
{
    return model->w[4] - exp(model->w[5] * (rating - 1)) + 1;
}

static double difficulty_next(const MemoryModel *model, double difficulty, MemoryRating rating)
{
    const double *w = model->w;
    double change = -w[6] * ((int)rating - 3);
    double damped = difficulty + change * (DIFFICULTY_MAX - difficulty) / 9;
    double reverted = w[7] * difficulty_first(model, RATING_EASY) + (1 - w[7]) * damped;
    return CLAMP(reverted, DIFFICULTY_MIN, DIFFICULTY_MAX);
}

static double stability_recalled(const double *w, MemoryState state, double recall, MemoryRating rating)
{
    double hard = rating == RATING_HARD ? w[15] : 1;
    double easy = rating == RATING_EASY ? w[16] : 1;
    return state.stability * (1 + exp(w[8]) * (11 - state.difficulty) * pow(state.stability, -w[9]) *
                                      expm1(w[10] * (1 - recall)) * hard * easy);
}

/* Forgetting never leaves more than a same-day Again would. */
static double stability_forgotten(const double *w, MemoryState state, double recall)
{
    double forgotten =
        w[11] * pow(state.difficulty, -w[12]) * (pow(state.stability + 1, w[13]) - 1) * exp(w[14] * (1 - recall));
    return MIN(forgotten, state.stability / exp(w[17] * w[18]));
}

static double stability_same_day(const double *w, double stability, MemoryRating rating)
{
    double growth = exp(w[17] * ((int)rating - 3 + w[18])) * pow(stability, -w[19]);
    return stability * (rating >= RATING_HARD ? MAX(growth, 1) : growth);
}

static double stability_next(const MemoryModel *model, MemoryState state, double days, MemoryRating rating)
{
    if (!(days >= 1))
        return stability_same_day(model->w, state.stability, rating);
    double recall = memory_retrievability(model, days, state.stability);
    return rating == RATING_AGAIN ? stability_forgotten(model->w, state, recall)
                                  : stability_recalled(model->w, state, recall, rating);
}

MemoryState memory_next(const MemoryModel *model, MemoryState state, double days, MemoryRating rating)
{
    MemoryRating rated = CLAMP(rating, RATING_AGAIN, RATING_EASY);
    if (!(state.stability > 0) || !isfinite(state.stability))
        return (MemoryState){
            .stability = CLAMP(model->w[rated - 1], MEMORY_STABILITY_MIN, MEMORY_STABILITY_MAX),
            .difficulty = CLAMP(difficulty_first(model, rated), DIFFICULTY_MIN, DIFFICULTY_MAX),
        };

    MemoryState before = {
        .stability = CLAMP(state.stability, MEMORY_STABILITY_MIN, MEMORY_STABILITY_MAX),
        .difficulty =
            isfinite(state.difficulty) ? CLAMP(state.difficulty, DIFFICULTY_MIN, DIFFICULTY_MAX) : model->w[4],
    };
    double stability = stability_next(model, before, days, rated);
    return (MemoryState){
        .stability = CLAMP(stability, MEMORY_STABILITY_MIN, MEMORY_STABILITY_MAX),
        .difficulty = difficulty_next(model, before.difficulty, rated),
    };
}

MemoryRating memory_rating(double score, int confidence, double pace)
{
    if (!(score >= MEMORY_PASS))
        return RATING_AGAIN;
    if (confidence == CONFIDENCE_GUESS || score < SCORE_RIGHT)
        return RATING_HARD;
    gboolean quick = pace > 0 && pace < PACE_QUICK;
    if (score >= SCORE_FULLY_RIGHT && confidence >= CONFIDENCE_SURE && quick)
        return RATING_EASY;
    return RATING_GOOD;
}
