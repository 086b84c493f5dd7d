/* How often people are right on questions they had not seen, and how it went lately. */
#include "practice_case.h"

typedef struct {
    App *app;
    Learner anna, ben;
    const HttpIdentity *who;
    gint64 org;
} Practice;

static void practice_open(Practice *practice, void **state)
{
    App *app = practice->app = case_app(state);
    practice->anna = learner_of(app, "Acme", NULL, "anna@acme.test");
    practice->ben = learner_of(app, "Acme", NULL, "ben@acme.test");
    practice->who = &practice->anna.who;
    practice->org = practice->who->organisation_id;
    IMPORT(app, practice->org, { "pack.md", PACK_FRONT }, { "price.md", PRICE },
           { "x.md", FRONT("x", "talk", "") CHOOSE("1 x") CHOOSE("2 x") });
}

static void answer(const Practice *practice, const HttpIdentity *who, const char *slug, gboolean right)
{
    answer_quietly(
        practice->app, who,
        (Answer){ .exercise_id = exercise_id(practice->app, practice->org, slug), .choices = right ? "[1]" : "[0]" });
}

typedef struct {
    const HttpIdentity *who;
    gint64 since;
    GArray *unseen;
    RecentCount recent;
} Reading;

static gboolean read_counts(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    reading->unseen = practice_db_unseen(tx, reading->who, reading->since, error);
    return reading->unseen && practice_db_recent(tx, reading->who, &reading->recent, error);
}

/* Answers and right ones about the skill of a concept. */
static void assert_unseen(const Practice *practice, gint64 since, const char *concept, gint64 attempts, gint64 right)
{
    static const char sql[] = "SELECT skill_id FROM concept WHERE organisation_id = $1 AND slug = $2";
    gint64 skill = number_with(practice->app, sql, DB_ARGS(db_int(practice->org), db_text(concept)));
    Reading reading = { .who = practice->who, .since = since };
    must_read(practice->app, read_counts, &reading);
    g_autoptr(GArray) unseen = reading.unseen;
    UnseenCount found = { 0 };
    for (guint i = 0; i < unseen->len; i++)
        if (g_array_index(unseen, UnseenCount, i).skill_id == skill)
            found = g_array_index(unseen, UnseenCount, i);
    assert_int_equal(found.attempts, attempts);
    assert_int_equal(found.right, right);
}

static void only_the_first_meeting_with_a_question_counts_as_unseen(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    assert_unseen(&practice, 0, "x", 0, 0);
    answer(&practice, practice.who, "choose-1-x", FALSE);
    answer(&practice, practice.who, "choose-1-x", TRUE); /* has been seen */
    answer(&practice, practice.who, "choose-2-x", TRUE);
    answer(&practice, practice.who, "choose-2-x", FALSE);
    answer(&practice, &practice.ben.who, "choose-one", TRUE); /* somebody else's */
    answer_quietly(practice.app, practice.who,
                   (Answer){ .exercise_id = exercise_id(practice.app, practice.org, "reflect-last-time"),
                             .text = "Yesterday." }); /* not graded */
    assert_unseen(&practice, 0, "x", 2, 1);
    assert_unseen(&practice, 0, "price", 0, 0);
    answer(&practice, practice.who, "choose-one", FALSE);
    assert_unseen(&practice, 0, "price", 1, 0);
}

static void what_was_seen_long_ago_is_not_unseen_today(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    clock_shift(-100 * CLOCK_DAY);
    answer(&practice, practice.who, "choose-1-x", FALSE);
    clock_shift(0);
    answer(&practice, practice.who, "choose-1-x", TRUE);
    answer(&practice, practice.who, "choose-2-x", TRUE);
    g_autoptr(GTimeZone) zone = clock_zone(NULL);
    gint64 today = clock_day(clock_now(), zone);
    assert_unseen(&practice, today - 89, "x", 1, 1);
    assert_unseen(&practice, today - 101, "x", 2, 1);
}

static void lately_is_the_newest_twenty_first_tries(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    for (int i = 0; i < 5; i++)
        answer(&practice, practice.who, "choose-1-x", FALSE);
    for (int i = 0; i < PRACTICE_RECENT_MOST - 2; i++)
        answer(&practice, practice.who, "choose-1-x", TRUE);
    Reading reading = { .who = practice.who };
    must_read(practice.app, read_counts, &reading);
    g_array_unref(reading.unseen);
    assert_int_equal(reading.recent.attempts, PRACTICE_RECENT_MOST);
    assert_int_equal(reading.recent.right, PRACTICE_RECENT_MOST - 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(only_the_first_meeting_with_a_question_counts_as_unseen),
        ON_BOTH(what_was_seen_long_ago_is_not_unseen_today),
        ON_BOTH(lately_is_the_newest_twenty_first_tries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
