/* What the vectorised models share: adding the loss of one step of a group, with its derivatives, to sums that are kept
 * lane by lane until the end. */
#pragma once

#include "engine/maths/lanes.h"
#include "engine/memory/memory_gradient.h"

typedef struct {
    Lanes loss;
    Lanes gradient[MEMORY_WEIGHTS_MOST];
    Lanes information[MEMORY_PAIRS_MOST];
} LaneSums;

/* No prediction is taken to be surer than this; it bounds what one surprise can weigh. */
#define GRADIENT_CERTAINTY 1e-9

/* `recall` is what was predicted, `by_weight` its derivatives by the `n` weights, `recalled` a mask of what happened.
 */
LANES_INLINE void gradient_sums_add(LaneSums *sums, Lanes recall, const Lanes *by_weight, guint n, LanesMask recalled,
                                    Lanes weight)
{
    Lanes p = lanes_clamp(recall, GRADIENT_CERTAINTY, 1 - GRADIENT_CERTAINTY);
    Lanes happened = lanes_select(recalled, p, 1 - p);
    sums->loss -= weight * lanes_log(happened);
    Lanes pull = weight / lanes_select(recalled, -p, 1 - p);
    Lanes certainty = weight / (p * (1 - p));
    Lanes *information = sums->information;
    for (guint i = 0; i < n; i++) {
        sums->gradient[i] += pull * by_weight[i];
        Lanes scaled = certainty * by_weight[i];
        for (guint j = 0; j <= i; j++)
            information[j] += scaled * by_weight[j];
        information += i + 1;
    }
}

LANES_INLINE void gradient_sums_end(const LaneSums *lanes, guint n, MemorySums *sums)
{
    sums->loss += lanes_sum(lanes->loss);
    for (guint i = 0; i < n; i++)
        sums->gradient[i] += lanes_sum(lanes->gradient[i]);
    for (guint i = 0; i < n * (n + 1) / 2; i++)
        sums->information[i] += lanes_sum(lanes->information[i]);
}
