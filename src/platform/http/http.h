/* HTTP: server, routes as data, checked requests, replies, problem documents (RFC 9457), event streams.
 *
 * A few epoll threads of libmicrohttpd parse. A request, once complete, is guarded, suspended and handed to a worker
 * thread that finds its route, authenticates, checks rights, rate and body against the route's table, and runs the
 * handler as straight-line blocking code; then it is resumed with the reply.
 *
 * A handler returns a reply, or NULL with an error. WHET_ERROR codes become statuses in one place (problem.c). */
#pragma once

#include <glib.h>
#include <jansson.h>

typedef struct App App; /* what handlers work with; this module passes it on and never looks inside */

typedef enum { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE } HttpMethod;

/* Rights, as bits. A route asks for any one of its bits; ROLE_ANYONE asks for nothing, not even to be signed in. */
typedef enum {
    ROLE_ANYONE = 0,
    ROLE_LEARNER = 1,
    ROLE_COACH = 2,
    ROLE_AUTHOR = 4,
    ROLE_ADMIN = 8,
    ROLE_PERSON = ROLE_LEARNER | ROLE_COACH | ROLE_AUTHOR | ROLE_ADMIN, /* whoever is signed in */
} HttpRole;

/* How often one person (or, when nobody is signed in, one address) may ask. The numbers are in limits.c. */
typedef enum { RATE_READ, RATE_WRITE, RATE_HEAVY, RATE_SIGN_IN } HttpRate;

typedef enum {
    FIELD_TEXT,    /* min..max: length in characters */
    FIELD_INTEGER, /* min..max */
    FIELD_NUMBER,  /* min..max, finite */
    FIELD_BOOLEAN,
    FIELD_ID,     /* a decimal string on the wire */
    FIELD_TIME,   /* RFC 3339 */
    FIELD_OBJECT, /* `fields` */
    FIELD_ANY,    /* replies only: free JSON, described by `about` */
} HttpFieldType;

enum { HTTP_REQUIRED = 1, HTTP_LIST = 2, HTTP_NULLABLE = 4 };

/* One member of a JSON object. Bodies are checked against these tables, and the OpenAPI document is made from them. A
 * table ends with an entry without a name. */
typedef struct HttpField {
    const char *name;
    HttpFieldType type;
    unsigned flags;
    double min, max;                /* ignored when both are 0; a text then has at most 10,000 characters */
    guint most;                     /* HTTP_LIST: how many elements at most; 0 = 100 */
    const char *const *values;      /* FIELD_TEXT: the only values allowed, NULL-terminated */
    const struct HttpField *fields; /* FIELD_OBJECT */
    const char *about;              /* one sentence */
} HttpField;

/* Who asks. person_id is 0 when nobody is signed in. */
typedef struct {
    gint64 person_id, organisation_id, sign_in_id;
    unsigned roles;
    char csrf[65]; /* what the X-CSRF-Token header must say in requests that change something */
} HttpIdentity;

typedef struct HttpRequest HttpRequest;
typedef struct HttpReply HttpReply;
typedef struct HttpServer HttpServer;

typedef HttpReply *(*HttpHandler)(const HttpRequest *request, GError **error);

typedef struct {
    HttpMethod method;
    const char *path; /* "/api/v1/sessions/{id}/finish": a {name} is one segment */
    HttpHandler handler;
    unsigned roles;
    HttpRate rate;
    const char *about;      /* "Answer an exercise and get feedback" */
    const HttpField *body;  /* NULL: takes no body; otherwise no body is the same as {} */
    const HttpField *query; /* NULL: takes no query parameters; types TEXT, INTEGER, ID, TIME only */
    const HttpField *reply; /* the JSON object of a 2xx reply; NULL: none, or not JSON */
    int status;             /* of a reply when it went well, if that may be another than 200: 201, 202 */
    gsize body_limit;       /* bytes; 0 = 64 KiB */
} HttpRoute;

/* --- what a handler may ask of its request (borrowed, valid during the call) */
struct HttpRequest {
    App *app;
    HttpIdentity who;
    json_t *body;                   /* checked against the route's table; NULL when there is none */
    const char *address;            /* of the client, for throttling and audit */
    const char *user_agent;         /* may be NULL */
    const char *id;                 /* of this request, as in the log and in X-Request-Id */
    struct HttpRequestParts *parts; /* private */
};

