/* Who has something due: for the whole organisation at once, so that people can be reached when it is time. */
#pragma once

#include "platform/db/db.h"

typedef struct {
    gint64 person_id;
    gint64 due; /* concepts, > 0 */
} DueCount;

/* DueCount, by person: those of the organisation who have something due at `now`, as their own sessions would bring it:
 * living concepts of the packs they practise. Takes time in proportion to what is due; what is not is never read, since
 * it stands behind `now` in the index memory_due_of_organisation, which has all that is asked of a memory. */
GArray *due_db_counts(DbTx *tx, gint64 organisation_id, gint64 now, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The statement, whose parameters are the organisation and now: so that a test can ask the engines how they go about
 * it.
 */
extern const char due_db_counts_sql[];
