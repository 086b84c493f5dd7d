/* The OpenAPI document and its page. */
#include "platform/http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static HttpReply *nothing(const HttpRequest *request, GError **error)
{
    return NULL;
}

static const char *const kinds[] = { "choose", "recall", NULL };
static const HttpField part[] = {
    { .name = "quote", .type = FIELD_TEXT, .flags = HTTP_REQUIRED, .about = "<b>Words</b> & \"more\"" },
    { 0 },
};
static const HttpField body[] = {
    { .name = "exercise_id", .type = FIELD_ID, .flags = HTTP_REQUIRED, .about = "Which" },
    { .name = "text", .type = FIELD_TEXT, .min = 1, .max = 4000, .about = "The answer" },
    { .name = "note", .type = FIELD_TEXT, .about = "A note" },
    { .name = "kind", .type = FIELD_TEXT, .flags = HTTP_NULLABLE, .values = kinds, .about = "What kind" },
    { .name = "confidence", .type = FIELD_NUMBER, .min = 0, .max = 1, .about = "How sure" },
    { .name = "parts", .type = FIELD_OBJECT, .flags = HTTP_LIST, .most = 5, .fields = part, .about = "Parts" },
    { 0 },
};
static const HttpField optional[] = { { .name = "a", .type = FIELD_BOOLEAN, .about = "A" }, { 0 } };
static const HttpField query[] = {
    { .name = "limit", .type = FIELD_INTEGER, .flags = HTTP_REQUIRED, .min = 1, .max = 100, .about = "How many" },
    { 0 },
};
static const HttpField reply[] = {
    { .name = "at", .type = FIELD_TIME, .flags = HTTP_REQUIRED, .about = "When" },
    { .name = "free", .type = FIELD_ANY, .flags = HTTP_NULLABLE, .about = "Anything" },
    { 0 },
};
static const HttpRoute routes[] = {
    { HTTP_POST, "/api/v1/attempts", nothing, ROLE_LEARNER, RATE_WRITE, "Answer an exercise", body, NULL, reply, 201 },
    { HTTP_GET, "/api/v1/attempts", nothing, ROLE_PERSON, RATE_READ, "List <answers>", NULL, query, reply },
    { HTTP_DELETE, "/api/v1/people/{id}/teams/{team}", nothing, ROLE_ADMIN | ROLE_COACH, RATE_WRITE, "Leave a team" },
    { HTTP_PATCH, "/api/v1/people/{id}", nothing, ROLE_ADMIN, RATE_WRITE, "Change", optional },
    { HTTP_GET, "/calendar.ics", nothing, ROLE_ANYONE, RATE_HEAVY, "A calendar" },
    { 0 },
};
static const HttpRoute *const tables[] = { routes, NULL };

static int set_up(void **state)
{
    *state = http_openapi(tables, "https://whet.example.org");
    return 0;
}

static int tear_down(void **state)
{
    json_decref(*state);
    return 0;
}

/* "paths|/api/v1/attempts|post|tags|0" */
static const json_t *at(const json_t *json, const char *way)
{
    g_auto(GStrv) steps = g_strsplit(way, "|", -1);
    for (char **step = steps; *step; step++) {
        json = json_is_array(json) ? json_array_get(json, (gsize)g_ascii_strtoull(*step, NULL, 10))
                                   : json_object_get(json, *step);
        if (!json)
            fail_msg("nothing at %s (%s)", way, *step);
    }
    return json;
}

