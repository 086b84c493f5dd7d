/* The order of concepts: a topological sort that, among those that are ready, takes the first by file name. */
#include "content/pack_order.h"

#include <string.h>

enum { PATH_SHOWN = 12 }; /* concepts of a cycle that are printed; of a longer one the last follows after "…" */

typedef struct {
    GPtrArray *sources; /* ConceptSource *, by file name */
    GHashTable *by_id;  /* id to index + 1 */
    GPtrArray *ids;     /* const char *, for suggestions */
    GArray **needed_by; /* guint, for each concept */
    guint *waits_for;   /* requirements that are not placed yet */
    GPtrArray *problems;
} Graph;

static const PackConcept *concept_at(const Graph *graph, guint i)
{
    return ((const ConceptSource *)graph->sources->pdata[i])->concept;
}

static int compare_files(gconstpointer left, gconstpointer right)
{
    const ConceptSource *a = *(ConceptSource *const *)left;
    const ConceptSource *b = *(ConceptSource *const *)right;
    return strcmp(a->concept->file, b->concept->file);
}

/* The index of the concept with that id, or -1. */
static int find(const Graph *graph, const char *id)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(graph->by_id, id)) - 1;
}

static void index_ids(Graph *graph)
{
    for (guint i = 0; i < graph->sources->len; i++) {
        const ConceptSource *source = graph->sources->pdata[i];
        const char *id = source->concept->id;
        if (!id)
            continue;
        int first = find(graph, id);
        if (first < 0) {
            g_hash_table_insert(graph->by_id, (gpointer)id, GINT_TO_POINTER((int)i + 1));
            g_ptr_array_add(graph->ids, (gpointer)id);
            continue;
        }
        problem_add(&(ProblemSink){ graph->problems, source->concept->file }, source->id_line,
                    g_strdup_printf("the id \"%s\" is taken by %s", id, concept_at(graph, (guint)first)->file),
                    g_strdup("give it another id"));
    }
}

static void report_unknown(const Graph *graph, const ConceptSource *source, guint which)
{
    const char *id = source->concept->requires->pdata[which];
    ProblemSink sink = { graph->problems, source->concept->file };
    if (!problem_room(&sink))
        return;
    const char *nearest = problem_nearest(id, (const char *const *)graph->ids->pdata, graph->ids->len);
    g_autofree char *excerpt = problem_excerpt(id);
    problem_add(&sink, g_array_index(source->requires_lines, int, which),
                g_strdup_printf("the concept \"%s\" that it requires is not in the pack", excerpt),
                nearest ? g_strdup_printf("write \"%s\"", nearest)
                        : g_strdup("write the id of a concept, or delete it"));
}

static void connect(Graph *graph)
{
    for (guint i = 0; i < graph->sources->len; i++) {
        const ConceptSource *source = graph->sources->pdata[i];
        const GPtrArray *requires = source->concept->requires;
        for (guint k = 0; k < requires->len; k++) {
            int required = find(graph, requires->pdata[k]);
            if (required < 0) {
                report_unknown(graph, source, k);
                continue;
            }
            g_array_append_val(graph->needed_by[required], i);
            graph->waits_for[i]++;
        }
    }
}

static int compare_indexes(gconstpointer a, gconstpointer b, gpointer data)
{
    return GPOINTER_TO_INT(a) - GPOINTER_TO_INT(b);
}

/* Places all that can be placed; those left have waits_for > 0 and stand in a cycle, or require one that does. */
static GPtrArray *place(Graph *graph)
{
    GPtrArray *placed = g_ptr_array_new();
    g_autoptr(GSequence) ready = g_sequence_new(NULL);
    for (guint i = 0; i < graph->sources->len; i++)
        if (graph->waits_for[i] == 0)
            g_sequence_append(ready, GUINT_TO_POINTER(i));
    while (!g_sequence_is_empty(ready)) {
        GSequenceIter *first = g_sequence_get_begin_iter(ready);
        guint i = GPOINTER_TO_UINT(g_sequence_get(first));
        g_sequence_remove(first);
        g_ptr_array_add(placed, graph->sources->pdata[i]);
        for (guint k = 0; k < graph->needed_by[i]->len; k++) {
            guint next = g_array_index(graph->needed_by[i], guint, k);
            if (--graph->waits_for[next] == 0)
                g_sequence_insert_sorted(ready, GUINT_TO_POINTER(next), compare_indexes, NULL);
        }
    }
    return placed;
}

