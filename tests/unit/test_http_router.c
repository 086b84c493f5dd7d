/* The router and the decoding of targets. */
#include "platform/http/http_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static HttpReply *nothing(const HttpRequest *request, GError **error)
{
    return NULL;
}

static const HttpRoute routes[] = {
    { HTTP_GET, "/", nothing, ROLE_ANYONE, RATE_READ, "Root" },
    { HTTP_GET, "/api/v1/packs", nothing, ROLE_ANYONE, RATE_READ, "Packs" },
    { HTTP_POST, "/api/v1/packs", nothing, ROLE_ANYONE, RATE_READ, "Add a pack" },
    { HTTP_GET, "/api/v1/packs/{pack}", nothing, ROLE_ANYONE, RATE_READ, "A pack" },
    { HTTP_GET, "/api/v1/packs/newest", nothing, ROLE_ANYONE, RATE_READ, "The newest" },
    { HTTP_GET, "/api/v1/packs/{id}/concepts/{concept}", nothing, ROLE_ANYONE, RATE_READ, "A concept" },
    { HTTP_GET, "/api/v1/packs/newest/notes", nothing, ROLE_ANYONE, RATE_READ, "Notes" },
    { HTTP_GET, "/api/v1/pack", nothing, ROLE_ANYONE, RATE_READ, "A prefix of another" },
    { 0 },
};
static const HttpRoute more[] = {
    { HTTP_DELETE, "/api/v1/packs/{pack}", nothing, ROLE_ANYONE, RATE_READ, "Delete a pack" },
    { 0 },
};
static const HttpRoute *const tables[] = { routes, more, NULL };

static int set_up(void **state)
{
    *state = http_router_new(tables, NULL);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    http_router_free(*state);
    return 0;
}

static const char *about_of(const HttpRouter *router, HttpMethod method, const char *path)
{
    g_autofree char *copy = g_strdup(path);
    HttpMatch match;
    http_router_match(router, method, copy, &match);
    if (!match.route)
        assert_string_equal(copy, path);
    return match.route ? match.route->about : NULL;
}

static void path_finds_its_route(void **state)
{
    assert_string_equal(about_of(*state, HTTP_GET, "/"), "Root");
    assert_string_equal(about_of(*state, HTTP_GET, "/api/v1/packs"), "Packs");
    assert_string_equal(about_of(*state, HTTP_POST, "/api/v1/packs"), "Add a pack");
    assert_string_equal(about_of(*state, HTTP_GET, "/api/v1/packs/7"), "A pack");
    assert_string_equal(about_of(*state, HTTP_DELETE, "/api/v1/packs/7"), "Delete a pack");
    assert_string_equal(about_of(*state, HTTP_GET, "/api/v1/pack"), "A prefix of another");
}

static void literal_wins_over_a_name_and_gives_way_when_it_leads_nowhere(void **state)
{
    assert_string_equal(about_of(*state, HTTP_GET, "/api/v1/packs/newest"), "The newest");
    assert_string_equal(about_of(*state, HTTP_GET, "/api/v1/packs/newest/notes"), "Notes");
    assert_string_equal(about_of(*state, HTTP_GET, "/api/v1/packs/newest/concepts/2"), "A concept");
}

static void other_paths_find_nothing(void **state)
{
    static const char *const others[] = {
        "/api",
        "/api/v1",
        "/api/v1/packs/",
        "/api/v1/packs//concepts/2",
        "/api/v1/packs/1/concepts/",
        "/api/v1/pac",
        "/api/v1/packss",
        "//api/v1/packs",
        "/api/v1/packs/1/notes",
        "/API/v1/packs",
        "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q",
        "",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autofree char *path = g_strdup(others[i]);
        HttpMatch match;
        http_router_match(*state, HTTP_GET, path, &match);
        assert_null(match.route);
        assert_int_equal(match.methods, 0);
    }
}

