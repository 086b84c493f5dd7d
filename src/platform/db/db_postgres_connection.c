/* A connection to PostgreSQL and its statements. Knows how values travel (as text) and when a commit's outcome is
 * unknown; hides libpq and the names of prepared statements. */
#include "platform/db/db_postgres_connection.h"

#include <math.h>
#include <string.h>

#include "platform/db/db_postgres_error.h"

/* Why each: a dead network must not hold a person's answer for the quarter of an hour that TCP would wait. The
 * database's address may say otherwise. Seconds, except tcp_user_timeout (milliseconds). */
#define CONNECT_DEFAULTS                                                                       \
    { "connect_timeout", "10" }, { "keepalives_idle", "30" }, { "keepalives_interval", "10" }, \
        { "keepalives_count", "3" }, { "tcp_user_timeout", "30000" },                          \
    {                                                                                          \
        "fallback_application_name", "whet"                                                    \
    }

/* An acknowledged write is durable whatever the server's default is; limits of time are ours unless somebody set
 * theirs. */
static const char SETTINGS[] =
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';"
    "SELECT set_config('statement_timeout', '30s', false) WHERE current_setting('statement_timeout') = '0';"
    "SELECT set_config('idle_in_transaction_session_timeout', '60s', false)"
    " WHERE current_setting('idle_in_transaction_session_timeout') = '0';"
    "SET standard_conforming_strings = on; SET extra_float_digits = 1";

static const Oid BOOLEAN = 16; /* pg_type.oid of bool, fixed by PostgreSQL */

/* Room for an integer or a double as text: sign, 17 digits, point, exponent; the next power of two. */
enum { NUMBER_BYTES = 32 };

struct PostgresConnection {
    PGconn *handle;
    GHashTable *statements; /* PostgresStatement by the address of its SQL */
};

typedef struct {
    char *sql;
    char name[16];
} PostgresStatement;

typedef struct {
    DbRows base;
    PGresult *result;
    int row; /* -1 before the first */
} PostgresRows;

/* Parameters as libpq wants them; numbers are written into `numbers`. */
typedef struct {
    const char *texts[DB_ARGS_MAX];
    char numbers[DB_ARGS_MAX][NUMBER_BYTES];
} Parameters;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)

/* Opening */

static void free_statement(gpointer data)
{
    PostgresStatement *statement = data;
    g_free(statement->sql);
    g_free(statement);
}

static void hear_notice(void *data, const char *message)
{
    g_debug("PostgreSQL: %s", message);
}

static gboolean configure(PGconn *handle, GError **error)
{
    if (PQstatus(handle) != CONNECTION_OK) {
        db_postgres_fail_to_connect(handle, error);
        return FALSE;
    }
    if (g_strcmp0(PQparameterStatus(handle, "server_encoding"), "UTF8") != 0) {
        g_set_error_literal(error, WHET_ERROR, WHET_ERROR_FAILED,
                            "The PostgreSQL database does not hold Unicode. Create one with ENCODING 'UTF8'.");
        return FALSE;
    }
    g_autoptr(PGresult) result = PQexec(handle, SETTINGS);
    if (PQresultStatus(result) == PGRES_COMMAND_OK)
        return TRUE;
    db_postgres_fail(handle, result, SETTINGS, error);
    return FALSE;
}

PostgresConnection *db_postgres_connect(const char *url, GError **error)
{
    /* Later ones win: the address over our defaults, but the encoding is ours. */
    const char *settings[][2] = { CONNECT_DEFAULTS, { "dbname", url }, { "client_encoding", "UTF8" } };
    const char *keywords[G_N_ELEMENTS(settings) + 1] = { NULL };
    const char *values[G_N_ELEMENTS(settings) + 1] = { NULL };
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        keywords[i] = settings[i][0];
        values[i] = settings[i][1];
    }
    PGconn *handle = PQconnectdbParams(keywords, values, TRUE);
    if (!configure(handle, error)) {
        PQfinish(handle);
        return NULL;
    }
    PQsetNoticeProcessor(handle, hear_notice, NULL);
    PostgresConnection *connection = g_new0(PostgresConnection, 1);
    connection->handle = handle;
    connection->statements = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_statement);
    return connection;
}

