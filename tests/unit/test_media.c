/* Sound files: what is decoded to what, what is refused with which words, and that nothing a file or the decoder does
 * reaches this process. */
#include "platform/error.h"
#include "platform/media/media.h"
#include "platform/media/media_process.h"
#include "platform/media/media_reply.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sound_case.h"

static char *own_program;
static char *decoder_program;
static MediaDecoder decoder;

static const Sound webm_opus = {
    .muxer = "webm", .encoder = "libopus", .format = AV_SAMPLE_FMT_FLT, .rate = 48000, .channels = 1, .seconds = 3
};
static const Sound mp4_aac = {
    .muxer = "mp4", .encoder = "aac", .format = AV_SAMPLE_FMT_FLTP, .rate = 44100, .channels = 2, .seconds = 3
};
static const Sound wav_plain = {
    .muxer = "wav", .encoder = "pcm_s16le", .format = AV_SAMPLE_FMT_S16, .rate = 16000, .channels = 1, .seconds = 3
};

static guint count_descriptors(void)
{
    g_autoptr(GDir) folder = g_dir_open("/proc/self/fd", 0, NULL);
    guint n = 0;
    while (g_dir_read_name(folder))
        n++;
    return n;
}

static int remember_descriptors(void **state)
{
    *state = GUINT_TO_POINTER(count_descriptors());
    return 0;
}

static int nothing_is_left(void **state)
{
    if (count_descriptors() != GPOINTER_TO_UINT(*state)) {
        print_error("descriptors were %u and are %u\n", GPOINTER_TO_UINT(*state), count_descriptors());
        return 1;
    }
    if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD) {
        print_error("a child is left\n");
        return 1;
    }
    return 0;
}

static MediaClip *decode(GBytes *file)
{
    g_autoptr(GError) error = NULL;
    MediaClip *clip = media_decode(&decoder, file, &error);
    if (!clip)
        fail_msg("%s", error->message);
    return clip;
}

static void assert_refused_by(const MediaDecoder *how, GBytes *file, WhetError code, const char *message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MediaClip) clip = media_decode(how, file, &error);
    assert_null(clip);
    assert_non_null(error);
    assert_string_equal(error->message, message);
    assert_true(g_error_matches(error, WHET_ERROR, (int)code));
}

static void assert_refused(GBytes *file, WhetError code, const char *message)
{
    assert_refused_by(&decoder, file, code, message);
}

static const char unreadable[] = "This is not a sound file that Whet can read.";
static const char broken[] = "This sound file is damaged: nothing in it can be played.";
static const char unusual_end[] = "This sound file cannot be read: decoding it failed.";

/* The tone of sound_case.h: its length, height and loudness, away from the ends where codecs fade. */
static void assert_tone(const MediaClip *clip, double seconds)
{
    double length = (double)clip->n_samples / MEDIA_RATE;
    assert_true(fabs(length - seconds) < 0.15);
    gsize first = MEDIA_RATE / 4;
    gsize last = clip->n_samples - MEDIA_RATE / 4;
    double power = 0;
    guint crossings = 0;
    for (gsize i = first; i < last; i++) {
        power += (double)clip->samples[i] * clip->samples[i];
        crossings += (clip->samples[i] < 0) != (clip->samples[i + 1] < 0);
    }
    double rms = sqrt(power / (double)(last - first)) / G_MAXINT16;
    assert_true(fabs(rms / (sound_amplitude / G_SQRT2) - 1) < 0.1);
    double hertz = crossings / 2.0 / ((double)(last - first) / MEDIA_RATE);
    assert_true(fabs(hertz - sound_hertz) < 3);
}

