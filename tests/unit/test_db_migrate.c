/* Tests of platform/db's migrations. The program also plays the part of a server that starts: `test_db_migrate open
 * URL`. */
#include "db_case.h"

#include <gio/gio.h>
#include <string.h>

enum { STEPS = 3, SERVERS = 6 };

static const DbMigration migrations[STEPS] = {
    { 1, "people",
      "CREATE TABLE person (id BIGINT PRIMARY KEY, name TEXT NOT NULL);\n"
      "INSERT INTO person (id, name) VALUES (7, 'Ada; not the end')" },
    { 2, "ages", "ALTER TABLE person ADD COLUMN age BIGINT" },
    { 3, "an age for everybody", "UPDATE person SET age = 36;\nCREATE INDEX person_age ON person (age);\n" },
};

static const DbMigration broken[STEPS] = {
    { 1, "people", "CREATE TABLE person (id BIGINT PRIMARY KEY, name TEXT NOT NULL)" },
    { 2, "half a step", "CREATE TABLE half (id BIGINT PRIMARY KEY);\nINSERT INTO nowhere VALUES (1)" },
    { 3, "never reached", "CREATE TABLE never (id BIGINT PRIMARY KEY)" },
};

/* Opens anew with these steps. */
static gboolean reopen(Case *test, const DbMigration *steps, gsize count, GError **error)
{
    g_clear_pointer(&test->db, db_close);
    db_set_migrations(steps, count);
    test->db = db_open(test->url, 1, error);
    return test->db != NULL;
}

static gboolean read_steps(DbTx *tx, gpointer data, GError **error)
{
    GString *steps = data;
    g_autoptr(DbRows) rows =
        db_query(tx, "SELECT number, name, applied_at FROM migration ORDER BY number", DB_NO_ARGS, error);
    if (!rows)
        return FALSE;
    while (db_rows_next(rows)) {
        g_string_append_printf(steps, "%d %s\n", (int)db_rows_int(rows, 0), db_rows_text(rows, 1));
        assert_true(db_rows_int(rows, 2) > 0);
    }
    return db_rows_done(rows, error);
}

static void assert_steps(Case *test, const char *expected)
{
    g_autoptr(GString) steps = g_string_new(NULL);
    must_read(test->db, read_steps, steps);
    assert_string_equal(steps->str, expected);
}

static gboolean read_age(DbTx *tx, gpointer age, GError **error)
{
    return read_number(tx, "SELECT age FROM person WHERE id = 7 AND name = 'Ada; not the end'", age, error);
}

static void steps_are_taken_in_order_and_once(void **state)
{
    Case *test = case_begin(state);
    g_autoptr(GError) error = NULL;
    assert_steps(test, "");
    assert_true(reopen(test, migrations, 1, &error));
    assert_steps(test, "1 people\n");
    assert_true(reopen(test, migrations, STEPS, &error));
    assert_true(reopen(test, migrations, STEPS, &error));
    assert_steps(test, "1 people\n2 ages\n3 an age for everybody\n");
    gint64 age;
    must_read(test->db, read_age, &age);
    assert_int_equal(age, 36);
}

static gboolean read_half(DbTx *tx, gpointer data, GError **error)
{
    gint64 count;
    return read_number(tx, "SELECT COUNT(*) FROM half", &count, error);
}

static void a_step_that_fails_is_undone_and_named(void **state)
{
    Case *test = case_begin(state);
    g_autoptr(GError) error = NULL;
    assert_false(reopen(test, broken, STEPS, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_FAILED));
    assert_non_null(strstr(error->message, "half a step"));
    assert_non_null(strstr(error->message, "nowhere"));
    g_clear_error(&error);
    assert_true(reopen(test, migrations, 1, &error));
    assert_steps(test, "1 people\n");
    assert_false(db_read(test->db, read_half, NULL, NULL));
}

static void a_newer_schema_is_refused(void **state)
{
    Case *test = case_begin(state);
    g_autoptr(GError) error = NULL;
    assert_true(reopen(test, migrations, STEPS, &error));
    assert_false(reopen(test, migrations, STEPS - 1, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_FAILED));
    assert_non_null(strstr(error->message, "newer version"));
    g_clear_error(&error);
    assert_true(reopen(test, migrations, STEPS, &error));
    assert_steps(test, "1 people\n2 ages\n3 an age for everybody\n");
}

static void servers_that_start_at_once_take_each_step_once(void **state)
{
    Case *test = case_begin(state);
    if (test->engine == FIXTURE_SQLITE) {
        g_clear_pointer(&test->db, db_close);
        g_clear_pointer(&test->url, fixture_db_remove); /* so that they also race for the file */
        test->url = fixture_db_new(FIXTURE_SQLITE);
    }
    char *command[] = { "/proc/self/exe", "open", test->url, NULL };
    GSubprocess *servers[SERVERS];
    g_autoptr(GError) error = NULL;
    for (int i = 0; i < SERVERS; i++) {
        servers[i] = g_subprocess_newv((const char *const *)command, G_SUBPROCESS_FLAGS_NONE, &error);
        assert_non_null(servers[i]);
    }
    gboolean fine = TRUE;
    for (int i = 0; i < SERVERS; i++) {
        fine = g_subprocess_wait_check(servers[i], NULL, NULL) && fine;
        g_object_unref(servers[i]);
    }
    assert_true(fine);
    assert_true(reopen(test, migrations, STEPS, &error));
    assert_steps(test, "1 people\n2 ages\n3 an age for everybody\n");
}

static gboolean compare_rowid(DbTx *tx, gpointer id, GError **error)
{
    return read_number(tx, "SELECT rowid FROM person", id, error);
}

static void a_bigint_key_is_the_order_of_an_sqlite_table(void **state)
{
    Case *test = case_begin(state);
    g_autoptr(GError) error = NULL;
    assert_true(reopen(test, migrations, STEPS, &error));
    gint64 id;
    must_read(test->db, compare_rowid, &id);
    assert_int_equal(id, 7);
}

static int be_a_server(const char *url)
{
    db_set_migrations(migrations, STEPS);
    g_autoptr(GError) error = NULL;
    g_autoptr(Db) db = db_open(url, 1, &error);
    if (!db)
        g_printerr("%s\n", error->message);
    return db ? 0 : 1;
}

int main(int count, char **arguments)
{
    if (count == 3 && strcmp(arguments[1], "open") == 0)
        return be_a_server(arguments[2]);
    case_migrations = migrations;
    case_migration_count = 0;
    const struct CMUnitTest tests[] = {
        ON_BOTH(steps_are_taken_in_order_and_once),
        ON_BOTH(a_step_that_fails_is_undone_and_named),
        ON_BOTH(a_newer_schema_is_refused),
        ON_BOTH(servers_that_start_at_once_take_each_step_once),
        ON_SQLITE(a_bigint_key_is_the_order_of_an_sqlite_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
