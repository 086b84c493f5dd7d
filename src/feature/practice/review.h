/* A review: what one counted attempt does to a memory. Used when answering, and again by `whet check`, so that both
 * agree by construction only if the attempts are all there. Pure. */
#pragma once

#include "feature/practice/practice_db.h"

/* Desired retention: what a concept's recall may fall to before it is due. What is worth its time
 * (engine/memory/retention.h), at least RETENTION_MUST_KNOW for what everybody must know. ../docs/how-it-learns.md says
 * why. */
#define RETENTION_MUST_KNOW 0.90
double review_retention(const MemoryModel *model, MemoryState state, gboolean must_know);

/* Recall now (0..1); 0 when there is no memory. */
double review_recall(const MemoryModel *model, const MemoryRow *row, gint64 now);

/* `row` after `review`. A review that is dated before the last one counts as at the same time. */
void review_apply(const MemoryModel *model, MemoryRow *row, const ReviewRow *review);

/* When the memory will have faded to its retention; after a confident error the next morning at the latest. */
gint64 review_due(const MemoryModel *model, const MemoryRow *row, gboolean must_know);
