/* Knows when a job is run, and again after it failed; hides the threads that do it, and how they sleep. */
#include "platform/jobs/jobs.h"

#include <string.h>

#include "platform/clock.h"
#include "platform/error.h"
#include "platform/id.h"
#include "platform/jobs/jobs_db.h"

enum {
    RUNNERS = 2,          /* one slow mail server leaves another thread for the rest */
    FAILURE_BYTES = 1000, /* of a message that is kept */
    DOUBLINGS_MOST = 20,
};

static const gint64 LEASE = 5 * CLOCK_MINUTE;
static const gint64 LONGEST_REST = 5 * CLOCK_SECOND; /* other processes add jobs too, and cannot wake this one */
static const gint64 FIRST_DELAY = 10 * CLOCK_SECOND;

/* Something that is done every so often, and when it is next. */
typedef struct {
    const JobHandler *handler;
    gint64 next_at;
} Periodic;

struct Jobs {
    Db *db;
    const JobHandler *const *tables;
    App *app;
    GArray *periodic; /* Periodic; under `gate`, as is `stopping` */
    gboolean stopping;
    GThread *threads[RUNNERS];
};

/* Shared by all Jobs of the process, so that whoever adds a job need not know who runs it. */
static GMutex gate;
static GCond woken;
static guint64 wakes;

void jobs_wake(void)
{
    g_mutex_lock(&gate);
    wakes++;
    g_cond_broadcast(&woken);
    g_mutex_unlock(&gate);
}

gboolean jobs_add(DbTx *tx, const char *kind, const char *payload, gint64 run_at, GError **error)
{
    return jobs_db_add(tx, id_new(), kind, payload, run_at, error);
}

gint64 jobs_delay(int tries, double chance)
{
    int doublings = CLAMP(tries - 1, 0, DOUBLINGS_MOST);
    double delay = (double)(FIRST_DELAY << doublings);
    return (gint64)(delay * (1 - CLAMP(chance, 0.0, 1.0) / 2));
}

static const JobHandler *find_handler(const JobHandler *const *tables, const char *kind)
{
    for (; *tables; tables++)
        for (const JobHandler *handler = *tables; handler->kind; handler++)
            if (handler->every == 0 && g_str_equal(handler->kind, kind))
                return handler;
    return NULL;
}

/* Calls the function; FALSE always comes with an error. */
static gboolean call(const JobHandler *handler, App *app, const char *payload, GError **error)
{
    g_autoptr(GError) failure = NULL;
    if (handler->function(app, payload, &failure))
        return TRUE;
    if (!failure)
        g_set_error(&failure, WHET_ERROR, WHET_ERROR_FAILED, "'%s' failed without saying why.", handler->kind);
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gboolean do_job(const JobHandler *const *tables, App *app, const Job *job, GError **error)
{
    const JobHandler *handler = find_handler(tables, job->kind);
    if (!handler) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "Nobody here knows how to do '%s'.", job->kind);
        return FALSE;
    }
    /* Only a process that ended in the middle of the last try leaves a job that has one more. */
    if (job->tries > JOB_TRIES) {
        g_set_error_literal(error, WHET_ERROR, WHET_ERROR_FAILED, "The server stopped each time while doing it.");
        return FALSE;
    }
    return call(handler, app, job->payload, error);
}

typedef struct {
    gint64 now;
    gint64 next_at; /* when the next job is to run */
    Job *job;       /* claimed, or NULL */
} Claim;

static gboolean look(DbTx *tx, gpointer data, GError **error)
{
    Claim *claim = data;
    return jobs_db_next(tx, &claim->next_at, error);
}

static gboolean take(DbTx *tx, gpointer data, GError **error)
{
    Claim *claim = data;
    g_clear_pointer(&claim->job, job_free);
    return jobs_db_claim(tx, claim->now, claim->now + LEASE, &claim->job, error);
}

/* How a job ended. */
typedef struct {
    const Job *job;
    char *failure; /* NULL: well */
} Ending;

static gboolean record(DbTx *tx, gpointer data, GError **error)
{
    const Ending *ending = data;
    const Job *job = ending->job;
    if (!ending->failure)
        return jobs_db_done(tx, job, error);
    gint64 now = clock_now();
    if (job->tries >= JOB_TRIES)
        return jobs_db_give_up(tx, job, now, ending->failure, error);
    return jobs_db_retry(tx, job, now + jobs_delay(job->tries, g_random_double()), ending->failure, error);
}

