/* Sessions: what is planned, what is gone on with, and how one ends. */
#include "practice_case.h"

#include <pthread.h>

#include "feature/practice/session.h"

#define STEP(id, needs) FRONT(id, "talk", "requires: [" needs "]\n") CHOOSE("1 " id) CHOOSE("2 " id)

typedef struct {
    App *app;
    Learner anna;
    const HttpIdentity *who;
    gint64 org;
} Practice;

/* Five concepts; each of a to d requires the one before. */
static void practice_open(Practice *practice, void **state)
{
    App *app = practice->app = case_app(state);
    practice->anna = learner_of(app, "Acme", NULL, "anna@acme.test");
    practice->who = &practice->anna.who;
    practice->org = practice->who->organisation_id;
    IMPORT(app, practice->org, { "pack.md", PACK_FRONT }, { "a.md", STEP("a", "") }, { "b.md", STEP("b", "a") },
           { "c.md", STEP("c", "b") }, { "d.md", STEP("d", "c") }, { "price.md", PRICE });
}

static Session *begin(const Practice *practice, SessionWish wish, gboolean *resumed)
{
    g_autoptr(GError) error = NULL;
    wish.kind = "daily";
    Session *session = session_begin(practice->app, practice->who, &wish, resumed, &error);
    no_error(error);
    return session;
}

static Session *begin_new(const Practice *practice, SessionWish wish)
{
    gboolean resumed;
    Session *session = begin(practice, wish, &resumed);
    assert_false(resumed);
    return session;
}

static const SessionEntry *entry_at(const Session *session, guint i)
{
    return session->entries->pdata[i];
}

/* Free with g_free. */
static char *reason_of(const Session *session, guint i)
{
    g_autoptr(GTimeZone) zone = clock_zone("Europe/Berlin");
    return session_reason(entry_at(session, i), session->created_at, zone);
}

static void finish(const Practice *practice, gint64 session_id, const char *note)
{
    g_autoptr(GError) error = NULL;
    if (!session_finish(practice->app, practice->who, session_id, note, &error))
        no_error(error);
}

static gboolean is_open_answer(const Practice *practice, gint64 exercise)
{
    return exercise == exercise_id(practice->app, practice->org, "recall-question") ||
           exercise == exercise_id(practice->app, practice->org, "reflect-last-time");
}

static void answer_entry(const Practice *practice, const Session *session, const SessionEntry *entry)
{
    Answer answer = { .exercise_id = entry->exercise_id, .session_id = session->id, .position = entry->position };
    if (is_open_answer(practice, entry->exercise_id))
        answer.text = "I ask: compared with what? Then I say what the problem costs.";
    else
        answer.choices =
            entry->exercise_id == exercise_id(practice->app, practice->org, "choose-several") ? "[0, 1]" : "[1]";
    answer_quietly(practice->app, practice->who, answer);
}

static void answer_all(const Practice *practice, const Session *session)
{
    for (guint i = 0; i < session->entries->len; i++)
        answer_entry(practice, session, entry_at(session, i));
}

/* Practises until everything is known and nothing is left to do today. */
static void learn_everything(const Practice *practice)
{
    for (int i = 0; i < 10; i++) {
        g_autoptr(Session) session = begin_new(practice, (SessionWish){ .minutes = 20 });
        if (session->entries->len == 0)
            return;
        answer_all(practice, session);
        finish(practice, session->id, NULL);
    }
    fail_msg("there is always something left");
}

/* --- planning */

static void session_stays_within_its_minutes(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    guint entries = 0;
    static const int minutes[] = { 1, 2, 5, 10 };
    for (guint i = 0; i < G_N_ELEMENTS(minutes); i++) {
        g_autoptr(Session) session = begin_new(&practice, (SessionWish){ .minutes = minutes[i] });
        assert_int_equal(session->budget_seconds, minutes[i] * 60);
        double seconds = 0;
        for (guint j = 0; j < session->entries->len; j++)
            seconds += entry_at(session, j)->seconds;
        assert_true(seconds > 0 && seconds <= session->budget_seconds);
        assert_true(session->entries->len >= entries);
        entries = session->entries->len;
        finish(&practice, session->id, NULL);
    }
    assert_true(entries >= 5);
    g_autoptr(Session) own = begin_new(&practice, (SessionWish){ 0 });
    assert_int_equal(own->budget_seconds, PEOPLE_SESSION_MINUTES * 60);
}