static const struct {
    Sound sound;
    const char *type;
} readable[] = {
    { { "webm", "libopus", AV_SAMPLE_FMT_FLT, 48000, 1, 3 }, "audio/webm" },
    { { "webm", "libopus", AV_SAMPLE_FMT_FLT, 48000, 2, 3, .options = "live=1" }, "audio/webm" },
    { { "webm", "libvorbis", AV_SAMPLE_FMT_FLTP, 44100, 2, 3 }, "audio/webm" },
    { { "matroska", "pcm_s16le", AV_SAMPLE_FMT_S16, 22050, 1, 3 }, "audio/webm" },
    { { "mp4", "aac", AV_SAMPLE_FMT_FLTP, 44100, 2, 3 }, "audio/mp4" },
    { { "mp4", "aac", AV_SAMPLE_FMT_FLTP, 48000, 1, 3, .options = "movflags=+frag_keyframe+empty_moov" }, "audio/mp4" },
    { { "mp4", "aac", AV_SAMPLE_FMT_FLTP, 16000, 1, 3, .options = "moov_size=20000" }, "audio/mp4" },
    { { "mp4", "libopus", AV_SAMPLE_FMT_FLT, 48000, 1, 3 }, "audio/mp4" },
    { { "ogg", "libopus", AV_SAMPLE_FMT_FLT, 48000, 1, 3 }, "audio/ogg" },
    { { "ogg", "libvorbis", AV_SAMPLE_FMT_FLTP, 44100, 1, 3 }, "audio/ogg" },
    { { "ogg", "flac", AV_SAMPLE_FMT_S16, 44100, 1, 3 }, "audio/ogg" },
    { { "mp3", "libmp3lame", AV_SAMPLE_FMT_FLTP, 44100, 2, 3 }, "audio/mpeg" },
    { { "mp3", "libmp3lame", AV_SAMPLE_FMT_FLTP, 22050, 1, 3, .options = "id3v2_version=0:write_xing=0" },
      "audio/mpeg" },
    { { "flac", "flac", AV_SAMPLE_FMT_S16, 48000, 2, 3 }, "audio/flac" },
    { { "wav", "pcm_u8", AV_SAMPLE_FMT_U8, 8000, 1, 3 }, "audio/wav" },
    { { "wav", "pcm_s16le", AV_SAMPLE_FMT_S16, 16000, 1, 3 }, "audio/wav" },
    { { "wav", "pcm_s24le", AV_SAMPLE_FMT_S32, 96000, 2, 3 }, "audio/wav" },
    { { "wav", "pcm_f32le", AV_SAMPLE_FMT_FLT, 48000, 6, 3 }, "audio/wav" },
    { { "wav", "pcm_mulaw", AV_SAMPLE_FMT_S16, 8000, 1, 3 }, "audio/wav" },
};

static void what_browsers_and_recorders_write_is_decoded(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(readable); i++) {
        g_autoptr(GBytes) file = sound_make(&readable[i].sound);
        g_autoptr(MediaClip) clip = decode(file);
        print_message("# %s in %s: %zu samples\n", readable[i].sound.encoder, readable[i].sound.muxer, clip->n_samples);
        assert_tone(clip, readable[i].sound.seconds);
        assert_string_equal(clip->type, readable[i].type);
        assert_false(clip->is_damaged);
    }
}

