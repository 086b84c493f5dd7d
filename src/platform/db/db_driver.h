/* What platform/db's own files share: the table of functions that a driver fills in, and what the drivers have in
 * common. Private to this folder.
 *
 * A driver's own structures begin with the ones below, and it casts. A DbTx belongs to the thread that runs its
 * function. */
#pragma once

#include "platform/db/db.h"
#include "platform/error.h"

typedef struct {
    const char *engine;
    void (*close)(Db *db);
    gboolean (*read)(Db *db, DbFunction function, gpointer data, GError **error);
    gboolean (*write)(Db *db, DbFunction function, gpointer data, GError **error);
    gboolean (*lock)(DbTx *tx, gint64 key, GError **error);
    /* Makes other processes that would change the schema wait until this transaction ends; lifts limits of time. */
    gboolean (*lock_schema)(DbTx *tx, GError **error);
    /* Runs several statements separated by ";\n", without parameters. */
    gboolean (*script)(DbTx *tx, const char *sql, GError **error);
    gboolean (*run)(DbTx *tx, const char *sql, const DbValue *args, int count, gint64 *changed, GError **error);
    DbRows *(*query)(DbTx *tx, const char *sql, const DbValue *args, int count, GError **error);
    gboolean (*next)(DbRows *rows);
    gboolean (*done)(const DbRows *rows, GError **error);
    void (*free_rows)(DbRows *rows);
    gint64 (*get_int)(const DbRows *rows, int column);
    double (*get_real)(const DbRows *rows, int column);
    const char *(*get_text)(const DbRows *rows, int column);
    gboolean (*is_null)(const DbRows *rows, int column);
} DbDriver;

struct Db {
    const DbDriver *driver;
};

struct DbTx {
    Db *db;
    DbTx *outer;     /* the transaction, of another Db, during which this one runs on the same thread; usually NULL */
    guint open_rows; /* DbRows not yet freed */
};

struct DbRows {
    DbTx *tx;
};

/* Opens; the schema is not yet looked at. */
Db *db_sqlite_open(const char *path, guint readers, GError **error);
Db *db_postgres_open(const char *url, guint readers, GError **error);

/* Runs a transaction's function on this thread. FALSE always comes with an error. */
gboolean db_call(DbTx *tx, DbFunction function, gpointer data, GError **error);

/* The error that db_error_is_duplicate() knows. */
void db_set_duplicate_error(const char *message, GError **error);

/* The beginning of a statement, on one line, to name it in a message. Free with g_free. */
char *db_summarise_sql(const char *sql);

/* Brings the schema up to date (db_migrate.c). */
gboolean db_migrate(Db *db, GError **error);
