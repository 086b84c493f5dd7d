/* The thresholds and where they come from. */
#include "engine/speech/speech_advice.h"

/* Words a minute. Lectures in English average 140, radio 160, interviews 190, conversation 210 (Tauroza and Allison
 * 1990, "Speech rates in British English", Applied Linguistics 11). 120 to 160 is easy to follow; a single note is a
 * small sample, so advice begins beyond a margin around that. */
static const double PACE_GOOD_LEAST = 120, PACE_GOOD_MOST = 160;
static const double PACE_SLOW = 110, PACE_FAST = 180;
/* An estimate from syllables misses some (speech_syllable.h): it may only warn when it is far off. */
static const double ESTIMATE_MARGIN = 20;
/* Seconds from which a pace says something: a dozen words. */
static const double PACE_SECONDS = 5;

/* Fillers a hundred words. Conversation has 2.6 (Bortfeld et al. 2001, "Disfluency rates in conversation", Language and
 * Speech 44); twice that is more than listeners are used to. */
static const double FILLERS_MANY = 5.2;
static const double FILLERS_FEW = 1.3;
/* Words from which a rate says something: one filler in twenty words is chance. */
static const guint FILLER_WORDS = 40;

/* Seconds. Silence in conversation is about one second at most before somebody does something about it (Jefferson 1989,
 * "a standard maximum silence of approximately one second"); twice that, more than once, is long for a listener. */
static const double PAUSE_LONG = 2;
static const guint PAUSES_LONG_MANY = 2;
/* Seconds without a pause. People breathe every few seconds as they speak (Winkworth et al. 1995, "Breathing patterns
 * during spontaneous speech", Journal of Speech and Hearing Research 38); listeners need the place too. */
static const double RUN_LONG = 12;

/* LUFS. Broadcasts aim at -23 (EBU R 128); 10 dB less are half as loud (Stevens 1955, "The measurement of loudness",
 * Journal of the Acoustical Society of America 27). A quarter as loud is too quiet beside everything else. */
static const double LOUDNESS_QUIET = -43;
/* Share of samples: one in a thousand is heard as crackling. */
static const double CLIPPED_MUCH = 0.001;

typedef gboolean (*Applies)(const Speech *speech);

static gboolean records_again(const Speech *speech)
{
    return speech->finding != SPEECH_HEARD;
}
static gboolean clips(const Speech *speech)
{
    return speech->clipped > CLIPPED_MUCH;
}
static gboolean is_quiet(const Speech *speech)
{
    return speech->loudness < LOUDNESS_QUIET;
}

static gboolean has_pace(const Speech *speech)
{
    return speech->words_a_minute > 0 && speech->end - speech->start >= PACE_SECONDS;
}
static double pace_margin(const Speech *speech)
{
    return speech->is_pace_estimated ? ESTIMATE_MARGIN : 0;
}
static gboolean is_fast(const Speech *speech)
{
    return has_pace(speech) && speech->words_a_minute > PACE_FAST + pace_margin(speech);
}
static gboolean is_slow(const Speech *speech)
{
    return has_pace(speech) && speech->words_a_minute < PACE_SLOW - pace_margin(speech);
}
static gboolean has_good_pace(const Speech *speech)
{
    return has_pace(speech) && speech->words_a_minute >= PACE_GOOD_LEAST && speech->words_a_minute <= PACE_GOOD_MOST;
}

static double fillers_a_hundred(const Speech *speech)
{
    return 100.0 * speech->n_fillers / MAX(1, speech->n_words);
}
static gboolean has_many_fillers(const Speech *speech)
{
    return speech->n_words >= FILLER_WORDS && fillers_a_hundred(speech) > FILLERS_MANY;
}
static gboolean has_few_fillers(const Speech *speech)
{
    return speech->n_words >= FILLER_WORDS && fillers_a_hundred(speech) < FILLERS_FEW;
}

static gboolean has_long_pauses(const Speech *speech)
{
    guint n = 0;
    for (guint i = 0; i < speech->pauses->len; i++)
        n += g_array_index(speech->pauses, SpeechPause, i).length >= PAUSE_LONG;
    return n >= PAUSES_LONG_MANY;
}
static gboolean has_no_pauses(const Speech *speech)
{
    return speech->longest_run > RUN_LONG;
}
static gboolean has_good_pauses(const Speech *speech)
{
    return speech->pauses->len > 0 && !has_long_pauses(speech) && !has_no_pauses(speech);
}

static const struct {
    SpeechAdvice advice;
    Applies applies;
} rules[] = {
    { SPEECH_CLIPS, clips },
    { SPEECH_TOO_QUIET, is_quiet },
    { SPEECH_TOO_FAST, is_fast },
    { SPEECH_TOO_SLOW, is_slow },
    { SPEECH_MANY_FILLERS, has_many_fillers },
    { SPEECH_LONG_PAUSES, has_long_pauses },
    { SPEECH_NO_PAUSES, has_no_pauses },
    { SPEECH_GOOD_PACE, has_good_pace },
    { SPEECH_GOOD_PAUSES, has_good_pauses },
    { SPEECH_FEW_FILLERS, has_few_fillers },
};

void speech_advise(Speech *speech)
{
    speech->n_advice = 0;
    if (records_again(speech)) {
        speech->advice[speech->n_advice++] = SPEECH_RECORD_AGAIN;
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rules) && speech->n_advice < SPEECH_ADVICE_MOST; i++)
        if (rules[i].applies(speech))
            speech->advice[speech->n_advice++] = rules[i].advice;
}
