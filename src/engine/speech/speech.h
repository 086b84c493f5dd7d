/* Speech: how something was said, from its samples and, where there is one, its transcript: where the pauses are, how
 * fast, how loud, how high, with which fillers, and which two things are worth saying about it. Advice, never a score.
 *
 * Knows acoustics of one voice close to a microphone; hides frames, filters and thresholds (speech_*.h, whose headers
 * cite where each comes from). Pure and thread-safe; O(n) in samples but for sorting one number for each 10 ms. Every
 * number is finite for any input. */
#pragma once

#include <glib.h>

/* Samples per second; mono. */
enum { SPEECH_RATE = 16000 };
/* Longer input is cut: ten minutes. */
enum { SPEECH_SECONDS_MOST = 600 };

typedef struct {
    const gint16 *samples; /* at SPEECH_RATE; may be NULL when n_samples is 0 */
    gsize n_samples;
    const char *transcript; /* UTF-8, with punctuation if possible; NULL when there is none */
    const char *language;   /* of the transcript: "en", "de-AT"; NULL for English */
    guint n_points;         /* of the envelope wanted, 0..SPEECH_POINTS_MOST */
} SpeechNote;

enum { SPEECH_POINTS_MOST = 2000 };

typedef enum {
    SPEECH_HEARD,
    SPEECH_EMPTY,     /* less than half a second was recorded */
    SPEECH_SILENT,    /* the microphone gave nothing, or next to it */
    SPEECH_VOICELESS, /* there is sound, but no voice in it */
} SpeechFinding;

/* Codes; the words come from a catalogue. In order of urgency. */
typedef enum {
    SPEECH_RECORD_AGAIN, /* nothing usable was recorded; comes alone */
    SPEECH_CLIPS,        /* too loud for the microphone: farther away, or turn it down */
    SPEECH_TOO_QUIET,    /* closer to the microphone, or turn it up */
    SPEECH_TOO_FAST,
    SPEECH_TOO_SLOW,
    SPEECH_MANY_FILLERS,
    SPEECH_LONG_PAUSES,
    SPEECH_NO_PAUSES,
    SPEECH_GOOD_PACE,
    SPEECH_GOOD_PAUSES,
    SPEECH_FEW_FILLERS,
} SpeechAdvice;

enum { SPEECH_ADVICE_MOST = 2 };

typedef struct {
    double start, length; /* seconds */
} SpeechPause;

typedef struct {
    const char *phrase; /* static, as the table has it: "um", "you know" */
    guint n;            /* > 0 */
} SpeechFiller;

/* Seconds, unless it says otherwise. What could not be measured is 0. */
typedef struct {
    SpeechFinding finding;
    double duration;    /* of the recording */
    double start, end;  /* of speech within it */
    GArray *pauses;     /* SpeechPause, in order, between start and end */
    double speaking;    /* end - start without the pauses */
    double longest_run; /* longest stretch of speech without a pause */

    guint n_syllables;
    double syllables_a_second; /* of speaking: articulation rate */
    guint n_words;             /* of the transcript, fillers of one sound not counted */
    double words_a_minute;     /* from start to end, pauses included; estimated from syllables without a transcript */
    gboolean is_pace_estimated;

    GArray *fillers; /* SpeechFiller, most frequent first */
    guint n_fillers;

    double loudness;        /* LUFS (ITU-R BS.1770): -70 (silence) .. 0 */
    double loudness_spread; /* LU: standard deviation over the blocks of 400 ms that count */
    double peak;            /* dBFS: -100 (silence) .. 0 */
    double clipped;         /* share of samples, 0..1 */

    double pitch;       /* Hz, median of voiced speech */
    double pitch_range; /* semitones between its 10th and 90th percentile */

    float *envelope; /* n_points of 0..1: loudness of equal parts, 0 at -60 dBFS and below, 1 at 0 dBFS */
    guint n_points;

    SpeechAdvice advice[SPEECH_ADVICE_MOST];
    guint n_advice;
} Speech;

/* Never fails. Free with speech_free. */
Speech *speech_measure(const SpeechNote *note);
void speech_free(Speech *speech);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Speech, speech_free)
