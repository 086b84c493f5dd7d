/* Checking what people send against tables of HttpField: JSON bodies and query parameters. Hides how JSON is read and
 * in which order things are looked at; knows nothing of connections. Everything wrong is told at once, each with a
 * pointer: a JSON pointer as a URI fragment for bodies ("#/answers/3/text"), "?name" for query parameters. */
#include "platform/http/http_private.h"

#include "platform/clock.h"
#include "platform/id.h"
#include "platform/json.h"

#include <math.h>
#include <string.h>

/* --- reading JSON */

json_t *http_json_read(const char *bytes, gsize length, GError **error)
{
    if (json_is_deeper(bytes, length, HTTP_JSON_DEPTH_MOST)) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "The JSON is nested more than %d levels deep.",
                    HTTP_JSON_DEPTH_MOST);
        return NULL;
    }
    json_error_t wrong;
    json_t *body = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &wrong);
    if (!body) {
        g_autofree char *text = g_utf8_make_valid(wrong.text, -1);
        g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID,
                    "The body is not JSON that is accepted here: line %d, column %d: %s.", wrong.line, wrong.column,
                    text);
        return NULL;
    }
    if (!json_is_object(body)) {
        json_decref(body);
        g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "The body must be a JSON object.");
        return NULL;
    }
    return body;
}

/* --- telling what is wrong */

typedef struct {
    json_t *errors;
    GString *pointer;
} Check;

static void G_GNUC_PRINTF(2, 3) wrong(Check *check, const char *format, ...)
{
    if (json_array_size(check->errors) >= HTTP_FIELD_ERRORS_MOST)
        return;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *detail = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    json_array_append_new(check->errors, json_pack("{s:s, s:s}", "pointer", check->pointer->str, "detail", detail));
}

/* RFC 6901: ~ and / in a name are escaped; then what a URI fragment cannot carry. */
static void point_at_name(Check *check, const char *name)
{
    g_string_append_c(check->pointer, '/');
    for (const char *at = name; *at != '\0'; at++) {
        if (*at == '~')
            g_string_append(check->pointer, "~0");
        else if (*at == '/')
            g_string_append(check->pointer, "~1");
        else if (g_ascii_isalnum(*at) || strchr("-._!$&'()*+,;=:@", *at))
            g_string_append_c(check->pointer, *at);
        else
            g_string_append_printf(check->pointer, "%%%02X", (guchar)*at);
    }
}

static gboolean is_ranged(const HttpField *field)
{
    return field->min != 0 || field->max != 0;
}

/* --- one value */

static void check_text(Check *check, const HttpField *field, const char *text)
{
    if (field->values) {
        if (g_strv_contains(field->values, text))
            return;
        g_autofree char *allowed = g_strjoinv(", ", (char **)field->values);
        wrong(check, "must be one of: %s", allowed);
        return;
    }
    double least = is_ranged(field) ? field->min : 0;
    double most = is_ranged(field) ? field->max : HTTP_TEXT_MOST;
    double length = (double)g_utf8_strlen(text, -1);
    if (length < least && least == 1)
        wrong(check, "must not be empty");
    else if (length < least)
        wrong(check, "must have at least %.0f characters", least);
    if (length > most)
        wrong(check, "must have at most %.0f characters", most);
}

static void check_range(Check *check, const HttpField *field, double value)
{
    if (is_ranged(field) && (value < field->min || value > field->max))
        wrong(check, "must be from %.15g to %.15g", field->min, field->max);
}

static gboolean read_time(Check *check, const char *text, gint64 *time)
{
    if (clock_parse(text, time, NULL))
        return TRUE;
    wrong(check, "must be a time such as \"2026-03-01T09:30:00Z\" (RFC 3339)");
    return FALSE;
}

static gboolean read_id(Check *check, const char *text, gint64 *id)
{
    if (id_parse(text, id))
        return TRUE;
    wrong(check, "must be an id: a text of decimal digits");
    return FALSE;
}

static void check_object(Check *check, const HttpField *fields, json_t *object);

/* Returns what stands in for the value in the body from now on, a new reference, or NULL when it stays as it is. */
static json_t *check_value(Check *check, const HttpField *field, json_t *value)
{
    gint64 integer;
    switch (field->type) {
    case FIELD_TEXT:
        if (json_is_string(value))
            check_text(check, field, json_string_value(value));
        else
            wrong(check, "must be a text");
        return NULL;
    case FIELD_INTEGER:
        if (json_is_integer(value))
            check_range(check, field, (double)json_integer_value(value));
        else
            wrong(check, "must be a whole number");
        return NULL;
    case FIELD_NUMBER:
        if (json_is_number(value) && isfinite(json_number_value(value)))
            check_range(check, field, json_number_value(value));
        else
            wrong(check, "must be a number");
        return NULL;
    case FIELD_BOOLEAN:
        if (!json_is_boolean(value))
            wrong(check, "must be true or false");
        return NULL;
    case FIELD_ID:
        if (!json_is_string(value))
            wrong(check, "must be an id: a text of decimal digits");
        else if (read_id(check, json_string_value(value), &integer))
            return json_integer(integer);
        return NULL;
    case FIELD_TIME:
        if (!json_is_string(value))
            wrong(check, "must be a time: a text (RFC 3339)");
        else if (read_time(check, json_string_value(value), &integer))
            return json_integer(integer);
        return NULL;
    case FIELD_OBJECT:
        if (!json_is_object(value))
            wrong(check, "must be an object");
        else if (field->fields)
            check_object(check, field->fields, value);
        return NULL;
    case FIELD_ANY:
        return NULL;
    }
    g_assert_not_reached();
}

