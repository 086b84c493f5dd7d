/* What SQLite alone can do: threads that each hand a row to one writer and wait until it is durable; the writer commits
 * all that wait in one transaction (WAL, synchronous=FULL). The bound that the server's answers per second are held
 * against, so nothing here is Whet's: only the table `attempt` with its indexes and the rows are taken from a database
 * that the server has written.
 *
 * group_commit SERVER_DATABASE OWN_DATABASE THREADS WARM_UP_SECONDS SECONDS: prints one JSON object. */
#include <errno.h>
#include <glib.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <string.h>

#include "measure.h"

enum { ROWS_MOST = 2000 };

/* The row as it is in the database, but for its id and its key. */
typedef struct {
    int n;
    sqlite3_value *values[];
} Row;

typedef struct {
    const Row *row;
    gint64 id;
    sem_t durable;
} Submission;

static struct {
    sqlite3 *database;
    sqlite3_stmt *insert;
    GPtrArray *rows; /* Row * */
    int key_column;
    gint64 next_id; /* atomic */
    gint64 from, until;
    GMutex mutex;
    GCond work;
    GPtrArray *waiting; /* Submission * */
    gboolean stopping;
} bench;

static G_GNUC_NORETURN void give_up(const char *what)
{
    g_printerr("group_commit: %s: %s\n", what, bench.database ? sqlite3_errmsg(bench.database) : "");
    exit(1);
}

