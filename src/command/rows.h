/* Rows: what readers of tables share: going through all rows with a line of progress on stderr, and what a time is. */
#pragma once

#include "platform/csv.h"

/* Takes one row, which is number `row` from 0; FALSE with an error ends the walk. */
typedef gboolean (*RowTaker)(guint row, gpointer data, GError **error);

/* Gives every row to `take`. FALSE on error; also when there is no row, or more than `most`. */
gboolean rows_each(Csv *csv, guint most, RowTaker take, gpointer data, guint *n,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A column's time: a number from 0 to the end of the year 2200, in units of so many seconds since 1970-01-01T00:00Z (1,
 * or 86,400 for days). The error says so when it looks like another unit. */
gboolean rows_time(const Csv *csv, guint column, double unit, double *time, GError **error) G_GNUC_WARN_UNUSED_RESULT;
