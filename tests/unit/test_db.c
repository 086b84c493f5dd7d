/* Tests of platform/db: values, statements and what a transaction keeps, on both engines. */
#include "db_case.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

static const DbMigration migrations[] = {
    { 1, "notes",
      "CREATE TABLE note (id BIGINT PRIMARY KEY, words TEXT, weight DOUBLE PRECISION, parent BIGINT REFERENCES "
      "note(id));\n"
      "CREATE UNIQUE INDEX note_words ON note (words)" },
};

static const char INSERT[] = "INSERT INTO note (id, words, weight) VALUES ($1, $2, $3)";
static const char COUNT[] = "SELECT COUNT(*) FROM note";

static gboolean count_notes(DbTx *tx, gpointer count, GError **error)
{
    return read_number(tx, COUNT, count, error);
}

static gint64 notes(Case *test)
{
    gint64 count = -1;
    must_read(test->db, count_notes, &count);
    return count;
}

static gboolean insert_note(DbTx *tx, gint64 id, const char *words, double weight, GError **error)
{
    return db_run(tx, INSERT, DB_ARGS(db_int(id), db_text(words), db_real(weight)), error);
}

/* Values */

typedef struct {
    const char *words;
    double weight;
    char *words_back;
    double weight_back;
    gint64 id_back;
    gboolean words_null, weight_null;
} Note;

static gboolean keep(DbTx *tx, gpointer data, GError **error)
{
    const Note *note = data;
    return insert_note(tx, G_MAXINT64, note->words, note->weight, error);
}

static gboolean fetch(DbTx *tx, gpointer data, GError **error)
{
    Note *note = data;
    g_autoptr(DbRows) rows =
        db_query(tx, "SELECT id, words, weight FROM note WHERE id = $1", DB_ARGS(db_int(G_MAXINT64)), error);
    if (!rows)
        return FALSE;
    assert_true(db_rows_next(rows));
    note->id_back = db_rows_int(rows, 0);
    note->words_back = g_strdup(db_rows_text(rows, 1));
    note->weight_back = db_rows_real(rows, 2);
    note->words_null = db_rows_is_null(rows, 1);
    note->weight_null = db_rows_is_null(rows, 2);
    assert_false(db_rows_is_null(rows, 0));
    assert_false(db_rows_next(rows));
    assert_false(db_rows_next(rows));
    return db_rows_done(rows, error);
}

static gboolean run_sql(DbTx *tx, gpointer sql, GError **error)
{
    return db_run(tx, sql, DB_NO_ARGS, error);
}

static void delete_all(Case *test)
{
    static char sql[] = "DELETE FROM note";
    must_write(test->db, run_sql, sql);
}

static void assert_kept(Case *test, const char *words, double weight)
{
    Note note = { .words = words, .weight = weight };
    delete_all(test);
    must_write(test->db, keep, &note);
    must_read(test->db, fetch, &note);
    g_autofree char *back = note.words_back;
    assert_int_equal(note.id_back, G_MAXINT64);
    assert_int_equal(note.words_null, words == NULL);
    assert_int_equal(note.weight_null, isnan(weight));
    assert_true(g_strcmp0(back, words) == 0);
    if (!isnan(weight))
        assert_memory_equal(&note.weight_back, &weight, sizeof weight);
    else
        assert_true(note.weight_back == 0);
}

