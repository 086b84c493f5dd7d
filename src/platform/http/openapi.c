/* The OpenAPI 3.1 document, made from the tables that requests are routed and checked by, so that it cannot say
 * otherwise. */
#include "platform/http/http_private.h"

#include <string.h>

#define API_PREFIX "/api/v1/"

static void set_text(json_t *object, const char *name, const char *text)
{
    if (text)
        json_object_set_new(object, name, json_string(text));
}

static void set_list(json_t *object, const char *name, const char *const *texts)
{
    json_t *list = json_array();
    for (; *texts; texts++)
        json_array_append_new(list, json_string(*texts));
    json_object_set_new(object, name, list);
}

/* A whole number stays one: "minimum": 3, not 3.0. */
static void set_number(json_t *object, const char *name, double number)
{
    gboolean whole = number >= -9e15 && number <= 9e15 && number == (double)(gint64)number;
    json_object_set_new(object, name, whole ? json_integer((gint64)number) : json_real(number));
}

/* --- schemas */

static json_t *object_schema(const HttpField *fields, gboolean body);

static const char *type_of(HttpFieldType type)
{
    static const char *const types[] = {
        [FIELD_TEXT] = "string", [FIELD_INTEGER] = "integer", [FIELD_NUMBER] = "number", [FIELD_BOOLEAN] = "boolean",
        [FIELD_ID] = "string",   [FIELD_TIME] = "string",     [FIELD_OBJECT] = "object", [FIELD_ANY] = NULL,
    };
    return types[type];
}

static void set_range(json_t *schema, const HttpField *field, const char *least, const char *most)
{
    if (field->min == 0 && field->max == 0)
        return;
    set_number(schema, least, field->min);
    set_number(schema, most, field->max);
}

static void set_limits(json_t *schema, const HttpField *field, gboolean body)
{
    switch (field->type) {
    case FIELD_TEXT:
        if (field->values)
            set_list(schema, "enum", field->values);
        else if (body && field->min == 0 && field->max == 0)
            set_number(schema, "maxLength", HTTP_TEXT_MOST);
        else
            set_range(schema, field, "minLength", "maxLength");
        return;
    case FIELD_INTEGER:
        set_text(schema, "format", "int64");
        set_range(schema, field, "minimum", "maximum");
        return;
    case FIELD_NUMBER:
        set_range(schema, field, "minimum", "maximum");
        return;
    case FIELD_ID:
        set_text(schema, "pattern", "^[0-9]{1,19}$");
        return;
    case FIELD_TIME:
        set_text(schema, "format", "date-time");
        return;
    case FIELD_BOOLEAN:
    case FIELD_OBJECT:
    case FIELD_ANY:
        return;
    }
}

static void allow_null(json_t *schema)
{
    json_t *type = json_object_get(schema, "type"), *values = json_object_get(schema, "enum");
    if (type)
        json_object_set_new(schema, "type", json_pack("[O, s]", type, "null"));
    if (values)
        json_array_append_new(values, json_null());
}

static json_t *element_schema(const HttpField *field, gboolean body)
{
    json_t *schema = field->type == FIELD_OBJECT && field->fields ? object_schema(field->fields, body) : json_object();
    set_text(schema, "type", type_of(field->type));
    set_limits(schema, field, body);
    return schema;
}

static json_t *field_schema(const HttpField *field, gboolean body)
{
    json_t *schema = element_schema(field, body);
    if (field->flags & HTTP_LIST) {
        schema = json_pack("{s:s, s:o}", "type", "array", "items", schema);
        if (field->most || body)
            set_number(schema, "maxItems", field->most ? field->most : HTTP_LIST_MOST);
    }
    if (field->flags & HTTP_NULLABLE)
        allow_null(schema);
    set_text(schema, "description", field->about);
    return schema;
}

static gboolean requires_anything(const HttpField *fields)
{
    for (; fields->name; fields++)
        if (fields->flags & HTTP_REQUIRED)
            return TRUE;
    return FALSE;
}

static json_t *object_schema(const HttpField *fields, gboolean body)
{
    json_t *properties = json_object(), *required = json_array();
    for (const HttpField *field = fields; field->name; field++) {
        json_object_set_new(properties, field->name, field_schema(field, body));
        if (field->flags & HTTP_REQUIRED)
            json_array_append_new(required, json_string(field->name));
    }
    json_t *schema = json_pack("{s:s, s:o}", "type", "object", "properties", properties);
    if (json_array_size(required) > 0)
        json_object_set(schema, "required", required);
    json_decref(required);
    if (body)
        json_object_set_new(schema, "additionalProperties", json_false());
    return schema;
}

/* --- names */

