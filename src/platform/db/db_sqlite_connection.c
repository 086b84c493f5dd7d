/* A connection to SQLite and its statements. Knows pragmas, how `$1` is found in a prepared statement and how rows are
 * stepped; hides sqlite3_stmt behind the constant SQL that it was prepared from. */
#include "platform/db/db_sqlite_connection.h"

#include <string.h>

#include "platform/db/db_sqlite_error.h"

/* Prepared statements kept per connection: more than a busy thread's usual set, at roughly 5 KiB each. */
enum { STATEMENTS_MAX = 128 };

/* How long another process may hold the write lock before we give up, and how often we look whether it still does.
 * Looking often is what lets a command get in between the commits of a busy server. */
static const gint64 BUSY_PATIENCE = 30 * G_TIME_SPAN_SECOND;
static const gulong BUSY_PAUSE = 1 * G_TIME_SPAN_MILLISECOND;

/* A negative cache_size is in KiB. The writer keeps the pages that a batch has changed, in memory; readers lean on the
 * operating system's cache, which all of them share. A checkpoint is the writer's own business (db_sqlite_writer.c). */
static const char WRITER_PRAGMAS[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                                     "PRAGMA cache_size=-4096; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=0;"
                                     "PRAGMA journal_size_limit=67108864;";
static const char READER_PRAGMAS[] = "PRAGMA query_only=ON; PRAGMA cache_size=-512;";

struct SqliteConnection {
    sqlite3 *handle;
    GHashTable *statements; /* by the address of their SQL; owns SqliteStatement */
    GQueue recent;          /* the same, most recently used first */
    gint64 busy_since;      /* monotonic microseconds */
};

typedef struct {
    const char *sql;
    sqlite3_stmt *prepared;
    GList link; /* in `recent` */
    gboolean cached;
    gboolean in_use;
    int wanted; /* how many parameters must be given: the highest n of its $n */
    int slots;
    guint8 argument[DB_ARGS_MAX]; /* slot i+1 takes args[argument[i]] */
} SqliteStatement;

typedef struct {
    DbRows base;
    SqliteConnection *connection;
    SqliteStatement *statement;
    int state;       /* what the last sqlite3_step() returned */
    gboolean unread; /* that step's row has not been asked for yet */
    GError *failure;
} SqliteRows;

/* Opening */

static int wait_while_busy(gpointer data, int tries)
{
    SqliteConnection *connection = data;
    gint64 now = g_get_monotonic_time();
    if (tries == 0)
        connection->busy_since = now;
    if (now - connection->busy_since > BUSY_PATIENCE)
        return 0;
    g_usleep(BUSY_PAUSE);
    return 1;
}

static gboolean journals_ahead(sqlite3 *handle, GError **error)
{
    g_autofree char *mode = NULL;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(handle, "PRAGMA journal_mode", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        mode = g_strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    if (g_strcmp0(mode, "wal") == 0)
        return TRUE;
    g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED,
                "The database %s cannot use a write-ahead log (WAL) where it is: put it on a local disk.",
                sqlite3_db_filename(handle, "main"));
    return FALSE;
}

static gboolean configure(SqliteConnection *connection, gboolean writable, GError **error)
{
    sqlite3 *handle = connection->handle;
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_handler(handle, wait_while_busy, connection);
    /* "x" is a name and never a text, as in PostgreSQL; and no statement may damage the file itself. */
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    int result = sqlite3_exec(handle, writable ? WRITER_PRAGMAS : READER_PRAGMAS, NULL, NULL, NULL);
    if (result != SQLITE_OK)
        return db_sqlite_fail(handle, result, NULL, error);
    return !writable || journals_ahead(handle, error);
}

SqliteConnection *db_sqlite_connect(const char *path, gboolean writable, GError **error)
{
    SqliteConnection *connection = g_new0(SqliteConnection, 1);
    connection->statements = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_queue_init(&connection->recent);
    int flags = (writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int result = sqlite3_open_v2(path, &connection->handle, flags, NULL);
    gboolean opened = FALSE;
    if (result != SQLITE_OK)
        db_sqlite_fail(connection->handle, result, NULL, error);
    else if (writable && sqlite3_db_readonly(connection->handle, "main") == 1)
        db_sqlite_fail(connection->handle, SQLITE_READONLY, NULL, error);
    else
        opened = configure(connection, writable, error);
    if (opened)
        return connection;
    db_sqlite_disconnect(connection);
    return NULL;
}

sqlite3 *db_sqlite_handle(SqliteConnection *connection)
{
    return connection->handle;
}

/* Statements */

static void finalize(SqliteStatement *statement)
{
    sqlite3_finalize(statement->prepared);
    g_free(statement);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SqliteStatement, finalize)

static void forget(SqliteConnection *connection, SqliteStatement *statement)
{
    g_hash_table_remove(connection->statements, statement->sql);
    g_queue_unlink(&connection->recent, &statement->link);
    finalize(statement);
}

void db_sqlite_disconnect(SqliteConnection *connection)
{
    if (!connection)
        return;
    while (connection->recent.head)
        forget(connection, connection->recent.head->data);
    g_hash_table_unref(connection->statements);
    sqlite3_close(connection->handle);
    g_free(connection);
}

static gboolean is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n;")] == '\0';
}

/* Always FALSE. */
static gboolean refuse_sql(const char *problem, const char *sql, GError **error)
{
    g_autofree char *summary = db_summarise_sql(sql);
    g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "%s: %s", problem, summary);
    return FALSE;
}

