/* Knows what a reply is made of and how it is kept; hides the counting of its holders. */
#include "platform/ai/ai_reply.h"

#include <string.h>

#include "platform/ai/ai_json.h"

enum { BYTES_A_TOKEN = 4 }; /* of English; OpenAI's help centre, "What are tokens and how to count them?" */

static void clear_segment(gpointer data)
{
    g_free(((AiSegment *)data)->text);
}

AiReply *ai_reply_new(void)
{
    AiReply *reply = g_atomic_rc_box_new0(AiReply);
    reply->text = g_strdup("");
    reply->segments = g_array_new(FALSE, FALSE, sizeof(AiSegment));
    g_array_set_clear_func(reply->segments, clear_segment);
    return reply;
}

AiReply *ai_reply_ref(AiReply *reply)
{
    return g_atomic_rc_box_acquire(reply);
}

static void clear(gpointer data)
{
    AiReply *reply = data;
    g_free(reply->text);
    g_free(reply->model);
    g_free(reply->sent);
    g_free(reply->language);
    json_decref(reply->json);
    g_array_unref(reply->segments);
}

void ai_reply_unref(AiReply *reply)
{
    g_atomic_rc_box_release_full(reply, clear);
}

void ai_reply_set_text(char **where, const char *text)
{
    char *copy = g_strdup(text);
    g_free(*where);
    *where = copy;
}

char *ai_reply_write(const AiReply *reply)
{
    g_autoptr(json_t) kept =
        json_pack("{s:s, s:s*, s:i, s:i}", "text", reply->text, "model", reply->model, "prompt_tokens",
                  (int)reply->usage.prompt_tokens, "completion_tokens", (int)reply->usage.completion_tokens);
    return kept ? json_write(kept, NULL) : NULL;
}

gboolean ai_reply_read(AiReply *reply, const char *kept)
{
    g_autoptr(json_t) value = ai_json_read(kept, strlen(kept), NULL);
    const char *text = json_string_value(json_object_get(value, "text"));
    if (!text)
        return FALSE;
    ai_reply_set_text(&reply->text, text);
    ai_reply_set_text(&reply->model, json_string_value(json_object_get(value, "model")));
    return ai_reply_set_usage(reply, value);
}

static gboolean read_count(const json_t *object, const char *name, guint *count)
{
    const json_t *value = json_object_get(object, name);
    json_int_t number = json_integer_value(value);
    *count = (guint)CLAMP(number, 0, G_MAXINT);
    return json_is_integer(value) && number >= 0 && number <= G_MAXINT;
}

gboolean ai_reply_set_usage(AiReply *reply, const json_t *usage)
{
    AiUsage read = { 0 };
    if (!read_count(usage, "prompt_tokens", &read.prompt_tokens) ||
        !read_count(usage, "completion_tokens", &read.completion_tokens))
        return FALSE;
    reply->usage = read;
    return TRUE;
}

guint ai_tokens(gsize bytes)
{
    return (guint)MIN((bytes + BYTES_A_TOKEN - 1) / BYTES_A_TOKEN, G_MAXINT);
}
