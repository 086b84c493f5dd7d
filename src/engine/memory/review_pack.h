/* Review pack: the reviews of a log laid out so that several cards can be run through a memory model side by side, one
 * a lane. Hides how cards are sorted: cards of about the same length and history share a group, so that few lanes idle
 * and few kinds of reviews meet in one step.
 *
 * A group is LANES_MOST cards; its step s holds the s-th review of each. A card that has ended, or a lane without a
 * card, has rating 0 and weight 0. */
#pragma once

#include "engine/memory/memory.h"
#include "engine/memory/review_log.h"

typedef enum {
    PACK_SAME_DAY = 1 << 0, /* FSRS-6: a later review less than a day after the one before */
    PACK_FORGOTTEN = 1 << 1,
    PACK_RECALLED = 1 << 2,
    PACK_COUNTED = 1 << 3,
} PackKinds;

typedef struct {
    guint n_groups;
    guint *first;   /* n_groups + 1: the steps of group g are first[g] .. first[g + 1] - 1 */
    double *days;   /* of step s, lane l: [s * LANES_MOST + l]: as memory_gap counts them */
    double *rating; /* 0: none */
    double *weight; /* of the loss at this review; 0: it is not counted */
    guint8 *kinds;  /* of a step: PackKinds of its reviews after the cards' first */
} ReviewPack;

/* What a review weighs in the loss; `weight` has log->n of them, 0 for those that are not counted. Reviews of a card
 * after its last counted one are left out, and so are those after its first `longest`. */
ReviewPack *review_pack_new(const ReviewLog *log, const MemoryModel *model, const double *weight, guint longest);
void review_pack_free(ReviewPack *pack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReviewPack, review_pack_free)
