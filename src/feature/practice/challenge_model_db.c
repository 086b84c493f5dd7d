/* The SQL of challenge models. Knows how weights are written: an object of the terms by their names. */
#include "feature/practice/challenge_model_db.h"
#include "platform/error.h"
#include "platform/json.h"

#include <math.h>

#define COLUMNS "id, made_at, weights, chosen, n, attempts, log_loss, log_loss_before, log_loss_default, auc"

static char *weights_to_text(const ChallengeWeights *weights)
{
    g_autoptr(json_t) object = json_object();
    for (guint i = 0; i < CHALLENGE_TERMS; i++)
        json_object_set_new(object, challenge_term_names[i], json_real(weights->terms[i]));
    return json_write(object, NULL);
}

/* A term that the release which wrote it did not know is the shipped one. */
static gboolean weights_from_text(const char *text, ChallengeWeights *weights)
{
    g_autoptr(json_t) object = json_loads(text, 0, NULL);
    *weights = challenge_weights_default;
    for (guint i = 0; i < CHALLENGE_TERMS; i++) {
        const json_t *weight = json_object_get(object, challenge_term_names[i]);
        if (weight && !json_is_number(weight))
            return FALSE;
        if (weight)
            weights->terms[i] = json_number_value(weight);
    }
    return json_is_object(object);
}

static gboolean read_row(const DbRows *rows, ChallengeModelRow *row, GError **error)
{
    *row = (ChallengeModelRow){
        .id = db_rows_int(rows, 0),
        .made_at = db_rows_int(rows, 1),
        .chosen = db_rows_int(rows, 3) != 0,
        .n = db_rows_int(rows, 4),
        .attempts = db_rows_int(rows, 5),
        .log_loss = db_rows_real(rows, 6),
        .log_loss_before = db_rows_real(rows, 7),
        .log_loss_default = db_rows_real(rows, 8),
        .auc = db_rows_is_null(rows, 9) ? NAN : db_rows_real(rows, 9),
    };
    if (weights_from_text(db_rows_text(rows, 2), &row->weights))
        return TRUE;
    g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED,
                "The weights of challenge model %" G_GINT64_FORMAT " are damaged.", row->id);
    return FALSE;
}

static gboolean one_row(DbTx *tx, const char *sql, const DbValue *args, ChallengeModelRow *row, gboolean *found,
                        GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, sql, args, error);
    if (!rows)
        return FALSE;
    *found = db_rows_next(rows);
    return (!*found || read_row(rows, row, error)) && db_rows_done(rows, error);
}

gboolean challenge_model_db_find(DbTx *tx, gint64 organisation_id, gint64 id, ChallengeModelRow *row, gboolean *found,
                                 GError **error)
{
    static const char sql[] = "SELECT " COLUMNS " FROM challenge_model WHERE organisation_id = $1 AND id = $2";
    return one_row(tx, sql, DB_ARGS(db_int(organisation_id), db_int(id)), row, found, error);
}

gboolean challenge_model_db_newest(DbTx *tx, gint64 organisation_id, ChallengeModelRow *row, gboolean *found,
                                   GError **error)
{
    static const char sql[] =
        "SELECT " COLUMNS " FROM challenge_model WHERE organisation_id = $1 ORDER BY id DESC LIMIT 1";
    return one_row(tx, sql, DB_ARGS(db_int(organisation_id)), row, found, error);
}

gboolean challenge_model_db_add(DbTx *tx, gint64 organisation_id, const ChallengeModelRow *row, GError **error)
{
    static const char sql[] = "INSERT INTO challenge_model (organisation_id, " COLUMNS
                              ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    g_autofree char *weights = weights_to_text(&row->weights);
    return db_run(tx, sql,
                  DB_ARGS(db_int(organisation_id), db_int(row->id), db_int(row->made_at), db_text(weights),
                          db_int(row->chosen), db_int(row->n), db_int(row->attempts), db_real(row->log_loss),
                          db_real(row->log_loss_before), db_real(row->log_loss_default),
                          isnan(row->auc) ? db_null() : db_real(row->auc)),
                  error);
}

gboolean challenge_model_db_current(DbTx *tx, gint64 organisation_id, gint64 *id, GError **error)
{
    static const char sql[] = "SELECT challenge_model_id FROM organisation WHERE id = $1";
    gboolean found;
    if (!db_query_int(tx, sql, DB_ARGS(db_int(organisation_id)), id, &found, error))
        return FALSE;
    return found || whet_fail(error, WHET_ERROR_NOT_FOUND, "This organisation is not there any more.");
}

gboolean challenge_model_db_choose(DbTx *tx, gint64 organisation_id, gint64 id, GError **error)
{
    static const char sql[] = "UPDATE organisation SET challenge_model_id = $2 WHERE id = $1";
    return db_run(tx, sql, DB_ARGS(db_int(organisation_id), db_int(id)), error);
}

gboolean challenge_model_db_count(DbTx *tx, gint64 organisation_id, gint64 *attempts, GError **error)
{
    static const char sql[] =
        "SELECT CAST(SUM(attempts) AS BIGINT) FROM exercise_difficulty WHERE organisation_id = $1";
    return db_query_int(tx, sql, DB_ARGS(db_int(organisation_id)), attempts, NULL, error);
}

static ChallengeAttempt attempt_at(const DbRows *rows)
{
    ExerciseKind kind;
    gboolean is_kind = exercise_kind_parse(db_rows_text(rows, 9), &kind);
    g_assert(is_kind);
    return (ChallengeAttempt){
        .id = db_rows_int(rows, 0),
        .person_id = db_rows_int(rows, 1),
        .exercise_id = db_rows_int(rows, 2),
        .concept_id = db_rows_int(rows, 3),
        .skill_id = db_rows_int(rows, 4),
        .answered_at = db_rows_int(rows, 5),
        .score = db_rows_real(rows, 6),
        .retrievability = db_rows_real(rows, 7) > 0 ? db_rows_real(rows, 8) : -1,
        .difficulty_prior =
            challenge_difficulty_prior(exercise_kind_info(kind)->difficulty, (int)db_rows_int(rows, 10)),
        .floor = challenge_floor((int)db_rows_int(rows, 11), (int)db_rows_int(rows, 12)),
    };
}

GArray *challenge_model_db_attempts(DbTx *tx, gint64 organisation_id, gint64 before, int most, GError **error)
{
    static const char sql[] =
        "SELECT attempt.id, attempt.person_id, attempt.exercise_id, attempt.concept_id, concept.skill_id,"
        " attempt.answered_at, attempt.score, attempt.stability_before, attempt.retrievability_before, exercise.kind,"
        " exercise.hint, exercise.options, exercise.correct FROM attempt"
        " JOIN exercise ON exercise.id = attempt.exercise_id JOIN concept ON concept.id = attempt.concept_id"
        " WHERE attempt.organisation_id = $1 AND attempt.review IS NOT NULL AND attempt.id < $2"
        " ORDER BY attempt.id DESC LIMIT $3";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(organisation_id), db_int(before), db_int(most)), error);
    if (!rows)
        return NULL;
    g_autoptr(GArray) attempts = g_array_new(FALSE, FALSE, sizeof(ChallengeAttempt));
    while (db_rows_next(rows)) {
        const ChallengeAttempt attempt = attempt_at(rows);
        g_array_append_val(attempts, attempt);
    }
    return db_rows_done(rows, error) ? g_steal_pointer(&attempts) : NULL;
}
