/* Sums of squares in bins, and windows over them. */
#include "engine/speech/speech_level.h"

#include "engine/speech/speech.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BIN = SPEECH_RATE / SPEECH_BINS_A_SECOND,
    BINS_A_FRAME = SPEECH_BINS_A_SECOND / SPEECH_FRAMES_A_SECOND,
};

/* A first-order high-pass at 13 Hz, far below any voice: y = x - x' + r y' with r = 1 - 2 pi 13 / SPEECH_RATE. */
static const float CONSTANT_PART_DECAY = 0.995F;

static const float FULL_SCALE = -(float)G_MININT16;
/* 0.1 % below full scale. */
static const int CLIPPED_SAMPLE = 32734;
enum { CLIPPED_RUN = 3 };

/* What 16 bits can tell from silence lies some 90 dB down; a picture needs less. */
static const float ENVELOPE_FLOOR = -60;

static float decibels(float power)
{
    return power > 1e-10F ? 10 * log10f(power) : SPEECH_LEVEL_FLOOR;
}

float *speech_level_bins(const gint16 *samples, gsize n_samples, gsize *n_bins)
{
    *n_bins = n_samples / BIN;
    float *bins = g_new(float, *n_bins + 1);
    float before = *n_bins > 0 ? samples[0] / FULL_SCALE : 0;
    float level = 0;
    for (gsize bin = 0; bin < *n_bins; bin++) {
        float sum = 0;
        for (gsize i = bin * BIN; i < (bin + 1) * BIN; i++) {
            float sample = samples[i] / FULL_SCALE;
            level = sample - before + CONSTANT_PART_DECAY * level;
            before = sample;
            sum += level * level;
        }
        bins[bin] = sum / BIN;
    }
    return bins;
}

static float *hann(guint n)
{
    float *window = g_new(float, n);
    for (guint i = 0; i < n; i++)
        window[i] = (float)(0.5 - 0.5 * cos(2 * G_PI * (i + 0.5) / n));
    return window;
}

/* The window reaches over the ends of the recording: what is outside does not count. */
static float windowed_power(const float *bins, gsize n_bins, gssize first, const float *window, guint n)
{
    gssize from = MAX(first, 0);
    gssize to = MIN(first + (gssize)n, (gssize)n_bins);
    float power = 0;
    float weight = 0;
    for (gssize i = from; i < to; i++) {
        power += window[i - first] * bins[i];
        weight += window[i - first];
    }
    return weight > 0 ? power / weight : 0;
}

float *speech_level_contour(const float *bins, gsize n_bins, guint window_bins, gsize *n_frames)
{
    *n_frames = n_bins / BINS_A_FRAME;
    if (*n_frames == 0)
        return NULL;
    g_autofree float *window = hann(window_bins);
    float *contour = g_new(float, *n_frames);
    for (gsize frame = 0; frame < *n_frames; frame++) {
        gssize first = (gssize)(frame * BINS_A_FRAME) + (BINS_A_FRAME - (gssize)window_bins) / 2;
        contour[frame] = decibels(windowed_power(bins, n_bins, first, window, window_bins));
    }
    return contour;
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a;
    float y = *(const float *)b;
    return (x > y) - (x < y);
}

float speech_level_quantile(const float *values, gsize n, double share)
{
    if (n == 0)
        return 0;
    g_autofree float *sorted = g_memdup2(values, n * sizeof *values);
    qsort(sorted, n, sizeof *sorted, compare_floats);
    return sorted[(gsize)(share * (double)(n - 1))];
}

double speech_level_peak(const gint16 *samples, gsize n_samples)
{
    int peak = 0;
    for (gsize i = 0; i < n_samples; i++)
        peak = MAX(peak, abs(samples[i]));
    return peak > 0 ? 20 * log10(peak / (double)FULL_SCALE) : SPEECH_LEVEL_FLOOR;
}

double speech_level_clipped(const gint16 *samples, gsize n_samples)
{
    gsize clipped = 0;
    gsize run = 0;
    for (gsize i = 0; i <= n_samples; i++) {
        if (i < n_samples && abs(samples[i]) >= CLIPPED_SAMPLE) {
            run++;
            continue;
        }
        clipped += run >= CLIPPED_RUN ? run : 0;
        run = 0;
    }
    return n_samples > 0 ? (double)clipped / (double)n_samples : 0;
}

void speech_level_envelope(const float *bins, gsize n_bins, float *points, guint n_points)
{
    for (guint point = 0; point < n_points; point++) {
        gsize from = n_bins * point / n_points;
        gsize to = MIN(n_bins, MAX(from + 1, n_bins * (point + 1) / n_points));
        float sum = 0;
        for (gsize i = from; i < to; i++)
            sum += bins[i];
        float level = to > from ? decibels(sum / (float)(to - from)) : SPEECH_LEVEL_FLOOR;
        points[point] = CLAMP(1 - level / ENVELOPE_FLOOR, 0.0F, 1.0F);
    }
}
