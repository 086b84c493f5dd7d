/* Problems: the list that a check of a pack fills, and the words in which it is said.
 *
 * Knows how many problems one check tells at most and how to find the word that was meant. Knows nothing of the format.
 */
#pragma once

#include "content/pack.h"

enum { PROBLEMS_MAX = 200 }; /* then one more that says that there are more; nobody repairs 200 things in one go */

/* Where the problems of one file go. `file` is borrowed. */
typedef struct {
    GPtrArray *problems; /* PackProblem * */
    const char *file;
} ProblemSink;

/* Adds a problem at `line` (0: the whole file). Takes `problem` and `remedy`, which are freed with g_free. */
void problem_add(const ProblemSink *sink, int line, char *problem, char *remedy);

/* The same for texts that are not to be freed. */
void problem_add_plain(const ProblemSink *sink, int line, const char *problem, const char *remedy);

/* FALSE once the list is full: then looking for a good remedy is wasted work. */
gboolean problem_room(const ProblemSink *sink);

/* By file (pack.md first), then by line; what says that there are more stays last. */
void problem_sort(GPtrArray *problems);

/* The author's words, short enough for a message: at most 40 characters, then "…". Free with g_free. */
char *problem_excerpt(const char *text);

/* The one of `words` that was probably meant by `text`; NULL when none is near. Borrowed from `words`. */
const char *problem_nearest(const char *text, const char *const *words, gsize n);
