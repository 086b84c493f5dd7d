/* Speech level: how strong a recording is from moment to moment. For speech.c and its parts. */
#pragma once

#include <glib.h>

/* Everything that is followed over time has a frame for each 10 ms, centred in it. */
enum { SPEECH_FRAMES_A_SECOND = 100 };
/* What stands for no sound at all, in dBFS. */
#define SPEECH_LEVEL_FLOOR (-100.0F)

/* Power (mean square, full scale 1) of each 2 ms, without the constant part that a microphone adds. The last,
 * incomplete one is dropped. */
enum { SPEECH_BINS_A_SECOND = 500 };
float *speech_level_bins(const gint16 *samples, gsize n_samples, gsize *n_bins);

/* Level in dBFS (10 log10 of power; a full-scale square wave is 0) of each frame, weighted by a Hann window of
 * `window_bins` around its centre. NULL for less than a frame. */
float *speech_level_contour(const float *bins, gsize n_bins, guint window_bins, gsize *n_frames);

/* `share` (0..1) of the values are at or below what is returned; 0 for n = 0. O(n log n). */
float speech_level_quantile(const float *values, gsize n, double share);

/* Greatest absolute sample in dBFS; SPEECH_LEVEL_FLOOR for silence. */
double speech_level_peak(const gint16 *samples, gsize n_samples);

/* Share of samples in runs of three and more at full scale: a wave that touches it by chance has fewer. */
double speech_level_clipped(const gint16 *samples, gsize n_samples);

/* `n_points` of 0..1 for drawing: see Speech. */
void speech_level_envelope(const float *bins, gsize n_bins, float *points, guint n_points);
