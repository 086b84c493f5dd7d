/* Markdown to a tree: md4c's callbacks push and pop elements. Text is gathered and added as one string. */
#include "content/markdown.h"

#include <glib.h>
#include <md4c.h>
#include <string.h>

#include "content/html_entity.h"

enum {
    MARKDOWN_BYTES_MAX = 64 * 1024, /* as a file of a pack; the rest is left out */
    MARKDOWN_DEPTH_MAX = 24,        /* deeper elements are left out, their text stays */
    MARKDOWN_NODES_MAX = 10000,     /* then it ends: a table of a few kilobytes can have millions of empty cells */
    HREF_BYTES_MAX = 2048,
};

static const unsigned parser_flags =
    MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_PERMISSIVEURLAUTOLINKS;

/* Invariant: stack[0] is the array of blocks; stack[depth] takes what comes next. Elements that are open but have no
 * node (an unsafe link, one that is too deep) are counted by the stack with the node around them. */
typedef struct {
    GPtrArray *stack; /* json_t *, arrays of children; borrowed from the tree */
    GString *text;    /* gathered, not in the tree yet */
    guint depth;      /* of nodes */
    guint nodes;
} Tree;

static json_t *top(const Tree *tree)
{
    return tree->stack->pdata[tree->stack->len - 1];
}

static void flush(Tree *tree)
{
    if (tree->text->len == 0)
        return;
    json_array_append_new(top(tree), json_stringn(tree->text->str, tree->text->len));
    g_string_truncate(tree->text, 0);
    tree->nodes++;
}

/* md4c stops when a callback returns other than 0. */
static int verdict(const Tree *tree)
{
    return tree->nodes > MARKDOWN_NODES_MAX;
}

/* Opens an element; `tag` NULL only takes its place on the stack. Takes `href`. */
static int enter(Tree *tree, const char *tag, json_t *href)
{
    flush(tree);
    if (!tag || tree->stack->len > MARKDOWN_DEPTH_MAX) {
        json_decref(href);
        g_ptr_array_add(tree->stack, top(tree));
        return verdict(tree);
    }
    json_t *children = json_array();
    json_t *node = json_pack("{s:s, s:o}", "t", tag, "c", children);
    if (href)
        json_object_set_new(node, "href", href);
    json_array_append_new(top(tree), node);
    g_ptr_array_add(tree->stack, children);
    tree->nodes++;
    return verdict(tree);
}

static int leave(Tree *tree)
{
    flush(tree);
    g_ptr_array_remove_index(tree->stack, tree->stack->len - 1);
    return verdict(tree);
}

static void append_entity(GString *text, const char *entity, gsize length)
{
    gunichar character = html_entity(entity, length);
    if (character)
        g_string_append_unichar(text, character);
    else
        g_string_append_len(text, entity, (gssize)length);
}

static char *attribute_text(const MD_ATTRIBUTE *attribute)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; attribute->text && attribute->substr_offsets[i] < attribute->size; i++) {
        const char *part = attribute->text + attribute->substr_offsets[i];
        gsize length = attribute->substr_offsets[i + 1] - attribute->substr_offsets[i];
        if (attribute->substr_types[i] == MD_TEXT_ENTITY)
            append_entity(text, part, length);
        else
            g_string_append_len(text, part, (gssize)length);
    }
    return g_string_free(text, FALSE);
}

/* Where a link goes; NULL when a client must not be sent there. Only whole addresses of schemes that run nothing. */
static json_t *safe_href(const MD_ATTRIBUTE *attribute)
{
    static const char *const schemes[] = { "http://", "https://", "mailto:" };
    if (attribute->size > HREF_BYTES_MAX)
        return NULL;
    g_autofree char *href = attribute_text(attribute);
    if (strlen(href) > HREF_BYTES_MAX || !g_utf8_validate(href, -1, NULL))
        return NULL;
    for (const char *c = href; *c; c++)
        if ((guchar)*c <= ' ' || *c == 0x7F)
            return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++)
        if (g_ascii_strncasecmp(href, schemes[i], strlen(schemes[i])) == 0)
            return json_string(href);
    return NULL;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *data)
{
    static const char *const tags[] = {
        [MD_BLOCK_QUOTE] = "quote", [MD_BLOCK_UL] = "ul",    [MD_BLOCK_OL] = "ol", [MD_BLOCK_LI] = "li",
        [MD_BLOCK_H] = "h",         [MD_BLOCK_CODE] = "pre", [MD_BLOCK_P] = "p",   [MD_BLOCK_TABLE] = "table",
        [MD_BLOCK_TR] = "tr",       [MD_BLOCK_TH] = "th",    [MD_BLOCK_TD] = "td",
    };
    return enter(data, (guint)type < G_N_ELEMENTS(tags) ? tags[type] : NULL, NULL);
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *data)
{
    return leave(data);
}

