/* The router: which route a path and a method mean. Hides the tree of segments that it builds from the tables at start,
 * and refuses tables that are wrong before anybody can be served by them. */
#include "platform/http/http_private.h"

#include <string.h>

#define METHODS 5

typedef struct Node {
    char *literal;       /* NULL for the root and for {name} */
    GPtrArray *children; /* of Node with a literal, in order of it; NULL: none */
    struct Node *any;    /* {name} */
    const HttpRoute *routes[METHODS];
} Node;

struct HttpRouter {
    Node *root;
};

typedef struct {
    const char *start;
    gsize length;
} Segment;

static const char *const method_names[METHODS] = { "GET", "POST", "PUT", "PATCH", "DELETE" };

gboolean http_method_parse(const char *text, HttpMethod *method, gboolean *head)
{
    *head = strcmp(text, "HEAD") == 0;
    const char *name = *head ? "GET" : text;
    for (guint i = 0; i < METHODS; i++) {
        if (strcmp(name, method_names[i]) != 0)
            continue;
        *method = (HttpMethod)i;
        return TRUE;
    }
    return FALSE;
}

const char *http_method_name(HttpMethod method)
{
    return method_names[method];
}

char *http_methods_text(unsigned methods)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < METHODS; i++)
        if (methods & (1u << i))
            g_string_append_printf(text, "%s%s%s", text->len ? ", " : "", method_names[i],
                                   i == HTTP_GET ? ", HEAD" : "");
    return g_string_free(text, FALSE);
}

/* Cuts a path that starts with '/'. Returns the number of segments, or 0 when there are too many. */
static guint cut(const char *path, Segment *segments)
{
    guint count = 0;
    for (const char *at = path; *at == '/';) {
        if (count == HTTP_SEGMENTS_MOST)
            return 0;
        Segment *segment = &segments[count++];
        segment->start = at + 1;
        segment->length = strcspn(segment->start, "/");
        at = segment->start + segment->length;
    }
    return count;
}

static int compare(const Segment *segment, const char *literal)
{
    int order = strncmp(segment->start, literal, segment->length);
    return order ? order : literal[segment->length] == '\0' ? 0 : -1;
}

/* The child with this literal; otherwise NULL, and *place is where it belongs. */
static Node *literal_child(const Node *node, const Segment *segment, guint *place)
{
    guint low = 0, high = node->children ? node->children->len : 0;
    while (low < high) {
        guint middle = (low + high) / 2;
        Node *child = g_ptr_array_index(node->children, middle);
        int order = compare(segment, child->literal);
        if (order == 0)
            return child;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    *place = low;
    return NULL;
}

static void node_free(gpointer data)
{
    Node *node = data;
    if (!node)
        return;
    g_clear_pointer(&node->children, g_ptr_array_unref);
    node_free(node->any);
    g_free(node->literal);
    g_free(node);
}

void http_router_free(HttpRouter *router)
{
    if (!router)
        return;
    node_free(router->root);
    g_free(router);
}

static gboolean is_parameter(const Segment *segment)
{
    return segment->start[0] == '{';
}

static Node *descend(Node *node, const Segment *segment)
{
    if (is_parameter(segment)) {
        if (!node->any)
            node->any = g_new0(Node, 1);
        return node->any;
    }
    guint place = 0;
    Node *child = literal_child(node, segment, &place);
    if (child)
        return child;
    if (!node->children)
        node->children = g_ptr_array_new_with_free_func(node_free);
    child = g_new0(Node, 1);
    child->literal = g_strndup(segment->start, segment->length);
    g_ptr_array_insert(node->children, (gint)place, child);
    return child;
}

/* --- tables that are wrong */

static const char *wrong_field(const HttpField *field)
{
    gboolean ranged = field->min != 0 || field->max != 0;
    if (ranged && field->max < field->min)
        return "has an empty range";
    if (field->values && field->type != FIELD_TEXT)
        return "has values but is no text";
    if (field->type == FIELD_TEXT && ranged && field->min < 0)
        return "has a negative length";
    return NULL;
}

static const char *wrong_fields(const HttpField *fields, gboolean body)
{
    for (const HttpField *field = fields; field && field->name; field++) {
        if (body && field->type == FIELD_ANY)
            return "takes free JSON";
        const char *wrong = wrong_field(field);
        if (!wrong && field->type == FIELD_OBJECT)
            wrong = wrong_fields(field->fields, body);
        if (wrong)
            return wrong;
    }
    return NULL;
}

static const char *wrong_query(const HttpField *fields)
{
    for (const HttpField *field = fields; field && field->name; field++) {
        if (field->type != FIELD_TEXT && field->type != FIELD_INTEGER && field->type != FIELD_ID &&
            field->type != FIELD_TIME)
            return "is of a type that a query cannot have";
        if (field->flags & (HTTP_LIST | HTTP_NULLABLE))
            return "is a list or null in a query";
    }
    return wrong_fields(fields, FALSE);
}

static const char *wrong_path(const char *path, const Segment *segments, guint count)
{
    if (count == 0 || path[0] != '/')
        return "does not start with / or is too long";
    for (guint i = 0; i < count; i++) {
        const Segment *segment = &segments[i];
        gboolean opens = memchr(segment->start, '{', segment->length) != NULL;
        gboolean closes = memchr(segment->start, '}', segment->length) != NULL;
        if (!opens && !closes)
            continue;
        if (!opens || !closes || !is_parameter(segment) || segment->start[segment->length - 1] != '}' ||
            segment->length < 3)
            return "has a {name} that is not a whole segment";
    }
    return NULL;
}

static const char *wrong_route(const HttpRoute *route, const Segment *segments, guint count)
{
    const char *wrong = wrong_path(route->path, segments, count);
    if (wrong)
        return wrong;
    if (!route->handler)
        return "has no handler";
    if (!route->about || !*route->about)
        return "has no description";
    if (route->method == HTTP_GET && route->body)
        return "takes a body with GET";
    wrong = wrong_fields(route->body, TRUE);
    if (!wrong)
        wrong = wrong_query(route->query);
    return wrong ? wrong : wrong_fields(route->reply, FALSE);
}

static gboolean add(HttpRouter *router, const HttpRoute *route, GError **error)
{
    Segment segments[HTTP_SEGMENTS_MOST];
    guint count = cut(route->path, segments);
    const char *wrong = wrong_route(route, segments, count);
    Node *node = router->root;
    for (guint i = 0; !wrong && i < count; i++)
        node = descend(node, &segments[i]);
    if (!wrong && node->routes[route->method])
        wrong = "is there twice";
    if (wrong) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "The route %s %s %s.", method_names[route->method],
                    route->path, wrong);
        return FALSE;
    }
    node->routes[route->method] = route;
    return TRUE;
}