static void session_is_kept_as_it_was_planned(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    g_autoptr(Session) planned = begin_new(&practice, (SessionWish){ .minutes = 5 });
    gboolean resumed;
    g_autoptr(Session) kept = begin(&practice, (SessionWish){ .minutes = 5 }, &resumed);
    assert_true(resumed);
    assert_int_equal(kept->id, planned->id);
    assert_int_equal(kept->created_at, planned->created_at);
    assert_int_equal(kept->budget_seconds, planned->budget_seconds);
    assert_string_equal(kept->kind, "daily");
    assert_int_equal(kept->finished_at, 0);
    assert_int_equal(kept->entries->len, planned->entries->len);
    for (guint i = 0; i < planned->entries->len; i++) {
        const SessionEntry *a = entry_at(planned, i), *b = entry_at(kept, i);
        assert_int_equal(b->position, (int)i);
        assert_int_equal(a->exercise_id, b->exercise_id);
        assert_int_equal(a->concept_id, b->concept_id);
        assert_int_equal(a->introduces, b->introduces);
        assert_int_equal(b->version, 1);
        assert_string_equal(a->why, b->why);
        assert_true(a->predicted == b->predicted && a->seconds == b->seconds && a->retrievability == b->retrievability);
    }
}

static void new_concepts_come_after_those_they_require(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    const gint64 order[] = {
        concept_id(practice.app, practice.org, "a"),
        concept_id(practice.app, practice.org, "b"),
        concept_id(practice.app, practice.org, "c"),
        concept_id(practice.app, practice.org, "d"),
    };
    guint known = 0; /* how many of them */
    for (int day = -20; day < 0 && known < G_N_ELEMENTS(order); day++) {
        clock_shift(day * CLOCK_DAY);
        g_autoptr(Session) session = begin_new(&practice, (SessionWish){ .minutes = 2 });
        for (guint i = 0; i < session->entries->len; i++) {
            const SessionEntry *entry = entry_at(session, i);
            for (guint j = 0; j < G_N_ELEMENTS(order); j++)
                if (entry->concept_id == order[j]) {
                    assert_int_equal(entry->introduces, j == known);
                    known += entry->introduces;
                    assert_true(j < known);
                }
            answer_entry(&practice, session, entry);
        }
        finish(&practice, session->id, NULL);
    }
    assert_int_equal(known, G_N_ELEMENTS(order));
    assert_true(number_of(practice.app, "SELECT COUNT(*) FROM session") >= 3); /* not all at once */
}

#define EXPLAIN "## explain: why\nExplain why.\n\n- reason (1): because\n\n> Because it is so.\n\n"

/* There is time for "later" in a minute, and none for what it requires. */
static void what_is_required_is_not_passed_over_for_being_long(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    static const char takes_long[] = FRONT("long", "talk", "") EXPLAIN;
    IMPORT(practice.app, practice.org, { "pack.md", PACK_FRONT }, { "a.md", takes_long },
           { "b.md", STEP("later", "long") }, { "c.md", STEP("alone", "") });
    g_autoptr(Session) session = begin_new(&practice, (SessionWish){ .minutes = 1 });
    assert_true(session->entries->len > 0);
    for (guint i = 0; i < session->entries->len; i++)
        assert_int_equal(entry_at(session, i)->concept_id, concept_id(practice.app, practice.org, "alone"));
}

#define READING(id)                             \
    {                                           \
        id ".md", FRONT(id, "talk", "") REFLECT \
    }

/* What is there to be read only cannot be known, so it holds nothing up, however much of it there is. */
static void concept_without_graded_exercises_holds_nothing_up(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    IMPORT(practice.app, practice.org, { "pack.md", PACK_FRONT }, READING("r1"), READING("r2"), READING("r3"),
           READING("r4"), READING("r5"), { "z.md", STEP("z", "r1") });
    g_autoptr(Session) session = begin_new(&practice, (SessionWish){ .minutes = 1 });
    assert_true(session->entries->len > 0);
    for (guint i = 0; i < session->entries->len; i++)
        assert_int_equal(entry_at(session, i)->concept_id, concept_id(practice.app, practice.org, "z"));
}

