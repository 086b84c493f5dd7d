/* Older versions had a fixed curve of forgetting, and the first of them no memory of the same day. */
#include "engine/memory/fsrs6_older.h"

#include <math.h>
#include <string.h>

#define DECAY 0.5 /* of both, as w20 */

gboolean fsrs6_from_older(const double *older, guint n, double *weights)
{
    if (n != FSRS45_WEIGHTS && n != FSRS5_WEIGHTS)
        return FALSE;
    memset(weights, 0, MEMORY_WEIGHTS_FSRS6 * sizeof *weights);
    memcpy(weights, older, n * sizeof *weights);
    weights[20] = DECAY;
    if (n == FSRS5_WEIGHTS)
        return TRUE;
    weights[4] = older[4] + 2 * older[5];
    weights[5] = log(3 * older[5] + 1) / 3;
    weights[6] = older[6] + 0.5;
    return TRUE;
}
