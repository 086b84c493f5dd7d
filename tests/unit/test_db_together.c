/* Tests of platform/db: many at once, and what survives when something breaks. The program also plays the part of the
 * process that is killed: `test_db_together write URL` writes and says what was acknowledged until somebody stops it.
 */
#include "db_case.h"

#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8, WRITES_A_THREAD = 60 };

static const DbMigration migrations[] = {
    { 1, "marks",
      "CREATE TABLE mark (id BIGINT PRIMARY KEY, words TEXT);\n"
      "CREATE TABLE counter (id BIGINT PRIMARY KEY, value BIGINT NOT NULL);\n"
      "INSERT INTO counter (id, value) VALUES (1, 0)" },
};

static gboolean insert_mark(DbTx *tx, gpointer id, GError **error)
{
    return db_run(tx, "INSERT INTO mark (id) VALUES ($1)", DB_ARGS(db_int(*(gint64 *)id)), error);
}

static gboolean count_marks(DbTx *tx, gpointer count, GError **error)
{
    return read_number(tx, "SELECT COUNT(*) FROM mark", count, error);
}

static gint64 marks(Db *db)
{
    gint64 count = -1;
    must_read(db, count_marks, &count);
    return count;
}

static gboolean delete_marks(DbTx *tx, gpointer data, GError **error)
{
    return db_run(tx, "DELETE FROM mark", DB_NO_ARGS, error);
}

typedef struct {
    gint64 id;
    gboolean there;
} Sought;

static gboolean look_for(DbTx *tx, gpointer data, GError **error)
{
    Sought *sought = data;
    g_autoptr(DbRows) rows = db_query(tx, "SELECT id FROM mark WHERE id = $1", DB_ARGS(db_int(sought->id)), error);
    if (!rows)
        return FALSE;
    sought->there = db_rows_next(rows);
    return db_rows_done(rows, error);
}

static gboolean has_mark(Db *db, gint64 id)
{
    Sought sought = { .id = id };
    must_read(db, look_for, &sought);
    return sought.there;
}

/* Runs `body` in THREADS threads at once, each with its own Worker. */
typedef struct {
    Db *db;
    int number;
    int wrong; /* outcomes that were not as they should be */
} Worker;

static int run_together(Db *first, Db *second, GThreadFunc body)
{
    Worker workers[THREADS];
    GThread *threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (Worker){ .db = i % 2 ? second : first, .number = i };
        threads[i] = g_thread_new("worker", body, &workers[i]);
    }
    int wrong = 0;
    for (int i = 0; i < THREADS; i++) {
        g_thread_join(threads[i]);
        wrong += workers[i].wrong;
    }
    return wrong;
}

/* Neighbours */

static gboolean insert_and_regret(DbTx *tx, gpointer id, GError **error)
{
    if (!insert_mark(tx, id, error))
        return FALSE;
    g_set_error(error, WHET_ERROR, WHET_ERROR_FORBIDDEN, "%" G_GINT64_FORMAT, *(gint64 *)id);
    return FALSE;
}

static gpointer write_and_regret(gpointer data)
{
    Worker *worker = data;
    for (int i = 0; i < WRITES_A_THREAD; i++) {
        gint64 id = worker->number * WRITES_A_THREAD + i;
        gboolean regret = id % 3 == 0;
        g_autoptr(GError) error = NULL;
        gboolean done = db_write(worker->db, regret ? insert_and_regret : insert_mark, &id, &error);
        g_autofree char *own_words = g_strdup_printf("%" G_GINT64_FORMAT, id);
        worker->wrong += done == regret || (regret && strcmp(error->message, own_words) != 0);
    }
    return NULL;
}

static void a_write_that_fails_leaves_its_neighbours_alone(void **state)
{
    Case *test = case_begin(state);
    assert_int_equal(run_together(test->db, test->db, write_and_regret), 0);
    for (gint64 id = 0; id < THREADS * WRITES_A_THREAD; id++)
        assert_int_equal(has_mark(test->db, id), id % 3 != 0);
}

