/* One pass that goes from dip to peak to dip. */
#include "engine/speech/speech_syllable.h"

#include "engine/speech/speech_level.h"
#include "engine/speech/speech_pitch.h"

static const float DIP = 2; /* dB: see the header */

enum { FRAMES_A_PITCH = SPEECH_FRAMES_A_SECOND / SPEECH_PITCHES_A_SECOND };

static gboolean is_voiced(gsize frame, const float *pitches, gsize n_pitches)
{
    gsize at = frame / FRAMES_A_PITCH;
    return at < n_pitches && pitches[at] > 0;
}

guint speech_syllables(const float *contour, gsize n_frames, float threshold, const float *pitches, gsize n_pitches)
{
    guint n = 0;
    gboolean is_rising = FALSE; /* the peak is high enough above the dip before it */
    float dip = n_frames > 0 ? SPEECH_LEVEL_FLOOR : 0;
    gsize peak = 0;
    for (gsize i = 0; i <= n_frames; i++) {
        float level = i < n_frames ? contour[i] : SPEECH_LEVEL_FLOOR;
        if (is_rising && level > contour[peak])
            peak = i;
        if (is_rising && level < contour[peak] - DIP) {
            n += contour[peak] >= threshold && is_voiced(peak, pitches, n_pitches);
            is_rising = FALSE;
            dip = level;
        }
        if (!is_rising && level < dip)
            dip = level;
        if (!is_rising && i < n_frames && level > dip + DIP) {
            is_rising = TRUE;
            peak = i;
        }
    }
    return n;
}
