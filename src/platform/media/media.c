/* The call of whet-decode, and what its answer means to people. */
#include "platform/media/media.h"

#include "platform/error.h"
#include "platform/media/media_process.h"
#include "platform/media/media_reply.h"
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static const char *const type_of[MEDIA_CONTAINERS] = {
    [MEDIA_WEBM] = "audio/webm", [MEDIA_MP4] = "audio/mp4",  [MEDIA_OGG] = "audio/ogg",
    [MEDIA_WAV] = "audio/wav",   [MEDIA_MP3] = "audio/mpeg", [MEDIA_FLAC] = "audio/flac",
};

static const char unreadable[] = "This is not a sound file that Whet can read.";
static const char unusual_end[] = "This sound file cannot be read: decoding it failed.";

static gsize samples_most(const MediaDecoder *decoder)
{
    return (gsize)(decoder->seconds_most + MEDIA_SLACK_SECONDS) * MEDIA_RATE;
}

/* Beside the running program, wherever that was installed. */
static char *find_program(const MediaDecoder *decoder, GError **error)
{
    if (decoder->program)
        return g_strdup(decoder->program);
    g_autofree char *self = g_file_read_link("/proc/self/exe", error);
    if (!self)
        return NULL;
    g_autofree char *folder = g_path_get_dirname(self);
    return g_build_filename(folder, "whet-decode", NULL);
}

static gboolean check_size(const MediaDecoder *decoder, gsize size, GError **error)
{
    if (size == 0)
        return whet_fail(error, WHET_ERROR_INVALID, "The file is empty: nothing was recorded.");
    if (size <= decoder->bytes_most)
        return TRUE;
    g_autofree char *most = g_format_size(decoder->bytes_most);
    g_set_error(error, WHET_ERROR, WHET_ERROR_TOO_LARGE, "The file is larger than %s.", most);
    return FALSE;
}

/* How the child ended tells the operator what the person need not know. */
static gboolean check_end(const MediaProcess *process, GError **error)
{
    if (process->is_late)
        return whet_fail(error, WHET_ERROR_UNAVAILABLE, "Reading this recording took too long. Please try again.");
    if (!process->is_too_much && WIFEXITED(process->status) && WEXITSTATUS(process->status) == 0)
        return TRUE;
    g_autofree char *how = WIFSIGNALED(process->status)
                               ? g_strdup_printf("ended by signal %d", WTERMSIG(process->status))
                               : g_strdup_printf("ended with status %d", WEXITSTATUS(process->status));
    g_warning("the decoder of an uploaded sound was %s%s%s", how, *process->complaint ? ": " : "", process->complaint);
    return whet_fail(error, WHET_ERROR_INVALID, unusual_end);
}

/* The head of the reply; FALSE unless it is one that whet-decode writes. */
static gboolean read_reply(const MediaDecoder *decoder, const GByteArray *output, MediaReply *reply)
{
    if (output->len < sizeof *reply)
        return FALSE;
    memcpy(reply, output->data, sizeof *reply);
    gboolean is_decoded = reply->outcome == MEDIA_DECODED;
    return reply->magic == MEDIA_REPLY_MAGIC && reply->outcome < MEDIA_OUTCOMES &&
           reply->container < MEDIA_CONTAINERS && reply->is_damaged <= 1 && is_decoded == (reply->n_samples > 0) &&
           reply->n_samples <= samples_most(decoder) &&
           output->len == sizeof *reply + (gsize)reply->n_samples * sizeof(gint16);
}

static gboolean check_outcome(const MediaDecoder *decoder, MediaOutcome outcome, GError **error)
{
    switch (outcome) {
    case MEDIA_DECODED:
        return TRUE;
    case MEDIA_UNREADABLE:
        return whet_fail(error, WHET_ERROR_INVALID, unreadable);
    case MEDIA_SOUNDLESS:
        return whet_fail(error, WHET_ERROR_INVALID, "There is no sound in this file, or none that Whet can read.");
    case MEDIA_BROKEN:
        return whet_fail(error, WHET_ERROR_INVALID, "This sound file is damaged: nothing in it can be played.");
    case MEDIA_TOO_LONG:
        g_set_error(error, WHET_ERROR, WHET_ERROR_TOO_LARGE, "The recording is longer than %u seconds.",
                    decoder->seconds_most);
        return FALSE;
    case MEDIA_UNCONFINED:
        return whet_fail(error, WHET_ERROR_FAILED,
                         "The kernel refuses to confine the decoder of sounds (seccomp), so none is decoded.");
    case MEDIA_OUTCOMES:
        break;
    }
    return whet_fail(error, WHET_ERROR_INVALID, unusual_end);
}

static MediaClip *clip_of(const MediaReply *reply, const GByteArray *output)
{
    MediaClip *clip = g_new0(MediaClip, 1);
    clip->n_samples = reply->n_samples;
    clip->samples = g_memdup2(output->data + sizeof *reply, clip->n_samples * sizeof *clip->samples);
    clip->is_damaged = reply->is_damaged != 0;
    clip->type = type_of[reply->container];
    return clip;
}

MediaClip *media_decode(const MediaDecoder *decoder, GBytes *file, GError **error)
{
    g_return_val_if_fail(decoder->seconds_most > 0 && decoder->seconds_most <= MEDIA_SECONDS_MOST, NULL);
    if (!check_size(decoder, g_bytes_get_size(file), error))
        return NULL;
    g_autofree char *program = find_program(decoder, error);
    if (!program)
        return NULL;
    g_autofree char *most = g_strdup_printf("%" G_GSIZE_FORMAT, samples_most(decoder));
    const char *arguments[] = { "whet-decode", most, decoder->allows_unconfined ? "unconfined" : NULL, NULL };
    g_autoptr(MediaProcess) process =
        media_process_run(program, arguments, file, sizeof(MediaReply) + samples_most(decoder) * sizeof(gint16),
                          decoder->patience, error);
    if (!process || !check_end(process, error))
        return NULL;
    MediaReply reply;
    if (!read_reply(decoder, process->output, &reply)) {
        g_warning("the decoder of an uploaded sound gave no answer that makes sense");
        whet_fail(error, WHET_ERROR_INVALID, unusual_end);
        return NULL;
    }
    if (!check_outcome(decoder, reply.outcome, error))
        return NULL;
    return clip_of(&reply, process->output);
}

void media_clip_free(MediaClip *clip)
{
    g_free(clip->samples);
    g_free(clip);
}
