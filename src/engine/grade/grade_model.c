/* Fitting: features first, then cues on top of them. */
#include "engine/grade/grade_model.h"

#include "engine/maths/logistic.h"
#include <math.h>

enum { FOLDS = 5 };

/* Chosen by cross-validation over the questions of the data that the shipped weights are made from, 10 to 300: the loss
 * is flat around it. Features are standardised. */
#define FEATURE_RIDGE 30.0
#define INTERCEPT_RIDGE 1e-3

/* How strongly cues may be held to 0; the last means that there are none. */
static const double cue_ridges[] = { 10, 30, 100, G_MAXDOUBLE };

struct GradeModel {
    GradeWeights weights;
    double cue_ridge;
    double cue_intercept;
    GHashTable *cues; /* id -> weight, both on the heap */
};

/* Examples chosen from all. */
typedef struct {
    const GradeExample **examples;
    guint n;
} Chosen;

GradeModel *grade_model_new(const GradeWeights *weights)
{
    GradeModel *model = g_new0(GradeModel, 1);
    model->weights = *weights;
    model->cue_ridge = G_MAXDOUBLE;
    model->cues = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    return model;
}

void grade_model_free(GradeModel *model)
{
    if (!model)
        return;
    g_hash_table_unref(model->cues);
    g_free(model);
}

const GradeWeights *grade_model_weights(const GradeModel *model)
{
    return &model->weights;
}

double grade_weights_margin(const GradeWeights *weights, const double features[FEATURES])
{
    double margin = weights->intercept;
    for (guint k = 0; k < FEATURES; k++) {
        const GradeWeight *weight = &weights->features[k];
        margin += weight->weight * (features[k] - weight->mean) / weight->scale;
    }
    return margin;
}

double grade_model_margin(const GradeModel *model, const AnswerReading *reading)
{
    double margin = grade_weights_margin(&model->weights, reading->features) + model->cue_intercept;
    if (g_hash_table_size(model->cues) == 0)
        return margin;
    for (guint i = 0; i < reading->cues->len; i++) {
        const double *weight = g_hash_table_lookup(model->cues, &g_array_index(reading->cues, Cue, i).id);
        margin += weight ? *weight : 0;
    }
    return margin;
}

/* --- features */

#define SCALE_LEAST 1e-6 /* a feature that hardly varies is not blown up */

static void standardise(GradeWeights *weights, Chosen chosen)
{
    for (guint k = 0; k < FEATURES; k++) {
        double sum = 0, squares = 0;
        for (guint i = 0; i < chosen.n; i++)
            sum += chosen.examples[i]->reading->features[k];
        double mean = sum / chosen.n;
        for (guint i = 0; i < chosen.n; i++) {
            double deviation = chosen.examples[i]->reading->features[k] - mean;
            squares += deviation * deviation;
        }
        double scale = sqrt(squares / chosen.n);
        weights->features[k] = (GradeWeight){ .mean = mean, .scale = scale > SCALE_LEAST ? scale : 1 };
    }
}

static void fit_features(GradeWeights *weights, Chosen chosen)
{
    enum { INTERCEPT = FEATURES, TERMS };
    standardise(weights, chosen);
    g_autofree LogisticTerm *terms = g_new(LogisticTerm, (gsize)chosen.n * TERMS);
    g_autofree LogisticRow *rows = g_new(LogisticRow, chosen.n);
    for (guint i = 0; i < chosen.n; i++) {
        LogisticTerm *own = terms + (gsize)i * TERMS;
        for (guint k = 0; k < FEATURES; k++) {
            const GradeWeight *weight = &weights->features[k];
            own[k] = (LogisticTerm){ k, (chosen.examples[i]->reading->features[k] - weight->mean) / weight->scale };
        }
        own[INTERCEPT] = (LogisticTerm){ INTERCEPT, 1 };
        rows[i] = (LogisticRow){ own, TERMS, 0, chosen.examples[i]->score };
    }

    double ridge[TERMS], fitted[TERMS] = { 0 };
    for (guint k = 0; k < FEATURES; k++)
        ridge[k] = FEATURE_RIDGE;
    ridge[INTERCEPT] = INTERCEPT_RIDGE;
    logistic_fit(rows, chosen.n, ridge, TERMS, fitted);
    for (guint k = 0; k < FEATURES; k++)
        weights->features[k].weight = fitted[k];
    weights->intercept = fitted[INTERCEPT];
}

