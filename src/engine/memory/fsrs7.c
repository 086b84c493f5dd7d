/* FSRS-7: knows the formulas; hides how the mixed forgetting curve is inverted. */
#include "engine/memory/fsrs7.h"

#include <math.h>

static const double defaults[MEMORY_WEIGHTS_FSRS7] = {
    0.1104, 2.2395, 3.9221, 11.7841, 6.1686, 0.6457, 3.6807,         /* first states, difficulty */
    1.9795, 0,      1.3826, 0.7024,  0.5999, 0.8146, 0.6398, 1,      /* slow trace */
    1.3207, 0.6707, 3.8668, 0.4416,  0.0934, 1.8631, 0.6162, 1.0869, /* fast trace */
    0.1567, 0.0801, 0.2421, 0.9464,  0.1433, 0.7145, 0,      0.5667, 0.3734, 0.5333, 0.3048, /* forgetting */
};

/* parameter_clipper_v7.rs. w1..w3 are also at least the weight before, and w26 at least w25. */
static const MemoryBound bounds[MEMORY_WEIGHTS_FSRS7] = {
    { 1e-4, 50 }, { 1e-4, 100 }, { 1e-4, 100 },  { 1e-4, 100 },  { 1, 10 },      { 0.001, 4 },  { 0.1, 4 },
    { 0, 4 },     { 0, 1.2 },    { 0.3, 3 },     { 0.01, 1.5 },  { 0.1, 1 },     { 0, 3.5 },    { 0, 1 },
    { 1, 7 },     { 0, 4 },      { 0, 2 },       { 0.5, 6 },     { 0.001, 1.5 }, { 0.001, 1 },  { 0, 5 },
    { 0, 1 },     { 1, 7 },      { 0.01, 0.25 }, { 0.01, 0.95 }, { 0.2, 0.85 },  { 0.5, 0.99 }, { 0.01, 1 },
    { 0.1, 1 },   { 0, 0.9 },    { 0.1, 1.1 },   { 0, 1 },       { 0, 0.6 },     { 0, 0.6 },
};

const MemoryAlgorithmInfo fsrs7_info = {
    .name = "fsrs7",
    .n_weights = MEMORY_WEIGHTS_FSRS7,
    .defaults = defaults,
    .bounds = bounds,
};

enum { SLOW = 7, FAST = 15 }; /* where the eight weights of a trace begin */

#define DIFFICULTY_MIN 1.0
#define DIFFICULTY_MAX 10.0
#define DIFFICULTY_REVERSION 0.01
#define FAST_SHARE 0.8 /* of the slow trace: the fast one at first, and at most after forgetting */
#define DECAY_MIN 0.01
#define DECAY_MAX 0.95
#define FACTOR_EXPONENT_MAX 60.0
#define RECALL_EDGE 1e-5 /* the curve runs between this and 1 minus it */

#define INTERVAL_MIN 1e-9    /* days; the shortest interval that is looked for */
#define RETENTION_NOW 0.9999 /* from here on the answer is: at once */
enum { NEWTON_STEPS = 7, BISECTIONS = 60 };
#define NEWTON_STEP_MAX 4.0 /* in ln t */
#define NEWTON_TOLERANCE 1e-3

void fsrs7_prepare(MemoryModel *model)
{
    double *w = model->w;
    for (int i = 0; i < MEMORY_WEIGHTS_FSRS7; i++)
        w[i] = CLAMP(w[i], bounds[i].low, bounds[i].high);
    for (int i = 1; i <= 3; i++)
        w[i] = MAX(w[i], w[i - 1]);
    w[26] = MAX(w[26], w[25]);
}

static double stability_bounded(double stability)
{
    return CLAMP(stability, FSRS7_STABILITY_MIN, MEMORY_STABILITY_MAX);
}

/* Not clamped: the reversion of difficulty aims at this value for Easy as it is. */
static double difficulty_first(const double *w, MemoryRating rating)
{
    return w[4] - exp(w[5] * (rating - 1)) + 1;
}

/* One trace: (1 + factor t / stability)^decay. */
typedef struct {
    double stability, decay, factor, share;
} Trace;

static void traces_of(const double *w, MemoryState state, Trace *fast, Trace *slow)
{
    *fast =
        (Trace){ .stability = state.fast, .decay = -CLAMP(w[23] * pow(state.fast, w[33] - 0.3), DECAY_MIN, DECAY_MAX) };
    fast->factor = expm1(MIN(log(w[25]) / fast->decay, FACTOR_EXPONENT_MAX));
    fast->share = w[27] * pow(state.fast, -w[29]);

    *slow = (Trace){ .stability = state.stability, .decay = -CLAMP(w[24], DECAY_MIN, DECAY_MAX) };
    slow->factor = (pow(w[26], 1 / slow->decay) - 1) * exp((state.difficulty - 5) * (w[32] - 0.3));
    slow->share = w[28] * pow(state.stability, w[30]) * exp((state.difficulty - 5) * (w[31] - 0.5));
}

static double trace_recall(const Trace *trace, double days)
{
    return pow(1 + trace->factor * days / trace->stability, trace->decay);
}

static double mixed(const Trace *fast, double recall_fast, const Trace *slow, double recall_slow)
{
    double mean = (fast->share * recall_fast + slow->share * recall_slow) / (fast->share + slow->share);
    return mean * (1 - 2 * RECALL_EDGE) + RECALL_EDGE;
}

