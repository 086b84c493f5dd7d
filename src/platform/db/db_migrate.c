/* Migrations. Knows the schema's steps, in order, and which have been taken; hides table `migration`. */
#include "platform/clock.h"
#include "platform/db/db_driver.h"

static const DbMigration *known;
static gsize known_count;

void db_set_migrations(const DbMigration *migrations, gsize count)
{
    for (gsize i = 0; i < count; i++)
        g_assert(migrations[i].number == (int)i + 1);
    known = migrations;
    known_count = count;
}

static const char CREATE_TABLE[] = "CREATE TABLE IF NOT EXISTS migration ("
                                   " number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)";
static const char SELECT_LAST[] = "SELECT COALESCE(MAX(number), 0) FROM migration";
static const char INSERT_STEP[] = "INSERT INTO migration (number, name, applied_at) VALUES ($1, $2, $3)";

static gboolean create_table(DbTx *tx, gpointer data, GError **error)
{
    return tx->db->driver->lock_schema(tx, error) && tx->db->driver->script(tx, CREATE_TABLE, error);
}

static gboolean read_last(DbTx *tx, gpointer last, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, SELECT_LAST, DB_NO_ARGS, error);
    if (!rows)
        return FALSE;
    if (db_rows_next(rows))
        *(gint64 *)last = db_rows_int(rows, 0);
    return db_rows_done(rows, error);
}

/* Takes one step, unless another process has taken it meanwhile. */
static gboolean take_step(DbTx *tx, gpointer data, GError **error)
{
    const DbMigration *step = data;
    gint64 last;
    if (!tx->db->driver->lock_schema(tx, error) || !read_last(tx, &last, error))
        return FALSE;
    if (last >= step->number)
        return TRUE;
    if (!tx->db->driver->script(tx, step->sql, error)) {
        g_prefix_error(error, "Step %d of the schema (%s) failed and was undone: ", step->number, step->name);
        return FALSE;
    }
    return db_run(tx, INSERT_STEP, DB_ARGS(db_int(step->number), db_text(step->name), db_int(clock_now())), error);
}

static gboolean refuse_newer(gint64 last, GError **error)
{
    if (last <= (gint64)known_count)
        return TRUE;
    g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED,
                "The database was written by a newer version of Whet: its schema is at step %" G_GINT64_FORMAT
                ", and this program knows %" G_GSIZE_FORMAT ". Install the newer version, or restore an older backup.",
                last, known_count);
    return FALSE;
}

/* Whether the table is there is found out by asking first, so that opening an up-to-date database writes nothing. */
static gboolean find_last(Db *db, gint64 *last, GError **error)
{
    if (db_read(db, read_last, last, NULL))
        return TRUE;
    return db_write(db, create_table, NULL, error) && db_read(db, read_last, last, error);
}

gboolean db_migrate(Db *db, GError **error)
{
    gint64 last = 0;
    if (!find_last(db, &last, error) || !refuse_newer(last, error))
        return FALSE;
    for (gsize i = (gsize)last; i < known_count; i++) {
        if (!db_write(db, take_step, (gpointer)&known[i], error))
            return FALSE;
    }
    return TRUE;
}