static void what_fades_comes_back_when_it_is_due(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    learn_everything(&practice);
    g_autoptr(Session) nothing = begin_new(&practice, (SessionWish){ .minutes = 5 });
    assert_int_equal(nothing->entries->len, 0);
    clock_shift(60 * CLOCK_DAY);
    g_autoptr(Session) session = begin_new(&practice, (SessionWish){ .minutes = 20 });
    assert_true(session->entries->len >= 5);
    g_autofree char *reason = reason_of(session, 0);
    assert_true(g_str_has_prefix(reason, "Fading: "));
    for (guint i = 0; i < session->entries->len; i++) {
        const SessionEntry *entry = entry_at(session, i);
        assert_string_equal(entry->why, "due");
        assert_false(entry->introduces);
        assert_true(entry->retrievability < 0.9 && entry->later < entry->retrievability);
    }
}

/* The person's day begins at 04:00, so at three in the night of a Tuesday it is Monday still. */
static void reason_names_the_day_of_the_week_by_which_it_would_have_faded(void **state)
{
    static const struct {
        const char *at, *zone, *day;
    } cases[] = {
        { "2026-11-23T12:00:00Z", "Europe/Berlin", "Thursday" },
        { "2026-11-24T02:00:00Z", "Europe/Berlin", "Thursday" },
        { "2026-11-24T03:30:00Z", "Europe/Berlin", "Friday" },
        { "2026-11-24T23:00:00Z", "Pacific/Auckland", "Saturday" },
        { "2026-11-26T12:00:00Z", "UTC", "Sunday" },
        { "2026-11-27T12:00:00Z", "UTC", "Monday" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 at;
        assert_true(clock_parse(cases[i].at, &at, NULL));
        g_autoptr(GTimeZone) zone = clock_zone(cases[i].zone);
        const SessionEntry entry = { .why = (char *)"due", .retrievability = 0.714, .later = 0.52 };
        g_autofree char *expected = g_strdup_printf("Fading: 71 %% now, 52 %% by %s if you wait", cases[i].day);
        g_autofree char *reason = session_reason(&entry, at, zone);
        assert_string_equal(reason, expected);
    }
}

static void confident_error_comes_back_first(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    clock_shift(-30 * CLOCK_DAY);
    learn_everything(&practice);
    answer_quietly(practice.app, practice.who,
                   (Answer){ .exercise_id = exercise_id(practice.app, practice.org, "choose-1-c"),
                             .choices = "[0]",
                             .confidence = CONFIDENCE_SURE });
    clock_shift(0);
    g_autoptr(Session) session = begin_new(&practice, (SessionWish){ .minutes = 5 });
    assert_int_equal(entry_at(session, 0)->concept_id, concept_id(practice.app, practice.org, "c"));
    g_autofree char *reason = reason_of(session, 0);
    assert_string_equal(reason, "You were sure last time, and it was otherwise");
}

/* --- wishes */

static void session_without_anything_to_do_is_not_kept(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    learn_everything(&practice);
    gint64 sessions = number_of(practice.app, "SELECT COUNT(*) FROM session");
    g_autoptr(Session) nothing = begin_new(&practice, (SessionWish){ .minutes = 5 });
    assert_int_equal(nothing->entries->len, 0);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM session"), sessions);
}

static void who_wishes_may_practise_ahead_of_time(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    learn_everything(&practice);
    g_autoptr(Session) early = begin_new(&practice, (SessionWish){ .minutes = 5, .early = TRUE });
    assert_true(early->entries->len > 0);
    for (guint i = 0; i < early->entries->len; i++)
        assert_string_equal(entry_at(early, i)->why, "early");
    g_autofree char *reason = reason_of(early, 0);
    assert_true(g_str_has_prefix(reason, "Ahead of time: still "));
}

static void concept_that_is_wished_for_comes_alone(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    g_autoptr(Session) open = begin_new(&practice, (SessionWish){ .minutes = 5 });
    const gint64 price = concept_id(practice.app, practice.org, "price");
    for (int round = 0; round < 2; round++) { /* new, and then known and not due */
        g_autoptr(Session) session = begin_new(&practice, (SessionWish){ .minutes = 5, .concept_id = price });
        assert_int_not_equal(session->id, open->id);
        assert_true(session->entries->len > 0);
        for (guint i = 0; i < session->entries->len; i++)
            assert_int_equal(entry_at(session, i)->concept_id, price);
        answer_entry(&practice, session, entry_at(session, 0));
        finish(&practice, session->id, NULL);
    }
}

static void concept_that_is_wished_for_comes_whatever_it_requires(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    const gint64 d = concept_id(practice.app, practice.org, "d");
    g_autoptr(Session) session = begin_new(&practice, (SessionWish){ .minutes = 5, .concept_id = d });
    assert_true(session->entries->len > 0);
    assert_true(entry_at(session, 0)->introduces);
    for (guint i = 0; i < session->entries->len; i++)
        assert_int_equal(entry_at(session, i)->concept_id, d);
}

static int refusal_to_begin(const Practice *practice, const HttpIdentity *who, gint64 concept)
{
    GError *error = NULL;
    gboolean resumed;
    const SessionWish wish = { .concept_id = concept, .kind = "daily" };
    g_autoptr(Session) session = session_begin(practice->app, who, &wish, &resumed, &error);
    assert_null(session);
    return code_of(&error);
}

static void concept_that_is_not_there_cannot_be_wished_for(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    Learner other = learner_of(practice.app, "Other", NULL, "otto@other.test");
    const gint64 price = concept_id(practice.app, practice.org, "price");
    assert_int_equal(refusal_to_begin(&practice, practice.who, 12345), WHET_ERROR_NOT_FOUND);
    assert_int_equal(refusal_to_begin(&practice, &other.who, price), WHET_ERROR_NOT_FOUND);
    IMPORT(practice.app, practice.org, { "pack.md", PACK_FRONT }, { "a.md", STEP("a", "") });
    assert_int_equal(refusal_to_begin(&practice, practice.who, price), WHET_ERROR_NOT_FOUND);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM session"), 0);
}

static void pack_for_another_team_is_not_planned(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    Learner north = learner_of(practice.app, "Acme", "North", "n@acme.test");
    const PackPiece pieces[] = { { "pack.md", PACK_FRONT }, { "a.md", STEP("a", "") }, { 0 } };
    import_for(practice.app, practice.org, north.team_id, pieces);
    g_autoptr(Session) nothing = begin_new(&practice, (SessionWish){ .minutes = 5 });
    assert_int_equal(nothing->entries->len, 0);
    const Practice norths = { .app = practice.app, .who = &north.who };
    g_autoptr(Session) session = begin_new(&norths, (SessionWish){ .minutes = 5 });
    assert_true(session->entries->len > 0);
}

/* --- going on, and ending */

static void unfinished_session_is_gone_on_with_for_twelve_hours(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    g_autoptr(Session) first = begin_new(&practice, (SessionWish){ .minutes = 2 });
    answer_entry(&practice, first, entry_at(first, 0));
    clock_shift(SESSION_OPEN_FOR - CLOCK_MINUTE);
    gboolean resumed;
    g_autoptr(Session) again = begin(&practice, (SessionWish){ .minutes = 10, .early = TRUE }, &resumed);
    assert_true(resumed);
    assert_int_equal(again->id, first->id);
    clock_shift(SESSION_OPEN_FOR + CLOCK_MINUTE);
    g_autoptr(Session) next = begin_new(&practice, (SessionWish){ .minutes = 2 });
    assert_int_not_equal(next->id, first->id);
}

static void finished_session_is_not_gone_on_with(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    g_autoptr(Session) first = begin_new(&practice, (SessionWish){ .minutes = 2 });
    finish(&practice, first->id, NULL);
    g_autoptr(Session) next = begin_new(&practice, (SessionWish){ .minutes = 2 });
    assert_int_not_equal(next->id, first->id);
}

static void finishing_twice_keeps_the_first_time_and_the_last_note(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    g_autoptr(Session) session = begin_new(&practice, (SessionWish){ .minutes = 2 });
    finish(&practice, session->id, NULL);
    gint64 finished_at = number_of(practice.app, "SELECT finished_at FROM session");
    assert_true(finished_at >= session->created_at);
    static const char noted[] = "SELECT COUNT(*) FROM session WHERE note = 'Ask first.'";
    clock_shift(CLOCK_HOUR);
    finish(&practice, session->id, "Ask first.");
    assert_int_equal(number_of(practice.app, noted), 1);
    finish(&practice, session->id, NULL);
    assert_int_equal(number_of(practice.app, noted), 1);
    assert_int_equal(number_of(practice.app, "SELECT finished_at FROM session"), finished_at);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM event WHERE kind = 'session'"), 3);
}

static void session_of_somebody_else_cannot_be_finished(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    g_autoptr(Session) session = begin_new(&practice, (SessionWish){ .minutes = 2 });
    Learner ben = learner_of(practice.app, "Acme", NULL, "ben@acme.test"),
            otto = learner_of(practice.app, "Other", NULL, "otto@other.test");
    const HttpIdentity *others[] = { &ben.who, &otto.who };
    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        GError *error = NULL;
        assert_false(session_finish(practice.app, others[i], session->id, "Mine.", &error));
        assert_int_equal(code_of(&error), WHET_ERROR_NOT_FOUND);
    }
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM session WHERE finished_at IS NULL AND note IS NULL"),
                     1);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM event"), 0);
}