static gboolean query_pragma(DbTx *tx, const char *sql)
{
    gint64 number;
    return read_number(tx, sql, &number, NULL);
}

/* A full disk makes SQLite roll back the whole transaction, and not only the statement. */
static gboolean fill_the_disk(DbTx *tx, gpointer data, GError **error)
{
    g_autofree char *huge = g_strnfill(1024 * 1024, 'x');
    query_pragma(tx, "PRAGMA max_page_count = 1");
    gboolean done = db_run(tx, "INSERT INTO mark (id, words) VALUES (-1, $1)", DB_ARGS(db_text(huge)), error);
    query_pragma(tx, "PRAGMA max_page_count = 1000000");
    return done;
}

static gpointer write_on_a_disk_that_fills(gpointer data)
{
    Worker *worker = data;
    for (int i = 0; i < WRITES_A_THREAD; i++) {
        gint64 id = worker->number * WRITES_A_THREAD + i;
        gboolean fill = id % 7 == 0;
        g_autoptr(GError) error = NULL;
        gboolean done = db_write(worker->db, fill ? fill_the_disk : insert_mark, &id, &error);
        worker->wrong += done == fill || (fill && !strstr(error->message, "full"));
    }
    return NULL;
}

static void neighbours_are_kept_when_a_write_takes_the_whole_transaction_down(void **state)
{
    Case *test = case_begin(state);
    assert_int_equal(run_together(test->db, test->db, write_on_a_disk_that_fills), 0);
    for (gint64 id = 0; id < THREADS * WRITES_A_THREAD; id++)
        assert_int_equal(has_mark(test->db, id), id % 7 != 0);
    assert_false(has_mark(test->db, -1));
}

static gboolean overlook_a_full_disk(DbTx *tx, gpointer data, GError **error)
{
    fill_the_disk(tx, data, NULL);
    return TRUE;
}

static void a_transaction_that_sqlite_gave_up_is_no_success(void **state)
{
    Case *test = case_begin(state);
    g_autoptr(GError) error = NULL;
    assert_false(db_write(test->db, overlook_a_full_disk, NULL, &error));
    assert_non_null(strstr(error->message, "gave up"));
    assert_int_equal(marks(test->db), 0);
}

static gpointer write_expecting_failure(gpointer data)
{
    Worker *worker = data;
    gint64 id = worker->number;
    g_autoptr(GError) error = NULL;
    worker->wrong +=
        db_write(worker->db, insert_mark, &id, &error) || !g_error_matches(error, WHET_ERROR, WHET_ERROR_FAILED);
    return NULL;
}

static void everybody_is_told_when_the_commit_fails(void **state)
{
    Case *test = case_begin(state);
    gint64 before = 1000;
    must_write(test->db, insert_mark, &before);
    g_autofree char *log = g_strconcat(test->url, "-wal", NULL);
    struct stat status;
    assert_int_equal(stat(log, &status), 0);
    struct rlimit usual, tight;
    getrlimit(RLIMIT_FSIZE, &usual);
    tight = (struct rlimit){ .rlim_cur = (rlim_t)status.st_size, .rlim_max = usual.rlim_max };
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &tight);
    int wrong = run_together(test->db, test->db, write_expecting_failure);
    setrlimit(RLIMIT_FSIZE, &usual);
    assert_int_equal(wrong, 0);
    assert_int_equal(marks(test->db), 1);
    gint64 after = 1001;
    must_write(test->db, insert_mark, &after);
    assert_int_equal(marks(test->db), 2);
}

static gboolean break_a_deferred_rule(DbTx *tx, gpointer data, GError **error)
{
    return db_run(tx, "PRAGMA defer_foreign_keys = ON", DB_NO_ARGS, error) &&
           db_run(tx, "INSERT INTO child (id, parent) VALUES (1, 99)", DB_NO_ARGS, error);
}

static gboolean create_child(DbTx *tx, gpointer data, GError **error)
{
    return db_run(tx, "CREATE TABLE child (id BIGINT, parent BIGINT REFERENCES counter(id))", DB_NO_ARGS, error);
}

