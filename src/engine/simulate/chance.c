/* Chance: see chance.h. Hides the mixer. */
#include "engine/simulate/chance.h"

#include <math.h>

#define STEP G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)
#define DOUBLE_BITS 53 /* of a double's fraction, the hidden one included */

static guint64 mix(guint64 x)
{
    x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

guint64 chance_key(guint64 key, guint64 number)
{
    return mix(mix(key + STEP) + STEP * (number + 1));
}

Chance chance_begin(guint64 key)
{
    return (Chance){ .state = key };
}

static guint64 next(Chance *chance)
{
    chance->state += STEP;
    return mix(chance->state);
}

double chance_uniform(Chance *chance)
{
    return ldexp((double)(next(chance) >> (64 - DOUBLE_BITS)), -DOUBLE_BITS);
}

/* Box and Muller 1958, Annals of Mathematical Statistics 29. */
double chance_normal(Chance *chance)
{
    double radius = sqrt(-2 * log(1 - chance_uniform(chance)));
    return radius * cos(2 * G_PI * chance_uniform(chance));
}

guint chance_pick(Chance *chance, const double *weights, guint n)
{
    double total = 0;
    for (guint i = 0; i < n; i++)
        total += weights[i];
    double drawn = chance_uniform(chance) * total;
    for (guint i = 0; i + 1 < n; i++) {
        drawn -= weights[i];
        if (drawn < 0)
            return i;
    }
    return n - 1;
}
