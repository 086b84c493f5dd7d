/* Weights of FSRS-4.5 (17) and FSRS-5 (19) as weights of FSRS-6. Source: fsrs-rs v6.6.1, model.rs, and its test
 * test_convert_parameters. */
#pragma once

#include "engine/memory/memory.h"

enum { FSRS45_WEIGHTS = 17, FSRS5_WEIGHTS = 19 };

/* FALSE for another `n`. `weights` gets MEMORY_WEIGHTS_FSRS6, not clipped. */
gboolean fsrs6_from_older(const double *older, guint n, double *weights) G_GNUC_WARN_UNUSED_RESULT;
