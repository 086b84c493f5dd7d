/* What a language model's or a transcriber's server may answer: bodies and event streams of any bytes, in pieces of any
 * size, through what reads them. What passes must keep every promise of the headers, and what does not must say so in
 * plain text. The words of people on their way into a prompt are read here too.
 *
 * The first byte chooses the reader, the second the size of the pieces. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "platform/ai/ai_chat.h"
#include "platform/ai/ai_json.h"
#include "platform/ai/ai_reply.h"
#include "platform/ai/ai_schema.h"
#include "platform/ai/ai_transcription.h"
#include "platform/ai/prompt.h"
#include "platform/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char schema_text[] =
    "{\"type\":\"object\",\"required\":[\"criteria\"],\"additionalProperties\":false,\"properties\":{\"criteria\":"
    "{\"type\":\"array\",\"minItems\":1,\"maxItems\":8,\"items\":{\"type\":\"object\",\"required\":[\"verdict\"],"
    "\"properties\":{\"verdict\":{\"type\":\"string\",\"enum\":[\"met\",\"partly\",\"missed\"]},\"evidence\":{\"type\":"
    "[\"string\",\"null\"]},\"sure\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1}}}}}}";

static void check_error(const GError *error)
{
    g_assert(error && g_error_matches(error, WHET_ERROR, WHET_ERROR_FAILED) && *error->message != '\0');
    g_assert(g_utf8_validate(error->message, -1, NULL));
}

static void check_reply(const AiReply *reply)
{
    g_assert(strlen(reply->text) <= AI_TEXT_BYTES_MOST && g_utf8_validate(reply->text, -1, NULL));
    g_assert(!reply->model || g_utf8_validate(reply->model, -1, NULL));
    g_assert(!reply->language || g_utf8_validate(reply->language, -1, NULL));
    g_assert(reply->usage.prompt_tokens <= G_MAXINT && reply->usage.completion_tokens <= G_MAXINT);
    g_assert(reply->seconds >= 0 && reply->segments->len <= AI_SEGMENTS_MOST);
    for (guint i = 0; i < reply->segments->len; i++) {
        const AiSegment *segment = &g_array_index(reply->segments, AiSegment, i);
        g_assert(segment->start >= 0 && segment->end >= segment->start && g_utf8_validate(segment->text, -1, NULL));
    }
}

/* What is kept of a reply is that reply again. */
static void check_kept(const AiReply *reply)
{
    g_autofree char *kept = ai_reply_write(reply);
    g_autoptr(AiReply) again = ai_reply_new();
    g_assert(kept && ai_reply_read(again, kept));
    g_assert_cmpstr(again->text, ==, reply->text);
    g_assert_cmpstr(again->model, ==, reply->model);
}

static void check_json(const json_t *schema, const AiReply *reply)
{
    if (!schema)
        return;
    g_assert(json_is_object(reply->json) && ai_schema_fits(schema, reply->json, NULL));
    const json_t *criteria = json_object_get(reply->json, "criteria");
    g_assert(json_array_size(criteria) >= 1 && json_array_size(criteria) <= 8);
    for (gsize i = 0; i < json_array_size(criteria); i++)
        g_assert(json_is_string(json_object_get(json_array_get(criteria, i), "verdict")));
}

static AiWork *chat_new(const json_t *schema, AiDelta delta)
{
    static const AiMessage message = { AI_USER, "?" };
    static guint dialect;
    AiChatRequest request = {
        .messages = &message, .n_messages = 1, .schema = schema, .schema_name = "s", .delta = delta
    };
    g_assert(ai_chat_check(&request, NULL));
    return ai_chat_new(&request, NULL, &dialect);
}

static void end(AiWork *work, const GString *body, GString *text, const json_t *schema)
{
    g_autoptr(AiReply) reply = ai_reply_new();
    g_autoptr(GError) error = NULL;
    AiWorkEnd result = work->finish(work, body, text, reply, &error);
    g_assert((result == AI_WORK_BAD) == (error != NULL));
    check_reply(reply);
    if (error)
        check_error(error);
    if (result != AI_WORK_DONE)
        return;
    check_json(schema, reply);
    check_kept(reply);
}

static void read_whole(AiWork *work, const char *bytes, gsize length, const json_t *schema)
{
    g_autoptr(GString) body = g_string_new_len(bytes, (gssize)length);
    g_autoptr(GString) text = g_string_new(NULL);
    end(work, body, text, schema);
    work->free(work);
}

