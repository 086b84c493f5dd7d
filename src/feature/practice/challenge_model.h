/* The challenge models of an organisation: the shipped weights (engine/challenge/challenge_weights.h), and what was
 * fitted to its own attempts since. Knows which one is current; hides where they are kept in memory. */
#pragma once

#include "engine/challenge/challenge_weights.h"
#include "feature/app.h"

/* The id of the shipped weights, with which every organisation begins; the others are rows. */
#define CHALLENGE_MODEL_SHIPPED G_GINT64_CONSTANT(0)

/* The organisation's weights of that id. They live as long as the shelf. NOT_FOUND when it has none. */
const ChallengeWeights *challenge_model_find(App *app, DbTx *tx, gint64 organisation_id, gint64 id,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Those that it uses now, and their id. */
const ChallengeWeights *challenge_model_current(App *app, DbTx *tx, gint64 organisation_id, gint64 *id,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
