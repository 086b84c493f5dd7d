/* The SQL of jobs, as typed functions. Jobs are the server's own work, of no organisation: their payloads name one
 * where it matters. Private to this folder. */
#pragma once

#include "platform/db/db.h"

typedef struct {
    gint64 id;
    gint64 run_at; /* as claimed: the end of the lease */
    int tries;     /* this one included */
    char *kind, *payload;
} Job;
void job_free(Job *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Job, job_free)

gboolean jobs_db_add(DbTx *tx, gint64 id, const char *kind, const char *payload, gint64 run_at, GError **error);
/* When the first waiting job is to run; G_MAXINT64 when none waits. */
gboolean jobs_db_next(DbTx *tx, gint64 *run_at, GError **error);
/* Takes the job that has been due longest and moves it to `lease_end`; NULL in `job` when none is due. */
gboolean jobs_db_claim(DbTx *tx, gint64 now, gint64 lease_end, Job **job, GError **error);
gboolean jobs_db_done(DbTx *tx, const Job *job, GError **error);
/* The next two change nothing when the lease ran out and the job was claimed again. */
gboolean jobs_db_retry(DbTx *tx, const Job *job, gint64 run_at, const char *failure, GError **error);
gboolean jobs_db_give_up(DbTx *tx, const Job *job, gint64 now, const char *failure, GError **error);
gboolean jobs_db_forget(DbTx *tx, gint64 before, GError **error);