/* Runs the job that is due, if one is; otherwise `next_at` says when to look again. */
static gboolean run_next(Db *db, const JobHandler *const *tables, App *app, gboolean *ran, gint64 *next_at,
                         GError **error)
{
    *ran = FALSE;
    Claim claim = { .now = clock_now() };
    if (!db_read(db, look, &claim, error))
        return FALSE;
    *next_at = claim.next_at;
    if (claim.next_at > claim.now)
        return TRUE;
    if (!db_write(db, take, &claim, error)) {
        g_clear_pointer(&claim.job, job_free);
        return FALSE;
    }
    g_autoptr(Job) job = claim.job;
    if (!job)
        return TRUE; /* somebody else was faster */
    *ran = TRUE;

    g_autoptr(GError) failure = NULL;
    Ending ending = { .job = job };
    if (!do_job(tables, app, job, &failure)) {
        gboolean last = job->tries >= JOB_TRIES;
        g_warning("job %s (%" G_GINT64_FORMAT ") failed, try %d%s: %s", job->kind, job->id, job->tries,
                  last ? ", given up" : "", failure->message);
        ending.failure = g_utf8_make_valid(failure->message, (gssize)MIN(strlen(failure->message), FAILURE_BYTES));
    }
    g_autofree char *owned = ending.failure;
    return db_write(db, record, &ending, error);
}

gboolean jobs_run_next(Db *db, const JobHandler *const *tables, App *app, gboolean *ran, GError **error)
{
    gint64 next_at;
    return run_next(db, tables, app, ran, &next_at, error);
}

/* Runs what is to be done every so often and is due now, if anything is; `next_at` says when the next is, at the
 * latest. */
static gboolean run_periodic(Jobs *jobs, gint64 *next_at)
{
    const JobHandler *due = NULL;
    gint64 now = clock_now();
    *next_at = G_MAXINT64;
    g_mutex_lock(&gate);
    for (guint i = 0; i < jobs->periodic->len && !due; i++) {
        Periodic *periodic = &g_array_index(jobs->periodic, Periodic, i);
        if (periodic->next_at <= now) {
            due = periodic->handler;
            periodic->next_at = now + due->every;
        }
        *next_at = MIN(*next_at, periodic->next_at);
    }
    g_mutex_unlock(&gate);
    if (!due)
        return FALSE;
    g_autoptr(GError) failure = NULL;
    if (!call(due, jobs->app, NULL, &failure))
        g_warning("%s failed: %s", due->kind, failure->message);
    return TRUE;
}

/* Sleeps until `until`, but not for long, and not when jobs_wake() was called since `seen`. */
static void rest(Jobs *jobs, gint64 until, guint64 seen)
{
    gint64 now = clock_now();
    gint64 duration = until <= now ? 0 : MIN(until - now, LONGEST_REST);
    gint64 deadline = g_get_monotonic_time() + duration;
    g_mutex_lock(&gate);
    while (!jobs->stopping && wakes == seen && g_cond_wait_until(&woken, &gate, deadline))
        ;
    g_mutex_unlock(&gate);
}

static gpointer run(gpointer data)
{
    Jobs *jobs = data;
    for (;;) {
        g_mutex_lock(&gate);
        gboolean stopping = jobs->stopping;
        guint64 seen = wakes;
        g_mutex_unlock(&gate);
        if (stopping)
            return NULL;

        gint64 next_periodic, next_job = G_MAXINT64;
        if (run_periodic(jobs, &next_periodic))
            continue;
        gboolean ran;
        g_autoptr(GError) error = NULL;
        if (!run_next(jobs->db, jobs->tables, jobs->app, &ran, &next_job, &error)) {
            g_warning("jobs cannot be looked at: %s", error->message);
            next_job = G_MAXINT64;
            ran = FALSE;
        }
        if (!ran)
            rest(jobs, MIN(next_periodic, next_job), seen);
    }
}

static GArray *collect_periodic(const JobHandler *const *tables)
{
    GArray *periodic = g_array_new(FALSE, FALSE, sizeof(Periodic));
    for (; *tables; tables++)
        for (const JobHandler *handler = *tables; handler->kind; handler++)
            if (handler->every > 0)
                g_array_append_vals(periodic, &(Periodic){ .handler = handler }, 1);
    return periodic;
}

Jobs *jobs_start(Db *db, const JobHandler *const *tables, App *app)
{
    Jobs *jobs = g_new0(Jobs, 1);
    jobs->db = db;
    jobs->tables = tables;
    jobs->app = app;
    jobs->periodic = collect_periodic(tables);
    for (int i = 0; i < RUNNERS; i++)
        jobs->threads[i] = g_thread_new("jobs", run, jobs);
    return jobs;
}

void jobs_stop(Jobs *jobs)
{
    if (!jobs)
        return;
    g_mutex_lock(&gate);
    jobs->stopping = TRUE;
    g_cond_broadcast(&woken);
    g_mutex_unlock(&gate);
    for (int i = 0; i < RUNNERS; i++)
        g_thread_join(jobs->threads[i]);
    g_array_unref(jobs->periodic);
    g_free(jobs);
}

static gboolean forget_before(DbTx *tx, gpointer data, GError **error)
{
    return jobs_db_forget(tx, *(const gint64 *)data, error);
}

gboolean jobs_forget(Db *db, gint64 before, GError **error)
{
    return db_write(db, forget_before, &before, error);
}
