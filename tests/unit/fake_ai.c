/* Knows as much of HTTP as its client needs; hides sockets and threads. */
#include "fake_ai.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const gint64 PATIENCE = 20 * G_TIME_SPAN_SECOND;

struct FakeAi {
    int listening;
    char *url;
    GThread *thread;
    GMutex lock;
    GCond changed;
    GPtrArray *answers; /* FakeAiAnswer, of which texts are owned */
    guint given;
    GPtrArray *requests;
    guint at_once, most_at_once;
    gboolean is_released, is_ending;
    GPtrArray *connections; /* Connection */
};

typedef struct {
    FakeAi *fake;
    int socket;
    GThread *thread;
} Connection;

static void free_answer(gpointer data)
{
    FakeAiAnswer *answer = data;
    g_free((char *)answer->type);
    g_free((char *)answer->headers);
    g_free((char *)answer->body);
    g_free(answer);
}

/* --- a request */

static gsize body_length(const char *head)
{
    g_autofree char *lower = g_ascii_strdown(head, -1);
    const char *at = strstr(lower, "\r\ncontent-length:");
    return at ? (gsize)g_ascii_strtoull(at + strlen("\r\ncontent-length:"), NULL, 10) : 0;
}

static gboolean is_whole(const GString *request)
{
    const char *end = strstr(request->str, "\r\n\r\n");
    if (!end)
        return FALSE;
    g_autofree char *head = g_strndup(request->str, (gsize)(end - request->str));
    return request->len >= (gsize)(end - request->str) + 4 + body_length(head);
}

/* NULL when the client went before it had asked. */
static char *read_request(int socket)
{
    g_autoptr(GString) request = g_string_new(NULL);
    char bytes[16384];
    ssize_t got;
    while (!is_whole(request)) {
        got = recv(socket, bytes, sizeof bytes, 0);
        if (got <= 0)
            return NULL;
        g_string_append_len(request, bytes, got);
    }
    return g_strdup(request->str);
}

/* --- an answer */

static const FakeAiAnswer *take_answer(FakeAi *fake, char *request)
{
    g_mutex_lock(&fake->lock);
    g_ptr_array_add(fake->requests, request);
    fake->at_once++;
    fake->most_at_once = MAX(fake->most_at_once, fake->at_once);
    const FakeAiAnswer *answer =
        fake->answers->len ? fake->answers->pdata[MIN(fake->given, fake->answers->len - 1)] : NULL;
    fake->given++;
    g_cond_broadcast(&fake->changed);
    g_mutex_unlock(&fake->lock);
    return answer;
}

static void hold(FakeAi *fake)
{
    g_mutex_lock(&fake->lock);
    while (!fake->is_released && !fake->is_ending)
        g_cond_wait(&fake->changed, &fake->lock);
    g_mutex_unlock(&fake->lock);
}

static void leave(FakeAi *fake)
{
    g_mutex_lock(&fake->lock);
    fake->at_once--;
    g_mutex_unlock(&fake->lock);
}

