/* The SQL of calibration: reads a part of one index, and for each row the answer before it. */
#include "feature/practice/calibration_db.h"
#include "platform/id.h"

GArray *calibration_db_answers(DbTx *tx, gint64 organisation_id, gint64 since, int most, GError **error)
{
    static const char sql[] = "SELECT attempt.predicted, attempt.score, attempt.retrievability_before, attempt.rating,"
                              " CASE WHEN attempt.day > earlier.day THEN 1 ELSE 0 END FROM attempt"
                              " LEFT JOIN attempt AS earlier ON earlier.person_id = attempt.person_id"
                              " AND earlier.concept_id = attempt.concept_id AND earlier.review = attempt.review - 1"
                              " WHERE attempt.organisation_id = $1 AND attempt.review IS NOT NULL AND attempt.id >= $2"
                              " ORDER BY attempt.id DESC LIMIT $3";
    g_autoptr(DbRows) rows =
        db_query(tx, sql, DB_ARGS(db_int(organisation_id), db_int(id_at(since)), db_int(most)), error);
    if (!rows)
        return NULL;
    g_autoptr(GArray) answers = g_array_new(FALSE, FALSE, sizeof(PredictedAnswer));
    while (db_rows_next(rows)) {
        PredictedAnswer answer = {
            .predicted = db_rows_real(rows, 0),
            .score = db_rows_real(rows, 1),
            .recall = db_rows_real(rows, 2),
            .rating = (MemoryRating)db_rows_int(rows, 3),
            .returned = db_rows_int(rows, 4) != 0,
        };
        g_array_append_val(answers, answer);
    }
    return db_rows_done(rows, error) ? g_steal_pointer(&answers) : NULL;
}
