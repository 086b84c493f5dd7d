/* Which challenge models there are and which is current. */
#include "feature/practice/challenge_model.h"
#include "feature/practice/challenge_model_db.h"
#include "feature/practice/model_shelf.h"
#include "platform/error.h"

const ChallengeWeights *challenge_model_find(App *app, DbTx *tx, gint64 organisation_id, gint64 id, GError **error)
{
    if (id == CHALLENGE_MODEL_SHIPPED)
        return &challenge_weights_default;
    const ChallengeWeights *known = model_shelf_find(app->models, SHELF_CHALLENGE, id);
    if (known)
        return known;
    ChallengeModelRow row;
    gboolean found;
    if (!challenge_model_db_find(tx, organisation_id, id, &row, &found, error))
        return NULL;
    if (found)
        return model_shelf_keep(app->models, SHELF_CHALLENGE, id, &row.weights, sizeof row.weights);
    g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "There is no challenge model %" G_GINT64_FORMAT ".", id);
    return NULL;
}

const ChallengeWeights *challenge_model_current(App *app, DbTx *tx, gint64 organisation_id, gint64 *id, GError **error)
{
    return challenge_model_db_current(tx, organisation_id, id, error)
               ? challenge_model_find(app, tx, organisation_id, *id, error)
               : NULL;
}
