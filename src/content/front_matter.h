/* Front matter: the keys between the two lines of hyphens at the start of a file.
 *
 * Knows a small, strict subset of YAML: at the top `key: value`, a value being a scalar, a list of scalars or one level
 * of `key: scalar`. No anchors, aliases, tags, nesting or second documents, so nothing can grow. Hides libyaml. Values
 * are text, whatever they look like. */
#pragma once

#include "content/problem.h"

typedef enum { FRONT_SCALAR, FRONT_LIST, FRONT_MAP } FrontKind;

/* An element of a list (key NULL) or a pair of a mapping. */
typedef struct {
    char *key;
    char *text;
    int line;
} FrontItem;

typedef struct {
    char *key;
    FrontKind kind;
    char *text;       /* scalar, otherwise NULL */
    GPtrArray *items; /* FrontItem *: list or mapping, otherwise NULL */
    int line;
} FrontEntry;

typedef struct {
    GPtrArray *entries; /* FrontEntry * */
    const char *body;   /* the text after it; points into what was parsed */
    int body_line;      /* the number of its first line */
    gboolean whole;     /* FALSE when it was missing or broken, so that keys that are not there may have been meant */
} FrontMatter;

/* Reads the front matter of `text` (clean UTF-8, lines ended by \n). Never NULL; free with front_matter_free. */
FrontMatter *front_matter_parse(const char *text, const ProblemSink *sink);
void front_matter_free(FrontMatter *front);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FrontMatter, front_matter_free)

/* Reports every key that is not one of `known`, with the nearest one that is. */
void front_matter_expect(const FrontMatter *front, const char *const *known, gsize n, const ProblemSink *sink);

/* The entry of that key and kind; NULL when there is none. One of another kind is reported; `example` shows how it is
 * written. A missing one is reported when it is required. */
const FrontEntry *front_matter_get(const FrontMatter *front, const char *key, FrontKind kind, gboolean required,
                                   const char *example, const ProblemSink *sink);
