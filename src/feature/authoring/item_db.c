/* The SQL of items. Knows how the sums follow from attempts. */
#include "feature/authoring/item_db.h"

void item_row_free(ItemRow *row)
{
    g_free(row->slug);
    g_free(row->concept);
    g_free(row->pack);
    g_free(row);
}

/* NULLs, of an exercise that nobody has answered, read as 0. */
static ItemSums sums_at(const DbRows *rows, int column)
{
    return (ItemSums){
        .attempts = db_rows_int(rows, column),
        .returns = db_rows_int(rows, column + 1),
        .passes = db_rows_int(rows, column + 2),
        .seconds = db_rows_real(rows, column + 3),
        .score = db_rows_real(rows, column + 4),
        .score_squares = db_rows_real(rows, column + 5),
        .predicted = db_rows_real(rows, column + 6),
        .predicted_squares = db_rows_real(rows, column + 7),
        .score_predicted = db_rows_real(rows, column + 8),
    };
}

#define SUMS_OF(table)                                                                                         \
    table ".attempts, " table ".returns, " table ".passes, " table ".seconds_sum, " table ".score_sum, " table \
          ".score_squares, " table ".predicted_sum, " table ".predicted_squares, " table ".score_predicted"

static ItemRow *item_row(const DbRows *rows)
{
    ItemRow *row = g_new0(ItemRow, 1);
    row->id = db_rows_int(rows, 0);
    row->slug = g_strdup(db_rows_text(rows, 1));
    gboolean known = exercise_kind_parse(db_rows_text(rows, 2), &row->kind);
    g_assert(known);
    row->floor = challenge_floor((int)db_rows_int(rows, 4), (int)db_rows_int(rows, 5));
    row->concept_id = db_rows_int(rows, 6);
    row->concept = g_strdup(db_rows_text(rows, 7));
    row->pack_id = db_rows_int(rows, 8);
    row->pack = g_strdup(db_rows_text(rows, 9));
    row->difficulty = db_rows_is_null(rows, 10) ? challenge_difficulty_prior(exercise_kind_info(row->kind)->difficulty,
                                                                             (int)db_rows_int(rows, 3))
                                                : (ChallengeEstimate){ db_rows_real(rows, 10), db_rows_real(rows, 11) };
    row->sums = sums_at(rows, 12);
    return row;
}

GPtrArray *item_db_rows(DbTx *tx, gint64 organisation_id, gint64 pack_id, gint64 after, int most, GError **error)
{
    static const char sql[] =
        "SELECT exercise.id, exercise.slug, exercise.kind, exercise.hint, exercise.options, exercise.correct,"
        " concept.id, concept.title, pack.id, pack.title, exercise_difficulty.mean, exercise_difficulty.variance, " SUMS_OF(
            "exercise_difficulty") " FROM exercise JOIN concept ON concept.id = exercise.concept_id"
                                   " JOIN pack ON pack.id = concept.pack_id"
                                   " LEFT JOIN exercise_difficulty ON exercise_difficulty.exercise_id = exercise.id"
                                   " WHERE exercise.organisation_id = $1 AND (CAST($2 AS BIGINT) = 0 OR concept.pack_id = $2) AND exercise.id > $3"
                                   " AND exercise.retired_at IS NULL AND concept.retired_at IS NULL ORDER BY exercise.id LIMIT $4";
    g_autoptr(DbRows) rows =
        db_query(tx, sql, DB_ARGS(db_int(organisation_id), db_int(pack_id), db_int(after), db_int(most)), error);
    if (!rows)
        return NULL;
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)item_row_free);
    while (db_rows_next(rows))
        g_ptr_array_add(list, item_row(rows));
    return db_rows_done(rows, error) ? g_steal_pointer(&list) : NULL;
}

/* What practice adds up with every answer (practice_db_add_evidence), from all of them; 0.6 is MEMORY_PASS. */
#define COUNTED                                                                                                    \
    "(SELECT exercise_id, COUNT(*) AS attempts, CAST(SUM(CASE WHEN day > day_before THEN 1 ELSE 0 END) AS BIGINT)" \
    " AS returns, CAST(SUM(CASE WHEN score >= 0.6 THEN 1 ELSE 0 END) AS BIGINT) AS passes,"                        \
    " SUM(seconds) AS seconds_sum, SUM(score) AS score_sum, SUM(score * score) AS score_squares,"                  \
    " SUM(predicted) AS predicted_sum, SUM(predicted * predicted) AS predicted_squares,"                           \
    " SUM(score * predicted) AS score_predicted"                                                                   \
    " FROM (SELECT exercise_id, day, seconds, score, predicted, MAX(day) OVER (PARTITION BY person_id, concept_id" \
    " ORDER BY review ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS day_before"                             \
    " FROM attempt WHERE organisation_id = $1 AND review IS NOT NULL) AS of_organisation"                          \
    " GROUP BY exercise_id) AS counted"

gboolean item_db_each_pair(DbTx *tx, gint64 organisation_id,
                           void (*each)(gint64 exercise_id, const ItemSums *kept, const ItemSums *counted,
                                        gpointer data),
                           gpointer data, GError **error)
{
    static const char sql[] = "SELECT exercise_difficulty.exercise_id, " SUMS_OF("exercise_difficulty") ", " SUMS_OF(
        "counted") " FROM exercise_difficulty LEFT JOIN " COUNTED
                   " ON counted.exercise_id = exercise_difficulty.exercise_id"
                   " WHERE exercise_difficulty.organisation_id = $1 ORDER BY exercise_difficulty.exercise_id";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(organisation_id)), error);
    if (!rows)
        return FALSE;
    while (db_rows_next(rows)) {
        ItemSums kept = sums_at(rows, 1), counted = sums_at(rows, 10);
        each(db_rows_int(rows, 0), &kept, &counted, data);
    }
    return db_rows_done(rows, error);
}

gboolean item_db_recount(DbTx *tx, gint64 organisation_id, GError **error)
{
    /* Answers that are being given wait from here on, and add to what is written below. */
    static const char hold[] = "UPDATE exercise_difficulty SET attempts = attempts WHERE organisation_id = $1";
    static const char empty[] =
        "UPDATE exercise_difficulty SET attempts = 0, returns = 0, passes = 0, seconds_sum = 0, score_sum = 0,"
        " score_squares = 0, predicted_sum = 0, predicted_squares = 0, score_predicted = 0 WHERE organisation_id = $1";
    static const char fill[] =
        "UPDATE exercise_difficulty SET attempts = counted.attempts, returns = counted.returns,"
        " passes = counted.passes, seconds_sum = counted.seconds_sum, score_sum = counted.score_sum,"
        " score_squares = counted.score_squares, predicted_sum = counted.predicted_sum,"
        " predicted_squares = counted.predicted_squares, score_predicted = counted.score_predicted"
        " FROM " COUNTED " WHERE counted.exercise_id = exercise_difficulty.exercise_id"
        " AND exercise_difficulty.organisation_id = $1";
    const DbValue *args = DB_ARGS(db_int(organisation_id));
    return db_run(tx, hold, args, error) && db_run(tx, empty, args, error) && db_run(tx, fill, args, error);
}
