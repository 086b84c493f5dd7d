/* The server: starts and stops libmicrohttpd, hands complete requests to the workers and takes them back. Hides
 * suspending and resuming. Lifetime: an exchange belongs to the library's threads except while it is suspended, when it
 * belongs to one worker, which does not touch it after resuming. */
#include "platform/http/http_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* For the headers of a request and the pieces of its body, a connection; bytes. */
#define CONNECTION_MEMORY (32 * 1024)
/* Of connections that wait to be accepted. */
#define BACKLOG 1024
/* For replies that are on their way when the server stops; s. */
#define DRAIN_SECONDS 5

/* --- suspending and resuming */

static void count_down(HttpServer *server, gint *count)
{
    if (!g_atomic_int_dec_and_test(count) || !g_atomic_int_get(&server->stopping))
        return;
    g_mutex_lock(&server->drain_lock);
    g_cond_broadcast(&server->drained);
    g_mutex_unlock(&server->drain_lock);
}

/* Suspends before it queues: a worker cannot resume what is not suspended yet. */
gboolean http_server_suspend(HttpServer *server, HttpExchange *exchange)
{
    g_atomic_int_inc(&server->working);
    if (g_atomic_int_get(&server->stopping)) {
        count_down(server, &server->working);
        return FALSE;
    }
    g_atomic_int_inc(&server->unsent);
    exchange->counted = TRUE;
    exchange->stage = EXCHANGE_WORKING;
    MHD_suspend_connection(exchange->connection);
    http_workers_push(server->workers, &exchange->link);
    return TRUE;
}

static void work(gpointer data)
{
    HttpExchange *exchange = data;
    HttpServer *server = exchange->server;
    http_exchange_answer(exchange, http_dispatch(exchange));
    exchange->stage = EXCHANGE_ANSWERED;
    MHD_resume_connection(exchange->connection);
    count_down(server, &server->working);
}

/* --- what libmicrohttpd calls */

static void *on_target(void *data, const char *target, struct MHD_Connection *connection)
{
    return http_exchange_new(data, connection, target);
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **context)
{
    return http_exchange_advance(*context, url, method, version, upload, upload_size);
}

static void on_completed(void *data, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    HttpServer *server = data;
    HttpExchange *exchange = g_steal_pointer(context);
    if (!exchange)
        return;
    gboolean counted = exchange->counted;
    http_exchange_free(exchange);
    if (counted)
        count_down(server, &server->unsent);
}

/* Targets are decoded in target.c, after they were checked. */
static size_t leave_escaped(void *data, struct MHD_Connection *connection, char *text)
{
    return strlen(text);
}

static void G_GNUC_PRINTF(2, 0) on_log(void *data, const char *format, va_list arguments)
{
    g_autofree char *text = g_strchomp(g_strdup_vprintf(format, arguments));
    g_debug("http: %s", text);
}

/* --- origins */

char *http_origin(const char *url)
{
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
    if (!uri || !g_uri_get_host(uri) || *g_uri_get_host(uri) == '\0')
        return NULL;
    gboolean secure = strcmp(g_uri_get_scheme(uri), "https") == 0;
    if (!secure && strcmp(g_uri_get_scheme(uri), "http") != 0)
        return NULL;
    g_autofree char *host = g_ascii_strdown(g_uri_get_host(uri), -1);
    gboolean six = strchr(host, ':') != NULL;
    g_autofree char *authority = g_strconcat(six ? "[" : "", host, six ? "]" : "", NULL);
    int port = g_uri_get_port(uri);
    if (port == -1 || port == (secure ? 443 : 80))
        return g_strdup_printf("%s://%s", g_uri_get_scheme(uri), authority);
    return g_strdup_printf("%s://%s:%d", g_uri_get_scheme(uri), authority, port);
}

/* --- starting */

typedef union {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
} Address;

static gboolean parse_address(const HttpOptions *options, Address *address, socklen_t *length)
{
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, options->address, &address->four.sin_addr) == 1) {
        address->four.sin_family = AF_INET;
        address->four.sin_port = htons(options->port);
        *length = sizeof address->four;
        return TRUE;
    }
    if (inet_pton(AF_INET6, options->address, &address->six.sin6_addr) != 1)
        return FALSE;
    address->six.sin6_family = AF_INET6;
    address->six.sin6_port = htons(options->port);
    *length = sizeof address->six;
    return TRUE;
}

static gboolean bind_socket(int listener, const Address *address, socklen_t length)
{
    int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return bind(listener, &address->any, length) == 0 && listen(listener, BACKLOG) == 0;
}

