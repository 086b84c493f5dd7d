/* A threshold, runs above it, and what is too short to count. */
#include "engine/speech/speech_pause.h"

#include "engine/speech/speech.h"
#include "engine/speech/speech_level.h"

static const float SPEECH_DEPTH = 25; /* dB below the loudest: see the header */
/* A room of which speech stands out: its level is that of the quietest twentieth, and 6 dB are twice its amplitude. A
 * voice without any pause has no such part: 12 dB below the loudest always count as speech. */
static const double ROOM_SHARE = 0.05;
static const float ROOM_MARGIN = 6;
static const float SPEECH_CERTAIN = 12;
static const double LOUDEST_SHARE = 0.99;

enum {
    PAUSE_FRAMES = SPEECH_FRAMES_A_SECOND / 4,  /* 250 ms: see the header */
    SOUND_FRAMES = SPEECH_FRAMES_A_SECOND / 10, /* shorter sounds are clicks: 100 ms, Praat's default */
};

static float threshold_of(const float *contour, gsize n_frames, float loudest)
{
    float room = speech_level_quantile(contour, n_frames, ROOM_SHARE);
    return CLAMP(room + ROOM_MARGIN, loudest - SPEECH_DEPTH, loudest - SPEECH_CERTAIN);
}

/* Turns every run of `value` shorter than `least` frames into the other; at the ends only when `at_ends`. */
static void drop_short(gboolean *is_sounding, gsize n, gboolean value, gsize least, gboolean at_ends)
{
    for (gsize from = 0; from < n;) {
        gsize to = from;
        while (to < n && is_sounding[to] == is_sounding[from])
            to++;
        gboolean is_inside = from > 0 && to < n;
        if (is_sounding[from] == value && to - from < least && (is_inside || at_ends))
            for (gsize i = from; i < to; i++)
                is_sounding[i] = !value;
        from = to;
    }
}

static double seconds(gsize frames)
{
    return (double)frames / SPEECH_FRAMES_A_SECOND;
}

static void collect(SpeechPhrasing *phrasing)
{
    gsize run = 0;
    gsize silence = 0;
    for (gsize i = 0; i < phrasing->n_frames; i++) {
        if (!phrasing->is_sounding[i]) {
            run = 0;
            silence++;
            continue;
        }
        if (phrasing->end == 0)
            phrasing->start = i;
        else if (silence > 0) {
            SpeechPause pause = { .start = seconds(i - silence), .length = seconds(silence) };
            g_array_append_val(phrasing->pauses, pause);
        }
        phrasing->end = i + 1;
        silence = 0;
        run++;
        phrasing->longest_run = MAX(phrasing->longest_run, seconds(run));
    }
}

SpeechPhrasing speech_phrasing(const float *contour, gsize n_frames)
{
    SpeechPhrasing phrasing = {
        .loudest = n_frames > 0 ? speech_level_quantile(contour, n_frames, LOUDEST_SHARE) : SPEECH_LEVEL_FLOOR,
        .is_sounding = g_new0(gboolean, n_frames + 1),
        .n_frames = n_frames,
        .pauses = g_array_new(FALSE, FALSE, sizeof(SpeechPause)),
    };
    phrasing.threshold = threshold_of(contour, n_frames, phrasing.loudest);
    for (gsize i = 0; i < n_frames; i++)
        phrasing.is_sounding[i] = contour[i] >= phrasing.threshold && contour[i] > SPEECH_LEVEL_FLOOR;
    drop_short(phrasing.is_sounding, n_frames, FALSE, PAUSE_FRAMES, FALSE);
    drop_short(phrasing.is_sounding, n_frames, TRUE, SOUND_FRAMES, TRUE);
    collect(&phrasing);
    return phrasing;
}

void speech_phrasing_clear(SpeechPhrasing *phrasing)
{
    g_clear_pointer(&phrasing->is_sounding, g_free);
    g_clear_pointer(&phrasing->pauses, g_array_unref);
}
