/* Fitting a memory model to a review log: the weights under which what happened was most probable, held near the
 * published ones (and near those of the fit before) as long as reviews are few. Knows what is counted and how it is
 * weighted; hides the optimiser and the threads.
 *
 * Pure: the same log, wish and model before give the same weights to the last bit, for any number of threads. Threads
 * are used during the call and gone after it. */
#pragma once

#include "engine/memory/memory.h"
#include "engine/memory/review_log.h"

/* Evaluated are reviews a calendar day or more after the card's review before; this is what `n` counts. With fewer than
 * this many the weights stay those of the model before, or the published ones. */
enum { MEMORY_FIT_LEAST = 16 };

typedef struct {
    MemoryAlgorithm algorithm;
    const MemoryModel *previous; /* the fit before, which a new one moves little from; NULL: none. Another algorithm's
                                    is not looked at */
    guint threads;               /* at most so many; 0 counts as 1 */
    gboolean (*go_on)(double share, gpointer data); /* NULL, or: told what share in [0,1] is done, from the thread of
                                                       the caller; FALSE stops */
    gpointer data;
} MemoryFitWish;

typedef struct {
    MemoryModel model;
    guint n;                         /* counted reviews */
    double log_loss, rmse_bins, auc; /* of the fitted model on the counted reviews, unweighted; nan for n = 0 */
    double log_loss_default;         /* the same of the published weights */
} MemoryFit;

/* How good a model is on a log. */
void memory_fit_judge(const ReviewLog *log, const MemoryModel *model, MemoryFit *fit);

/* The weights alone. FALSE when `go_on` stopped it; `model` is then left alone. */
gboolean memory_fit_model(const ReviewLog *log, const MemoryFitWish *wish,
                          MemoryModel *model) G_GNUC_WARN_UNUSED_RESULT;

/* Both: the weights, and how good they are. FALSE when `go_on` stopped it; `fit` is then left alone. */
gboolean memory_fit(const ReviewLog *log, const MemoryFitWish *wish, MemoryFit *fit) G_GNUC_WARN_UNUSED_RESULT;
