/* What the tests of features share: each test function runs once an engine, on a fresh database with the program's own
 * tables. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "feature/app.h"
#include "feature/authoring/authoring.h"
#include "feature/practice/model.h"
#include "feature/schema.h"
#include "fixture_db.h"
#include "platform/clock.h"
#include "platform/error.h"

typedef struct {
    char *url;
    Settings *settings;
    App app; /* no server, no lexicon */
} Case;

/* clang-format off */
#define ON_ENGINE(test, engine, name) { #test " (" name ")", test, case_open, case_close, GINT_TO_POINTER(engine) }
/* clang-format on */
#define ON_BOTH(test) ON_ENGINE(test, FIXTURE_SQLITE, "SQLite"), ON_ENGINE(test, FIXTURE_POSTGRESQL, "PostgreSQL")

static inline void no_error(const GError *error)
{
    if (error)
        fail_msg("%s", error->message);
}

/* The code of a WHET_ERROR that is there; clears it. */
static inline int code_of(GError **error)
{
    if (!*error || (*error)->domain != WHET_ERROR)
        fail_msg("%s", *error ? (*error)->message : "there is no error");
    int code = (*error)->code;
    g_clear_error(error);
    return code;
}

static inline int case_open(void **state)
{
    FixtureEngine engine = (FixtureEngine)GPOINTER_TO_INT(*state);
    Case *test = g_new0(Case, 1);
    *state = test;
    clock_shift(0);
    if (!fixture_db_available(engine))
        return 0;
    g_autoptr(GError) error = NULL;
    test->url = fixture_db_new(engine);
    test->settings = settings_new(NULL, &error);
    no_error(error);
    schema_register();
    test->app.db = db_open(test->url, 8, &error);
    no_error(error);
    test->app.settings = test->settings;
    test->app.catalogues = catalogues_new();
    test->app.models = model_shelf_new();
    test->app.public_url = "https://whet.test";
    return 0;
}

static inline int case_close(void **state)
{
    Case *test = *state;
    db_close(test->app.db);
    g_clear_pointer(&test->app.catalogues, catalogues_free);
    g_clear_pointer(&test->app.models, model_shelf_free);
    fixture_db_remove(test->url);
    g_clear_pointer(&test->settings, settings_free);
    g_free(test);
    clock_shift(0);
    return 0;
}

/* Every test's first line: the app, or the test is skipped. */
static inline App *case_app(void **state)
{
    Case *test = *state;
    if (!test->app.db)
        skip();
    return &test->app;
}

static inline void must_write(App *app, DbFunction function, gpointer data)
{
    g_autoptr(GError) error = NULL;
    if (!db_write(app->db, function, data, &error))
        no_error(error);
}

static inline void must_read(App *app, DbFunction function, gpointer data)
{
    g_autoptr(GError) error = NULL;
    if (!db_read(app->db, function, data, &error))
        no_error(error);
}

/* The integer in the first column of the first row; 0 without one. */
typedef struct {
    const char *sql;
    gint64 value;
} CaseNumber;

static inline gboolean case_read_number(DbTx *tx, gpointer data, GError **error)
{
    CaseNumber *number = data;
    g_autoptr(DbRows) rows = db_query(tx, number->sql, DB_NO_ARGS, error);
    if (!rows)
        return FALSE;
    number->value = db_rows_next(rows) ? db_rows_int(rows, 0) : 0;
    return db_rows_done(rows, error);
}

static inline gint64 number_of(App *app, const char *sql)
{
    CaseNumber number = { sql, 0 };
    must_read(app, case_read_number, &number);
    return number.value;
}

static inline gboolean case_run(DbTx *tx, gpointer data, GError **error)
{
    return db_run(tx, data, DB_NO_ARGS, error);
}

/* Runs a constant statement. */
static inline void run_sql(App *app, const char *sql)
{
    must_write(app, case_run, (gpointer)sql);
}
