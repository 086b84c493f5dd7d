/* The database: one small interface, two drivers (SQLite, PostgreSQL).
 *
 * SQL is written once, as constants, in the dialect that both engines share: `$1` parameters, BIGINT, DOUBLE PRECISION
 * and TEXT columns, `ON CONFLICT … DO UPDATE`, `RETURNING`. Truth values are BIGINT 0 or 1; times are BIGINT
 * microseconds UTC.
 *
 * Reading: db_read() runs a function in a read transaction that sees one snapshot. Writing: db_write() is the one door.
 * It runs a function in a transaction, returns when the commit is durable, and commits those that wait together
 * (SQLite: one writer thread, a SAVEPOINT each, one fsync for all; PostgreSQL: a connection each, retried after
 * serialisation failures) and runs once more what met a duplicate, which may be an id that another process made too. A
 * write function may therefore run more than once and on another thread: it must only touch its own data and be quick.
 * A read function runs once. Transactions of one Db do not nest: db_read() and db_write() inside a transaction are
 * refused.
 *
 * After a statement fails, PostgreSQL ignores the rest of the transaction, and db_write() returns that error even if
 * the function returned TRUE; SQLite goes on. So return FALSE after any error. Where PostgreSQL cannot tell a
 * parameter's type (`SELECT $1`,
 * `$1 IS NULL`), write CAST($1 AS BIGINT).
 *
 * Errors of every function, besides the function's own: WHET_ERROR_UNAVAILABLE when trying again may help (busy,
 * connection lost; when it was lost during COMMIT the message says that the change may have been kept),
 * WHET_ERROR_CONFLICT for duplicates, WHET_ERROR_INVALID for text that is not UTF-8, WHET_ERROR_TOO_LARGE, and
 * WHET_ERROR_FAILED for the rest.
 *
 * Lifetime: a Db lives from db_open() to db_close() and may be used from any thread. A DbTx lives during the call of
 * the function that gets it. DbRows live until freed, within their DbTx. */
#pragma once

#include <glib.h>

typedef struct Db Db;
typedef struct DbTx DbTx;
typedef struct DbRows DbRows;

typedef enum { DB_NULL, DB_INT, DB_REAL, DB_TEXT, DB_END_OF_ARGS } DbType;

/* A parameter. Text is UTF-8 and borrowed until the call returns. A real that is not a number (NaN) is kept as NULL. */
typedef struct {
    DbType type;
    union {
        gint64 integer;
        double real;
        const char *text;
    };
} DbValue;

static inline DbValue db_null(void)
{
    return (DbValue){ .type = DB_NULL };
}
static inline DbValue db_int(gint64 value)
{
    return (DbValue){ .type = DB_INT, .integer = value };
}
static inline DbValue db_real(double value)
{
    return (DbValue){ .type = DB_REAL, .real = value };
}
static inline DbValue db_text(const char *value)
{
    return value ? (DbValue){ .type = DB_TEXT, .text = value } : db_null();
}

/* db_run(tx, sql, DB_ARGS(db_int(id), db_text(name)), error); DB_NO_ARGS for none. At most DB_ARGS_MAX. */
#define DB_ARGS(...) ((const DbValue[]){ __VA_ARGS__, { .type = DB_END_OF_ARGS } })
#define DB_NO_ARGS ((const DbValue[]){ { .type = DB_END_OF_ARGS } })
enum { DB_ARGS_MAX = 32 };

/* Opens "path/to/file.db" (or "sqlite:path", created when missing, WAL, synchronous=FULL) or "postgresql://…", and
 * brings its schema up to date. `readers`: how many reads may run at once (1..256). Errors: WHET_ERROR_FAILED with what
 * to do, also when the schema is newer than this program's migrations. */
Db *db_open(const char *url, guint readers, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE when db_open() would make a new file; TRUE for PostgreSQL, where only connecting tells. */
gboolean db_exists(const char *url);

/* Waits for running transactions, then closes; none may be begun meanwhile. NULL is allowed. */
void db_close(Db *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Db, db_close)

/* "sqlite" or "postgresql". */
const char *db_engine(const Db *db);

/* Looks for damage: SQLite reads the whole file and every index, and checks the references between tables. PostgreSQL
 * watches over its own files, there is nothing to do. Calls `report` with a sentence for each thing found. FALSE when
 * it could not look. */
gboolean db_check(Db *db, void (*report)(const char *sentence, gpointer data), gpointer data,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef gboolean (*DbFunction)(DbTx *tx, gpointer data, GError **error);

/* Runs `function` in a read transaction (one snapshot). Returns what it returned. */
gboolean db_read(Db *db, DbFunction function, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Runs `function` in a write transaction: TRUE when it returned TRUE and its changes are durable; otherwise nothing was
 * changed. Never call it from inside a transaction. */
gboolean db_write(Db *db, DbFunction function, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes other writers of the same `key` (a person's id, say) wait until this transaction ends. With SQLite, where there
 * is only one writer, it has nothing to do. Take at most one, first. */
gboolean db_lock(DbTx *tx, gint64 key, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Runs one statement; rows that it returns are dropped. `sql` must be a constant: statements are prepared once and
 * found again by address. As many parameters must be given as the highest $n says. */
gboolean db_run(DbTx *tx, const char *sql, const DbValue *args, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As db_run, and says in `changed` how many rows were inserted, updated or deleted. */
gboolean db_run_counted(DbTx *tx, const char *sql, const DbValue *args, gint64 *changed,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE in db_run's error: a UNIQUE or PRIMARY KEY rule was broken. The transaction goes on only with SQLite: prefer
 * `ON CONFLICT DO NOTHING` and db_run_counted(). */
gboolean db_error_is_duplicate(const GError *error);

/* Runs a statement that returns rows; free with db_rows_free (g_autoptr(DbRows)). NULL on error. What it changes is
 * changed even if its rows are not read. With PostgreSQL all rows are in memory at once: page through what may be
 * large. */
DbRows *db_query(DbTx *tx, const char *sql, const DbValue *args, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The integer in the first column of the first row, 0 when there is none; `found` (may be NULL) tells whether there is.
 */
gboolean db_query_int(DbTx *tx, const char *sql, const DbValue *args, gint64 *number, gboolean *found,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Moves to the next row. FALSE at the end and after an error; db_rows_done() then tells which. */
gboolean db_rows_next(DbRows *rows);
gboolean db_rows_done(const DbRows *rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void db_rows_free(DbRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DbRows, db_rows_free)

/* The current row's columns, from 0. A NULL reads as 0, 0.0 or NULL. Text is owned by the rows and valid until the next
 * step. */
gint64 db_rows_int(const DbRows *rows, int column);
double db_rows_real(const DbRows *rows, int column);
const char *db_rows_text(const DbRows *rows, int column);
gboolean db_rows_is_null(const DbRows *rows, int column);

/* Migrations, in order, applied once each and recorded in table `migration`. Given by the program at start, before
 * db_open. */
typedef struct {
    int number;       /* from 1, without gaps */
    const char *name; /* what it does, in a few words */
    const char
        *sql; /* statements separated by ";\n"; `BIGINT PRIMARY KEY`, so spelt, makes an SQLite table's own order */
} DbMigration;
void db_set_migrations(const DbMigration *migrations, gsize count);
