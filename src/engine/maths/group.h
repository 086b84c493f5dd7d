/* Group: rows of one table, put into groups that are numbered, in order within each. Knows nothing of what the rows
 * are; hides the sorting: a stable counting sort by group, then a stable sort of those groups that need one, so what is
 * in order already takes linear time and no copy. */
#pragma once

#include <glib.h>

typedef guint (*GroupNumber)(gconstpointer row);

/* Sorts `n` rows of `size` bytes by group and `compare`, rows that compare equal stay in the order given. Takes `rows`
 * (g_malloc) and returns them, possibly elsewhere. `first` becomes n_groups + 1 numbers (g_free), n_groups the largest
 * group number + 1: the rows of group g are first[g] .. first[g + 1] - 1. A group may be empty. */
gpointer group_rows(gpointer rows, guint n, gsize size, GroupNumber group, GCompareFunc compare, guint **first,
                    guint *n_groups) G_GNUC_WARN_UNUSED_RESULT;
