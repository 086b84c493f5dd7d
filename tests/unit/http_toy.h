/* A toy server and a raw client for the tests of platform/http. The client writes bytes as they are and reads what
 * comes; every wait is bounded by WAIT_SECONDS. */
#pragma once

#include "platform/error.h"
#include "platform/http/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define WAIT_SECONDS 20
#define TOY_TOKEN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* What the handlers work with. */
struct App {
    gint runs; /* atomic; handlers that ran */
    GMutex lock;
    GCond changed;
    guint waiting; /* in /api/v1/slow */
    gboolean open; /* lets them go */
    HttpServer *server;
};

static struct App toy;

/* --- handlers */

static HttpReply *toy_hello(const HttpRequest *request, GError **error)
{
    g_atomic_int_inc(&request->app->runs);
    return http_reply_json(json_pack("{s:s}", "hello", "world"));
}

static HttpReply *toy_thing(const HttpRequest *request, GError **error)
{
    gint64 id;
    g_atomic_int_inc(&request->app->runs);
    if (!http_path_id(request, "id", &id, error))
        return NULL;
    return http_reply_json(json_pack("{s:o}", "id", http_json_id(id)));
}

static HttpReply *toy_name(const HttpRequest *request, GError **error)
{
    g_atomic_int_inc(&request->app->runs);
    const char *mood = http_query_text(request, "mood");
    return http_reply_json(json_pack("{s:s, s:s*, s:I}", "name", http_path_text(request, "name"), "mood", mood, "limit",
                                     http_query_integer(request, "limit", -1)));
}

static HttpReply *toy_echo(const HttpRequest *request, GError **error)
{
    g_atomic_int_inc(&request->app->runs);
    return http_reply_json_status(201, json_pack("{s:s, s:I, s:f, s:b, s:i}", "text", http_body_text(request, "text"),
                                                 "count", http_body_integer(request, "count", -1), "weight",
                                                 http_body_number(request, "weight", 0.5), "loud",
                                                 http_body_boolean(request, "loud", FALSE), "tags",
                                                 (int)json_array_size(http_body_list(request, "tags"))));
}

static HttpReply *toy_delete(const HttpRequest *request, GError **error)
{
    g_atomic_int_inc(&request->app->runs);
    return http_reply_empty();
}

static HttpReply *toy_who(const HttpRequest *request, GError **error)
{
    g_atomic_int_inc(&request->app->runs);
    return http_reply_json(json_pack("{s:I, s:s, s:s*, s:s*, s:s*}", "person", request->who.person_id, "address",
                                     request->address, "agent", request->user_agent, "other",
                                     http_cookie(request, "other"), "extra", http_header(request, "X-Extra")));
}

static HttpReply *toy_sign_in(const HttpRequest *request, GError **error)
{
    g_atomic_int_inc(&request->app->runs);
    HttpReply *reply = http_reply_empty();
    http_reply_cookie(reply, request, HTTP_SIGN_IN_COOKIE, "learner", 3600);
    return reply;
}

static HttpReply *toy_fail(const HttpRequest *request, GError **error)
{
    g_atomic_int_inc(&request->app->runs);
    const char *how = http_path_text(request, "how");
    int code = (int)g_ascii_strtoll(how, NULL, 10);
    if (strcmp(how, "silent") == 0)
        return NULL;
    g_set_error(error, WHET_ERROR, code, "inside of %d", code);
    return NULL;
}

static HttpReply *toy_slow(const HttpRequest *request, GError **error)
{
    struct App *app = request->app;
    g_mutex_lock(&app->lock);
    app->waiting++;
    g_cond_broadcast(&app->changed);
    while (!app->open)
        g_cond_wait(&app->changed, &app->lock);
    app->waiting--;
    g_cond_broadcast(&app->changed);
    g_mutex_unlock(&app->lock);
    return toy_hello(request, error);
}

