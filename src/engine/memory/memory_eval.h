/* How good predictions of recall are, measured on a review log. Knows which reviews count and how predictions are
 * compared with what happened; what predicts is a function of the caller.
 *
 * Counted is a review a calendar day or more after the card's review before. It is recalled when rated Hard or better.
 */
#pragma once

#include "engine/memory/memory.h"
#include "engine/memory/review_log.h"

gboolean memory_eval_counts(const ReviewLog *log, guint i);

typedef struct {
    guint n;          /* counted reviews that were predicted */
    double log_loss;  /* natural logarithm; nan for n = 0 */
    double rmse_bins; /* root of the mean, over predictions, of the squared difference between mean prediction and
                         share recalled in their bin. Bins are of the gap in days, of the reviews so far and of the
                         lapses so far, each on a logarithmic scale (fsrs-rs v6.6.1, inference.rs, r_matrix_index) */
    double auc;       /* nan when all or none were recalled */
} MemoryMetrics;

/* `p` has log->n predictions; those that are not counted, or nan, are left out. */
MemoryMetrics memory_eval_metrics(const ReviewLog *log, const double *p);

/* The second of these metrics when bins count by the weights of their reviews; weight 0 leaves a review out. `weight`
 * has log->n, or is NULL. nan when nothing is left. */
double memory_eval_rmse_bins(const ReviewLog *log, const double *p, const double *weight);

/* Recall as `model` predicts it at every review from the card's reviews before; nan for a card's first. p has log->n.
 */
void memory_eval_predict(const MemoryModel *model, const ReviewLog *log, double *p);

/* Learns from `train`, then predicts each review of `log` from what came before it on its card; writes nan or anything
 * for those that are not counted. FALSE stops. */
typedef gboolean (*MemoryPredictor)(const ReviewLog *train, const ReviewLog *log, double *p, gpointer data);

/* Predictions of each review by what was learnt from those before it: counted reviews, in order of time, are cut into
 * folds + 1 equal parts (the first takes what is left over), and each part but the first is predicted by what was
 * learnt from all reviews before it began. The first part stays nan. Source: srs-benchmark, which takes scikit-learn's
 * TimeSeriesSplit. FALSE when the predictor stopped. */
gboolean memory_eval_folds(const ReviewLog *log, guint folds, MemoryPredictor predictor, gpointer data,
                           double *p) G_GNUC_WARN_UNUSED_RESULT;

/* Indices of the counted reviews in order of time, then of the log. `n` gets how many. Free with g_free. */
guint *memory_eval_by_time(const ReviewLog *log, guint *n);
