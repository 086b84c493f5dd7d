/* Event streams (server-sent events, https://html.spec.whatwg.org/multipage/server-sent-events.html). Knows who listens
 * to which key; hides how a connection with nothing to send sleeps.
 *
 * A reader that finds no event suspends its connection under the lock that publishing takes too, so a wake-up cannot
 * get between the look and the sleep. */
#include "platform/http/http_private.h"

#include <string.h>
#include <sys/socket.h>

/* Of the buffer that the library asks us to fill; bytes. */
#define BLOCK_SIZE 4096

guint http_stream_heartbeat_ms = 15000;

struct HttpStream {
    HttpStreams *streams;
    struct MHD_Connection *connection;
    gint64 key;
    int socket;    /* to see whether the other side is still there */
    GQueue events; /* of GBytes; the first is being sent from `offset` */
    gsize offset;
    gboolean asleep; /* the connection is suspended */
    gboolean ended;
};

struct HttpStreams {
    GMutex lock;
    GHashTable *by_key; /* gint64 → GPtrArray of HttpStream, never empty */
    gboolean ended;
    GCond ending;
    GThread *heart;
};

/* --- all of these with the lock held */

static void wake(HttpStream *stream)
{
    if (!stream->asleep)
        return;
    stream->asleep = FALSE;
    MHD_resume_connection(stream->connection);
}

/* Of a full queue the oldest goes that is not being sent: who lags behind wants the latest news. */
static void push(HttpStream *stream, GBytes *event)
{
    if (g_queue_get_length(&stream->events) >= HTTP_STREAM_EVENTS_MOST)
        g_bytes_unref(g_queue_pop_nth(&stream->events, stream->offset > 0 ? 1 : 0));
    g_queue_push_tail(&stream->events, g_bytes_ref(event));
    wake(stream);
}

static void end(HttpStream *stream)
{
    stream->ended = TRUE;
    wake(stream);
}

static void for_each(HttpStreams *streams, void (*act)(HttpStream *stream))
{
    GHashTableIter iterator;
    gpointer value;
    g_hash_table_iter_init(&iterator, streams->by_key);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        const GPtrArray *array = value;
        for (guint i = 0; i < array->len; i++)
            act(g_ptr_array_index(array, i));
    }
}

/* A heartbeat tells proxies that the connection lives, and us when it does not. */
static void beat(HttpStream *stream)
{
    if (!g_queue_is_empty(&stream->events))
        return;
    g_autoptr(GBytes) comment = g_bytes_new_static(":\n\n", 3);
    push(stream, comment);
}

