/* Refolding: after an organisation has come to use another model, its memories are folded anew from their attempts, a
 * few at a time, so that answers need not wait. Until its turn has come a memory is read with the model it is of, and
 * one that is answered meanwhile is folded anew by that answer; so it does not matter how long this takes, or how often
 * it is interrupted. */
#pragma once

#include "platform/jobs/jobs.h"

#define REFOLD_JOB "memory-refold"

/* Adds the job in the caller's transaction. */
gboolean refold_begin(DbTx *tx, gint64 organisation_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All of it now, on this thread. */
gboolean refold_all(App *app, gint64 organisation_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The job: a JobFunction. */
gboolean refold_run(App *app, const char *payload, GError **error);