/* SQLite takes `$1` for a name: which argument each of its slots wants is worked out once. */
static gboolean map_parameters(SqliteStatement *statement, GError **error)
{
    statement->slots = sqlite3_bind_parameter_count(statement->prepared);
    for (int slot = 0; slot < statement->slots; slot++) {
        const char *name = sqlite3_bind_parameter_name(statement->prepared, slot + 1);
        guint64 number = 0;
        if (slot >= DB_ARGS_MAX || !name || name[0] != '$' ||
            !g_ascii_string_to_unsigned(name + 1, 10, 1, DB_ARGS_MAX, &number, NULL))
            return refuse_sql("Parameters must be $1, $2 and so on, up to DB_ARGS_MAX", statement->sql, error);
        statement->argument[slot] = (guint8)(number - 1);
        statement->wanted = MAX(statement->wanted, (int)number);
    }
    return TRUE;
}

static SqliteStatement *prepare(SqliteConnection *connection, const char *sql, GError **error)
{
    g_autoptr(SqliteStatement) statement = g_new0(SqliteStatement, 1);
    statement->sql = sql;
    statement->link.data = statement;
    const char *rest = "";
    int result =
        sqlite3_prepare_v3(connection->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement->prepared, &rest);
    if (result != SQLITE_OK) {
        db_sqlite_fail(connection->handle, result, sql, error);
        return NULL;
    }
    if (!statement->prepared || !is_blank(rest)) {
        refuse_sql("One statement is wanted", sql, error);
        return NULL;
    }
    return map_parameters(statement, error) ? g_steal_pointer(&statement) : NULL;
}

static void remember(SqliteConnection *connection, SqliteStatement *statement)
{
    SqliteStatement *oldest = connection->recent.tail ? connection->recent.tail->data : NULL;
    if (connection->recent.length >= STATEMENTS_MAX && !oldest->in_use)
        forget(connection, oldest);
    statement->cached = TRUE;
    g_hash_table_insert(connection->statements, (gpointer)statement->sql, statement);
    g_queue_push_head_link(&connection->recent, &statement->link);
}

