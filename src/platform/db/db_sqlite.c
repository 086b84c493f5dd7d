/* The SQLite driver. Knows where the file is and who may read it, and that reads and writes go different ways: to a
 * pool of read-only connections, and to the one writer. */
#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "platform/db/db_pool.h"
#include "platform/db/db_sqlite_connection.h"
#include "platform/db/db_sqlite_writer.h"

enum { FOLDER_MODE = 0700, FILE_MODE = 0600 };

typedef struct {
    Db base;
    char *path;
    DbPool *readers;
    SqliteWriter *writer;
} SqliteDb;

static void close_database(Db *base)
{
    SqliteDb *db = (SqliteDb *)base;
    db_pool_free(db->readers);
    /* Last, since the last connection folds the log into the file, which readers cannot. */
    db_sqlite_writer_free(db->writer);
    g_free(db->path);
    g_free(db);
}

static gboolean read_snapshot(SqliteConnection *connection, Db *db, DbFunction function, gpointer data, GError **error)
{
    if (!db_sqlite_control(connection, "BEGIN", error))
        return FALSE;
    SqliteTx tx = { .base.db = db, .connection = connection };
    gboolean done = db_call(&tx.base, function, data, error);
    /* Nothing was written, so this only lets go of the snapshot, which it does even after an error. */
    return db_sqlite_control(connection, "COMMIT", done ? error : NULL) && done;
}

static gboolean read_database(Db *base, DbFunction function, gpointer data, GError **error)
{
    SqliteDb *db = (SqliteDb *)base;
    SqliteConnection *connection = db_pool_take(db->readers, error);
    if (!connection)
        return FALSE;
    gboolean done = read_snapshot(connection, base, function, data, error);
    if (sqlite3_get_autocommit(db_sqlite_handle(connection)))
        db_pool_give(db->readers, connection);
    else
        db_pool_discard(db->readers, connection);
    return done;
}

static gboolean write_database(Db *base, DbFunction function, gpointer data, GError **error)
{
    return db_sqlite_writer_write(((SqliteDb *)base)->writer, function, data, error);
}

/* There is one writer, and it holds the file's write lock against other processes. */
static gboolean lock_nothing(DbTx *tx, gint64 key, GError **error)
{
    return TRUE;
}

static gboolean lock_no_schema(DbTx *tx, GError **error)
{
    return TRUE;
}

static const DbDriver driver = {
    .engine = "sqlite",
    .close = close_database,
    .read = read_database,
    .write = write_database,
    .lock = lock_nothing,
    .lock_schema = lock_no_schema,
    .script = db_sqlite_script,
    .run = db_sqlite_run,
    .query = db_sqlite_query,
    .next = db_sqlite_rows_next,
    .done = db_sqlite_rows_done,
    .free_rows = db_sqlite_rows_free,
    .get_int = db_sqlite_rows_int,
    .get_real = db_sqlite_rows_real,
    .get_text = db_sqlite_rows_text,
    .is_null = db_sqlite_rows_is_null,
};

/* SQLite itself would create the file readable by everybody; the log's files get the mode of the file. */
static gboolean create_when_missing(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    if (g_mkdir_with_parents(folder, FOLDER_MODE) != 0) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED,
                    "The folder %s cannot be created (%s). Choose another path, or create it.", folder,
                    g_strerror(errno));
        return FALSE;
    }
    /* Without opening it: closing would take away the locks of whoever in this process has it open already. */
    if (mknod(path, S_IFREG | FILE_MODE, 0) == 0 || errno == EEXIST)
        return TRUE;
    g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED,
                "The database %s cannot be created (%s). Choose another path, or give this user the right.", path,
                g_strerror(errno));
    return FALSE;
}

static gpointer open_reader(gpointer owner, GError **error)
{
    return db_sqlite_connect(((SqliteDb *)owner)->path, FALSE, error);
}

static void close_reader(gpointer connection)
{
    db_sqlite_disconnect(connection);
}

Db *db_sqlite_open(const char *path, guint readers, GError **error)
{
    /* Statistics of memory would make all threads take turns in malloc. Refused, harmlessly, when SQLite is in use
     * already. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    /* Absolute, so that SQLite sees neither ":memory:" nor an option in it, and the process may change its folder. */
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    if (!create_when_missing(absolute, error))
        return NULL;
    SqliteConnection *connection = db_sqlite_connect(absolute, TRUE, error);
    if (!connection)
        return NULL;
    SqliteDb *db = g_new0(SqliteDb, 1);
    db->base.driver = &driver;
    db->path = g_steal_pointer(&absolute);
    db->readers = db_pool_new(readers, open_reader, close_reader, db);
    db->writer = db_sqlite_writer_new(&db->base, connection);
    return &db->base;
}