static void ignore(const char *text, gpointer data)
{
}

static void dress(AiWork *work)
{
    g_autoptr(AiTransfer) transfer = ai_transfer_new("http://127.0.0.1/", NULL);
    g_autoptr(AiReply) reply = ai_reply_new();
    work->dress(work, transfer, reply);
}

/* FALSE when the stream was refused. */
static gboolean feed(AiWork *work, const char *bytes, gsize length, gsize piece, GString *text)
{
    g_autoptr(GError) error = NULL;
    for (gsize at = 0; at < length; at += piece)
        if (!work->take(work, bytes + at, MIN(piece, length - at), text, &error)) {
            check_error(error);
            return FALSE;
        }
    g_assert(!error);
    return TRUE;
}

/* However the stream is cut, the same comes of it. */
static void read_stream(const char *bytes, gsize length, gsize piece, const json_t *schema)
{
    g_autoptr(GString) text = g_string_new(NULL), whole_text = g_string_new(NULL);
    AiWork *work = chat_new(schema, ignore), *whole = chat_new(schema, ignore);
    dress(work);
    dress(whole);
    gboolean ok = feed(work, bytes, length, piece, text);
    g_assert(feed(whole, bytes, length, MAX(length, 1), whole_text) == ok);
    g_assert(g_string_equal(text, whole_text));
    g_assert(text->len <= AI_TEXT_BYTES_MOST && g_utf8_validate(text->str, -1, NULL));
    if (ok)
        end(work, NULL, text, schema);
    work->free(work);
    whole->free(whole);
}

static void read_transcription(const char *bytes, gsize length)
{
    static guint dialect;
    g_autoptr(GBytes) audio = g_bytes_new_static("RIFF", 4);
    AiTranscriptionRequest request = { .audio = audio, .file_name = "a.wav", .type = "audio/wav" };
    g_assert(ai_transcription_check(&request, NULL));
    read_whole(ai_transcription_new(&request, NULL, &dialect), bytes, length, NULL);
}

static void find_object(const char *bytes, gsize length)
{
    g_autofree char *text = g_strndup(bytes, length);
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) found = ai_json_find(text, &error);
    g_assert((found == NULL) == (error != NULL));
    if (error)
        check_error(error);
    g_assert(!found || json_is_object(found));
}

static void check_schema(const char *bytes, gsize length)
{
    g_autoptr(json_t) schema = ai_json_read(bytes, length, NULL);
    g_autoptr(GError) error = NULL;
    if (!schema || !ai_schema_check(schema, NULL))
        return;
    if (!ai_schema_fits(schema, schema, &error))
        check_error(error);
}

/* Cleaning what is clean changes nothing, and the marks stand where they were put and nowhere else. */
static void quote(const char *bytes, gsize length)
{
    g_autofree char *text = g_strndup(bytes, length);
    g_autofree char *clean = prompt_clean(text, length);
    g_autofree char *again = prompt_clean(clean, strlen(clean));
    g_assert(g_utf8_validate(clean, -1, NULL) && !strstr(clean, "<|") && !strstr(clean, "</"));
    g_assert_cmpstr(clean, ==, again);
    g_autoptr(GString) prompt = g_string_new(NULL);
    prompt_quote(prompt, "answer", "0123456789abcdef", text, length);
    const char *first = strstr(prompt->str, "0123456789abcdef");
    g_assert(first == prompt->str + strlen("<answer-"));
    g_assert(strstr(first + 1, "0123456789abcdef") == prompt->str + prompt->len - strlen("0123456789abcdef>\n"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static json_t *schema;
    if (!schema)
        schema = json_loads(schema_text, 0, NULL);
    if (size < 2)
        return 0;
    const char *bytes = (const char *)data + 2;
    gsize length = size - 2, piece = 1 + data[1] % 64;
    switch (data[0]) {
    case 'c':
        read_whole(chat_new(NULL, NULL), bytes, length, NULL);
        break;
    case 'j':
        read_whole(chat_new(schema, NULL), bytes, length, schema);
        break;
    case 's':
        read_stream(bytes, length, piece, NULL);
        break;
    case 'e':
        read_stream(bytes, length, piece, schema);
        break;
    case 't':
        read_transcription(bytes, length);
        break;
    case 'f':
        find_object(bytes, length);
        break;
    case 'h':
        check_schema(bytes, length);
        break;
    case 'q':
        quote(bytes, length);
        break;
    default:
        break;
    }
    return 0;
}
