/* The loop, and the one check that both kinds of logs need. */
#include "command/rows.h"

#include "command/progress.h"
#include "platform/error.h"

enum { ROWS_PER_PROGRESS = 4096 };

#define SECONDS_MOST 7289654400.0      /* 2201-01-01T00:00Z */
#define MILLISECONDS_LIKELY_LEAST 1e11 /* March 1973; as seconds the year 5138 */

gboolean rows_each(Csv *csv, guint most, RowTaker take, gpointer data, guint *n, GError **error)
{
    g_autofree char *what = g_strdup_printf("Reading %s", csv_name(csv));
    g_autoptr(Progress) progress = progress_new(what);
    CsvStep step;
    for (*n = 0; (step = csv_next(csv, error)) == CSV_ROW; (*n)++) {
        if (*n == most)
            return csv_fail(csv, error, "there are more than %u rows", most);
        if (!take(*n, data, error))
            return FALSE;
        if (*n % ROWS_PER_PROGRESS == 0)
            progress_set(progress, csv_share(csv));
    }
    if (step == CSV_FAILED)
        return FALSE;
    if (*n > 0)
        return TRUE;
    g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s: there is a header, but no row", csv_name(csv));
    return FALSE;
}

static gboolean fail_late(const Csv *csv, guint column, double unit, double time, GError **error)
{
    const char *hint = "";
    if (time >= MILLISECONDS_LIKELY_LEAST && time < SECONDS_MOST * 1000)
        hint = "; it looks like milliseconds: divide by 1000";
    else if (unit > 1 && time < SECONDS_MOST)
        hint = "; it looks like seconds: leave out --unit days";
    return csv_fail_field(csv, column, error, "is beyond the year 2200%s", hint);
}

gboolean rows_time(const Csv *csv, guint column, double unit, double *time, GError **error)
{
    if (!csv_number(csv, column, -G_MAXDOUBLE, G_MAXDOUBLE, time, error))
        return FALSE;
    if (*time < 0)
        return csv_fail_field(csv, column, error, "is negative");
    if (*time >= SECONDS_MOST / unit)
        return fail_late(csv, column, unit, *time, error);
    return TRUE;
}