static void texts_come_back_as_they_were(void **state)
{
    Case *test = case_begin(state);
    static const char *const texts[] = {
        "",
        " ",
        "'; DROP TABLE note; --",
        "$1 \\ \" ' %s \n\r\t\x01\x7f",
        "e\xcc\x81 is not \xc3\xa9",
        "\xf0\x9f\xa6\x84 \xe2\x80\xae backwards \xe2\x80\xac",
        "\xef\xbb\xbf"
        "bom",
        "\xef\xbf\xbf\xef\xbf\xbe \xf4\x8f\xbf\xbf",
        NULL,
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        assert_kept(test, texts[i], 0.5);
}

static void a_huge_text_comes_back_whole(void **state)
{
    Case *test = case_begin(state);
    enum { BYTES = 20 * 1024 * 1024 };
    static char drop[] = "DROP INDEX note_words"; /* PostgreSQL cannot index so much */
    must_write(test->db, run_sql, drop);
    g_autofree char *huge = g_malloc(BYTES + 1);
    for (int i = 0; i < BYTES; i++)
        huge[i] = (char)('a' + (i * 7 + i / 1000) % 26);
    huge[BYTES] = '\0';
    assert_kept(test, huge, 1);
}

static void numbers_come_back_to_the_last_bit(void **state)
{
    Case *test = case_begin(state);
    const double numbers[] = {
        0, 0.1, 1.0 / 3, -1e-300, 4.9e-324, 1.7976931348623157e308, 123456789.123456789, INFINITY, -INFINITY, NAN
    };
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
        assert_kept(test, "n", numbers[i]);
}

static gboolean use_twice(DbTx *tx, gpointer data, GError **error)
{
    g_autoptr(DbRows) rows = db_query(
        tx,
        "SELECT CAST($2 AS BIGINT), CAST($1 AS BIGINT), CAST($2 AS BIGINT) + CAST($1 AS BIGINT), CAST($1 AS BIGINT)",
        DB_ARGS(db_int(10), db_int(7)), error);
    if (!rows)
        return FALSE;
    assert_true(db_rows_next(rows));
    assert_int_equal(db_rows_int(rows, 0), 7);
    assert_int_equal(db_rows_int(rows, 1), 10);
    assert_int_equal(db_rows_int(rows, 2), 17);
    assert_int_equal(db_rows_int(rows, 3), 10);
    return TRUE;
}

static void a_parameter_may_appear_twice_and_in_any_order(void **state)
{
    Case *test = case_begin(state);
    must_read(test->db, use_twice, NULL);
    must_read(test->db, use_twice, NULL);
}

static gboolean read_as_other_types(DbTx *tx, gpointer data, GError **error)
{
    g_autoptr(DbRows) rows = db_query(
        tx, "SELECT SUM(id), AVG(weight), MAX(id) > 1, CAST(NULL AS BIGINT), MAX(weight), MIN(words) FROM note",
        DB_NO_ARGS, error);
    if (!rows)
        return FALSE;
    assert_true(db_rows_next(rows));
    assert_int_equal(db_rows_int(rows, 0), 3);
    assert_true(db_rows_real(rows, 1) == 2.25);
    assert_int_equal(db_rows_int(rows, 2), 1);
    assert_true(db_rows_real(rows, 2) == 1);
    assert_int_equal(db_rows_int(rows, 3), 0);
    assert_true(db_rows_real(rows, 3) == 0);
    assert_null(db_rows_text(rows, 3));
    assert_true(db_rows_is_null(rows, 3));
    assert_int_equal(db_rows_int(rows, 4), 2);
    assert_string_equal(db_rows_text(rows, 5), "one");
    return TRUE;
}

static gboolean insert_two(DbTx *tx, gpointer data, GError **error)
{
    return insert_note(tx, 1, "one", 1.75, error) && insert_note(tx, 2, "two", 2.75, error);
}

static void sums_averages_and_truths_read_alike(void **state)
{
    Case *test = case_begin(state);
    must_write(test->db, insert_two, NULL);
    must_read(test->db, read_as_other_types, NULL);
}

static gboolean insert_invalid(DbTx *tx, gpointer data, GError **error)
{
    return insert_note(tx, 1, "\xc3\x28", 0, error);
}

static void text_that_is_not_unicode_is_refused(void **state)
{
    Case *test = case_begin(state);
    g_autoptr(GError) error = NULL;
    assert_false(db_write(test->db, insert_invalid, NULL, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
    assert_int_equal(notes(test), 0);
}

/* Statements */

static gboolean count_changes(DbTx *tx, gpointer data, GError **error)
{
    static const char insert[] = "INSERT INTO note (id, words) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    gint64 changed = -1;
    assert_true(db_run_counted(tx, insert, DB_ARGS(db_int(1), db_text("one")), &changed, error));
    assert_int_equal(changed, 1);
    assert_true(db_run_counted(tx, insert, DB_ARGS(db_int(1), db_text("one")), &changed, error));
    assert_int_equal(changed, 0);
    assert_true(db_run_counted(tx, insert, DB_ARGS(db_int(2), db_text("two")), &changed, error));
    assert_true(db_run_counted(tx, "UPDATE note SET weight = 1", DB_NO_ARGS, &changed, error));
    assert_int_equal(changed, 2);
    assert_true(db_run_counted(tx, "SELECT id FROM note", DB_NO_ARGS, &changed, error));
    assert_int_equal(changed, 0);
    assert_true(db_run_counted(tx, "DELETE FROM note", DB_NO_ARGS, &changed, error));
    assert_int_equal(changed, 2);
    return TRUE;
}

static void changed_rows_are_counted(void **state)
{
    Case *test = case_begin(state);
    must_write(test->db, count_changes, NULL);
}

static gboolean insert_returning(DbTx *tx, gpointer data, GError **error)
{
    static const char sql[] = "INSERT INTO note (id, words) VALUES ($1, $2), ($1 + 1, 'other') RETURNING id, words";
    g_autoptr(DbRows) unread = db_query(tx, sql, DB_ARGS(db_int(1), db_text("x")), error);
    assert_non_null(unread);
    assert_true(db_rows_next(unread));
    assert_int_equal(db_rows_int(unread, 0), 1);
    assert_string_equal(db_rows_text(unread, 1), "x");
    return TRUE;
}

static void returning_inserts_even_what_is_not_read(void **state)
{
    Case *test = case_begin(state);
    must_write(test->db, insert_returning, NULL);
    assert_int_equal(notes(test), 2);
}

static gboolean query_within_itself(DbTx *tx, gpointer data, GError **error)
{
    static const char sql[] = "SELECT id FROM note WHERE id >= $1 ORDER BY id";
    g_autoptr(DbRows) outer = db_query(tx, sql, DB_ARGS(db_int(0)), error);
    int seen = 0;
    while (db_rows_next(outer)) {
        g_autoptr(DbRows) inner = db_query(tx, sql, DB_ARGS(db_int(db_rows_int(outer, 0))), error);
        assert_true(db_rows_next(inner));
        assert_int_equal(db_rows_int(inner, 0), db_rows_int(outer, 0));
        seen++;
    }
    assert_int_equal(seen, 2);
    return db_rows_done(outer, error);
}

static void a_statement_may_run_while_its_own_rows_are_read(void **state)
{
    Case *test = case_begin(state);
    must_write(test->db, insert_two, NULL);
    must_read(test->db, query_within_itself, NULL);
    must_read(test->db, query_within_itself, NULL);
}

static gboolean text_from_a_short_life(DbTx *tx, gpointer data, GError **error)
{
    char *words = g_strdup("two");
    /* No index and no sorting: the second row is only looked for when it is asked for. */
    g_autoptr(DbRows) rows = db_query(tx, "SELECT id FROM note WHERE words || '' = $1 OR weight + 0 = 1.75 ORDER BY id",
                                      DB_ARGS(db_text(words)), error);
    memset(words, 'x', 3);
    g_free(words);
    assert_true(db_rows_next(rows));
    assert_int_equal(db_rows_int(rows, 0), 1);
    assert_true(db_rows_next(rows));
    assert_int_equal(db_rows_int(rows, 0), 2);
    return TRUE;
}

static void a_querys_text_need_not_outlive_the_call(void **state)
{
    Case *test = case_begin(state);
    must_write(test->db, insert_two, NULL);
    must_read(test->db, text_from_a_short_life, NULL);
}

static gboolean run_built_sql(DbTx *tx, gpointer data, GError **error)
{
    static char sql[] = "DELETE FROM note WHERE id = 1";
    sql[strlen(sql) - 1] = '1';
    if (!db_run(tx, sql, DB_NO_ARGS, error))
        return FALSE;
    sql[strlen(sql) - 1] = '2';
    return db_run(tx, sql, DB_NO_ARGS, error);
}

static void sql_that_was_built_is_refused(void **state)
{
    Case *test = case_begin(state);
    must_write(test->db, insert_two, NULL);
    g_autoptr(GError) error = NULL;
    assert_false(db_write(test->db, run_built_sql, NULL, &error));
    assert_non_null(strstr(error->message, "constant"));
    assert_int_equal(notes(test), 2);
}

static gboolean give_too_few(DbTx *tx, gpointer data, GError **error)
{
    return db_run(tx, INSERT, DB_ARGS(db_int(1)), error);
}

static gboolean give_too_many(DbTx *tx, gpointer data, GError **error)
{
    return db_run(tx, INSERT, DB_ARGS(db_int(1), db_null(), db_null(), db_null()), error);
}

static void the_number_of_parameters_must_fit(void **state)
{
    Case *test = case_begin(state);
    g_autoptr(GError) few = NULL;
    assert_false(db_write(test->db, give_too_few, NULL, &few));
    g_autoptr(GError) many = NULL;
    assert_false(db_write(test->db, give_too_many, NULL, &many));
    assert_int_equal(notes(test), 0);
}

static void what_is_wrong_in_sql_is_named(void **state)
{
    Case *test = case_begin(state);
    static char wrong[] = "SELECT nothing FROM nowhere";
    static char two[] = "DELETE FROM note; DELETE FROM note";
    g_autoptr(GError) error = NULL;
    assert_false(db_write(test->db, run_sql, wrong, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_FAILED));
    assert_non_null(strstr(error->message, "nowhere"));
    assert_false(db_write(test->db, run_sql, two, NULL));
}

/* More statements than SQLite's driver keeps prepared. */
static gboolean run_many_statements(DbTx *tx, gpointer data, GError **error)
{
    char **statements = data;
    for (guint i = 0; statements[i]; i++) {
        gint64 number;
        if (!read_number(tx, statements[i], &number, error))
            return FALSE;
        assert_int_equal(number, i);
    }
    return TRUE;
}

static void any_number_of_statements_can_be_used(void **state)
{
    Case *test = case_begin(state);
    enum { STATEMENTS = 400 };
    char *statements[STATEMENTS + 1] = { NULL };
    for (int i = 0; i < STATEMENTS; i++)
        statements[i] = g_strdup_printf("SELECT %d", i);
    must_read(test->db, run_many_statements, statements);
    must_read(test->db, run_many_statements, statements);
    for (int i = 0; i < STATEMENTS; i++)
        g_free(statements[i]);
}

/* Transactions */

static gboolean insert_then_fail(DbTx *tx, gpointer data, GError **error)
{
    if (!insert_two(tx, NULL, error))
        return FALSE;
    g_set_error_literal(error, WHET_ERROR, WHET_ERROR_FORBIDDEN, "Not you.");
    return FALSE;
}

static void a_write_that_fails_changes_nothing_and_keeps_its_error(void **state)
{
    Case *test = case_begin(state);
    g_autoptr(GError) error = NULL;
    assert_false(db_write(test->db, insert_then_fail, NULL, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_FORBIDDEN));
    assert_string_equal(error->message, "Not you.");
    assert_int_equal(notes(test), 0);
    must_write(test->db, insert_two, NULL);
    assert_int_equal(notes(test), 2);
}

static gboolean fail_silently(DbTx *tx, gpointer data, GError **error)
{
    return FALSE;
}

static void a_failure_always_has_an_error(void **state)
{
    Case *test = case_begin(state);
    g_autoptr(GError) writing = NULL;
    assert_false(db_write(test->db, fail_silently, NULL, &writing));
    assert_non_null(writing);
    g_autoptr(GError) reading = NULL;
    assert_false(db_read(test->db, fail_silently, NULL, &reading));
    assert_non_null(reading);
    assert_false(db_write(test->db, fail_silently, NULL, NULL));
}

static void a_duplicate_is_recognised(void **state)
{
    Case *test = case_begin(state);
    must_write(test->db, insert_two, NULL);
    static char same_key[] = "INSERT INTO note (id, words) VALUES (1, 'fresh')";
    static char same_words[] = "INSERT INTO note (id, words) VALUES (3, 'one')";
    static char no_parent[] = "INSERT INTO note (id, parent) VALUES (3, 99)";
    g_autoptr(GError) key = NULL;
    assert_false(db_write(test->db, run_sql, same_key, &key));
    assert_true(db_error_is_duplicate(key));
    assert_true(g_error_matches(key, WHET_ERROR, WHET_ERROR_CONFLICT));
    g_autoptr(GError) words = NULL;
    assert_false(db_write(test->db, run_sql, same_words, &words));
    assert_true(db_error_is_duplicate(words));
    g_autoptr(GError) parent = NULL;
    assert_false(db_write(test->db, run_sql, no_parent, &parent));
    assert_false(db_error_is_duplicate(parent));
    assert_false(db_error_is_duplicate(NULL));
    g_autoptr(GError) other = g_error_new(WHET_ERROR, WHET_ERROR_CONFLICT, "The session has ended.");
    assert_false(db_error_is_duplicate(other));
}

/* Takes the next id, as id_new() would. */
static gboolean insert_next(DbTx *tx, gpointer id, GError **error)
{
    return insert_note(tx, ++*(gint64 *)id, NULL, 0, error);
}

static void an_id_that_another_process_took_is_replaced_by_another(void **state)
{
    Case *test = case_begin(state);
    gint64 taken = 0, same = 0;
    must_write(test->db, insert_next, &taken);
    must_write(test->db, insert_next, &same);
    assert_int_equal(same, 2);
    assert_int_equal(notes(test), 2);
}

static gboolean overlook_an_error(DbTx *tx, gpointer data, GError **error)
{
    assert_true(insert_note(tx, 1, "one", 0, error));
    assert_false(insert_note(tx, 1, "again", 0, NULL));
    return TRUE;
}

static void an_overlooked_error_is_no_success_on_postgresql(void **state)
{
    Case *test = case_begin(state);
    g_autoptr(GError) error = NULL;
    assert_false(db_write(test->db, overlook_an_error, NULL, &error));
    assert_true(db_error_is_duplicate(error));
    assert_int_equal(notes(test), 0);
}

static void a_transaction_goes_on_after_a_duplicate_on_sqlite(void **state)
{
    Case *test = case_begin(state);
    must_write(test->db, overlook_an_error, NULL);
    assert_int_equal(notes(test), 1);
}

static void a_read_cannot_write(void **state)
{
    Case *test = case_begin(state);
    g_autoptr(GError) error = NULL;
    assert_false(db_read(test->db, insert_two, NULL, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_FAILED));
    assert_int_equal(notes(test), 0);
}

typedef struct {
    Case *test;
    gboolean written;
    gint64 before, after;
} Snapshot;

static gpointer write_two(gpointer data)
{
    return GINT_TO_POINTER(db_write(((Case *)data)->db, insert_two, NULL, NULL));
}

static gboolean read_around_a_write(DbTx *tx, gpointer data, GError **error)
{
    Snapshot *snapshot = data;
    if (!read_number(tx, COUNT, &snapshot->before, error))
        return FALSE;
    snapshot->written = GPOINTER_TO_INT(g_thread_join(g_thread_new("writer", write_two, snapshot->test)));
    return read_number(tx, COUNT, &snapshot->after, error);
}

static void a_read_sees_one_snapshot(void **state)
{
    Snapshot snapshot = { .test = case_begin(state) };
    must_read(snapshot.test->db, read_around_a_write, &snapshot);
    assert_true(snapshot.written);
    assert_int_equal(snapshot.before, 0);
    assert_int_equal(snapshot.after, 0);
    assert_int_equal(notes(snapshot.test), 2);
}

static gboolean nest(DbTx *tx, gpointer data, GError **error)
{
    Case *test = data;
    return db_write(test->db, insert_two, NULL, error);
}

static gboolean nest_read(DbTx *tx, gpointer data, GError **error)
{
    gint64 count;
    return db_read(((Case *)data)->db, count_notes, &count, error);
}

static void transactions_do_not_nest(void **state)
{
    Case *test = case_begin(state);
    g_autoptr(GError) error = NULL;
    assert_false(db_write(test->db, nest, test, &error));
    assert_non_null(strstr(error->message, "inside another"));
    assert_false(db_read(test->db, nest, test, NULL));
    assert_false(db_write(test->db, nest_read, test, NULL));
    assert_false(db_read(test->db, nest_read, test, NULL));
    assert_int_equal(notes(test), 0);
}

/* Opening */

static void assert_does_not_open(const char *url, const char *expected)
{
    g_autoptr(GError) error = NULL;
    Db *db = db_open(url, 1, &error);
    assert_null(db);
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_FAILED));
    if (!strstr(error->message, expected))
        fail_msg("\"%s\" does not say \"%s\"", error->message, expected);
}

static void what_cannot_be_opened_is_explained(void **state)
{
    Case *test = case_begin(state);
    g_autofree char *folder = g_path_get_dirname(test->url);
    g_autofree char *text = g_build_filename(folder, "text.db", NULL);
    g_autofree char *below = g_build_filename(text, "below", "whet.db", NULL);
    assert_true(g_file_set_contents(text, "Dear diary, this is no database at all, but it is long enough to be one.",
                                    -1, NULL));
    assert_does_not_open(text, "not an SQLite database");
    assert_does_not_open(below, "cannot be created");
    assert_does_not_open(folder, "cannot be opened");
    assert_does_not_open("", "postgresql://");
    assert_does_not_open("sqlite:", "postgresql://");
    assert_does_not_open("mysql://localhost/whet", "postgresql://");
    assert_does_not_open("postgresql://nobody:secret@127.0.0.1:1/none", "cannot be reached");
    assert_does_not_open("postgresql://[", "cannot be reached");
    g_unlink(text);
}

static void passwords_are_not_told(void **state)
{
    case_begin(state);
    g_autoptr(GError) error = NULL;
    assert_null(db_open("postgresql://nobody:hunter2@127.0.0.1:1/none", 1, &error));
    assert_null(strstr(error->message, "hunter2"));
}

static void folders_and_files_are_for_the_owner_alone(void **state)
{
    Case *test = case_begin(state);
    g_autofree char *top = g_path_get_dirname(test->url);
    g_autofree char *folder = g_build_filename(top, "new", NULL);
    g_autofree char *file = g_build_filename(folder, "with:strange?name=1%20#.db", NULL);
    g_autofree char *url = g_strconcat("sqlite:", file, NULL);
    Db *db = must_open(url);
    must_write(db, insert_two, NULL);
    const char *const endings[] = { "", "-wal", "-shm" };
    for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *name = g_strconcat(file, endings[i], NULL);
        GStatBuf status;
        assert_int_equal(g_stat(name, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
    }
    GStatBuf status;
    assert_int_equal(g_stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    db_close(db);
    assert_int_equal(g_unlink(file), 0);
    assert_int_equal(g_rmdir(folder), 0); /* closing has left nothing else there */
}

static void a_closed_database_opens_again_with_all_in_it(void **state)
{
    Case *test = case_begin(state);
    must_write(test->db, insert_two, NULL);
    db_close(test->db);
    test->db = must_open(test->url);
    assert_int_equal(notes(test), 2);
    assert_string_equal(db_engine(test->db), test->engine == FIXTURE_SQLITE ? "sqlite" : "postgresql");
}

int main(void)
{
    case_migrations = migrations;
    case_migration_count = G_N_ELEMENTS(migrations);
    const struct CMUnitTest tests[] = {
        ON_BOTH(texts_come_back_as_they_were),
        ON_BOTH(a_huge_text_comes_back_whole),
        ON_BOTH(numbers_come_back_to_the_last_bit),
        ON_BOTH(a_parameter_may_appear_twice_and_in_any_order),
        ON_BOTH(sums_averages_and_truths_read_alike),
        ON_BOTH(text_that_is_not_unicode_is_refused),
        ON_BOTH(changed_rows_are_counted),
        ON_BOTH(returning_inserts_even_what_is_not_read),
        ON_BOTH(a_statement_may_run_while_its_own_rows_are_read),
        ON_BOTH(a_querys_text_need_not_outlive_the_call),
        ON_BOTH(sql_that_was_built_is_refused),
        ON_BOTH(the_number_of_parameters_must_fit),
        ON_BOTH(what_is_wrong_in_sql_is_named),
        ON_BOTH(any_number_of_statements_can_be_used),
        ON_BOTH(a_write_that_fails_changes_nothing_and_keeps_its_error),
        ON_BOTH(a_failure_always_has_an_error),
        ON_BOTH(a_duplicate_is_recognised),
        ON_BOTH(an_id_that_another_process_took_is_replaced_by_another),
        ON_POSTGRESQL(an_overlooked_error_is_no_success_on_postgresql),
        ON_SQLITE(a_transaction_goes_on_after_a_duplicate_on_sqlite),
        ON_BOTH(a_read_cannot_write),
        ON_BOTH(a_read_sees_one_snapshot),
        ON_BOTH(transactions_do_not_nest),
        ON_SQLITE(what_cannot_be_opened_is_explained),
        ON_SQLITE(passwords_are_not_told),
        ON_SQLITE(folders_and_files_are_for_the_owner_alone),
        ON_BOTH(a_closed_database_opens_again_with_all_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
