/* Attempt logs: grouping by learner, order, and what is counted. */
#include "engine/challenge/attempt_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static AttemptLog *log_of(const Attempt *attempts, guint n, const guint32 *skills, guint n_skills)
{
    return attempt_log_new(g_memdup2(attempts, n * sizeof *attempts), n, g_memdup2(skills, n_skills * sizeof *skills),
                           n_skills);
}

static void attempts_are_grouped_by_learner_and_sorted_by_time(void **state)
{
    const Attempt attempts[] = {
        { .learner = 0, .row = 0, .time = 1 }, { .learner = 1, .row = 1, .time = 9 },
        { .learner = 0, .row = 2, .time = 3 }, { .learner = 1, .row = 3, .time = 2 },
        { .learner = 0, .row = 4, .time = 2 }, { .learner = 1, .row = 5, .time = 2 },
    };
    g_autoptr(AttemptLog) log = log_of(attempts, 6, NULL, 0);
    assert_int_equal(log->n_learners, 2);
    assert_int_equal(log->first[1], 3);
    assert_int_equal(log->first[2], 6);
    const guint rows[] = { 0, 4, 2, 3, 5, 1 };
    for (guint i = 0; i < 6; i++)
        assert_int_equal(log->attempts[i].row, rows[i]);
}

static void items_and_skills_are_counted(void **state)
{
    const guint32 skills[] = { 4, 0, 2 };
    const Attempt attempts[] = { { .item = 7, .first_skill = 0, .n_skills = 3 },
                                 { .item = 2, .first_skill = 2, .n_skills = 1 } };
    g_autoptr(AttemptLog) log = log_of(attempts, 2, skills, 3);
    assert_int_equal(log->n_items, 8);
    assert_int_equal(log->n_skills, 5);
    assert_int_equal(log->skills[log->attempts[1].first_skill], 2);
}

static void a_log_may_be_empty(void **state)
{
    g_autoptr(AttemptLog) log = attempt_log_new(NULL, 0, NULL, 0);
    assert_int_equal(log->n, 0);
    assert_int_equal(log->n_learners, 0);
    assert_int_equal(log->n_items, 0);
    assert_int_equal(log->n_skills, 0);
    assert_int_equal(log->first[0], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attempts_are_grouped_by_learner_and_sorted_by_time),
        cmocka_unit_test(items_and_skills_are_counted),
        cmocka_unit_test(a_log_may_be_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
