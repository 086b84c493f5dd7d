/* Metrics over bins that are an array, since they are logarithmic and so few. */
#include "engine/memory/memory_eval.h"

#include "engine/maths/by_time.h"
#include "engine/maths/stats.h"

#include <math.h>

/* fsrs-rs v6.6.1: each bin is this many times as wide as the one before. */
#define BIN_GAP 3.62
#define BIN_REVIEWS 1.89
#define BIN_LAPSES 1.73
enum { BINS_A_SCALE = 32 }; /* the last begins at 4e8 reviews of one card */

gboolean memory_eval_counts(const ReviewLog *log, guint i)
{
    return log->calendar[i] >= 1;
}

static gboolean is_recalled(const Review *review)
{
    return review->rating > RATING_AGAIN;
}

typedef struct {
    double predicted, recalled, n;
    double weight;
} Bin;

static guint scale_of(double value, double base)
{
    return MIN((guint)(log(value) / log(base)), BINS_A_SCALE - 1);
}

static guint bin_of(gint32 days, guint reviews, guint lapses)
{
    guint gap = scale_of(days, BIN_GAP);
    guint length = scale_of(reviews + 1, BIN_REVIEWS);
    guint lapse = lapses > 0 ? 1 + scale_of(lapses, BIN_LAPSES) : 0;
    return (gap * BINS_A_SCALE + length) * BINS_A_SCALE + lapse;
}

static double root_mean_square(const Bin *bins, guint n_bins)
{
    double sum = 0, weight = 0;
    for (guint i = 0; i < n_bins; i++) {
        if (bins[i].n == 0)
            continue;
        double difference = (bins[i].predicted - bins[i].recalled) / bins[i].n;
        sum += bins[i].weight * difference * difference;
        weight += bins[i].weight;
    }
    return sqrt(sum / weight);
}

double memory_eval_rmse_bins(const ReviewLog *log, const double *p, const double *weight)
{
    enum { BINS = BINS_A_SCALE * BINS_A_SCALE * (BINS_A_SCALE + 1) };
    g_autofree Bin *bins = g_new0(Bin, BINS);
    guint reviews = 0, lapses = 0;
    for (guint i = 0; i < log->n; i++) {
        const Review *review = &log->reviews[i];
        if (i == log->first[review->card])
            reviews = lapses = 0;
        if (!memory_eval_counts(log, i))
            continue;
        reviews++;
        double share = weight ? weight[i] : 1;
        if (!isnan(p[i]) && share > 0) {
            Bin *bin = &bins[bin_of(log->calendar[i], reviews, lapses)];
            bin->predicted += p[i];
            bin->recalled += is_recalled(review);
            bin->n++;
            bin->weight += share;
        }
        lapses += !is_recalled(review);
    }
    return root_mean_square(bins, BINS);
}

MemoryMetrics memory_eval_metrics(const ReviewLog *log, const double *p)
{
    g_autofree double *predicted = g_new(double, log->n);
    g_autofree double *recalled = g_new(double, log->n);
    guint n = 0;
    for (guint i = 0; i < log->n; i++) {
        if (!memory_eval_counts(log, i) || isnan(p[i]))
            continue;
        predicted[n] = p[i];
        recalled[n++] = is_recalled(&log->reviews[i]);
    }
    return (MemoryMetrics){
        .n = n,
        .log_loss = stats_log_loss(predicted, recalled, NULL, n),
        .rmse_bins = memory_eval_rmse_bins(log, p, NULL),
        .auc = stats_auc(predicted, recalled, n),
    };
}

void memory_eval_predict(const MemoryModel *model, const ReviewLog *log, double *p)
{
    MemoryState state = { 0 };
    for (guint i = 0; i < log->n; i++) {
        const Review *review = &log->reviews[i];
        gboolean is_first = i == log->first[review->card];
        if (is_first)
            state = (MemoryState){ 0 };
        double days = memory_gap(model, log->calendar[i], log->exact[i]);
        p[i] = is_first ? NAN : memory_recall(model, state, days);
        state = memory_next(model, state, days, review->rating);
    }
}

guint *memory_eval_by_time(const ReviewLog *log, guint *n)
{
    g_autofree guint *counted = g_new(guint, log->n);
    g_autofree double *time = g_new(double, log->n);
    *n = 0;
    for (guint i = 0; i < log->n; i++) {
        if (!memory_eval_counts(log, i))
            continue;
        counted[*n] = i;
        time[(*n)++] = log->reviews[i].time;
    }
    guint *order = by_time(time, *n);
    for (guint i = 0; i < *n; i++)
        order[i] = counted[order[i]];
    return order;
}

static ReviewLog *log_before(const ReviewLog *log, double time)
{
    Review *reviews = g_new(Review, log->n);
    guint n = 0;
    for (guint i = 0; i < log->n; i++)
        if (log->reviews[i].time < time)
            reviews[n++] = log->reviews[i];
    return review_log_take(reviews, n);
}

gboolean memory_eval_folds(const ReviewLog *log, guint folds, MemoryPredictor predictor, gpointer data, double *p)
{
    for (guint i = 0; i < log->n; i++)
        p[i] = NAN;
    guint n;
    g_autofree guint *order = memory_eval_by_time(log, &n);
    g_autofree double *predicted = g_new(double, log->n);
    guint part = n / (folds + 1);
    for (guint fold = 0; part > 0 && fold < folds; fold++) {
        guint begin = n - part * (folds - fold);
        g_autoptr(ReviewLog) train = log_before(log, log->reviews[order[begin]].time);
        if (!predictor(train, log, predicted, data))
            return FALSE;
        for (guint i = begin; i < begin + part; i++)
            p[order[i]] = predicted[order[i]];
    }
    return TRUE;
}
