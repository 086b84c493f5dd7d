/* What a handler may ask of its request. Everything was checked before the handler runs; asking for a name that its
 * route's tables do not have is a mistake in the program and ends it. */
#include "platform/http/http_private.h"

#include "platform/id.h"

#include <string.h>

const char *http_path_text(const HttpRequest *request, const char *name)
{
    const char *text = http_match_text(&request->parts->match, name);
    g_assert(text);
    return text;
}

gboolean http_path_id(const HttpRequest *request, const char *name, gint64 *id, GError **error)
{
    if (id_parse(http_path_text(request, name), id))
        return TRUE;
    g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "There is nothing at this address.");
    return FALSE;
}

/* --- the query */

static const HttpQueryValue *query_value(const HttpRequest *request, const char *name)
{
    const HttpField *fields = request->parts->match.route->query;
    for (guint i = 0; fields && fields[i].name; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &request->parts->queries[i];
    g_error("a handler asks for the query parameter %s, which its route does not have", name);
}

const char *http_query_text(const HttpRequest *request, const char *name)
{
    return query_value(request, name)->text;
}

gint64 http_query_integer(const HttpRequest *request, const char *name, gint64 otherwise)
{
    const HttpQueryValue *value = query_value(request, name);
    return value->text ? value->integer : otherwise;
}

/* --- headers and cookies */

const char *http_header(const HttpRequest *request, const char *name)
{
    return MHD_lookup_connection_value(request->parts->connection, MHD_HEADER_KIND, name);
}

/* "a=b; c=d" as name NUL value NUL … NUL. What has no '=' is left out. */
static char *split_cookies(const char *header)
{
    gsize length = strlen(header);
    char *pairs = g_malloc0(length + 2), *out = pairs;
    for (const char *at = header; *at != '\0';) {
        at += strspn(at, "; \t");
        gsize pair = strcspn(at, ";");
        const char *equals = memchr(at, '=', pair);
        if (equals && equals > at) {
            memcpy(out, at, pair);
            out[equals - at] = '\0';
            out += pair + 1;
        }
        at += pair;
    }
    return pairs;
}

const char *http_cookie(const HttpRequest *request, const char *name)
{
    HttpExchange *exchange = request->parts;
    if (!exchange->heads.cookie)
        return NULL;
    if (!exchange->cookies)
        exchange->cookies = split_cookies(exchange->heads.cookie);
    for (const char *at = exchange->cookies; *at != '\0';) {
        const char *value = at + strlen(at) + 1;
        if (strcmp(at, name) == 0)
            return value;
        at = value + strlen(value) + 1;
    }
    return NULL;
}

/* --- the body */

/* NULL when absent or null. */
static json_t *member(const HttpRequest *request, const char *name)
{
    json_t *value = json_object_get(request->body, name);
    return json_is_null(value) ? NULL : value;
}

const char *http_body_text(const HttpRequest *request, const char *name)
{
    return json_string_value(member(request, name));
}

gint64 http_body_integer(const HttpRequest *request, const char *name, gint64 otherwise)
{
    const json_t *value = member(request, name);
    return value ? json_integer_value(value) : otherwise;
}

double http_body_number(const HttpRequest *request, const char *name, double otherwise)
{
    const json_t *value = member(request, name);
    return value ? json_number_value(value) : otherwise;
}

gboolean http_body_boolean(const HttpRequest *request, const char *name, gboolean otherwise)
{
    const json_t *value = member(request, name);
    return value ? json_is_true(value) : otherwise;
}

json_t *http_body_list(const HttpRequest *request, const char *name)
{
    return member(request, name);
}
