/* Jobs: done once, tried again later and later, given up in the end, and not run twice at once. */
#include "feature_case.h"

#include "platform/jobs/jobs.h"

static GMutex gate;
static GCond changed;
static int ran, periodic_ran;
static char *last_payload;
static gboolean works;

static void note(const char *payload)
{
    g_mutex_lock(&gate);
    ran++;
    g_free(last_payload);
    last_payload = g_strdup(payload);
    g_cond_broadcast(&changed);
    g_mutex_unlock(&gate);
}

static gboolean greet(App *app, const char *payload, GError **error)
{
    note(payload);
    if (works)
        return TRUE;
    g_set_error_literal(error, WHET_ERROR, WHET_ERROR_FAILED, "nobody at home");
    return FALSE;
}

static gboolean silent(App *app, const char *payload, GError **error)
{
    note(payload);
    return FALSE;
}

static gboolean tidy(App *app, const char *payload, GError **error)
{
    g_mutex_lock(&gate);
    periodic_ran += payload == NULL;
    g_cond_broadcast(&changed);
    g_mutex_unlock(&gate);
    return TRUE;
}

static const JobHandler handlers[] = { { "greet", greet, 0 }, { "silent", silent, 0 }, { NULL } };
static const JobHandler periodic[] = { { "tidy", tidy, CLOCK_HOUR }, { NULL } };
static const JobHandler *const tables[] = { handlers, NULL };
static const JobHandler *const periodic_tables[] = { periodic, NULL };

typedef struct {
    const char *kind;
    gint64 run_at;
    gboolean fails;
} NewJob;

static gboolean add(DbTx *tx, gpointer data, GError **error)
{
    const NewJob *job = data;
    if (!jobs_add(tx, job->kind, "{\"to\":\"Anna\"}", job->run_at, error))
        return FALSE;
    if (job->fails)
        g_set_error_literal(error, WHET_ERROR, WHET_ERROR_CONFLICT, "changed my mind");
    return !job->fails;
}

static App *begin(void **state)
{
    App *app = case_app(state);
    ran = periodic_ran = 0;
    works = TRUE;
    return app;
}

static void add_job(App *app, const char *kind, gint64 run_at)
{
    NewJob job = { kind, run_at, FALSE };
    must_write(app, add, &job);
}

static gboolean run_one(App *app)
{
    g_autoptr(GError) error = NULL;
    gboolean did;
    if (!jobs_run_next(app->db, tables, app, &did, &error))
        no_error(error);
    return did;
}

static void job_is_done_once_with_its_payload(void **state)
{
    App *app = begin(state);
    add_job(app, "greet", clock_now());
    assert_true(run_one(app));
    assert_string_equal(last_payload, "{\"to\":\"Anna\"}");
    assert_false(run_one(app));
    assert_int_equal(ran, 1);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job"), 0);
}

static void job_of_a_transaction_that_failed_is_not_there(void **state)
{
    App *app = begin(state);
    NewJob job = { "greet", clock_now(), TRUE };
    g_autoptr(GError) error = NULL;
    assert_false(db_write(app->db, add, &job, &error));
    assert_false(run_one(app));
}

static void job_is_not_run_before_its_time(void **state)
{
    App *app = begin(state);
    add_job(app, "greet", clock_now() + CLOCK_HOUR);
    assert_false(run_one(app));
    clock_shift(CLOCK_HOUR + CLOCK_SECOND);
    assert_true(run_one(app));
}

static void job_due_longest_is_run_first(void **state)
{
    App *app = begin(state);
    add_job(app, "silent", clock_now() - CLOCK_MINUTE);
    add_job(app, "greet", clock_now() - CLOCK_HOUR);
    assert_true(run_one(app));
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job WHERE kind = 'silent'"), 1);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job WHERE kind = 'greet'"), 0);
}

static void failed_job_is_tried_again_after_a_while(void **state)
{
    App *app = begin(state);
    works = FALSE;
    add_job(app, "greet", clock_now());
    assert_true(run_one(app));
    assert_false(run_one(app));
    assert_int_equal(number_of(app, "SELECT tries FROM job WHERE failure = 'nobody at home' AND failed_at IS NULL"), 1);
    works = TRUE;
    clock_shift(11 * CLOCK_SECOND);
    assert_true(run_one(app));
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job"), 0);
}

static void job_is_given_up_after_twelve_tries_and_kept(void **state)
{
    App *app = begin(state);
    works = FALSE;
    add_job(app, "greet", clock_now());
    for (int day = 1; day <= JOB_TRIES; day++) {
        assert_true(run_one(app));
        clock_shift(day * CLOCK_DAY);
    }
    assert_false(run_one(app));
    assert_int_equal(ran, JOB_TRIES);
    assert_int_equal(
        number_of(app, "SELECT COUNT(*) FROM job WHERE failure = 'nobody at home' AND failed_at IS NOT NULL"), 1);

    g_autoptr(GError) error = NULL;
    assert_true(jobs_forget(app->db, clock_now() - 30 * CLOCK_DAY, &error));
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job"), 1);
    assert_true(jobs_forget(app->db, clock_now() + 1, &error));
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job"), 0);
}

