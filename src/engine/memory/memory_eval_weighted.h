/* The metrics as `evaluate` of fsrs-rs reports them, so that its published numbers can be compared with ours. They are
 * not what one would expect of a log loss: cards whose first gap is rare for their first rating are left out, and the
 * rest is weighted by its place in a list in which the reviews after first gaps come before all others. */
#pragma once

#include "engine/memory/memory_eval.h"

/* Of predictions `p` for each review of the log. `auc` is not part of them: nan. Source: fsrs-rs v6.6.1, training.rs
 * (evaluate) and dataset.rs (filter_outlier, prepare_training_data, recency weights). */
MemoryMetrics memory_eval_weighted(const ReviewLog *log, const double *p);
