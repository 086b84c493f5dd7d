/* FSRS-7 on many cards at once, with the derivatives of recall by all weights. The formulas and clamps are those of
 * engine/memory/fsrs7.h; derivatives are carried forward with the state. Used through engine/memory/memory_gradient.h.
 */
#pragma once

#include "engine/memory/memory_gradient.h"

/* Adds every `every`-th group from `first` to before `last` to `sums`; one function for each instruction set. */
void fsrs7_gradient_base(const MemoryModel *model, const ReviewPack *pack, guint first, guint last, guint every,
                         MemorySums *sums);
void fsrs7_gradient_v3(const MemoryModel *model, const ReviewPack *pack, guint first, guint last, guint every,
                       MemorySums *sums);
void fsrs7_gradient_v4(const MemoryModel *model, const ReviewPack *pack, guint first, guint last, guint every,
                       MemorySums *sums);