static int enter_span(MD_SPANTYPE type, void *detail, void *data)
{
    static const char *const tags[] = {
        [MD_SPAN_EM] = "em", [MD_SPAN_STRONG] = "strong", [MD_SPAN_CODE] = "code", [MD_SPAN_DEL] = "s"
    };
    if (type == MD_SPAN_A) {
        json_t *href = safe_href(&((const MD_SPAN_A_DETAIL *)detail)->href);
        return enter(data, href ? "a" : NULL, href);
    }
    return enter(data, (guint)type < G_N_ELEMENTS(tags) ? tags[type] : NULL, NULL);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *data)
{
    return leave(data);
}

static int add_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data)
{
    Tree *tree = data;
    switch (type) {
    case MD_TEXT_BR:
        enter(tree, "br", NULL);
        return leave(tree);
    case MD_TEXT_SOFTBR:
        g_string_append_c(tree->text, ' ');
        return 0;
    case MD_TEXT_ENTITY:
        append_entity(tree->text, text, size);
        return 0;
    default:
        g_string_append_len(tree->text, text, (gssize)size);
        return 0;
    }
}

/* The part of it that is read: valid UTF-8 within the limit. */
static char *bounded(const char *markdown)
{
    gsize length = strnlen(markdown, MARKDOWN_BYTES_MAX + 1);
    if (length <= MARKDOWN_BYTES_MAX)
        return g_utf8_make_valid(markdown, (gssize)length);
    const char *end = markdown + MARKDOWN_BYTES_MAX;
    while (end > markdown && ((guchar)*end & 0xC0) == 0x80)
        end--;
    return g_utf8_make_valid(markdown, end - markdown);
}

json_t *markdown_to_json(const char *markdown)
{
    json_t *blocks = json_array();
    if (!markdown)
        return blocks;
    g_autofree char *source = bounded(markdown);
    g_autoptr(GPtrArray) stack = g_ptr_array_new();
    g_ptr_array_add(stack, blocks);
    Tree tree = { .stack = stack, .text = g_string_new(NULL) };
    MD_PARSER parser = { .flags = parser_flags,
                         .enter_block = enter_block,
                         .leave_block = leave_block,
                         .enter_span = enter_span,
                         .leave_span = leave_span,
                         .text = add_text };
    md_parse(source, (MD_SIZE)strlen(source), &parser, &tree);
    flush(&tree);
    g_string_free(tree.text, TRUE);
    return blocks;
}

static void add_space(GString *text)
{
    if (text->len > 0 && !g_ascii_isspace(text->str[text->len - 1]))
        g_string_append_c(text, ' ');
}

/* Inline elements join the words beside them, blocks part them. */
static gboolean is_inline(const char *tag)
{
    static const char *const inlines[] = { "strong", "em", "s", "code", "a", NULL };
    return g_strv_contains(inlines, tag);
}

static void gather_text(const json_t *nodes, GString *text)
{
    size_t i;
    json_t *node;
    json_array_foreach((json_t *)nodes, i, node) {
        if (json_is_string(node)) {
            g_string_append_len(text, json_string_value(node), (gssize)json_string_length(node));
            continue;
        }
        gboolean parts = !is_inline(json_string_value(json_object_get(node, "t")));
        if (parts)
            add_space(text);
        gather_text(json_object_get(node, "c"), text);
        if (parts)
            add_space(text);
    }
}

char *markdown_to_text(const char *markdown)
{
    json_t *blocks = markdown_to_json(markdown);
    GString *text = g_string_new(NULL);
    gather_text(blocks, text);
    json_decref(blocks);
    return g_strstrip(g_string_free(text, FALSE));
}