static HttpReply *toy_events(const HttpRequest *request, GError **error)
{
    gint64 key;
    if (!http_path_id(request, "key", &key, error))
        return NULL;
    HttpReply *reply = http_reply_stream(request, key);
    for (gint64 i = 0; i < http_query_integer(request, "burst", 0); i++) {
        json_t *data = json_integer(i);
        http_stream_publish(request->app->server, key, "burst", data);
        json_decref(data);
    }
    return reply;
}

static HttpReply *toy_bytes(const HttpRequest *request, GError **error)
{
    gsize size = (gsize)http_query_integer(request, "size", 0);
    char *data = g_malloc(size);
    memset(data, 'x', size);
    g_autoptr(GBytes) bytes = g_bytes_new_take(data, size);
    return http_reply_bytes(bytes, "application/octet-stream");
}

/* --- tables */

static const char *const toy_moods[] = { "glad", "sad", NULL };
static const HttpField toy_echo_body[] = {
    { .name = "text", .type = FIELD_TEXT, .flags = HTTP_REQUIRED, .min = 1, .max = 2000, .about = "What to say" },
    { .name = "count", .type = FIELD_INTEGER, .min = 0, .max = 10, .about = "How often" },
    { .name = "weight", .type = FIELD_NUMBER, .min = 0, .max = 1, .about = "How much" },
    { .name = "loud", .type = FIELD_BOOLEAN, .flags = HTTP_NULLABLE, .about = "Whether to shout" },
    { .name = "tags", .type = FIELD_TEXT, .flags = HTTP_LIST, .most = 3, .min = 1, .max = 5, .about = "Words" },
    { 0 },
};
static const HttpField toy_nothing[] = { { 0 } };
static const HttpField toy_name_query[] = {
    { .name = "mood", .type = FIELD_TEXT, .values = toy_moods, .about = "How they feel" },
    { .name = "limit", .type = FIELD_INTEGER, .min = 1, .max = 100, .about = "How many" },
    { 0 },
};
static const HttpField toy_events_query[] = {
    { .name = "burst", .type = FIELD_INTEGER, .min = 0, .max = 1000, .about = "Events at once" },
    { 0 },
};
static const HttpField toy_bytes_query[] = {
    { .name = "size", .type = FIELD_INTEGER, .min = 0, .max = 1e8, .about = "Bytes" },
    { 0 },
};

static const HttpRoute toy_routes[] = {
    { HTTP_GET, "/api/v1/hello", toy_hello, ROLE_ANYONE, RATE_READ, "Say hello" },
    { HTTP_GET, "/api/v1/things/{id}", toy_thing, ROLE_ANYONE, RATE_READ, "A thing" },
    { HTTP_DELETE, "/api/v1/things/{id}", toy_delete, ROLE_ANYONE, RATE_WRITE, "Delete a thing" },
    { HTTP_GET, "/api/v1/names/{name}", toy_name, ROLE_ANYONE, RATE_READ, "A name", .query = toy_name_query },
    { HTTP_POST, "/api/v1/echo", toy_echo, ROLE_ANYONE, RATE_READ, "Say it again", .body = toy_echo_body },
    { HTTP_POST, "/api/v1/small", toy_hello, ROLE_ANYONE, RATE_READ, "Take little", .body = toy_echo_body,
      .body_limit = 100 },
    { HTTP_POST, "/api/v1/nothing", toy_hello, ROLE_ANYONE, RATE_READ, "Take nothing", .body = toy_nothing },
    { HTTP_GET, "/api/v1/who", toy_who, ROLE_ANYONE, RATE_READ, "Who asks" },
    { HTTP_GET, "/api/v1/secret", toy_who, ROLE_LEARNER | ROLE_COACH, RATE_READ, "A secret" },
    { HTTP_PUT, "/api/v1/secret", toy_delete, ROLE_LEARNER, RATE_WRITE, "Set the secret" },
    { HTTP_GET, "/api/v1/admin", toy_who, ROLE_ADMIN, RATE_READ, "For admins" },
    { HTTP_POST, "/api/v1/sign-in", toy_sign_in, ROLE_ANYONE, RATE_SIGN_IN, "Sign in" },
    { HTTP_GET, "/api/v1/fail/{how}", toy_fail, ROLE_ANYONE, RATE_READ, "Fail" },
    { HTTP_GET, "/api/v1/slow", toy_slow, ROLE_ANYONE, RATE_READ, "Wait" },
    { HTTP_GET, "/api/v1/events/{key}", toy_events, ROLE_ANYONE, RATE_READ, "Events", .query = toy_events_query },
    { HTTP_GET, "/api/v1/bytes", toy_bytes, ROLE_ANYONE, RATE_READ, "Bytes", .query = toy_bytes_query },
    { 0 },
};
static const HttpRoute *const toy_tables[] = { toy_routes, NULL };