static gpointer write_beside_a_broken_rule(gpointer data)
{
    Worker *worker = data;
    for (int i = 0; i < WRITES_A_THREAD; i++) {
        gint64 id = worker->number * WRITES_A_THREAD + i;
        gboolean broken = id % 5 == 0;
        worker->wrong += db_write(worker->db, broken ? break_a_deferred_rule : insert_mark, &id, NULL) == broken;
    }
    return NULL;
}

static void a_rule_broken_until_the_commit_fails_only_its_own_write(void **state)
{
    Case *test = case_begin(state);
    must_write(test->db, create_child, NULL);
    assert_int_equal(run_together(test->db, test->db, write_beside_a_broken_rule), 0);
    assert_int_equal(marks(test->db), THREADS * WRITES_A_THREAD * 4 / 5);
}

/* Counting */

static gboolean increment(DbTx *tx, gpointer data, GError **error)
{
    gint64 value;
    return db_lock(tx, 1, error) && read_number(tx, "SELECT value FROM counter WHERE id = 1", &value, error) &&
           db_run(tx, "UPDATE counter SET value = $1 WHERE id = 1", DB_ARGS(db_int(value + 1)), error);
}

static gboolean read_counter(DbTx *tx, gpointer value, GError **error)
{
    return read_number(tx, "SELECT value FROM counter WHERE id = 1", value, error);
}

static gpointer increment_often(gpointer data)
{
    Worker *worker = data;
    for (int i = 0; i < WRITES_A_THREAD; i++)
        worker->wrong += !db_write(worker->db, increment, NULL, NULL);
    return NULL;
}

static void no_increment_under_a_lock_is_lost(void **state)
{
    Case *test = case_begin(state);
    assert_int_equal(run_together(test->db, test->db, increment_often), 0);
    gint64 value;
    must_read(test->db, read_counter, &value);
    assert_int_equal(value, THREADS * WRITES_A_THREAD);
}

static void two_servers_share_a_database(void **state)
{
    Case *test = case_begin(state);
    g_autoptr(Db) second = must_open(test->url);
    assert_int_equal(run_together(test->db, second, increment_often), 0);
    gint64 value;
    must_read(second, read_counter, &value);
    assert_int_equal(value, THREADS * WRITES_A_THREAD);
}

static gpointer read_often(gpointer data)
{
    Worker *worker = data;
    for (int i = 0; i < WRITES_A_THREAD; i++) {
        gint64 value;
        worker->wrong += !db_read(worker->db, read_counter, &value, NULL);
    }
    return NULL;
}

static void more_may_read_than_there_are_readers(void **state)
{
    Case *test = case_begin(state);
    g_autoptr(GError) error = NULL;
    g_autoptr(Db) narrow = db_open(test->url, 1, &error);
    assert_non_null(narrow);
    assert_int_equal(run_together(narrow, narrow, read_often), 0);
}

/* Killing */

static Db *victims;

static gpointer write_for_ever(gpointer first)
{
    for (gint64 id = GPOINTER_TO_INT(first);; id += THREADS) {
        if (!db_write(victims, insert_mark, &id, NULL))
            abort();
        char line[32];
        int length = snprintf(line, sizeof line, "%" G_GINT64_FORMAT "\n", id);
        if (write(STDOUT_FILENO, line, (size_t)length) != length)
            abort();
    }
    return NULL;
}

static int be_the_victim(const char *url)
{
    victims = db_open(url, 1, NULL);
    if (!victims)
        return 1;
    for (int i = 1; i < THREADS; i++)
        g_thread_unref(g_thread_new("victim", write_for_ever, GINT_TO_POINTER(i)));
    write_for_ever(GINT_TO_POINTER(THREADS));
    return 1;
}