static void names_give_their_segments(void **state)
{
    char path[] = "/api/v1/packs/a%b/concepts/\xc3\xbc";
    HttpMatch match;
    http_router_match(*state, HTTP_GET, path, &match);
    assert_string_equal(http_match_text(&match, "id"), "a%b");
    assert_string_equal(http_match_text(&match, "concept"), "\xc3\xbc");
    assert_null(http_match_text(&match, "pack"));
    assert_null(http_match_text(&match, "i"));
    assert_null(http_match_text(&match, "api"));
}

static void wrong_method_tells_the_right_ones(void **state)
{
    char path[] = "/api/v1/packs/7";
    HttpMatch match;
    http_router_match(*state, HTTP_PUT, path, &match);
    assert_null(match.route);
    g_autofree char *allow = http_methods_text(match.methods);
    assert_string_equal(allow, "GET, HEAD, DELETE");
}

static void methods_are_read(void **state)
{
    HttpMethod method;
    gboolean head;
    assert_true(http_method_parse("PATCH", &method, &head));
    assert_int_equal(method, HTTP_PATCH);
    assert_false(head);
    assert_true(http_method_parse("HEAD", &method, &head));
    assert_int_equal(method, HTTP_GET);
    assert_true(head);
    assert_false(http_method_parse("get", &method, &head));
    assert_false(http_method_parse("OPTIONS", &method, &head));
    assert_false(http_method_parse("", &method, &head));
}

/* --- tables that are wrong */

static const char *const words[] = { "a", NULL };
static const HttpField any_field[] = { { .name = "a", .type = FIELD_ANY }, { 0 } };
static const HttpField nested_any[] = { { .name = "o", .type = FIELD_OBJECT, .fields = any_field }, { 0 } };
static const HttpField empty_range[] = { { .name = "a", .type = FIELD_INTEGER, .min = 5, .max = 4 }, { 0 } };
static const HttpField number_values[] = { { .name = "a", .type = FIELD_INTEGER, .values = words }, { 0 } };
static const HttpField list_field[] = { { .name = "a", .type = FIELD_TEXT, .flags = HTTP_LIST }, { 0 } };
static const HttpField number_field[] = { { .name = "a", .type = FIELD_NUMBER }, { 0 } };

