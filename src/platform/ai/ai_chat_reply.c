/* Knows what a chat completion's reply looks like on the wire, whole or in pieces. */
#include "platform/ai/ai_chat.h"

#include <string.h>

#include "platform/ai/ai_json.h"
#include "platform/ai/ai_reply.h"
#include "platform/ai/ai_schema.h"
#include "platform/error.h"

static gboolean append(GString *text, const json_t *part, GError **error)
{
    const char *value = json_string_value(part);
    if (!value)
        return TRUE;
    if (text->len + json_string_length(part) > AI_TEXT_BYTES_MOST)
        return whet_fail(error, WHET_ERROR_FAILED, "the answer is too long");
    g_string_append(text, value);
    return TRUE;
}

/* A server that fails after it has begun to answer says so in the place of an answer. */
static gboolean has_no_error(const json_t *object, GError **error)
{
    const json_t *wrong = json_object_get(object, "error");
    if (!wrong || json_is_null(wrong))
        return TRUE;
    const char *message = json_string_value(json_is_string(wrong) ? wrong : json_object_get(wrong, "message"));
    g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "the server says: %s", message ? message : "error");
    return FALSE;
}

/* What whole replies and pieces have in common; the part that they do not is `name` of the first choice. */
static gboolean read_object(AiChat *chat, const json_t *object, const char *name, GString *text, GError **error)
{
    if (!has_no_error(object, error))
        return FALSE;
    const char *model = json_string_value(json_object_get(object, "model"));
    if (model)
        ai_reply_set_text(&chat->answered_by, model);
    json_t *usage = json_object_get(object, "usage");
    if (json_is_object(usage)) {
        json_decref(chat->usage);
        chat->usage = json_incref(usage);
    }
    const json_t *choice = json_array_get(json_object_get(object, "choices"), 0);
    const char *reason = json_string_value(json_object_get(choice, "finish_reason"));
    if (reason)
        ai_reply_set_text(&chat->finish_reason, reason);
    const json_t *message = json_object_get(choice, name);
    if (json_is_string(json_object_get(message, "refusal")))
        return whet_fail(error, WHET_ERROR_FAILED, "the model declined to answer");
    return append(text, json_object_get(message, "content"), error);
}

/* --- in pieces */

typedef struct {
    AiChat *chat;
    GString *text;
} Piece;

static gboolean take_event(const char *data, gsize length, gpointer user, GError **error)
{
    Piece *piece = user;
    if (piece->chat->is_done || g_str_equal(data, "[DONE]")) {
        piece->chat->is_done = TRUE;
        return TRUE;
    }
    g_autoptr(json_t) object = ai_json_read(data, length, error);
    return object && read_object(piece->chat, object, "delta", piece->text, error);
}

gboolean ai_chat_take(AiWork *work, const char *bytes, gsize length, GString *text, GError **error)
{
    AiChat *chat = (AiChat *)work;
    Piece piece = { chat, text };
    return ai_stream_feed(chat->stream, bytes, length, take_event, &piece, error);
}

/* --- its end */

static void set_usage(const AiChat *chat, const GString *text, AiReply *reply)
{
    if (ai_reply_set_usage(reply, chat->usage))
        return;
    reply->usage = (AiUsage){ ai_tokens(reply->sent ? strlen(reply->sent) : 0), ai_tokens(text->len), TRUE };
}

gboolean ai_chat_settle(const AiWork *work, AiReply *reply, GError **error)
{
    const AiChat *chat = (const AiChat *)work;
    if (!chat->schema)
        return TRUE;
    g_autoptr(json_t) found = ai_json_find(reply->text, error);
    if (!found || !ai_schema_fits(chat->schema, found, error))
        return FALSE;
    reply->json = g_steal_pointer(&found);
    return TRUE;
}

static gboolean check_reason(const AiChat *chat, const GString *text, GError **error)
{
    if (g_strcmp0(chat->finish_reason, "content_filter") == 0)
        return whet_fail(error, WHET_ERROR_FAILED, "the server's filter held the answer back");
    if (text->len == 0)
        return whet_fail(error, WHET_ERROR_FAILED, "the answer is empty");
    return TRUE;
}

/* What the server was asked without, and then answered well, it is asked without from now on. */
static void remember(const AiChat *chat)
{
    g_atomic_int_or(chat->dialect, chat->yielded);
}

AiWorkEnd ai_chat_finish(AiWork *work, const GString *body, GString *text, AiReply *reply, GError **error)
{
    AiChat *chat = (AiChat *)work;
    if (body) {
        g_autoptr(json_t) object = ai_json_read(body->str, body->len, error);
        if (!object || !read_object(chat, object, "message", text, error))
            return AI_WORK_BAD;
    } else if (!chat->is_done && !chat->finish_reason) {
        return AI_WORK_CUT;
    }
    remember(chat);
    set_usage(chat, text, reply);
    ai_reply_set_text(&reply->model, chat->answered_by);
    ai_reply_set_text(&reply->text, text->str);
    reply->is_truncated = g_strcmp0(chat->finish_reason, "length") == 0;
    if (!check_reason(chat, text, error))
        return AI_WORK_BAD;
    if (ai_chat_settle(work, reply, error))
        return AI_WORK_DONE;
    if (reply->is_truncated)
        g_prefix_error(error, "max_tokens were reached: ");
    return AI_WORK_BAD;
}
