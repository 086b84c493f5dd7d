/* Odds: probabilities on the logit scale. */
#pragma once

#include <math.h>

/* ln(p / (1 - p)) of p in (0,1). */
static inline double odds_logit(double p)
{
    return log(p / (1 - p));
}

/* 1 / (1 + e^-x), for any x that is a number. */
static inline double odds_sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}
