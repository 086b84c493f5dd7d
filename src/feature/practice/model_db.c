/* The SQL of memory models. Knows how weights are written. */
#include "feature/practice/model_db.h"
#include "platform/error.h"
#include "platform/json.h"

#include <math.h>

#define MODEL_COLUMNS                                                                                               \
    "id, made_at, algorithm, weights, chosen, n, returns, log_loss, log_loss_before, log_loss_default, rmse_bins, " \
    "auc"

static char *weights_to_text(const MemoryModel *model)
{
    g_autoptr(json_t) list = json_array();
    for (guint i = 0; i < memory_algorithm_info(model->algorithm)->n_weights; i++)
        json_array_append_new(list, json_real(model->w[i]));
    return json_write(list, NULL);
}

static gboolean weights_from_text(const char *text, MemoryModel *model)
{
    g_autoptr(json_t) list = json_loads(text, 0, NULL);
    double weights[MEMORY_WEIGHTS_MOST];
    gsize n = json_array_size(list);
    if (n > MEMORY_WEIGHTS_MOST)
        return FALSE;
    for (gsize i = 0; i < n; i++)
        weights[i] = json_is_number(json_array_get(list, i)) ? json_number_value(json_array_get(list, i)) : NAN;
    return memory_model_init(model, weights, (guint)n);
}

static double real_or_nan(const DbRows *rows, int column)
{
    return db_rows_is_null(rows, column) ? NAN : db_rows_real(rows, column);
}

static gboolean read_row(const DbRows *rows, ModelRow *row, GError **error)
{
    *row = (ModelRow){
        .id = db_rows_int(rows, 0),
        .made_at = db_rows_int(rows, 1),
        .chosen = db_rows_int(rows, 4) != 0,
        .n = db_rows_int(rows, 5),
        .returns = db_rows_int(rows, 6),
        .log_loss = real_or_nan(rows, 7),
        .log_loss_before = real_or_nan(rows, 8),
        .log_loss_default = real_or_nan(rows, 9),
        .rmse_bins = real_or_nan(rows, 10),
        .auc = real_or_nan(rows, 11),
    };
    MemoryAlgorithm algorithm;
    if (memory_algorithm_named(db_rows_text(rows, 2), &algorithm) &&
        weights_from_text(db_rows_text(rows, 3), &row->model) && row->model.algorithm == algorithm)
        return TRUE;
    g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "The weights of memory model %" G_GINT64_FORMAT " are damaged.",
                row->id);
    return FALSE;
}

static gboolean one_row(DbTx *tx, const char *sql, const DbValue *args, ModelRow *row, gboolean *found, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, sql, args, error);
    if (!rows)
        return FALSE;
    *found = db_rows_next(rows);
    return (!*found || read_row(rows, row, error)) && db_rows_done(rows, error);
}

gboolean model_db_find(DbTx *tx, gint64 organisation_id, gint64 id, ModelRow *row, gboolean *found, GError **error)
{
    static const char sql[] = "SELECT " MODEL_COLUMNS " FROM memory_model WHERE organisation_id = $1 AND id = $2";
    return one_row(tx, sql, DB_ARGS(db_int(organisation_id), db_int(id)), row, found, error);
}

gboolean model_db_newest_of(DbTx *tx, gint64 organisation_id, MemoryAlgorithm algorithm, ModelSort sort, ModelRow *row,
                            gboolean *found, GError **error)
{
    static const char chosen[] =
        "SELECT " MODEL_COLUMNS " FROM memory_model WHERE organisation_id = $1 AND algorithm = $2 AND chosen <> 0"
        " ORDER BY id DESC LIMIT 1";
    static const char fitted[] =
        "SELECT " MODEL_COLUMNS " FROM memory_model WHERE organisation_id = $1 AND algorithm = $2 AND n > 0"
        " ORDER BY id DESC LIMIT 1";
    return one_row(tx, sort == MODEL_CHOSEN ? chosen : fitted,
                   DB_ARGS(db_int(organisation_id), db_text(memory_algorithm_info(algorithm)->name)), row, found,
                   error);
}

GArray *model_db_newest(DbTx *tx, gint64 organisation_id, int most, GError **error)
{
    static const char sql[] =
        "SELECT " MODEL_COLUMNS " FROM memory_model WHERE organisation_id = $1 ORDER BY id DESC LIMIT $2";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(organisation_id), db_int(most)), error);
    if (!rows)
        return NULL;
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(ModelRow));
    ModelRow row;
    while (db_rows_next(rows)) {
        if (!read_row(rows, &row, error))
            return NULL;
        g_array_append_val(list, row);
    }
    return db_rows_done(rows, error) ? g_steal_pointer(&list) : NULL;
}

