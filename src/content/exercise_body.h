/* The body of an exercise: what stands below its heading, as a prompt, list items and quotations.
 *
 * Knows the block structure that all kinds share; hides how lines become blocks. What an item means is for the kinds to
 * say. */
#pragma once

#include "content/pack_lines.h"

typedef struct {
    char *text;          /* Markdown, as it was written but for its indent */
    char *quote;         /* Markdown of the quotation below it; NULL when there is none */
    GPtrArray *children; /* BodyItem *: the list below it */
    int line;
} BodyItem;

typedef struct {
    char *text; /* Markdown */
    int line;
    gboolean follows; /* comes after another one without an `or` between them */
} BodyQuote;

typedef struct {
    char *prompt;      /* Markdown: everything before the first outermost item or quotation */
    GPtrArray *items;  /* BodyItem * */
    GPtrArray *quotes; /* BodyQuote * */
} Body;

/* The body in the lines [from, to). With `lists_are_text` a list inside an item is part of its text. What belongs to
 * nothing is a problem. Free with body_free. */
Body *body_parse(const GArray *lines, guint from, guint to, gboolean lists_are_text, const ProblemSink *sink);
void body_free(Body *body);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Body, body_free)

/* The text on one line, every run of white space a single space. Free with g_free. */
char *body_flatten(const char *text);

/* What stands after `label` and a colon in `text` (white space and ASCII case do not count); NULL when it starts
 * otherwise. */
const char *body_after_label(const char *text, const char *label);