/* Whether the text is still what it was, or the address was used again for another. */
static gboolean was_prepared_from(const SqliteStatement *statement, const char *sql)
{
    const char *prepared = sqlite3_sql(statement->prepared); /* up to the first semicolon */
    return g_str_has_prefix(sql, prepared) && is_blank(sql + strlen(prepared));
}

/* A statement for this use alone; give it back with put_back(). */
static SqliteStatement *take(SqliteConnection *connection, const char *sql, GError **error)
{
    SqliteStatement *known = g_hash_table_lookup(connection->statements, sql);
    if (known && !was_prepared_from(known, sql)) {
        refuse_sql("SQL must be a constant, but this was built", sql, error);
        return NULL;
    }
    if (known && !known->in_use) {
        g_queue_unlink(&connection->recent, &known->link);
        g_queue_push_head_link(&connection->recent, &known->link);
        known->in_use = TRUE;
        return known;
    }
    SqliteStatement *statement = prepare(connection, sql, error);
    if (!statement)
        return NULL;
    statement->in_use = TRUE;
    /* Its rows are being walked through while it is run once more: the second use gets its own and throws it away. */
    if (!known)
        remember(connection, statement);
    return statement;
}

static void put_back(SqliteStatement *statement)
{
    if (!statement->cached) {
        finalize(statement);
        return;
    }
    sqlite3_reset(statement->prepared);
    if (statement->slots > 0)
        sqlite3_clear_bindings(statement->prepared); /* they may point to texts that are gone by the next use */
    statement->in_use = FALSE;
}

static int bind_value(sqlite3_stmt *prepared, int slot, const DbValue *value, sqlite3_destructor_type lifetime)
{
    switch (value->type) {
    case DB_INT:
        return sqlite3_bind_int64(prepared, slot, value->integer);
    case DB_REAL:
        return sqlite3_bind_double(prepared, slot, value->real); /* which makes NULL of NaN */
    case DB_TEXT:
        return sqlite3_bind_text64(prepared, slot, value->text, strlen(value->text), lifetime, SQLITE_UTF8);
    case DB_NULL:
    case DB_END_OF_ARGS:
        break;
    }
    return sqlite3_bind_null(prepared, slot);
}

static gboolean bind_all(SqliteConnection *connection, SqliteStatement *statement, const DbValue *args, int count,
                         sqlite3_destructor_type lifetime, GError **error)
{
    if (count != statement->wanted)
        return refuse_sql("The number of parameters given is not the number used", statement->sql, error);
    for (int slot = 0; slot < statement->slots; slot++) {
        int result = bind_value(statement->prepared, slot + 1, &args[statement->argument[slot]], lifetime);
        if (result != SQLITE_OK)
            return db_sqlite_fail(connection->handle, result, statement->sql, error);
    }
    return TRUE;
}

/* A statement ready to be stepped. `lifetime` says whether texts stay where they are until it is put back. */
static SqliteStatement *take_bound(SqliteConnection *connection, const char *sql, const DbValue *args, int count,
                                   sqlite3_destructor_type lifetime, GError **error)
{
    SqliteStatement *statement = take(connection, sql, error);
    if (!statement || bind_all(connection, statement, args, count, lifetime, error))
        return statement;
    put_back(statement);
    return NULL;
}

static gboolean run_to_the_end(SqliteConnection *connection, SqliteStatement *statement, GError **error)
{
    int result;
    do
        result = sqlite3_step(statement->prepared);
    while (result == SQLITE_ROW);
    return result == SQLITE_DONE || db_sqlite_fail(connection->handle, result, statement->sql, error);
}

gboolean db_sqlite_control(SqliteConnection *connection, const char *sql, GError **error)
{
    SqliteStatement *statement = take(connection, sql, error);
    if (!statement)
        return FALSE;
    gboolean done = run_to_the_end(connection, statement, error);
    put_back(statement);
    return done;
}

