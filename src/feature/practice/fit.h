/* Fitting an organisation's memory model to its own answers, in the background. */
#pragma once

#include "platform/jobs/jobs.h"

#define FIT_JOB "memory-fit"

/* Adds the job in the caller's transaction. It fits when there is enough that is new. */
gboolean fit_begin(DbTx *tx, gint64 organisation_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
