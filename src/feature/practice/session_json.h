/* Sessions as learners see them: exercises without their solutions. */
#pragma once

#include "feature/practice/session.h"

/* The Session object (see session_fields), with the newest feedback at each entry. NULL on a database error. */
json_t *session_to_json(App *app, DbTx *tx, const HttpIdentity *who, const Session *session, GError **error);

/* The entry that was added to the session of an attempt because it failed, or JSON null. NULL on a database error. */
json_t *session_added_json(App *app, DbTx *tx, const HttpIdentity *who, const Attempt *attempt, GError **error);

/* What a learner sees of an exercise: options shuffled by `seed`, nothing that gives the answer away. */
json_t *exercise_to_learner_json(gint64 exercise_id, const PackExercise *exercise, gint64 seed);

/* The Summary object (see summary_fields): what the session did. NULL on error. */
json_t *session_summary(App *app, DbTx *tx, const HttpIdentity *who, gint64 session_id, GError **error);

extern const HttpField exercise_fields[], session_fields[], summary_fields[];
