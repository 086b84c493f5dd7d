/* Request targets from anywhere: what may stand in one, what it decodes to, and which route it finds. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "feature/authoring/authoring.h"
#include "feature/people/people.h"
#include "feature/practice/practice.h"
#include "platform/http/http_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const HttpRouter *router_of_all(void)
{
    static HttpRouter *router;
    static const HttpRoute *const tables[] = {
        practice_routes, progress_routes, library_routes, authoring_routes, people_routes, people_admin_routes, NULL
    };
    if (!router) {
        g_autoptr(GError) error = NULL;
        router = http_router_new(tables, &error);
        g_assert_no_error(error);
    }
    return router;
}

static gboolean has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((guchar)*text < 0x20 || *text == 0x7f)
            return TRUE;
    return FALSE;
}

static void assert_harmless(const char *path)
{
    g_assert(path[0] == '/' && g_utf8_validate(path, -1, NULL) && !strchr(path, '\\') && !has_control(path));
    g_auto(GStrv) segments = g_strsplit(path, "/", -1);
    for (char **segment = segments; *segment; segment++)
        g_assert(strcmp(*segment, ".") != 0 && strcmp(*segment, "..") != 0);
}

static void check_match(const char *decoded, HttpMethod method)
{
    g_autofree char *path = g_strdup(decoded);
    HttpMatch match = { 0 };
    http_router_match(router_of_all(), method, path, &match);
    if (!match.route) {
        g_assert_cmpstr(path, ==, decoded);
        return;
    }
    g_assert(match.route->method == method && (match.methods & (1u << method)));
    const char *id = http_match_text(&match, "id");
    g_assert((id != NULL) == (strstr(match.route->path, "{id}") != NULL));
    g_assert(!id || (*id != '\0' && strstr(decoded, id)));
}

static void check_path(const char *target)
{
    g_autofree char *path = g_strndup(target, strcspn(target, "?"));
    gsize length = strlen(path);
    if (!http_path_decode(path))
        return;
    g_assert(strlen(path) <= length);
    assert_harmless(path);
    for (int method = HTTP_GET; method <= HTTP_DELETE; method++)
        check_match(path, (HttpMethod)method);
}

static void check_query(const char *target)
{
    const char *mark = strchr(target, '?');
    g_autofree char *query = g_strdup(mark ? mark + 1 : target);
    gsize length = strlen(query);
    if (http_query_decode(query))
        g_assert(strlen(query) <= length && g_utf8_validate(query, -1, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *target = g_strndup((const char *)data, size);
    if (http_target_is_clean(target))
        g_assert(target[0] == '/' && !has_control(target) && g_str_is_ascii(target));
    check_path(target);
    check_query(target);
    HttpMethod method;
    gboolean head;
    if (http_method_parse(target, &method, &head))
        g_assert(strcmp(head ? "HEAD" : http_method_name(method), target) == 0);
    return 0;
}
