/* Speech loudness: how loud a recording is to people, after Recommendation ITU-R BS.1770-4 (2015), for one channel at
 * SPEECH_RATE: K-weighting, blocks of 400 ms that overlap by 75 %, and the two gates (-70 LUFS; 10 LU below the rest).
 */
#pragma once

#include <glib.h>

/* What gates close at: nothing is quieter (BS.1770-4, annex 1). */
#define SPEECH_LOUDNESS_FLOOR (-70.0)

typedef struct {
    double loudness; /* integrated, LUFS; SPEECH_LOUDNESS_FLOOR when no block counts */
    double spread;   /* LU: standard deviation of the blocks that count; 0 for fewer than two */
} SpeechLoudness;

/* Of less than one block (0.4 s) nothing can be said: the floor. */
SpeechLoudness speech_loudness(const gint16 *samples, gsize n_samples);
