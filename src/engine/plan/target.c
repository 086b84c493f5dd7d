/* Target: see target.h. Knows what discourages and what is comfortable. */
#include "engine/plan/target.h"

#include <math.h>

#define TARGET 0.84
#define SHIFT 0.5        /* of the target for each unit that the recent mean score is away from it */
#define SCORE_PASSED 0.5 /* under it an attempt failed */
#define FLOOR_MAX 0.9
enum { RECENT_MOST = 8, RECENT_FEWEST = 3, DISCOURAGED_RUN = 3 };

/* Several failures in a row at the end: the next exercise should be one that works. */
static gboolean discouraged(const double *recent, gsize n)
{
    for (gsize i = n - DISCOURAGED_RUN; i < n; i++)
        if (recent[i] >= SCORE_PASSED)
            return FALSE;
    return TRUE;
}

static double after(const double *recent, gsize n)
{
    if (n < RECENT_FEWEST)
        return TARGET;
    if (discouraged(recent, n))
        return TARGET_HIGH;

    gsize looked_at = MIN(n, RECENT_MOST);
    double sum = 0;
    for (gsize i = n - looked_at; i < n; i++)
        sum += isfinite(recent[i]) ? CLAMP(recent[i], 0, 1) : TARGET;
    return CLAMP(TARGET + SHIFT * (TARGET - sum / (double)looked_at), TARGET_LOW, TARGET_HIGH);
}

double target_known(const double *recent, gsize n, TargetWish wish)
{
    int ease = CLAMP((int)wish, TARGET_HARDER, TARGET_EASIER);
    return CLAMP(after(recent, n) + TARGET_EASE * ease, TARGET_LOW, TARGET_HIGH);
}

double target_success(double known, double floor)
{
    double guess = isfinite(floor) ? CLAMP(floor, 0, FLOOR_MAX) : 0;
    return guess + (1 - guess) * known;
}
