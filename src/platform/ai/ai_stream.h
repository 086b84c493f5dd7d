/* Event streams as they come in (server-sent events, https://html.spec.whatwg.org/multipage/server-sent-events.html,
 * "Interpreting an event stream"): bytes in pieces of any size, events out. Private to this folder. Of the fields only
 * `data` matters here. */
#pragma once

#include <glib.h>

typedef struct AiStream AiStream;

/* The data of one event; its lines are joined with "\n". FALSE, with an error, ends the reading. */
typedef gboolean (*AiStreamEvent)(const char *data, gsize length, gpointer user, GError **error);

AiStream *ai_stream_new(void);
void ai_stream_free(AiStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AiStream, ai_stream_free)

/* FALSE, with an error, when `event` gave one, or when a line or an event is greater than AI_TEXT_BYTES_MOST. */
gboolean ai_stream_feed(AiStream *stream, const char *bytes, gsize length, AiStreamEvent event, gpointer user,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
