/* The SQL of model grading. */
#include "feature/practice/model_grading_db.h"
#include "platform/error.h"

gboolean model_grading_db_allowed(DbTx *tx, gint64 organisation_id, gboolean *allowed, GError **error)
{
    static const char sql[] = "SELECT model_grading FROM organisation WHERE id = $1";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(organisation_id)), error);
    if (!rows)
        return FALSE;
    *allowed = db_rows_next(rows) && db_rows_int(rows, 0) != 0;
    return db_rows_done(rows, error);
}

gboolean model_grading_db_allow(DbTx *tx, gint64 organisation_id, gboolean allowed, GError **error)
{
    static const char sql[] = "UPDATE organisation SET model_grading = $2 WHERE id = $1";
    return db_run(tx, sql, DB_ARGS(db_int(organisation_id), db_int(allowed)), error);
}

gboolean model_grading_db_add(DbTx *tx, const ModelGrading *grading, GError **error)
{
    static const char sql[] =
        "INSERT INTO grading (attempt_id, organisation_id, grader, model, sent, received, result, score, failure,"
        " created_at, milliseconds, tokens) VALUES ($1, $2, 'model', $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        " ON CONFLICT (attempt_id) DO NOTHING";
    return db_run(tx, sql,
                  DB_ARGS(db_int(grading->attempt_id), db_int(grading->organisation_id), db_text(grading->model),
                          db_text(grading->sent), db_text(grading->received), db_text(grading->result),
                          grading->result ? db_real(grading->score) : db_null(), db_text(grading->failure),
                          db_int(grading->created_at), db_int(grading->milliseconds), db_int(grading->tokens)),
                  error);
}