/* The value of {name} in the route's path as an id. A text that is no id gives WHET_ERROR_NOT_FOUND. */
gboolean http_path_id(const HttpRequest *request, const char *name, gint64 *id,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *http_path_text(const HttpRequest *request, const char *name);

/* Query parameters, checked against the route's table. */
const char *http_query_text(const HttpRequest *request, const char *name); /* NULL when absent */
/* INTEGER, ID, and TIME in µs. */
gint64 http_query_integer(const HttpRequest *request, const char *name, gint64 otherwise);
const char *http_header(const HttpRequest *request, const char *name);
const char *http_cookie(const HttpRequest *request, const char *name);

/* Members of a checked body; absent (or null) gives `otherwise`. Ids and times are integers, inside lists and objects
 * too. */
const char *http_body_text(const HttpRequest *request, const char *name);
gint64 http_body_integer(const HttpRequest *request, const char *name, gint64 otherwise);
double http_body_number(const HttpRequest *request, const char *name, double otherwise);
gboolean http_body_boolean(const HttpRequest *request, const char *name, gboolean otherwise);
json_t *http_body_list(const HttpRequest *request, const char *name); /* borrowed; NULL when absent */

/* --- replies; owned by the caller until returned from the handler */
HttpReply *http_reply_json(json_t *body);                    /* 200; takes the reference */
HttpReply *http_reply_json_status(int status, json_t *body); /* takes the reference */
/* 400 with everything that is wrong in what was sent: errors is an array of {"pointer", "detail"}, taken. */
HttpReply *http_reply_wrong(const HttpRequest *request, json_t *errors);
HttpReply *http_reply_empty(void);                                    /* 204 */
HttpReply *http_reply_bytes(GBytes *bytes, const char *content_type); /* 200; takes a reference of its own */
void http_reply_header(HttpReply *reply, const char *name, const char *value);
/* Path=/, HttpOnly, SameSite=Lax, Secure when the server's address is https. seconds 0 deletes it. */
void http_reply_cookie(HttpReply *reply, const HttpRequest *request, const char *name, const char *value,
                       gint64 seconds);
void http_reply_free(HttpReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpReply, http_reply_free)

/* Ids, times and numbers as JSON carries them. */
json_t *http_json_id(gint64 id);
json_t *http_json_time(gint64 time);     /* JSON null when 0 */
json_t *http_json_number(double number); /* JSON null when it is not finite: there is no such number */

/* --- event streams (server-sent events). A handler returns http_reply_stream(): the connection stays open, gets a
 * heartbeat comment every 15 s, and every event published for the same key. What a slow reader has not taken after 64
 * events is dropped, the oldest first. The ninth stream at once of a key is refused (429). */
HttpReply *http_reply_stream(const HttpRequest *request, gint64 key);
/* Borrows data; any thread; no server: nobody listens. */
void http_stream_publish(HttpServer *server, gint64 key, const char *event, json_t *data);

/* --- the server */
typedef struct {
    const char *address;    /* "127.0.0.1" */
    guint16 port;           /* 0: any free one */
    const char *public_url; /* as people reach it, "https://whet.example.org"; NULL: whatever the Host header says */
    guint epoll_threads;    /* 1..16 */
    guint workers;          /* 1..256 */
    guint connections;      /* at most this many at once */
    guint idle_seconds;     /* a connection that says nothing is closed after this long */
    gboolean rate_limits;   /* FALSE for benchmarks and tests */
    gboolean behind_proxy;  /* a client's address is the last one in X-Forwarded-For, which our own proxy writes */
    App *app;
    /* Fills `who` from the sign-in cookie's value. TRUE with who->person_id 0: not (or no longer) signed in. */
    gboolean (*authenticate)(App *app, const char *cookie, HttpIdentity *who, GError **error);
    const HttpRoute *const *routes; /* tables, each ending with a route without a path; NULL-terminated */
    /* GETs outside /api/ that no route takes: a file of the client or NULL (404). Borrowed. */
    const struct HttpFile *(*file)(App *app, const char *path);
} HttpOptions;

/* A file held in memory. */
typedef struct HttpFile {
    const char *content_type;
    const char *etag; /* quoted */
    const char *cache_control;
    GBytes *bytes, *gzip; /* gzip may be NULL */
} HttpFile;

#define HTTP_SIGN_IN_COOKIE "whet_sign_in"

HttpServer *http_server_start(const HttpOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint16 http_server_port(const HttpServer *server);
/* Finishes what runs, resumes what is suspended, ends streams, closes. NULL is allowed. */
void http_server_stop(HttpServer *server);

/* The OpenAPI 3.1 document of the tables, and a readable page of it. Free with json_decref / g_free. */
json_t *http_openapi(const HttpRoute *const *routes, const char *server_url);
char *http_openapi_page(const HttpRoute *const *routes);