HttpRouter *http_router_new(const HttpRoute *const *tables, GError **error)
{
    g_autoptr(HttpRouter) router = g_new0(HttpRouter, 1);
    router->root = g_new0(Node, 1);
    for (const HttpRoute *const *table = tables; *table; table++)
        for (const HttpRoute *route = *table; route->path; route++)
            if (!add(router, route, error))
                return NULL;
    return g_steal_pointer(&router);
}

/* --- finding */

static gboolean has_routes(const Node *node)
{
    for (guint i = 0; i < METHODS; i++)
        if (node->routes[i])
            return TRUE;
    return FALSE;
}

/* Literals first; back to {name} when a literal leads nowhere. At most two ways a segment, and few segments. */
static const Node *find(const Node *node, const Segment *segments, guint count)
{
    if (count == 0)
        return has_routes(node) ? node : NULL;
    guint place;
    const Node *child = literal_child(node, segments, &place);
    const Node *found = child ? find(child, segments + 1, count - 1) : NULL;
    if (found || !node->any || segments->length == 0)
        return found;
    return find(node->any, segments + 1, count - 1);
}

void http_router_match(const HttpRouter *router, HttpMethod method, char *path, HttpMatch *match)
{
    Segment segments[HTTP_SEGMENTS_MOST];
    guint count = cut(path, segments);
    const Node *node = count ? find(router->root, segments, count) : NULL;
    match->route = node ? node->routes[method] : NULL;
    match->methods = 0;
    for (guint i = 0; node && i < METHODS; i++)
        if (node->routes[i])
            match->methods |= 1u << i;
    if (!match->route)
        return;
    for (guint i = 0; i < count; i++) {
        match->segments[i] = segments[i].start;
        path[(segments[i].start - path) + (gssize)segments[i].length] = '\0';
    }
}

const char *http_match_text(const HttpMatch *match, const char *name)
{
    Segment segments[HTTP_SEGMENTS_MOST];
    guint count = match->route ? cut(match->route->path, segments) : 0;
    gsize length = strlen(name);
    for (guint i = 0; i < count; i++)
        if (is_parameter(&segments[i]) && segments[i].length == length + 2 &&
            strncmp(segments[i].start + 1, name, length) == 0)
            return match->segments[i];
    return NULL;
}
