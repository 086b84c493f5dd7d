/* One request and its reply, from the request line to completion: finds the route as soon as the headers are there, so
 * that a body that nobody wants is never read, collects the body, and queues the reply. Runs in libmicrohttpd's threads
 * and never blocks. */
#include "platform/http/http_private.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

/* Of a body when its route names no limit; bytes. */
#define BODY_LIMIT (64 * 1024)
/* A body that nobody wants is read to its end when it is at most this long, bytes: cheaper than a new connection. */
#define DISCARD_MOST (64 * 1024)
/* Of the memory that grows with a body; bytes. */
#define BODY_STEP (16 * 1024)
/* Of all bodies held at once, KiB. Beyond it people are asked to try again. */
#define BODIES_MOST (256 * 1024)
/* Of that for the few that are longer than BODY_LIMIT: whoever sends such and stops must not keep others from
 * answering. */
#define LONG_BODIES_MOST (BODIES_MOST / 2)

HttpExchange *http_exchange_new(HttpServer *server, struct MHD_Connection *connection, const char *target)
{
    gsize length = strlen(target);
    HttpExchange *exchange = g_malloc0(sizeof *exchange + length + 1);
    exchange->server = server;
    exchange->connection = connection;
    exchange->begun = g_get_monotonic_time();
    exchange->link.data = exchange;
    exchange->target_length = length;
    memcpy(exchange->path, target, length + 1);
    g_snprintf(exchange->id, sizeof exchange->id, "%08x%08x", server->boot,
               (guint)g_atomic_int_add(&server->requests, 1));
    return exchange;
}

static gint kib(gsize bytes)
{
    return (gint)(bytes / 1024);
}

static void forget_body(HttpExchange *exchange)
{
    g_clear_pointer(&exchange->body, g_free);
    (void)g_atomic_int_add(&exchange->server->body_bytes, -kib(exchange->body_size));
    exchange->body_length = exchange->body_size = 0;
}

void http_exchange_free(HttpExchange *exchange)
{
    if (exchange->response)
        MHD_destroy_response(exchange->response);
    forget_body(exchange);
    json_decref(exchange->request.body);
    g_free(exchange->queries);
    g_free(exchange->cookies);
    g_free(exchange);
}

/* --- replying */

static void log_reply(const HttpExchange *exchange)
{
    if (g_log_writer_default_would_drop(G_LOG_LEVEL_DEBUG, G_LOG_DOMAIN))
        return;
    const char *path = exchange->match.route ? exchange->match.route->path : "-";
    const char *method = exchange->head ? "HEAD" : http_method_name(exchange->method);
    char status[12], milliseconds[32];
    g_snprintf(status, sizeof status, "%d", exchange->status);
    g_snprintf(milliseconds, sizeof milliseconds, "%.1f", (double)(g_get_monotonic_time() - exchange->begun) / 1000);
    g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_DEBUG, "HTTP_METHOD", method, "HTTP_ROUTE", path, "HTTP_STATUS", status,
                     "MILLISECONDS", milliseconds, "REQUEST_ID", exchange->id, "MESSAGE", "%s %s %s %s ms %s", method,
                     path, status, milliseconds, exchange->id);
}

void http_exchange_answer(HttpExchange *exchange, HttpReply *reply)
{
    if (exchange->heads.chunked || g_atomic_int_get(&exchange->server->stopping))
        reply->close = TRUE;
    /* The library ends even a stream that is not sent with a last chunk, which the client would take for the next
     * reply. */
    if (exchange->head && reply->stream)
        g_clear_pointer(&reply->stream, http_stream_close);
    exchange->status = reply->status;
    exchange->response = http_reply_to_response(reply, exchange->id);
    http_reply_free(reply);
}

static enum MHD_Result send_response(HttpExchange *exchange)
{
    exchange->stage = EXCHANGE_SENT;
    log_reply(exchange);
    return MHD_queue_response(exchange->connection, (unsigned)exchange->status, exchange->response);
}

static enum MHD_Result send_and_close(HttpExchange *exchange, HttpReply *reply)
{
    reply->close = TRUE;
    http_exchange_answer(exchange, reply);
    return send_response(exchange);
}

/* A body that turns out too long on the way. The library takes no reply in the middle of a body, so this one goes past
 * it; nothing else is on its way to this client, whose requests are answered one after the other. MHD_NO then closes
 * the connection. */
