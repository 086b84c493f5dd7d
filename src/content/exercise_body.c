/* The body of an exercise: consumes classified lines block by block. */
#include "content/exercise_body.h"

#include <string.h>

#define OR_LINE "or"

enum { ITEM_STRIP = 2 }; /* columns that the lines below "- " are indented by */

static void body_item_free(gpointer data)
{
    BodyItem *item = data;
    g_free(item->text);
    g_free(item->quote);
    g_ptr_array_unref(item->children);
    g_free(item);
}

static void body_quote_free(gpointer data)
{
    BodyQuote *quote = data;
    g_free(quote->text);
    g_free(quote);
}

void body_free(Body *body)
{
    if (!body)
        return;
    g_free(body->prompt);
    g_ptr_array_unref(body->items);
    g_ptr_array_unref(body->quotes);
    g_free(body);
}

static BodyItem *body_item_new(int line)
{
    BodyItem *item = g_new0(BodyItem, 1);
    item->line = line;
    item->children = g_ptr_array_new_with_free_func(body_item_free);
    return item;
}

char *body_flatten(const char *text)
{
    GString *flat = g_string_sized_new(strlen(text));
    for (const char *c = text; *c; c++) {
        if (!g_ascii_isspace(*c))
            g_string_append_c(flat, *c);
        else if (flat->len > 0 && flat->str[flat->len - 1] != ' ')
            g_string_append_c(flat, ' ');
    }
    return g_strchomp(g_string_free(flat, FALSE));
}

const char *body_after_label(const char *text, const char *label)
{
    gsize length = strlen(label);
    if (g_ascii_strncasecmp(text, label, length) != 0)
        return NULL;
    const char *colon = text + length;
    while (*colon == ' ')
        colon++;
    return *colon == ':' ? colon + 1 : NULL;
}

static void append_line(GString *text, const char *line, gboolean paragraph)
{
    if (text->len > 0)
        g_string_append(text, paragraph ? "\n\n" : "\n");
    g_string_append(text, line);
}

/* The line of a quotation without its sign. */
static const char *quoted(const char *line)
{
    while (*line == ' ' || *line == '\t')
        line++;
    if (*line == '>')
        line++;
    return *line == ' ' ? line + 1 : line;
}

/* The item that is being read, and which of its texts the next line may go on with. */
typedef struct {
    BodyItem *item;
    GString *text;
    GString *quote;
    GString *child; /* text of the last child */
    GString *open;  /* one of the three */
    gboolean gap;   /* blank lines came before */
    gboolean lists_are_text;
    gboolean strayed; /* one report an item is enough */
} ItemReader;

static void close_child(ItemReader *reader)
{
    if (!reader->child)
        return;
    BodyItem *child = reader->item->children->pdata[reader->item->children->len - 1];
    child->text = g_strstrip(g_string_free(g_steal_pointer(&reader->child), FALSE));
}

static void read_inner_quote(ItemReader *reader, const char *line)
{
    if (!reader->quote)
        reader->quote = g_string_new(NULL);
    append_line(reader->quote, quoted(line), reader->gap);
    reader->open = reader->quote;
}

static void read_inner_line(ItemReader *reader, const Line *line, const ProblemSink *sink)
{
    g_autofree char *trimmed = line_trimmed(line);
    g_autofree char *text = line_stripped(line, ITEM_STRIP);
    const char *listed = line->kind == LINE_CODE ? NULL : line_after_marker(trimmed, strlen(trimmed));
    if (line->kind == LINE_TEXT && trimmed[0] == '>') {
        read_inner_quote(reader, text);
    } else if (listed && !reader->lists_are_text) {
        close_child(reader);
        g_ptr_array_add(reader->item->children, body_item_new(line->number));
        reader->child = g_string_new(listed);
        reader->open = reader->child;
    } else if (reader->open == reader->quote && reader->gap) {
        if (!reader->strayed)
            problem_add_plain(sink, line->number, "the text below the quotation belongs to nothing",
                              "start the line with > to make it part of the quotation");
        reader->strayed = TRUE;
    } else {
        append_line(reader->open, text, reader->gap);
    }
    reader->gap = FALSE;
}