/* The first requirement of concept `i` that waits as well; -1 when there is none. `which` is its place in the list. */
static int waiting_requirement(const Graph *graph, guint i, guint *which)
{
    const GPtrArray *requires = concept_at(graph, i)->requires;
    for (guint k = 0; k < requires->len; k++) {
        int required = find(graph, requires->pdata[k]);
        if (required < 0 || graph->waits_for[required] == 0)
            continue;
        *which = k;
        return required;
    }
    return -1;
}

static void report_cycle(const Graph *graph, const GArray *path, guint from)
{
    guint length = path->len - from;
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < MIN(length, PATH_SHOWN); i++)
        g_string_append_printf(text, "%s → ", concept_at(graph, g_array_index(path, guint, from + i))->id);
    guint first = g_array_index(path, guint, from);
    if (length > PATH_SHOWN)
        g_string_append_printf(text, "… (%u more) → ", length - PATH_SHOWN);
    g_string_append(text, concept_at(graph, first)->id);

    guint which = 0;
    waiting_requirement(graph, first, &which);
    const ConceptSource *source = graph->sources->pdata[first];
    problem_add(&(ProblemSink){ graph->problems, source->concept->file },
                g_array_index(source->requires_lines, int, which),
                g_strdup_printf("concepts require each other in a circle: %s", text->str),
                g_strdup("delete one of these requirements"));
    g_string_free(text, TRUE);
}

/* Every concept that is left requires one that is left, so walking on from anywhere ends in a cycle. Each concept is
 * walked over once. */
static void report_cycles(const Graph *graph)
{
    g_autofree guint *walk = g_new0(guint, graph->sources->len + 1); /* in which walk it was seen; 0 not yet */
    g_autofree guint *place_in_path = g_new0(guint, graph->sources->len + 1);
    guint walks = 0;
    for (guint start = 0; start < graph->sources->len; start++) {
        if (graph->waits_for[start] == 0 || walk[start] > 0)
            continue;
        g_autoptr(GArray) path = g_array_new(FALSE, FALSE, sizeof(guint));
        walks++;
        int i = (int)start;
        for (guint which; i >= 0 && walk[i] == 0; i = waiting_requirement(graph, (guint)i, &which)) {
            guint index = (guint)i;
            walk[index] = walks;
            place_in_path[index] = path->len;
            g_array_append_val(path, index);
        }
        if (i >= 0 && walk[i] == walks)
            report_cycle(graph, path, place_in_path[i]);
    }
}

void pack_order(GPtrArray *sources, GPtrArray *problems)
{
    g_ptr_array_sort(sources, compare_files);
    g_autoptr(GHashTable) by_id = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    Graph graph = { .sources = sources, .by_id = by_id, .ids = ids, .problems = problems };
    graph.needed_by = g_new0(GArray *, sources->len + 1);
    graph.waits_for = g_new0(guint, sources->len + 1);
    for (guint i = 0; i < sources->len; i++)
        graph.needed_by[i] = g_array_new(FALSE, FALSE, sizeof(guint));

    index_ids(&graph);
    connect(&graph);
    g_autoptr(GPtrArray) placed = place(&graph);
    report_cycles(&graph);
    if (placed->len == sources->len)
        for (guint i = 0; i < placed->len; i++)
            sources->pdata[i] = placed->pdata[i];

    for (guint i = 0; i < sources->len; i++)
        g_array_unref(graph.needed_by[i]);
    g_free(graph.needed_by);
    g_free(graph.waits_for);
}