static void pictures_are_passed_over(void **state)
{
    static const Sound films[] = {
        { "webm", "libopus", AV_SAMPLE_FMT_FLT, 48000, 1, 3, .pictures = "libvpx" },
        { "mp4", "aac", AV_SAMPLE_FMT_FLTP, 44100, 1, 3, .pictures = "mpeg4" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(films); i++) {
        g_autoptr(GBytes) file = sound_make(&films[i]);
        g_autoptr(MediaClip) clip = decode(file);
        assert_tone(clip, 3);
    }
}

static void a_film_without_sound_is_refused_as_such(void **state)
{
    Sound film = { .muxer = "webm", .pictures = "libvpx", .seconds = 1 };
    g_autoptr(GBytes) file = sound_make(&film);
    assert_refused(file, WHET_ERROR_INVALID, "There is no sound in this file, or none that Whet can read.");
}

static void a_codec_that_is_not_on_the_list_is_refused(void **state)
{
    Sound sound = { "matroska", "ac3", AV_SAMPLE_FMT_FLTP, 44100, 2, 1 };
    g_autoptr(GBytes) file = sound_make(&sound);
    assert_refused(file, WHET_ERROR_INVALID, "There is no sound in this file, or none that Whet can read.");
}

static void a_container_that_is_not_on_the_list_is_refused(void **state)
{
    static const Sound sounds[] = {
        { "avi", "pcm_s16le", AV_SAMPLE_FMT_S16, 44100, 2, 1 },
        { "aiff", "pcm_s16be", AV_SAMPLE_FMT_S16, 44100, 2, 1 },
        { "mpegts", "aac", AV_SAMPLE_FMT_FLTP, 44100, 2, 1 },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(sounds); i++) {
        g_autoptr(GBytes) file = sound_make(&sounds[i]);
        assert_refused(file, WHET_ERROR_INVALID, unreadable);
    }
}

static void what_is_no_sound_is_refused(void **state)
{
    static const char html[] = "<!doctype html><title>Not found</title><script>alert(1)</script>";
    static const char png[] = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x8\x2\0\0\0";
    static const char zip[] = "PK\3\4\24\0\0\0\10\0"
                              "bomb";
    static const char list[] = "#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n";
    static const char letter[] = "R";
    static const struct {
        const char *bytes;
        gsize n;
    } files[] = {
        { html, sizeof html }, { png, sizeof png }, { zip, sizeof zip }, { list, sizeof list }, { letter, 1 }
    };
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GBytes) file = g_bytes_new_static(files[i].bytes, files[i].n);
        assert_refused(file, WHET_ERROR_INVALID, unreadable);
    }
    guint32 random[4096];
    g_autoptr(GRand) source = g_rand_new_with_seed(4);
    for (gsize i = 0; i < G_N_ELEMENTS(random); i++)
        random[i] = g_rand_int(source);
    g_autoptr(GBytes) noise = g_bytes_new_static(random, sizeof random);
    assert_refused(noise, WHET_ERROR_INVALID, unreadable);
}

static void a_beginning_alone_is_broken(void **state)
{
    static const char *const beginnings[] = {
        "\x1A\x45\xDF\xA3", "\1\1\1 ftypM4A ", "OggS", "RIFF\1\1\1\1WAVE", "fLaC", "ID3"
    };
    for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++) {
        g_autoptr(GBytes) file = g_bytes_new_static(beginnings[i], strlen(beginnings[i]));
        g_autoptr(GError) error = NULL;
        g_autoptr(MediaClip) clip = media_decode(&decoder, file, &error);
        assert_null(clip);
        assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
        assert_string_not_equal(error->message, unusual_end);
    }
}

static void an_empty_file_is_refused(void **state)
{
    g_autoptr(GBytes) file = g_bytes_new(NULL, 0);
    assert_refused(file, WHET_ERROR_INVALID, "The file is empty: nothing was recorded.");
}

static void a_sound_of_no_length_is_broken(void **state)
{
    Sound sound = wav_plain;
    sound.seconds = 0;
    g_autoptr(GBytes) file = sound_make(&sound);
    assert_refused(file, WHET_ERROR_INVALID, broken);
}

static void a_file_over_the_limit_is_refused_unread(void **state)
{
    MediaDecoder small = decoder;
    small.bytes_most = 1000 * 1000;
    small.program = "/nonexistent";
    g_autofree char *bytes = g_malloc0(small.bytes_most + 1);
    g_autoptr(GBytes) file = g_bytes_new_static(bytes, small.bytes_most + 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(MediaClip) clip = media_decode(&small, file, &error);
    assert_null(clip);
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_TOO_LARGE));
    assert_true(g_str_has_prefix(error->message, "The file is larger than 1.0"));
}

static void ninety_seconds_and_a_moment_are_decoded_whole(void **state)
{
    Sound sound = wav_plain;
    sound.seconds = 91;
    g_autoptr(GBytes) file = sound_make(&sound);
    g_autoptr(MediaClip) clip = decode(file);
    assert_int_equal(clip->n_samples, 91 * MEDIA_RATE);
    assert_false(clip->is_damaged);
}