/* A client that has gone does not read; that is its right. */
static void send_all(int socket, const char *bytes, gsize length)
{
    while (length > 0) {
        ssize_t sent = send(socket, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        length -= (gsize)sent;
    }
}

static char *head_of(const FakeAiAnswer *answer)
{
    const char *type = answer->type ? answer->type : "application/json";
    gboolean is_stream = g_str_has_prefix(type, "text/event-stream");
    g_autofree char *length =
        is_stream ? g_strdup("") : g_strdup_printf("Content-Length: %" G_GSIZE_FORMAT "\r\n", strlen(answer->body));
    return g_strdup_printf("HTTP/1.1 %d Said\r\nContent-Type: %s\r\n%s%sConnection: close\r\n\r\n",
                           answer->status ? answer->status : 200, type, length, answer->headers ? answer->headers : "");
}

static void give(FakeAi *fake, int socket, const FakeAiAnswer *answer)
{
    g_autofree char *head = head_of(answer);
    gsize length = answer->cut_after ? MIN(answer->cut_after, strlen(answer->body)) : strlen(answer->body);
    gsize first = MIN(answer->held_after, length);
    if (answer->is_held && first == 0)
        hold(fake);
    leave(fake); /* before the client can know that it may ask again */
    send_all(socket, head, strlen(head));
    send_all(socket, answer->body, first);
    if (answer->is_held && first > 0)
        hold(fake);
    send_all(socket, answer->body + first, length - first);
}

static gpointer serve(gpointer data)
{
    Connection *connection = data;
    FakeAi *fake = connection->fake;
    char *request = read_request(connection->socket);
    if (request) {
        const FakeAiAnswer *answer = take_answer(fake, request);
        if (answer)
            give(fake, connection->socket, answer);
    }
    shutdown(connection->socket, SHUT_RDWR);
    return NULL;
}

static gpointer listen_on(gpointer data)
{
    FakeAi *fake = data;
    int socket;
    while ((socket = accept(fake->listening, NULL, NULL)) >= 0) {
        Connection *connection = g_new0(Connection, 1);
        connection->fake = fake;
        connection->socket = socket;
        g_ptr_array_add(fake->connections, connection);
        connection->thread = g_thread_new("fake-ai", serve, connection);
    }
    return NULL;
}

/* --- from outside */

FakeAi *fake_ai_new(void)
{
    FakeAi *fake = g_new0(FakeAi, 1);
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof name;
    fake->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert(bind(fake->listening, (struct sockaddr *)&name, sizeof name) == 0);
    g_assert(listen(fake->listening, SOMAXCONN) == 0);
    g_assert(getsockname(fake->listening, (struct sockaddr *)&name, &length) == 0);
    fake->url = g_strdup_printf("http://127.0.0.1:%d", ntohs(name.sin_port));
    g_mutex_init(&fake->lock);
    g_cond_init(&fake->changed);
    fake->answers = g_ptr_array_new_with_free_func(free_answer);
    fake->requests = g_ptr_array_new_with_free_func(g_free);
    fake->connections = g_ptr_array_new_with_free_func(g_free);
    fake->thread = g_thread_new("fake-ai", listen_on, fake);
    return fake;
}

static void end_connection(gpointer data, gpointer unused)
{
    Connection *connection = data;
    shutdown(connection->socket, SHUT_RDWR);
    g_thread_join(connection->thread);
    close(connection->socket);
}

void fake_ai_free(FakeAi *fake)
{
    shutdown(fake->listening, SHUT_RDWR);
    g_thread_join(fake->thread);
    close(fake->listening);
    g_mutex_lock(&fake->lock);
    fake->is_ending = TRUE;
    g_cond_broadcast(&fake->changed);
    g_mutex_unlock(&fake->lock);
    g_ptr_array_foreach(fake->connections, end_connection, NULL);
    g_ptr_array_unref(fake->connections);
    g_ptr_array_unref(fake->answers);
    g_ptr_array_unref(fake->requests);
    g_cond_clear(&fake->changed);
    g_mutex_clear(&fake->lock);
    g_free(fake->url);
    g_free(fake);
}

const char *fake_ai_url(const FakeAi *fake)
{
    return fake->url;
}

void fake_ai_say(FakeAi *fake, FakeAiAnswer answer)
{
    FakeAiAnswer *copy = g_memdup2(&answer, sizeof answer);
    copy->type = g_strdup(answer.type);
    copy->headers = g_strdup(answer.headers);
    copy->body = g_strdup(answer.body ? answer.body : "");
    g_mutex_lock(&fake->lock);
    g_ptr_array_add(fake->answers, copy);
    g_mutex_unlock(&fake->lock);
}

void fake_ai_release(FakeAi *fake)
{
    g_mutex_lock(&fake->lock);
    fake->is_released = TRUE;
    g_cond_broadcast(&fake->changed);
    g_mutex_unlock(&fake->lock);
}

gboolean fake_ai_await(FakeAi *fake, guint requests)
{
    gint64 until = g_get_monotonic_time() + PATIENCE;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&fake->lock);
    while (fake->requests->len < requests)
        if (!g_cond_wait_until(&fake->changed, &fake->lock, until))
            return FALSE;
    return TRUE;
}

guint fake_ai_count(FakeAi *fake)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&fake->lock);
    return fake->requests->len;
}

guint fake_ai_most_at_once(FakeAi *fake)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&fake->lock);
    return fake->most_at_once;
}

char *fake_ai_request(FakeAi *fake, guint i)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&fake->lock);
    g_assert(i < fake->requests->len);
    return g_strdup(fake->requests->pdata[i]);
}

/* --- bodies */

static char *text_of(json_t *taken)
{
    char *dumped = json_dumps(taken, JSON_COMPACT);
    char *text = g_strdup(dumped);
    free(dumped);
    json_decref(taken);
    return text;
}

char *fake_ai_completion(const char *text)
{
    return text_of(json_pack("{s:s, s:[{s:{s:s, s:s}, s:s}], s:{s:i, s:i}}", "model", "fake-1", "choices", "message",
                             "role", "assistant", "content", text, "finish_reason", "stop", "usage", "prompt_tokens",
                             11, "completion_tokens", 7));
}

static void add_event(GString *events, json_t *taken)
{
    g_autofree char *data = text_of(taken);
    g_string_append_printf(events, "data: %s\n\n", data);
}

char *fake_ai_events(const char *first, ...)
{
    GString *events = g_string_new(": a comment\n\n");
    va_list pieces;
    va_start(pieces, first);
    add_event(events, json_pack("{s:s, s:[{s:{s:s}, s:n}]}", "model", "fake-1", "choices", "delta", "role", "assistant",
                                "finish_reason"));
    for (const char *piece = first; piece; piece = va_arg(pieces, const char *))
        add_event(events, json_pack("{s:[{s:{s:s}, s:n}]}", "choices", "delta", "content", piece, "finish_reason"));
    va_end(pieces);
    add_event(events, json_pack("{s:[{s:{}, s:s}]}", "choices", "delta", "finish_reason", "stop"));
    add_event(events,
              json_pack("{s:[], s:{s:i, s:i}}", "choices", "usage", "prompt_tokens", 11, "completion_tokens", 7));
    g_string_append(events, "data: [DONE]\n\n");
    return g_string_free(events, FALSE);
}
