/* The database's front door. Knows what is true of every engine: which URL means which driver, what a parameter may be,
 * and that transactions do not nest. Hides the drivers. */
#include "platform/db/db.h"

#include <string.h>

#include "platform/db/db_driver.h"

static const char DUPLICATE[] = "It is already there";

enum { READERS_MAX = 256, SQL_SUMMARY_BYTES = 80 };

/* The transaction that runs on this thread, if one does. */
static _Thread_local DbTx *innermost;

static gboolean is_postgresql(const char *url)
{
    return g_str_has_prefix(url, "postgresql://") || g_str_has_prefix(url, "postgres://");
}

static const char *file_of(const char *url)
{
    return g_str_has_prefix(url, "sqlite:") ? url + strlen("sqlite:") : url;
}

gboolean db_exists(const char *url)
{
    return is_postgresql(url) || g_file_test(file_of(url), G_FILE_TEST_EXISTS);
}

static Db *open_driver(const char *url, guint readers, GError **error)
{
    if (is_postgresql(url))
        return db_postgres_open(url, readers, error);
    const char *path = file_of(url);
    if (*path != '\0' && !strstr(path, "://"))
        return db_sqlite_open(path, readers, error);
    g_set_error_literal(error, WHET_ERROR, WHET_ERROR_FAILED,
                        "The database must be the path of a file (SQLite) or begin with postgresql:// (PostgreSQL).");
    return NULL;
}

Db *db_open(const char *url, guint readers, GError **error)
{
    g_assert(readers >= 1 && readers <= READERS_MAX);
    g_autoptr(GError) failure = NULL;
    g_autoptr(Db) db = open_driver(url, readers, &failure);
    if (db && db_migrate(db, &failure))
        return g_steal_pointer(&db);
    /* At start there is nothing to wait for: whatever it is, somebody has to act. */
    failure->code = WHET_ERROR_FAILED;
    g_propagate_error(error, g_steal_pointer(&failure));
    return NULL;
}

void db_close(Db *db)
{
    if (db)
        db->driver->close(db);
}

const char *db_engine(const Db *db)
{
    return db->driver->engine;
}