static void an_acknowledged_write_is_kept_when_the_process_is_killed(void **state)
{
    Case *test = case_begin(state);
    enum { ENOUGH = 300, ROUNDS = 3 };
    char *command[] = { "/proc/self/exe", "write", test->url, NULL };
    for (int round = 0; round < ROUNDS; round++) {
        GPid child;
        int output;
        assert_true(g_spawn_async_with_pipes(NULL, command, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &child, NULL,
                                             &output, NULL, NULL));
        FILE *lines = fdopen(output, "r");
        g_autoptr(GArray) acknowledged = g_array_new(FALSE, FALSE, sizeof(gint64));
        char line[32];
        while (fgets(line, sizeof line, lines)) {
            gint64 id = g_ascii_strtoll(line, NULL, 10);
            if (strchr(line, '\n'))
                g_array_append_val(acknowledged, id);
            if (acknowledged->len == ENOUGH)
                kill(child, SIGKILL);
        }
        fclose(lines);
        int status;
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        assert_true(acknowledged->len >= ENOUGH);
        for (guint i = 0; i < acknowledged->len; i++)
            assert_true(has_mark(test->db, g_array_index(acknowledged, gint64, i)));
        must_write(test->db, delete_marks, NULL);
    }
}

/* PostgreSQL's connections */

static gboolean read_backend(DbTx *tx, gpointer backend, GError **error)
{
    return read_number(tx, "SELECT pg_backend_pid()", backend, error);
}

static PGconn *connect_aside(void)
{
    PGconn *aside = PQconnectdb(g_getenv("WHET_TEST_POSTGRESQL"));
    assert_int_equal(PQstatus(aside), CONNECTION_OK);
    return aside;
}

/* Ends a backend and waits until it is gone. */
static void terminate(gint64 backend)
{
    PGconn *aside = connect_aside();
    /* The second argument is how long to wait for its end, in milliseconds. */
    g_autofree char *sql = g_strdup_printf("SELECT pg_terminate_backend(%" G_GINT64_FORMAT ", 30000)", backend);
    PGresult *result = PQexec(aside, sql);
    assert_string_equal(PQgetvalue(result, 0, 0), "t");
    PQclear(result);
    PQfinish(aside);
}

static void a_connection_that_was_closed_is_made_again(void **state)
{
    Case *test = case_begin(state);
    gint64 reader, writer, id = 1;
    must_read(test->db, read_backend, &reader);
    must_write(test->db, read_backend, &writer);
    assert_int_not_equal(reader, writer);
    terminate(reader);
    terminate(writer);
    assert_int_equal(marks(test->db), 0);
    must_write(test->db, insert_mark, &id);
    assert_int_equal(marks(test->db), 1);
}

typedef struct {
    int runs;
    int terminations; /* how often to end the own connection after the insert */
} Doomed;

static gboolean insert_and_be_cut_off(DbTx *tx, gpointer data, GError **error)
{
    Doomed *doomed = data;
    gint64 id = 1, backend;
    if (!insert_mark(tx, &id, error) || !read_backend(tx, &backend, error))
        return FALSE;
    if (doomed->runs++ < doomed->terminations)
        terminate(backend);
    return read_backend(tx, &backend, error);
}

static void a_write_that_is_cut_off_before_its_commit_runs_once_more(void **state)
{
    Case *test = case_begin(state);
    Doomed doomed = { .terminations = 1 };
    must_write(test->db, insert_and_be_cut_off, &doomed);
    assert_int_equal(doomed.runs, 2);
    assert_int_equal(marks(test->db), 1);
}

static void a_write_that_is_cut_off_again_is_given_up(void **state)
{
    Case *test = case_begin(state);
    Doomed doomed = { .terminations = 2 };
    g_autoptr(GError) error = NULL;
    assert_false(db_write(test->db, insert_and_be_cut_off, &doomed, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_UNAVAILABLE));
    assert_int_equal(doomed.runs, 2);
    assert_int_equal(marks(test->db), 0);
}

static gboolean insert_and_be_cut_off_unseen(DbTx *tx, gpointer data, GError **error)
{
    Doomed *doomed = data;
    gint64 id = 1, backend;
    if (!insert_mark(tx, &id, error) || !read_backend(tx, &backend, error))
        return FALSE;
    doomed->runs++;
    terminate(backend);
    return TRUE;
}

