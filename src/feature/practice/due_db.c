/* The SQL of due counts: see due_db.h. */
#include "feature/practice/due_db.h"

#include <glib.h>

/* What is due is found first, by itself: together with the grouping SQLite would rather walk through all memories in
 * the order of people. */
const char due_db_counts_sql[] =
    "WITH due AS MATERIALIZED (SELECT person_id, concept_id FROM memory WHERE organisation_id = $1 AND due_at <= $2)"
    " SELECT due.person_id, COUNT(*) FROM due"
    " JOIN concept ON concept.id = due.concept_id AND concept.retired_at IS NULL"
    " JOIN person_pack ON person_pack.person_id = due.person_id AND person_pack.pack_id = concept.pack_id"
    " GROUP BY due.person_id ORDER BY due.person_id";

GArray *due_db_counts(DbTx *tx, gint64 organisation_id, gint64 now, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, due_db_counts_sql, DB_ARGS(db_int(organisation_id), db_int(now)), error);
    if (!rows)
        return NULL;
    g_autoptr(GArray) counts = g_array_new(FALSE, FALSE, sizeof(DueCount));
    while (db_rows_next(rows)) {
        DueCount count = { .person_id = db_rows_int(rows, 0), .due = db_rows_int(rows, 1) };
        g_array_append_val(counts, count);
    }
    return db_rows_done(rows, error) ? g_steal_pointer(&counts) : NULL;
}