double fsrs7_recall(const MemoryModel *model, MemoryState state, double days)
{
    Trace fast, slow;
    traces_of(model->w, state, &fast, &slow);
    return mixed(&fast, trace_recall(&fast, days), &slow, trace_recall(&slow, days));
}

/* The next stability of a trace whose weights begin at `w`, recalled with probability `recall`. */
static double trace_next(const double *w, double stability, double recall, double difficulty, MemoryRating rating)
{
    double forgotten = MIN(stability, w[3] * (pow(stability + 1, w[4]) - 1) * exp((1 - recall) * w[5]));
    if (rating == RATING_AGAIN)
        return forgotten;
    double hard = rating == RATING_HARD ? w[6] : 1;
    double easy = rating == RATING_EASY ? w[7] : 1;
    double recalled = stability * (1 + exp(w[0] - 1.5) * (11 - difficulty) * pow(stability, -w[1]) *
                                           expm1((1 - recall) * w[2]) * hard * easy);
    return MAX(forgotten, recalled);
}

static double difficulty_next(const double *w, double difficulty, double recall, MemoryRating rating)
{
    double change = -w[6] * ((int)rating - 3) * (rating == RATING_AGAIN ? recall + 0.1 : 1);
    double damped = difficulty + change * (DIFFICULTY_MAX - difficulty) / 9;
    double reverted = DIFFICULTY_REVERSION * difficulty_first(w, RATING_EASY) + (1 - DIFFICULTY_REVERSION) * damped;
    return CLAMP(reverted, DIFFICULTY_MIN, DIFFICULTY_MAX);
}

MemoryState fsrs7_first(const MemoryModel *model, MemoryRating rating)
{
    double stability = model->w[rating - 1];
    return (MemoryState){
        .stability = stability_bounded(stability),
        .fast = stability_bounded(FAST_SHARE * stability),
        .difficulty = CLAMP(difficulty_first(model->w, rating), DIFFICULTY_MIN, DIFFICULTY_MAX),
    };
}

MemoryState fsrs7_next(const MemoryModel *model, MemoryState state, double days, MemoryRating rating)
{
    const double *w = model->w;
    MemoryState before = {
        .stability = stability_bounded(state.stability),
        .fast = stability_bounded(state.fast),
        .difficulty = CLAMP(state.difficulty, DIFFICULTY_MIN, DIFFICULTY_MAX),
    };
    Trace fast, slow;
    traces_of(w, before, &fast, &slow);
    double recall_fast = trace_recall(&fast, days);
    double recall = mixed(&fast, recall_fast, &slow, trace_recall(&slow, days));

    double next_slow = stability_bounded(trace_next(w + SLOW, before.stability, recall, before.difficulty, rating));
    double next_fast = trace_next(w + FAST, before.fast, recall_fast, before.difficulty, rating);
    if (rating == RATING_AGAIN)
        next_fast = MIN(next_fast, FAST_SHARE * next_slow);
    return (MemoryState){
        .stability = next_slow,
        .fast = stability_bounded(next_fast),
        .difficulty = difficulty_next(w, before.difficulty, recall, rating),
    };
}

/* d recall / d ln t. */
static double slope(const Trace *trace, double days)
{
    double x = trace->factor * days / trace->stability;
    return trace->decay * pow(1 + x, trace->decay - 1) * x;
}

/* Newton's method in ln t, where the curve is smooth over its eight decades; NAN when it did not settle. */
static double newton(const Trace *fast, const Trace *slow, double start, double retention)
{
    double low = log(INTERVAL_MIN), high = log(MEMORY_INTERVAL_MAX), at = CLAMP(log(start), low, high);
    for (int i = 0; i < NEWTON_STEPS; i++) {
        double days = exp(at);
        double excess = mixed(fast, trace_recall(fast, days), slow, trace_recall(slow, days)) - retention;
        double rise = (1 - 2 * RECALL_EDGE) * (fast->share * slope(fast, days) + slow->share * slope(slow, days)) /
                      (fast->share + slow->share);
        if (!(rise < 0))
            return NAN;
        at = CLAMP(at - CLAMP(excess / rise, -NEWTON_STEP_MAX, NEWTON_STEP_MAX), low, high);
    }
    double days = exp(at);
    double excess = mixed(fast, trace_recall(fast, days), slow, trace_recall(slow, days)) - retention;
    return fabs(excess) <= NEWTON_TOLERANCE ? days : NAN;
}

static double bisect(const Trace *fast, const Trace *slow, double retention)
{
    double low = log(INTERVAL_MIN), high = log(MEMORY_INTERVAL_MAX);
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = (low + high) / 2, days = exp(middle);
        if (mixed(fast, trace_recall(fast, days), slow, trace_recall(slow, days)) > retention)
            low = middle;
        else
            high = middle;
    }
    return exp(high);
}

double fsrs7_interval(const MemoryModel *model, MemoryState state, double retention)
{
    if (retention >= RETENTION_NOW)
        return 0;
    MemoryState bounded = {
        .stability = stability_bounded(state.stability),
        .fast = stability_bounded(state.fast),
        .difficulty = CLAMP(state.difficulty, DIFFICULTY_MIN, DIFFICULTY_MAX),
    };
    Trace fast, slow;
    traces_of(model->w, bounded, &fast, &slow);
    double days = newton(&fast, &slow, MAX(bounded.stability, bounded.fast), retention);
    return isfinite(days) ? days : bisect(&fast, &slow, retention);
}