static void a_longer_recording_is_refused(void **state)
{
    Sound sound = wav_plain;
    sound.seconds = 92.1;
    g_autoptr(GBytes) file = sound_make(&sound);
    assert_refused(file, WHET_ERROR_TOO_LARGE, "The recording is longer than 90 seconds.");
}

static void two_hours_of_silence_in_few_bytes_are_refused(void **state)
{
    Sound sound = { "flac", "flac", AV_SAMPLE_FMT_S16, 8000, 1, 7200, .is_silent = TRUE };
    g_autoptr(GBytes) file = sound_make(&sound);
    assert_true(g_bytes_get_size(file) < 2 * 1000 * 1000);
    assert_refused(file, WHET_ERROR_TOO_LARGE, "The recording is longer than 90 seconds.");
}

/* Of a multiple of four bytes, so that no plain sample is cut. */
static GBytes *first_part(GBytes *file, double share)
{
    return g_bytes_new_from_bytes(file, 0, (gsize)((double)g_bytes_get_size(file) * share) & ~(gsize)3);
}

static void a_file_that_ends_early_gives_what_is_there_and_says_so(void **state)
{
    static const Sound sounds[] = {
        { "webm", "libopus", AV_SAMPLE_FMT_FLT, 48000, 1, 20 },
        { "mp4", "aac", AV_SAMPLE_FMT_FLTP, 44100, 1, 20, .options = "moov_size=20000" },
        { "mp4", "libopus", AV_SAMPLE_FMT_FLT, 48000, 1, 20, .options = "movflags=+empty_moov:frag_duration=1000000" },
        { "wav", "pcm_s16le", AV_SAMPLE_FMT_S16, 16000, 1, 20 },
        { "flac", "flac", AV_SAMPLE_FMT_S16, 48000, 1, 20 },
        { "mp3", "libmp3lame", AV_SAMPLE_FMT_FLTP, 44100, 1, 20 },
    };
    static const double shares[] = { 0.574, 0.611 };
    for (gsize i = 0; i < G_N_ELEMENTS(sounds) * G_N_ELEMENTS(shares); i++) {
        const Sound *sound = &sounds[i / G_N_ELEMENTS(shares)];
        g_autoptr(GBytes) whole = sound_make(sound);
        g_autoptr(GBytes) file = first_part(whole, shares[i % G_N_ELEMENTS(shares)]);
        g_autoptr(MediaClip) clip = decode(file);
        double seconds = (double)clip->n_samples / MEDIA_RATE;
        print_message("# %s: %.2f of 20 s\n", sound->muxer, seconds);
        assert_true(seconds > 10 && seconds < 13);
        assert_true(clip->is_damaged);
    }
}

static void a_file_whose_index_is_missing_is_broken(void **state)
{
    g_autoptr(GBytes) whole = sound_make(&mp4_aac);
    g_autoptr(GBytes) file = first_part(whole, 0.9);
    assert_refused(file, WHET_ERROR_INVALID, broken);
}

static void put_little_endian(guint8 *at, guint32 value)
{
    guint32 swapped = GUINT32_TO_LE(value);
    memcpy(at, &swapped, sizeof swapped);
}

/* The canonical 44 bytes of a WAV file with two bytes for each of one second's samples behind them. */
static GBytes *wav_with(guint32 declared_bytes, guint32 rate, guint16 channels)
{
    guint8 *bytes = g_malloc0(44 + 2 * 16000);
    memcpy(bytes, "RIFF____WAVEfmt ", 16);
    put_little_endian(bytes + 4, declared_bytes + 36);
    put_little_endian(bytes + 16, 16);
    bytes[20] = 1; /* plain samples */
    bytes[22] = (guint8)channels;
    bytes[23] = (guint8)(channels >> 8);
    put_little_endian(bytes + 24, rate);
    put_little_endian(bytes + 28, rate * 2);
    bytes[32] = 2;
    bytes[34] = 16;
    memcpy(bytes + 36, "data", 4);
    put_little_endian(bytes + 40, declared_bytes);
    return g_bytes_new_take(bytes, 44 + 2 * 16000);
}

