/* The readable page of the interface: the same tables as HTML, without scripts and without inline style, so that it
 * reads well under the strictest policy, without its style sheet and with a screen reader. */
#include "platform/http/http_private.h"

#include <string.h>

/* Everything that comes from a table goes through here. */
static void add_escaped(GString *page, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text ? text : "", -1);
    g_string_append(page, escaped);
}

static void add_element(GString *page, const char *element, const char *text)
{
    g_string_append_printf(page, "<%s>", element);
    add_escaped(page, text);
    g_string_append_printf(page, "</%s>", element);
}

/* --- tables of fields */

static void add_range(GString *text, const HttpField *field, const char *unit)
{
    if (field->min == 0 && field->max == 0)
        return;
    g_string_append_printf(text, ", %.15g to %.15g%s", field->min, field->max, unit);
}

static char *type_text(const HttpField *field)
{
    static const char *const names[] = {
        [FIELD_TEXT] = "text",     [FIELD_INTEGER] = "whole number",
        [FIELD_NUMBER] = "number", [FIELD_BOOLEAN] = "true/false",
        [FIELD_ID] = "id",         [FIELD_TIME] = "time",
        [FIELD_OBJECT] = "object", [FIELD_ANY] = "JSON",
    };
    GString *text = g_string_new(field->flags & HTTP_LIST ? "list of " : NULL);
    g_string_append(text, names[field->type]);
    if (field->values) {
        g_autofree char *values = g_strjoinv(", ", (char **)field->values);
        g_string_append_printf(text, ": %s", values);
    } else {
        add_range(text, field, field->type == FIELD_TEXT ? " characters" : "");
    }
    if (field->flags & HTTP_NULLABLE)
        g_string_append(text, ", or null");
    return g_string_free(text, FALSE);
}

static void add_row(GString *page, const char *name, const char *type, gboolean required, const char *about)
{
    g_string_append(page, "<tr><th scope=\"row\"><code>");
    add_escaped(page, name);
    g_string_append(page, "</code></th>");
    add_element(page, "td", type);
    add_element(page, "td", required ? "yes" : "no");
    add_element(page, "td", about);
    g_string_append(page, "</tr>\n");
}

/* Members of members get the whole way as their name: "answers[].text". */
static void add_rows(GString *page, const HttpField *fields, const char *prefix)
{
    for (const HttpField *field = fields; field->name; field++) {
        g_autofree char *name = g_strconcat(prefix, field->name, NULL);
        g_autofree char *type = type_text(field);
        add_row(page, name, type, (field->flags & HTTP_REQUIRED) != 0, field->about);
        if (field->type != FIELD_OBJECT || !field->fields)
            continue;
        g_autofree char *inner = g_strconcat(name, field->flags & HTTP_LIST ? "[]." : ".", NULL);
        add_rows(page, field->fields, inner);
    }
}

static void open_table(GString *page, const char *caption)
{
    g_string_append(page, "<table>\n");
    add_element(page, "caption", caption);
    g_string_append(page,
                    "\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Type</th><th scope=\"col\">Required</th>"
                    "<th scope=\"col\">Meaning</th></tr></thead>\n<tbody>\n");
}

static void close_table(GString *page)
{
    g_string_append(page, "</tbody>\n</table>\n");
}

static void add_fields(GString *page, const HttpField *fields, const char *caption)
{
    if (!fields || !fields->name)
        return;
    open_table(page, caption);
    add_rows(page, fields, "");
    close_table(page);
}

static void add_path_parameters(GString *page, const char *path)
{
    if (!strchr(path, '{'))
        return;
    open_table(page, "In the path");
    for (const char *at = strchr(path, '{'); at; at = strchr(at + 1, '{')) {
        g_autofree char *name = g_strndup(at + 1, strcspn(at + 1, "}"));
        add_row(page, name, "text", TRUE, "");
    }
    close_table(page);
}

/* --- routes */

