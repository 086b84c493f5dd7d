/* Asking, and what is done with the answer. Knows the order of things; hides the client and its end. */
#include "feature/practice/model_grading.h"
#include "feature/practice/model_grading_db.h"
#include "feature/practice/model_grading_prompt.h"
#include "feature/practice/model_grading_reply.h"
#include "platform/ai/ai.h"
#include "platform/ai/prompt.h"
#include "platform/clock.h"
#include "platform/json.h"

enum { REPLY_TOKENS_MOST = 1500 }; /* ten criteria with two sentences quoted for each */

struct ModelGrader {
    App *app;
    GRWLock lock;     /* of `client`: asking reads, closing writes */
    AiClient *client; /* NULL once closed */
};

/* An attempt that somebody was asked about. */
typedef struct {
    App *app;
    gint64 attempt_id, organisation_id, person_id;
    StoredExercise *exercise;
    json_t *answer, *built_in;
} Asking;

static void asking_free(Asking *asking)
{
    stored_exercise_unref(asking->exercise);
    json_decref(asking->answer);
    json_decref(asking->built_in);
    g_free(asking);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Asking, asking_free)

gboolean model_grader_new(App *app, ModelGrader **grader, GError **error)
{
    *grader = NULL;
    const char *url = settings_text(app->settings, SETTING_AI_URL);
    if (!url || !*url)
        return TRUE;
    const AiOptions options = ai_options(app->settings);
    AiClient *client = ai_client_new(&options, error);
    if (!client)
        return FALSE;
    *grader = g_new0(ModelGrader, 1);
    (*grader)->app = app;
    (*grader)->client = client;
    g_rw_lock_init(&(*grader)->lock);
    return TRUE;
}

void model_grader_close(ModelGrader *grader)
{
    g_rw_lock_writer_lock(&grader->lock);
    AiClient *client = g_steal_pointer(&grader->client);
    g_rw_lock_writer_unlock(&grader->lock);
    ai_client_free(client);
}

void model_grader_free(ModelGrader *grader)
{
    model_grader_close(grader);
    g_rw_lock_clear(&grader->lock);
    g_free(grader);
}

/* --- when the reply is there */

static gboolean keep(DbTx *tx, gpointer data, GError **error)
{
    return model_grading_db_add(tx, data, error);
}

static void tell(const Asking *asking)
{
    json_t *data = json_pack("{s:o}", "attemptId", http_json_id(asking->attempt_id));
    http_stream_publish(asking->app->server, asking->person_id, "feedback", data);
    json_decref(data);
}

static const char *answer_text(const Asking *asking)
{
    return json_string_value(json_object_get(asking->answer, "text"));
}

static void finish(AiReply *reply, const GError *trouble, gpointer data)
{
    g_autoptr(Asking) asking = data;
    g_autoptr(GError) useless = NULL, failure = NULL;
    g_autoptr(json_t) result = NULL;
    if (!trouble)
        result =
            model_grading_read(asking->exercise->content, answer_text(asking), asking->built_in, reply->json, &useless);
    g_autofree char *kept = result ? json_write(result, NULL) : NULL;
    g_autofree char *received = g_utf8_make_valid(reply->text, -1);
    ModelGrading grading = {
        .attempt_id = asking->attempt_id,
        .organisation_id = asking->organisation_id,
        .model = reply->model,
        .sent = reply->sent,
        .received = received,
        .result = kept,
        .score = json_number_value(json_object_get(result, "score")),
        .failure = trouble   ? trouble->message
                   : useless ? useless->message
                             : NULL,
        .created_at = clock_now(),
        .milliseconds = reply->milliseconds,
        .tokens = reply->usage.prompt_tokens + reply->usage.completion_tokens,
    };
    if (grading.failure)
        g_info("attempt %" G_GINT64_FORMAT " keeps its built-in feedback: %s", asking->attempt_id, grading.failure);
    if (!db_write(asking->app->db, keep, &grading, &failure)) {
        g_warning("what a language model said of attempt %" G_GINT64_FORMAT " was not kept: %s", asking->attempt_id,
                  failure->message);
        return;
    }
    if (kept)
        tell(asking);
}

/* --- asking */

static Asking *asking_new(App *app, const Attempt *attempt, StoredExercise *exercise)
{
    Asking *asking = g_new0(Asking, 1);
    asking->app = app;
    asking->attempt_id = attempt->id;
    asking->organisation_id = attempt->organisation_id;
    asking->person_id = attempt->person_id;
    asking->exercise = stored_exercise_ref(exercise);
    asking->answer = json_loads(attempt->answer, 0, NULL);
    asking->built_in = json_loads(attempt->result, 0, NULL);
    return asking;
}

/* Where the built-in grader found nothing to judge, such as the question pasted back, nobody need be asked. */
static gboolean is_worth_asking(const Asking *asking)
{
    return answer_text(asking) && !json_is_string(json_object_get(asking->built_in, "note"));
}

typedef struct {
    gint64 organisation_id;
    gboolean allowed;
} Permission;

static gboolean find_permission(DbTx *tx, gpointer data, GError **error)
{
    Permission *permission = data;
    return model_grading_db_allowed(tx, permission->organisation_id, &permission->allowed, error);
}

static gboolean is_allowed(App *app, gint64 organisation_id)
{
    Permission permission = { .organisation_id = organisation_id };
    g_autoptr(GError) error = NULL;
    if (db_read(app->db, find_permission, &permission, &error))
        return permission.allowed;
    g_warning("whether a language model may be asked is not known: %s", error->message);
    return FALSE;
}

static gboolean ask(AiClient *client, Asking *asking)
{
    const PackExercise *exercise = asking->exercise->content;
    char nonce[PROMPT_NONCE_SIZE];
    prompt_nonce(nonce);
    g_autofree char *question = model_grading_question(exercise, answer_text(asking), nonce);
    g_autoptr(json_t) schema = model_grading_schema(exercise);
    const AiMessage messages[] = { { AI_SYSTEM, model_grading_instructions }, { AI_USER, question } };
    const AiChatRequest request = {
        .messages = messages,
        .n_messages = G_N_ELEMENTS(messages),
        .schema_name = "judgement",
        .schema = schema,
        .max_tokens = REPLY_TOKENS_MOST,
        .owner = asking->organisation_id,
        .is_urgent = TRUE,
        .nonce = nonce,
    };
    gint64 attempt_id = asking->attempt_id; /* it may all be over before the call returns */
    g_autoptr(GError) error = NULL;
    g_autoptr(AiCall) call = ai_chat_start(client, &request, finish, asking, &error);
    if (call)
        return TRUE;
    g_info("attempt %" G_GINT64_FORMAT " keeps its built-in feedback: %s", attempt_id, error->message);
    asking_free(asking);
    return FALSE;
}

gboolean model_grading_begin(App *app, const Attempt *attempt, StoredExercise *exercise)
{
    ModelGrader *grader = app->model_grader;
    if (!grader || !g_str_equal(attempt->grader, "built-in"))
        return FALSE;
    g_autoptr(Asking) asking = asking_new(app, attempt, exercise);
    if (!is_worth_asking(asking) || !is_allowed(app, attempt->organisation_id))
        return FALSE;
    g_rw_lock_reader_lock(&grader->lock);
    gboolean asked = grader->client && ask(grader->client, g_steal_pointer(&asking));
    g_rw_lock_reader_unlock(&grader->lock);
    return asked;
}
