/* The three passes of a stable counting sort, each skipped when it has nothing to do. */
#include "engine/maths/group.h"

#include <string.h>

typedef struct {
    char *rows;
    guint n;
    gsize size;
    GroupNumber group;
    GCompareFunc compare;
} Table;

static const void *row_at(const Table *table, guint i)
{
    return table->rows + i * table->size;
}

static guint *count_groups(const Table *table, guint *n_groups)
{
    guint most = 0;
    for (guint i = 0; i < table->n; i++)
        most = MAX(most, table->group(row_at(table, i)));
    g_assert(most < G_MAXUINT - 1);
    *n_groups = table->n ? most + 1 : 0;
    guint *first = g_new0(guint, (gsize)*n_groups + 1);
    for (guint i = 0; i < table->n; i++)
        first[table->group(row_at(table, i)) + 1]++;
    for (guint g = 0; g < *n_groups; g++)
        first[g + 1] += first[g];
    return first;
}

static gboolean is_grouped(const Table *table)
{
    for (guint i = 1; i < table->n; i++)
        if (table->group(row_at(table, i - 1)) > table->group(row_at(table, i)))
            return FALSE;
    return TRUE;
}

static void scatter(Table *table, const guint *first, guint n_groups)
{
    g_autofree guint *next = g_memdup2(first, n_groups * sizeof *first);
    char *grouped = g_malloc_n(table->n, table->size);
    for (guint i = 0; i < table->n; i++) {
        const void *row = row_at(table, i);
        memcpy(grouped + next[table->group(row)]++ * table->size, row, table->size);
    }
    g_free(table->rows);
    table->rows = grouped;
}

static gboolean is_in_order(const Table *table, guint from, guint to)
{
    for (guint i = from + 1; i < to; i++)
        if (table->compare(row_at(table, i - 1), row_at(table, i)) > 0)
            return FALSE;
    return TRUE;
}

static int compare_rows(gconstpointer a, gconstpointer b, gpointer table)
{
    return ((const Table *)table)->compare(a, b);
}

static void sort_group(const Table *table, guint from, guint to)
{
    if (is_in_order(table, from, to))
        return;
    /* Stable, which qsort is not. Its count is an int. */
    g_assert(to - from <= G_MAXINT);
    g_qsort_with_data(row_at(table, from), (int)(to - from), table->size, compare_rows, (gpointer)table);
}

gpointer group_rows(gpointer rows, guint n, gsize size, GroupNumber group, GCompareFunc compare, guint **first,
                    guint *n_groups)
{
    Table table = { .rows = rows, .n = n, .size = size, .group = group, .compare = compare };
    *first = count_groups(&table, n_groups);
    if (!is_grouped(&table))
        scatter(&table, *first, *n_groups);
    for (guint g = 0; g < *n_groups; g++)
        sort_group(&table, (*first)[g], (*first)[g + 1]);
    return table.rows;
}