static void a_huge_declared_size_is_not_believed(void **state)
{
    static const guint8 mp4[] = { 0,   0,   0,   8,   'f',  't',  'y',  'p',  0,    0,    0,    1,
                                  'm', 'o', 'o', 'v', 0x3F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
    g_autoptr(GBytes) boxes = g_bytes_new_static(mp4, sizeof mp4);
    assert_refused(boxes, WHET_ERROR_INVALID, broken);
    static const guint8 webm[] = { 0x1A, 0x45, 0xDF, 0xA3, 0x01, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0x42, 0x82 };
    g_autoptr(GBytes) elements = g_bytes_new_static(webm, sizeof webm);
    assert_refused(elements, WHET_ERROR_INVALID, broken);
}

/* As recorders write that do not know the end yet. */
static void a_stream_of_unknown_length_is_not_called_damaged(void **state)
{
    static const guint32 unknown[] = { 0, 0x7FFFFFFF, 0xFFFFFFFF };
    for (gsize i = 0; i < G_N_ELEMENTS(unknown); i++) {
        g_autoptr(GBytes) file = wav_with(unknown[i], 16000, 1);
        g_autoptr(MediaClip) clip = decode(file);
        assert_int_equal(clip->n_samples, 16000);
        assert_false(clip->is_damaged);
    }
}

static void a_rate_or_a_number_of_channels_that_cannot_be_is_broken(void **state)
{
    static const struct {
        guint32 rate;
        guint16 channels;
    } cases[] = { { 1, 1 }, { 3999, 1 }, { 192001, 1 }, { 0xFFFFFFFF, 1 }, { 16000, 0 }, { 16000, 65535 } };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) file = wav_with(2 * 16000, cases[i].rate, cases[i].channels);
        g_autoptr(GError) error = NULL;
        g_autoptr(MediaClip) clip = media_decode(&decoder, file, &error);
        assert_null(clip);
        assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
    }
}

static GBytes *damage(GBytes *file, GRand *random)
{
    gsize n = 0;
    guint8 *bytes = g_memdup2(g_bytes_get_data(file, &n), g_bytes_get_size(file));
    for (guint i = 0; i < 20; i++)
        bytes[g_rand_int_range(random, 0, (gint32)(i < 10 ? MIN(n, 600) : n))] = (guint8)g_rand_int(random);
    return g_bytes_new_take(bytes, n);
}

static void damaged_bytes_are_decoded_or_refused(void **state)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(16);
    guint n_decoded = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(readable); i++) {
        g_autoptr(GBytes) whole = sound_make(&readable[i].sound);
        for (guint k = 0; k < 4; k++) {
            g_autoptr(GBytes) file = damage(whole, random);
            g_autoptr(GError) error = NULL;
            g_autoptr(MediaClip) clip = media_decode(&decoder, file, &error);
            assert_true((clip != NULL) == (error == NULL));
            if (error && error->code != WHET_ERROR_INVALID && error->code != WHET_ERROR_TOO_LARGE)
                fail_msg("%s", error->message);
            if (error)
                assert_string_not_equal(error->message, unusual_end);
            n_decoded += clip != NULL;
        }
    }
    print_message("# %u of %zu damaged files could still be decoded\n", n_decoded, 4 * G_N_ELEMENTS(readable));
}

enum { THREADS = 8, FILES_A_THREAD = 6 };

static gpointer decode_many(gpointer data)
{
    GBytes *const *files = data;
    guint n = 0;
    for (guint i = 0; i < FILES_A_THREAD; i++) {
        g_autoptr(MediaClip) clip = media_decode(&decoder, files[i % 3], NULL);
        n += clip && !clip->is_damaged && fabs((double)clip->n_samples / MEDIA_RATE - 3) < 0.15;
    }
    return GUINT_TO_POINTER(n);
}

