/* The route that shows how well predictions come true: what was expected beside what was observed. */
#include "engine/maths/stats.h"
#include "feature/practice/calibration_db.h"
#include "feature/practice/model_json.h"
#include "feature/practice/practice.h"
#include "platform/clock.h"

enum { DAYS = 90, ANSWERS_MOST = 50000, BINS = 10 };

static const HttpField bin_fields[] = {
    { "from", FIELD_NUMBER, HTTP_REQUIRED, .about = "Predictions from this" },
    { "to", FIELD_NUMBER, HTTP_REQUIRED, .about = "To this" },
    { "n", FIELD_INTEGER, HTTP_REQUIRED, .about = "How many there were" },
    { "expected", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "Their mean; null without any" },
    { "observed", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "What came true of them" },
    { "low", FIELD_NUMBER, HTTP_REQUIRED, .about = "It is hardly less than this (95 % interval)" },
    { "high", FIELD_NUMBER, HTTP_REQUIRED, .about = "It is hardly more than this" },
    { 0 },
};
static const HttpField prediction_fields[] = {
    { "n", FIELD_INTEGER, HTTP_REQUIRED, .about = "Predictions" },
    { "logLoss", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "Mean surprise; less is better" },
    { "calibrationError", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE,
      .about = "Mean distance between expected and observed over the bins (ECE)" },
    { "auc", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE,
      .about = "How often the likelier of two outcomes was predicted higher; null when all came out the same" },
    { "bins", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = BINS, .fields = bin_fields,
      .about = "By what was predicted, in tenths" },
    { 0 },
};
static const HttpField calibration_reply[] = {
    { "days", FIELD_INTEGER, HTTP_REQUIRED, .about = "How far back it looks" },
    { "success", FIELD_OBJECT, HTTP_REQUIRED, .fields = prediction_fields,
      .about = "Of getting an exercise right, as predicted before each answer" },
    { "recall", FIELD_OBJECT, HTTP_REQUIRED, .fields = prediction_fields,
      .about = "Of remembering a concept a day or more after the answer before" },
    { "memory", FIELD_OBJECT, HTTP_REQUIRED, .fields = model_fields, .about = "The memory model in use" },
    { 0 },
};

static json_t *bins_json(const StatsBin *bins)
{
    json_t *list = json_array();
    for (int i = 0; i < BINS; i++)
        json_array_append_new(list,
                              json_pack("{s:f, s:f, s:I, s:o, s:o, s:f, s:f}", "from", (double)i / BINS, "to",
                                        (double)(i + 1) / BINS, "n", (json_int_t)bins[i].n, "expected",
                                        http_json_number(bins[i].expected), "observed",
                                        http_json_number(bins[i].observed), "low", bins[i].low, "high", bins[i].high));
    return list;
}

/* Predictions (double) and what came. */
typedef struct {
    GArray *p, *y;
} Predictions;

static Predictions predictions_new(void)
{
    return (Predictions){ g_array_new(FALSE, FALSE, sizeof(double)), g_array_new(FALSE, FALSE, sizeof(double)) };
}

static void predictions_add(Predictions *predictions, double p, double y)
{
    g_array_append_val(predictions->p, p);
    g_array_append_val(predictions->y, y);
}

/* Takes them. */
static json_t *predictions_json(Predictions predictions)
{
    g_autoptr(GArray) kept_p = predictions.p, kept_y = predictions.y;
    const double *p = (const double *)(void *)kept_p->data, *y = (const double *)(void *)kept_y->data;
    gsize n = kept_p->len;
    StatsBin bins[BINS];
    stats_calibration(p, y, n, bins, BINS);
    return json_pack("{s:I, s:o, s:o, s:o, s:o}", "n", (json_int_t)n, "logLoss",
                     http_json_number(stats_log_loss(p, y, NULL, n)), "calibrationError",
                     http_json_number(stats_ece(bins, BINS)), "auc", http_json_number(stats_auc(p, y, n)), "bins",
                     bins_json(bins));
}

static json_t *success_json(const GArray *answers)
{
    Predictions predictions = predictions_new();
    for (guint i = 0; i < answers->len; i++) {
        const PredictedAnswer *answer = &g_array_index(answers, PredictedAnswer, i);
        predictions_add(&predictions, answer->predicted, answer->score);
    }
    return predictions_json(predictions);
}

static json_t *recall_json(const GArray *answers)
{
    Predictions predictions = predictions_new();
    for (guint i = 0; i < answers->len; i++) {
        const PredictedAnswer *answer = &g_array_index(answers, PredictedAnswer, i);
        if (answer->returned)
            predictions_add(&predictions, answer->recall, answer->rating >= RATING_HARD);
    }
    return predictions_json(predictions);
}

typedef struct {
    gint64 organisation_id;
    GArray *answers; /* PredictedAnswer */
    ModelRow model;
    gboolean has_row; /* FALSE: the published weights */
} Reading;

static gboolean load(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    gint64 id, since = clock_now() - DAYS * CLOCK_DAY;
    if (!model_db_current(tx, reading->organisation_id, &id, error) ||
        !model_db_find(tx, reading->organisation_id, id, &reading->model, &reading->has_row, error))
        return FALSE;
    reading->answers = calibration_db_answers(tx, reading->organisation_id, since, ANSWERS_MOST, error);
    return reading->answers != NULL;
}

static HttpReply *calibration(const HttpRequest *request, GError **error)
{
    Reading reading = { .organisation_id = request->who.organisation_id };
    if (!db_read(request->app->db, load, &reading, error))
        return NULL;
    g_autoptr(GArray) answers = reading.answers;
    return http_reply_json(json_pack("{s:i, s:o, s:o, s:o}", "days", (int)DAYS, "success", success_json(answers),
                                     "recall", recall_json(answers), "memory",
                                     model_to_json(reading.has_row ? &reading.model : NULL)));
}

const HttpRoute calibration_routes[] = {
    { HTTP_GET, "/api/v1/calibration", calibration, ROLE_COACH | ROLE_AUTHOR | ROLE_ADMIN, RATE_HEAVY,
      "How well predictions came true in the last 90 days", .reply = calibration_reply },
    { 0 },
};
