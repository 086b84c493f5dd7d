/* Knows what a transcription's request and reply look like on the wire. */
#include "platform/ai/ai_transcription.h"

#include <string.h>

#include "platform/ai/ai_dialect.h"
#include "platform/ai/ai_json.h"
#include "platform/ai/ai_reply.h"
#include "platform/error.h"

enum {
    NAME_BYTES_MOST = 100,
    PROMPT_BYTES_MOST = 4096, /* Whisper reads the last 224 tokens; OpenAI's speech to text guide, "Prompting" */
};
static const double SECONDS_MOST = 24 * 3600;

typedef struct {
    AiWork work;
    const char *model;
    GBytes *audio;
    char *file_name, *type, *language, *prompt;
    guint *dialect;
    guint yielded;
} Transcription;

/* What goes into a header of a form must not end it. */
static gboolean is_plain(const char *text)
{
    if (!text || *text == '\0' || strlen(text) > NAME_BYTES_MOST)
        return FALSE;
    for (; *text != '\0'; text++)
        if (!g_ascii_isgraph(*text) || *text == '"' || *text == '\\')
            return FALSE;
    return TRUE;
}

gboolean ai_transcription_check(const AiTranscriptionRequest *request, GError **error)
{
    if (!request->audio || g_bytes_get_size(request->audio) == 0)
        return whet_fail(error, WHET_ERROR_INVALID, "There is no sound to transcribe.");
    if (g_bytes_get_size(request->audio) > AI_AUDIO_BYTES_MOST)
        return whet_fail(error, WHET_ERROR_TOO_LARGE, "The recording is too large to be transcribed.");
    if (!is_plain(request->file_name) || !is_plain(request->type) ||
        (request->language && !is_plain(request->language)))
        return whet_fail(error, WHET_ERROR_INVALID, "A name, a type or a language is not fit for a form.");
    if (request->prompt && (strlen(request->prompt) > PROMPT_BYTES_MOST || !g_utf8_validate(request->prompt, -1, NULL)))
        return whet_fail(error, WHET_ERROR_INVALID, "The words to listen for are too many, or no UTF-8.");
    return TRUE;
}

static guint without(const Transcription *transcription)
{
    return g_atomic_int_get(transcription->dialect) | transcription->yielded;
}

static void dress(AiWork *work, AiTransfer *transfer, AiReply *reply)
{
    Transcription *own = (Transcription *)work;
    const char *format = without(own) & AI_WITHOUT_VERBOSE ? "json" : "verbose_json";
    g_autoptr(json_t) sent = json_pack("{s:s, s:s*, s:s*, s:s, s:s*}", "file", own->file_name, "model", own->model,
                                       "language", own->language, "response_format", format, "prompt", own->prompt);
    g_free(reply->sent);
    reply->sent = json_write(sent, NULL);
    ai_transfer_send_file(transfer, "file", own->file_name, own->type, own->audio);
    ai_transfer_send_part(transfer, "model", own->model);
    ai_transfer_send_part(transfer, "language", own->language);
    ai_transfer_send_part(transfer, "response_format", format);
    ai_transfer_send_part(transfer, "prompt", own->prompt);
}

/* --- the reply */

/* OpenAI's server has written the duration as a text as well. */
static double seconds_of(const json_t *value)
{
    double seconds = json_is_string(value) ? g_ascii_strtod(json_string_value(value), NULL) : json_number_value(value);
    return seconds >= 0 && seconds <= SECONDS_MOST ? seconds : 0;
}

static void read_segments(const json_t *list, GArray *segments)
{
    gsize n = MIN(json_array_size(list), AI_SEGMENTS_MOST);
    for (gsize i = 0; i < n; i++) {
        const json_t *item = json_array_get(list, i);
        const char *text = json_string_value(json_object_get(item, "text"));
        double start = seconds_of(json_object_get(item, "start")), end = seconds_of(json_object_get(item, "end"));
        if (!text || end < start)
            continue;
        AiSegment segment = { start, end, g_strdup(text) };
        g_array_append_val(segments, segment);
    }
}

static AiWorkEnd finish(AiWork *work, const GString *body, GString *text, AiReply *reply, GError **error)
{
    Transcription *own = (Transcription *)work;
    g_autoptr(json_t) object = ai_json_read(body->str, body->len, error);
    if (!object)
        return AI_WORK_BAD;
    const json_t *heard = json_object_get(object, "text");
    if (!json_is_string(heard) || json_string_length(heard) > AI_TEXT_BYTES_MOST) {
        whet_fail(error, WHET_ERROR_FAILED, "there is no text in it, or too much");
        return AI_WORK_BAD;
    }
    g_atomic_int_or(own->dialect, own->yielded);
    g_string_assign(text, json_string_value(heard));
    ai_reply_set_text(&reply->text, text->str);
    ai_reply_set_text(&reply->language, json_string_value(json_object_get(object, "language")));
    reply->seconds = seconds_of(json_object_get(object, "duration"));
    read_segments(json_object_get(object, "segments"), reply->segments);
    return AI_WORK_DONE;
}

static gboolean yield(AiWork *work, const char *complaint)
{
    Transcription *own = (Transcription *)work;
    guint bit = ai_dialect_yield(complaint, AI_WITHOUT_VERBOSE & ~without(own));
    own->yielded |= bit;
    return bit != 0;
}

static void free_transcription(AiWork *work)
{
    Transcription *own = (Transcription *)work;
    g_bytes_unref(own->audio);
    g_free(own->file_name);
    g_free(own->type);
    g_free(own->language);
    g_free(own->prompt);
    g_free(own);
}

AiWork *ai_transcription_new(const AiTranscriptionRequest *request, const char *model, guint *dialect)
{
    Transcription *own = g_new0(Transcription, 1);
    own->work = (AiWork){ dress, NULL, finish, yield, free_transcription };
    own->model = model;
    own->audio = g_bytes_ref(request->audio);
    own->file_name = g_strdup(request->file_name);
    own->type = g_strdup(request->type);
    own->language = g_strdup(request->language);
    own->prompt = g_strdup(request->prompt);
    own->dialect = dialect;
    return &own->work;
}
