/* Media: a recording that somebody uploaded, as samples that can be measured. Knows how to have a file decoded and what
 * to tell people when that fails; hides containers, codecs, and the child process in which they are kept.
 *
 * Decoders are large and see bytes from anyone. They run in a program of their own, whet-decode, one process for each
 * file: it gets the bytes and a pipe to answer on, gives up files, network and processes (seccomp, rlimits), and is
 * killed when it takes too long. Whatever happens to it, this process sees an error. Thread-safe; blocks, at most for
 * the patience given. A call costs one process of up to 256 MB: whoever calls decides how many at once. */
#pragma once

#include <glib.h>

/* Samples per second of everything decoded. */
enum { MEDIA_RATE = 16000 };

/* How to decode. A plain value; what it points to must live as long as it is used. */
typedef struct {
    const char *program;        /* path of whet-decode; NULL for the one beside the running program */
    gsize bytes_most;           /* a larger file is refused unread */
    guint seconds_most;         /* a longer recording is refused; 1 .. MEDIA_SECONDS_MOST */
    guint patience;             /* milliseconds until the child is killed */
    gboolean allows_unconfined; /* go on where the kernel has no seccomp filters (some containers): the limits of
                                 * resources stay, but a hole in a decoder is then a hole in the server */
} MediaDecoder;

/* 20 MB hold 90 seconds of any format that is read, plain samples (17 MB for 48 kHz stereo) included. Decoding 90
 * seconds takes a small part of a second; ten leave room for a machine that is busy. */
#define MEDIA_DECODER_DEFAULT \
    ((MediaDecoder){ .bytes_most = 20 * 1000 * 1000, .seconds_most = 90, .patience = 10 * 1000 })

enum { MEDIA_SECONDS_MOST = 600 };

/* A recorder stops a moment after it was told to: a recording may be this much longer than seconds_most. */
enum { MEDIA_SLACK_SECONDS = 2 };

typedef struct {
    gint16 *samples;     /* mono, MEDIA_RATE a second */
    gsize n_samples;     /* > 0 */
    gboolean is_damaged; /* parts of the file are broken or its end is missing: this is what could be decoded. A live
                          * recording that was cut exactly between two of its parts cannot be told from a whole one */
    const char *type;    /* what the file is, from its bytes and not from anybody's word: "audio/webm"; static */
} MediaClip;

/* The first sound track of `file`: Opus, Vorbis, AAC, MP3, FLAC or plain samples in WebM/Matroska, MP4/QuickTime, Ogg,
 * WAV, MP3 or FLAC; pictures are passed over. NULL on error, with a message for the person who uploaded it:
 * WHET_ERROR_TOO_LARGE over a limit of bytes or seconds, WHET_ERROR_INVALID when the file is empty, of another kind,
 * silent of tracks, or broken, WHET_ERROR_UNAVAILABLE when patience ran out, and WHET_ERROR_FAILED when the decoder
 * cannot be started, or cannot be confined while that is asked for. Free with media_clip_free. */
MediaClip *media_decode(const MediaDecoder *decoder, GBytes *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void media_clip_free(MediaClip *clip);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MediaClip, media_clip_free)
