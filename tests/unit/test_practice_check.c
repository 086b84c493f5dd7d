/* That memories follow from attempts: whatever the order in which answers came, and that it is seen when they do not.
 */
#include "practice_case.h"

#include "feature/practice/practice.h"

#define TALK FRONT("talk-first", "talk", "") CHOOSE("first") CHOOSE("second")

typedef struct {
    App *app;
    Learner anna;
    const HttpIdentity *who;
    gint64 org, price, talk, exercises[4]; /* two of price, two of talk */
} Practice;

static void practice_open(Practice *practice, void **state)
{
    App *app = practice->app = case_app(state);
    practice->anna = learner_of(app, "Acme", NULL, "anna@acme.test");
    practice->who = &practice->anna.who;
    practice->org = practice->who->organisation_id;
    IMPORT(app, practice->org, { "pack.md", PACK_FRONT }, { "price.md", PRICE }, { "talk.md", TALK });
    practice->price = concept_id(app, practice->org, "price");
    practice->talk = concept_id(app, practice->org, "talk-first");
    static const char *const slugs[] = { "choose-one", "choose-several", "choose-first", "choose-second" };
    for (guint i = 0; i < G_N_ELEMENTS(slugs); i++)
        practice->exercises[i] = exercise_id(app, practice->org, slugs[i]);
}

static void count(const char *sentence, gpointer data)
{
    assert_non_null(strstr(sentence, "person "));
    (*(guint *)data)++;
}

static void count_exercise(const char *sentence, gpointer data)
{
    assert_non_null(strstr(sentence, "exercise "));
    (*(guint *)data)++;
}

/* How many memories do not follow. */
static guint check(const Practice *practice, gboolean repair, guint *checked)
{
    guint wrong = 0;
    g_autoptr(GError) error = NULL;
    if (!practice_check(practice->app, repair, count, &wrong, checked, &error))
        no_error(error);
    return wrong;
}

static void assert_all_follow(const Practice *practice, guint memories)
{
    guint checked = 0;
    assert_int_equal(check(practice, FALSE, &checked), 0);
    assert_int_equal(checked, memories);
}

/* A few weeks of practice, some of it wrong. */
static void practise(const Practice *practice)
{
    static const int days_ago[] = { 28, 28, 25, 25, 20, 19, 12, 12, 3, 1, 0, 0 };
    for (guint i = 0; i < G_N_ELEMENTS(days_ago); i++)
        answer_quietly(practice->app, practice->who,
                       (Answer){ .exercise_id = practice->exercises[i % 4],
                                 .choices = i % 3 == 1 ? "[0]" : "[1]",
                                 .confidence = (Confidence)(1 + i % 3),
                                 .seconds = 1 + 10 * i,
                                 .answered_at = clock_now() - days_ago[i] * CLOCK_DAY });
}

static void memories_follow_from_attempts(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    assert_all_follow(&practice, 0);
    practise(&practice);
    assert_all_follow(&practice, 2);
}

/* A phone that was offline for weeks sends its answers after those that a newer screen has sent. */
static void memories_follow_when_answers_come_out_of_order(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    static const int days_ago[] = { 3, 20, 11, 29, 0, 400, 7, 3 };
    for (guint i = 0; i < G_N_ELEMENTS(days_ago); i++) {
        g_autoptr(Attempt) attempt = must_answer(practice.app, practice.who,
                                                 (Answer){ .exercise_id = practice.exercises[i % 2],
                                                           .choices = i % 2 ? "[0]" : "[1]",
                                                           .answered_at = clock_now() - days_ago[i] * CLOCK_DAY });
        assert_int_equal(attempt->review, i + 1);
    }
    assert_all_follow(&practice, 1);
    g_auto(MemoryRow) memory = memory_of(practice.app, practice.who, practice.price);
    assert_int_equal(memory.reviewed_at, number_of(practice.app, "SELECT MAX(answered_at) FROM attempt"));
    assert_int_equal(memory.day, number_of(practice.app, "SELECT MAX(day) FROM attempt"));
}