static void job_that_nobody_knows_or_that_says_nothing_fails_with_words(void **state)
{
    App *app = begin(state);
    add_job(app, "dance", clock_now());
    add_job(app, "silent", clock_now());
    assert_true(run_one(app));
    assert_true(run_one(app));
    assert_int_equal(ran, 1);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job WHERE failure LIKE '%dance%' AND tries = 1"), 1);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job WHERE failure LIKE '%silent%' AND tries = 1"), 1);
}

/* While it runs, another process sees nothing to do; when this one dies, the job comes back. */
static gboolean look_for_more(App *app, const char *payload, GError **error)
{
    assert_false(run_one(app));
    clock_shift(6 * CLOCK_MINUTE);
    assert_true(run_one(app));
    return TRUE;
}

static void job_that_runs_is_nobody_elses_until_its_lease_ends(void **state)
{
    App *app = begin(state);
    static const JobHandler outer[] = { { "greet", look_for_more, 0 }, { NULL } };
    static const JobHandler *const outer_tables[] = { outer, NULL };
    add_job(app, "greet", clock_now());
    gboolean did;
    g_autoptr(GError) error = NULL;
    assert_true(jobs_run_next(app->db, outer_tables, app, &did, &error));
    assert_true(did);
    assert_int_equal(ran, 1);
}

static void process_that_dies_each_time_does_not_try_for_ever(void **state)
{
    App *app = begin(state);
    add_job(app, "greet", clock_now());
    run_sql(app, "UPDATE job SET tries = 12");
    assert_true(run_one(app));
    assert_int_equal(ran, 0);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job WHERE failed_at IS NOT NULL"), 1);
}

/* Until `condition` holds of `value`, for at most half a minute. */
static void wait_for(const int *value, int wanted)
{
    gint64 deadline = g_get_monotonic_time() + 30 * G_TIME_SPAN_SECOND;
    g_mutex_lock(&gate);
    while (*value < wanted)
        if (!g_cond_wait_until(&changed, &gate, deadline))
            break;
    int reached = *value;
    g_mutex_unlock(&gate);
    assert_true(reached >= wanted);
}

static void threads_do_what_is_added_while_they_run(void **state)
{
    App *app = begin(state);
    Jobs *jobs = jobs_start(app->db, tables, app);
    for (int i = 1; i <= 5; i++) {
        add_job(app, "greet", clock_now());
        jobs_wake();
        wait_for(&ran, i);
    }
    jobs_stop(jobs);
    assert_int_equal(ran, 5);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job"), 0);
}

static void periodic_work_is_done_at_the_start_and_every_so_often(void **state)
{
    App *app = begin(state);
    Jobs *jobs = jobs_start(app->db, periodic_tables, app);
    wait_for(&periodic_ran, 1);
    clock_shift(CLOCK_HOUR + CLOCK_SECOND);
    jobs_wake();
    wait_for(&periodic_ran, 2);
    jobs_wake();
    jobs_stop(jobs);
    assert_int_equal(periodic_ran, 2);
}

static void several_processes_share_the_work_without_doing_it_twice(void **state)
{
    App *app = begin(state);
    for (int i = 0; i < 40; i++)
        add_job(app, "greet", clock_now());
    Jobs *one = jobs_start(app->db, tables, app), *other = jobs_start(app->db, tables, app);
    wait_for(&ran, 40);
    jobs_stop(one);
    jobs_stop(other);
    assert_int_equal(ran, 40);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job"), 0);
}

static void delay_doubles_and_chance_shortens_it_to_half_at_most(void **state)
{
    assert_int_equal(jobs_delay(1, 0), 10 * CLOCK_SECOND);
    assert_int_equal(jobs_delay(2, 0), 20 * CLOCK_SECOND);
    assert_int_equal(jobs_delay(11, 0), 10240 * CLOCK_SECOND);
    assert_int_equal(jobs_delay(1, 1), 5 * CLOCK_SECOND);
    assert_int_equal(jobs_delay(0, 0), 10 * CLOCK_SECOND);
    assert_int_equal(jobs_delay(G_MAXINT, 0), jobs_delay(21, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(job_is_done_once_with_its_payload),
        ON_BOTH(job_of_a_transaction_that_failed_is_not_there),
        ON_BOTH(job_is_not_run_before_its_time),
        ON_BOTH(job_due_longest_is_run_first),
        ON_BOTH(failed_job_is_tried_again_after_a_while),
        ON_BOTH(job_is_given_up_after_twelve_tries_and_kept),
        ON_BOTH(job_that_nobody_knows_or_that_says_nothing_fails_with_words),
        ON_BOTH(job_that_runs_is_nobody_elses_until_its_lease_ends),
        ON_BOTH(process_that_dies_each_time_does_not_try_for_ever),
        ON_BOTH(threads_do_what_is_added_while_they_run),
        ON_BOTH(periodic_work_is_done_at_the_start_and_every_so_often),
        ON_BOTH(several_processes_share_the_work_without_doing_it_twice),
        cmocka_unit_test(delay_doubles_and_chance_shortens_it_to_half_at_most),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    g_free(last_payload);
    return failed;
}
