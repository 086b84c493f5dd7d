/* What the files of platform/http share with each other and with their tests, and nobody else includes.
 *
 * The way of a request: server.c gets it from libmicrohttpd, guard.c refuses hostile framing, target.c and router.c
 * find its route, exchange.c collects its body, dispatch.c (in a worker thread) makes its reply, reply.c sends it. */
#pragma once

#include "platform/error.h"
#include "platform/http/http.h"

#include <microhttpd.h>

/* ------------------------------------------------------------------ target.c */

/* Percent-decodes a path in place. FALSE when it is not one that can be meant honestly: not starting with '/',
 * characters outside RFC 3986, escapes that hide a slash, a NUL or a control character, dot segments, or not UTF-8. */
gboolean http_path_decode(char *path) G_GNUC_WARN_UNUSED_RESULT;

/* Percent-decodes a name or value of a query in place ('+' is a space). FALSE as above; slashes and dots are fine here.
 */
gboolean http_query_decode(char *text) G_GNUC_WARN_UNUSED_RESULT;

/* Whether every byte may stand in a request target. */
gboolean http_target_is_clean(const char *target);

/* ------------------------------------------------------------------ router.c */

#define HTTP_SEGMENTS_MOST 12

typedef struct HttpRouter HttpRouter;

typedef struct {
    const HttpRoute *route;                   /* NULL: no route for this method */
    unsigned methods;                         /* bit (1 << HttpMethod) of every method that the path has a route for */
    const char *segments[HTTP_SEGMENTS_MOST]; /* of the path, borrowed from it; set when there is a route */
} HttpMatch;

/* Refuses tables that are wrong (WHET_ERROR_INVALID names the route): two routes for the same, a query parameter that
 * is a list, a range that is empty, … The tables must outlive the router. */
HttpRouter *http_router_new(const HttpRoute *const *tables, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void http_router_free(HttpRouter *router);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpRouter, http_router_free)

/* Finds the route of a decoded path. When there is one the path is cut into the match's segments; otherwise it stays as
 * it is. A literal segment wins over a {name}. */
void http_router_match(const HttpRouter *router, HttpMethod method, char *path, HttpMatch *match);

/* The segment that stands for {name} in the template; NULL when it has no such. */
const char *http_match_text(const HttpMatch *match, const char *name);

/* FALSE for methods that no route can have. HEAD is read as GET, with *head set. */
gboolean http_method_parse(const char *text, HttpMethod *method, gboolean *head) G_GNUC_WARN_UNUSED_RESULT;
const char *http_method_name(HttpMethod method);

/* "GET, HEAD, POST" for an Allow header. */
char *http_methods_text(unsigned methods);

/* ------------------------------------------------------------------ fields.c */

/* As many errors of one request are told; the rest is only counted on being mended. */
#define HTTP_FIELD_ERRORS_MOST 100
/* Characters of a FIELD_TEXT that names no limit. */
#define HTTP_TEXT_MOST 10000
/* Elements of a HTTP_LIST that names no limit. */
#define HTTP_LIST_MOST 100
/* Levels of nesting of a JSON body. */
#define HTTP_JSON_DEPTH_MOST 32

/* Reads a body. NULL with WHET_ERROR_INVALID, naming line and column, unless it is one JSON object in UTF-8 without
 * duplicate names or NULs, not too deep. */
