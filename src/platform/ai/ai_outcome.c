/* Knows what a try comes to: whether it went well, whether it is worth another, and how that is said. */
#include "platform/ai/ai_client.h"

#include <string.h>

#include "platform/ai/ai_json.h"

enum {
    MESSAGE_BYTES_MOST = 400,
    BAD_REQUEST = 400,
    UNPROCESSABLE = 422,
    TOO_MANY_REQUESTS = 429,
    SERVER_ERROR = 500,
};

/* --- wording */

static char *presentable(const char *text, const char *key)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(GString) out = g_string_new(valid);
    if (key)
        g_string_replace(out, key, "[key]", 0);
    for (gsize i = 0; i < out->len; i++)
        if (g_ascii_iscntrl(out->str[i]))
            out->str[i] = ' ';
    if (out->len > MESSAGE_BYTES_MOST) {
        const char *end = g_utf8_find_prev_char(out->str, out->str + MESSAGE_BYTES_MOST + 1);
        g_string_truncate(out, (gsize)(end - out->str));
    }
    return g_strdup(out->str);
}

GError *ai_error(const AiServer *server, WhetError code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *shown = presentable(text, server->key);
    return g_error_new(WHET_ERROR, code, "%s %s", server->name, shown);
}

/* What a refusal says for people; servers put it into one of three places, or write no JSON at all. */
static char *complaint_of(const GString *body)
{
    g_autoptr(json_t) object = ai_json_read(body->str, body->len, NULL);
    const json_t *wrong = json_object_get(object, "error");
    const json_t *places[] = { json_object_get(wrong, "message"), wrong, json_object_get(object, "message"),
                               json_object_get(object, "detail") };
    for (guint i = 0; i < G_N_ELEMENTS(places); i++)
        if (json_is_string(places[i]))
            return g_strdup(json_string_value(places[i]));
    return g_strdup(body->str);
}

/* --- a try */

/* What will be the same another time. */
static gboolean is_lasting(CURLcode result)
{
    switch (result) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_WEIRD_SERVER_REPLY:
        return TRUE;
    default:
        return FALSE;
    }
}

static AiOutcome of_broken(const AiCall *call, const AiServer *server, CURLcode result)
{
    const char *reason = ai_transfer_reason(call->transfer, result);
    return (AiOutcome){
        .error = ai_error(server, WHET_ERROR_UNAVAILABLE, "cannot be reached, or broke off: %s", reason),
        .ending = AI_ENDED_BADLY,
        .may_again = !is_lasting(result),
    };
}

static AiOutcome of_useless(const AiServer *server, GError *why)
{
    AiOutcome outcome = { .ending = AI_ENDED_WELL };
    outcome.error = ai_error(server, WHET_ERROR_FAILED, "gave a reply of no use: %s", why->message);
    g_error_free(why);
    return outcome;
}

static AiOutcome of_good(AiCall *call, const AiServer *server)
{
    GError *why = NULL;
    const GString *body = ai_transfer_is_stream(call->transfer) ? NULL : ai_transfer_body(call->transfer);
    switch (call->work->finish(call->work, body, call->text, call->reply, &why)) {
    case AI_WORK_DONE:
        return (AiOutcome){ .ending = AI_ENDED_WELL };
    case AI_WORK_CUT:
        return (AiOutcome){
            .error = ai_error(server, WHET_ERROR_UNAVAILABLE, "stopped in the middle of an answer."),
            .ending = AI_ENDED_BADLY,
            .may_again = TRUE,
        };
    case AI_WORK_BAD:
        break;
    }
    return of_useless(server, why);
}

static AiOutcome of_refusal(AiCall *call, const AiServer *server, long status)
{
    const GString *body = ai_transfer_body(call->transfer);
    g_autofree char *complaint = complaint_of(body);
    gboolean is_broken = status >= SERVER_ERROR, is_overloaded = status == TOO_MANY_REQUESTS;
    gboolean is_about_request = status == BAD_REQUEST || status == UNPROCESSABLE;
    WhetError code = is_broken || is_overloaded ? WHET_ERROR_UNAVAILABLE : WHET_ERROR_FAILED;
    return (AiOutcome){
        .error = ai_error(server, code, "answered %ld: %s", status, *complaint ? complaint : "nothing more"),
        .ending = is_broken ? AI_ENDED_BADLY : AI_ENDED_WELL,
        .may_again = is_broken || is_overloaded,
        .otherwise = is_about_request && call->work->yield(call->work, body->str),
        .retry_after = ai_transfer_retry_after(call->transfer),
    };
}

AiOutcome ai_outcome(AiCall *call, CURLcode result)
{
    const AiServer *server = &call->client->servers[call->service];
    if (call->trouble)
        return of_useless(server, g_steal_pointer(&call->trouble));
    if (ai_transfer_is_too_large(call->transfer))
        return (AiOutcome){ .error = ai_error(server, WHET_ERROR_FAILED, "gave a reply that is too long."),
                            .ending = AI_ENDED_WELL };
    if (result != CURLE_OK)
        return of_broken(call, server, result);
    long status = ai_transfer_status(call->transfer);
    return status >= 200 && status < 300 ? of_good(call, server) : of_refusal(call, server, status);
}
