/* The SQL of challenge models, as typed functions. Everything is of one organisation. */
#pragma once

#include "content/pack.h"
#include "engine/challenge/challenge_weights.h"
#include "platform/db/db.h"

/* A model and how it was made; see the table in schema.c. */
typedef struct {
    gint64 id, made_at;
    ChallengeWeights weights; /* the terms are its own, the rest is that of the shipped weights */
    gboolean chosen;          /* it became the organisation's */
    gint64 n;                 /* attempts that it was judged by */
    gint64 attempts;          /* counted ones that the organisation had then */
    double log_loss, log_loss_before, log_loss_default; /* on those: its own, of the model in use before, of the
                                                           shipped weights */
    double auc;                                         /* nan when there is none */
} ChallengeModelRow;

/* FALSE with `found` FALSE and no error: the organisation has no such model. */
gboolean challenge_model_db_find(DbTx *tx, gint64 organisation_id, gint64 id, ChallengeModelRow *row, gboolean *found,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The one made last, chosen or not. */
gboolean challenge_model_db_newest(DbTx *tx, gint64 organisation_id, ChallengeModelRow *row, gboolean *found,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean challenge_model_db_add(DbTx *tx, gint64 organisation_id, const ChallengeModelRow *row,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* NOT_FOUND when there is no such organisation. */
gboolean challenge_model_db_current(DbTx *tx, gint64 organisation_id, gint64 *id,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean challenge_model_db_choose(DbTx *tx, gint64 organisation_id, gint64 id,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Counted attempts of the organisation. */
gboolean challenge_model_db_count(DbTx *tx, gint64 organisation_id, gint64 *attempts,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A counted attempt, as fitting reads it. */
typedef struct {
    gint64 id, person_id, exercise_id, concept_id, skill_id, answered_at;
    double score, retrievability;       /* of recall then; negative: never practised before */
    double floor;                       /* of the exercise's guessing */
    ChallengeEstimate difficulty_prior; /* of the exercise */
} ChallengeAttempt;
/* ChallengeAttempt: at most `most` before the attempt `before`, newest first. Free with g_array_unref. */
GArray *challenge_model_db_attempts(DbTx *tx, gint64 organisation_id, gint64 before, int most,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
