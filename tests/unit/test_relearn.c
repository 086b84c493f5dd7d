/* What is failed in a session comes back in it: what is kept of that, and when. */
#include "practice_case.h"

#include "feature/practice/session.h"

/* Five concepts with three variants each; four are due, and one is new. */
#define THREE(id) FRONT(id, "talk", "") CHOOSE("1 " id) CHOOSE("2 " id) CHOOSE("3 " id)

typedef struct {
    App *app;
    Learner anna;
    const HttpIdentity *who;
    Session *session;
} Practice;

/* The first entry of the session is due, and its concept stands there alone. */
static void practice_open(Practice *practice, void **state, int minutes)
{
    *practice = (Practice){ .app = case_app(state) };
    practice->anna = learner_of(practice->app, "Acme", NULL, "anna@acme.test");
    practice->who = &practice->anna.who;
    IMPORT(practice->app, practice->who->organisation_id, { "pack.md", PACK_FRONT }, { "a.md", THREE("a") },
           { "b.md", THREE("b") }, { "c.md", THREE("c") }, { "d.md", THREE("d") }, { "e.md", THREE("e") });
    static const char *const known[] = { "choose-1-a", "choose-1-b", "choose-1-c", "choose-1-d" };
    clock_shift(-40 * CLOCK_DAY);
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        answer_quietly(practice->app, practice->who,
                       (Answer){ .exercise_id = exercise_id(practice->app, practice->who->organisation_id, known[i]),
                                 .choices = "[1]" });
    clock_shift(0);
    g_autoptr(GError) error = NULL;
    gboolean resumed;
    const SessionWish wish = { .minutes = minutes, .kind = "daily" };
    practice->session = session_begin(practice->app, practice->who, &wish, &resumed, &error);
    no_error(error);
}

