/* A chat completion: the request as JSON, and the reply, whole or as an event stream
 * (https://platform.openai.com/docs/api-reference/chat). Private to this folder. */
#pragma once

#include "platform/ai/ai_stream.h"
#include "platform/ai/ai_work.h"

/* Whether the request can be one. INVALID when not. */
gboolean ai_chat_check(const AiChatRequest *request, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* `dialect` (bits of AiDialect, atomic) is what the server is known not to understand; what it turns out not to is
 * added once a request without it went well. It must outlive the work, as must `model`. */
AiWork *ai_chat_new(const AiChatRequest *request, const char *model, guint *dialect);

/* The object in `reply`'s text, when the request had a schema. FAILED when there is none, or it does not fit. */
gboolean ai_chat_settle(const AiWork *work, AiReply *reply, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* SHA-256, in hexadecimal digits, of everything that the answer depends on, the nonce left out. Free with g_free. */
char *ai_chat_key(const AiChatRequest *request, const char *url, const char *model);

/* An estimate of the most tokens that the request can take. */
guint ai_chat_tokens(const AiChatRequest *request);

/* --- within ai_chat_*.c */

typedef struct {
    AiWork work;
    const char *model;
    json_t *messages, *schema;
    char *schema_name;
    guint max_tokens;
    double temperature;
    gint64 seed;
    gboolean is_streamed;
    guint *dialect;
    guint yielded; /* what this call does without, besides */

    AiStream *stream; /* of this try, as is what follows */
    char *finish_reason, *answered_by;
    json_t *usage;
    gboolean is_done;
} AiChat;

/* What it does without, in this try. */
guint ai_chat_without(const AiChat *chat);
/* The body of the request. Free with g_free. */
char *ai_chat_body(const AiChat *chat);
/* The messages as the API has them. A new reference. */
json_t *ai_chat_messages(const AiChatRequest *request, const char *nonce);

/* As AiWork has them. */
gboolean ai_chat_take(AiWork *work, const char *bytes, gsize length, GString *text, GError **error);
AiWorkEnd ai_chat_finish(AiWork *work, const GString *body, GString *text, AiReply *reply, GError **error);