static void check_list(Check *check, const HttpField *field, json_t *list)
{
    if (!json_is_array(list)) {
        wrong(check, "must be a list");
        return;
    }
    guint most = field->most ? field->most : HTTP_LIST_MOST;
    if (json_array_size(list) > most) {
        wrong(check, "must have at most %u elements", most);
        return;
    }
    gsize mark = check->pointer->len;
    for (gsize i = 0; i < json_array_size(list); i++) {
        g_string_append_printf(check->pointer, "/%" G_GSIZE_FORMAT, i);
        json_t *instead = check_value(check, field, json_array_get(list, i));
        if (instead)
            json_array_set_new(list, i, instead);
        g_string_truncate(check->pointer, mark);
    }
}

static void check_member(Check *check, const HttpField *field, json_t *object, json_t *value)
{
    if (json_is_null(value)) {
        if (!(field->flags & HTTP_NULLABLE))
            wrong(check, "must not be null");
        return;
    }
    if (field->flags & HTTP_LIST) {
        check_list(check, field, value);
        return;
    }
    json_t *instead = check_value(check, field, value);
    if (instead)
        json_object_set_new(object, field->name, instead);
}

static const HttpField *field_named(const HttpField *fields, const char *name)
{
    for (const HttpField *field = fields; field->name; field++)
        if (strcmp(field->name, name) == 0)
            return field;
    return NULL;
}

static void check_object(Check *check, const HttpField *fields, json_t *object)
{
    gsize mark = check->pointer->len;
    for (const HttpField *field = fields; field->name; field++) {
        json_t *value = json_object_get(object, field->name);
        if (!value && !(field->flags & HTTP_REQUIRED))
            continue;
        point_at_name(check, field->name);
        if (value)
            check_member(check, field, object, value);
        else
            wrong(check, "is missing");
        g_string_truncate(check->pointer, mark);
    }
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value) {
        if (field_named(fields, name))
            continue;
        point_at_name(check, name);
        wrong(check, "is not known here");
        g_string_truncate(check->pointer, mark);
    }
}

void http_fields_check(const HttpField *fields, json_t *object, json_t *errors)
{
    Check check = { .errors = errors, .pointer = g_string_new("#") };
    check_object(&check, fields, object);
    g_string_free(check.pointer, TRUE);
}

/* --- queries */

guint http_fields_count(const HttpField *fields)
{
    guint count = 0;
    while (fields && fields[count].name)
        count++;
    return count;
}

static void read_query_value(Check *check, const HttpField *field, const char *text, HttpQueryValue *value)
{
    value->text = text;
    switch (field->type) {
    case FIELD_ID:
        (void)!read_id(check, text, &value->integer);
        return;
    case FIELD_TIME:
        (void)!read_time(check, text, &value->integer);
        return;
    case FIELD_INTEGER:
        if (!g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &value->integer, NULL))
            wrong(check, "must be a whole number");
        else
            check_range(check, field, (double)value->integer);
        return;
    default:
        check_text(check, field, text);
        return;
    }
}

static void read_parameter(Check *check, const HttpField *fields, char *name, char *text, HttpQueryValue *values)
{
    if (!http_query_decode(name) || !http_query_decode(text)) {
        wrong(check, "is not percent-encoded UTF-8");
        return;
    }
    g_string_assign(check->pointer, "?");
    g_string_append_uri_escaped(check->pointer, name, NULL, FALSE);
    const HttpField *field = fields ? field_named(fields, name) : NULL;
    if (!field)
        wrong(check, "is not known here");
    else if (values[field - fields].text)
        wrong(check, "is given twice");
    else
        read_query_value(check, field, text, &values[field - fields]);
}

void http_query_check(const HttpField *fields, char *query, HttpQueryValue *values, json_t *errors)
{
    Check check = { .errors = errors, .pointer = g_string_new("?") };
    char *next = query;
    while (next && *next != '\0') {
        char *parameter = strsep(&next, "&");
        if (*parameter == '\0')
            continue;
        char *text = strchr(parameter, '=');
        if (text)
            *text++ = '\0';
        g_string_assign(check.pointer, "?");
        read_parameter(&check, fields, parameter, text ? text : parameter + strlen(parameter), values);
    }
    for (guint i = 0; i < http_fields_count(fields); i++) {
        if (values[i].text || !(fields[i].flags & HTTP_REQUIRED))
            continue;
        g_string_printf(check.pointer, "?%s", fields[i].name);
        wrong(&check, "is missing");
    }
    g_string_free(check.pointer, TRUE);
}