static void practice_close(Practice *practice)
{
    g_clear_pointer(&practice->session, session_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Practice, practice_close)

typedef struct {
    Practice *practice;
    Session *session;
} Reading;

static gboolean read_session(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    reading->session = practice_db_session(tx, reading->practice->who, reading->practice->session->id, error);
    return reading->session != NULL;
}

/* The session as it is kept now. */
static void reload(Practice *practice)
{
    Reading reading = { .practice = practice };
    must_read(practice->app, read_session, &reading);
    session_free(practice->session);
    practice->session = reading.session;
}

static const SessionEntry *entry_at(const Practice *practice, guint i)
{
    return practice->session->entries->pdata[i];
}

static Answer answer_to(const Practice *practice, guint i, gboolean right)
{
    const SessionEntry *entry = entry_at(practice, i);
    return (Answer){ .exercise_id = entry->exercise_id,
                     .session_id = practice->session->id,
                     .position = entry->position,
                     .choices = right ? "[1]" : "[0]",
                     .seconds = 2 };
}

static void answer(Practice *practice, guint i, gboolean right)
{
    answer_quietly(practice->app, practice->who, answer_to(practice, i, right));
}

static const SessionEntry *last_entry(const Practice *practice)
{
    return entry_at(practice, practice->session->entries->len - 1);
}

static void what_was_failed_is_added_once_with_another_exercise(void **state)
{
    g_auto(Practice) practice = { 0 };
    practice_open(&practice, state, 5);
    guint planned = practice.session->entries->len;
    g_autoptr(Attempt) failed = must_answer(practice.app, practice.who, answer_to(&practice, 0, FALSE));
    reload(&practice);
    assert_int_equal(practice.session->entries->len, planned + 1);
    const SessionEntry *added = last_entry(&practice);
    assert_string_equal(added->why, "again");
    assert_int_equal(added->position, (int)planned);
    assert_int_equal(added->attempt_id, failed->id);
    assert_int_equal(added->concept_id, failed->concept_id);
    assert_int_not_equal(added->exercise_id, failed->exercise_id);
    assert_false(added->introduces);

    for (guint i = 1; i < planned; i++)
        answer(&practice, i, TRUE);
    answer(&practice, planned, FALSE); /* failed again: it has returned once, and nothing is left between */
    reload(&practice);
    assert_int_equal(practice.session->entries->len, planned + 1);
}

static void answer_to_what_returned_counts_as_a_review_of_the_same_day(void **state)
{
    g_auto(Practice) practice = { 0 };
    practice_open(&practice, state, 5);
    guint planned = practice.session->entries->len;
    answer(&practice, 0, FALSE);
    reload(&practice);
    const gint64 concept = entry_at(&practice, 0)->concept_id;
    g_auto(MemoryRow) before = memory_of(practice.app, practice.who, concept);
    for (guint i = 1; i < planned; i++)
        answer(&practice, i, TRUE);
    answer(&practice, planned, TRUE);
    g_auto(MemoryRow) after = memory_of(practice.app, practice.who, concept);
    assert_int_equal(after.reviews, before.reviews + 1);
    assert_int_equal(after.day, before.day);
    assert_true(after.state.stability >= before.state.stability);
}

static void same_answer_again_adds_nothing_again(void **state)
{
    g_auto(Practice) practice = { 0 };
    practice_open(&practice, state, 5);
    guint planned = practice.session->entries->len;
    Answer failing = answer_to(&practice, 0, FALSE);
    failing.key = "the-same-key-twice";
    answer_quietly(practice.app, practice.who, failing);
    g_autoptr(GError) error = NULL;
    gboolean replayed;
    g_autoptr(Attempt) again = try_answer(practice.app, practice.who, failing, &replayed, &error);
    no_error(error);
    assert_true(replayed);
    reload(&practice);
    assert_int_equal(practice.session->entries->len, planned + 1);
    assert_int_equal(last_entry(&practice)->attempt_id, again->id);
}

static void second_try_and_right_answer_add_nothing(void **state)
{
    g_auto(Practice) practice = { 0 };
    practice_open(&practice, state, 5);
    guint planned = practice.session->entries->len;
    answer(&practice, 0, TRUE);
    answer(&practice, 0, FALSE);
    reload(&practice);
    assert_int_equal(practice.session->entries->len, planned);
}

static void what_comes_again_anyway_is_not_added(void **state)
{
    g_auto(Practice) practice = { 0 };
    practice_open(&practice, state, 5);
    guint planned = practice.session->entries->len;
    guint new = 0;
    while (!entry_at(&practice, new)->introduces)
        answer(&practice, new ++, TRUE);
    answer(&practice, new, FALSE); /* its second exercise is still to come */
    reload(&practice);
    assert_int_equal(practice.session->entries->len, planned);
}

static void near_the_end_nothing_is_added(void **state)
{
    g_auto(Practice) practice = { 0 };
    practice_open(&practice, state, 5);
    guint planned = practice.session->entries->len;
    for (guint i = 0; i < planned - 1; i++)
        answer(&practice, i, TRUE);
    answer(&practice, planned - 1, FALSE);
    reload(&practice);
    assert_int_equal(practice.session->entries->len, planned);
}

static void time_that_was_spent_leaves_none_to_return_in(void **state)
{
    g_auto(Practice) practice = { 0 };
    practice_open(&practice, state, 5);
    guint planned = practice.session->entries->len;
    Answer slow = answer_to(&practice, 0, FALSE);
    slow.seconds = practice.session->budget_seconds;
    answer_quietly(practice.app, practice.who, slow);
    reload(&practice);
    assert_int_equal(practice.session->entries->len, planned);
}

static void session_that_was_ended_gets_nothing_more(void **state)
{
    g_auto(Practice) practice = { 0 };
    practice_open(&practice, state, 5);
    guint planned = practice.session->entries->len;
    g_autoptr(GError) error = NULL;
    if (!session_finish(practice.app, practice.who, practice.session->id, NULL, &error))
        no_error(error);
    answer(&practice, 0, FALSE); /* from a device that had no connection */
    reload(&practice);
    assert_int_equal(practice.session->entries->len, planned);
}

static void answer_that_was_long_on_its_way_adds_nothing(void **state)
{
    g_auto(Practice) practice = { 0 };
    practice_open(&practice, state, 5);
    guint planned = practice.session->entries->len;
    Answer late = answer_to(&practice, 0, FALSE);
    late.answered_at = clock_now() - 10 * CLOCK_MINUTE;
    answer_quietly(practice.app, practice.who, late);
    reload(&practice);
    assert_int_equal(practice.session->entries->len, planned);
}

static gboolean add_behind_the_first(DbTx *tx, gpointer data, GError **error)
{
    const Practice *practice = data;
    SessionEntry entry = *entry_at(practice, 0);
    for (int i = 0; i < 2; i++) {
        entry.position = 50 + i;
        entry.follows = 0;
        entry.attempt_id = 7 + i;
        if (!practice_db_add_entry(tx, practice->who, practice->session->id, &entry, error))
            return FALSE;
    }
    return TRUE;
}

static void added_entries_come_behind_the_one_they_follow_in_their_order(void **state)
{
    g_auto(Practice) practice = { 0 };
    practice_open(&practice, state, 5);
    must_write(practice.app, add_behind_the_first, &practice);
    reload(&practice);
    static const int order[] = { 0, 50, 51, 1, 2 };
    for (guint i = 0; i < G_N_ELEMENTS(order); i++)
        assert_int_equal(entry_at(&practice, i)->position, order[i]);
    assert_int_equal(entry_at(&practice, 1)->follows, 0);
    assert_int_equal(entry_at(&practice, 3)->follows, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(what_was_failed_is_added_once_with_another_exercise),
        ON_BOTH(answer_to_what_returned_counts_as_a_review_of_the_same_day),
        ON_BOTH(same_answer_again_adds_nothing_again),
        ON_BOTH(second_try_and_right_answer_add_nothing),
        ON_BOTH(what_comes_again_anyway_is_not_added),
        ON_BOTH(near_the_end_nothing_is_added),
        ON_BOTH(time_that_was_spent_leaves_none_to_return_in),
        ON_BOTH(session_that_was_ended_gets_nothing_more),
        ON_BOTH(answer_that_was_long_on_its_way_adds_nothing),
        ON_BOTH(added_entries_come_behind_the_one_they_follow_in_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
