/* Jobs: durable background work.
 *
 * A job is a row, added in the transaction of whatever wants it done, so that both happen or neither. A few threads of
 * every process take what is due: claiming a job moves it ahead by a lease, so that no two processes run it at once,
 * and so that it comes back when the process dies. A job may therefore run more than once: it must bear that. One that
 * fails is tried again later and later; after JOB_TRIES it is kept, with what went wrong, and left alone.
 *
 * Knows when what is run; hides the table and the threads, and knows nothing of what the jobs do. */
#pragma once

#include "platform/db/db.h"

typedef struct App App; /* what functions work with; this module passes it on and never looks inside */
typedef struct Jobs Jobs;

enum { JOB_TRIES = 12 };

/* `payload`: what jobs_add was given; NULL for periodic work. FALSE with an error: try again. On a thread of the jobs;
 * must be done within the lease of five minutes. */
typedef gboolean (*JobFunction)(App *app, const char *payload, GError **error);

/* What to do for each kind of job. A table ends with an entry without a kind. */
typedef struct {
    const char *kind;
    JobFunction function;
    gint64 every; /* microseconds; 0: for jobs that were added. Otherwise run at the start and then this often, in every
                     process */
} JobHandler;

/* Adds a job in the caller's transaction, to run at `run_at` (microseconds UTC) or soon after. Once committed, call
 * jobs_wake() when it should not wait for the next look (within five seconds). `payload`: any text, JSON by custom. */
gboolean jobs_add(DbTx *tx, const char *kind, const char *payload, gint64 run_at,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Starts the threads. `tables`: NULL-terminated, must outlive them, as must `db` and `app`. */
Jobs *jobs_start(Db *db, const JobHandler *const *tables, App *app);

/* Lets running jobs finish, then returns. NULL is allowed. */
void jobs_stop(Jobs *jobs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Jobs, jobs_stop)

/* There may be something to do: the threads of this process look at once. From any thread, outside transactions. */
void jobs_wake(void);

/* Runs the next job that is due on this thread, for commands and tests; `ran` says whether there was one. A job that
 * fails is no error here: it is recorded. */
gboolean jobs_run_next(Db *db, const JobHandler *const *tables, App *app, gboolean *ran,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How long (microseconds) to wait after the `tries`-th failure (from 1): ten seconds, doubled each time, shortened by
 * chance (0..1) to as little as half, so that what failed together does not come back together. */
gint64 jobs_delay(int tries, double chance);

/* Forgets jobs that were given up before `before`. */
gboolean jobs_forget(Db *db, gint64 before, GError **error) G_GNUC_WARN_UNUSED_RESULT;
