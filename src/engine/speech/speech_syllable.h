/* Speech syllables: how many were said, after de Jong and Wempe (2009), "Praat script to detect syllable nuclei and
 * measure speech rate automatically", Behavior Research Methods 41: a nucleus is a peak of the level, above the
 * threshold of speech, with a dip of at least 2 dB on both sides, where there is voice. Unstressed syllables are
 * sometimes missed, by the authors' account and here. */
#pragma once

#include <glib.h>

/* The bins of the window to take the level with: 64 ms. The Kaiser window of 128 ms of Praat's intensity for voices
 * from 50 Hz, with which the method was made, is as wide at half its height. */
enum { SPEECH_SYLLABLE_WINDOW = 32 };

/* `contour` has a value for each 10 ms, `pitches` one for each 20 ms, 0 where there is no voice. */
guint speech_syllables(const float *contour, gsize n_frames, float threshold, const float *pitches, gsize n_pitches);
