/* Speech pauses: where somebody speaks and where not, from the level alone.
 *
 * Speech is what comes within 25 dB of the almost loudest moment (99 % of moments are quieter), as in the silence
 * detection of Praat and of de Jong and Wempe (2009), "Praat script to detect syllable nuclei and measure speech rate
 * automatically", Behavior Research Methods 41; where the room is louder than that, what stands out from it. A pause
 * lasts 250 ms or longer: shorter silences belong to the sounds of speech (Goldman-Eisler 1968; de Jong and Bosker
 * 2013). */
#pragma once

#include <glib.h>

/* The bins of the window to take the level with: short, so that pauses keep their length. */
enum { SPEECH_PAUSE_WINDOW = 16 };

typedef struct {
    float threshold;       /* dBFS: louder is speech */
    float loudest;         /* dBFS of the almost loudest moment */
    gboolean *is_sounding; /* for each frame: between the pauses, short silences included */
    gsize n_frames;
    gsize start, end;   /* frames: from the first that sounds to behind the last; both 0 for none */
    GArray *pauses;     /* SpeechPause */
    double longest_run; /* seconds */
} SpeechPhrasing;

/* Clear with speech_phrasing_clear. */
SpeechPhrasing speech_phrasing(const float *contour, gsize n_frames);
void speech_phrasing_clear(SpeechPhrasing *phrasing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SpeechPhrasing, speech_phrasing_clear)
