/* The routes with which an admin sees and chooses how their organisation's memories fade. */
#include "feature/practice/model.h"
#include "feature/practice/model_json.h"
#include "feature/practice/practice.h"

#include <math.h>

enum { MODELS_SHOWN = 20 };

const char *const model_algorithm_names[] = { "fsrs6", "fsrs7", NULL };

const HttpField model_fields[] = {
    { "id", FIELD_ID, HTTP_REQUIRED | HTTP_NULLABLE, .about = "The model; null: the published weights of FSRS-6" },
    { "algorithm", FIELD_TEXT, HTTP_REQUIRED, .values = model_algorithm_names, .about = "Its algorithm" },
    { "madeAt", FIELD_TIME, HTTP_REQUIRED | HTTP_NULLABLE, .about = "When it was fitted or first used" },
    { "used", FIELD_BOOLEAN, HTTP_REQUIRED,
      .about = "Whether it was ever in use: it was no worse than the one before" },
    { "answers", FIELD_INTEGER, HTTP_REQUIRED,
      .about = "Answers a day or more after the one before that it was fitted to; 0: published weights" },
    { "logLoss", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "Its log loss on them; less is better" },
    { "logLossBefore", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE,
      .about = "That of the model that was in use until then" },
    { "logLossPublished", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "That of the published weights" },
    { "rmseBins", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "Its RMSE(bins) on them" },
    { "auc", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "Its area under the ROC curve" },
    { 0 },
};
static const HttpField choice_fields[] = {
    { "current", FIELD_OBJECT, HTTP_REQUIRED, .fields = model_fields, .about = "The model in use" },
    { "waiting", FIELD_INTEGER, HTTP_REQUIRED,
      .about = "Memories that are still of another one; they are folded anew in the background" },
    { "models", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = MODELS_SHOWN, .fields = model_fields,
      .about = "The last models, newest first" },
    { 0 },
};
static const HttpField choice_body[] = {
    { "algorithm", FIELD_TEXT, HTTP_REQUIRED, .values = model_algorithm_names,
      .about = "fsrs6, or fsrs7, which was made for practising several times a day" },
    { 0 },
};

json_t *model_to_json(const ModelRow *row)
{
    static const ModelRow published = {
        .chosen = TRUE, .log_loss = NAN, .log_loss_before = NAN, .log_loss_default = NAN, .rmse_bins = NAN, .auc = NAN
    };
    const ModelRow *shown = row ? row : &published;
    return json_pack("{s:o, s:s, s:o, s:b, s:I, s:o, s:o, s:o, s:o, s:o}", "id",
                     row ? http_json_id(row->id) : json_null(), "algorithm",
                     memory_algorithm_info(shown->model.algorithm)->name, "madeAt", http_json_time(shown->made_at),
                     "used", shown->chosen, "answers", (json_int_t)shown->n, "logLoss",
                     http_json_number(shown->log_loss), "logLossBefore", http_json_number(shown->log_loss_before),
                     "logLossPublished", http_json_number(shown->log_loss_default), "rmseBins",
                     http_json_number(shown->rmse_bins), "auc", http_json_number(shown->auc));
}

typedef struct {
    gint64 organisation_id;
    json_t *json;
} Reading;

static gboolean choice_in(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    gint64 organisation_id = reading->organisation_id, id, waiting;
    ModelRow row;
    gboolean found;
    if (!model_db_current(tx, organisation_id, &id, error) ||
        !model_db_find(tx, organisation_id, id, &row, &found, error) ||
        !model_db_count_outdated(tx, organisation_id, id, &waiting, error))
        return FALSE;
    g_autoptr(GArray) models = model_db_newest(tx, organisation_id, MODELS_SHOWN, error);
    if (!models)
        return FALSE;
    json_t *list = json_array();
    for (guint i = 0; i < models->len; i++)
        json_array_append_new(list, model_to_json(&g_array_index(models, ModelRow, i)));
    reading->json = json_pack("{s:o, s:I, s:o}", "current", model_to_json(found ? &row : NULL), "waiting",
                              (json_int_t)waiting, "models", list);
    return TRUE;
}

static HttpReply *read_choice(const HttpRequest *request, GError **error)
{
    Reading reading = { .organisation_id = request->who.organisation_id };
    return db_read(request->app->db, choice_in, &reading, error) ? http_reply_json(reading.json) : NULL;
}

static HttpReply *choose(const HttpRequest *request, GError **error)
{
    MemoryAlgorithm algorithm;
    gboolean known = memory_algorithm_named(http_body_text(request, "algorithm"), &algorithm);
    g_assert(known);
    return practice_use_memory(request->app, request->who.organisation_id, request->who.person_id, algorithm, error)
               ? read_choice(request, error)
               : NULL;
}

const HttpRoute model_routes[] = {
    { HTTP_GET, "/api/v1/organisation/memory", read_choice, ROLE_ADMIN, RATE_READ,
      "How your organisation's memories fade", .reply = choice_fields },
    { HTTP_PATCH, "/api/v1/organisation/memory", choose, ROLE_ADMIN, RATE_WRITE,
      "Choose by which algorithm your organisation's memories fade", .body = choice_body, .reply = choice_fields },
    { 0 },
};
