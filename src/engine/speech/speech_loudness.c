/* K-weighted power in steps of 100 ms, four of which are a block. */
#include "engine/speech/speech_loudness.h"

#include "engine/speech/speech.h"
#include <math.h>

enum { STEP = SPEECH_RATE / 10, STEPS_A_BLOCK = 4 };

static const double ABSOLUTE_GATE = SPEECH_LOUDNESS_FLOOR;
static const double RELATIVE_GATE = -10; /* LU */
static const double OFFSET = -0.691;     /* dB: makes a full-scale tone of 997 Hz -3.01 LUFS */

typedef struct {
    double b0, b1, b2, a1, a2;
    double z1, z2; /* state, transposed direct form II */
} Biquad;

/* The Recommendation has coefficients for 48 kHz; these are the analogue filters behind them, transformed for any rate
 * (De Man 2014, "Evaluation of implementations of the EBU R128 loudness measurement", AES 137). */
static Biquad shelf(void)
{
    const double frequency = 1681.974450955533;
    const double gain = 3.999843853973347;
    const double quality = 0.7071752369554196;
    double k = tan(G_PI * frequency / SPEECH_RATE);
    double high = pow(10, gain / 20);
    double band = pow(high, 0.4996667741545416);
    double a0 = 1 + k / quality + k * k;
    return (Biquad){
        .b0 = (high + band * k / quality + k * k) / a0,
        .b1 = 2 * (k * k - high) / a0,
        .b2 = (high - band * k / quality + k * k) / a0,
        .a1 = 2 * (k * k - 1) / a0,
        .a2 = (1 - k / quality + k * k) / a0,
    };
}

static Biquad high_pass(void)
{
    const double frequency = 38.13547087602444;
    const double quality = 0.5003270373238773;
    double k = tan(G_PI * frequency / SPEECH_RATE);
    double a0 = 1 + k / quality + k * k;
    return (Biquad){ .b0 = 1, .b1 = -2, .b2 = 1, .a1 = 2 * (k * k - 1) / a0, .a2 = (1 - k / quality + k * k) / a0 };
}

static double filter(Biquad *biquad, double x)
{
    double y = biquad->b0 * x + biquad->z1;
    biquad->z1 = biquad->b1 * x - biquad->a1 * y + biquad->z2;
    biquad->z2 = biquad->b2 * x - biquad->a2 * y;
    return y;
}

static double *step_powers(const gint16 *samples, gsize n_steps)
{
    Biquad first = shelf();
    Biquad second = high_pass();
    double *powers = g_new0(double, n_steps + 1);
    for (gsize i = 0; i < n_steps * STEP; i++) {
        double y = filter(&second, filter(&first, samples[i] / -(double)G_MININT16));
        powers[i / STEP] += y * y / STEP;
    }
    return powers;
}

static double loudness_of(double power)
{
    return power > 0 ? OFFSET + 10 * log10(power) : -G_MAXDOUBLE;
}

/* Mean power of the blocks above the gate; 0 for none. */
static double gated_power(const double *blocks, gsize n, double gate)
{
    double sum = 0;
    gsize counted = 0;
    for (gsize i = 0; i < n; i++) {
        if (loudness_of(blocks[i]) <= gate)
            continue;
        sum += blocks[i];
        counted++;
    }
    return counted > 0 ? sum / (double)counted : 0;
}

static double spread_of(const double *blocks, gsize n, double gate)
{
    double sum = 0;
    double squares = 0;
    gsize counted = 0;
    for (gsize i = 0; i < n; i++) {
        double loudness = loudness_of(blocks[i]);
        if (loudness <= gate)
            continue;
        sum += loudness;
        squares += loudness * loudness;
        counted++;
    }
    if (counted < 2)
        return 0;
    double mean = sum / (double)counted;
    return sqrt(MAX(0, squares / (double)counted - mean * mean));
}

SpeechLoudness speech_loudness(const gint16 *samples, gsize n_samples)
{
    SpeechLoudness nothing = { .loudness = SPEECH_LOUDNESS_FLOOR };
    gsize n_steps = n_samples / STEP;
    if (n_steps < STEPS_A_BLOCK)
        return nothing;
    g_autofree double *steps = step_powers(samples, n_steps);
    gsize n_blocks = n_steps - STEPS_A_BLOCK + 1;
    g_autofree double *blocks = g_new0(double, n_blocks);
    for (gsize i = 0; i < n_blocks; i++)
        for (gsize k = 0; k < STEPS_A_BLOCK; k++)
            blocks[i] += steps[i + k] / STEPS_A_BLOCK;
    double power = gated_power(blocks, n_blocks, ABSOLUTE_GATE);
    if (power <= 0)
        return nothing;
    double gate = MAX(ABSOLUTE_GATE, loudness_of(power) + RELATIVE_GATE);
    double loudness = loudness_of(gated_power(blocks, n_blocks, gate));
    return (SpeechLoudness){ .loudness = loudness, .spread = spread_of(blocks, n_blocks, gate) };
}
