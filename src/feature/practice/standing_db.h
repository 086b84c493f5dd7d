/* The SQL of how a person stands: what the challenge model is told of them, but for their memories. */
#pragma once

#include "engine/challenge/challenge.h"
#include "platform/db/db.h"
#include "platform/http/http.h"

/* In everything. */
typedef struct {
    ChallengeEstimate overall; /* variance 0: none yet */
    double recent;             /* mean score of the last counted answers, STANDING_RECENT at most; nan: none */
    gint64 weights_id;         /* of the organisation's challenge model */
} PersonStanding;
enum { STANDING_RECENT = 8 };

/* In a skill. */
typedef struct {
    ChallengeEstimate ability; /* beyond `overall`; variance 0: none yet */
    gint64 attempts;           /* counted answers */
    double score_sum;          /* of them */
} SkillStanding;

/* NOT_FOUND when the person is not there. */
gboolean standing_db_person(DbTx *tx, const HttpIdentity *who, PersonStanding *person,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean standing_db_put_overall(DbTx *tx, const HttpIdentity *who, ChallengeEstimate overall,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* gint64 * skill -> SkillStanding *. */
GHashTable *standing_db_skills(DbTx *tx, const HttpIdentity *who, GError **error);
gboolean standing_db_put_skill(DbTx *tx, const HttpIdentity *who, gint64 skill_id, const SkillStanding *skill,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
