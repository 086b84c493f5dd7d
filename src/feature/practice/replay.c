/* Replay: one memory from its attempts. */
#include "feature/practice/replay.h"
#include "feature/practice/review.h"

typedef struct {
    const MemoryModel *model;
    gint64 before;
    MemoryRow *row;
} Replay;

static void fold(const ReviewRow *review, gpointer data)
{
    Replay *replay = data;
    if (replay->before == 0 || review->review < replay->before)
        review_apply(replay->model, replay->row, review);
}

gboolean replay_memory(DbTx *tx, const HttpIdentity *who, gint64 concept_id, gint64 before, const MemoryModel *model,
                       gint64 model_id, MemoryRow *row, GError **error)
{
    *row = (MemoryRow){ .concept_id = concept_id, .model_id = model_id, .seen = g_strdup("") };
    Replay replay = { model, before, row };
    if (practice_db_each_review_of(tx, who, concept_id, fold, &replay, error))
        return TRUE;
    memory_row_clear(row);
    return FALSE;
}
