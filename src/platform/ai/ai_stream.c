/* Knows how events are written on the wire; hides where pieces were cut. */
#include "platform/ai/ai_stream.h"

#include <string.h>

#include "platform/ai/ai.h"
#include "platform/error.h"

struct AiStream {
    GString *line; /* as far as it has come */
    GString *data; /* of the event that is being read */
    gboolean has_data, has_begun, after_return;
};

AiStream *ai_stream_new(void)
{
    AiStream *stream = g_new0(AiStream, 1);
    stream->line = g_string_new(NULL);
    stream->data = g_string_new(NULL);
    return stream;
}

void ai_stream_free(AiStream *stream)
{
    g_string_free(stream->line, TRUE);
    g_string_free(stream->data, TRUE);
    g_free(stream);
}

static void take_data(AiStream *stream, const char *value, gsize length)
{
    if (length > 0 && *value == ' ')
        value++, length--;
    if (stream->has_data)
        g_string_append_c(stream->data, '\n');
    g_string_append_len(stream->data, value, (gssize)length);
    stream->has_data = TRUE;
}

static gboolean end_event(AiStream *stream, AiStreamEvent event, gpointer user, GError **error)
{
    gboolean ok = !stream->has_data || event(stream->data->str, stream->data->len, user, error);
    g_string_truncate(stream->data, 0);
    stream->has_data = FALSE;
    return ok;
}

static gboolean take_line(AiStream *stream, AiStreamEvent event, gpointer user, GError **error)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    if (!stream->has_begun && g_str_has_prefix(stream->line->str, byte_order_mark))
        g_string_erase(stream->line, 0, (gssize)strlen(byte_order_mark));
    stream->has_begun = TRUE;
    const char *line = stream->line->str;
    gsize length = stream->line->len;
    gboolean ok = TRUE;
    if (length == 0)
        ok = end_event(stream, event, user, error);
    else if (g_str_has_prefix(line, "data:"))
        take_data(stream, line + strlen("data:"), length - strlen("data:"));
    g_string_truncate(stream->line, 0);
    return ok;
}

static gboolean is_too_long(const AiStream *stream, gsize more)
{
    return stream->line->len + stream->data->len + more > AI_TEXT_BYTES_MOST;
}

/* A line ends in "\n", "\r" or both. */
static gsize length_of_line(const char *bytes, gsize length)
{
    gsize end = 0;
    while (end < length && bytes[end] != '\n' && bytes[end] != '\r')
        end++;
    return end;
}

gboolean ai_stream_feed(AiStream *stream, const char *bytes, gsize length, AiStreamEvent event, gpointer user,
                        GError **error)
{
    for (gsize at = 0; at < length; at++) {
        if (stream->after_return && bytes[at] == '\n') {
            stream->after_return = FALSE;
            continue;
        }
        stream->after_return = FALSE;
        gsize part = length_of_line(bytes + at, length - at);
        if (is_too_long(stream, part))
            return whet_fail(error, WHET_ERROR_FAILED, "a piece of the stream is too long");
        g_string_append_len(stream->line, bytes + at, (gssize)part);
        at += part;
        if (at == length)
            break;
        stream->after_return = bytes[at] == '\r';
        if (!take_line(stream, event, user, error))
            return FALSE;
    }
    return TRUE;
}
