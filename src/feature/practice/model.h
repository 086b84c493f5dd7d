/* The memory models of an organisation: the published weights, and what was fitted to its own attempts since. Every
 * version that was ever used is kept, so that a memory can be read with the model it was folded with until it is folded
 * anew (refold.h). Knows which one is current; hides where they are kept in memory. */
#pragma once

#include "engine/memory/memory.h"
#include "feature/practice/model_shelf.h"

/* The id of the published weights of FSRS-6, with which every organisation begins; the others are rows. */
#define MODEL_PUBLISHED G_GINT64_CONSTANT(0)
/* The same weights, of a memory whose due date is by the rule of an earlier release: it waits to be folded anew.
 * Nobody's current model. Written by a migration (schema.c). */
#define MODEL_EARLIER G_GINT64_CONSTANT(-1)

/* The organisation's model of that id. Lives as long as the shelf. NOT_FOUND when it has none. */
const MemoryModel *model_find(App *app, DbTx *tx, gint64 organisation_id, gint64 id,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The one that its memories are to be of now, and its id. */
const MemoryModel *model_current(App *app, DbTx *tx, gint64 organisation_id, gint64 *id,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes `id` the organisation's, in the caller's transaction, with the audit row (`action`, `detail`), the event and
 * the job that folds its memories anew. `by`: who does it, 0 the server or the command line. */
gboolean model_adopt(DbTx *tx, gint64 organisation_id, gint64 by, gint64 id, const char *action, const char *detail,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
