/* Knows what a chat completion's request looks like on the wire, and in the words of which dialect. */
#include "platform/ai/ai_chat.h"

#include <string.h>

#include "platform/ai/ai_dialect.h"
#include "platform/ai/ai_reply.h"
#include "platform/json.h"

static const char *const roles[] = { [AI_SYSTEM] = "system", [AI_USER] = "user", [AI_ASSISTANT] = "assistant" };

static json_t *message_new(const char *role, const char *text)
{
    return json_pack("{s:s, s:s}", "role", role, "content", text);
}

json_t *ai_chat_messages(const AiChatRequest *request, const char *nonce)
{
    json_t *messages = json_array();
    for (guint i = 0; i < request->n_messages; i++) {
        const AiMessage *message = &request->messages[i];
        g_autoptr(GString) text = g_string_new(message->text);
        if (nonce && *nonce)
            g_string_replace(text, nonce, "\001", 0);
        json_array_append_new(messages, message_new(roles[message->role], text->str));
    }
    return messages;
}

/* A server that cannot be given a schema is told of it in words. They go into the first message when it is the
 * system's: many templates take but one of those. */
static json_t *explained(const AiChat *chat)
{
    g_autofree char *schema = json_write(chat->schema, NULL);
    g_autofree char *words =
        g_strconcat("Answer with one JSON object and nothing else. It must fit this JSON Schema:\n", schema, NULL);
    json_t *messages = json_copy(chat->messages);
    const json_t *first = json_array_get(messages, 0);
    if (!g_str_equal(json_string_value(json_object_get(first, "role")), roles[AI_SYSTEM])) {
        json_array_insert_new(messages, 0, message_new(roles[AI_SYSTEM], words));
        return messages;
    }
    g_autofree char *both = g_strconcat(json_string_value(json_object_get(first, "content")), "\n\n", words, NULL);
    json_array_set_new(messages, 0, message_new(roles[AI_SYSTEM], both));
    return messages;
}

static json_t *format_of(const AiChat *chat, guint without)
{
    if (without & AI_WITHOUT_SCHEMA)
        return json_pack("{s:s}", "type", "json_object");
    return json_pack("{s:s, s:{s:s, s:b, s:O}}", "type", "json_schema", "json_schema", "name", chat->schema_name,
                     "strict", TRUE, "schema", chat->schema);
}

guint ai_chat_without(const AiChat *chat)
{
    return g_atomic_int_get(chat->dialect) | chat->yielded;
}

char *ai_chat_body(const AiChat *chat)
{
    guint without = ai_chat_without(chat);
    gboolean is_explained = chat->schema && (without & (AI_WITHOUT_SCHEMA | AI_WITHOUT_FORMAT));
    g_autoptr(json_t) body = json_object();
    if (chat->model)
        json_object_set_new(body, "model", json_string(chat->model));
    json_object_set_new(body, "messages", is_explained ? explained(chat) : json_incref(chat->messages));
    if (chat->max_tokens > 0)
        json_object_set_new(body, without & AI_WITHOUT_MAX_TOKENS ? "max_completion_tokens" : "max_tokens",
                            json_integer(chat->max_tokens));
    if (!(without & AI_WITHOUT_TEMPERATURE))
        json_object_set_new(body, "temperature", json_real(chat->temperature));
    if (chat->seed != 0 && !(without & AI_WITHOUT_SEED))
        json_object_set_new(body, "seed", json_integer(chat->seed));
    if (chat->schema && !(without & AI_WITHOUT_FORMAT))
        json_object_set_new(body, "response_format", format_of(chat, without));
    json_object_set_new(body, "stream", json_boolean(chat->is_streamed));
    if (chat->is_streamed && !(without & AI_WITHOUT_STREAM_OPTIONS))
        json_object_set_new(body, "stream_options", json_pack("{s:b}", "include_usage", TRUE));
    return json_write(body, NULL);
}

char *ai_chat_key(const AiChatRequest *request, const char *url, const char *model)
{
    g_autoptr(json_t) all =
        json_pack("{s:s, s:s*, s:o, s:s*, s:O*, s:I, s:f, s:I}", "url", url, "model", model, "messages",
                  ai_chat_messages(request, request->nonce), "schema_name", request->schema_name, "schema",
                  (json_t *)request->schema, "max_tokens", (json_int_t)request->max_tokens, "temperature",
                  request->temperature, "seed", (json_int_t)request->seed);
    gsize length;
    g_autofree char *text = json_write(all, &length);
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, length);
}

guint ai_chat_tokens(const AiChatRequest *request)
{
    gsize bytes = 0;
    for (guint i = 0; i < request->n_messages; i++)
        bytes += strlen(request->messages[i].text);
    guint answer = request->max_tokens > 0 ? request->max_tokens : ai_tokens(AI_TEXT_BYTES_MOST);
    return ai_tokens(bytes) + answer;
}
