/* Looking for damage in the file of an embedded database. */
#include <string.h>

#include "platform/db/db.h"

typedef struct {
    void (*report)(const char *sentence, gpointer data);
    gpointer data;
} Finding;

/* Says "ok" in one row, or what is wrong in up to a hundred. */
static gboolean check_pages(DbTx *tx, const Finding *finding, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, "PRAGMA integrity_check", DB_NO_ARGS, error);
    if (!rows)
        return FALSE;
    while (db_rows_next(rows))
        if (strcmp(db_rows_text(rows, 0), "ok") != 0)
            finding->report(db_rows_text(rows, 0), finding->data);
    return db_rows_done(rows, error);
}

static gboolean check_references(DbTx *tx, const Finding *finding, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, "PRAGMA foreign_key_check", DB_NO_ARGS, error);
    if (!rows)
        return FALSE;
    while (db_rows_next(rows)) {
        g_autofree char *sentence = g_strdup_printf("row %" G_GINT64_FORMAT " of %s refers to a %s that is not there",
                                                    db_rows_int(rows, 1), db_rows_text(rows, 0), db_rows_text(rows, 2));
        finding->report(sentence, finding->data);
    }
    return db_rows_done(rows, error);
}

static gboolean check_in(DbTx *tx, gpointer data, GError **error)
{
    return check_pages(tx, data, error) && check_references(tx, data, error);
}

gboolean db_check(Db *db, void (*report)(const char *sentence, gpointer data), gpointer data, GError **error)
{
    Finding finding = { report, data };
    return strcmp(db_engine(db), "sqlite") != 0 || db_read(db, check_in, &finding, error);
}
