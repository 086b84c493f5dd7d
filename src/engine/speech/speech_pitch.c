/* At 4 kHz a voice has 10 to 53 samples a period. */
#include "engine/speech/speech_pitch.h"

#include "engine/speech/speech.h"
#include "engine/speech/speech_level.h"
#include <math.h>
#include <string.h>

enum {
    STRIDE = 4,
    RATE = SPEECH_RATE / STRIDE,
    HOP = RATE / SPEECH_PITCHES_A_SECOND,
    FRAMES_A_PITCH = SPEECH_FRAMES_A_SECOND / SPEECH_PITCHES_A_SECOND,
    LAG_LEAST = RATE / 400 - 1, /* a peak has a neighbour on both sides */
    LAG_MOST = RATE / 75 + 1,
    LAGS = LAG_MOST - LAG_LEAST + 1,
    WINDOW = 2 * LAG_MOST, /* two periods of the lowest voice */
    TAPS = 33,
};

/* Above the first harmonics of every voice, well below half of RATE. */
static const double CUT_HERTZ = 900;
/* Voiced speech correlates by 0.8 and more, noise of this bandwidth and length hardly ever by 0.6. */
static const float VOICED = 0.6F;
/* Two periods correlate as well as one: the shortest lag that is nearly the best is the period. */
static const float NEARLY_BEST = 0.9F;
/* Power below which a frame is rounding, of full scale 1. */
static const float POWER_LEAST = 1e-8F;

/* A windowed sinc. */
static void make_low_pass(float taps[TAPS])
{
    double sum = 0;
    for (int i = 0; i < TAPS; i++) {
        double t = i - (TAPS - 1) / 2.0;
        double sinc =
            t == 0 ? 1 : sin(2 * G_PI * CUT_HERTZ / SPEECH_RATE * t) / (2 * G_PI * CUT_HERTZ / SPEECH_RATE * t);
        taps[i] = (float)(sinc * (0.5 - 0.5 * cos(2 * G_PI * (i + 1) / (TAPS + 1))));
        sum += taps[i];
    }
    for (int i = 0; i < TAPS; i++)
        taps[i] /= (float)sum;
}

/* Every fourth sample of the filtered recording, full scale 1, and as many zeros behind as a frame may reach over. */
static float *thin_out(const gint16 *samples, gsize n_samples, gsize n)
{
    float taps[TAPS];
    make_low_pass(taps);
    float *thin = g_new0(float, n + WINDOW + LAG_MOST + 1);
    for (gsize k = 0; k < n; k++) {
        gssize first = (gssize)(k * STRIDE) - TAPS / 2;
        gssize from = MAX(first, 0);
        gssize to = MIN(first + TAPS, (gssize)n_samples);
        float sum = 0;
        for (gssize i = from; i < to; i++)
            sum += taps[i - first] * samples[i];
        thin[k] = sum / -(float)G_MININT16;
    }
    return thin;
}

/* Correlation of the window at `at` with each later one, -1..1. The inner loop runs over lags, so that it can be done
 * for several at once. */
static void correlate(const float *at, float correlation[LAGS])
{
    float products[LAGS] = { 0 };
    for (int i = 0; i < WINDOW; i++)
        for (int lag = 0; lag < LAGS; lag++)
            products[lag] += at[i] * at[i + LAG_LEAST + lag];
    float power = 0;
    for (int i = 0; i < WINDOW; i++)
        power += at[i] * at[i];
    float later = 0;
    for (int i = 0; i < WINDOW; i++)
        later += at[i + LAG_LEAST] * at[i + LAG_LEAST];
    for (int lag = 0; lag < LAGS; lag++) {
        gboolean is_heard = power > POWER_LEAST * WINDOW && later > POWER_LEAST * WINDOW;
        correlation[lag] = is_heard ? products[lag] / sqrtf(power * later) : 0;
        float leaving = at[LAG_LEAST + lag];
        float entering = at[LAG_LEAST + lag + WINDOW];
        later += entering * entering - leaving * leaving;
    }
}

/* The lag of a peak between samples: the top of the parabola through it and its neighbours. */
static float refine(const float correlation[LAGS], int lag)
{
    if (lag == 0 || lag == LAGS - 1)
        return (float)(LAG_LEAST + lag);
    float before = correlation[lag - 1];
    float after = correlation[lag + 1];
    float bend = before - 2 * correlation[lag] + after;
    float shift = bend < 0 ? 0.5F * (before - after) / bend : 0;
    return (float)(LAG_LEAST + lag) + CLAMP(shift, -0.5F, 0.5F);
}

static float pitch_at(const float *at)
{
    float correlation[LAGS];
    correlate(at, correlation);
    float best = 0;
    for (int lag = 0; lag < LAGS; lag++)
        best = MAX(best, correlation[lag]);
    if (best < VOICED)
        return 0;
    for (int lag = 1; lag < LAGS - 1; lag++)
        if (correlation[lag] >= NEARLY_BEST * best && correlation[lag] >= correlation[lag - 1] &&
            correlation[lag] >= correlation[lag + 1])
            return (float)RATE / refine(correlation, lag);
    return 0;
}

float *speech_pitch(const gint16 *samples, gsize n_samples, const gboolean *is_sounding, gsize n_frames,
                    gsize *n_pitches)
{
    gsize n = n_samples / STRIDE;
    g_autofree float *thin = thin_out(samples, n_samples, n);
    *n_pitches = MIN(n_frames / FRAMES_A_PITCH, n / HOP);
    float *pitches = g_new0(float, *n_pitches + 1);
    for (gsize i = 0; i < *n_pitches; i++) {
        gssize first = (gssize)(i * HOP + HOP / 2) - (WINDOW + LAG_MOST) / 2;
        if (is_sounding[i * FRAMES_A_PITCH] || is_sounding[i * FRAMES_A_PITCH + 1])
            pitches[i] = pitch_at(thin + MAX(first, 0));
    }
    return pitches;
}
