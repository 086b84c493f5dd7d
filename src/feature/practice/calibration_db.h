/* The SQL of how well predictions came true. Everything is of one organisation. */
#pragma once

#include "engine/memory/memory.h"
#include "platform/db/db.h"

/* A counted answer and what had been predicted of it. */
typedef struct {
    double predicted, score; /* success: expected, and what came */
    double recall;           /* of the concept before the answer; 0: it was new */
    MemoryRating rating;
    gboolean returned; /* a day or more after the person's answer about the concept before */
} PredictedAnswer;

/* PredictedAnswer: the newest `most` of those that were kept from `since` on. Free with g_array_unref. */
GArray *calibration_db_answers(DbTx *tx, gint64 organisation_id, gint64 since, int most,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
