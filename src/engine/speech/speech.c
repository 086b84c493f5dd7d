/* The order of measuring: level, phrasing, voice, syllables, words; then what to say about it. */
#include "engine/speech/speech.h"

#include "engine/speech/speech_advice.h"
#include "engine/speech/speech_filler.h"
#include "engine/speech/speech_level.h"
#include "engine/speech/speech_loudness.h"
#include "engine/speech/speech_pause.h"
#include "engine/speech/speech_pitch.h"
#include "engine/speech/speech_syllable.h"
#include <math.h>

/* Seconds; less is a slip of the finger. */
static const double EMPTY_SECONDS = 0.5;
/* dBFS of the almost loudest moment. An open microphone in a quiet room gives less, a voice across a room more. */
static const float SILENT_LEVEL = -55;
/* Seconds of voice without which it was no speech: one syllable. */
static const double VOICE_SECONDS = 0.1;
/* English in lectures has 190 syllables to 140 words a minute (Tauroza and Allison 1990, Applied Linguistics 11). */
static const double SYLLABLES_A_WORD = 1.36;

static double seconds(gsize frames)
{
    return (double)frames / SPEECH_FRAMES_A_SECOND;
}

static void take_phrasing(Speech *speech, SpeechPhrasing *phrasing)
{
    g_array_unref(speech->pauses);
    speech->pauses = g_steal_pointer(&phrasing->pauses);
    speech->start = seconds(phrasing->start);
    speech->end = seconds(phrasing->end);
    speech->longest_run = phrasing->longest_run;
    speech->speaking = speech->end - speech->start;
    for (guint i = 0; i < speech->pauses->len; i++)
        speech->speaking -= g_array_index(speech->pauses, SpeechPause, i).length;
}

/* Median and range of the voiced parts; returns how many seconds of those there are. */
static double take_pitch(Speech *speech, const float *pitches, gsize n_pitches)
{
    g_autofree float *voiced = g_new(float, n_pitches + 1);
    gsize n = 0;
    for (gsize i = 0; i < n_pitches; i++)
        if (pitches[i] > 0)
            voiced[n++] = pitches[i];
    if (n > 0) {
        speech->pitch = speech_level_quantile(voiced, n, 0.5);
        double low = speech_level_quantile(voiced, n, 0.1);
        double high = speech_level_quantile(voiced, n, 0.9);
        speech->pitch_range = 12 * log2(high / low);
    }
    return (double)n / SPEECH_PITCHES_A_SECOND;
}

static void forget_phrasing(Speech *speech)
{
    g_array_set_size(speech->pauses, 0);
    speech->start = speech->end = speech->speaking = speech->longest_run = 0;
    speech->pitch = speech->pitch_range = 0;
}

static SpeechFinding listen_to(Speech *speech, const SpeechNote *note, gsize n_samples, const float *bins, gsize n_bins)
{
    if (speech->duration < EMPTY_SECONDS)
        return SPEECH_EMPTY;
    gsize n_frames = 0;
    g_autofree float *sharp = speech_level_contour(bins, n_bins, SPEECH_PAUSE_WINDOW, &n_frames);
    g_auto(SpeechPhrasing) phrasing = speech_phrasing(sharp, n_frames);
    if (phrasing.loudest < SILENT_LEVEL)
        return SPEECH_SILENT;
    gsize n_pitches = 0;
    g_autofree float *pitches = speech_pitch(note->samples, n_samples, phrasing.is_sounding, n_frames, &n_pitches);
    g_autofree float *smooth = speech_level_contour(bins, n_bins, SPEECH_SYLLABLE_WINDOW, &n_frames);
    speech->n_syllables = speech_syllables(smooth, n_frames, phrasing.threshold, pitches, n_pitches);
    take_phrasing(speech, &phrasing);
    if (take_pitch(speech, pitches, n_pitches) >= VOICE_SECONDS)
        return SPEECH_HEARD;
    forget_phrasing(speech);
    return SPEECH_VOICELESS;
}

static void take_words(Speech *speech, const SpeechNote *note)
{
    g_auto(SpeechWords) words = speech_words(note->transcript, note->language);
    g_array_unref(speech->fillers);
    speech->fillers = g_steal_pointer(&words.fillers);
    speech->n_fillers = words.n_fillers;
    speech->n_words = words.n_words;
}

static void take_pace(Speech *speech)
{
    if (speech->speaking <= 0)
        return;
    speech->syllables_a_second = speech->n_syllables / speech->speaking;
    speech->is_pace_estimated = speech->n_words == 0;
    double words = speech->is_pace_estimated ? speech->n_syllables / SYLLABLES_A_WORD : speech->n_words;
    speech->words_a_minute = words * 60 / (speech->end - speech->start);
}

static void take_loudness(Speech *speech, const SpeechNote *note, gsize n_samples)
{
    SpeechLoudness loudness = speech_loudness(note->samples, n_samples);
    speech->loudness = loudness.loudness;
    speech->loudness_spread = loudness.spread;
    speech->peak = speech_level_peak(note->samples, n_samples);
    speech->clipped = speech_level_clipped(note->samples, n_samples);
}

Speech *speech_measure(const SpeechNote *note)
{
    gsize n_samples = MIN(note->n_samples, (gsize)SPEECH_SECONDS_MOST * SPEECH_RATE);
    gsize n_bins = 0;
    g_autofree float *bins = speech_level_bins(note->samples, n_samples, &n_bins);
    Speech *speech = g_new0(Speech, 1);
    speech->pauses = g_array_new(FALSE, FALSE, sizeof(SpeechPause));
    speech->fillers = g_array_new(FALSE, FALSE, sizeof(SpeechFiller));
    speech->duration = (double)n_samples / SPEECH_RATE;
    speech->n_points = MIN(note->n_points, (guint)SPEECH_POINTS_MOST);
    speech->envelope = g_new0(float, speech->n_points + 1);
    speech_level_envelope(bins, n_bins, speech->envelope, speech->n_points);
    take_loudness(speech, note, n_samples);
    take_words(speech, note);
    speech->finding = listen_to(speech, note, n_samples, bins, n_bins);
    take_pace(speech);
    speech_advise(speech);
    return speech;
}

void speech_free(Speech *speech)
{
    g_array_unref(speech->pauses);
    g_array_unref(speech->fillers);
    g_free(speech->envelope);
    g_free(speech);
}