gboolean db_call(DbTx *tx, DbFunction function, gpointer data, GError **error)
{
    g_autoptr(GError) failure = NULL;
    tx->outer = innermost;
    innermost = tx;
    gboolean done = function(tx, data, &failure);
    innermost = tx->outer;
    /* Rows that outlived their transaction would keep its snapshot, or another thread's connection, in use. */
    g_assert(tx->open_rows == 0);
    if (done)
        return TRUE;
    if (!failure)
        g_set_error_literal(&failure, WHET_ERROR, WHET_ERROR_FAILED, "A transaction failed without saying why.");
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

/* A transaction inside another of the same database could wait for itself for ever: for the writer, or for a free
 * reader. */
static gboolean refuse_nesting(const Db *db, GError **error)
{
    for (const DbTx *tx = innermost; tx; tx = tx->outer) {
        if (tx->db == db) {
            g_set_error_literal(error, WHET_ERROR, WHET_ERROR_FAILED, "A transaction was begun inside another one.");
            return FALSE;
        }
    }
    return TRUE;
}

gboolean db_read(Db *db, DbFunction function, gpointer data, GError **error)
{
    return refuse_nesting(db, error) && db->driver->read(db, function, data, error);
}

gboolean db_write(Db *db, DbFunction function, gpointer data, GError **error)
{
    g_autoptr(GError) failure = NULL;
    if (!refuse_nesting(db, error))
        return FALSE;
    if (db->driver->write(db, function, data, &failure))
        return TRUE;
    /* Two processes may give out the same id in the same millisecond; then the function makes another one. */
    if (db_error_is_duplicate(failure))
        return db->driver->write(db, function, data, error);
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

gboolean db_lock(DbTx *tx, gint64 key, GError **error)
{
    return tx->db->driver->lock(tx, key, error);
}

/* How many parameters there are; -1 with an error when one cannot be stored by every engine. */
static int check_args(const DbValue *args, GError **error)
{
    int count = 0;
    for (; args[count].type != DB_END_OF_ARGS; count++) {
        g_assert(count < DB_ARGS_MAX);
        if (args[count].type == DB_TEXT && !g_utf8_validate(args[count].text, -1, NULL)) {
            g_set_error_literal(error, WHET_ERROR, WHET_ERROR_INVALID, "A text is not valid UTF-8.");
            return -1;
        }
    }
    return count;
}

gboolean db_query_int(DbTx *tx, const char *sql, const DbValue *args, gint64 *number, gboolean *found, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, sql, args, error);
    if (!rows)
        return FALSE;
    gboolean is_there = db_rows_next(rows);
    *number = is_there ? db_rows_int(rows, 0) : 0;
    if (found)
        *found = is_there;
    return db_rows_done(rows, error);
}

gboolean db_run(DbTx *tx, const char *sql, const DbValue *args, GError **error)
{
    gint64 changed;
    return db_run_counted(tx, sql, args, &changed, error);
}

gboolean db_run_counted(DbTx *tx, const char *sql, const DbValue *args, gint64 *changed, GError **error)
{
    int count = check_args(args, error);
    return count >= 0 && tx->db->driver->run(tx, sql, args, count, changed, error);
}

DbRows *db_query(DbTx *tx, const char *sql, const DbValue *args, GError **error)
{
    int count = check_args(args, error);
    if (count < 0)
        return NULL;
    DbRows *rows = tx->db->driver->query(tx, sql, args, count, error);
    if (rows)
        tx->open_rows++;
    return rows;
}

gboolean db_rows_next(DbRows *rows)
{
    return rows->tx->db->driver->next(rows);
}

gboolean db_rows_done(const DbRows *rows, GError **error)
{
    return rows->tx->db->driver->done(rows, error);
}

void db_rows_free(DbRows *rows)
{
    if (!rows)
        return;
    g_assert(rows->tx->open_rows > 0);
    rows->tx->open_rows--;
    rows->tx->db->driver->free_rows(rows);
}

gint64 db_rows_int(const DbRows *rows, int column)
{
    return rows->tx->db->driver->get_int(rows, column);
}

double db_rows_real(const DbRows *rows, int column)
{
    return rows->tx->db->driver->get_real(rows, column);
}

const char *db_rows_text(const DbRows *rows, int column)
{
    return rows->tx->db->driver->get_text(rows, column);
}

gboolean db_rows_is_null(const DbRows *rows, int column)
{
    return rows->tx->db->driver->is_null(rows, column);
}

void db_set_duplicate_error(const char *message, GError **error)
{
    g_set_error(error, WHET_ERROR, WHET_ERROR_CONFLICT, "%s (%s).", DUPLICATE, message);
}

gboolean db_error_is_duplicate(const GError *error)
{
    /* The message tells it from a conflict that a feature found; callers may have put words in front. */
    return g_error_matches(error, WHET_ERROR, WHET_ERROR_CONFLICT) && strstr(error->message, DUPLICATE);
}

char *db_summarise_sql(const char *sql)
{
    g_autoptr(GString) summary = g_string_sized_new(SQL_SUMMARY_BYTES + 8);
    gboolean space = FALSE;
    for (; *sql; sql = g_utf8_next_char(sql)) {
        if (g_ascii_isspace(*sql)) {
            space = summary->len > 0;
            continue;
        }
        if (summary->len >= SQL_SUMMARY_BYTES) {
            g_string_append(summary, "…");
            break;
        }
        if (space)
            g_string_append_c(summary, ' ');
        space = FALSE;
        g_string_append_unichar(summary, g_utf8_get_char(sql));
    }
    return g_string_free(g_steal_pointer(&summary), FALSE);
}
