/* FSRS-7: the formulas. A slow and a fast trace, each with a stability, and a difficulty; days are exact, and
 * practising again after minutes is nothing special. Used through engine/memory/memory.h.
 *
 * Source: open-spaced-repetition, fsrs-rs development branch (model_v7.rs) and ts-fsrs PR #520, September 2026. Weights
 * are numbered as published, w0..w33. */
#pragma once

#include "engine/memory/memory.h"

#define FSRS7_STABILITY_MIN 0.0001

extern const MemoryAlgorithmInfo fsrs7_info;

/* Clips `model->w` to its bounds. */
void fsrs7_prepare(MemoryModel *model);
MemoryState fsrs7_first(const MemoryModel *model, MemoryRating rating);
/* `state` may be anything finite. */
MemoryState fsrs7_next(const MemoryModel *model, MemoryState state, double days, MemoryRating rating);
double fsrs7_recall(const MemoryModel *model, MemoryState state, double days);
double fsrs7_interval(const MemoryModel *model, MemoryState state, double retention);
