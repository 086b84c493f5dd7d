/* Speech pitch: where a recording is voiced, and how high. The normalised cross-correlation of a frame with itself
 * later (Talkin 1995, "A robust algorithm for pitch tracking", in Speech Coding and Synthesis), after low-pass
 * filtering and taking every fourth sample. */
#pragma once

#include <glib.h>

/* Hz of each 20 ms (two frames of speech_level.h), 0 where there is no voice or is_sounding says that nothing sounds;
 * `is_sounding` has a value for each 10 ms. Voices from 75 to 400 Hz. */
enum { SPEECH_PITCHES_A_SECOND = 50 };
float *speech_pitch(const gint16 *samples, gsize n_samples, const gboolean *is_sounding, gsize n_frames,
                    gsize *n_pitches);