json_t *http_json_read(const char *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Checks `object` against a table and turns its ids and times into integers in place. Appends to `errors`, an array,
 * one {pointer, detail} for everything that is wrong. */
void http_fields_check(const HttpField *fields, json_t *object, json_t *errors);

/* The value of one query parameter, at the place of its field in the table. */
typedef struct {
    const char *text; /* NULL when absent */
    gint64 integer;   /* INTEGER, ID; TIME in µs */
} HttpQueryValue;

/* Splits and decodes `query` in place and checks it against a table (NULL: takes none). `values` has an element for
 * each field and borrows from `query`. */
void http_query_check(const HttpField *fields, char *query, HttpQueryValue *values, json_t *errors);
guint http_fields_count(const HttpField *fields);

/* ------------------------------------------------------------------ problem.c */

/* A problem document. `detail` may be NULL; request_id names the occurrence. */
HttpReply *http_problem(int status, const char *detail, const char *request_id);
/* 400 with every field error; keeps a reference of its own. */
HttpReply *http_problem_fields(json_t *errors, const char *request_id);
/* The one place where a GError becomes a status. What went wrong inside is logged and never told. */
HttpReply *http_problem_error(const GError *error, const char *request_id);
/* 429 with Retry-After. */
HttpReply *http_problem_too_many(guint seconds, const char *request_id);
const char *http_status_title(int status);

/* ------------------------------------------------------------------ reply.c */

typedef struct HttpStream HttpStream;

typedef struct {
    char *name, *value;
} HttpReplyHeader;

struct HttpReply {
    int status;
    const char *content_type; /* static, or `owned_type` */
    char *owned_type;
    void *bytes; /* freed with free_bytes(owner) when that is set */
    gsize length;
    GDestroyNotify free_bytes;
    gpointer owner;
    HttpStream *stream; /* an event stream instead of bytes */
    GArray *headers;    /* HttpReplyHeader; NULL: none */
    gboolean close;     /* end the connection after this */
};

HttpReply *http_reply_new(int status);
/* Hands the content over to a response with all the headers that every reply carries. The reply is used up: free it. */
struct MHD_Response *http_reply_to_response(HttpReply *reply, const char *request_id);

/* ------------------------------------------------------------------ limits.c */

typedef struct HttpLimits HttpLimits;

HttpLimits *http_limits_new(void);
void http_limits_free(HttpLimits *limits);
/* Takes a token of the person, or of the address when person_id is 0. Returns 0, or the seconds after which there will
 * be one. `now` is monotonic, µs. Any thread. */
guint http_limits_take(HttpLimits *limits, gint64 person_id, const char *address, HttpRate rate, gint64 now);
guint http_limits_size(HttpLimits *limits);
/* Of one generation of buckets; two are kept. */
#define HTTP_LIMITS_GENERATION 20000

/* ------------------------------------------------------------------ stream.c */

typedef struct HttpStreams HttpStreams;

HttpStreams *http_streams_new(void);
/* Ends every stream; new ones are refused. */
void http_streams_end(HttpStreams *streams);
/* After http_streams_end(), when no connection is left. */
void http_streams_free(HttpStreams *streams);
void http_streams_publish(HttpStreams *streams, gint64 key, const char *event, json_t *data);
HttpReply *http_streams_open(HttpStreams *streams, gint64 key, struct MHD_Connection *connection,
                             const char *request_id);
/* The response that reads from the stream; takes the stream over. */
struct MHD_Response *http_stream_response(HttpStream *stream);
void http_stream_close(HttpStream *stream);
/* Between heartbeats, ms. Tests shorten it before a server starts. */
extern guint http_stream_heartbeat_ms;

#define HTTP_STREAM_EVENTS_MOST 64
#define HTTP_STREAMS_MOST 8

/* ------------------------------------------------------------------ guard.c */

/* What the headers say, found in one pass; borrowed from the connection. */
typedef struct {
    const char *host, *content_type, *origin, *fetch_site, *csrf, *cookie, *user_agent;
    const char *accept_encoding, *if_none_match, *forwarded_for;
    gboolean chunked; /* the body comes in chunks */
    gboolean expects; /* waits for 100 Continue before sending the body */
    guint64 length;   /* of the body, when it is not chunked */
} HttpHeads;

/* Refuses requests that somebody between us and the client could read differently from us. Returns NULL, or what is
 * wrong. `target_length` is that of the request target as it was sent. */
const char *http_guard(struct MHD_Connection *connection, const char *method, const char *url, const char *version,
                       gsize target_length, HttpHeads *heads);

/* ------------------------------------------------------------------ files.c */

/* The reply to a GET or HEAD of a file. `file` stays borrowed until the reply was sent. */
HttpReply *http_file_reply(const HttpFile *file, const HttpHeads *heads);

/* ------------------------------------------------------------------ workers.c */

typedef struct HttpWorkers HttpWorkers;

HttpWorkers *http_workers_new(guint count, void (*work)(gpointer job), GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* `link` belongs to the caller and must live until the job runs; its data is the job. */
void http_workers_push(HttpWorkers *workers, GList *link);
/* Runs what is queued, then ends the threads. NULL is allowed. */
void http_workers_free(HttpWorkers *workers);

/* ------------------------------------------------------------------ exchange.c, dispatch.c, request.c */

typedef enum {
    EXCHANGE_NEW,      /* the headers are not complete */
    EXCHANGE_READING,  /* the body comes in */
    EXCHANGE_WORKING,  /* suspended: a worker has it, and nobody else touches it */
    EXCHANGE_ANSWERED, /* the response is there */
    EXCHANGE_SENT,     /* the response is queued */
} HttpExchangeStage;

/* One request and its reply. Lives from the request line until libmicrohttpd reports it completed. */
typedef struct HttpRequestParts {
    HttpServer *server;
    struct MHD_Connection *connection;
    HttpExchangeStage stage;
    gboolean counted; /* among the server's unsent */
    gboolean head;
    gint64 begun; /* monotonic, µs */
    char id[17];
    char address[46]; /* INET6_ADDRSTRLEN */
    GList link;       /* in the workers' queue */

    HttpHeads heads;
    HttpMethod method;
    HttpMatch match;
    HttpRequest request;     /* what the handler sees */
    HttpQueryValue *queries; /* by place in the route's table */
    char *cookies;           /* name NUL value NUL … NUL; NULL until somebody asks */

    char *body; /* NULL until bytes come */
    gsize body_length, body_size, body_limit;
    gboolean discard; /* the reply stands: what comes of the body is thrown away */

    struct MHD_Response *response;
    int status;

    char *query; /* inside `path`; NULL: none */
    gsize target_length;
    char path[]; /* copy of the request target */
} HttpExchange;

HttpExchange *http_exchange_new(HttpServer *server, struct MHD_Connection *connection, const char *target);
void http_exchange_free(HttpExchange *exchange);
/* The access handler's part: called when the headers are complete, for each piece of the body, and at its end. */
enum MHD_Result http_exchange_advance(HttpExchange *exchange, const char *url, const char *method, const char *version,
                                      const char *data, size_t *length);
/* Turns a reply into the exchange's response. Takes the reply. */
void http_exchange_answer(HttpExchange *exchange, HttpReply *reply);

/* In a worker thread: checks everything that the route asks for and runs its handler. Never NULL. */
HttpReply *http_dispatch(HttpExchange *exchange);
/* NULL, or the refusal of a request that changes something and comes from another site's page. */
HttpReply *http_dispatch_cross_site(const HttpExchange *exchange);

/* ------------------------------------------------------------------ openapi.c, for openapi_page.c */

/* The first segment after /api/v1/, or "pages". Free with g_free. */
char *http_openapi_tag(const HttpRoute *route);
/* An array of names; a new reference. */
json_t *http_openapi_roles(unsigned roles);
const char *http_openapi_rate(HttpRate rate);

/* ------------------------------------------------------------------ server.c */

struct HttpServer {
    App *app;
    gboolean (*authenticate)(App *app, const char *cookie, HttpIdentity *who, GError **error);
    const HttpFile *(*file)(App *app, const char *path);
    gboolean rate_limits, behind_proxy, secure;
    char *origin; /* of public_url, lower case, without a default port; NULL: whatever the Host header says */

    HttpRouter *router;
    HttpLimits *limits;
    HttpStreams *streams;
    HttpWorkers *workers;
    struct MHD_Daemon *daemon;
    int listener;
    guint16 port;

    guint32 boot;    /* random; the first half of request ids */
    gint requests;   /* atomic; the second half */
    gint body_bytes; /* atomic, KiB; of all bodies being held */
    gint stopping;   /* atomic */
    gint working;    /* atomic; exchanges that are with the workers */
    gint unsent;     /* atomic; exchanges that were with the workers and are not completed */
    GMutex drain_lock;
    GCond drained;
};

/* Hands a complete request to the workers, suspended. FALSE: the server is stopping. */
gboolean http_server_suspend(HttpServer *server, HttpExchange *exchange) G_GNUC_WARN_UNUSED_RESULT;
/* "https://whet.example.org" of an address with or without path; NULL when it is not http or https. */
char *http_origin(const char *url);
