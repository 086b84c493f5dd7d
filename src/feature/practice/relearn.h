/* What is failed in a session comes back in it: loads what the planner needs to decide, and keeps what it decides. */
#pragma once

#include "feature/practice/practice_db.h"

/* After an attempt was kept, in its transaction: adds an entry to its session when one may follow it and
 * engine/plan/plan.h says that its concept returns. The entry names the attempt, so that whoever sends the answer again
 * is told of the same entry. */
gboolean relearn_after(App *app, DbTx *tx, const HttpIdentity *who, const Attempt *attempt,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether an entry may have been added because of the attempt: a failed first try in a session, sent as soon as it was
 * given. */
gboolean relearn_may_follow(const Attempt *attempt);
