/* How well a memory model predicts a pack of reviews, and how that changes with every weight. Knows how the work is cut
 * up for threads; the formulas are in fsrs6_gradient.c and fsrs7_gradient.c. */
#pragma once

#include "engine/memory/review_pack.h"

enum { MEMORY_PAIRS_MOST = MEMORY_WEIGHTS_MOST * (MEMORY_WEIGHTS_MOST + 1) / 2 };

/* Sums over the counted reviews, with weight a, outcome y and predicted recall p. */
typedef struct {
    double loss;                           /* of -a (y ln p + (1-y) ln (1-p)) */
    double gradient[MEMORY_WEIGHTS_MOST];  /* of a (p-y) / (p (1-p)) dp/dw: the derivative of the loss */
    double information[MEMORY_PAIRS_MOST]; /* of a / (p (1-p)) dp/dw dp/dv: Fisher's expected information; the lower
                                              half, row after row: w >= v at w (w + 1) / 2 + v */
} MemorySums;

/* The sums over every `every`-th group of the pack, times `every`: 1 for all, more for a draft. The same for any number
 * of threads (at least 1) to the last bit, on one machine. */
void memory_gradient(const MemoryModel *model, const ReviewPack *pack, guint every, guint threads, MemorySums *sums);