/* Reads the item that starts at line `from`; returns the line after it. */
static guint read_item(Body *body, const GArray *lines, guint from, guint to, gboolean lists_are_text,
                       const ProblemSink *sink)
{
    const Line *first = &g_array_index(lines, Line, from);
    g_autofree char *line = line_trimmed(first);
    const char *content = line_after_marker(line, strlen(line));
    BodyItem *item = body_item_new(first->number);
    g_ptr_array_add(body->items, item);
    ItemReader reader = { .item = item, .text = g_string_new(content), .lists_are_text = lists_are_text };
    reader.open = reader.text;

    guint i = from + 1;
    for (; i < to; i++) {
        const Line *next = &g_array_index(lines, Line, i);
        if (next->kind == LINE_BLANK)
            reader.gap = TRUE;
        else if (next->inside)
            read_inner_line(&reader, next, sink);
        else
            break;
    }

    close_child(&reader);
    item->text = g_strstrip(g_string_free(reader.text, FALSE));
    if (reader.quote)
        item->quote = g_strstrip(g_string_free(reader.quote, FALSE));
    return i;
}

static gboolean is_or(const Line *line)
{
    g_autofree char *text = line->length < 16 ? line_trimmed(line) : NULL;
    return text && g_ascii_strcasecmp(text, OR_LINE) == 0;
}

/* Reads the quotation that starts at line `from`; returns the line after it. */
static guint read_quote(Body *body, const GArray *lines, guint from, guint to, gboolean after_or)
{
    GString *text = g_string_new(NULL);
    guint i = from;
    for (; i < to; i++) {
        const Line *line = &g_array_index(lines, Line, i);
        /* A paragraph of a quotation goes on in the line below it even without the sign. */
        gboolean goes_on = line->kind == LINE_QUOTE || (line->kind == LINE_TEXT && !is_or(line));
        if (!goes_on)
            break;
        g_autofree char *source = line_stripped(line, 0);
        if (i > from)
            g_string_append_c(text, '\n');
        g_string_append(text, line->kind == LINE_QUOTE ? quoted(source) : source);
    }
    BodyQuote *quote = g_new0(BodyQuote, 1);
    quote->line = g_array_index(lines, Line, from).number;
    quote->follows = body->quotes->len > 0 && !after_or;
    quote->text = g_strstrip(g_string_free(text, FALSE));
    g_ptr_array_add(body->quotes, quote);
    return i;
}

/* Reports the lines from `from` on that are neither item nor quotation; returns the line after them. */
static guint skip_stray(const GArray *lines, guint from, guint to, const ProblemSink *sink)
{
    const Line *first = &g_array_index(lines, Line, from);
    g_autofree char *text = line_trimmed(first);
    g_autofree char *excerpt = problem_excerpt(text);
    problem_add(sink, first->number, g_strdup_printf("\"%s\" belongs to nothing", excerpt),
                g_strdup("move it above the first list, or indent it by two spaces to make it part of the item above"));
    guint i = from;
    while (i < to) {
        LineKind kind = g_array_index(lines, Line, i).kind;
        if (kind == LINE_BLANK || kind == LINE_ITEM || kind == LINE_QUOTE)
            break;
        i++;
    }
    return i;
}

static void read_blocks(Body *body, const GArray *lines, guint from, guint to, gboolean lists_are_text,
                        const ProblemSink *sink)
{
    int or_line = 0;
    for (guint i = from; i < to;) {
        const Line *line = &g_array_index(lines, Line, i);
        if (line->kind == LINE_BLANK || line->kind == LINE_RULE) {
            i++;
        } else if (line->kind == LINE_ITEM) {
            i = read_item(body, lines, i, to, lists_are_text, sink);
        } else if (line->kind == LINE_QUOTE) {
            i = read_quote(body, lines, i, to, or_line > 0);
            or_line = 0;
        } else if (body->quotes->len > 0 && line->kind == LINE_TEXT && is_or(line)) {
            or_line = line->number;
            i++;
        } else {
            i = skip_stray(lines, i, to, sink);
        }
    }
    if (or_line)
        problem_add_plain(sink, or_line, "no quotation comes after this `or`",
                          "add another model answer, or delete the line");
}

Body *body_parse(const GArray *lines, guint from, guint to, gboolean lists_are_text, const ProblemSink *sink)
{
    Body *body = g_new0(Body, 1);
    body->items = g_ptr_array_new_with_free_func(body_item_free);
    body->quotes = g_ptr_array_new_with_free_func(body_quote_free);
    guint blocks = from;
    while (blocks < to) {
        LineKind kind = g_array_index(lines, Line, blocks).kind;
        if (kind == LINE_ITEM || kind == LINE_QUOTE)
            break;
        blocks++;
    }
    body->prompt = lines_join(lines, from, blocks, 0);
    read_blocks(body, lines, blocks, to, lists_are_text, sink);
    return body;
}
