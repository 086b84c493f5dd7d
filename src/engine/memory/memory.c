/* Memory: knows which algorithms there are and how an attempt becomes a rating; hides what makes their input safe. */
#include "engine/memory/memory.h"
#include "engine/memory/fsrs6.h"
#include "engine/memory/fsrs7.h"

#include <math.h>
#include <string.h>

typedef struct {
    const MemoryAlgorithmInfo *info;
    void (*prepare)(MemoryModel *model);
    MemoryState (*first)(const MemoryModel *model, MemoryRating rating);
    MemoryState (*next)(const MemoryModel *model, MemoryState state, double days, MemoryRating rating);
    double (*recall)(const MemoryModel *model, MemoryState state, double days);
    double (*interval)(const MemoryModel *model, MemoryState state, double retention);
} Algorithm;

static const Algorithm algorithms[MEMORY_ALGORITHMS] = {
    [MEMORY_FSRS6] = { &fsrs6_info, fsrs6_prepare, fsrs6_first, fsrs6_next, fsrs6_recall, fsrs6_interval },
    [MEMORY_FSRS7] = { &fsrs7_info, fsrs7_prepare, fsrs7_first, fsrs7_next, fsrs7_recall, fsrs7_interval },
};

#define RETENTION_MIN 0.01
#define RETENTION_MAX 0.99
#define RETENTION_LASTS 0.9

/* From these scores on an answer counts as right, and as fully right; between MEMORY_PASS and the first it is partly
 * right. */
#define SCORE_RIGHT 0.8
#define SCORE_FULLY_RIGHT 0.95
#define PACE_QUICK 0.5 /* of the exercise's usual time */
enum { CONFIDENCE_GUESS = 1, CONFIDENCE_SURE = 3 };

const MemoryAlgorithmInfo *memory_algorithm_info(MemoryAlgorithm algorithm)
{
    return algorithms[algorithm].info;
}

gboolean memory_algorithm_named(const char *name, MemoryAlgorithm *algorithm)
{
    for (int i = 0; i < MEMORY_ALGORITHMS; i++) {
        if (!g_str_equal(name, algorithms[i].info->name))
            continue;
        *algorithm = (MemoryAlgorithm)i;
        return TRUE;
    }
    return FALSE;
}

static gboolean init(MemoryModel *model, MemoryAlgorithm algorithm, const double *weights)
{
    const Algorithm *chosen = &algorithms[algorithm];
    for (guint i = 0; i < chosen->info->n_weights; i++)
        if (!isfinite(weights[i]))
            return FALSE;
    *model = (MemoryModel){ .algorithm = algorithm };
    memcpy(model->w, weights, chosen->info->n_weights * sizeof *weights);
    chosen->prepare(model);
    return TRUE;
}

gboolean memory_model_init(MemoryModel *model, const double *weights, guint n)
{
    for (int i = 0; i < MEMORY_ALGORITHMS; i++)
        if (algorithms[i].info->n_weights == n)
            return init(model, (MemoryAlgorithm)i, weights);
    return FALSE;
}

MemoryModel memory_model_default(MemoryAlgorithm algorithm)
{
    MemoryModel model;
    gboolean finite = init(&model, algorithm, algorithms[algorithm].info->defaults);
    g_assert(finite);
    return model;
}

double memory_gap(const MemoryModel *model, double calendar, double exact)
{
    return model->algorithm == MEMORY_FSRS6 ? calendar : exact;
}

static gboolean is_new(MemoryState state)
{
    return !(state.stability > 0) || !isfinite(state.stability);
}

double memory_recall(const MemoryModel *model, MemoryState state, double days)
{
    if (is_new(state))
        return 0;
    return algorithms[model->algorithm].recall(model, state, days > 0 ? days : 0);
}

double memory_interval(const MemoryModel *model, MemoryState state, double retention)
{
    if (is_new(state))
        return 0;
    double wanted = CLAMP(retention, RETENTION_MIN, RETENTION_MAX);
    return MIN(algorithms[model->algorithm].interval(model, state, wanted), MEMORY_INTERVAL_MAX);
}

double memory_lasts(const MemoryModel *model, MemoryState state)
{
    return memory_interval(model, state, RETENTION_LASTS);
}

MemoryState memory_next(const MemoryModel *model, MemoryState state, double days, MemoryRating rating)
{
    MemoryRating rated = CLAMP(rating, RATING_AGAIN, RATING_EASY);
    const Algorithm *algorithm = &algorithms[model->algorithm];
    if (is_new(state))
        return algorithm->first(model, rated);
    if (!isfinite(state.difficulty))
        state.difficulty = model->w[4];
    if (!isfinite(state.fast))
        state.fast = state.stability;
    return algorithm->next(model, state, days > 0 ? days : 0, rated);
}

/* How much each part of an interval may be spread. */
static const struct {
    double from, to, share;
} fuzz_parts[] = { { 2.5, 7, 0.15 }, { 7, 20, 0.10 }, { 20, INFINITY, 0.05 } };
#define FUZZ_FROM 2.5 /* days; shorter intervals are only rounded */

MemoryFuzz memory_fuzz_range(double interval, double elapsed)
{
    double wanted = isfinite(interval) ? CLAMP(interval, 0, MEMORY_INTERVAL_MAX) : 0;
    if (wanted < FUZZ_FROM) {
        int days = MAX(1, (int)round(wanted));
        return (MemoryFuzz){ days, days };
    }
    double delta = 1;
    for (gsize i = 0; i < G_N_ELEMENTS(fuzz_parts); i++)
        delta += fuzz_parts[i].share * MAX(0, MIN(wanted, fuzz_parts[i].to) - fuzz_parts[i].from);
    int most = (int)MIN(round(wanted + delta), MEMORY_INTERVAL_MAX);
    int least = MAX(2, (int)round(wanted - delta));
    if (wanted > elapsed)
        least = MAX(least, (int)elapsed + 1);
    return (MemoryFuzz){ MIN(least, most), most };
}

double memory_fuzzed(double interval, double elapsed, double chance)
{
    MemoryFuzz range = memory_fuzz_range(interval, elapsed);
    double drawn = floor(CLAMP(chance, 0, 1) * (range.most - range.least + 1) + range.least);
    return MIN(drawn, range.most);
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