gboolean model_db_add(DbTx *tx, gint64 organisation_id, const ModelRow *row, GError **error)
{
    static const char sql[] = "INSERT INTO memory_model (organisation_id, " MODEL_COLUMNS
                              ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    g_autofree char *weights = weights_to_text(&row->model);
    return db_run(tx, sql,
                  DB_ARGS(db_int(organisation_id), db_int(row->id), db_int(row->made_at),
                          db_text(memory_algorithm_info(row->model.algorithm)->name), db_text(weights),
                          db_int(row->chosen), db_int(row->n), db_int(row->returns), db_real(row->log_loss),
                          db_real(row->log_loss_before), db_real(row->log_loss_default), db_real(row->rmse_bins),
                          db_real(row->auc)),
                  error);
}

gboolean model_db_current(DbTx *tx, gint64 organisation_id, gint64 *id, GError **error)
{
    static const char sql[] = "SELECT memory_model_id FROM organisation WHERE id = $1";
    gboolean found;
    if (!db_query_int(tx, sql, DB_ARGS(db_int(organisation_id)), id, &found, error))
        return FALSE;
    return found || whet_fail(error, WHET_ERROR_NOT_FOUND, "This organisation is not there any more.");
}

gboolean model_db_choose(DbTx *tx, gint64 organisation_id, gint64 id, GError **error)
{
    static const char sql[] = "UPDATE organisation SET memory_model_id = $2 WHERE id = $1";
    return db_run(tx, sql, DB_ARGS(db_int(organisation_id), db_int(id)), error);
}

gboolean model_db_returns(DbTx *tx, gint64 organisation_id, gint64 *returns, GError **error)
{
    static const char sql[] = "SELECT CAST(SUM(returns) AS BIGINT) FROM exercise_difficulty WHERE organisation_id = $1";
    return db_query_int(tx, sql, DB_ARGS(db_int(organisation_id)), returns, NULL, error);
}

gboolean model_db_next_outdated(DbTx *tx, gint64 organisation_id, gint64 id, gint64 after, gint64 *person_id,
                                GError **error)
{
    static const char sql[] = "SELECT person_id FROM memory WHERE organisation_id = $1 AND person_id > $3"
                              " AND model_id <> $2 ORDER BY person_id LIMIT 1";
    return db_query_int(tx, sql, DB_ARGS(db_int(organisation_id), db_int(id), db_int(after)), person_id, NULL, error);
}

GArray *model_db_outdated(DbTx *tx, gint64 organisation_id, gint64 person_id, gint64 id, gint64 after, int most,
                          GError **error)
{
    static const char sql[] =
        "SELECT concept_id FROM memory WHERE organisation_id = $1 AND person_id = $2 AND model_id <> $3"
        " AND concept_id > $4 ORDER BY concept_id LIMIT $5";
    g_autoptr(DbRows) rows = db_query(
        tx, sql, DB_ARGS(db_int(organisation_id), db_int(person_id), db_int(id), db_int(after), db_int(most)), error);
    if (!rows)
        return NULL;
    g_autoptr(GArray) concepts = g_array_new(FALSE, FALSE, sizeof(gint64));
    while (db_rows_next(rows))
        g_array_append_val(concepts, (gint64){ db_rows_int(rows, 0) });
    return db_rows_done(rows, error) ? g_steal_pointer(&concepts) : NULL;
}

gboolean model_db_count_outdated(DbTx *tx, gint64 organisation_id, gint64 id, gint64 *n, GError **error)
{
    static const char sql[] = "SELECT COUNT(*) FROM memory WHERE organisation_id = $1 AND model_id <> $2";
    return db_query_int(tx, sql, DB_ARGS(db_int(organisation_id), db_int(id)), n, NULL, error);
}

GArray *model_db_reviews(DbTx *tx, gint64 organisation_id, gint64 before, int most, GError **error)
{
    static const char sql[] =
        "SELECT id, person_id, concept_id, review, day, answered_at, rating FROM attempt"
        " WHERE organisation_id = $1 AND review IS NOT NULL AND id < $2 ORDER BY id DESC LIMIT $3";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(organisation_id), db_int(before), db_int(most)), error);
    if (!rows)
        return NULL;
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(ModelReview));
    while (db_rows_next(rows)) {
        ModelReview review = {
            .id = db_rows_int(rows, 0),
            .person_id = db_rows_int(rows, 1),
            .concept_id = db_rows_int(rows, 2),
            .review = db_rows_int(rows, 3),
            .day = db_rows_int(rows, 4),
            .answered_at = db_rows_int(rows, 5),
            .rating = (MemoryRating)db_rows_int(rows, 6),
        };
        g_array_append_val(reviews, review);
    }
    return db_rows_done(rows, error) ? g_steal_pointer(&reviews) : NULL;
}
