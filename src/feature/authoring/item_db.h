/* The SQL of what answers say about exercises. Everything is of one organisation. */
#pragma once

#include "content/pack.h"
#include "feature/authoring/item.h"
#include "platform/db/db.h"

/* A living exercise and its sums. */
typedef struct {
    gint64 id, concept_id, pack_id;
    char *slug, *concept, *pack; /* titles */
    ExerciseKind kind;
    double floor;
    ChallengeEstimate difficulty; /* the prior when nobody has answered */
    ItemSums sums;
} ItemRow;
void item_row_free(ItemRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ItemRow, item_row_free)

/* ItemRow *, by id, from after `after`, at most `most`; of one pack, or of all (0). Free with g_ptr_array_unref. */
GPtrArray *item_db_rows(DbTx *tx, gint64 organisation_id, gint64 pack_id, gint64 after, int most,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The sums that are kept, and those that the organisation's attempts give, of each exercise that has any: for proving
 * them. */
gboolean item_db_each_pair(DbTx *tx, gint64 organisation_id,
                           void (*each)(gint64 exercise_id, const ItemSums *kept, const ItemSums *counted,
                                        gpointer data),
                           gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Puts in place of the sums that are kept those that the attempts give. */
gboolean item_db_recount(DbTx *tx, gint64 organisation_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