void db_postgres_disconnect(PostgresConnection *connection)
{
    g_hash_table_unref(connection->statements);
    PQfinish(connection->handle);
    g_free(connection);
}

gboolean db_postgres_is_ready(PostgresConnection *connection)
{
    return PQstatus(connection->handle) == CONNECTION_OK && PQtransactionStatus(connection->handle) == PQTRANS_IDLE;
}

/* Statements */

/* Notes a failure in the transaction and tells it to the caller. Always FALSE. */
static gboolean fail(PostgresTx *tx, const PGresult *result, const char *sql, GError **error)
{
    GError *failure = NULL;
    PostgresTrouble trouble = db_postgres_fail(tx->connection->handle, result, sql, &failure);
    tx->trouble = MAX(tx->trouble, trouble);
    if (!tx->failure)
        tx->failure = g_error_copy(failure);
    g_propagate_error(error, failure);
    return FALSE;
}

static gboolean succeeded(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

gboolean db_postgres_control(PostgresTx *tx, const char *sql, GError **error)
{
    g_autoptr(PGresult) result = PQexec(tx->connection->handle, sql);
    return succeeded(result) || fail(tx, result, sql, error);
}

gboolean db_postgres_script(DbTx *tx, const char *sql, GError **error)
{
    return db_postgres_control((PostgresTx *)tx, sql, error);
}

static PostgresStatement *find_statement(PostgresTx *tx, const char *sql, GError **error)
{
    PostgresConnection *connection = tx->connection;
    PostgresStatement *known = g_hash_table_lookup(connection->statements, sql);
    if (known && strcmp(known->sql, sql) == 0)
        return known;
    if (known) {
        g_autofree char *summary = db_summarise_sql(sql);
        g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "SQL must be a constant, but this was built: %s", summary);
        return NULL;
    }
    char name[sizeof known->name];
    g_snprintf(name, sizeof name, "s%u", g_hash_table_size(connection->statements));
    g_autoptr(PGresult) result = PQprepare(connection->handle, name, sql, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail(tx, result, sql, error);
        return NULL;
    }
    PostgresStatement *statement = g_new0(PostgresStatement, 1);
    statement->sql = g_strdup(sql);
    g_strlcpy(statement->name, name, sizeof statement->name);
    g_hash_table_insert(connection->statements, (gpointer)sql, statement);
    return statement;
}

static const char *write_real(char *text, double value)
{
    if (isnan(value))
        return NULL; /* as SQLite has it */
    if (isinf(value))
        return value > 0 ? "Infinity" : "-Infinity";
    return g_ascii_dtostr(text, NUMBER_BYTES, value);
}

static const char *write_value(char *text, const DbValue *value)
{
    switch (value->type) {
    case DB_INT:
        g_snprintf(text, NUMBER_BYTES, "%" G_GINT64_FORMAT, value->integer);
        return text;
    case DB_REAL:
        return write_real(text, value->real);
    case DB_TEXT:
        return value->text;
    case DB_NULL:
    case DB_END_OF_ARGS:
        break;
    }
    return NULL;
}

/* NULL with an error. Free with PQclear. */
static PGresult *execute(PostgresTx *tx, const char *sql, const DbValue *args, int count, GError **error)
{
    PostgresStatement *statement = find_statement(tx, sql, error);
    if (!statement)
        return NULL;
    Parameters parameters;
    for (int i = 0; i < count; i++)
        parameters.texts[i] = write_value(parameters.numbers[i], &args[i]);
    g_autoptr(PGresult) result =
        PQexecPrepared(tx->connection->handle, statement->name, count, parameters.texts, NULL, NULL, 0);
    if (succeeded(result))
        return g_steal_pointer(&result);
    fail(tx, result, sql, error);
    return NULL;
}

gboolean db_postgres_run(DbTx *tx, const char *sql, const DbValue *args, int count, gint64 *changed, GError **error)
{
    g_autoptr(PGresult) result = execute((PostgresTx *)tx, sql, args, count, error);
    if (!result)
        return FALSE;
    gboolean selected = g_str_has_prefix(PQcmdStatus(result), "SELECT");
    *changed = selected ? 0 : g_ascii_strtoll(PQcmdTuples(result), NULL, 10);
    return TRUE;
}

