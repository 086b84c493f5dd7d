/* Group commit. Knows who waits, which of them succeeded, and when the log is folded back into the file; hides the
 * thread.
 *
 * Each write lives on its caller's stack and waits on its own semaphore, which POSIX allows to vanish as soon as the
 * wait returns. A batch keeps taking writes that arrive while it runs, up to BATCH_MAX: they gain a whole fsync, and
 * those already in it lose the microseconds that the newcomers take. */
#include "platform/db/db_sqlite_writer.h"

#include <errno.h>
#include <semaphore.h>

/* Bounds what the first of a batch waits for the last, and what is lost when the commit fails. */
enum { BATCH_MAX = 256 };

/* Frames (pages of 4 KiB) in the log before it is folded back into the file; SQLite's own default. */
enum { CHECKPOINT_FRAMES = 1000 };

typedef struct {
    DbFunction function;
    gpointer data;
    GError *failure;
    sem_t finished;
    GList link; /* in the queue, then in the batch */
} Write;

struct SqliteWriter {
    Db *db;
    SqliteConnection *connection;
    GThread *thread;
    int frames;        /* in the log, as of the last commit */
    int checkpoint_at; /* frames */

    GMutex mutex; /* guards what follows */
    GCond work;
    GQueue waiting;
    gboolean idle; /* the thread sleeps and wants the signal */
    gboolean stopping;
};

static gboolean is_transaction_open(SqliteWriter *writer)
{
    return !sqlite3_get_autocommit(db_sqlite_handle(writer->connection));
}

static void roll_back(SqliteWriter *writer)
{
    g_autoptr(GError) failure = NULL;
    if (!db_sqlite_control(writer->connection, "ROLLBACK", &failure))
        g_warning("A transaction could not be rolled back: %s", failure->message);
}

/* The next write that waits, or NULL. */
static Write *take_next(SqliteWriter *writer)
{
    g_mutex_lock(&writer->mutex);
    GList *link = g_queue_pop_head_link(&writer->waiting);
    g_mutex_unlock(&writer->mutex);
    return link ? link->data : NULL;
}

static void put_back_first(SqliteWriter *writer, GQueue *batch)
{
    g_mutex_lock(&writer->mutex);
    for (GList *link = g_queue_pop_tail_link(batch); link; link = g_queue_pop_tail_link(batch))
        g_queue_push_head_link(&writer->waiting, link);
    g_mutex_unlock(&writer->mutex);
}

/* The Write belongs to its caller again, and may be gone when this returns. */
static void finish(Write *write, const GError *failure)
{
    if (failure)
        write->failure = g_error_copy(failure);
    sem_post(&write->finished);
}

static void finish_all(GQueue *batch, const GError *failure)
{
    for (GList *link = g_queue_pop_head_link(batch); link; link = g_queue_pop_head_link(batch))
        finish(link->data, failure);
}

/* Deferred foreign keys are checked at COMMIT, where a broken one would fail the neighbours too: so it is looked for
 * here. */
static gboolean check_deferred_keys(SqliteWriter *writer, GError **error)
{
    int broken = 0, highest = 0;
    sqlite3_db_status(db_sqlite_handle(writer->connection), SQLITE_DBSTATUS_DEFERRED_FKS, &broken, &highest, 0);
    if (!broken)
        return TRUE;
    g_set_error_literal(error, WHET_ERROR, WHET_ERROR_FAILED, "A rule of the database was broken: FOREIGN KEY.");
    return FALSE;
}

/* Some errors (a full disk, no memory) make SQLite give up the whole transaction, even if the function thought nothing
 * of them. */
static gboolean check_transaction(SqliteWriter *writer, GError **error)
{
    if (is_transaction_open(writer))
        return TRUE;
    g_set_error_literal(error, WHET_ERROR, WHET_ERROR_FAILED, "SQLite gave up the transaction after an error in it.");
    return FALSE;
}

/* One write in its savepoint. After FALSE nothing of it is left; whether the transaction is, is_transaction_open()
 * tells. */
static gboolean run_in_savepoint(SqliteWriter *writer, Write *write, GError **error)
{
    SqliteTx tx = { .base.db = writer->db, .connection = writer->connection };
    if (!db_sqlite_control(writer->connection, "SAVEPOINT one", error))
        return FALSE;
    if (db_call(&tx.base, write->function, write->data, error) && check_transaction(writer, error) &&
        check_deferred_keys(writer, error) && db_sqlite_control(writer->connection, "RELEASE one", error))
        return TRUE;
    if (is_transaction_open(writer) && !(db_sqlite_control(writer->connection, "ROLLBACK TO one", NULL) &&
                                         db_sqlite_control(writer->connection, "RELEASE one", NULL)))
        roll_back(writer);
    return FALSE;
}

