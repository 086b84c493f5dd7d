/* One connection to PostgreSQL: opening, prepared statements, rows, and what PostgreSQL's errors mean to a person. Used
 * by one thread at a time. Private to this folder. */
#pragma once

#include "platform/db/db_driver.h"

typedef struct PostgresConnection PostgresConnection;

/* What became of the connection and of its transaction, beyond the error that the function was told. */
typedef enum {
    POSTGRES_FINE,
    POSTGRES_CLASHED, /* with another transaction; the same again may succeed */
    POSTGRES_LOST,    /* the connection is of no more use; another may be */
} PostgresTrouble;

typedef struct {
    DbTx base;
    PostgresConnection *connection;
    PostgresTrouble trouble;
    GError *failure; /* the first error, after which PostgreSQL ignores the rest of the transaction; owned */
} PostgresTx;

typedef enum {
    COMMIT_DONE,
    COMMIT_REFUSED, /* nothing was changed */
    COMMIT_UNKNOWN, /* the connection was lost meanwhile */
} PostgresCommit;

/* NULL with an error that says what to do. */
PostgresConnection *db_postgres_connect(const char *url, GError **error);
void db_postgres_disconnect(PostgresConnection *connection);

/* FALSE when the connection cannot begin another transaction. */
gboolean db_postgres_is_ready(PostgresConnection *connection);

/* Runs BEGIN or another statement of control in `tx`. */
gboolean db_postgres_control(PostgresTx *tx, const char *sql, GError **error);

/* Ends the transaction. With anything but COMMIT_DONE there is an error. */
PostgresCommit db_postgres_commit(PostgresTx *tx, GError **error);
void db_postgres_roll_back(PostgresTx *tx);

/* The driver's functions of a statement: see DbDriver. */
gboolean db_postgres_script(DbTx *tx, const char *sql, GError **error);
gboolean db_postgres_run(DbTx *tx, const char *sql, const DbValue *args, int count, gint64 *changed, GError **error);
DbRows *db_postgres_query(DbTx *tx, const char *sql, const DbValue *args, int count, GError **error);
gboolean db_postgres_rows_next(DbRows *rows);
gboolean db_postgres_rows_done(const DbRows *rows, GError **error);
void db_postgres_rows_free(DbRows *rows);
gint64 db_postgres_rows_int(const DbRows *rows, int column);
double db_postgres_rows_real(const DbRows *rows, int column);
const char *db_postgres_rows_text(const DbRows *rows, int column);
gboolean db_postgres_rows_is_null(const DbRows *rows, int column);
