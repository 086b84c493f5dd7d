/* Lanes: several doubles worked on at once, over the vector extensions of GCC and Clang. Hides how wide the machine is
 * and how exp and log are computed without branches. For inner loops alone; include it in files that are compiled once
 * for every instruction set (LANES_TARGET, see meson.build) and chosen from when the program runs.
 *
 * A mask has all bits of a lane set or none. lanes_exp is right to 1e-14 relative, lanes_log to 1e-15, lanes_pow to
 * 1e-14 and the rounding of its exponent. Nothing here knows of nan or infinity. */
#pragma once

#include <glib.h>

/* The width in which a value is one register. */
#if defined(__AVX512F__)
enum { LANES = 8 };
#elif defined(__AVX__)
enum { LANES = 4 };
#else
enum { LANES = 2 };
#endif
enum { LANES_MOST = 8 };

typedef double Lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(8), may_alias));
typedef gint64 LanesMask __attribute__((vector_size(LANES * sizeof(gint64)), aligned(8), may_alias));

/* name_base, name_v3, ...: one function for each instruction set. */
#ifndef LANES_TARGET
#define LANES_TARGET base
#endif
#define LANES_JOIN(name, target) name##_##target
#define LANES_JOIN_VALUES(name, target) LANES_JOIN(name, target)
#define LANES_NAMED(name) LANES_JOIN_VALUES(name, LANES_TARGET)

/* Vectors that are passed by value are inlined, so that it does not matter how a call would pass them. */
#define LANES_INLINE static inline __attribute__((always_inline, unused))

LANES_INLINE Lanes lanes_all(double value)
{
    return value - (Lanes){ 0 };
}

LANES_INLINE Lanes lanes_load(const double *from)
{
    return *(const Lanes *)from;
}

LANES_INLINE void lanes_store(double *to, Lanes value)
{
    *(Lanes *)to = value;
}

/* In order, so that the sum does not depend on anything but the values and the width. */
LANES_INLINE double lanes_sum(Lanes value)
{
    double sum = 0;
    for (int i = 0; i < LANES; i++)
        sum += value[i];
    return sum;
}

LANES_INLINE Lanes lanes_select(LanesMask mask, Lanes yes, Lanes no)
{
    return (Lanes)((mask & (LanesMask)yes) | (~mask & (LanesMask)no));
}

/* `value` where the mask is set, 0 elsewhere. */
LANES_INLINE Lanes lanes_keep(LanesMask mask, Lanes value)
{
    return (Lanes)(mask & (LanesMask)value);
}

LANES_INLINE Lanes lanes_min(Lanes a, Lanes b)
{
    return lanes_select(a < b, a, b);
}

LANES_INLINE Lanes lanes_max(Lanes a, Lanes b)
{
    return lanes_select(a > b, a, b);
}

LANES_INLINE Lanes lanes_clamp(Lanes value, double low, double high)
{
    return lanes_min(lanes_max(value, lanes_all(low)), lanes_all(high));
}

#define LANES_LN2_HIGH 0x1.62e42feep-1 /* its lower bits are 0, so that a whole number times it is exact */
#define LANES_LN2_LOW 0x1.a39ef35793c76p-33
#define LANES_SQRT_HALF 0x1.6a09e667f3bcdp-1
/* Added to a number it leaves the nearest whole number in the lowest bits. */
#define LANES_ROUND 0x1.8p52

/* e^x, x held to +-700. e^x = 2^k e^r with |r| <= ln 2 / 2, and e^r by its series. */
LANES_INLINE Lanes lanes_exp(Lanes x)
{
    x = lanes_clamp(x, -700, 700);
    Lanes shifted = x * 0x1.71547652b82fep+0 + LANES_ROUND;
    Lanes whole = shifted - LANES_ROUND;
    Lanes r = (x - whole * LANES_LN2_HIGH) - whole * LANES_LN2_LOW;
    Lanes r2 = r * r, r4 = r2 * r2;
    Lanes low = (1 + r) + r2 * (1.0 / 2 + r * (1.0 / 6));
    Lanes middle = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040));
    Lanes high = (1.0 / 40320 + r * (1.0 / 362880)) + r2 * (1.0 / 3628800 + r * (1.0 / 39916800));
    Lanes series = low + r4 * (middle + r4 * high);
    return (Lanes)((LanesMask)series + ((LanesMask)shifted << 52));
}

/* ln x of a normal number > 0. x = 2^k m with m in [sqrt 1/2, sqrt 2), and ln m = 2 artanh((m-1)/(m+1)) by its series.
 */
LANES_INLINE Lanes lanes_log(Lanes x)
{
    LanesMask offset = (LanesMask)x - (LanesMask)lanes_all(LANES_SQRT_HALF);
    LanesMask exponent = offset >> 52;
    Lanes m = (Lanes)((LanesMask)x - (exponent << 52));
    Lanes k = (Lanes)(exponent + (LanesMask)lanes_all(LANES_ROUND)) - LANES_ROUND;
    Lanes f = (m - 1) / (m + 1), s = f * f, s2 = s * s, s4 = s2 * s2;
    Lanes low = (1.0 / 3 + s * (1.0 / 5)) + s2 * (1.0 / 7 + s * (1.0 / 9));
    Lanes high = (1.0 / 11 + s * (1.0 / 13)) + s2 * (1.0 / 15 + s * (1.0 / 17 + s * (1.0 / 19)));
    Lanes series = s * (low + s4 * high);
    return k * LANES_LN2_HIGH + (2 * f + (2 * f * series + k * LANES_LN2_LOW));
}

/* x^y, x a normal number > 0. */
LANES_INLINE Lanes lanes_pow(Lanes x, Lanes y)
{
    return lanes_exp(y * lanes_log(x));
}
