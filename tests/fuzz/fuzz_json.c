/* Bodies and queries from anywhere, checked against the tables that the program really has. What passes must be what
 * its table says, and what its handler reads must be there.
 *
 * The first line names the route, as in "POST /api/v1/attempts"; the rest is the body, and as a text the query. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "feature/authoring/authoring.h"
#include "feature/people/people.h"
#include "feature/practice/practice.h"
#include "platform/http/http_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static GPtrArray *routes_of_all(void)
{
    static const HttpRoute *const tables[] = { practice_routes,  progress_routes, library_routes,
                                               authoring_routes, people_routes,   people_admin_routes };
    GPtrArray *all = g_ptr_array_new();
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
        for (const HttpRoute *route = tables[i]; route->path; route++)
            if (route->body || route->query)
                g_ptr_array_add(all, (gpointer)route);
    return all;
}

/* The route that `line` names; some route when it names none. */
static const HttpRoute *route_of(const char *line, gsize length)
{
    static GPtrArray *all;
    if (!all)
        all = routes_of_all();
    for (guint i = 0; i < all->len; i++) {
        const HttpRoute *route = all->pdata[i];
        g_autofree char *name = g_strdup_printf("%s %s", http_method_name(route->method), route->path);
        if (length == strlen(name) && memcmp(name, line, length) == 0)
            return route;
    }
    return all->pdata[(length ? (guchar)line[0] : 0) % all->len];
}

/* A second opinion on what passed. */
static void assert_object(const HttpField *fields, const json_t *object);

static gboolean is_within(const HttpField *field, double value)
{
    return (field->min == 0 && field->max == 0) || (value >= field->min && value <= field->max);
}

static void assert_value(const HttpField *field, const json_t *value)
{
    switch (field->type) {
    case FIELD_TEXT:
        g_assert(json_is_string(value) &&
                 g_utf8_validate_len(json_string_value(value), json_string_length(value), NULL));
        if (field->values)
            g_assert(g_strv_contains(field->values, json_string_value(value)));
        else
            g_assert(is_within(field, (double)g_utf8_strlen(json_string_value(value), -1)));
        return;
    case FIELD_INTEGER:
        g_assert(json_is_integer(value) && is_within(field, (double)json_integer_value(value)));
        return;
    case FIELD_NUMBER:
        g_assert(json_is_number(value) && isfinite(json_number_value(value)) &&
                 is_within(field, json_number_value(value)));
        return;
    case FIELD_BOOLEAN:
        g_assert(json_is_boolean(value));
        return;
    case FIELD_ID:
        g_assert(json_is_integer(value) && json_integer_value(value) > 0);
        return;
    case FIELD_TIME:
        g_assert(json_is_integer(value) && json_integer_value(value) >= 0);
        return;
    case FIELD_OBJECT:
        g_assert(json_is_object(value));
        if (field->fields)
            assert_object(field->fields, value);
        return;
    case FIELD_ANY:
        return;
    }
    g_assert_not_reached();
}

static void assert_member(const HttpField *field, const json_t *value)
{
    if (json_is_null(value)) {
        g_assert(field->flags & HTTP_NULLABLE);
    } else if (field->flags & HTTP_LIST) {
        g_assert(json_is_array(value) && json_array_size(value) <= (field->most ? field->most : HTTP_LIST_MOST));
        for (gsize i = 0; i < json_array_size(value); i++)
            assert_value(field, json_array_get(value, i));
    } else {
        assert_value(field, value);
    }
}

static void assert_object(const HttpField *fields, const json_t *object)
{
    gsize known = 0;
    for (const HttpField *field = fields; field->name; field++) {
        const json_t *value = json_object_get(object, field->name);
        g_assert(value || !(field->flags & HTTP_REQUIRED));
        known += value != NULL;
        if (value)
            assert_member(field, value);
    }
    g_assert(known == json_object_size(object));
}

static void assert_errors(json_t *errors)
{
    g_assert(json_array_size(errors) <= HTTP_FIELD_ERRORS_MOST);
    gsize i;
    json_t *error;
    json_array_foreach(errors, i, error)
        g_assert(json_string_value(json_object_get(error, "pointer")) &&
                 json_string_value(json_object_get(error, "detail")));
    g_autoptr(HttpReply) reply = http_problem_fields(errors, "request");
    g_assert(reply && reply->status == 400);
}

static void check_body(const HttpRoute *route, const char *bytes, gsize length)
{
    g_autoptr(GError) error = NULL;
    json_t *body = http_json_read(bytes, length, &error);
    g_assert((body == NULL) == (error != NULL));
    if (!body) {
        g_assert(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID) && g_utf8_validate(error->message, -1, NULL));
        return;
    }
    json_t *errors = json_array();
    http_fields_check(route->body, body, errors);
    if (json_array_size(errors) == 0)
        assert_object(route->body, body);
    else
        assert_errors(errors);
    json_decref(errors);
    json_decref(body);
}

static void check_query(const HttpRoute *route, const char *bytes, gsize length)
{
    g_autofree char *query = g_strndup(bytes, length);
    guint n = http_fields_count(route->query);
    g_autofree HttpQueryValue *values = g_new0(HttpQueryValue, n + 1);
    json_t *errors = json_array();
    http_query_check(route->query, query, values, errors);
    for (guint i = 0; i < n && json_array_size(errors) == 0; i++) {
        const HttpField *field = &route->query[i];
        if (!values[i].text) {
            g_assert(!(field->flags & HTTP_REQUIRED));
            continue;
        }
        g_assert(g_utf8_validate(values[i].text, -1, NULL));
        if (field->type == FIELD_INTEGER)
            g_assert(is_within(field, (double)values[i].integer));
        if (field->type == FIELD_ID)
            g_assert(values[i].integer > 0);
    }
    assert_errors(errors);
    json_decref(errors);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *line = (const char *)data;
    const char *end = size ? memchr(line, '\n', size) : NULL;
    if (!end)
        return 0;
    const HttpRoute *route = route_of(line, (gsize)(end - line));
    const char *rest = end + 1;
    gsize length = size - (gsize)(rest - line);
    if (route->body)
        check_body(route, rest, length);
    check_query(route, rest, length);
    return 0;
}
