/* Resample: frames of any rate, layout and format to 16 kHz mono samples. Knows where to stop; hides FFmpeg's resampler
 * and that a track may change its format on the way. */
#pragma once

#include <glib.h>
#include <libavutil/frame.h>
#include <libswresample/swresample.h>

typedef struct {
    SwrContext *resampler; /* NULL before the first frame */
    AVChannelLayout layout;
    int format, rate;
    GArray *samples; /* gint16, borrowed */
    gsize samples_most;
} MediaResample;

typedef enum {
    RESAMPLED,
    RESAMPLE_FULL,   /* there is more than samples_most: what was appended is cut there */
    RESAMPLE_FAILED, /* a format that cannot be, or no memory */
} ResampleResult;

/* Start with {.samples, .samples_most}; appends to samples. */
ResampleResult media_resample(MediaResample *resample, const AVFrame *frame);
/* What the filters still hold. Call at the end. */
ResampleResult media_resample_end(MediaResample *resample);
void media_resample_clear(MediaResample *resample);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MediaResample, media_resample_clear)