static void memories_follow_when_time_zone_and_pack_have_changed(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    practise(&practice);
    run_sql(practice.app, "UPDATE person SET time_zone = 'Pacific/Kiritimati'");
    answer_quietly(practice.app, practice.who, (Answer){ .exercise_id = practice.exercises[0], .choices = "[1]" });
    run_sql(practice.app, "UPDATE person SET time_zone = 'Pacific/Pago_Pago'");
    answer_quietly(practice.app, practice.who, (Answer){ .exercise_id = practice.exercises[1], .choices = "[1]" });
    /* No more a must, and the other concept is gone. */
    static const char may[] = FRONT("price", "money", "") CHOOSE("one");
    IMPORT(practice.app, practice.org, { "pack.md", PACK_FRONT }, { "price.md", may });
    assert_all_follow(&practice, 2);
}

/* --- tampering */

static const char *const tampering[] = {
    "UPDATE memory SET stability = stability * 1.0001",
    "UPDATE memory SET difficulty = difficulty - 0.001",
    "UPDATE memory SET due_at = due_at + 2000000",
    "UPDATE memory SET reviewed_at = reviewed_at - 1",
    "UPDATE memory SET day = day - 1",
    "UPDATE memory SET reviews = reviews + 1",
    "UPDATE memory SET lapses = lapses + 1",
    "UPDATE memory SET score_sum = score_sum + 0.5",
    "UPDATE memory SET last_score = 0.125",
    "UPDATE memory SET confidently_wrong = 1 - confidently_wrong",
    "UPDATE memory SET seen = '1,2'",
    "DELETE FROM memory",
};

static void assert_same_memory(const MemoryRow *row, const MemoryRow *expected)
{
    assert_true(near(row->state.stability, expected->state.stability) &&
                near(row->state.difficulty, expected->state.difficulty));
    assert_int_equal(row->due_at, expected->due_at);
    assert_int_equal(row->reviewed_at, expected->reviewed_at);
    assert_int_equal(row->day, expected->day);
    assert_int_equal(row->reviews, expected->reviews);
    assert_int_equal(row->lapses, expected->lapses);
    assert_true(near(row->score_sum, expected->score_sum) && row->last_score == expected->last_score);
    assert_int_equal(row->confidently_wrong, expected->confidently_wrong);
    assert_string_equal(row->seen, expected->seen);
}

static void tampering_with_a_memory_is_told_and_put_right(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    practise(&practice);
    g_auto(MemoryRow) price = memory_of(practice.app, practice.who, practice.price),
                      talk = memory_of(practice.app, practice.who, practice.talk);
    guint checked;
    for (guint i = 0; i < G_N_ELEMENTS(tampering); i++) {
        run_sql(practice.app, tampering[i]);
        assert_int_equal(check(&practice, FALSE, &checked), 2);
        assert_int_equal(check(&practice, FALSE, &checked), 2); /* telling alone changes nothing */
        assert_int_equal(check(&practice, TRUE, &checked), 2);
        assert_all_follow(&practice, 2);
        g_auto(MemoryRow) mended_price = memory_of(practice.app, practice.who, practice.price);
        g_auto(MemoryRow) mended_talk = memory_of(practice.app, practice.who, practice.talk);
        assert_same_memory(&mended_price, &price);
        assert_same_memory(&mended_talk, &talk);
    }
}

static void attempt_that_was_taken_away_is_missed(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    practise(&practice);
    run_sql(
        practice.app,
        "DELETE FROM attempt WHERE review = 3 AND exercise_id IN (SELECT id FROM exercise WHERE slug = 'choose-one')");
    guint checked;
    assert_int_equal(check(&practice, FALSE, &checked), 1);
}

