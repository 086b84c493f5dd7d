/* Problems: a bounded list, its order, and the nearest word by edit distance. */
#include "content/problem.h"

#include <string.h>

enum {
    EXCERPT_CHARACTERS = 40,
    NEAREST_BYTES_MAX = 48,  /* longer words are not compared: nobody mistypes them into each other */
    NEAREST_WORDS_MAX = 500, /* compared at most, so that a large pack full of mistakes stays fast */
};

void problem_add(const ProblemSink *sink, int line, char *problem, char *remedy)
{
    g_autofree char *owned_problem = problem;
    g_autofree char *owned_remedy = remedy;
    if (sink->problems->len > PROBLEMS_MAX)
        return;

    PackProblem *added = g_new0(PackProblem, 1);
    g_ptr_array_add(sink->problems, added);
    added->file = g_strdup(sink->file);
    if (sink->problems->len > PROBLEMS_MAX) {
        added->problem = g_strdup_printf("there are more than %d problems", PROBLEMS_MAX);
        added->remedy = g_strdup("repair those above, then check again");
        return;
    }
    added->line = line;
    added->problem = g_steal_pointer(&owned_problem);
    added->remedy = g_steal_pointer(&owned_remedy);
}

void problem_add_plain(const ProblemSink *sink, int line, const char *problem, const char *remedy)
{
    problem_add(sink, line, g_strdup(problem), g_strdup(remedy));
}

gboolean problem_room(const ProblemSink *sink)
{
    return sink->problems->len <= PROBLEMS_MAX;
}

static int compare_problems(gconstpointer left, gconstpointer right)
{
    const PackProblem *a = *(PackProblem *const *)left;
    const PackProblem *b = *(PackProblem *const *)right;
    gboolean a_is_pack = strcmp(a->file, "pack.md") == 0;
    gboolean b_is_pack = strcmp(b->file, "pack.md") == 0;
    if (a_is_pack != b_is_pack)
        return a_is_pack ? -1 : 1;
    int order = strcmp(a->file, b->file);
    return order ? order : a->line - b->line;
}

void problem_sort(GPtrArray *problems)
{
    PackProblem *more = NULL;
    if (problems->len > PROBLEMS_MAX)
        more = g_ptr_array_steal_index(problems, problems->len - 1);
    g_ptr_array_sort(problems, compare_problems);
    if (more)
        g_ptr_array_add(problems, more);
}

char *problem_excerpt(const char *text)
{
    const char *end = text;
    for (int i = 0; *end && *end != '\n' && i < EXCERPT_CHARACTERS; i++)
        end = g_utf8_next_char(end);
    if (!*end)
        return g_strdup(text);
    return g_strdup_printf("%.*s…", (int)(end - text), text);
}

/* Edits from one word to the other, a swap of neighbours being one (optimal string alignment), without regard to ASCII
 * case. Both are at most NEAREST_BYTES_MAX long. */
static guint edit_distance(const char *a, gsize a_length, const char *b, gsize b_length)
{
    guint rows[3][NEAREST_BYTES_MAX + 1];
    for (guint j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (guint i = 1; i <= a_length; i++) {
        guint *row = rows[i % 3];
        const guint *above = rows[(i + 2) % 3];
        const guint *before = rows[(i + 1) % 3];
        row[0] = i;
        for (guint j = 1; j <= b_length; j++) {
            char from = g_ascii_tolower(a[i - 1]);
            char to = g_ascii_tolower(b[j - 1]);
            row[j] = MIN(above[j - 1] + (from != to), MIN(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && from == g_ascii_tolower(b[j - 2]) && to == g_ascii_tolower(a[i - 2]))
                row[j] = MIN(row[j], before[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

const char *problem_nearest(const char *text, const char *const *words, gsize n)
{
    gsize length = strlen(text);
    if (length == 0 || length > NEAREST_BYTES_MAX)
        return NULL;

    /* A third of the letters may be wrong: "titel" is "title", but "note" is not "goal". */
    guint best = (guint)(length / 3) + 1;
    const char *nearest = NULL;
    for (gsize i = 0; i < MIN(n, NEAREST_WORDS_MAX); i++) {
        gsize other = strlen(words[i]);
        if (other > NEAREST_BYTES_MAX || MAX(other, length) - MIN(other, length) >= best)
            continue;
        guint distance = edit_distance(text, length, words[i], other);
        if (distance < best) {
            best = distance;
            nearest = words[i];
        }
    }
    return nearest;
}
