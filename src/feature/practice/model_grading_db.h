/* The SQL of model grading. */
#pragma once

#include "platform/db/db.h"

/* Whether the organisation lets its people's answers go to the language model. */
gboolean model_grading_db_allowed(DbTx *tx, gint64 organisation_id, gboolean *allowed,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean model_grading_db_allow(DbTx *tx, gint64 organisation_id, gboolean allowed,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What is kept of one request, see the table in schema.c. */
typedef struct {
    gint64 attempt_id, organisation_id;
    const char *model;    /* as the server calls it; may be NULL */
    const char *sent;     /* NULL: nothing was */
    const char *received; /* the text that came, as it came */
    const char *result;   /* JSON; NULL when it was of no use */
    double score;         /* with a result */
    const char *failure;  /* without one */
    gint64 created_at;
    guint milliseconds, tokens;
} ModelGrading;
gboolean model_grading_db_add(DbTx *tx, const ModelGrading *grading, GError **error) G_GNUC_WARN_UNUSED_RESULT;