/* Ending */

static PostgresCommit refuse(const GError *failure, GError **error)
{
    g_propagate_error(error, g_error_copy(failure));
    return COMMIT_REFUSED;
}

PostgresCommit db_postgres_commit(PostgresTx *tx, GError **error)
{
    /* After an error PostgreSQL would answer COMMIT with a friendly ROLLBACK. */
    if (tx->failure)
        return refuse(tx->failure, error);
    g_autoptr(PGresult) result = PQexec(tx->connection->handle, "COMMIT");
    if (PQresultStatus(result) == PGRES_COMMAND_OK && g_strcmp0(PQcmdStatus(result), "COMMIT") == 0)
        return COMMIT_DONE;
    fail(tx, result, "COMMIT", NULL);
    if (tx->trouble != POSTGRES_LOST)
        return refuse(tx->failure, error);
    g_set_error_literal(
        error, WHET_ERROR, WHET_ERROR_UNAVAILABLE,
        "The connection to PostgreSQL was lost while the change was being kept: it may have been kept or "
        "not. Look before trying again.");
    return COMMIT_UNKNOWN;
}

void db_postgres_roll_back(PostgresTx *tx)
{
    /* When it fails, the connection is not ready for another transaction, which db_postgres_is_ready() sees. */
    PQclear(PQexec(tx->connection->handle, "ROLLBACK"));
}

/* Rows */

DbRows *db_postgres_query(DbTx *tx, const char *sql, const DbValue *args, int count, GError **error)
{
    PGresult *result = execute((PostgresTx *)tx, sql, args, count, error);
    if (!result)
        return NULL;
    PostgresRows *rows = g_new0(PostgresRows, 1);
    *rows = (PostgresRows){ .base.tx = tx, .result = result, .row = -1 };
    return &rows->base;
}

gboolean db_postgres_rows_next(DbRows *base)
{
    PostgresRows *rows = (PostgresRows *)base;
    if (rows->row < PQntuples(rows->result))
        rows->row++;
    return rows->row < PQntuples(rows->result);
}

/* All rows came with the query: what can fail has failed there. */
gboolean db_postgres_rows_done(const DbRows *rows, GError **error)
{
    return TRUE;
}

void db_postgres_rows_free(DbRows *base)
{
    PostgresRows *rows = (PostgresRows *)base;
    PQclear(rows->result);
    g_free(rows);
}

const char *db_postgres_rows_text(const DbRows *base, int column)
{
    const PostgresRows *rows = (const PostgresRows *)base;
    return PQgetisnull(rows->result, rows->row, column) ? NULL : PQgetvalue(rows->result, rows->row, column);
}

gboolean db_postgres_rows_is_null(const DbRows *base, int column)
{
    return db_postgres_rows_text(base, column) == NULL;
}

static gboolean is_true(const PostgresRows *rows, int column, const char *text)
{
    return PQftype(rows->result, column) == BOOLEAN && *text == 't';
}

double db_postgres_rows_real(const DbRows *base, int column)
{
    const char *text = db_postgres_rows_text(base, column);
    if (!text)
        return 0;
    return is_true((const PostgresRows *)base, column, text) ? 1 : g_ascii_strtod(text, NULL);
}

/* As SQLite does it: towards zero, and to the nearest that fits. */
static gint64 truncate_real(double value)
{
    if (isnan(value))
        return 0;
    if (value >= 0x1p63)
        return G_MAXINT64;
    return value <= -0x1p63 ? G_MININT64 : (gint64)value;
}

gint64 db_postgres_rows_int(const DbRows *base, int column)
{
    const char *text = db_postgres_rows_text(base, column);
    if (!text)
        return 0;
    if (is_true((const PostgresRows *)base, column, text))
        return 1;
    char *end;
    gint64 value = g_ascii_strtoll(text, &end, 10);
    return *end == '\0' ? value : truncate_real(g_ascii_strtod(text, NULL));
}