/* "getSessionsByIdFinish" */
static char *operation_id(const HttpRoute *route)
{
    GString *id = g_string_new(NULL);
    g_autofree char *method = g_ascii_strdown(http_method_name(route->method), -1);
    g_string_append(id, method);
    const char *path = route->path + (g_str_has_prefix(route->path, API_PREFIX) ? strlen(API_PREFIX) : 0);
    gboolean capital = TRUE;
    for (; *path != '\0'; path++) {
        if (*path == '{')
            g_string_append(id, "By");
        if (!g_ascii_isalnum(*path)) {
            capital = TRUE;
            continue;
        }
        g_string_append_c(id, capital ? g_ascii_toupper(*path) : *path);
        capital = FALSE;
    }
    return g_string_free(id, FALSE);
}

char *http_openapi_tag(const HttpRoute *route)
{
    if (!g_str_has_prefix(route->path, API_PREFIX))
        return g_strdup("pages");
    const char *start = route->path + strlen(API_PREFIX);
    return g_strndup(start, strcspn(start, "/"));
}

json_t *http_openapi_roles(unsigned roles)
{
    static const char *const names[] = { "learner", "coach", "author", "admin" };
    json_t *list = json_array();
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (roles & (1u << i))
            json_array_append_new(list, json_string(names[i]));
    return list;
}

const char *http_openapi_rate(HttpRate rate)
{
    static const char *const names[] = {
        [RATE_READ] = "read", [RATE_WRITE] = "write", [RATE_HEAVY] = "heavy", [RATE_SIGN_IN] = "sign-in"
    };
    return names[rate];
}

/* --- operations */

static void add_parameter(json_t *parameters, const char *name, const char *place, gboolean required, json_t *schema)
{
    json_t *about = json_object_get(schema, "description");
    json_t *parameter =
        json_pack("{s:s, s:s, s:b, s:o}", "name", name, "in", place, "required", required, "schema", schema);
    if (about)
        json_object_set(parameter, "description", about);
    json_object_del(schema, "description");
    json_array_append_new(parameters, parameter);
}

static json_t *parameters_of(const HttpRoute *route)
{
    json_t *parameters = json_array();
    for (const char *at = strchr(route->path, '{'); at; at = strchr(at + 1, '{')) {
        g_autofree char *name = g_strndup(at + 1, strcspn(at + 1, "}"));
        add_parameter(parameters, name, "path", TRUE, json_pack("{s:s}", "type", "string"));
    }
    for (const HttpField *field = route->query; field && field->name; field++)
        add_parameter(parameters, field->name, "query", (field->flags & HTTP_REQUIRED) != 0, field_schema(field, TRUE));
    return parameters;
}

/* Keeps the schema among the components and returns content that refers to it. */
static json_t *content_of(json_t *schemas, const char *operation, const char *suffix, json_t *schema)
{
    g_autofree char *name = g_strconcat(operation, suffix, NULL);
    g_autofree char *reference = g_strconcat("#/components/schemas/", name, NULL);
    json_object_set_new(schemas, name, schema);
    return json_pack("{s:{s:{s:s}}}", "application/json", "schema", "$ref", reference);
}

static void add_success(const HttpRoute *route, json_t *responses, json_t *schemas, const char *operation)
{
    if (!route->reply && route->method == HTTP_GET) {
        json_object_set_new(responses, "200", json_pack("{s:s}", "description", "What was asked for; not JSON."));
        return;
    }
    if (!route->reply) {
        json_object_set_new(responses, "204", json_pack("{s:s}", "description", "Done; there is nothing to say."));
        return;
    }
    json_t *content = content_of(schemas, operation, "Reply", object_schema(route->reply, FALSE));
    if (route->status) {
        g_autofree char *status = g_strdup_printf("%d", route->status);
        json_object_set_new(
            responses, status,
            json_pack("{s:s, s:O}", "description", http_status_title(route->status), "content", content));
    }
    json_object_set_new(responses, "200", json_pack("{s:s, s:o}", "description", "Done.", "content", content));
}

static gboolean can_fail_with(const HttpRoute *route, int status)
{
    gboolean changes = route->method != HTTP_GET;
    switch (status) {
    case 401:
        return route->roles != ROLE_ANYONE || route->rate == RATE_SIGN_IN;
    case 403:
        return route->roles != ROLE_ANYONE || changes;
    case 404:
        return strchr(route->path, '{') != NULL;
    case 409:
        return changes;
    case 413:
    case 415:
        return route->body != NULL;
    default:
        return TRUE;
    }
}

static const int problem_statuses[] = { 400, 401, 403, 404, 409, 413, 415, 429, 500, 503 };

