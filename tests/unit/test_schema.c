/* That databases of earlier releases come up to date with all that is in them. */
#include "practice_case.h"

#include "feature/practice/practice.h"
#include "feature/practice/review.h"

/* As a server of schema 1 left them: two people and two exercises of one concept; Anna came back a day later, twice on
 * one day, and once sent an answer late. */
static const char *const rows_of_schema_1[] = {
    "INSERT INTO organisation (id, name, created_at) VALUES (1, 'Acme', 1)",
    "INSERT INTO person (id, organisation_id, email, name, roles, time_zone, session_minutes, created_at)"
    " VALUES (2, 1, 'anna@acme.test', 'Anna', 1, 'UTC', 5, 1), (3, 1, 'ben@acme.test', 'Ben', 1, 'UTC', 5, 1)",
    "INSERT INTO pack (id, organisation_id, slug, title, language, about, source, digest, version, imported_at)"
    " VALUES (4, 1, 'selling', 'Selling', 'en', '', '', '', 1, 1)",
    "INSERT INTO skill (id, organisation_id, pack_id, slug, name, position) VALUES (5, 1, 4, 'talk', 'Talking', 0)",
    "INSERT INTO concept (id, organisation_id, pack_id, skill_id, slug, title, must_know, position, text, file, source)"
    " VALUES (6, 1, 4, 5, 'price', 'Price', 0, 0, '', '', '')",
    "INSERT INTO exercise (id, organisation_id, concept_id, slug, kind, version, position, hint, options, correct)"
    " VALUES (7, 1, 6, 'choose-one', 'choose', 1, 0, 0, 2, 1), (8, 1, 6, 'choose-two', 'choose', 1, 1, 0, 2, 1)",
    "INSERT INTO attempt (id, organisation_id, person_id, concept_id, exercise_id, version, key, answer, confidence,"
    " seconds, answered_at, received_at, day, try_number, grader, score, result, predicted, review, rating,"
    " stability_before, retrievability_before, stability_after, due_at) VALUES"
    " (10, 1, 2, 6, 7, 1, 'a', '{}', 2, 10, 1, 1, 100, 1, 'options', 1.0, '{}', 0.5, 1, 3, 0, 0, 2, 1),"
    " (11, 1, 2, 6, 8, 1, 'b', '{}', 2, 20, 2, 2, 101, 1, 'options', 0.5, '{}', 0.75, 2, 1, 2, 0.9, 1, 1),"
    " (12, 1, 2, 6, 7, 1, 'c', '{}', 2, 30, 3, 3, 101, 1, 'options', 1.0, '{}', 0.25, 3, 3, 1, 1.0, 2, 1),"
    " (13, 1, 2, 6, 7, 1, 'd', '{}', 2, 40, 3, 3, 100, 1, 'options', 1.0, '{}', 0.5, 4, 3, 2, 1.0, 3, 1),"
    " (14, 1, 2, 6, 7, 1, 'e', '{}', 2, 50, 3, 3, 101, 2, 'options', 1.0, '{}', NULL, NULL, NULL, 3, 0, 3, 1),"
    " (15, 1, 3, 6, 7, 1, 'f', '{}', 2, 60, 3, 3, 200, 1, 'options', 0.0, '{}', 0.5, 1, 1, 0, 0, 1, 1)",
    "INSERT INTO exercise_difficulty (exercise_id, organisation_id, mean, variance, attempts)"
    " VALUES (7, 1, 0.1, 0.2, 4), (8, 1, 0.3, 0.4, 1)",
    "INSERT INTO ability (person_id, skill_id, organisation_id, mean, variance) VALUES (2, 5, 1, 0.8, 0.4)",
    "INSERT INTO memory (person_id, concept_id, due_at, stability, difficulty, reviewed_at, day, reviews, lapses,"
    " confidently_wrong, organisation_id, seen) VALUES (2, 6, 1, 2.5, 5.5, 1, 101, 4, 1, 0, 1, '8,7')",
};

static Db *open_at(const char *url, gsize schema)
{
    gsize count;
    const DbMigration *all = schema_migrations(&count);
    assert_true(schema <= count);
    db_set_migrations(all, schema);
    g_autoptr(GError) error = NULL;
    Db *db = db_open(url, 2, &error);
    no_error(error);
    return db;
}

static void fail_with(const char *sentence, gpointer data)
{
    fail_msg("%s", sentence);
}

