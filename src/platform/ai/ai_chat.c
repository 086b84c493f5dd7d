/* Knows what may be asked in a chat, and what each try of it begins with. */
#include "platform/ai/ai_chat.h"

#include <string.h>

#include "platform/ai/ai_dialect.h"
#include "platform/ai/ai_reply.h"
#include "platform/ai/ai_schema.h"
#include "platform/error.h"

static const double TEMPERATURE_MOST = 2; /* OpenAI's API reference, "temperature" */
enum { NAME_BYTES_MOST = 64 };            /* the same, "response_format" */

/* --- what may be asked */

static gboolean is_name(const char *name)
{
    static const char allowed[] = G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_-";
    return name && *name != '\0' && strlen(name) <= NAME_BYTES_MOST && strspn(name, allowed) == strlen(name);
}

static gboolean check_messages(const AiChatRequest *request, GError **error)
{
    gsize bytes = 0;
    if (request->n_messages == 0 || request->n_messages > AI_MESSAGES_MOST)
        return whet_fail(error, WHET_ERROR_INVALID, "A request must have messages, and not too many.");
    for (guint i = 0; i < request->n_messages; i++) {
        const char *text = request->messages[i].text;
        if (!text || !g_utf8_validate(text, -1, NULL))
            return whet_fail(error, WHET_ERROR_INVALID, "A message must be text in UTF-8.");
        bytes += strlen(text);
    }
    if (bytes > AI_PROMPT_BYTES_MOST)
        return whet_fail(error, WHET_ERROR_INVALID, "The messages are too long.");
    return TRUE;
}

gboolean ai_chat_check(const AiChatRequest *request, GError **error)
{
    if (!check_messages(request, error))
        return FALSE;
    if (!(request->temperature >= 0 && request->temperature <= TEMPERATURE_MOST))
        return whet_fail(error, WHET_ERROR_INVALID, "The temperature must be from 0 to 2.");
    if (!request->schema)
        return TRUE;
    if (!is_name(request->schema_name))
        return whet_fail(error, WHET_ERROR_INVALID, "A schema needs a name of letters, digits, '_' and '-'.");
    return ai_schema_check(request->schema, error);
}

/* --- a call */

static void forget(AiChat *chat)
{
    g_clear_pointer(&chat->stream, ai_stream_free);
    g_clear_pointer(&chat->finish_reason, g_free);
    g_clear_pointer(&chat->answered_by, g_free);
    g_clear_pointer(&chat->usage, json_decref);
    chat->is_done = FALSE;
}

static void dress(AiWork *work, AiTransfer *transfer, AiReply *reply)
{
    AiChat *chat = (AiChat *)work;
    forget(chat);
    chat->stream = ai_stream_new();
    char *body = ai_chat_body(chat);
    ai_reply_set_text(&reply->sent, body);
    ai_transfer_send_json(transfer, body);
}

/* What is in the request and could be left out of it. */
static guint concessions(const AiChat *chat)
{
    guint open = AI_WITHOUT_TEMPERATURE;
    if (chat->schema)
        open |= AI_WITHOUT_SCHEMA | AI_WITHOUT_FORMAT;
    if (chat->max_tokens > 0)
        open |= AI_WITHOUT_MAX_TOKENS;
    if (chat->seed != 0)
        open |= AI_WITHOUT_SEED;
    if (chat->is_streamed)
        open |= AI_WITHOUT_STREAM_OPTIONS;
    return open & ~ai_chat_without(chat);
}

static gboolean yield(AiWork *work, const char *complaint)
{
    AiChat *chat = (AiChat *)work;
    guint bit = ai_dialect_yield(complaint, concessions(chat));
    chat->yielded |= bit;
    return bit != 0;
}

static void free_chat(AiWork *work)
{
    AiChat *chat = (AiChat *)work;
    forget(chat);
    json_decref(chat->messages);
    json_decref(chat->schema);
    g_free(chat->schema_name);
    g_free(chat);
}

AiWork *ai_chat_new(const AiChatRequest *request, const char *model, guint *dialect)
{
    AiChat *chat = g_new0(AiChat, 1);
    chat->work = (AiWork){ dress, request->delta ? ai_chat_take : NULL, ai_chat_finish, yield, free_chat };
    chat->model = model;
    chat->messages = ai_chat_messages(request, NULL);
    chat->schema = request->schema ? json_deep_copy(request->schema) : NULL;
    chat->schema_name = request->schema ? g_strdup(request->schema_name) : NULL;
    chat->max_tokens = request->max_tokens;
    chat->temperature = request->temperature;
    chat->seed = request->seed;
    chat->is_streamed = request->delta != NULL;
    chat->dialect = dialect;
    return &chat->work;
}
