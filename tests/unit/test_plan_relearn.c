/* Plan: what was failed in a session comes back in it, or does not. */
#include "plan_case.h"

enum { AHEAD_MOST = 40 };

typedef struct {
    World world;
    PlanAhead ahead[AHEAD_MOST];
    PlanFailure failure;
} Session;

/* A concept with three exercises of 30 seconds, whose first was failed, and `ahead` others to come. */
static Session *session_new(guint ahead, double seconds)
{
    Session *session = g_new0(Session, 1);
    world_begin(&session->world, 300);
    add_concept(&session->world, 5, 0);
    for (int i = 0; i < 3; i++)
        add_exercise(&session->world, 0, i, 30)->attempted_at = 3 - i;
    for (guint i = 0; i < ahead; i++)
        session->ahead[i] = (PlanAhead){ .concept = 500 + i, .seconds = seconds };
    session->failure = (PlanFailure){
        .concept = session->world.concepts,
        .failed = session->world.exercises[0][0].id,
        .ahead = session->ahead,
        .n_ahead = ahead,
        .seconds_left = 40,
        .wish = &session->world.wish,
    };
    return session;
}

static void what_was_failed_returns_at_the_end_with_another_exercise(void **unused)
{
    g_autofree Session *session = session_new(4, 30);
    PlanEntry entry;
    guint place;
    assert_true(plan_relearn(&session->failure, &entry, &place));
    assert_int_equal(place, 4);
    assert_int_equal(entry.why, PLAN_AGAIN);
    assert_int_equal(entry.exercise, 2); /* not seen for longest */
    assert_true(entry.seconds == 30 && entry.predicted > 0 && entry.predicted < 1 && !entry.introduces);
}

static void in_a_long_session_it_returns_after_ten_minutes(void **unused)
{
    g_autofree Session *session = session_new(20, 60);
    PlanEntry entry;
    guint place;
    assert_true(plan_relearn(&session->failure, &entry, &place));
    assert_int_equal(place, PLAN_RELEARN_SECONDS / 60);
    for (guint i = 0; i < 20; i++)
        session->ahead[i].seconds = 700;
    assert_true(plan_relearn(&session->failure, &entry, &place));
    assert_int_equal(place, PLAN_RELEARN_BETWEEN);
}

static void it_does_not_return(Session *session)
{
    PlanEntry entry;
    guint place;
    assert_false(plan_relearn(&session->failure, &entry, &place));
    g_free(session);
}

static void it_returns_once_at_most(void **unused)
{
    Session *session = session_new(4, 30);
    session->failure.returned = TRUE;
    it_does_not_return(session);
}

static void what_comes_anyway_does_not_return_besides(void **unused)
{
    Session *session = session_new(4, 30);
    session->ahead[2].concept = session->world.concepts[0].id;
    it_does_not_return(session);
}

static void it_does_not_return_with_nothing_between(void **unused)
{
    it_does_not_return(session_new(PLAN_RELEARN_BETWEEN - 1, 30));
}

static void it_does_not_return_over_the_budget(void **unused)
{
    Session *session = session_new(4, 30);
    session->failure.seconds_left = 29;
    it_does_not_return(session);
}

static void it_does_not_return_with_the_same_exercise_or_an_ungraded_one(void **unused)
{
    Session *session = session_new(4, 30);
    session->world.exercises[0][1].graded = session->world.exercises[0][2].graded = FALSE;
    it_does_not_return(session);
}

/* Whatever the session: never early, never over what is left, never the same exercise. */
static void in_every_session_the_rules_hold(void **unused)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    guint returned = 0;
    for (int i = 0; i < 5000; i++) {
        g_autofree Session *session = session_new((guint)g_rand_int_range(random, 0, AHEAD_MOST), 0);
        for (guint j = 0; j < session->failure.n_ahead; j++)
            session->ahead[j].seconds = g_rand_double_range(random, 5, 240);
        session->failure.seconds_left = g_rand_double_range(random, -60, 120);
        session->world.wish.seed = g_rand_int(random);
        PlanEntry entry;
        guint place;
        if (!plan_relearn(&session->failure, &entry, &place))
            continue;
        returned++;
        assert_true(place >= PLAN_RELEARN_BETWEEN && place <= session->failure.n_ahead);
        assert_true(entry.seconds <= session->failure.seconds_left);
        assert_int_not_equal(exercise_of(&session->world, &entry)->id, session->failure.failed);
        double between = 0;
        for (guint j = 0; j < place; j++)
            between += session->ahead[j].seconds;
        assert_true(between >= PLAN_RELEARN_SECONDS || place == session->failure.n_ahead);
    }
    assert_true(returned > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_failed_returns_at_the_end_with_another_exercise),
        cmocka_unit_test(in_a_long_session_it_returns_after_ten_minutes),
        cmocka_unit_test(it_returns_once_at_most),
        cmocka_unit_test(what_comes_anyway_does_not_return_besides),
        cmocka_unit_test(it_does_not_return_with_nothing_between),
        cmocka_unit_test(it_does_not_return_over_the_budget),
        cmocka_unit_test(it_does_not_return_with_the_same_exercise_or_an_ungraded_one),
        cmocka_unit_test(in_every_session_the_rules_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