static void wrong_tables_are_refused(void **state)
{
    const HttpRoute wrong[] = {
        { HTTP_GET, "api", nothing, 0, RATE_READ, "x" },
        { HTTP_GET, "/a{id}", nothing, 0, RATE_READ, "x" },
        { HTTP_GET, "/{id", nothing, 0, RATE_READ, "x" },
        { HTTP_GET, "/{}", nothing, 0, RATE_READ, "x" },
        { HTTP_GET, "/a", NULL, 0, RATE_READ, "x" },
        { HTTP_GET, "/a", nothing, 0, RATE_READ, NULL },
        { HTTP_GET, "/a", nothing, 0, RATE_READ, "" },
        { HTTP_GET, "/a", nothing, 0, RATE_READ, "x", .body = list_field },
        { HTTP_PUT, "/a", nothing, 0, RATE_READ, "x", .body = any_field },
        { HTTP_PUT, "/a", nothing, 0, RATE_READ, "x", .body = nested_any },
        { HTTP_PUT, "/a", nothing, 0, RATE_READ, "x", .body = empty_range },
        { HTTP_PUT, "/a", nothing, 0, RATE_READ, "x", .body = number_values },
        { HTTP_GET, "/a", nothing, 0, RATE_READ, "x", .query = list_field },
        { HTTP_GET, "/a", nothing, 0, RATE_READ, "x", .query = number_field },
        { HTTP_GET, "/a/b/c/d/e/f/g/h/i/j/k/l/m", nothing, 0, RATE_READ, "x" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        const HttpRoute table[] = { wrong[i], { 0 } };
        const HttpRoute *const all[] = { table, NULL };
        g_autoptr(GError) error = NULL;
        assert_null(http_router_new(all, &error));
        assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
        assert_non_null(strstr(error->message, wrong[i].path));
    }
}

static void route_that_is_there_twice_is_refused(void **state)
{
    const HttpRoute table[] = {
        { HTTP_GET, "/a/{id}", nothing, 0, RATE_READ, "x" },
        { HTTP_GET, "/a/{other}", nothing, 0, RATE_READ, "x" },
        { 0 },
    };
    const HttpRoute *const all[] = { table, NULL };
    g_autoptr(GError) error = NULL;
    assert_null(http_router_new(all, &error));
    assert_non_null(strstr(error->message, "twice"));
}

/* --- targets */

static void path_is_decoded(void **state)
{
    static const char *const pairs[][2] = {
        { "/", "/" },
        { "/a/b", "/a/b" },
        { "/a%20b", "/a b" },
        { "/%C3%bc", "/\xc3\xbc" },
        { "/a%25b", "/a%b" },
        { "/a%2525", "/a%25" },
        { "/...", "/..." },
        { "/a.b/.c/d.", "/a.b/.c/d." },
        { "/~a!$&'()*+,;=:@", "/~a!$&'()*+,;=:@" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autofree char *path = g_strdup(pairs[i][0]);
        assert_true(http_path_decode(path));
        assert_string_equal(path, pairs[i][1]);
    }
}

static void path_that_hides_something_is_refused(void **state)
{
    static const char *const hostile[] = {
        "",           "a",           "/%",        "/%4",   "/%zz",  "/a%00",      "/a%00.css", "/a%2fb",  "/a%2Fb",
        "/a%5cb",     "/a\\b",       "/.",        "/..",   "/a/..", "/a/../b",    "/./a",      "/%2e",    "/%2e%2e/a",
        "/.%2E",      "/a/%2e%2e/b", "/a%0d%0ab", "/a%7f", "/a b",  "/a\xc3\xbc", "/%c3",      "/%ff%fe", "/%c0%af",
        "/%ed%a0%80", "/a\"",        "/<a>",      "/a|b",  "/{a}",  "/a^b",       "/a`b",      "/a#b",    "/%%32%65",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++) {
        g_autofree char *path = g_strdup(hostile[i]);
        if (http_path_decode(path))
            fail_msg("%s was let through", hostile[i]);
    }
}

static void query_text_is_decoded(void **state)
{
    char good[] = "a+b%20c%2Fd%2e%2e%c3%bc%26%3D";
    assert_true(http_query_decode(good));
    assert_string_equal(good, "a b c/d..\xc3\xbc&=");
    static const char *const hostile[] = { "%00", "a%0", "%", "%g0", "%ff", "%c0%80" };
    for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++) {
        g_autofree char *text = g_strdup(hostile[i]);
        assert_false(http_query_decode(text));
    }
}

static void target_with_bytes_that_cannot_be_in_one_is_refused(void **state)
{
    assert_true(http_target_is_clean("/a/b?c=d&e[]={f}|g?h/i%20"));
    assert_true(http_target_is_clean("/?"));
    static const char *const hostile[] = { "",      "*",    "a",      "?a",    "/a b", "/a\t",    "/\x7f",
                                           "/\xff", "/a#b", "/a?b#c", "/a?\"", "/a?<", "/a?b\x01" };
    for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++)
        assert_false(http_target_is_clean(hostile[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(path_finds_its_route, set_up, tear_down),
        cmocka_unit_test_setup_teardown(literal_wins_over_a_name_and_gives_way_when_it_leads_nowhere, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(other_paths_find_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_give_their_segments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_method_tells_the_right_ones, set_up, tear_down),
        cmocka_unit_test(methods_are_read),
        cmocka_unit_test(wrong_tables_are_refused),
        cmocka_unit_test(route_that_is_there_twice_is_refused),
        cmocka_unit_test(path_is_decoded),
        cmocka_unit_test(path_that_hides_something_is_refused),
        cmocka_unit_test(query_text_is_decoded),
        cmocka_unit_test(target_with_bytes_that_cannot_be_in_one_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
