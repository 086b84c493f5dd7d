/* Lines: repairs the encoding, then classifies line by line with the state of the one container that matters: the list
 * item. */
#include "content/pack_lines.h"

#include <string.h>

enum {
    TAB_COLUMNS = 4, /* CommonMark */
    FENCE_LENGTH_MIN = 3,
    FENCE_INDENT_MAX = 3, /* CommonMark: more is an indented code block */
    ITEM_INDENT = 2,      /* from here on a line belongs to the list item above it: the width of "- " */
    LEVEL_MAX = 6,
};

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

static int line_at(const char *text, const char *place)
{
    int line = 1;
    for (const char *end = memchr(text, '\n', (gsize)(place - text)); end;
         end = memchr(end + 1, '\n', (gsize)(place - end - 1)))
        line++;
    return line;
}

gboolean lines_is_control(gunichar c)
{
    if (c == '\n' || c == '\t')
        return FALSE;
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF || (c & 0xFFFE) == 0xFFFE;
}

static char *without_controls(const char *text, const ProblemSink *sink)
{
    GString *clean = g_string_sized_new(strlen(text));
    int line = 1;
    int first_line = 0;
    gunichar first = 0;
    guint more = 0;
    for (const char *c = text; *c; c = g_utf8_next_char(c)) {
        if (c[0] == '\r' && c[1] == '\n')
            continue;
        gunichar character = g_utf8_get_char(c);
        if (!lines_is_control(character)) {
            line += character == '\n';
            g_string_append_len(clean, c, g_utf8_next_char(c) - c);
            continue;
        }
        g_string_append_c(clean, ' ');
        if (first_line) {
            more++;
            continue;
        }
        first = character;
        first_line = line;
    }
    if (first_line && more)
        problem_add(
            sink, first_line,
            g_strdup_printf("there is an invisible control character (U+%04X), and %u more in this file", first, more),
            g_strdup("delete them, or type the lines again"));
    else if (first_line)
        problem_add(sink, first_line, g_strdup_printf("there is an invisible control character (U+%04X)", first),
                    g_strdup("delete it, or type the line again"));
    return g_string_free(clean, FALSE);
}

char *lines_text(GBytes *bytes, const ProblemSink *sink)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    if (length >= strlen(BYTE_ORDER_MARK) && memcmp(data, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0) {
        data += strlen(BYTE_ORDER_MARK);
        length -= strlen(BYTE_ORDER_MARK);
    }
    if (length == 0)
        return g_strdup("");

    const char *nul = memchr(data, 0, length);
    if (nul)
        problem_add_plain(sink, line_at(data, nul), "there is a NUL byte, so this is not a text file",
                          "save the file as plain text in UTF-8");
    const char *invalid = NULL;
    if (!g_utf8_validate(data, nul ? nul - data : (gssize)length, &invalid))
        problem_add_plain(sink, line_at(data, invalid), "the text is not valid UTF-8", "save the file in UTF-8");

    g_autofree char *valid = g_utf8_make_valid(data, (gssize)length);
    return without_controls(valid, sink);
}

static guint measure_indent(const char *start, gsize length, gsize *bytes)
{
    guint columns = 0;
    gsize i = 0;
    for (; i < length && (start[i] == ' ' || start[i] == '\t'); i++)
        columns += start[i] == '\t' ? TAB_COLUMNS - columns % TAB_COLUMNS : 1;
    *bytes = i;
    return columns;
}

const char *line_after_marker(const char *text, gsize length)
{
    if (length == 0 || !strchr("-*+", text[0]))
        return NULL;
    if (length > 1 && text[1] != ' ' && text[1] != '\t')
        return NULL;
    return text + MIN(length, 2);
}

static gboolean is_rule(const char *text, gsize length)
{
    if (length == 0 || !strchr("-*_", text[0]))
        return FALSE;
    guint marks = 0;
    for (gsize i = 0; i < length; i++) {
        if (text[i] != text[0] && text[i] != ' ' && text[i] != '\t')
            return FALSE;
        marks += text[i] == text[0];
    }
    return marks >= 3;
}

/* How many of the fence's characters open a block here; 0 when none does. */
static guint fence_length(const char *text, gsize length)
{
    if (length < FENCE_LENGTH_MIN || (text[0] != '`' && text[0] != '~'))
        return 0;
    guint n = 0;
    while (n < length && text[n] == text[0])
        n++;
    if (n < FENCE_LENGTH_MIN || (text[0] == '`' && memchr(text + n, '`', length - n)))
        return 0;
    return n;
}

typedef struct {
    char mark;       /* of the open fence; 0 when none is open */
    guint length;    /* of the open fence */
    gboolean inside; /* the open fence belongs to a list item */
    int opened;      /* its line */
    gboolean item;   /* a list item is open */
    LineKind before; /* of the line before */
} Blocks;

static gboolean closes_fence(const Blocks *blocks, const char *text, gsize length)
{
    gsize n = 0;
    while (n < length && text[n] == blocks->mark)
        n++;
    if (n < blocks->length)
        return FALSE;
    while (n < length && (text[n] == ' ' || text[n] == '\t'))
        n++;
    return n == length;
}