static enum MHD_Result cut_off(HttpExchange *exchange)
{
    static const char format[] = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nCache-Control: no-store\r\n"
                                 "X-Content-Type-Options: nosniff\r\nX-Request-Id: %s\r\n"
                                 "Content-Type: application/problem+json\r\nContent-Length: %u\r\n\r\n%s";
    g_autofree char *body =
        g_strdup_printf("{\"type\":\"about:blank\",\"title\":\"Content Too Large\",\"status\":413,"
                        "\"detail\":\"The body is longer than the %" G_GSIZE_FORMAT " bytes that are accepted here.\"}",
                        exchange->body_limit);
    g_autofree char *reply = g_strdup_printf(format, exchange->id, (guint)strlen(body), body);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info && send(info->connect_fd, reply, strlen(reply), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        g_debug("request %s: nobody hears that its body is too long", exchange->id);
    exchange->status = 413;
    log_reply(exchange);
    return MHD_NO;
}

/* --- who and what, when the headers are there */

static void note_address(HttpExchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info ? info->client_addr : NULL;
    if (address && address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, exchange->address,
                  sizeof exchange->address);
    else if (address && address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, exchange->address,
                  sizeof exchange->address);
}

/* The last address is the one that the nearest proxy wrote; those before it anybody could have made up. */
static void note_forwarded_address(HttpExchange *exchange)
{
    const char *all = exchange->heads.forwarded_for;
    if (!exchange->server->behind_proxy || !all)
        return;
    const char *comma = strrchr(all, ',');
    g_autofree char *last = g_strstrip(g_strdup(comma ? comma + 1 : all));
    guchar ignored[sizeof(struct in6_addr)];
    if (inet_pton(AF_INET, last, ignored) == 1 || inet_pton(AF_INET6, last, ignored) == 1)
        g_strlcpy(exchange->address, last, sizeof exchange->address);
}

static gboolean is_json(const char *content_type)
{
    if (!content_type)
        return FALSE;
    gsize length = strcspn(content_type, "; \t");
    if (length != strlen("application/json") || g_ascii_strncasecmp(content_type, "application/json", length) != 0)
        return FALSE;
    const char *parameter = content_type + length;
    parameter += strspn(parameter, "; \t");
    return *parameter == '\0' || g_ascii_strcasecmp(parameter, "charset=utf-8") == 0 ||
           g_ascii_strcasecmp(parameter, "charset=\"utf-8\"") == 0;
}

static gboolean has_body(const HttpExchange *exchange)
{
    return exchange->heads.chunked || exchange->heads.length > 0;
}

static HttpReply *refuse_method(const HttpExchange *exchange, unsigned methods)
{
    HttpReply *reply = http_problem(405, "This address does not take this method; see the Allow header.", exchange->id);
    g_autofree char *allow = http_methods_text(methods);
    http_reply_header(reply, "Allow", allow);
    return reply;
}

static HttpReply *nothing_here(const HttpExchange *exchange)
{
    return http_problem(404, "There is nothing at this address.", exchange->id);
}

static HttpReply *file_or_nothing(HttpExchange *exchange, gboolean known_method)
{
    HttpServer *server = exchange->server;
    if (!server->file || g_str_has_prefix(exchange->path, "/api/") || strcmp(exchange->path, "/api") == 0)
        return nothing_here(exchange);
    const HttpFile *file = server->file(server->app, exchange->path);
    if (!file)
        return nothing_here(exchange);
    if (!known_method || exchange->method != HTTP_GET)
        return refuse_method(exchange, 1u << HTTP_GET);
    return http_file_reply(file, &exchange->heads);
}

static HttpReply *refuse_body(HttpExchange *exchange)
{
    const HttpRoute *route = exchange->match.route;
    exchange->body_limit = !route->body ? 0 : route->body_limit ? route->body_limit : BODY_LIMIT;
    if (!has_body(exchange))
        return NULL;
    if (!route->body)
        return http_problem(400, "This request takes no body.", exchange->id);
    if (!is_json(exchange->heads.content_type))
        return http_problem(415, "The body must be JSON: Content-Type: application/json.", exchange->id);
    if (exchange->heads.length <= exchange->body_limit)
        return NULL;
    g_autofree char *detail = g_strdup_printf(
        "The body is longer than the %" G_GSIZE_FORMAT " bytes that are accepted here.", exchange->body_limit);
    return http_problem(413, detail, exchange->id);
}

/* Finds the route. Returns what can be replied already. */
static HttpReply *route(HttpExchange *exchange, const char *method)
{
    exchange->query = strchr(exchange->path, '?');
    if (exchange->query)
        *exchange->query++ = '\0';
    if (!http_path_decode(exchange->path))
        return http_problem(400, "The path is not percent-encoded UTF-8, or hides what it means.", exchange->id);
    gboolean known = http_method_parse(method, &exchange->method, &exchange->head);
    http_router_match(exchange->server->router, exchange->method, exchange->path, &exchange->match);
    if (exchange->match.methods == 0)
        return file_or_nothing(exchange, known);
    if (!known || !exchange->match.route)
        return refuse_method(exchange, exchange->match.methods);
    HttpReply *refusal = http_dispatch_cross_site(exchange);
    return refusal ? refusal : refuse_body(exchange);
}

/* A reply that stands before the body came. Reading a short body keeps the connection; anything else ends it. */
static enum MHD_Result answer_early(HttpExchange *exchange, HttpReply *reply)
{
    const HttpHeads *heads = &exchange->heads;
    if (heads->chunked || heads->expects || heads->length > DISCARD_MOST || reply->status == 413)
        return send_and_close(exchange, reply);
    http_exchange_answer(exchange, reply);
    exchange->discard = TRUE;
    exchange->stage = EXCHANGE_READING;
    return MHD_YES;
}

static enum MHD_Result begin(HttpExchange *exchange, const char *url, const char *method, const char *version)
{
    const char *wrong =
        http_guard(exchange->connection, method, url, version, exchange->target_length, &exchange->heads);
    if (!wrong && !http_target_is_clean(exchange->path))
        wrong = "The request target is not a path with or without a query.";
    if (wrong)
        return send_and_close(exchange, http_problem(400, wrong, exchange->id));
    note_address(exchange);
    note_forwarded_address(exchange);
    exchange->request = (HttpRequest){ .app = exchange->server->app,
                                       .address = exchange->address,
                                       .user_agent = exchange->heads.user_agent,
                                       .id = exchange->id,
                                       .parts = exchange };
    HttpReply *early = route(exchange, method);
    if (early)
        return answer_early(exchange, early);
    exchange->stage = EXCHANGE_READING;
    return MHD_YES;
}

/* --- the body */

/* Grows by what has come and not by what was announced: an announcement costs nothing. */
static gboolean make_room(HttpExchange *exchange, gsize more)
{
    gsize needed = exchange->body_length + more;
    if (needed <= exchange->body_size)
        return TRUE;
    gsize size = MAX(exchange->body_size * 2, (needed + BODY_STEP - 1) / BODY_STEP * BODY_STEP);
    gint growth = kib(size) - kib(exchange->body_size);
    gint most = size > BODY_LIMIT ? LONG_BODIES_MOST : BODIES_MOST;
    if (g_atomic_int_add(&exchange->server->body_bytes, growth) + growth > most) {
        (void)g_atomic_int_add(&exchange->server->body_bytes, -growth);
        return FALSE;
    }
    exchange->body = g_realloc(exchange->body, size);
    exchange->body_size = size;
    return TRUE;
}

static enum MHD_Result take_piece(HttpExchange *exchange, const char *data, size_t *length)
{
    gsize count = *length;
    *length = 0;
    if (exchange->discard)
        return MHD_YES;
    if (count > exchange->body_limit - exchange->body_length)
        return cut_off(exchange);
    if (make_room(exchange, count)) {
        memcpy(exchange->body + exchange->body_length, data, count);
        exchange->body_length += count;
        return MHD_YES;
    }
    forget_body(exchange);
    http_exchange_answer(exchange, http_problem(503, "The server is busy. Try again in a moment.", exchange->id));
    exchange->discard = TRUE;
    return MHD_YES;
}

static enum MHD_Result finish_reading(HttpExchange *exchange)
{
    if (exchange->discard)
        return send_response(exchange);
    if (http_server_suspend(exchange->server, exchange))
        return MHD_YES;
    return send_and_close(exchange,
                          http_problem(503, "The server is about to stop. Try again in a moment.", exchange->id));
}

enum MHD_Result http_exchange_advance(HttpExchange *exchange, const char *url, const char *method, const char *version,
                                      const char *data, size_t *length)
{
    switch (exchange->stage) {
    case EXCHANGE_NEW:
        return begin(exchange, url, method, version);
    case EXCHANGE_READING:
        return *length > 0 ? take_piece(exchange, data, length) : finish_reading(exchange);
    case EXCHANGE_ANSWERED:
        return send_response(exchange);
    case EXCHANGE_WORKING:
    case EXCHANGE_SENT:
        break;
    }
    return MHD_YES;
}
