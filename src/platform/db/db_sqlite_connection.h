/* One connection to an SQLite file: opening, prepared statements, rows, and what SQLite's errors mean to a person. Used
 * by one thread at a time. Private to this folder. */
#pragma once

#include <sqlite3.h>

#include "platform/db/db_driver.h"

typedef struct SqliteConnection SqliteConnection;

typedef struct {
    DbTx base;
    SqliteConnection *connection;
} SqliteTx;

/* Opens an existing file. `path` is absolute. NULL with an error that says what to do. */
SqliteConnection *db_sqlite_connect(const char *path, gboolean writable, GError **error);
void db_sqlite_disconnect(SqliteConnection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SqliteConnection, db_sqlite_disconnect)

/* SQLite's own handle, owned by the connection. */
sqlite3 *db_sqlite_handle(SqliteConnection *connection);

/* Runs a constant statement without parameters, such as BEGIN, prepared once. */
gboolean db_sqlite_control(SqliteConnection *connection, const char *sql, GError **error);

/* The driver's functions of a statement: see DbDriver. */
gboolean db_sqlite_script(DbTx *tx, const char *sql, GError **error);
gboolean db_sqlite_run(DbTx *tx, const char *sql, const DbValue *args, int count, gint64 *changed, GError **error);
DbRows *db_sqlite_query(DbTx *tx, const char *sql, const DbValue *args, int count, GError **error);
gboolean db_sqlite_rows_next(DbRows *rows);
gboolean db_sqlite_rows_done(const DbRows *rows, GError **error);
void db_sqlite_rows_free(DbRows *rows);
gint64 db_sqlite_rows_int(const DbRows *rows, int column);
double db_sqlite_rows_real(const DbRows *rows, int column);
const char *db_sqlite_rows_text(const DbRows *rows, int column);
gboolean db_sqlite_rows_is_null(const DbRows *rows, int column);
