/* Who has something due: the counts, and that nobody reads what is not due to find them. */
#include "practice_case.h"

#include "feature/practice/due_db.h"

typedef struct {
    App *app;
    Learner anna, ben, other;
} Practice;

static void practice_open(Practice *practice, void **state)
{
    App *app = practice->app = case_app(state);
    practice->anna = learner_of(app, "Acme", NULL, "anna@acme.test");
    practice->ben = learner_of(app, "Acme", NULL, "ben@acme.test");
    practice->other = learner_of(app, "Other", NULL, "otto@other.test");
    IMPORT(app, practice->anna.who.organisation_id, { "pack.md", PACK_FRONT }, { "price.md", PRICE },
           { "x.md", FRONT("x", "talk", "") CHOOSE("1 x") });
    IMPORT(app, practice->other.who.organisation_id, { "pack.md", PACK_FRONT }, { "price.md", PRICE });
}

static void learn(const Practice *practice, const HttpIdentity *who, const char *slug)
{
    answer_quietly(practice->app, who,
                   (Answer){ .exercise_id = exercise_id(practice->app, who->organisation_id, slug), .choices = "[1]" });
}

typedef struct {
    gint64 organisation_id;
    GArray *counts;
} Counting;

static gboolean count_due(DbTx *tx, gpointer data, GError **error)
{
    Counting *counting = data;
    counting->counts = due_db_counts(tx, counting->organisation_id, clock_now(), error);
    return counting->counts != NULL;
}

static GArray *counts_of(const Practice *practice, const HttpIdentity *who)
{
    Counting counting = { .organisation_id = who->organisation_id };
    must_read(practice->app, count_due, &counting);
    return counting.counts;
}

static void only_those_with_something_due_are_counted(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    clock_shift(-40 * CLOCK_DAY);
    learn(&practice, &practice.anna.who, "choose-one");
    learn(&practice, &practice.anna.who, "choose-1-x");
    learn(&practice, &practice.other.who, "choose-one");
    clock_shift(0);
    learn(&practice, &practice.ben.who, "choose-one");
    g_autoptr(GArray) counts = counts_of(&practice, &practice.anna.who);
    assert_int_equal(counts->len, 1);
    assert_int_equal(g_array_index(counts, DueCount, 0).person_id, practice.anna.who.person_id);
    assert_int_equal(g_array_index(counts, DueCount, 0).due, 2);
}

/* Like the page of today: what is not practised any more is not due. */
static void what_was_retired_or_is_for_another_team_is_not_counted(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    const gint64 org = practice.anna.who.organisation_id;
    clock_shift(-40 * CLOCK_DAY);
    learn(&practice, &practice.anna.who, "choose-one");
    learn(&practice, &practice.anna.who, "choose-1-x");
    clock_shift(0);
    IMPORT(practice.app, org, { "pack.md", PACK_FRONT }, { "price.md", PRICE });
    g_autoptr(GArray) retired = counts_of(&practice, &practice.anna.who);
    assert_int_equal(g_array_index(retired, DueCount, 0).due, 1);
    Learner north = learner_of(practice.app, "Acme", "North", "n@acme.test");
    const PackPiece pieces[] = { { "pack.md", PACK_FRONT }, { "price.md", PRICE }, { 0 } };
    import_for(practice.app, org, north.team_id, pieces);
    g_autoptr(GArray) elsewhere = counts_of(&practice, &practice.anna.who);
    assert_int_equal(elsewhere->len, 0);
}

/* --- how the engines go about it */

enum { CROWD = 400, CONCEPTS = 50 }; /* 20,000 memories, of which one in a hundred is due */

/* People and concepts enough that reading everything would be the wrong plan. */
static void furnish(const Practice *practice)
{
    run_sql(practice->app,
            "INSERT INTO person (id, organisation_id, email, name, roles, time_zone, session_minutes, created_at)"
            " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
            " SELECT 1000 + i, organisation_id, 'p' || i || '@acme.test', 'P', 1, 'UTC', 5, 0 FROM n, person"
            " WHERE person.email = 'anna@acme.test'");
    run_sql(practice->app,
            "INSERT INTO concept (id, organisation_id, pack_id, skill_id, slug, title, must_know, position, text, file,"
            " source) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)"
            " SELECT 1000 + i, concept.organisation_id, pack_id, skill_id, 'c' || i, 'C', 0, i, '', '', ''"
            " FROM n, concept JOIN person ON person.organisation_id = concept.organisation_id"
            " WHERE person.email = 'anna@acme.test' AND concept.slug = 'price'");
    run_sql(practice->app,
            "INSERT INTO memory (person_id, concept_id, due_at, stability, difficulty, reviewed_at, day, reviews,"
            " lapses, confidently_wrong, organisation_id, seen)"
            " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400),"
            " m(j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM m WHERE j < 50)"
            " SELECT 1000 + i, 1000 + j, CASE WHEN (i * 50 + j) % 100 = 0 THEN 1 ELSE 9000000000000000 END,"
            " 5, 5, 0, 0, 1, 0, 0, organisation_id, '' FROM n, m, person WHERE person.email = 'anna@acme.test'");
    run_sql(practice->app, "ANALYZE");
}

typedef struct {
    App *app;
    const char *sql;
    gint64 organisation_id;
    GString *plan;
} Explaining;

static gboolean explain(DbTx *tx, gpointer data, GError **error)
{
    Explaining *explaining = data;
    int column = g_str_equal(db_engine(explaining->app->db), "sqlite") ? 3 : 0;
    g_autoptr(DbRows) rows =
        db_query(tx, explaining->sql, DB_ARGS(db_int(explaining->organisation_id), db_int(clock_now())), error);
    if (!rows)
        return FALSE;
    while (db_rows_next(rows))
        g_string_append_printf(explaining->plan, "%s\n", db_rows_text(rows, column));
    return db_rows_done(rows, error);
}

/* The due ones stand together at the front of an index that begins with the organisation: neither engine reads the
 * memories that are not due, nor (SQLite, which says so) the table besides the index. */
static void nobody_reads_what_is_not_due(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    furnish(&practice);
    g_autoptr(GArray) counts = counts_of(&practice, &practice.anna.who);
    assert_int_equal(counts->len, CROWD / 2);

    static char sql[2048]; /* statements are found again by address */
    gboolean sqlite = g_str_equal(db_engine(practice.app->db), "sqlite");
    g_snprintf(sql, sizeof sql, "%s%s", sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ", due_db_counts_sql);
    g_autoptr(GString) plan = g_string_new(NULL);
    Explaining explaining = { practice.app, sql, practice.anna.who.organisation_id, plan };
    must_read(practice.app, explain, &explaining);
    if (sqlite &&
        !strstr(plan->str,
                "SEARCH memory USING COVERING INDEX memory_due_of_organisation (organisation_id=? AND due_at<?)"))
        fail_msg("%s", plan->str);
    if (!strstr(plan->str, "memory_due_of_organisation") || strstr(plan->str, "SCAN memory") ||
        strstr(plan->str, "Seq Scan on memory"))
        fail_msg("%s", plan->str);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(only_those_with_something_due_are_counted),
        ON_BOTH(what_was_retired_or_is_for_another_team_is_not_counted),
        ON_BOTH(nobody_reads_what_is_not_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