static void run_sql(const char *sql)
{
    if (sqlite3_exec(bench.database, sql, NULL, NULL, NULL) != SQLITE_OK)
        give_up(sql);
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(bench.database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
        give_up(sql);
    return statement;
}

/* The same table and indexes, in the order in which they were made. */
static void copy_schema(void)
{
    sqlite3_stmt *found =
        prepare("SELECT sql FROM server.sqlite_master WHERE tbl_name = 'attempt' AND sql IS NOT NULL ORDER BY rowid");
    g_autoptr(GPtrArray) statements = g_ptr_array_new_with_free_func(g_free);
    while (sqlite3_step(found) == SQLITE_ROW)
        g_ptr_array_add(statements, g_strdup((const char *)sqlite3_column_text(found, 0)));
    sqlite3_finalize(found);
    for (guint i = 0; i < statements->len; i++)
        run_sql(statements->pdata[i]);
}

static void read_rows(void)
{
    bench.rows = g_ptr_array_new();
    sqlite3_stmt *found = prepare("SELECT * FROM server.attempt ORDER BY id DESC LIMIT $1");
    sqlite3_bind_int(found, 1, ROWS_MOST);
    while (sqlite3_step(found) == SQLITE_ROW) {
        int n = sqlite3_column_count(found);
        Row *row = g_malloc0(sizeof *row + (gsize)n * sizeof row->values[0]);
        row->n = n;
        for (int i = 0; i < n; i++) {
            row->values[i] = sqlite3_value_dup(sqlite3_column_value(found, i));
            if (g_str_equal(sqlite3_column_name(found, i), "key"))
                bench.key_column = i;
        }
        g_ptr_array_add(bench.rows, row);
    }
    sqlite3_finalize(found);
    if (!bench.rows->len)
        give_up("the server's database has no attempts");
}

static void prepare_insert(void)
{
    const Row *row = bench.rows->pdata[0];
    g_autoptr(GString) sql = g_string_new("INSERT INTO main.attempt VALUES (?");
    for (int i = 1; i < row->n; i++)
        g_string_append(sql, ", ?");
    g_string_append_c(sql, ')');
    bench.insert = prepare(sql->str);
}

static gint64 last_id(void)
{
    sqlite3_stmt *found = prepare("SELECT max(id) FROM main.attempt");
    gint64 id = sqlite3_step(found) == SQLITE_ROW ? sqlite3_column_int64(found, 0) : 0;
    sqlite3_finalize(found);
    return id;
}

static void open_databases(const char *server, const char *own)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* as the server does */
    if (sqlite3_open_v2(own, &bench.database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        give_up(own);
    run_sql("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4096");
    sqlite3_stmt *attach = prepare("ATTACH $1 AS server");
    sqlite3_bind_text(attach, 1, server, -1, SQLITE_STATIC);
    if (sqlite3_step(attach) != SQLITE_DONE)
        give_up(server);
    sqlite3_finalize(attach);
    sqlite3_stmt *known = prepare("SELECT 1 FROM main.sqlite_master WHERE name = 'attempt'");
    gboolean fresh = sqlite3_step(known) != SQLITE_ROW;
    sqlite3_finalize(known);
    if (fresh)
        copy_schema();
    read_rows();
    run_sql("DETACH server");
    prepare_insert();
    bench.next_id = last_id();
}

/* --- the writer */

static void insert(const Submission *submission)
{
    const Row *row = submission->row;
    g_autofree char *key = g_strdup_printf("bench-%016" G_GINT64_MODIFIER "x-%09d", submission->id, 0);
    sqlite3_bind_int64(bench.insert, 1, submission->id);
    for (int i = 1; i < row->n; i++)
        sqlite3_bind_value(bench.insert, i + 1, row->values[i]);
    sqlite3_bind_text(bench.insert, bench.key_column + 1, key, -1, SQLITE_STATIC);
    if (sqlite3_step(bench.insert) != SQLITE_DONE)
        give_up("a row was refused");
    sqlite3_reset(bench.insert);
}

static GPtrArray *take_waiting(void)
{
    g_mutex_lock(&bench.mutex);
    while (!bench.waiting->len && !bench.stopping)
        g_cond_wait(&bench.work, &bench.mutex);
    GPtrArray *taken = bench.waiting;
    bench.waiting = g_ptr_array_new();
    g_mutex_unlock(&bench.mutex);
    return taken;
}

static gpointer write_until_stopped(gpointer data)
{
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    for (;;) {
        g_autoptr(GPtrArray) batch = take_waiting();
        if (!batch->len)
            break;
        sqlite3_step(begin);
        sqlite3_reset(begin);
        for (guint i = 0; i < batch->len; i++)
            insert(batch->pdata[i]);
        if (sqlite3_step(commit) != SQLITE_DONE)
            give_up("COMMIT");
        sqlite3_reset(commit);
        for (guint i = 0; i < batch->len; i++)
            sem_post(&((Submission *)batch->pdata[i])->durable);
    }
    sqlite3_finalize(begin);
    sqlite3_finalize(commit);
    return NULL;
}

/* --- those who submit */

static void submit(Submission *submission)
{
    g_mutex_lock(&bench.mutex);
    g_ptr_array_add(bench.waiting, submission);
    if (bench.waiting->len == 1)
        g_cond_signal(&bench.work);
    g_mutex_unlock(&bench.mutex);
    while (sem_wait(&submission->durable) != 0)
        g_assert(errno == EINTR);
}

static gpointer submit_until_done(gpointer data)
{
    GArray *latencies = measure_new();
    Submission submission;
    sem_init(&submission.durable, 0, 0);
    for (gint64 sent = g_get_monotonic_time(); sent < bench.until;) {
        submission.id = __atomic_add_fetch(&bench.next_id, 1, __ATOMIC_RELAXED);
        submission.row = bench.rows->pdata[(guint64)submission.id % bench.rows->len];
        submit(&submission);
        gint64 now = g_get_monotonic_time(), latency = now - sent;
        if (now >= bench.from && now < bench.until)
            g_array_append_val(latencies, latency);
        sent = now;
    }
    sem_destroy(&submission.durable);
    return latencies;
}

static void stop(GThread *writer)
{
    g_mutex_lock(&bench.mutex);
    bench.stopping = TRUE;
    g_cond_signal(&bench.work);
    g_mutex_unlock(&bench.mutex);
    g_thread_join(writer);
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        g_printerr("usage: group_commit SERVER_DATABASE OWN_DATABASE THREADS WARM_UP_SECONDS SECONDS\n");
        return 2;
    }
    open_databases(argv[1], argv[2]);
    int threads = atoi(argv[3]), seconds = atoi(argv[5]);
    bench.waiting = g_ptr_array_new();
    bench.from = g_get_monotonic_time() + atoi(argv[4]) * G_USEC_PER_SEC;
    bench.until = bench.from + seconds * G_USEC_PER_SEC;
    GThread *writer = g_thread_new("writer", write_until_stopped, NULL);
    g_autoptr(GPtrArray) submitters = g_ptr_array_new();
    for (int i = 0; i < threads; i++)
        g_ptr_array_add(submitters, g_thread_new("submitter", submit_until_done, NULL));
    g_autoptr(GArray) all = measure_new();
    for (guint i = 0; i < submitters->len; i++) {
        g_autoptr(GArray) latencies = g_thread_join(submitters->pdata[i]);
        g_array_append_vals(all, latencies->data, latencies->len);
    }
    stop(writer);
    sqlite3_finalize(bench.insert);
    sqlite3_close(bench.database);
    g_print("{\"per_second\": %.1f, ", all->len / (double)seconds);
    measure_print(all, "latency");
    g_print("}\n");
    return 0;
}