/* --- cues */

/* Numbers for the cues of the examples, from 1 on; 0 is the intercept. */
static GHashTable *number_cues(Chosen chosen)
{
    GHashTable *numbers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    for (guint i = 0; i < chosen.n; i++) {
        const GArray *cues = chosen.examples[i]->reading->cues;
        for (guint j = 0; j < cues->len; j++) {
            const guint64 *id = &g_array_index(cues, Cue, j).id;
            if (!g_hash_table_contains(numbers, id))
                g_hash_table_insert(numbers, g_memdup2(id, sizeof *id),
                                    GUINT_TO_POINTER(g_hash_table_size(numbers) + 1));
        }
    }
    return numbers;
}

static LogisticRow cue_row(const GradeModel *model, const GradeExample *example, GHashTable *numbers, GPtrArray *owned)
{
    const GArray *cues = example->reading->cues;
    LogisticTerm *terms = g_new(LogisticTerm, cues->len + 1);
    g_ptr_array_add(owned, terms);
    terms[0] = (LogisticTerm){ 0, 1 };
    for (guint j = 0; j < cues->len; j++) {
        gpointer number = g_hash_table_lookup(numbers, &g_array_index(cues, Cue, j).id);
        terms[j + 1] = (LogisticTerm){ GPOINTER_TO_UINT(number), 1 };
    }
    double before = grade_weights_margin(&model->weights, example->reading->features);
    return (LogisticRow){ terms, cues->len + 1, before, example->score };
}

static void fit_cues(GradeModel *model, Chosen chosen, double ridge)
{
    model->cue_ridge = ridge;
    model->cue_intercept = 0;
    g_hash_table_remove_all(model->cues);
    if (ridge == G_MAXDOUBLE)
        return;
    g_autoptr(GHashTable) numbers = number_cues(chosen);
    guint n = g_hash_table_size(numbers) + 1;
    g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
    g_autofree LogisticRow *rows = g_new(LogisticRow, MAX(chosen.n, 1));
    for (guint i = 0; i < chosen.n; i++)
        rows[i] = cue_row(model, chosen.examples[i], numbers, owned);

    g_autofree double *ridges = g_new(double, n), *fitted = g_new0(double, n);
    ridges[0] = INTERCEPT_RIDGE;
    for (guint k = 1; k < n; k++)
        ridges[k] = ridge;
    logistic_fit(rows, chosen.n, ridges, n, fitted);

    model->cue_intercept = fitted[0];
    GHashTableIter iter;
    gpointer id, number;
    g_hash_table_iter_init(&iter, numbers);
    while (g_hash_table_iter_next(&iter, &id, &number))
        g_hash_table_insert(model->cues, g_memdup2(id, sizeof(guint64)),
                            g_memdup2(&fitted[GPOINTER_TO_UINT(number)], sizeof(double)));
}

/* --- the choice */

typedef enum { IN_FOLD, OUT_OF_FOLD } Side;

static Chosen choose(const GradeExample *examples, guint n, guint fold, Side side)
{
    Chosen chosen = { .examples = g_new(const GradeExample *, MAX(n, 1)) };
    for (guint i = 0; i < n; i++)
        if ((examples[i].question % FOLDS == fold) == (side == IN_FOLD))
            chosen.examples[chosen.n++] = &examples[i];
    return chosen;
}

