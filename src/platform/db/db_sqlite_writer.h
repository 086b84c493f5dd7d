/* The one writer of an SQLite file: a thread that commits the writes that wait together, so that they share one fsync.
 * Private to this folder. */
#pragma once

#include "platform/db/db_sqlite_connection.h"

typedef struct SqliteWriter SqliteWriter;

/* Takes over the connection. `db` is what the transactions will name as theirs. */
SqliteWriter *db_sqlite_writer_new(Db *db, SqliteConnection *connection);

/* Does what still waits, ends the thread and closes the connection. NULL is allowed. */
void db_sqlite_writer_free(SqliteWriter *writer);

/* See db_write(). */
gboolean db_sqlite_writer_write(SqliteWriter *writer, DbFunction function, gpointer data, GError **error);
