/* Chance: random numbers that follow from what they are for, so that they do not depend on who asks first. A stream is
 * begun from a key; keys are made from a seed and the numbers of what is drawn. Pure.
 *
 * SplitMix64: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators". */
#pragma once

#include <glib.h>

typedef struct {
    guint64 state;
} Chance;

/* The key of part `number` of what has the key `key`. */
guint64 chance_key(guint64 key, guint64 number);
Chance chance_begin(guint64 key);

/* Evenly in [0,1). */
double chance_uniform(Chance *chance);
/* With mean 0 and standard deviation 1. */
double chance_normal(Chance *chance);
/* The index of one of `n` weights, which are >= 0 and not all 0. */
guint chance_pick(Chance *chance, const double *weights, guint n);