static double loss_of(const GradeModel *model, Chosen chosen)
{
    double sum = 0;
    for (guint i = 0; i < chosen.n; i++) {
        double probability = logistic_probability(grade_model_margin(model, chosen.examples[i]->reading));
        double score = chosen.examples[i]->score;
        sum -= score * log(probability) + (1 - score) * log(1 - probability);
    }
    return sum;
}

/* Adds to `losses` what each ridge costs on the questions of one fold when fitted to the others. */
static void try_fold(const GradeExample *examples, guint n, guint fold, double losses[G_N_ELEMENTS(cue_ridges)])
{
    Chosen fitted = choose(examples, n, fold, OUT_OF_FOLD), judged = choose(examples, n, fold, IN_FOLD);
    if (fitted.n && judged.n) {
        const GradeWeights none = { 0 };
        g_autoptr(GradeModel) model = grade_model_new(&none);
        fit_features(&model->weights, fitted);
        for (guint i = 0; i < G_N_ELEMENTS(cue_ridges); i++) {
            fit_cues(model, fitted, cue_ridges[i]);
            losses[i] += loss_of(model, judged);
        }
    }
    g_free(fitted.examples);
    g_free(judged.examples);
}

static double choose_ridge(const GradeExample *examples, guint n)
{
    double losses[G_N_ELEMENTS(cue_ridges)] = { 0 };
    for (guint fold = 0; fold < FOLDS; fold++)
        try_fold(examples, n, fold, losses);
    guint best = G_N_ELEMENTS(cue_ridges) - 1;
    for (guint i = 0; i < G_N_ELEMENTS(cue_ridges); i++)
        if (losses[i] < losses[best])
            best = i;
    return cue_ridges[best];
}

static GradeModel *fit_with(const GradeExample *examples, guint n, double ridge)
{
    GradeWeights none = { 0 };
    for (guint k = 0; k < FEATURES; k++)
        none.features[k].scale = 1;
    GradeModel *model = grade_model_new(&none);
    g_autofree const GradeExample **all = g_new(const GradeExample *, MAX(n, 1));
    for (guint i = 0; i < n; i++)
        all[i] = &examples[i];
    if (n) {
        fit_features(&model->weights, (Chosen){ all, n });
        fit_cues(model, (Chosen){ all, n }, ridge);
    }
    return model;
}

GradeModel *grade_model_fit(const GradeExample *examples, guint n)
{
    return fit_with(examples, n, choose_ridge(examples, n));
}

GradeModel *grade_model_fit_like(const GradeModel *like, const GradeExample *examples, guint n)
{
    return fit_with(examples, n, like->cue_ridge);
}

/* --- calibration */

GradeCalibration grade_calibration_fit(const double *coverages, const double *margins, const double *scores, guint n)
{
    enum { INTERCEPT, COVERAGE, MARGIN, TERMS };
    g_autofree LogisticTerm *terms = g_new(LogisticTerm, (gsize)n * TERMS);
    g_autofree LogisticRow *rows = g_new(LogisticRow, MAX(n, 1));
    for (guint i = 0; i < n; i++) {
        LogisticTerm *own = terms + (gsize)i * TERMS;
        own[INTERCEPT] = (LogisticTerm){ INTERCEPT, 1 };
        own[COVERAGE] = (LogisticTerm){ COVERAGE, coverages[i] };
        own[MARGIN] = (LogisticTerm){ MARGIN, margins ? margins[i] : 0 };
        rows[i] = (LogisticRow){ own, TERMS, 0, scores[i] };
    }
    const double ridge[TERMS] = { INTERCEPT_RIDGE, INTERCEPT_RIDGE, INTERCEPT_RIDGE };
    double fitted[TERMS] = { 0 };
    logistic_fit(rows, n, ridge, TERMS, fitted);
    return (GradeCalibration){ fitted[INTERCEPT], fitted[COVERAGE], fitted[MARGIN] };
}

double grade_calibration_probability(const GradeCalibration *calibration, double coverage, double margin)
{
    return logistic_probability(calibration->intercept + calibration->coverage * coverage +
                                calibration->margin * margin);
}