static void memory_without_attempts_is_told_and_removed(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    practise(&practice);
    Learner ben = learner_of(practice.app, "Other", NULL, "ben@other.test");
    run_sql(
        practice.app,
        "INSERT INTO memory (person_id, concept_id, due_at, stability, difficulty, reviewed_at, day, reviews, lapses,"
        " confidently_wrong, organisation_id, seen)"
        " SELECT person.id, concept.id, 1, 5.0, 5.0, 1, 1, 1, 0, 0, person.organisation_id, '' FROM person, concept"
        " WHERE person.email = 'ben@other.test' AND concept.slug = 'price'");
    guint checked;
    assert_int_equal(check(&practice, FALSE, &checked), 1);
    assert_int_equal(checked, 3);
    assert_int_equal(check(&practice, TRUE, &checked), 1);
    assert_all_follow(&practice, 2);
    g_auto(MemoryRow) left = memory_of(practice.app, &ben.who, practice.price);
    assert_true(left.state.stability == 0);
}

static void each_persons_memories_are_looked_at_alone(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    Learner ben = learner_of(practice.app, "Acme", NULL, "ben@acme.test");
    practise(&practice);
    answer_quietly(practice.app, &ben.who, (Answer){ .exercise_id = practice.exercises[0], .choices = "[0]" });
    assert_all_follow(&practice, 3);
    run_sql(practice.app,
            "UPDATE memory SET lapses = 9 WHERE person_id = (SELECT id FROM person WHERE email = 'ben@acme.test')");
    guint checked;
    assert_int_equal(check(&practice, TRUE, &checked), 1);
    assert_all_follow(&practice, 3);
}

/* --- what is kept with exercises */

static guint check_exercises(const Practice *practice, gboolean repair)
{
    guint wrong = 0, checked;
    g_autoptr(GError) error = NULL;
    if (!practice_check_exercises(practice->app, repair, count_exercise, &wrong, &checked, &error))
        no_error(error);
    assert_int_equal(checked, 4);
    return wrong;
}

static const char *const exercise_tampering[] = {
    "UPDATE exercise_difficulty SET attempts = attempts + 1",
    "UPDATE exercise_difficulty SET returns = returns - 1",
    "UPDATE exercise_difficulty SET passes = passes + 1",
    "UPDATE exercise_difficulty SET seconds_sum = seconds_sum + 0.001",
    "UPDATE exercise_difficulty SET score_sum = score_sum + 0.001",
    "UPDATE exercise_difficulty SET score_squares = score_squares + 0.001",
    "UPDATE exercise_difficulty SET predicted_sum = predicted_sum + 0.001",
    "UPDATE exercise_difficulty SET predicted_squares = predicted_squares + 0.001",
    "UPDATE exercise_difficulty SET score_predicted = score_predicted + 0.001",
    "UPDATE attempt SET score = score / 2 + 0.1",
};

static void tampering_with_an_exercises_sums_is_told_and_put_right(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    practise(&practice);
    assert_int_equal(check_exercises(&practice, FALSE), 0);
    for (guint i = 0; i < G_N_ELEMENTS(exercise_tampering); i++) {
        run_sql(practice.app, exercise_tampering[i]);
        assert_int_equal(check_exercises(&practice, FALSE), 4);
        assert_int_equal(check_exercises(&practice, TRUE), 4);
        assert_int_equal(check_exercises(&practice, FALSE), 0);
    }
    run_sql(practice.app, "UPDATE attempt SET review = NULL");
    assert_int_equal(check_exercises(&practice, TRUE), 4);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM exercise_difficulty WHERE attempts = 0"), 4);
}

/* --- many at once */

enum { THREADS = 8, ANSWERS = 6 };

typedef struct {
    const Practice *practice;
    const HttpIdentity *who;
    int number;
    gboolean same_keys;
} Screen;

static gpointer answer_often(gpointer data)
{
    const Screen *screen = data;
    for (int i = 0; i < ANSWERS; i++) {
        g_autofree char *key = g_strdup_printf("screen-%d-answer-%d", screen->same_keys ? 0 : screen->number, i);
        gboolean replayed;
        g_autoptr(GError) error = NULL;
        g_autoptr(Attempt) attempt =
            try_answer(screen->practice->app, screen->who,
                       (Answer){ .key = key,
                                 .exercise_id = screen->practice->exercises[i % 4],
                                 .choices = i % 3 ? "[1]" : "[0]",
                                 .answered_at = clock_now() - ((i * 7 + screen->number * 5) % 29) * CLOCK_DAY },
                       &replayed, &error);
        if (!attempt)
            return g_strdup(error->message);
    }
    return NULL;
}