/* The cookie "learner" is a learner, "broken" breaks, anything else is nobody. */
static gboolean toy_authenticate(App *app, const char *cookie, HttpIdentity *who, GError **error)
{
    if (strcmp(cookie, "broken") == 0) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "the disk is on fire");
        return FALSE;
    }
    if (strcmp(cookie, "learner") != 0)
        return TRUE;
    *who = (HttpIdentity){
        .person_id = 7, .organisation_id = 1, .sign_in_id = 3, .roles = ROLE_LEARNER, .csrf = TOY_TOKEN
    };
    return TRUE;
}

static const HttpFile *toy_file(App *app, const char *path)
{
    static HttpFile file = { .content_type = "text/css", .etag = "\"abc\"", .cache_control = "no-cache" };
    if (strcmp(path, "/app.css") != 0)
        return NULL;
    static gsize once;
    if (g_once_init_enter(&once)) {
        file.bytes = g_bytes_new_static("p{}", 3);
        file.gzip = g_bytes_new_static("GZIP", 4);
        g_once_init_leave(&once, 1);
    }
    return &file;
}

static HttpOptions toy_options(void)
{
    return (HttpOptions){ .address = "127.0.0.1",
                          .epoll_threads = 2,
                          .workers = 8,
                          .connections = 500,
                          .idle_seconds = WAIT_SECONDS * 2,
                          .app = &toy,
                          .authenticate = toy_authenticate,
                          .routes = toy_tables,
                          .file = toy_file };
}

static G_GNUC_UNUSED int toy_start_with(const HttpOptions *options)
{
    GError *error = NULL;
    memset(&toy, 0, sizeof toy);
    g_mutex_init(&toy.lock);
    g_cond_init(&toy.changed);
    toy.server = http_server_start(options, &error);
    if (!toy.server)
        fail_msg("%s", error->message);
    return 0;
}

static G_GNUC_UNUSED int toy_start(void **state)
{
    HttpOptions options = toy_options();
    return toy_start_with(&options);
}

static G_GNUC_UNUSED int toy_stop(void **state)
{
    http_server_stop(g_steal_pointer(&toy.server));
    return 0;
}

static G_GNUC_UNUSED void toy_wait_for_slow(guint count)
{
    gint64 until = g_get_monotonic_time() + WAIT_SECONDS * G_USEC_PER_SEC;
    g_mutex_lock(&toy.lock);
    while (toy.waiting != count)
        assert_true(g_cond_wait_until(&toy.changed, &toy.lock, until));
    g_mutex_unlock(&toy.lock);
}

static G_GNUC_UNUSED void toy_let_go(void)
{
    g_mutex_lock(&toy.lock);
    toy.open = TRUE;
    g_cond_broadcast(&toy.changed);
    g_mutex_unlock(&toy.lock);
}

/* --- the raw client */

typedef struct {
    int socket;
    GString *unread;
} Client;

typedef struct {
    int status; /* 0: the connection was closed without a reply */
    char *head; /* status line and headers */
    GString *body;
} Answer;