/* Runs what waits and what comes meanwhile; those that succeeded are then in `batch`, the others have their error. */
static void run_waiting(SqliteWriter *writer, GQueue *batch)
{
    for (guint runs = 0; runs < BATCH_MAX && is_transaction_open(writer); runs++) {
        Write *write = take_next(writer);
        if (!write)
            return;
        g_autoptr(GError) failure = NULL;
        if (run_in_savepoint(writer, write, &failure))
            g_queue_push_tail_link(batch, &write->link);
        else
            finish(write, failure);
    }
}

static void fail_waiting(SqliteWriter *writer, const GError *failure)
{
    for (Write *write = take_next(writer); write; write = take_next(writer))
        finish(write, failure);
}

static void commit_together(SqliteWriter *writer)
{
    GQueue batch = G_QUEUE_INIT;
    g_autoptr(GError) failure = NULL;
    if (!db_sqlite_control(writer->connection, "BEGIN IMMEDIATE", &failure)) {
        fail_waiting(writer, failure);
        return;
    }
    run_waiting(writer, &batch);
    if (!is_transaction_open(writer)) {
        /* The last one, which has its error, took the others with it. They go first in the next batch, without it. */
        put_back_first(writer, &batch);
        return;
    }
    if (!db_sqlite_control(writer->connection, "COMMIT", &failure) && is_transaction_open(writer))
        roll_back(writer);
    finish_all(&batch, failure);
}

static int note_frames(gpointer data, sqlite3 *handle, const char *schema, int frames)
{
    SqliteWriter *writer = data;
    if (frames < writer->frames)
        writer->checkpoint_at = CHECKPOINT_FRAMES; /* the log was begun anew */
    writer->frames = frames;
    return SQLITE_OK;
}

/* After the commit was acknowledged, so that nobody waits for it. When readers keep the log from being begun anew, we
 * come back after as many frames again and not after every commit. */
static void checkpoint_when_due(SqliteWriter *writer)
{
    if (writer->frames < writer->checkpoint_at)
        return;
    writer->checkpoint_at = writer->frames + CHECKPOINT_FRAMES;
    sqlite3 *handle = db_sqlite_handle(writer->connection);
    int result = sqlite3_wal_checkpoint_v2(handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (result != SQLITE_OK && (result & 0xff) != SQLITE_BUSY)
        g_warning("The database's log could not be folded back into its file: %s.", sqlite3_errmsg(handle));
}

/* FALSE when there is nothing more to do, ever. */
static gboolean wait_for_work(SqliteWriter *writer)
{
    g_mutex_lock(&writer->mutex);
    writer->idle = TRUE;
    while (!writer->waiting.head && !writer->stopping)
        g_cond_wait(&writer->work, &writer->mutex);
    writer->idle = FALSE;
    gboolean any = writer->waiting.head != NULL;
    g_mutex_unlock(&writer->mutex);
    return any;
}

static gpointer write_until_stopped(gpointer data)
{
    SqliteWriter *writer = data;
    while (wait_for_work(writer)) {
        commit_together(writer);
        checkpoint_when_due(writer);
    }
    return NULL;
}

SqliteWriter *db_sqlite_writer_new(Db *db, SqliteConnection *connection)
{
    SqliteWriter *writer = g_new0(SqliteWriter, 1);
    writer->db = db;
    writer->connection = connection;
    writer->checkpoint_at = CHECKPOINT_FRAMES;
    g_mutex_init(&writer->mutex);
    g_cond_init(&writer->work);
    g_queue_init(&writer->waiting);
    sqlite3_wal_hook(db_sqlite_handle(connection), note_frames, writer);
    writer->thread = g_thread_new("db-writer", write_until_stopped, writer);
    return writer;
}

void db_sqlite_writer_free(SqliteWriter *writer)
{
    if (!writer)
        return;
    g_mutex_lock(&writer->mutex);
    writer->stopping = TRUE;
    g_cond_signal(&writer->work);
    g_mutex_unlock(&writer->mutex);
    g_thread_join(writer->thread);
    db_sqlite_disconnect(writer->connection);
    g_mutex_clear(&writer->mutex);
    g_cond_clear(&writer->work);
    g_free(writer);
}

gboolean db_sqlite_writer_write(SqliteWriter *writer, DbFunction function, gpointer data, GError **error)
{
    Write write = { .function = function, .data = data, .link.data = &write };
    sem_init(&write.finished, 0, 0);
    g_mutex_lock(&writer->mutex);
    g_queue_push_tail_link(&writer->waiting, &write.link);
    if (writer->idle)
        g_cond_signal(&writer->work);
    g_mutex_unlock(&writer->mutex);
    while (sem_wait(&write.finished) != 0)
        g_assert(errno == EINTR);
    sem_destroy(&write.finished);
    if (!write.failure)
        return TRUE;
    g_propagate_error(error, write.failure);
    return FALSE;
}