static void add_terms(GString *page, const HttpRoute *route)
{
    json_t *roles = http_openapi_roles(route->roles);
    g_autoptr(GString) who = g_string_new(route->roles == ROLE_ANYONE ? "anyone" : NULL);
    if (route->roles == ROLE_PERSON)
        g_string_append(who, "whoever is signed in");
    else
        for (gsize i = 0; i < json_array_size(roles); i++)
            g_string_append_printf(who, "%s%s", i ? ", " : "", json_string_value(json_array_get(roles, i)));
    json_decref(roles);
    g_string_append_printf(
        page, "<p>For: %s. Rate: %s.%s</p>\n", who->str, http_openapi_rate(route->rate),
        route->method == HTTP_GET || route->roles == ROLE_ANYONE ? "" : " Needs the X-CSRF-Token header.");
}

static void add_route(GString *page, const HttpRoute *route)
{
    g_string_append_printf(page, "<section>\n<h3><code>%s ", http_method_name(route->method));
    add_escaped(page, route->path);
    g_string_append(page, "</code></h3>\n");
    add_element(page, "p", route->about);
    g_string_append_c(page, '\n');
    add_terms(page, route);
    add_path_parameters(page, route->path);
    add_fields(page, route->query, "In the query");
    add_fields(page, route->body, "Body");
    add_fields(page, route->reply, "Reply");
    g_string_append(page, "</section>\n");
}

/* --- the page */

typedef void (*Visit)(GString *page, const HttpRoute *route);

static void for_tag(GString *page, const HttpRoute *const *routes, const char *tag, Visit visit)
{
    for (const HttpRoute *const *table = routes; *table; table++)
        for (const HttpRoute *route = *table; route->path; route++) {
            g_autofree char *own = http_openapi_tag(route);
            if (strcmp(own, tag) == 0)
                visit(page, route);
        }
}

/* In order of appearance. */
static GPtrArray *tags_of(const HttpRoute *const *routes)
{
    GPtrArray *tags = g_ptr_array_new_with_free_func(g_free);
    for (const HttpRoute *const *table = routes; *table; table++)
        for (const HttpRoute *route = *table; route->path; route++) {
            g_autofree char *tag = http_openapi_tag(route);
            if (!g_ptr_array_find_with_equal_func(tags, tag, g_str_equal, NULL))
                g_ptr_array_add(tags, g_steal_pointer(&tag));
        }
    return tags;
}

static void add_contents(GString *page, const GPtrArray *tags)
{
    g_string_append(page, "<nav aria-label=\"Contents\">\n<ul>\n");
    for (guint i = 0; i < tags->len; i++) {
        g_string_append(page, "<li><a href=\"#");
        add_escaped(page, g_ptr_array_index(tags, i));
        g_string_append(page, "\">");
        add_escaped(page, g_ptr_array_index(tags, i));
        g_string_append(page, "</a></li>\n");
    }
    g_string_append(page, "</ul>\n</nav>\n");
}

char *http_openapi_page(const HttpRoute *const *routes)
{
    g_autoptr(GPtrArray) tags = tags_of(routes);
    GString *page =
        g_string_new("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<title>Interface of Whet</title>\n<link rel=\"stylesheet\" href=\"/docs/api.css\">\n"
                     "</head>\n<body>\n<header>\n<h1>Interface of Whet</h1>\n"
                     "<p>Bodies and replies are JSON. Ids are texts of decimal digits; times are RFC 3339 in UTC. What "
                     "goes wrong comes as a problem document (RFC 9457), with every wrong field in its errors.</p>\n"
                     "</header>\n");
    add_contents(page, tags);
    g_string_append(page, "<main>\n");
    for (guint i = 0; i < tags->len; i++) {
        const char *tag = g_ptr_array_index(tags, i);
        g_string_append(page, "<section>\n<h2 id=\"");
        add_escaped(page, tag);
        g_string_append(page, "\">");
        add_escaped(page, tag);
        g_string_append(page, "</h2>\n");
        for_tag(page, routes, tag, add_route);
        g_string_append(page, "</section>\n");
    }
    g_string_append(page, "</main>\n</body>\n</html>\n");
    return g_string_free(page, FALSE);
}
