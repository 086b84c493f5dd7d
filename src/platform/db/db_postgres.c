/* The PostgreSQL driver. Knows how transactions begin and end, which failures are worth another try, and which must
 * never get one; hides the pools of connections. */
#include "platform/db/db_pool.h"
#include "platform/db/db_postgres_connection.h"

/* Writers that commit at the same moment share PostgreSQL's fsync; beyond this number they only wait for each other. */
enum { WRITERS_MIN = 4, WRITERS_MAX = 24 };

/* After a clash: so many tries, with pauses (microseconds) that double from the shortest to the longest, half of it by
 * chance, so that the same two do not meet again. */
enum { TRIES = 10 };
static const gint64 SHORTEST_PAUSE = 4 * G_TIME_SPAN_MILLISECOND;
static const gint64 LONGEST_PAUSE = 250 * G_TIME_SPAN_MILLISECOND;

/* Two numbers, a space of their own: they cannot meet db_lock()'s, which are one. 'Whet' in ASCII, and the schema. */
static const char LOCK_SCHEMA[] = "SELECT pg_advisory_xact_lock(1466459508, 1)";
static const char LOCK[] = "SELECT pg_advisory_xact_lock(CAST($1 AS BIGINT))";

typedef struct {
    Db base;
    char *url;
    DbPool *readers;
    DbPool *writers;
} PostgresDb;

typedef enum {
    ENDED,     /* well or with an error, but for good */
    TRY_AGAIN, /* clashed */
    RECONNECT, /* nothing was committed, and the connection is gone */
} Outcome;

static void close_database(Db *base)
{
    PostgresDb *db = (PostgresDb *)base;
    db_pool_free(db->readers);
    db_pool_free(db->writers);
    g_free(db->url);
    g_free(db);
}

static void leave(DbPool *pool, PostgresTx *tx)
{
    if (tx->trouble != POSTGRES_LOST && db_postgres_is_ready(tx->connection))
        db_pool_give(pool, tx->connection);
    else
        db_pool_discard(pool, tx->connection);
    g_clear_error(&tx->failure);
}

/* Reading */

static Outcome try_reading(PostgresDb *db, DbFunction function, gpointer data, gboolean *done, GError **error)
{
    PostgresTx tx = { .base.db = &db->base, .connection = db_pool_take(db->readers, error) };
    *done = FALSE;
    if (!tx.connection)
        return ENDED;
    if (!db_postgres_control(&tx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error)) {
        gboolean lost = tx.trouble == POSTGRES_LOST;
        leave(db->readers, &tx);
        return lost ? RECONNECT : ENDED;
    }
    *done = db_call(&tx.base, function, data, error);
    /* Nothing was written: this only lets go of the snapshot. */
    db_postgres_roll_back(&tx);
    leave(db->readers, &tx);
    return ENDED;
}

/* Only a connection that was found dead is replaced: once the function has run, its data may hold half of what it read.
 */
static gboolean read_database(Db *base, DbFunction function, gpointer data, GError **error)
{
    PostgresDb *db = (PostgresDb *)base;
    g_autoptr(GError) lost = NULL;
    gboolean done;
    if (try_reading(db, function, data, &done, &lost) == RECONNECT) {
        g_clear_error(&lost);
        try_reading(db, function, data, &done, &lost);
    }
    if (lost)
        g_propagate_error(error, g_steal_pointer(&lost));
    return done;
}

/* Writing */

static Outcome outcome_of(const PostgresTx *tx)
{
    switch (tx->trouble) {
    case POSTGRES_CLASHED:
        return TRY_AGAIN;
    case POSTGRES_LOST:
        return RECONNECT;
    case POSTGRES_FINE:
        break;
    }
    return ENDED;
}

static Outcome run_and_commit(PostgresTx *tx, DbFunction function, gpointer data, gboolean *done, GError **error)
{
    if (!db_postgres_control(tx, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", error))
        return outcome_of(tx);
    if (!db_call(&tx->base, function, data, error)) {
        db_postgres_roll_back(tx);
        return outcome_of(tx);
    }
    PostgresCommit commit = db_postgres_commit(tx, error);
    *done = commit == COMMIT_DONE;
    if (commit != COMMIT_REFUSED)
        return ENDED;
    db_postgres_roll_back(tx);
    return outcome_of(tx);
}

static Outcome try_writing(PostgresDb *db, DbFunction function, gpointer data, gboolean *done, GError **error)
{
    PostgresTx tx = { .base.db = &db->base, .connection = db_pool_take(db->writers, error) };
    *done = FALSE;
    if (!tx.connection)
        return ENDED;
    Outcome outcome = run_and_commit(&tx, function, data, done, error);
    leave(db->writers, &tx);
    return outcome;
}

static void pause_before(guint try)
{
    gint64 pause = MIN(SHORTEST_PAUSE << try, LONGEST_PAUSE);
    g_usleep((gulong)g_random_double_range((double)pause / 2, (double)pause));
}

static gboolean write_database(Db *base, DbFunction function, gpointer data, GError **error)
{
    PostgresDb *db = (PostgresDb *)base;
    gboolean reconnected = FALSE;
    for (guint try = 1;; try++) {
        gboolean done;
        g_autoptr(GError) failure = NULL;
        Outcome outcome = try_writing(db, function, data, &done, &failure);
        if (done)
            return TRUE;
        if (outcome == TRY_AGAIN && try < TRIES) {
            pause_before(try);
            continue;
        }
        if (outcome == RECONNECT && !reconnected) {
            reconnected = TRUE;
            continue;
        }
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
}

static gboolean lock_key(DbTx *tx, gint64 key, GError **error)
{
    gint64 changed;
    const DbValue args[] = { db_int(key) };
    return db_postgres_run(tx, LOCK, args, G_N_ELEMENTS(args), &changed, error);
}

static gboolean lock_schema(DbTx *tx, GError **error)
{
    return db_postgres_script(tx, "SET LOCAL statement_timeout = 0", error) &&
           db_postgres_script(tx, LOCK_SCHEMA, error);
}

static const DbDriver driver = {
    .engine = "postgresql",
    .close = close_database,
    .read = read_database,
    .write = write_database,
    .lock = lock_key,
    .lock_schema = lock_schema,
    .script = db_postgres_script,
    .run = db_postgres_run,
    .query = db_postgres_query,
    .next = db_postgres_rows_next,
    .done = db_postgres_rows_done,
    .free_rows = db_postgres_rows_free,
    .get_int = db_postgres_rows_int,
    .get_real = db_postgres_rows_real,
    .get_text = db_postgres_rows_text,
    .is_null = db_postgres_rows_is_null,
};

static gpointer open_connection(gpointer owner, GError **error)
{
    return db_postgres_connect(((PostgresDb *)owner)->url, error);
}

static void close_connection(gpointer connection)
{
    db_postgres_disconnect(connection);
}

Db *db_postgres_open(const char *url, guint readers, GError **error)
{
    PostgresDb *db = g_new0(PostgresDb, 1);
    db->base.driver = &driver;
    db->url = g_strdup(url);
    db->readers = db_pool_new(readers, open_connection, close_connection, db);
    db->writers = db_pool_new(CLAMP(readers, WRITERS_MIN, WRITERS_MAX), open_connection, close_connection, db);
    gpointer first = db_pool_take(db->writers, error);
    if (first) {
        db_pool_give(db->writers, first);
        return &db->base;
    }
    close_database(&db->base);
    return NULL;
}
