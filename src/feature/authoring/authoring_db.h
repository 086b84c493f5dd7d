/* The SQL of packs, as typed functions. Everything is of one organisation. */
#pragma once

#include "feature/authoring/authoring.h"

/* PackFile *: the sources of the pack's living concepts, in order of their names. */
GPtrArray *authoring_db_sources(DbTx *tx, gint64 organisation_id, gint64 pack_id,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* 0: no such pack; -1: error. `digest` is to be freed. */
gint64 authoring_db_pack_id(DbTx *tx, gint64 organisation_id, const char *slug, char **digest, int *version,
                            GError **error);
gboolean authoring_db_put_pack(DbTx *tx, gint64 organisation_id, gint64 id, const Pack *pack, const char *digest,
                               int version, GError **error);
gboolean authoring_db_put_team(DbTx *tx, gint64 organisation_id, gint64 pack_id, gint64 team_id, GError **error);
/* Returns the id (the old one when the slug is known), 0 on error. */
gint64 authoring_db_put_skill(DbTx *tx, gint64 organisation_id, gint64 pack_id, const PackSkill *skill, int position,
                              GError **error);
gint64 authoring_db_put_concept(DbTx *tx, gint64 organisation_id, gint64 pack_id, gint64 skill_id,
                                const PackConcept *concept, int position, GError **error);
gboolean authoring_db_put_requirement(DbTx *tx, gint64 organisation_id, gint64 concept_id, gint64 requires_id,
                                      GError **error);
gboolean authoring_db_clear_requirements(DbTx *tx, gint64 organisation_id, gint64 pack_id, GError **error);

typedef enum { EXERCISE_FAILED, EXERCISE_SAME, EXERCISE_ADDED, EXERCISE_CHANGED } ExerciseChange;
ExerciseChange authoring_db_put_exercise(DbTx *tx, gint64 organisation_id, gint64 concept_id,
                                         const PackExercise *exercise, int position, const char *digest,
                                         const char *body, GError **error);
/* Retires every living concept and exercise of the pack; those put again afterwards live again. */
gboolean authoring_db_retire_all(DbTx *tx, gint64 organisation_id, gint64 pack_id, gint64 now, GError **error);
/* How many of the exercises that were retired at `now` still are; -1 on error. */
gint64 authoring_db_count_retired(DbTx *tx, gint64 organisation_id, gint64 pack_id, gint64 now, GError **error);
gboolean authoring_db_touch_catalogue(DbTx *tx, gint64 organisation_id, GError **error);
gint64 authoring_db_catalogue_version(DbTx *tx, gint64 organisation_id, GError **error);

/* Rows of a catalogue, concepts in the order of introduction. The callback owns nothing. */
typedef void (*AuthoringDbEach)(const DbRows *row, gpointer data);
gboolean authoring_db_each_concept(DbTx *tx, gint64 organisation_id, AuthoringDbEach each, gpointer data,
                                   GError **error);
gboolean authoring_db_each_exercise(DbTx *tx, gint64 organisation_id, AuthoringDbEach each, gpointer data,
                                    GError **error);
gboolean authoring_db_each_requirement(DbTx *tx, gint64 organisation_id, AuthoringDbEach each, gpointer data,
                                       GError **error);
gboolean authoring_db_each_skill(DbTx *tx, gint64 organisation_id, AuthoringDbEach each, gpointer data, GError **error);
gboolean authoring_db_body(DbTx *tx, gint64 organisation_id, gint64 exercise_id, int version, char **slug, char **body,
                           GError **error);
