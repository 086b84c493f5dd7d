/* FSRS-6: the formulas. One stability and a difficulty; days are whole, 0 is the same day. Used through
 * engine/memory/memory.h.
 *
 * Source: open-spaced-repetition, fsrs-rs v6.6.1 and ts-fsrs 5.4.2. Weights are named as published, w0..w20. */
#pragma once

#include "engine/memory/memory.h"

#define FSRS6_STABILITY_MIN 0.001

extern const MemoryAlgorithmInfo fsrs6_info;

/* Clips `model->w` to its bounds and derives the rest. */
void fsrs6_prepare(MemoryModel *model);
MemoryState fsrs6_first(const MemoryModel *model, MemoryRating rating);
/* `state` may be anything finite. */
MemoryState fsrs6_next(const MemoryModel *model, MemoryState state, double days, MemoryRating rating);
/* R(t,S) = (1 + F t/S)^d: 1 at t = 0 and 0.9 at t = S. */
double fsrs6_recall(const MemoryModel *model, MemoryState state, double days);
double fsrs6_interval(const MemoryModel *model, MemoryState state, double retention);
