/* Which memory models there are and which is current. */
#include "feature/practice/model.h"
#include "feature/people/people.h"
#include "feature/practice/fit.h"
#include "feature/practice/model_db.h"
#include "feature/practice/practice.h"
#include "feature/practice/refold.h"
#include "platform/clock.h"
#include "platform/error.h"
#include "platform/id.h"

#include <math.h>

const MemoryModel *model_find(App *app, DbTx *tx, gint64 organisation_id, gint64 id, GError **error)
{
    const MemoryModel *known = model_shelf_find(app->models, SHELF_MEMORY, id);
    if (known)
        return known;
    ModelRow row = { .model = memory_model_default(MEMORY_FSRS6) };
    gboolean found = id == MODEL_PUBLISHED || id == MODEL_EARLIER;
    if (!found && !model_db_find(tx, organisation_id, id, &row, &found, error))
        return NULL;
    if (found)
        return model_shelf_keep(app->models, SHELF_MEMORY, id, &row.model, sizeof row.model);
    g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "There is no memory model %" G_GINT64_FORMAT ".", id);
    return NULL;
}

const MemoryModel *model_current(App *app, DbTx *tx, gint64 organisation_id, gint64 *id, GError **error)
{
    return model_db_current(tx, organisation_id, id, error) ? model_find(app, tx, organisation_id, *id, error) : NULL;
}

gboolean model_adopt(DbTx *tx, gint64 organisation_id, gint64 by, gint64 id, const char *action, const char *detail,
                     GError **error)
{
    return model_db_choose(tx, organisation_id, id, error) &&
           people_audit(tx, organisation_id, by, action, id, detail, error) &&
           people_emit(tx, organisation_id, by, "memory-model", id, error) && refold_begin(tx, organisation_id, error);
}

typedef struct {
    App *app;
    gint64 organisation_id, by;
    MemoryAlgorithm algorithm;
    gboolean changed;
} Switch;

/* Of the published weights of FSRS-7 a row is kept, since another release may bring other ones. */
static gboolean put_published(DbTx *tx, const Switch *wanted, gint64 *id, GError **error)
{
    *id = MODEL_PUBLISHED;
    if (wanted->algorithm == MEMORY_FSRS6)
        return TRUE;
    const ModelRow row = {
        .id = id_new(),
        .made_at = clock_now(),
        .model = memory_model_default(wanted->algorithm),
        .chosen = TRUE,
        .log_loss = NAN,
        .log_loss_before = NAN,
        .log_loss_default = NAN,
        .rmse_bins = NAN,
        .auc = NAN,
    };
    *id = row.id;
    return model_db_add(tx, wanted->organisation_id, &row, error);
}

static gboolean change_algorithm(DbTx *tx, gpointer data, GError **error)
{
    Switch *wanted = data;
    gint64 organisation_id = wanted->organisation_id;
    gint64 id;
    if (!db_lock(tx, organisation_id, error))
        return FALSE;
    const MemoryModel *current = model_current(wanted->app, tx, organisation_id, &id, error);
    if (!current)
        return FALSE;
    wanted->changed = current->algorithm != wanted->algorithm;
    if (!wanted->changed)
        return TRUE;
    ModelRow row = { 0 };
    gboolean found;
    if (!model_db_newest_of(tx, organisation_id, wanted->algorithm, MODEL_CHOSEN, &row, &found, error))
        return FALSE;
    id = row.id;
    if (!found && !put_published(tx, wanted, &id, error))
        return FALSE;
    g_autofree char *detail = g_strdup_printf("%s, before %s", memory_algorithm_info(wanted->algorithm)->name,
                                              memory_algorithm_info(current->algorithm)->name);
    return model_adopt(tx, organisation_id, wanted->by, id, "memory.algorithm-changed", detail, error) &&
           fit_begin(tx, organisation_id, error);
}

gboolean practice_use_memory(App *app, gint64 organisation_id, gint64 by, MemoryAlgorithm algorithm, GError **error)
{
    Switch wanted = { .app = app, .organisation_id = organisation_id, .by = by, .algorithm = algorithm };
    if (!db_write(app->db, change_algorithm, &wanted, error))
        return FALSE;
    if (wanted.changed)
        jobs_wake();
    return TRUE;
}
