/* What happens to a complete request in a worker thread: who asks, may they, not too often, is what they send right;
 * then the route's handler. */
#include "platform/http/http_private.h"

#include <string.h>

static gboolean changes_something(const HttpExchange *exchange)
{
    return exchange->method != HTTP_GET;
}

/* Compares all of both, whatever differs where. */
static gboolean equal_in_constant_time(const char *given, const char *secret)
{
    gsize length = strlen(secret);
    if (length == 0 || strlen(given) != length)
        return FALSE;
    guchar difference = 0;
    for (gsize i = 0; i < length; i++)
        difference |= (guchar)(given[i] ^ secret[i]);
    return difference == 0;
}

/* --- requests from other sites' pages */

static gboolean is_own_origin(const HttpExchange *exchange, const char *origin)
{
    g_autofree char *given = http_origin(origin);
    if (!given)
        return FALSE;
    if (exchange->server->origin)
        return strcmp(given, exchange->server->origin) == 0;
    g_autofree char *plain = g_strconcat("http://", exchange->heads.host, NULL);
    g_autofree char *secure = g_strconcat("https://", exchange->heads.host, NULL);
    g_autofree char *plain_origin = http_origin(plain);
    g_autofree char *secure_origin = http_origin(secure);
    return g_strcmp0(given, plain_origin) == 0 || g_strcmp0(given, secure_origin) == 0;
}

HttpReply *http_dispatch_cross_site(const HttpExchange *exchange)
{
    if (!changes_something(exchange))
        return NULL;
    const char *origin = exchange->heads.origin, *site = exchange->heads.fetch_site;
    gboolean own_site = !site || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
    if (own_site && (!origin || is_own_origin(exchange, origin)))
        return NULL;
    return http_problem(403, "This request comes from a page of another site.", exchange->id);
}

/* --- who asks */

static gboolean identify(HttpExchange *exchange, GError **error)
{
    HttpServer *server = exchange->server;
    HttpIdentity *who = &exchange->request.who;
    const char *cookie = http_cookie(&exchange->request, HTTP_SIGN_IN_COOKIE);
    if (!cookie || *cookie == '\0' || !server->authenticate)
        return TRUE;
    if (server->authenticate(server->app, cookie, who, error))
        return TRUE;
    if (error && !*error)
        g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "authentication failed without an error");
    return FALSE;
}

static HttpReply *refuse_person(const HttpExchange *exchange)
{
    const HttpIdentity *who = &exchange->request.who;
    unsigned roles = exchange->match.route->roles;
    if (roles != ROLE_ANYONE && who->person_id == 0)
        return http_problem(401, "Sign in to do this.", exchange->id);
    if (roles != ROLE_ANYONE && !(roles & who->roles))
        return http_problem(403, "Your account may not do this.", exchange->id);
    /* Signing in as somebody else is asked without the token of the present sign-in; other sites' pages are refused
     * above. */
    if (roles == ROLE_ANYONE || !changes_something(exchange))
        return NULL;
    if (!exchange->heads.csrf || !equal_in_constant_time(exchange->heads.csrf, who->csrf))
        return http_problem(403, "The X-CSRF-Token header is missing or not the one of this sign-in.", exchange->id);
    return NULL;
}

static HttpReply *refuse_rate(const HttpExchange *exchange)
{
    if (!exchange->server->rate_limits)
        return NULL;
    guint seconds = http_limits_take(exchange->server->limits, exchange->request.who.person_id, exchange->address,
                                     exchange->match.route->rate, g_get_monotonic_time());
    return seconds ? http_problem_too_many(seconds, exchange->id) : NULL;
}

/* --- what they send */

static gboolean read_body(HttpExchange *exchange, json_t *errors, GError **error)
{
    const HttpField *fields = exchange->match.route->body;
    if (!fields)
        return TRUE;
    exchange->request.body =
        exchange->body_length ? http_json_read(exchange->body, exchange->body_length, error) : json_object();
    if (!exchange->request.body)
        return FALSE;
    http_fields_check(fields, exchange->request.body, errors);
    return TRUE;
}

static HttpReply *refuse_content(HttpExchange *exchange)
{
    const HttpField *query = exchange->match.route->query;
    json_t *errors = json_array();
    if (query)
        exchange->queries = g_new0(HttpQueryValue, http_fields_count(query));
    http_query_check(query, exchange->query, exchange->queries, errors);
    g_autoptr(GError) error = NULL;
    HttpReply *refusal = NULL;
    if (!read_body(exchange, errors, &error))
        refusal = http_problem_error(error, exchange->id);
    else if (json_array_size(errors) > 0)
        refusal = http_problem_fields(errors, exchange->id);
    json_decref(errors);
    return refusal;
}

HttpReply *http_dispatch(HttpExchange *exchange)
{
    g_autoptr(GError) error = NULL;
    if (!identify(exchange, &error))
        return http_problem_error(error, exchange->id);
    HttpReply *reply = refuse_rate(exchange);
    if (!reply)
        reply = refuse_person(exchange);
    if (!reply)
        reply = refuse_content(exchange);
    if (!reply)
        reply = exchange->match.route->handler(&exchange->request, &error);
    if (reply)
        return reply;
    if (!error)
        g_set_error(&error, WHET_ERROR, WHET_ERROR_FAILED, "the handler of %s gave neither a reply nor an error",
                    exchange->match.route->path);
    return http_problem_error(error, exchange->id);
}
