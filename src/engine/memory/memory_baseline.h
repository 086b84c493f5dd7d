/* Baselines: the simple ways to predict recall that a memory model should beat, each learnt from and judged on the same
 * reviews as the model (memory_eval.h). */
#pragma once

#include "engine/memory/memory_eval.h"

typedef struct {
    const char *name;        /* "moving_average" */
    const char *about;       /* one line */
    MemoryPredictor predict; /* takes no data */
} MemoryBaseline;

/* average: the share recalled of the counted reviews it learns from.
 * moving_average: a logit that moves with each counted review in order of time, whichever card (srs-benchmark,
 *   MOVING-AVG).
 * hlr: half-life regression (Settles and Meeder 2016, ACL): recall 2^(-t/h), log2 of the half-life h linear in the
 * roots of how often the card was recalled and forgotten so far. sm2: recall 0.9^(t/i), with i the interval of SM-2
 * after the card's reviews so far (Wozniak 1990; srs-benchmark). fsrs6, fsrs7: the published weights. */
extern const MemoryBaseline memory_baselines[];
extern const guint memory_baselines_n;
