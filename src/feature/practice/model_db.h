/* The SQL of memory models, as typed functions. Everything is of one organisation. */
#pragma once

#include "engine/memory/memory.h"
#include "platform/db/db.h"

/* A model and how it was made; see the table in schema.c. */
typedef struct {
    gint64 id, made_at;
    MemoryModel model;
    gboolean chosen; /* it became the organisation's */
    gint64 n;        /* reviews that it was judged by: a day or more after the one before; 0: published weights */
    gint64 returns;  /* answers a day or more after the one before that the organisation had then */
    double log_loss, log_loss_before, log_loss_default; /* on those: its own, of the model in use before, of the
                                                           published weights; nan when n is 0 */
    double rmse_bins, auc;                              /* nan when there is none */
} ModelRow;

/* FALSE with `found` FALSE and no error: the organisation has no such model. */
gboolean model_db_find(DbTx *tx, gint64 organisation_id, gint64 id, ModelRow *row, gboolean *found,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* ModelRow, newest first, at most `most`. Free with g_array_unref. */
GArray *model_db_newest(DbTx *tx, gint64 organisation_id, int most, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The newest of an algorithm that was chosen (MODEL_CHOSEN) or fitted (MODEL_FITTED). */
typedef enum { MODEL_CHOSEN, MODEL_FITTED } ModelSort;
gboolean model_db_newest_of(DbTx *tx, gint64 organisation_id, MemoryAlgorithm algorithm, ModelSort sort, ModelRow *row,
                            gboolean *found, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean model_db_add(DbTx *tx, gint64 organisation_id, const ModelRow *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* NOT_FOUND when there is no such organisation. */
gboolean model_db_current(DbTx *tx, gint64 organisation_id, gint64 *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean model_db_choose(DbTx *tx, gint64 organisation_id, gint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Answers of the organisation that came a day or more after the person's answer before. */
gboolean model_db_returns(DbTx *tx, gint64 organisation_id, gint64 *returns, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The first person after `after` who has memories of another model than `id`; 0: nobody. */
gboolean model_db_next_outdated(DbTx *tx, gint64 organisation_id, gint64 id, gint64 after, gint64 *person_id,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* gint64: at most `most` concepts of which the person has memories of another model than `id`, from after the concept
 * `after`. Free with g_array_unref. */
GArray *model_db_outdated(DbTx *tx, gint64 organisation_id, gint64 person_id, gint64 id, gint64 after, int most,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* How many memories of another model than `id` there are. */
gboolean model_db_count_outdated(DbTx *tx, gint64 organisation_id, gint64 id, gint64 *n,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A counted answer, as fitting reads it. */
typedef struct {
    gint64 id, person_id, concept_id, review, day, answered_at;
    MemoryRating rating;
} ModelReview;
/* ModelReview: at most `most` before the attempt `before`, newest first. Free with g_array_unref. */
GArray *model_db_reviews(DbTx *tx, gint64 organisation_id, gint64 before, int most,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
