/* Retention: see retention.h. Knows the fitted rule. */
#include "engine/memory/retention.h"

#include <glib.h>

#include <math.h>

#define EASY 0.86 /* up to DIFFICULTY_EASY */
#define DIFFICULTY_EASY 3.0
#define DIFFICULTY_MOST 10.0
#define FALL 0.0045 /* for each squared point of difficulty over that */
#define LASTING 0.95
#define DAYS_RISE 35.0      /* what lasts longer is kept higher ... */
#define DAYS_LASTING 2000.0 /* ... up to LASTING */

static double bounded(double value, double low, double high)
{
    return value >= low ? MIN(value, high) : low;
}

double retention_worthwhile(double lasts, double difficulty)
{
    double over = bounded(difficulty, DIFFICULTY_EASY, DIFFICULTY_MOST) - DIFFICULTY_EASY;
    double least = EASY - FALL * over * over;
    double days = bounded(lasts, DAYS_RISE, DAYS_LASTING);
    return least + (LASTING - least) * log(days / DAYS_RISE) / log(DAYS_LASTING / DAYS_RISE);
}