static void answer_from_all(const Practice *practice, const HttpIdentity *const *who, gboolean same_keys)
{
    Screen screens[THREADS];
    GThread *threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        screens[i] = (Screen){ practice, who[i], i, same_keys };
        threads[i] = g_thread_new("screen", answer_often, &screens[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        g_autofree char *failure = g_thread_join(threads[i]);
        assert_null(failure);
    }
}

static void answers_of_one_person_from_many_screens_are_numbered_one_after_the_other(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    const HttpIdentity *same[THREADS];
    for (int i = 0; i < THREADS; i++)
        same[i] = practice.who;
    answer_from_all(&practice, same, FALSE);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM attempt"), THREADS * ANSWERS);
    assert_int_equal(number_of(practice.app, "SELECT SUM(reviews) FROM memory"), THREADS * ANSWERS);
    /* From 1 without a gap in each concept. */
    assert_int_equal(
        number_of(
            practice.app,
            "SELECT COUNT(*) FROM (SELECT concept_id, review FROM attempt GROUP BY concept_id, review) AS reviews"),
        THREADS * ANSWERS);
    assert_int_equal(
        number_of(practice.app,
                  "SELECT SUM(last) FROM (SELECT MAX(review) AS last FROM attempt GROUP BY concept_id) AS concepts"),
        THREADS * ANSWERS);
    assert_int_equal(number_of(practice.app, "SELECT SUM(attempts) FROM exercise_difficulty"), THREADS * ANSWERS);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM event"), THREADS * ANSWERS);
    assert_all_follow(&practice, 2);
}

static void answer_that_many_screens_send_at_once_is_kept_once(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    const HttpIdentity *same[THREADS];
    for (int i = 0; i < THREADS; i++)
        same[i] = practice.who;
    answer_from_all(&practice, same, TRUE);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM attempt"), ANSWERS);
    assert_int_equal(number_of(practice.app, "SELECT SUM(reviews) FROM memory"), ANSWERS);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM event"), ANSWERS);
    assert_all_follow(&practice, 2);
}

static void answers_of_many_people_at_once_are_all_kept(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    Learner people[THREADS];
    const HttpIdentity *who[THREADS];
    static const char *const emails[THREADS] = { "1@a.test", "2@a.test", "3@a.test", "4@a.test",
                                                 "5@a.test", "6@a.test", "7@a.test", "8@a.test" };
    for (int i = 0; i < THREADS; i++) {
        people[i] = learner_of(practice.app, "Acme", NULL, emails[i]);
        who[i] = &people[i].who;
    }
    answer_from_all(&practice, who, FALSE);
    assert_int_equal(check_exercises(&practice, FALSE), 0);
    assert_int_equal(number_of(practice.app, "SELECT SUM(reviews) FROM memory"), THREADS * ANSWERS);
    assert_int_equal(number_of(practice.app, "SELECT SUM(attempts) FROM exercise_difficulty"), THREADS * ANSWERS);
    assert_all_follow(&practice, 2 * THREADS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(memories_follow_from_attempts),
        ON_BOTH(memories_follow_when_answers_come_out_of_order),
        ON_BOTH(memories_follow_when_time_zone_and_pack_have_changed),
        ON_BOTH(tampering_with_a_memory_is_told_and_put_right),
        ON_BOTH(attempt_that_was_taken_away_is_missed),
        ON_BOTH(memory_without_attempts_is_told_and_removed),
        ON_BOTH(each_persons_memories_are_looked_at_alone),
        ON_BOTH(tampering_with_an_exercises_sums_is_told_and_put_right),
        ON_BOTH(answers_of_one_person_from_many_screens_are_numbered_one_after_the_other),
        ON_BOTH(answer_that_many_screens_send_at_once_is_kept_once),
        ON_BOTH(answers_of_many_people_at_once_are_all_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