static void a_commit_whose_outcome_is_unknown_is_not_repeated(void **state)
{
    Case *test = case_begin(state);
    Doomed doomed = { 0 };
    g_autoptr(GError) error = NULL;
    assert_false(db_write(test->db, insert_and_be_cut_off_unseen, &doomed, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_UNAVAILABLE));
    assert_non_null(strstr(error->message, "may have been kept"));
    assert_int_equal(doomed.runs, 1);
}

static gboolean read_and_be_cut_off(DbTx *tx, gpointer data, GError **error)
{
    Doomed *doomed = data;
    gint64 backend;
    if (!read_backend(tx, &backend, error))
        return FALSE;
    doomed->runs++;
    terminate(backend);
    return read_backend(tx, &backend, error);
}

static void a_read_that_has_begun_is_not_repeated(void **state)
{
    Case *test = case_begin(state);
    Doomed doomed = { 0 };
    g_autoptr(GError) error = NULL;
    assert_false(db_read(test->db, read_and_be_cut_off, &doomed, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_UNAVAILABLE));
    assert_int_equal(doomed.runs, 1);
    assert_int_equal(marks(test->db), 0);
}

typedef struct {
    int runs;
    int clashes;
} Clashing;

static gboolean insert_and_clash(DbTx *tx, gpointer data, GError **error)
{
    Clashing *clashing = data;
    gint64 id = 1;
    if (!insert_mark(tx, &id, error))
        return FALSE;
    if (clashing->runs++ >= clashing->clashes)
        return TRUE;
    return db_run(tx, "DO $$ BEGIN RAISE EXCEPTION 'clash' USING ERRCODE = '40001'; END $$", DB_NO_ARGS, error);
}

static void a_write_that_clashes_is_tried_again(void **state)
{
    Case *test = case_begin(state);
    Clashing clashing = { .clashes = 3 };
    must_write(test->db, insert_and_clash, &clashing);
    assert_int_equal(clashing.runs, 4);
    assert_int_equal(marks(test->db), 1);
}

static void a_write_that_always_clashes_is_given_up(void **state)
{
    Case *test = case_begin(state);
    Clashing clashing = { .clashes = G_MAXINT };
    g_autoptr(GError) error = NULL;
    assert_false(db_write(test->db, insert_and_clash, &clashing, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_UNAVAILABLE));
    assert_int_equal(clashing.runs, 10);
    assert_int_equal(marks(test->db), 0);
}

int main(int count, char **arguments)
{
    case_migrations = migrations;
    case_migration_count = G_N_ELEMENTS(migrations);
    db_set_migrations(migrations, G_N_ELEMENTS(migrations));
    if (count == 3 && strcmp(arguments[1], "write") == 0)
        return be_the_victim(arguments[2]);
    const struct CMUnitTest tests[] = {
        ON_BOTH(a_write_that_fails_leaves_its_neighbours_alone),
        ON_SQLITE(neighbours_are_kept_when_a_write_takes_the_whole_transaction_down),
        ON_SQLITE(a_transaction_that_sqlite_gave_up_is_no_success),
        ON_SQLITE(everybody_is_told_when_the_commit_fails),
        ON_SQLITE(a_rule_broken_until_the_commit_fails_only_its_own_write),
        ON_BOTH(no_increment_under_a_lock_is_lost),
        ON_BOTH(two_servers_share_a_database),
        ON_BOTH(more_may_read_than_there_are_readers),
        ON_BOTH(an_acknowledged_write_is_kept_when_the_process_is_killed),
        ON_POSTGRESQL(a_connection_that_was_closed_is_made_again),
        ON_POSTGRESQL(a_write_that_is_cut_off_before_its_commit_runs_once_more),
        ON_POSTGRESQL(a_write_that_is_cut_off_again_is_given_up),
        ON_POSTGRESQL(a_commit_whose_outcome_is_unknown_is_not_repeated),
        ON_POSTGRESQL(a_read_that_has_begun_is_not_repeated),
        ON_POSTGRESQL(a_write_that_clashes_is_tried_again),
        ON_POSTGRESQL(a_write_that_always_clashes_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