static gboolean open_listener(HttpServer *server, const HttpOptions *options, GError **error)
{
    Address address;
    socklen_t length;
    if (!parse_address(options, &address, &length)) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s is not an IP address to listen on.", options->address);
        return FALSE;
    }
    server->listener = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (server->listener < 0 || !bind_socket(server->listener, &address, length)) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "Cannot listen on %s port %u: %s", options->address,
                    options->port, g_strerror(errno));
        return FALSE;
    }
    getsockname(server->listener, &address.any, &length);
    server->port = ntohs(address.any.sa_family == AF_INET ? address.four.sin_port : address.six.sin6_port);
    return TRUE;
}

static gboolean start_daemon(HttpServer *server, const HttpOptions *options, GError **error)
{
    guint threads = CLAMP(options->epoll_threads, 1, 16);
    server->daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
                         on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, server, MHD_OPTION_LISTEN_SOCKET,
                         server->listener, MHD_OPTION_THREAD_POOL_SIZE, threads, MHD_OPTION_CONNECTION_LIMIT,
                         MAX(options->connections, threads), MHD_OPTION_CONNECTION_TIMEOUT, options->idle_seconds,
                         MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                         MHD_OPTION_URI_LOG_CALLBACK, on_target, server, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped,
                         NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_END);
    if (server->daemon)
        return TRUE;
    g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "Cannot start the HTTP server: %s", g_strerror(errno));
    return FALSE;
}

static HttpServer *server_new(const HttpOptions *options)
{
    HttpServer *server = g_new0(HttpServer, 1);
    server->app = options->app;
    server->authenticate = options->authenticate;
    server->file = options->file;
    server->rate_limits = options->rate_limits;
    server->behind_proxy = options->behind_proxy;
    server->origin = options->public_url ? http_origin(options->public_url) : NULL;
    server->secure = server->origin && g_str_has_prefix(server->origin, "https:");
    server->listener = -1;
    server->boot = g_random_int();
    server->limits = http_limits_new();
    server->streams = http_streams_new();
    g_mutex_init(&server->drain_lock);
    g_cond_init(&server->drained);
    return server;
}

static gboolean start(HttpServer *server, const HttpOptions *options, GError **error)
{
    if (options->public_url && !server->origin) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "The public address %s is not an http or https address.",
                    options->public_url);
        return FALSE;
    }
    server->router = http_router_new(options->routes, error);
    if (!server->router)
        return FALSE;
    server->workers = http_workers_new(CLAMP(options->workers, 1, 256), work, error);
    return server->workers && open_listener(server, options, error) && start_daemon(server, options, error);
}

HttpServer *http_server_start(const HttpOptions *options, GError **error)
{
    /* GLib makes its C locale when a number is first read, and may leave something in errno: two threads that do so at
     * the same moment take a good number for a bad one (2.74). */
    (void)g_ascii_strtoull("0", NULL, 10);
    HttpServer *server = server_new(options);
    if (start(server, options, error))
        return server;
    http_server_stop(server);
    return NULL;
}

guint16 http_server_port(const HttpServer *server)
{
    return server->port;
}

/* --- stopping */

static void wait_until_none(HttpServer *server, const gint *count, gint64 until)
{
    g_mutex_lock(&server->drain_lock);
    while (g_atomic_int_get(count) > 0 && g_cond_wait_until(&server->drained, &server->drain_lock, until))
        continue;
    g_mutex_unlock(&server->drain_lock);
}

/* The library must not stop while a connection is suspended. Handlers are waited for as long as they take; replies that
 * nobody reads are not. */
static void drain(HttpServer *server)
{
    g_atomic_int_set(&server->stopping, 1);
    if (server->daemon)
        MHD_quiesce_daemon(server->daemon);
    if (server->listener >= 0)
        shutdown(server->listener, SHUT_RDWR);
    http_streams_end(server->streams);
    wait_until_none(server, &server->working, G_MAXINT64);
    wait_until_none(server, &server->unsent, g_get_monotonic_time() + DRAIN_SECONDS * G_USEC_PER_SEC);
}

void http_server_stop(HttpServer *server)
{
    if (!server)
        return;
    drain(server);
    if (server->daemon)
        MHD_stop_daemon(server->daemon);
    if (server->listener >= 0)
        close(server->listener);
    http_workers_free(server->workers);
    http_streams_free(server->streams);
    http_limits_free(server->limits);
    http_router_free(server->router);
    g_cond_clear(&server->drained);
    g_mutex_clear(&server->drain_lock);
    g_free(server->origin);
    g_free(server);
}