gboolean db_sqlite_run(DbTx *tx, const char *sql, const DbValue *args, int count, gint64 *changed, GError **error)
{
    SqliteConnection *connection = ((SqliteTx *)tx)->connection;
    SqliteStatement *statement = take_bound(connection, sql, args, count, SQLITE_STATIC, error);
    if (!statement)
        return FALSE;
    gint64 before = sqlite3_total_changes64(connection->handle);
    gboolean done = run_to_the_end(connection, statement, error);
    /* sqlite3_changes64() keeps an older statement's number when this one was no INSERT, UPDATE or DELETE. */
    gboolean any = sqlite3_total_changes64(connection->handle) != before;
    *changed = any ? sqlite3_changes64(connection->handle) : 0;
    put_back(statement);
    return done;
}

gboolean db_sqlite_script(DbTx *tx, const char *sql, GError **error)
{
    SqliteConnection *connection = ((SqliteTx *)tx)->connection;
    g_autoptr(GString) script = g_string_new(sql);
    /* Only under this spelling is a key the table's own order: half the pages to write, and no NULL. */
    g_string_replace(script, "BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY", 0);
    int result = sqlite3_exec(connection->handle, script->str, NULL, NULL, NULL);
    return result == SQLITE_OK || db_sqlite_fail(connection->handle, result, sql, error);
}

/* Rows */

static void step(SqliteRows *rows)
{
    rows->state = sqlite3_step(rows->statement->prepared);
    if (rows->state != SQLITE_ROW && rows->state != SQLITE_DONE)
        db_sqlite_fail(rows->connection->handle, rows->state, rows->statement->sql, &rows->failure);
}

DbRows *db_sqlite_query(DbTx *tx, const char *sql, const DbValue *args, int count, GError **error)
{
    SqliteConnection *connection = ((SqliteTx *)tx)->connection;
    SqliteStatement *statement = take_bound(connection, sql, args, count, SQLITE_TRANSIENT, error);
    if (!statement)
        return NULL;
    SqliteRows *rows = g_new0(SqliteRows, 1);
    *rows = (SqliteRows){ .base.tx = tx, .connection = connection, .statement = statement, .unread = TRUE };
    /* At once, so that INSERT … RETURNING has its effect and its errors here, with every engine. */
    step(rows);
    if (!rows->failure)
        return &rows->base;
    g_propagate_error(error, g_steal_pointer(&rows->failure));
    db_sqlite_rows_free(&rows->base);
    return NULL;
}

gboolean db_sqlite_rows_next(DbRows *base)
{
    SqliteRows *rows = (SqliteRows *)base;
    if (rows->unread)
        rows->unread = FALSE;
    else if (rows->state == SQLITE_ROW)
        step(rows);
    return rows->state == SQLITE_ROW;
}

gboolean db_sqlite_rows_done(const DbRows *base, GError **error)
{
    const SqliteRows *rows = (const SqliteRows *)base;
    if (!rows->failure)
        return TRUE;
    g_propagate_error(error, g_error_copy(rows->failure));
    return FALSE;
}

void db_sqlite_rows_free(DbRows *base)
{
    SqliteRows *rows = (SqliteRows *)base;
    put_back(rows->statement);
    g_clear_error(&rows->failure);
    g_free(rows);
}

gint64 db_sqlite_rows_int(const DbRows *rows, int column)
{
    return sqlite3_column_int64(((const SqliteRows *)rows)->statement->prepared, column);
}

double db_sqlite_rows_real(const DbRows *rows, int column)
{
    return sqlite3_column_double(((const SqliteRows *)rows)->statement->prepared, column);
}

const char *db_sqlite_rows_text(const DbRows *rows, int column)
{
    return (const char *)sqlite3_column_text(((const SqliteRows *)rows)->statement->prepared, column);
}

gboolean db_sqlite_rows_is_null(const DbRows *rows, int column)
{
    return sqlite3_column_type(((const SqliteRows *)rows)->statement->prepared, column) == SQLITE_NULL;
}
