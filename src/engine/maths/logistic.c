/* Rows are turned into columns once; margins are kept up to date with each step. */
#include "engine/maths/logistic.h"

#include <math.h>

enum { SWEEPS_MOST = 200 };
#define STEP_LEAST 1e-4 /* of the largest step in a sweep: then it has converged */
/* A curvature that is taken for smaller than it is would make a step too long. */
#define VARIANCE_LEAST 0.05
#define MARGIN_MOST 35.0 /* beyond it e^m is lost beside 1 in a double */

typedef struct {
    gsize row;
    double value;
} Entry;

/* Entries of all columns, one after the other. */
typedef struct {
    Entry *entries;
    gsize *from; /* by feature, and one more for the end */
} Columns;

static void columns_clear(Columns *columns)
{
    g_clear_pointer(&columns->entries, g_free);
    g_clear_pointer(&columns->from, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Columns, columns_clear)

static void read_columns(Columns *columns, const LogisticRow *rows, gsize n, guint n_features)
{
    columns->from = g_new0(gsize, n_features + 1);
    for (gsize i = 0; i < n; i++)
        for (guint j = 0; j < rows[i].n_terms; j++)
            columns->from[rows[i].terms[j].feature + 1]++;
    for (guint k = 0; k < n_features; k++)
        columns->from[k + 1] += columns->from[k];

    columns->entries = g_new(Entry, MAX(columns->from[n_features], 1));
    g_autofree gsize *next = g_memdup2(columns->from, (n_features + 1) * sizeof(gsize));
    for (gsize i = 0; i < n; i++)
        for (guint j = 0; j < rows[i].n_terms; j++)
            columns->entries[next[rows[i].terms[j].feature]++] = (Entry){ i, rows[i].terms[j].value };
}

double logistic_probability(double margin)
{
    return 1 / (1 + exp(-CLAMP(margin, -MARGIN_MOST, MARGIN_MOST)));
}

double logistic_margin(const LogisticRow *row, const double *weights)
{
    double margin = row->offset;
    for (guint j = 0; j < row->n_terms; j++)
        margin += weights[row->terms[j].feature] * row->terms[j].value;
    return margin;
}

/* The Newton step along one weight. */
static double step_of(const Entry *entries, gsize n, const LogisticRow *rows, const double *margins, double weight,
                      double ridge)
{
    double slope = -ridge * weight, curvature = ridge;
    for (gsize i = 0; i < n; i++) {
        double value = entries[i].value, probability = logistic_probability(margins[entries[i].row]);
        slope += (rows[entries[i].row].target - probability) * value;
        curvature += MAX(probability * (1 - probability), VARIANCE_LEAST) * value * value;
    }
    return slope / curvature;
}

static double sweep(const Columns *columns, const LogisticRow *rows, const double *ridge, guint n_features,
                    double *weights, double *margins)
{
    double longest = 0;
    for (guint k = 0; k < n_features; k++) {
        const Entry *entries = columns->entries + columns->from[k];
        gsize n = columns->from[k + 1] - columns->from[k];
        double step = step_of(entries, n, rows, margins, weights[k], ridge[k]);
        weights[k] += step;
        for (gsize i = 0; i < n; i++)
            margins[entries[i].row] += step * entries[i].value;
        longest = MAX(longest, fabs(step));
    }
    return longest;
}

void logistic_fit(const LogisticRow *rows, gsize n, const double *ridge, guint n_features, double *weights)
{
    g_auto(Columns) columns = { 0 };
    read_columns(&columns, rows, n, n_features);
    g_autofree double *margins = g_new(double, MAX(n, 1));
    for (gsize i = 0; i < n; i++)
        margins[i] = logistic_margin(&rows[i], weights);
    for (int i = 0; i < SWEEPS_MOST; i++)
        if (sweep(&columns, rows, ridge, n_features, weights, margins) < STEP_LEAST)
            return;
}