/* -1, with errno, when nobody listens. */
static int dial(guint16 port)
{
    int dialled = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval wait = { .tv_sec = WAIT_SECONDS };
    setsockopt(dialled, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(dialled, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(dialled, (struct sockaddr *)&address, sizeof address) == 0)
        return dialled;
    int failure = errno;
    close(dialled);
    errno = failure;
    return -1;
}

static Client client_new(void)
{
    Client client = { .socket = dial(http_server_port(toy.server)), .unread = g_string_new(NULL) };
    assert_true(client.socket >= 0);
    return client;
}

static void client_close(Client *client)
{
    close(client->socket);
    g_string_free(client->unread, TRUE);
}

/* What cannot be sent because the other side has hung up is left. */
static void client_send(Client *client, const char *bytes, gsize length)
{
    while (length > 0) {
        ssize_t sent = send(client->socket, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        length -= (gsize)sent;
    }
}

static void client_say(Client *client, const char *text)
{
    client_send(client, text, strlen(text));
}

/* FALSE when the other side has closed. */
static gboolean client_receive(Client *client)
{
    char buffer[16384];
    ssize_t count = recv(client->socket, buffer, sizeof buffer, 0);
    if (count < 0 && errno != ECONNRESET)
        fail_msg("nothing came within %d s", WAIT_SECONDS);
    if (count <= 0)
        return FALSE;
    g_string_append_len(client->unread, buffer, count);
    return TRUE;
}

static char *header_of(const char *head, const char *name)
{
    g_auto(GStrv) lines = g_strsplit(head, "\r\n", -1);
    gsize length = strlen(name);
    for (char **line = lines + 1; *line; line++)
        if (g_ascii_strncasecmp(*line, name, length) == 0 && (*line)[length] == ':')
            return g_strstrip(g_strdup(*line + length + 1));
    return NULL;
}

/* Reads up to `end` and returns it, without the end; NULL when the connection is closed first. */
static char *client_read_until(Client *client, const char *end)
{
    char *found;
    while (!(found = strstr(client->unread->str, end)))
        if (!client_receive(client))
            return NULL;
    char *text = g_strndup(client->unread->str, (gsize)(found - client->unread->str));
    g_string_erase(client->unread, 0, (gssize)(strlen(text) + strlen(end)));
    return text;
}

static Answer client_answer(Client *client, gboolean has_body)
{
    Answer answer = { .head = client_read_until(client, "\r\n\r\n"), .body = g_string_new(NULL) };
    if (!answer.head)
        return answer;
    answer.status = (int)g_ascii_strtoll(answer.head + strlen("HTTP/1.1 "), NULL, 10);
    g_autofree char *length_text = header_of(answer.head, "Content-Length");
    gsize length = has_body && length_text ? (gsize)g_ascii_strtoull(length_text, NULL, 10) : 0;
    while (client->unread->len < length)
        assert_true(client_receive(client));
    g_string_append_len(answer.body, client->unread->str, (gssize)length);
    g_string_erase(client->unread, 0, (gssize)length);
    return answer;
}

static G_GNUC_UNUSED gboolean client_is_closed(Client *client)
{
    return client->unread->len == 0 && !client_receive(client);
}

static void answer_clear(Answer *answer)
{
    g_free(answer->head);
    g_string_free(answer->body, TRUE);
}

/* One request on a connection of its own. */
static G_GNUC_UNUSED Answer ask(const char *text)
{
    Client client = client_new();
    client_say(&client, text);
    Answer answer = client_answer(&client, !g_str_has_prefix(text, "HEAD"));
    client_close(&client);
    return answer;
}

static G_GNUC_UNUSED Answer ask_json(const char *method, const char *path, const char *headers, const char *body)
{
    g_autofree char *text = g_strdup_printf("%s %s HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
                                            "Content-Length: %zu\r\n%s\r\n%s",
                                            method, path, strlen(body), headers, body);
    return ask(text);
}

static G_GNUC_UNUSED json_t *answer_json(const Answer *answer)
{
    json_t *json = json_loadb(answer->body->str, answer->body->len, 0, NULL);
    assert_non_null(json);
    return json;
}

static G_GNUC_UNUSED void assert_header(const Answer *answer, const char *name, const char *value)
{
    g_autofree char *given = header_of(answer->head, name);
    if (g_strcmp0(given, value) != 0)
        fail_msg("%s is %s and not %s", name, given ? given : "absent", value ? value : "absent");
}
