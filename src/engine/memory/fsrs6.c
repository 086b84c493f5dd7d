/* FSRS-6: knows the formulas; hides the order of clamps that makes states agree with the reference implementations. */
#include "engine/memory/fsrs6.h"

#include <math.h>

static const double defaults[MEMORY_WEIGHTS_FSRS6] = {
    0.212,  1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001,  1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
};

/* fsrs-rs 6.6.1, parameter_clipper.rs, without relearning steps. */
static const MemoryBound bounds[MEMORY_WEIGHTS_FSRS6] = {
    { 0.001, 100 },  { 0.001, 100 }, { 0.001, 100 }, { 0.001, 100 }, { 1, 10 },    { 0.001, 4 },    { 0.001, 4 },
    { 0.001, 0.75 }, { 0, 4.5 },     { 0, 0.8 },     { 0.001, 3.5 }, { 0.001, 5 }, { 0.001, 0.25 }, { 0.001, 0.9 },
    { 0, 4 },        { 0, 1 },       { 1, 6 },       { 0, 2 },       { 0, 2 },     { 0.01, 0.8 },   { 0.1, 0.8 },
};

const MemoryAlgorithmInfo fsrs6_info = {
    .name = "fsrs6",
    .n_weights = MEMORY_WEIGHTS_FSRS6,
    .defaults = defaults,
    .bounds = bounds,
};

#define DIFFICULTY_MIN 1.0
#define DIFFICULTY_MAX 10.0

/* The three weights of same-day reviews. All zero they stand for the model without short-term memory, the one case in
 * which w19 may lie under its bound. */
static gboolean long_term_only(const double *w)
{
    return w[17] == 0 && w[18] == 0 && w[19] == 0;
}

void fsrs6_prepare(MemoryModel *model)
{
    gboolean without_short_term = long_term_only(model->w);
    for (int i = 0; i < MEMORY_WEIGHTS_FSRS6; i++)
        model->w[i] = CLAMP(model->w[i], bounds[i].low, bounds[i].high);
    if (without_short_term)
        model->w[19] = 0;
    model->decay = -model->w[20];
    model->factor = pow(0.9, 1 / model->decay) - 1;
}

double fsrs6_recall(const MemoryModel *model, MemoryState state, double days)
{
    return pow(1 + model->factor * days / state.stability, model->decay);
}

double fsrs6_interval(const MemoryModel *model, MemoryState state, double retention)
{
    return state.stability / model->factor * (pow(retention, 1 / model->decay) - 1);
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
    double recall = fsrs6_recall(model, state, days);
    return rating == RATING_AGAIN ? stability_forgotten(model->w, state, recall)
                                  : stability_recalled(model->w, state, recall, rating);
}

MemoryState fsrs6_first(const MemoryModel *model, MemoryRating rating)
{
    return (MemoryState){
        .stability = CLAMP(model->w[rating - 1], FSRS6_STABILITY_MIN, MEMORY_STABILITY_MAX),
        .difficulty = CLAMP(difficulty_first(model, rating), DIFFICULTY_MIN, DIFFICULTY_MAX),
    };
}

MemoryState fsrs6_next(const MemoryModel *model, MemoryState state, double days, MemoryRating rating)
{
    MemoryState before = {
        .stability = CLAMP(state.stability, FSRS6_STABILITY_MIN, MEMORY_STABILITY_MAX),
        .difficulty = CLAMP(state.difficulty, DIFFICULTY_MIN, DIFFICULTY_MAX),
    };
    double stability = stability_next(model, before, days, rating);
    return (MemoryState){
        .stability = CLAMP(stability, FSRS6_STABILITY_MIN, MEMORY_STABILITY_MAX),
        .difficulty = difficulty_next(model, before.difficulty, rating),
    };
}