/* Somebody who closed the page; the next heartbeat would find out too. */
static gboolean is_gone(const HttpStream *stream)
{
    char byte;
    return stream->asleep && recv(stream->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* --- the collection */

static gpointer heart(gpointer data)
{
    HttpStreams *streams = data;
    g_mutex_lock(&streams->lock);
    while (!streams->ended) {
        gint64 next = g_get_monotonic_time() + (gint64)http_stream_heartbeat_ms * 1000;
        while (!streams->ended && g_cond_wait_until(&streams->ending, &streams->lock, next))
            continue;
        for_each(streams, beat);
    }
    g_mutex_unlock(&streams->lock);
    return NULL;
}

static void free_array(gpointer array)
{
    g_ptr_array_unref(array);
}

HttpStreams *http_streams_new(void)
{
    HttpStreams *streams = g_new0(HttpStreams, 1);
    g_mutex_init(&streams->lock);
    g_cond_init(&streams->ending);
    streams->by_key = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_array);
    streams->heart = g_thread_new("http-heart", heart, streams);
    return streams;
}

void http_streams_end(HttpStreams *streams)
{
    g_mutex_lock(&streams->lock);
    streams->ended = TRUE;
    g_cond_broadcast(&streams->ending);
    for_each(streams, end);
    g_mutex_unlock(&streams->lock);
    g_clear_pointer(&streams->heart, g_thread_join);
}

void http_streams_free(HttpStreams *streams)
{
    if (!streams)
        return;
    g_assert(streams->ended && g_hash_table_size(streams->by_key) == 0);
    g_hash_table_destroy(streams->by_key);
    g_cond_clear(&streams->ending);
    g_mutex_clear(&streams->lock);
    g_free(streams);
}

static GBytes *event_of(const char *event, json_t *data)
{
    g_assert(!strpbrk(event, "\r\n"));
    char *text = json_dumps(data, JSON_COMPACT | JSON_ENCODE_ANY);
    g_assert(text);
    char *lines = g_strdup_printf("event: %s\ndata: %s\n\n", event, text);
    free(text);
    return g_bytes_new_take(lines, strlen(lines));
}

void http_streams_publish(HttpStreams *streams, gint64 key, const char *event, json_t *data)
{
    g_autoptr(GBytes) bytes = NULL;
    g_mutex_lock(&streams->lock);
    const GPtrArray *array = g_hash_table_lookup(streams->by_key, &key);
    if (array)
        bytes = event_of(event, data);
    for (guint i = 0; array && i < array->len; i++)
        push(g_ptr_array_index(array, i), bytes);
    g_mutex_unlock(&streams->lock);
}

/* --- one stream */

/* Whether one more may listen to this key. Those who are gone do not count. */
static gboolean has_place(GPtrArray *array)
{
    if (array->len < HTTP_STREAMS_MOST)
        return TRUE;
    guint here = 0;
    for (guint i = 0; i < array->len; i++) {
        HttpStream *stream = g_ptr_array_index(array, i);
        if (stream->ended)
            continue;
        if (is_gone(stream))
            end(stream);
        else
            here++;
    }
    return here < HTTP_STREAMS_MOST;
}

static GPtrArray *array_of(HttpStreams *streams, gint64 key)
{
    GPtrArray *array = g_hash_table_lookup(streams->by_key, &key);
    if (array)
        return array;
    array = g_ptr_array_new();
    g_hash_table_insert(streams->by_key, g_memdup2(&key, sizeof key), array);
    return array;
}

static HttpStream *stream_new(HttpStreams *streams, gint64 key, struct MHD_Connection *connection)
{
    HttpStream *stream = g_new0(HttpStream, 1);
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    stream->streams = streams;
    stream->connection = connection;
    stream->key = key;
    stream->socket = info ? info->connect_fd : -1;
    g_queue_init(&stream->events);
    g_queue_push_tail(&stream->events, g_bytes_new_static(": here\n\n", 8));
    return stream;
}

HttpReply *http_streams_open(HttpStreams *streams, gint64 key, struct MHD_Connection *connection,
                             const char *request_id)
{
    HttpStream *stream = NULL;
    g_mutex_lock(&streams->lock);
    gboolean ended = streams->ended;
    GPtrArray *array = ended ? NULL : array_of(streams, key);
    if (array && has_place(array)) {
        stream = stream_new(streams, key, connection);
        g_ptr_array_add(array, stream);
    }
    g_mutex_unlock(&streams->lock);
    if (ended)
        return http_problem(503, "The server is about to stop. Try again in a moment.", request_id);
    if (!stream)
        return http_problem_too_many(http_stream_heartbeat_ms / 1000 + 1, request_id);
    HttpReply *reply = http_reply_new(200);
    reply->stream = stream;
    reply->content_type = "text/event-stream";
    http_reply_header(reply, "X-Accel-Buffering", "no");
    return reply;
}

void http_stream_close(HttpStream *stream)
{
    HttpStreams *streams = stream->streams;
    g_mutex_lock(&streams->lock);
    GPtrArray *array = g_hash_table_lookup(streams->by_key, &stream->key);
    g_ptr_array_remove_fast(array, stream);
    if (array->len == 0)
        g_hash_table_remove(streams->by_key, &stream->key);
    g_mutex_unlock(&streams->lock);
    g_queue_clear_full(&stream->events, (GDestroyNotify)g_bytes_unref);
    g_free(stream);
}

static gsize take(HttpStream *stream, char *buffer, gsize size)
{
    gsize taken = 0;
    while (taken < size && !g_queue_is_empty(&stream->events)) {
        GBytes *event = g_queue_peek_head(&stream->events);
        gsize length;
        const char *data = g_bytes_get_data(event, &length);
        gsize count = MIN(length - stream->offset, size - taken);
        memcpy(buffer + taken, data + stream->offset, count);
        taken += count;
        stream->offset += count;
        if (stream->offset < length)
            break;
        stream->offset = 0;
        g_bytes_unref(g_queue_pop_head(&stream->events));
    }
    return taken;
}

static ssize_t read_stream(void *data, uint64_t position, char *buffer, size_t size)
{
    HttpStream *stream = data;
    g_mutex_lock(&stream->streams->lock);
    ssize_t taken = stream->ended ? MHD_CONTENT_READER_END_OF_STREAM : (ssize_t)take(stream, buffer, size);
    if (taken == 0) {
        stream->asleep = TRUE;
        MHD_suspend_connection(stream->connection);
    }
    g_mutex_unlock(&stream->streams->lock);
    return taken;
}

static void free_stream(void *data)
{
    http_stream_close(data);
}

struct MHD_Response *http_stream_response(HttpStream *stream)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_SIZE, read_stream, stream, free_stream);
}

/* --- what handlers and features call */

HttpReply *http_reply_stream(const HttpRequest *request, gint64 key)
{
    return http_streams_open(request->parts->server->streams, key, request->parts->connection, request->parts->id);
}

void http_stream_publish(HttpServer *server, gint64 key, const char *event, json_t *data)
{
    if (server)
        http_streams_publish(server->streams, key, event, data);
}