static void many_threads_decode_at_once(void **state)
{
    GBytes *files[] = { sound_make(&webm_opus), sound_make(&mp4_aac), sound_make(&wav_plain) };
    GThread *threads[THREADS];
    for (guint i = 0; i < THREADS; i++)
        threads[i] = g_thread_new("decode", decode_many, files);
    for (guint i = 0; i < THREADS; i++)
        assert_int_equal(GPOINTER_TO_UINT(g_thread_join(threads[i])), FILES_A_THREAD);
    for (guint i = 0; i < G_N_ELEMENTS(files); i++)
        g_bytes_unref(files[i]);
}

/* A program in the decoder's place; given to `use`, and removed. */
static void with_program(const char *script, void (*use)(const MediaDecoder *))
{
    g_autofree char *folder = g_dir_make_tmp("whet-media-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "program", NULL);
    g_autofree char *text = g_strdup_printf("#!/bin/sh\n%s\n", script);
    assert_true(g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
    MediaDecoder other = decoder;
    other.program = path;
    use(&other);
    g_remove(path);
    g_rmdir(folder);
}

static void assert_unusual_end(const MediaDecoder *other)
{
    g_autoptr(GBytes) file = sound_make(&wav_plain);
    assert_refused_by(other, file, WHET_ERROR_INVALID, unusual_end);
}

static void a_decoder_that_dies_is_an_error(void **state)
{
    with_program("kill -9 $$", assert_unusual_end);
    with_program("kill -SEGV $$", assert_unusual_end);
    with_program("exit 0", assert_unusual_end);
    with_program("exit 1", assert_unusual_end);
}

static void an_answer_that_makes_no_sense_is_an_error(void **state)
{
    with_program("echo not a reply, but long enough to be taken for one", assert_unusual_end);
    with_program("exec cat /dev/zero", assert_unusual_end);                /* without end */
    with_program("exec head -c 100000 /dev/zero >&2", assert_unusual_end); /* complaints alone */
    with_program("printf '1DHW\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\377\\377\\377\\377'",
                 assert_unusual_end); /* more than follows */
    with_program("printf '1DHW\\0\\0\\0\\0\\100\\0\\0\\0\\0\\0\\0\\0\\1\\0\\0\\0ab'",
                 assert_unusual_end); /* no such container */
}

static void assert_late(const MediaDecoder *other)
{
    MediaDecoder hasty = *other;
    hasty.patience = 300;
    g_autoptr(GBytes) file = sound_make(&wav_plain);
    assert_refused_by(&hasty, file, WHET_ERROR_UNAVAILABLE, "Reading this recording took too long. Please try again.");
}

static void a_decoder_that_hangs_is_killed(void **state)
{
    with_program("exec sleep 1000", assert_late);
    with_program("exec >&-; exec sleep 1000", assert_late);
}

static void a_decoder_that_is_not_there_is_our_fault(void **state)
{
    MediaDecoder other = decoder;
    other.program = "/nonexistent/whet-decode";
    g_autoptr(GBytes) file = sound_make(&wav_plain);
    assert_refused_by(&other, file, WHET_ERROR_FAILED, "/nonexistent/whet-decode: No such file or directory");
}

static void complaints_are_kept_short_and_plain(void **state)
{
    const char *arguments[] = { "sh", "-c", "printf 'first\\nsecond\\033[31m' >&2; exec head -c 100000 /dev/zero >&2",
                                NULL };
    g_autoptr(GBytes) input = g_bytes_new(NULL, 0);
    g_autoptr(MediaProcess) process = media_process_run("/bin/sh", arguments, input, 10, 10000, NULL);
    assert_non_null(process);
    assert_string_equal(process->complaint, "first\\nsecond\\033[31m");
    assert_true(!process->is_late && !process->is_too_much);
}

static void nothing_of_this_process_shows_in_the_child(void **state)
{
    int kept = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */
    const char *arguments[] = { "sh", "-c", "ls /proc/self/fd | wc -l; env | grep -c SECRET; wc -c", NULL };
    g_setenv("SECRET", "of the server", TRUE);
    g_autoptr(GBytes) input = g_bytes_new_static("12345", 5);
    g_autoptr(MediaProcess) process = media_process_run("/bin/sh", arguments, input, 1000, 10000, NULL);
    g_unsetenv("SECRET");
    close(kept);
    g_byte_array_append(process->output, (const guint8 *)"", 1);
    assert_string_equal((const char *)process->output->data, "4\n0\n5\n"); /* the fourth is of ls, which looks */
}

static void assert_fails_closed(const MediaDecoder *refused)
{
    g_autoptr(GBytes) file = sound_make(&wav_plain);
    assert_refused_by(refused, file, WHET_ERROR_FAILED,
                      "The kernel refuses to confine the decoder of sounds (seccomp), so none is decoded.");
    MediaDecoder careless = *refused;
    careless.allows_unconfined = TRUE;
    g_autoptr(MediaClip) clip = media_decode(&careless, file, NULL);
    assert_non_null(clip);
    assert_tone(clip, 3);
}

static void nothing_is_decoded_where_the_kernel_has_no_filters_unless_that_is_allowed(void **state)
{
    g_autofree char *script = g_strdup_printf("exec '%s' --refuse-filters '%s' \"$@\"", own_program, decoder_program);
    with_program(script, assert_fails_closed);
}

/* As a kernel or container without filters: from here on installing one fails. Then the command is executed. */
static int refuse_filters(char **command)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(seccomp), 0);
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP));
    if (seccomp_load(filter) == 0)
        execv(command[0], command);
    return 1;
}

