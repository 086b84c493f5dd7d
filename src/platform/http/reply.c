/* Replies: their content, their headers, and the headers that every reply carries. Hides libmicrohttpd's responses. */
#include "platform/http/http_private.h"

#include "platform/clock.h"
#include "platform/json.h"

#include <math.h>
#include <string.h>

/* What every reply says unless it says otherwise itself. The client is served from its own origin, runs no inline
 * script and embeds nothing; recorded audio plays from blob: addresses. */
static const HttpReplyHeader common_headers[] = {
    { "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src "
      "'self'; "
      "manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; "
      "frame-ancestors 'none'" },
    { "X-Content-Type-Options", "nosniff" },
    { "Referrer-Policy", "same-origin" },
    { "Permissions-Policy", "microphone=(self), camera=(), geolocation=()" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Cache-Control", "no-store" },
};

HttpReply *http_reply_new(int status)
{
    HttpReply *reply = g_new0(HttpReply, 1);
    reply->status = status;
    return reply;
}

HttpReply *http_reply_json_status(int status, json_t *body)
{
    HttpReply *reply = http_reply_new(status);
    if (!body) { /* what it was made from was not UTF-8 */
        g_critical("a reply could not be written as JSON");
        reply->status = 500;
        return reply;
    }
    reply->owner = reply->bytes = json_write(body, &reply->length);
    reply->free_bytes = g_free;
    reply->content_type = "application/json";
    json_decref(body);
    return reply;
}

HttpReply *http_reply_json(json_t *body)
{
    return http_reply_json_status(200, body);
}

HttpReply *http_reply_empty(void)
{
    return http_reply_new(204);
}

static void free_bytes(gpointer bytes)
{
    g_bytes_unref(bytes);
}

HttpReply *http_reply_bytes(GBytes *bytes, const char *content_type)
{
    HttpReply *reply = http_reply_new(200);
    reply->owned_type = g_strdup(content_type);
    reply->content_type = reply->owned_type;
    reply->bytes = (void *)g_bytes_get_data(bytes, &reply->length);
    reply->free_bytes = free_bytes;
    reply->owner = g_bytes_ref(bytes);
    return reply;
}

static void header_clear(gpointer data)
{
    HttpReplyHeader *header = data;
    g_free(header->name);
    g_free(header->value);
}

void http_reply_header(HttpReply *reply, const char *name, const char *value)
{
    if (!reply->headers) {
        reply->headers = g_array_sized_new(FALSE, FALSE, sizeof(HttpReplyHeader), 2);
        g_array_set_clear_func(reply->headers, header_clear);
    }
    HttpReplyHeader header = { g_strdup(name), g_strdup(value) };
    g_array_append_val(reply->headers, header);
}

void http_reply_cookie(HttpReply *reply, const HttpRequest *request, const char *name, const char *value,
                       gint64 seconds)
{
    g_autofree char *cookie =
        g_strdup_printf("%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%" G_GINT64_FORMAT "%s", name,
                        seconds ? value : "", seconds, request->parts->server->secure ? "; Secure" : "");
    http_reply_header(reply, "Set-Cookie", cookie);
}

void http_reply_free(HttpReply *reply)
{
    if (!reply)
        return;
    if (reply->stream)
        http_stream_close(reply->stream);
    if (reply->free_bytes)
        reply->free_bytes(reply->owner);
    g_clear_pointer(&reply->headers, g_array_unref);
    g_free(reply->owned_type);
    g_free(reply);
}

/* --- sending */

static struct MHD_Response *content_response(HttpReply *reply)
{
    if (reply->stream)
        return http_stream_response(g_steal_pointer(&reply->stream));
    if (!reply->free_bytes)
        return MHD_create_response_from_buffer(reply->length, reply->bytes, MHD_RESPMEM_PERSISTENT);
    GDestroyNotify destroy = g_steal_pointer(&reply->free_bytes);
    return MHD_create_response_from_buffer_with_free_callback_cls(reply->length, reply->bytes, destroy,
                                                                  g_steal_pointer(&reply->owner));
}

static gboolean says_itself(const HttpReply *reply, const char *name)
{
    for (guint i = 0; reply->headers && i < reply->headers->len; i++)
        if (g_ascii_strcasecmp(g_array_index(reply->headers, HttpReplyHeader, i).name, name) == 0)
            return TRUE;
    return FALSE;
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    if (MHD_add_response_header(response, name, value) == MHD_NO)
        g_warning("a reply cannot carry the header %s", name);
}

struct MHD_Response *http_reply_to_response(HttpReply *reply, const char *request_id)
{
    struct MHD_Response *response = content_response(reply);
    g_assert(response);
    for (gsize i = 0; i < G_N_ELEMENTS(common_headers); i++)
        if (!says_itself(reply, common_headers[i].name))
            add_header(response, common_headers[i].name, common_headers[i].value);
    if (reply->content_type)
        add_header(response, "Content-Type", reply->content_type);
    for (guint i = 0; reply->headers && i < reply->headers->len; i++) {
        const HttpReplyHeader *header = &g_array_index(reply->headers, HttpReplyHeader, i);
        add_header(response, header->name, header->value);
    }
    add_header(response, "X-Request-Id", request_id);
    if (reply->close)
        add_header(response, "Connection", "close");
    return response;
}

/* --- ids and times */

json_t *http_json_id(gint64 id)
{
    char text[21];
    g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, id);
    return json_string_nocheck(text);
}

json_t *http_json_time(gint64 time)
{
    if (time == 0)
        return json_null();
    g_autofree char *text = clock_format(time);
    return json_string_nocheck(text);
}

json_t *http_json_number(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}
