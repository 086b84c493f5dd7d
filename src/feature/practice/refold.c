/* Refolding. Knows how much is done at once, and when it is done; the payload says how far it has come. */
#include "feature/practice/refold.h"
#include "feature/practice/model.h"
#include "feature/practice/model_db.h"
#include "feature/practice/replay.h"
#include "platform/clock.h"
#include "platform/error.h"
#include "platform/json.h"

enum {
    MEMORIES_AT_ONCE = 50, /* in a transaction: some milliseconds */
    BATCHES_MOST = 500,    /* in one run of the job, which has to end within its lease */
};
/* An answer that was under way when the model changed may leave one more memory of the old one behind. */
#define LOOK_AGAIN_AFTER CLOCK_MINUTE

typedef struct {
    App *app;
    HttpIdentity who; /* whose memories are next */
    gint64 after;     /* everybody up to this person is done */
    gint64 concept;   /* of `who` all up to this concept are done */
    gint64 reached;   /* by the transaction under way, which may run more than once: `concept` once it is committed */
    gboolean ended;   /* nobody is left, or no concept of `who` */
    gboolean found;   /* whether anything was folded since the first person */
} Refolding;

static gboolean add_job(DbTx *tx, const Refolding *refolding, gint64 run_at, GError **error)
{
    g_autofree char *payload =
        g_strdup_printf("{\"organisation\":%" G_GINT64_FORMAT ",\"after\":%" G_GINT64_FORMAT ",\"found\":%s}",
                        refolding->who.organisation_id, refolding->after, refolding->found ? "true" : "false");
    return jobs_add(tx, REFOLD_JOB, payload, run_at, error);
}

gboolean refold_begin(DbTx *tx, gint64 organisation_id, GError **error)
{
    const Refolding refolding = { .who.organisation_id = organisation_id };
    return add_job(tx, &refolding, clock_now(), error);
}

static gboolean find_person(DbTx *tx, gpointer data, GError **error)
{
    Refolding *refolding = data;
    gint64 organisation_id = refolding->who.organisation_id;
    gint64 model_id;
    if (!model_db_current(tx, organisation_id, &model_id, error) ||
        !model_db_next_outdated(tx, organisation_id, model_id, refolding->after, &refolding->who.person_id, error))
        return FALSE;
    refolding->ended = refolding->who.person_id == 0;
    return TRUE;
}

/* One without attempts stays as it is: `whet check` tells of it. */
static gboolean refold_one(DbTx *tx, Refolding *refolding, gint64 concept_id, const MemoryModel *model, gint64 model_id,
                           GError **error)
{
    g_auto(MemoryRow) row = { 0 };
    if (!replay_memory(tx, &refolding->who, concept_id, 0, model, model_id, &row, error))
        return FALSE;
    if (row.reviews == 0)
        return TRUE;
    refolding->found = TRUE;
    return practice_db_put_memory(tx, refolding->who.organisation_id, refolding->who.person_id, &row, error);
}

/* The next few of a person, under the lock that their answers take too. */
static gboolean refold_some(DbTx *tx, gpointer data, GError **error)
{
    Refolding *refolding = data;
    const HttpIdentity *who = &refolding->who;
    gint64 model_id;
    if (!db_lock(tx, who->person_id, error))
        return FALSE;
    const MemoryModel *model = model_current(refolding->app, tx, who->organisation_id, &model_id, error);
    g_autoptr(GArray) concepts = model ? model_db_outdated(tx, who->organisation_id, who->person_id, model_id,
                                                           refolding->concept, MEMORIES_AT_ONCE, error)
                                       : NULL;
    if (!concepts)
        return FALSE;
    for (guint i = 0; i < concepts->len; i++)
        if (!refold_one(tx, refolding, g_array_index(concepts, gint64, i), model, model_id, error))
            return FALSE;
    refolding->ended = concepts->len < MEMORIES_AT_ONCE;
    if (!refolding->ended)
        refolding->reached = g_array_index(concepts, gint64, concepts->len - 1);
    return TRUE;
}

static gboolean go_on_later(DbTx *tx, gpointer data, GError **error)
{
    return add_job(tx, data, clock_now(), error);
}

static gboolean look_again(DbTx *tx, gpointer data, GError **error)
{
    return add_job(tx, data, clock_now() + LOOK_AGAIN_AFTER, error);
}

static gboolean read_payload(const char *payload, Refolding *refolding, GError **error)
{
    json_error_t problem;
    g_autoptr(json_t) json = json_loads(payload, 0, &problem);
    refolding->who.organisation_id = json_integer_value(json_object_get(json, "organisation"));
    refolding->after = json_integer_value(json_object_get(json, "after"));
    refolding->found = json_is_true(json_object_get(json, "found"));
    return refolding->who.organisation_id != 0 ||
           whet_fail(error, WHET_ERROR_FAILED, "It does not say whose memories are meant.");
}

/* All memories of the person it has come to. */
static gboolean refold_person(Refolding *refolding, int *batches, GError **error)
{
    refolding->concept = refolding->reached = 0;
    do {
        if (!db_write(refolding->app->db, refold_some, refolding, error))
            return FALSE;
        refolding->concept = refolding->reached;
        (*batches)++;
    } while (!refolding->ended);
    refolding->after = refolding->who.person_id;
    return TRUE;
}

/* From where it has come to; at most `batches_most`. `ended` says whether nobody is left. */
static gboolean refold_people(Refolding *refolding, int batches_most, GError **error)
{
    for (int batches = 0; batches < batches_most;) {
        if (!db_read(refolding->app->db, find_person, refolding, error))
            return FALSE;
        if (refolding->ended)
            return TRUE;
        if (!refold_person(refolding, &batches, error))
            return FALSE;
    }
    refolding->ended = FALSE;
    return TRUE;
}

gboolean refold_all(App *app, gint64 organisation_id, GError **error)
{
    Refolding refolding = { .app = app, .who.organisation_id = organisation_id };
    return refold_people(&refolding, G_MAXINT, error);
}

gboolean refold_run(App *app, const char *payload, GError **error)
{
    Refolding refolding = { .app = app };
    if (!read_payload(payload, &refolding, error) || !refold_people(&refolding, BATCHES_MOST, error))
        return FALSE;
    if (!refolding.ended)
        return db_write(app->db, go_on_later, &refolding, error);
    const Refolding again = { .app = app, .who.organisation_id = refolding.who.organisation_id };
    return !refolding.found || db_write(app->db, look_again, (gpointer)&again, error);
}