static void find_programs(void)
{
    own_program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *tests = g_path_get_dirname(own_program);
    g_autofree char *build = g_path_get_dirname(tests);
    decoder_program = g_build_filename(build, "whet-decode", NULL);
    decoder = MEDIA_DECODER_DEFAULT;
    decoder.program = decoder_program;
    decoder.patience = 60 * 1000; /* a busy machine is no failure here */
}

#define test(name) cmocka_unit_test_setup_teardown(name, remember_descriptors, nothing_is_left)

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "--refuse-filters") == 0)
        return refuse_filters(argv + 2);
    const struct CMUnitTest tests[] = {
        test(what_browsers_and_recorders_write_is_decoded),
        test(pictures_are_passed_over),
        test(a_film_without_sound_is_refused_as_such),
        test(a_codec_that_is_not_on_the_list_is_refused),
        test(a_container_that_is_not_on_the_list_is_refused),
        test(what_is_no_sound_is_refused),
        test(a_beginning_alone_is_broken),
        test(an_empty_file_is_refused),
        test(a_sound_of_no_length_is_broken),
        test(a_file_over_the_limit_is_refused_unread),
        test(ninety_seconds_and_a_moment_are_decoded_whole),
        test(a_longer_recording_is_refused),
        test(two_hours_of_silence_in_few_bytes_are_refused),
        test(a_file_that_ends_early_gives_what_is_there_and_says_so),
        test(a_file_whose_index_is_missing_is_broken),
        test(a_huge_declared_size_is_not_believed),
        test(a_stream_of_unknown_length_is_not_called_damaged),
        test(a_rate_or_a_number_of_channels_that_cannot_be_is_broken),
        test(damaged_bytes_are_decoded_or_refused),
        test(many_threads_decode_at_once),
        test(a_decoder_that_dies_is_an_error),
        test(an_answer_that_makes_no_sense_is_an_error),
        test(a_decoder_that_hangs_is_killed),
        test(a_decoder_that_is_not_there_is_our_fault),
        test(complaints_are_kept_short_and_plain),
        test(nothing_of_this_process_shows_in_the_child),
        test(nothing_is_decoded_where_the_kernel_has_no_filters_unless_that_is_allowed),
    };
    find_programs();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
