/* Lines: a file of a pack as clean text, and each line with its place in the block structure.
 *
 * Knows encodings, line ends and which lines are code, headings, list items and quotations. Hides how CommonMark's
 * containers decide that. Works in one pass, linear in the length of the text. */
#pragma once

#include "content/problem.h"

typedef enum {
    LINE_BLANK,
    LINE_TEXT,
    LINE_HEADING, /* starts in the first column */
    LINE_ITEM,    /* starts a list item of the outermost level */
    LINE_QUOTE,   /* outermost, too */
    LINE_RULE,    /* a line of hyphens, stars or underscores */
    LINE_CODE,    /* in a fenced block, fences included */
} LineKind;

typedef struct {
    const char *start; /* not terminated; points into the text */
    gsize length;      /* bytes, without the line end */
    int number;        /* from 1 */
    LineKind kind;
    guint indent;    /* columns of white space at the start */
    guint level;     /* LINE_HEADING: how many #; otherwise 0 */
    gboolean inside; /* belongs to the list item above: more text, code, a quotation, a list in it */
    gboolean fence;  /* LINE_CODE: opens or closes the block */
} Line;

/* `bytes` as text: valid UTF-8 without NUL, byte order mark, carriage returns and control characters. What had to be
 * repaired is a problem. Free with g_free. */
char *lines_text(GBytes *bytes, const ProblemSink *sink);

/* Characters that no text needs and that would make two readers see two different files. Line ends and tabs are none.
 */
gboolean lines_is_control(gunichar c);

/* The lines of `text`, the first of which has `number`; Line, borrowing `text`. A code block that does not end is a
 * problem. Free with g_array_unref. */
GArray *lines_of(const char *text, int number, const ProblemSink *sink);

/* The lines [from, to) without blank ones around them. `strip` columns of white space are taken from each. Free with
 * g_free. */
char *lines_join(const GArray *lines, guint from, guint to, guint strip);

/* The line without up to `strip` columns of white space at its start. Free with g_free. */
char *line_stripped(const Line *line, guint strip);

/* The line without its white space at both ends. Free with g_free. */
char *line_trimmed(const Line *line);

/* What stands after the list marker ("- ", "* ", "+ ") at `text`; NULL when there is none. */
const char *line_after_marker(const char *text, gsize length);