static json_t *responses_of(const HttpRoute *route, json_t *schemas, const char *operation)
{
    json_t *responses = json_object();
    add_success(route, responses, schemas, operation);
    for (gsize i = 0; i < G_N_ELEMENTS(problem_statuses); i++) {
        if (!can_fail_with(route, problem_statuses[i]))
            continue;
        g_autofree char *status = g_strdup_printf("%d", problem_statuses[i]);
        g_autofree char *reference = g_strconcat("#/components/responses/Problem", status, NULL);
        json_object_set_new(responses, status, json_pack("{s:s}", "$ref", reference));
    }
    return responses;
}

static json_t *security_of(const HttpRoute *route)
{
    if (route->roles == ROLE_ANYONE)
        return json_array();
    if (route->method == HTTP_GET)
        return json_pack("[{s:[]}]", "cookie");
    return json_pack("[{s:[], s:[]}]", "cookie", "csrf");
}

static json_t *operation_of(const HttpRoute *route, json_t *schemas)
{
    g_autofree char *id = operation_id(route);
    g_autofree char *tag = http_openapi_tag(route);
    json_t *operation = json_pack("{s:s, s:s, s:[s], s:o, s:o, s:s}", "operationId", id, "summary", route->about,
                                  "tags", tag, "security", security_of(route), "x-roles",
                                  http_openapi_roles(route->roles), "x-rate", http_openapi_rate(route->rate));
    json_t *parameters = parameters_of(route);
    if (json_array_size(parameters) > 0)
        json_object_set(operation, "parameters", parameters);
    json_decref(parameters);
    if (route->body)
        json_object_set_new(operation, "requestBody",
                            json_pack("{s:b, s:o}", "required", requires_anything(route->body), "content",
                                      content_of(schemas, id, "Body", object_schema(route->body, TRUE))));
    json_object_set_new(operation, "responses", responses_of(route, schemas, id));
    return operation;
}

/* --- the document */

static json_t *problem_schema(void)
{
    return json_pack(
        "{s:s, s:s, s:{s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s, s:s, s:{s:s, s:{s:{s:s}, s:{s:s}}}}}, "
        "s:[s, s, s]}",
        "type", "object", "description", "What went wrong (RFC 9457).", "properties", "type", "type", "string", "title",
        "type", "string", "status", "type", "integer", "detail", "type", "string", "instance", "type", "string",
        "errors", "type", "array", "description",
        "Everything that is wrong with what was sent. A pointer is a JSON pointer into the body (#/name) or "
        "names a query parameter (?name).",
        "items", "type", "object", "properties", "pointer", "type", "string", "detail", "type", "string", "required",
        "type", "title", "status");
}

static json_t *problem_responses(void)
{
    json_t *responses = json_object();
    for (gsize i = 0; i < G_N_ELEMENTS(problem_statuses); i++) {
        g_autofree char *name = g_strdup_printf("Problem%d", problem_statuses[i]);
        json_object_set_new(responses, name,
                            json_pack("{s:s, s:{s:{s:{s:s}}}}", "description", http_status_title(problem_statuses[i]),
                                      "content", "application/problem+json", "schema", "$ref",
                                      "#/components/schemas/Problem"));
    }
    return responses;
}

static json_t *security_schemes(void)
{
    return json_pack("{s:{s:s, s:s, s:s, s:s}, s:{s:s, s:s, s:s, s:s}}", "cookie", "type", "apiKey", "in", "cookie",
                     "name", HTTP_SIGN_IN_COOKIE, "description", "Given on signing in.", "csrf", "type", "apiKey", "in",
                     "header", "name", "X-CSRF-Token", "description",
                     "The token of this sign-in; wanted by requests that change something.");
}

static void add_operation(json_t *paths, json_t *schemas, const HttpRoute *route)
{
    json_t *path = json_object_get(paths, route->path);
    if (!path) {
        path = json_object();
        json_object_set_new(paths, route->path, path);
    }
    g_autofree char *method = g_ascii_strdown(http_method_name(route->method), -1);
    json_object_set_new(path, method, operation_of(route, schemas));
}

json_t *http_openapi(const HttpRoute *const *routes, const char *server_url)
{
    json_t *paths = json_object();
    json_t *schemas = json_pack("{s:o}", "Problem", problem_schema());
    for (const HttpRoute *const *table = routes; *table; table++)
        for (const HttpRoute *route = *table; route->path; route++)
            add_operation(paths, schemas, route);
    json_t *document = json_pack(
        "{s:s, s:{s:s, s:s, s:s}, s:o, s:{s:o, s:o, s:o}}", "openapi", "3.1.0", "info", "title", "Whet", "version", "1",
        "description", "Ids are texts of decimal digits; times are RFC 3339 in UTC.", "paths", paths, "components",
        "schemas", schemas, "responses", problem_responses(), "securitySchemes", security_schemes());
    g_assert(document);
    if (server_url)
        json_object_set_new(document, "servers", json_pack("[{s:s}]", "url", server_url));
    return document;
}
