/* What the tests of platform/db share: each test function runs once an engine, on a fresh database. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fixture_db.h"
#include "platform/db/db.h"
#include "platform/error.h"

typedef struct {
    FixtureEngine engine;
    char *url;
    Db *db;
} Case;

/* cmocka's name, test, setup, teardown and initial state, for both engines or for one. */
/* clang-format off */
#define ON_SQLITE(test) { #test " (SQLite)", test, case_open, case_close, GINT_TO_POINTER(FIXTURE_SQLITE) }
#define ON_POSTGRESQL(test) { #test " (PostgreSQL)", test, case_open, case_close, GINT_TO_POINTER(FIXTURE_POSTGRESQL) }
/* clang-format on */
#define ON_BOTH(test) ON_SQLITE(test), ON_POSTGRESQL(test)

/* Set in main: the schema of the databases. */
static const DbMigration *case_migrations;
static gsize case_migration_count;

/* A failed assertion jumps out of the transaction that it is in, which then never ends: closing would wait for it. */
static gboolean case_in_transaction;

static inline Db *must_open(const char *url)
{
    g_autoptr(GError) error = NULL;
    Db *db = db_open(url, 8, &error);
    if (!db)
        fail_msg("%s", error->message);
    return db;
}

static inline int case_open(void **state)
{
    Case *test = g_new0(Case, 1);
    test->engine = (FixtureEngine)GPOINTER_TO_INT(*state);
    *state = test;
    if (!fixture_db_available(test->engine))
        return 0;
    db_set_migrations(case_migrations, case_migration_count);
    test->url = fixture_db_new(test->engine);
    test->db = must_open(test->url);
    return 0;
}

static inline int case_close(void **state)
{
    Case *test = *state;
    if (!case_in_transaction)
        db_close(test->db);
    fixture_db_remove(test->url);
    g_free(test);
    return 0;
}

/* Every test's first line. */
static inline Case *case_begin(void **state)
{
    Case *test = *state;
    if (!test->db)
        skip();
    return test;
}

static inline void must_write(Db *db, DbFunction function, gpointer data)
{
    g_autoptr(GError) error = NULL;
    case_in_transaction = TRUE;
    gboolean done = db_write(db, function, data, &error);
    case_in_transaction = FALSE;
    if (!done)
        fail_msg("%s", error->message);
}

static inline void must_read(Db *db, DbFunction function, gpointer data)
{
    g_autoptr(GError) error = NULL;
    case_in_transaction = TRUE;
    gboolean done = db_read(db, function, data, &error);
    case_in_transaction = FALSE;
    if (!done)
        fail_msg("%s", error->message);
}

/* The first column of a query's only row. */
static inline gboolean read_number(DbTx *tx, const char *sql, gint64 *number, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_NO_ARGS, error);
    if (!rows)
        return FALSE;
    *number = db_rows_next(rows) ? db_rows_int(rows, 0) : -1;
    return db_rows_done(rows, error);
}