enum { SCREENS = 6, ROUNDS = 5 };

typedef struct {
    const Practice *practice;
    pthread_barrier_t *together;
    gint64 sessions[ROUNDS];
} Screen;

static gpointer begin_together(gpointer data)
{
    Screen *screen = data;
    for (int i = 0; i < ROUNDS; i++) {
        gboolean resumed;
        const SessionWish wish = { .minutes = 2, .kind = "daily" };
        pthread_barrier_wait(screen->together);
        g_autoptr(Session) session = session_begin(screen->practice->app, screen->practice->who, &wish, &resumed, NULL);
        screen->sessions[i] = session ? session->id : 0;
        pthread_barrier_wait(screen->together);
        if (session && !session_finish(screen->practice->app, screen->practice->who, session->id, NULL, NULL))
            screen->sessions[i] = 0;
    }
    return NULL;
}

static void sessions_begun_at_once_are_one(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    pthread_barrier_t together;
    pthread_barrier_init(&together, NULL, SCREENS);
    Screen screens[SCREENS] = { 0 };
    GThread *threads[SCREENS];
    for (int i = 0; i < SCREENS; i++) {
        screens[i] = (Screen){ .practice = &practice, .together = &together };
        threads[i] = g_thread_new("screen", begin_together, &screens[i]);
    }
    for (int i = 0; i < SCREENS; i++)
        g_thread_join(threads[i]);
    pthread_barrier_destroy(&together);
    for (int i = 0; i < ROUNDS; i++) {
        assert_int_not_equal(screens[0].sessions[i], 0);
        for (int j = 1; j < SCREENS; j++)
            assert_int_equal(screens[j].sessions[i], screens[0].sessions[i]);
    }
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM session"), ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(session_stays_within_its_minutes),
        ON_BOTH(session_is_kept_as_it_was_planned),
        ON_BOTH(new_concepts_come_after_those_they_require),
        ON_BOTH(what_is_required_is_not_passed_over_for_being_long),
        ON_BOTH(concept_without_graded_exercises_holds_nothing_up),
        ON_BOTH(what_fades_comes_back_when_it_is_due),
        cmocka_unit_test(reason_names_the_day_of_the_week_by_which_it_would_have_faded),
        ON_BOTH(confident_error_comes_back_first),
        ON_BOTH(session_without_anything_to_do_is_not_kept),
        ON_BOTH(who_wishes_may_practise_ahead_of_time),
        ON_BOTH(concept_that_is_wished_for_comes_alone),
        ON_BOTH(concept_that_is_wished_for_comes_whatever_it_requires),
        ON_BOTH(concept_that_is_not_there_cannot_be_wished_for),
        ON_BOTH(pack_for_another_team_is_not_planned),
        ON_BOTH(unfinished_session_is_gone_on_with_for_twelve_hours),
        ON_BOTH(finished_session_is_not_gone_on_with),
        ON_BOTH(finishing_twice_keeps_the_first_time_and_the_last_note),
        ON_BOTH(session_of_somebody_else_cannot_be_finished),
        ON_BOTH(sessions_begun_at_once_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