static void assert_json(const json_t *json, const char *way, const char *expected)
{
    char *text = json_dumps(at(json, way), JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
    assert_string_equal(text, expected);
    free(text);
}

static void document_has_its_frame(void **state)
{
    assert_json(*state, "openapi", "\"3.1.0\"");
    assert_json(*state, "servers", "[{\"url\":\"https://whet.example.org\"}]");
    assert_json(*state, "components|securitySchemes|cookie|in", "\"cookie\"");
    assert_json(*state, "components|securitySchemes|cookie|name", "\"whet_sign_in\"");
    assert_json(*state, "components|securitySchemes|csrf|name", "\"X-CSRF-Token\"");
    assert_json(*state, "components|schemas|Problem|required", "[\"type\",\"title\",\"status\"]");
    assert_json(*state, "components|schemas|Problem|properties|errors|items|properties|pointer",
                "{\"type\":\"string\"}");
}

static void operation_is_described(void **state)
{
    const json_t *post = at(*state, "paths|/api/v1/attempts|post");
    assert_json(post, "operationId", "\"postAttempts\"");
    assert_json(post, "summary", "\"Answer an exercise\"");
    assert_json(post, "tags", "[\"attempts\"]");
    assert_json(post, "security", "[{\"cookie\":[],\"csrf\":[]}]");
    assert_json(post, "x-roles", "[\"learner\"]");
    assert_json(post, "x-rate", "\"write\"");
    assert_json(*state, "paths|/api/v1/attempts|get|security", "[{\"cookie\":[]}]");
    assert_json(*state, "paths|/calendar.ics|get|security", "[]");
    assert_json(*state, "paths|/calendar.ics|get|tags", "[\"pages\"]");
    assert_json(*state, "paths|/api/v1/people/{id}/teams/{team}|delete|operationId", "\"deletePeopleByIdTeamsByTeam\"");
    assert_json(*state, "paths|/api/v1/people/{id}/teams/{team}|delete|x-roles", "[\"coach\",\"admin\"]");
}

static void parameters_are_described(void **state)
{
    assert_json(*state, "paths|/api/v1/people/{id}/teams/{team}|delete|parameters",
                "[{\"in\":\"path\",\"name\":\"id\",\"required\":true,\"schema\":{\"type\":\"string\"}},"
                "{\"in\":\"path\",\"name\":\"team\",\"required\":true,\"schema\":{\"type\":\"string\"}}]");
    assert_json(*state, "paths|/api/v1/attempts|get|parameters",
                "[{\"description\":\"How many\",\"in\":\"query\",\"name\":\"limit\",\"required\":true,\"schema\":"
                "{\"format\":\"int64\",\"maximum\":100,\"minimum\":1,\"type\":\"integer\"}}]");
}

static void body_is_described_as_it_is_checked(void **state)
{
    assert_json(*state, "paths|/api/v1/attempts|post|requestBody",
                "{\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/postAttemptsBody\"}}},"
                "\"required\":true}");
    assert_json(*state, "paths|/api/v1/people/{id}|patch|requestBody|required", "false");
    const json_t *schema = at(*state, "components|schemas|postAttemptsBody");
    assert_json(schema, "additionalProperties", "false");
    assert_json(schema, "required", "[\"exercise_id\"]");
    assert_json(schema, "properties|exercise_id",
                "{\"description\":\"Which\",\"pattern\":\"^[0-9]{1,19}$\",\"type\":\"string\"}");
    assert_json(schema, "properties|text",
                "{\"description\":\"The answer\",\"maxLength\":4000,\"minLength\":1,\"type\":\"string\"}");
    assert_json(schema, "properties|note|maxLength", "10000");
    assert_json(schema, "properties|kind",
                "{\"description\":\"What kind\",\"enum\":[\"choose\",\"recall\",null],\"type\":[\"string\",\"null\"]}");
    assert_json(schema, "properties|confidence|maximum", "1");
    assert_json(schema, "properties|parts|maxItems", "5");
    assert_json(schema, "properties|parts|items|additionalProperties", "false");
}

static void replies_are_described(void **state)
{
    assert_json(*state, "paths|/api/v1/attempts|post|responses|201|content|application/json|schema|$ref",
                "\"#/components/schemas/postAttemptsReply\"");
    assert_json(*state, "components|schemas|postAttemptsReply|properties",
                "{\"at\":{\"description\":\"When\",\"format\":\"date-time\",\"type\":\"string\"},\"free\":{"
                "\"description\":\"Anything\"}}");
    assert_true(json_object_get(at(*state, "components|schemas|postAttemptsReply"), "additionalProperties") == NULL);
    at(*state, "paths|/api/v1/people/{id}/teams/{team}|delete|responses|204");
    at(*state, "paths|/calendar.ics|get|responses|200");
}

static char *statuses_of(const json_t *document, const char *operation)
{
    g_autofree char *way = g_strconcat("paths|", operation, "|responses", NULL);
    GString *statuses = g_string_new(NULL);
    const char *status;
    json_t *response;
    json_object_foreach((json_t *)at(document, way), status, response)
        g_string_append_printf(statuses, "%s ", status);
    return g_string_free(statuses, FALSE);
}

static void problems_are_those_that_apply(void **state)
{
    static const char *const operations[][2] = {
        { "/calendar.ics|get", "200 400 429 500 503 " },
        { "/api/v1/attempts|get", "200 400 401 403 429 500 503 " },
        { "/api/v1/attempts|post", "201 200 400 401 403 409 413 415 429 500 503 " },
        { "/api/v1/people/{id}/teams/{team}|delete", "204 400 401 403 404 409 429 500 503 " },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(operations); i++) {
        g_autofree char *statuses = statuses_of(*state, operations[i][0]);
        assert_string_equal(statuses, operations[i][1]);
    }
    assert_json(*state, "components|responses|Problem404|content|application/problem+json|schema|$ref",
                "\"#/components/schemas/Problem\"");
}

static void page_names_every_route_and_field(void **state)
{
    g_autofree char *page = http_openapi_page(tables);
    static const char *const wanted[] = {
        "<html lang=\"en\">",
        "<h2 id=\"attempts\">attempts</h2>",
        "<h2 id=\"people\">people</h2>",
        "<h2 id=\"pages\">pages</h2>",
        "<a href=\"#people\">people</a>",
        "<h3><code>POST /api/v1/attempts</code></h3>",
        "<h3><code>DELETE /api/v1/people/{id}/teams/{team}</code></h3>",
        "<caption>Body</caption>",
        "<caption>In the query</caption>",
        "<caption>In the path</caption>",
        "<th scope=\"row\"><code>parts[].quote</code></th>",
        "<td>text, 1 to 4000 characters</td>",
        "<td>text: choose, recall, or null</td>",
        "For: coach, admin. Rate: write. Needs the X-CSRF-Token header.",
        "For: whoever is signed in. Rate: read.",
        "For: anyone. Rate: heavy.",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++)
        if (!strstr(page, wanted[i]))
            fail_msg("the page lacks %s", wanted[i]);
}

static void page_escapes_what_tables_say(void **state)
{
    g_autofree char *page = http_openapi_page(tables);
    assert_null(strstr(page, "<answers>"));
    assert_null(strstr(page, "<b>"));
    assert_non_null(strstr(page, "List &lt;answers&gt;"));
    assert_non_null(strstr(page, "&lt;b&gt;Words&lt;/b&gt; &amp; &quot;more&quot;"));
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "style="));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(document_has_its_frame, set_up, tear_down),
        cmocka_unit_test_setup_teardown(operation_is_described, set_up, tear_down),
        cmocka_unit_test_setup_teardown(parameters_are_described, set_up, tear_down),
        cmocka_unit_test_setup_teardown(body_is_described_as_it_is_checked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(replies_are_described, set_up, tear_down),
        cmocka_unit_test_setup_teardown(problems_are_those_that_apply, set_up, tear_down),
        cmocka_unit_test(page_names_every_route_and_field),
        cmocka_unit_test(page_escapes_what_tables_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
