/* Authoring: packs in the database. Importing, exporting, and the catalogue from which practice chooses.
 *
 * A catalogue is the organisation's living concepts and exercises without their texts: immutable, shared,
 * reference-counted, kept in memory by Catalogues and made anew when the organisation's catalogue_version has moved or
 * it is a minute old (difficulties move). */
#pragma once

#include "content/exercise_json.h"
#include "engine/challenge/challenge.h"
#include "engine/grade/grade.h"
#include "feature/app.h"

typedef struct {
    gint64 id;
    ExerciseKind kind;
    int version;
    int n_options;
    double floor;                 /* guessing floor */
    ChallengeEstimate difficulty; /* its own when there were attempts, else the prior */
    char *slug;
} CatalogueExercise;

typedef struct {
    gint64 id, pack_id, skill_id;
    char *slug, *title;
    gboolean must_know;
    gboolean
        graded; /* has an exercise that tests memory; a concept without one is there to be read and is never planned */
    GArray *requires;  /* guint: indexes in the catalogue */
    GArray *exercises; /* CatalogueExercise */
} CatalogueConcept;

typedef struct {
    gint64 id, pack_id;
    char *slug, *name;
} CatalogueSkill;

typedef struct Catalogue {
    gint64 version, made_at;
    GPtrArray *concepts; /* CatalogueConcept *, in the order in which they are introduced */
    GHashTable *indexes; /* gint64 *: concept -> index + 1 as a pointer */
    GPtrArray *skills;   /* CatalogueSkill *, in order: those that have concepts */
    gatomicrefcount references;
} Catalogue;

Catalogues *catalogues_new(void);
void catalogues_free(Catalogues *catalogues);

/* The organisation's catalogue as `tx` sees it. Release with catalogue_unref (g_autoptr). */
Catalogue *authoring_catalogue(App *app, DbTx *tx, gint64 organisation_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void catalogue_unref(Catalogue *catalogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Catalogue, catalogue_unref)

/* Index in `concepts`; -1 when the concept is not in the catalogue. */
int catalogue_index(const Catalogue *catalogue, gint64 concept_id);

/* What an exercise says in one of its versions. Never changes: it is shared by all threads, and kept in memory for a
 * while. */
typedef struct {
    PackExercise *content;
    GradeReady *rubric; /* whoever first grades by it sets it, atomically; NULL before */
    gatomicrefcount references;
} StoredExercise;
StoredExercise *stored_exercise_ref(StoredExercise *exercise);
void stored_exercise_unref(StoredExercise *exercise);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoredExercise, stored_exercise_unref)

/* NOT_FOUND when the organisation has no such. For read transactions: what an open write has put is not settled yet. */
StoredExercise *authoring_exercise(App *app, DbTx *tx, gint64 organisation_id, gint64 exercise_id, int version,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What teaches a concept. NOT_FOUND when the organisation has no such. Free with concept_text_free. */
typedef struct {
    gint64 id, pack_id, skill_id;
    char *slug, *title, *skill, *skill_slug, *pack_title, *text; /* text: Markdown; skill: its name */
    gboolean must_know;
} ConceptText;
ConceptText *authoring_concept_text(DbTx *tx, gint64 organisation_id, gint64 concept_id,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void concept_text_free(ConceptText *concept);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConceptText, concept_text_free)

/* A pack in a list. */
typedef struct {
    gint64 id, imported_at;
    int version, concepts, exercises;
    char *slug, *title, *language, *about, *source, *digest;
} PackRow;
void pack_row_free(PackRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PackRow, pack_row_free)

/* PackRow *: those that `person_id` practises, or all of the organisation's when it is 0. */
GPtrArray *authoring_packs(DbTx *tx, gint64 organisation_id, gint64 person_id,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* NOT_FOUND when the organisation has no such. */
PackRow *authoring_pack(DbTx *tx, gint64 organisation_id, gint64 pack_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What an import did. */
typedef struct {
    gint64 pack_id;
    int version;                   /* unchanged when nothing had changed */
    guint concepts, exercises;     /* now living */
    guint added, changed, retired; /* exercises */
    gboolean unchanged;            /* the folder was as it had been: nothing was written */
} ImportReport;

/* Puts a pack before the people of an organisation, or its new version in the place of the old one; histories stay.
 * `person_id`: who did it, 0 the command line. `team_id`: for whom (adds to those it is for); 0 leaves that as it is:
 * everybody, in a new pack. One transaction. */
gboolean authoring_import(App *app, gint64 organisation_id, gint64 person_id, const Pack *pack, gint64 team_id,
                          ImportReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The files of a pack as they were imported (PackFile *; pack.md first). NOT_FOUND when there is no such. */
GPtrArray *authoring_export(DbTx *tx, gint64 organisation_id, gint64 pack_id, char **slug,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

extern const HttpRoute authoring_routes[], item_routes[];
