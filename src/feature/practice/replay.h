/* Replay: a memory folded anew from the attempts it follows from, as `whet check` does it for all of a person's at
 * once. */
#pragma once

#include "feature/practice/practice_db.h"

/* The memory that the concept's reviews before number `before` (0: all) leave with `model`, whose id is `model_id`;
 * reviews 0 when there are none. `row` is overwritten; clear it with memory_row_clear. */
gboolean replay_memory(DbTx *tx, const HttpIdentity *who, gint64 concept_id, gint64 before, const MemoryModel *model,
                       gint64 model_id, MemoryRow *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
