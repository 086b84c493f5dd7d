/* Knows the table of jobs. */
#include "platform/jobs/jobs_db.h"

static const char add[] = "INSERT INTO job (id, kind, payload, run_at, tries) VALUES ($1, $2, $3, $4, 0)";
static const char next[] = "SELECT run_at FROM job WHERE failed_at IS NULL ORDER BY run_at LIMIT 1";
static const char due[] = "SELECT id, kind, payload, tries, run_at FROM job WHERE failed_at IS NULL AND run_at <= $1"
                          " ORDER BY run_at, id LIMIT 1";
/* The run_at that was read makes sure that nobody else took it since. */
static const char claim[] =
    "UPDATE job SET run_at = $1, tries = tries + 1 WHERE id = $2 AND run_at = $3 AND failed_at IS NULL";
static const char done[] = "DELETE FROM job WHERE id = $1";
static const char retry[] =
    "UPDATE job SET run_at = $1, failure = $2 WHERE id = $3 AND run_at = $4 AND failed_at IS NULL";
static const char give_up[] =
    "UPDATE job SET failed_at = $1, failure = $2 WHERE id = $3 AND run_at = $4 AND failed_at IS NULL";
static const char forget[] = "DELETE FROM job WHERE failed_at IS NOT NULL AND failed_at < $1";

void job_free(Job *job)
{
    if (!job)
        return;
    g_free(job->kind);
    g_free(job->payload);
    g_free(job);
}

gboolean jobs_db_add(DbTx *tx, gint64 id, const char *kind, const char *payload, gint64 run_at, GError **error)
{
    return db_run(tx, add, DB_ARGS(db_int(id), db_text(kind), db_text(payload), db_int(run_at)), error);
}

gboolean jobs_db_next(DbTx *tx, gint64 *run_at, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, next, DB_NO_ARGS, error);
    if (!rows)
        return FALSE;
    *run_at = db_rows_next(rows) ? db_rows_int(rows, 0) : G_MAXINT64;
    return db_rows_done(rows, error);
}

/* NULL in `job` when none is due. Its run_at is the one that was read. */
static gboolean find_due(DbTx *tx, gint64 now, Job **job, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, due, DB_ARGS(db_int(now)), error);
    if (!rows)
        return FALSE;
    g_autoptr(Job) found = NULL;
    if (db_rows_next(rows)) {
        found = g_new0(Job, 1);
        found->id = db_rows_int(rows, 0);
        found->kind = g_strdup(db_rows_text(rows, 1));
        found->payload = g_strdup(db_rows_text(rows, 2));
        found->tries = (int)db_rows_int(rows, 3);
        found->run_at = db_rows_int(rows, 4);
    }
    if (!db_rows_done(rows, error))
        return FALSE;
    *job = g_steal_pointer(&found);
    return TRUE;
}

gboolean jobs_db_claim(DbTx *tx, gint64 now, gint64 lease_end, Job **job, GError **error)
{
    *job = NULL;
    for (;;) {
        g_autoptr(Job) found = NULL;
        if (!find_due(tx, now, &found, error))
            return FALSE;
        if (!found)
            return TRUE;
        gint64 changed;
        if (!db_run_counted(tx, claim, DB_ARGS(db_int(lease_end), db_int(found->id), db_int(found->run_at)), &changed,
                            error))
            return FALSE;
        if (changed == 0)
            continue; /* another process was faster */
        found->run_at = lease_end;
        found->tries++;
        *job = g_steal_pointer(&found);
        return TRUE;
    }
}

gboolean jobs_db_done(DbTx *tx, const Job *job, GError **error)
{
    return db_run(tx, done, DB_ARGS(db_int(job->id)), error);
}

gboolean jobs_db_retry(DbTx *tx, const Job *job, gint64 run_at, const char *failure, GError **error)
{
    return db_run(tx, retry, DB_ARGS(db_int(run_at), db_text(failure), db_int(job->id), db_int(job->run_at)), error);
}

gboolean jobs_db_give_up(DbTx *tx, const Job *job, gint64 now, const char *failure, GError **error)
{
    return db_run(tx, give_up, DB_ARGS(db_int(now), db_text(failure), db_int(job->id), db_int(job->run_at)), error);
}

gboolean jobs_db_forget(DbTx *tx, gint64 before, GError **error)
{
    return db_run(tx, forget, DB_ARGS(db_int(before)), error);
}