/* The line as one of an open code block; FALSE when it ends the block by leaving the list item that holds it. */
static gboolean scan_code(Blocks *blocks, Line *line, const char *text, gsize length)
{
    if (blocks->inside && length > 0 && line->indent < ITEM_INDENT) {
        blocks->mark = 0;
        return FALSE;
    }
    line->kind = LINE_CODE;
    line->inside = blocks->inside;
    line->fence = closes_fence(blocks, text, length);
    if (line->fence)
        blocks->mark = 0;
    return TRUE;
}

static gboolean open_fence(Blocks *blocks, Line *line, const char *text, gsize length)
{
    gboolean inside = blocks->item && line->indent >= ITEM_INDENT;
    if (!inside && line->indent > FENCE_INDENT_MAX)
        return FALSE;
    guint n = fence_length(text, length);
    if (n == 0)
        return FALSE;
    *blocks = (Blocks){ .mark = text[0], .length = n, .inside = inside, .opened = line->number, .item = inside };
    line->kind = LINE_CODE;
    line->inside = inside;
    line->fence = TRUE;
    return TRUE;
}

static void scan_outermost(Blocks *blocks, Line *line, const char *text, gsize length)
{
    guint level = 0;
    while (level < length && text[level] == '#')
        level++;
    gboolean heading = line->indent == 0 && level >= 1 && level <= LEVEL_MAX &&
                       (level == length || text[level] == ' ' || text[level] == '\t');
    /* A paragraph goes on in the line below it, wherever that starts. */
    gboolean goes_on = blocks->item && blocks->before == LINE_TEXT;
    if (heading) {
        line->kind = LINE_HEADING;
        line->level = level;
    } else if (text[0] == '>') {
        line->kind = LINE_QUOTE;
    } else if (is_rule(text, length)) {
        line->kind = LINE_RULE;
    } else if (line_after_marker(text, length)) {
        line->kind = LINE_ITEM;
    } else {
        line->kind = LINE_TEXT;
        line->inside = goes_on;
    }
    blocks->item = line->kind == LINE_ITEM || line->inside;
}

static void scan_line(Blocks *blocks, Line *line)
{
    gsize spaces = 0;
    line->indent = measure_indent(line->start, line->length, &spaces);
    const char *text = line->start + spaces;
    gsize length = line->length - spaces;
    if (blocks->mark && scan_code(blocks, line, text, length))
        return;

    if (length > 0 && open_fence(blocks, line, text, length))
        return;

    if (length == 0) {
        line->kind = LINE_BLANK;
    } else if (line->indent < ITEM_INDENT) {
        scan_outermost(blocks, line, text, length);
    } else {
        line->kind = LINE_TEXT;
        line->inside = blocks->item;
    }
    blocks->before = line->kind == LINE_ITEM ? LINE_TEXT : line->kind;
}

GArray *lines_of(const char *text, int number, const ProblemSink *sink)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(Line));
    Blocks blocks = { .before = LINE_BLANK };
    for (const char *start = text; *start;) {
        gsize length = strcspn(start, "\n");
        Line line = { .start = start, .length = length, .number = number++ };
        scan_line(&blocks, &line);
        g_array_append_val(lines, line);
        start += length + (start[length] == '\n');
    }
    if (blocks.mark)
        problem_add(sink, blocks.opened, g_strdup("the code block that starts here does not end"),
                    g_strdup_printf("close it with a line of %u %c", blocks.length, blocks.mark));
    return lines;
}

static gboolean is_blank(const Line *line)
{
    gsize spaces = 0;
    measure_indent(line->start, line->length, &spaces);
    return spaces == line->length;
}

char *line_stripped(const Line *line, guint strip)
{
    guint columns = 0;
    gsize skip = 0;
    while (skip < line->length && columns < strip && (line->start[skip] == ' ' || line->start[skip] == '\t'))
        columns += line->start[skip++] == '\t' ? TAB_COLUMNS - columns % TAB_COLUMNS : 1;
    return g_strndup(line->start + skip, line->length - skip);
}

char *lines_join(const GArray *lines, guint from, guint to, guint strip)
{
    while (from < to && is_blank(&g_array_index(lines, Line, from)))
        from++;
    while (from < to && is_blank(&g_array_index(lines, Line, to - 1)))
        to--;

    GString *text = g_string_new(NULL);
    for (guint i = from; i < to; i++) {
        g_autofree char *line = line_stripped(&g_array_index(lines, Line, i), strip);
        if (i > from)
            g_string_append_c(text, '\n');
        g_string_append(text, line);
    }
    while (text->len > 0 && g_ascii_isspace(text->str[text->len - 1]))
        g_string_truncate(text, text->len - 1);
    return g_string_free(text, FALSE);
}

char *line_trimmed(const Line *line)
{
    return g_strstrip(g_strndup(line->start, line->length));
}