/* The job that the migration left, and the look again that it leaves. */
static void run_refolding(App *app)
{
    static const JobHandler *const tables[] = { practice_jobs, NULL };
    gboolean ran = FALSE;
    g_autoptr(GError) error = NULL;
    if (!jobs_run_next(app->db, tables, app, &ran, &error))
        no_error(error);
    assert_true(ran);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job WHERE failure IS NOT NULL"), 0);
}

static void database_of_the_first_release_comes_up_to_date(FixtureEngine engine)
{
    if (!fixture_db_available(engine))
        skip();
    char *url = fixture_db_new(engine);
    App app = { .db = open_at(url, 1), .models = model_shelf_new() };
    for (guint i = 0; i < G_N_ELEMENTS(rows_of_schema_1); i++)
        run_sql(&app, rows_of_schema_1[i]);
    db_close(app.db);
    gsize count;
    schema_migrations(&count);
    app.db = open_at(url, count);

    /* The sums follow from the attempts, as those that are kept from now on will. */
    guint checked;
    g_autoptr(GError) error = NULL;
    if (!practice_check_exercises(&app, FALSE, fail_with, NULL, &checked, &error))
        no_error(error);
    assert_int_equal(checked, 2);
    assert_int_equal(number_of(&app, "SELECT passes FROM exercise_difficulty WHERE exercise_id = 7"), 3);
    assert_int_equal(number_of(&app, "SELECT returns FROM exercise_difficulty WHERE exercise_id = 7"), 0);
    assert_int_equal(number_of(&app, "SELECT returns FROM exercise_difficulty WHERE exercise_id = 8"), 1);
    assert_true(real_of(&app, "SELECT seconds_sum FROM exercise_difficulty WHERE exercise_id = 7") == 140);
    assert_true(real_of(&app, "SELECT score_predicted FROM exercise_difficulty WHERE exercise_id = 8") == 0.375);
    assert_true(real_of(&app, "SELECT mean FROM exercise_difficulty WHERE exercise_id = 8") == 0.3);

    /* Memories are as they were, of the published weights of FSRS-6, and wait to be folded anew for their due dates. */
    const HttpIdentity anna = { .person_id = 2, .organisation_id = 1 };
    g_auto(MemoryRow) memory = memory_of(&app, &anna, 6);
    assert_true(memory.state.stability == 2.5 && memory.state.difficulty == 5.5 && memory.state.fast == 0);
    assert_int_equal(memory.model_id, MODEL_EARLIER);
    assert_int_equal(number_of(&app, "SELECT memory_model_id FROM organisation"), MODEL_PUBLISHED);

    /* How often they were right, at the concept and in the skill; what is expected of them has not changed. */
    assert_true(memory.score_sum == 3.5 && memory.last_score == 1);
    assert_int_equal(number_of(&app, "SELECT attempts FROM ability"), 4);
    assert_true(real_of(&app, "SELECT score_sum FROM ability") == 3.5);
    assert_true(near(real_of(&app, "SELECT mean FROM ability"), 0.4));
    assert_true(near(real_of(&app, "SELECT variance FROM ability"), 0.35));
    assert_true(near(real_of(&app, "SELECT mean FROM person_ability WHERE person_id = 2"), 0.4));
    assert_true(near(real_of(&app, "SELECT variance FROM person_ability WHERE person_id = 2"), 0.35));
    assert_int_equal(number_of(&app, "SELECT COUNT(*) FROM person_ability"), 1);
    assert_int_equal(number_of(&app, "SELECT challenge_model_id FROM organisation"), 0);

    run_refolding(&app);
    g_auto(MemoryRow) folded = memory_of(&app, &anna, 6);
    const MemoryModel published = memory_model_default(MEMORY_FSRS6);
    assert_int_equal(folded.model_id, MODEL_PUBLISHED);
    assert_int_equal(folded.reviews, 4);
    assert_int_equal(folded.due_at, review_due(&published, &folded, FALSE));
    db_close(app.db);
    model_shelf_free(app.models);
    fixture_db_remove(url);
}

static void database_of_the_first_release_comes_up_to_date_with_sqlite(void **state)
{
    database_of_the_first_release_comes_up_to_date(FIXTURE_SQLITE);
}

static void database_of_the_first_release_comes_up_to_date_with_postgresql(void **state)
{
    database_of_the_first_release_comes_up_to_date(FIXTURE_POSTGRESQL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(database_of_the_first_release_comes_up_to_date_with_sqlite),
        cmocka_unit_test(database_of_the_first_release_comes_up_to_date_with_postgresql),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
