/* The SQL of packs, their concepts and exercises. Knows how a new version takes the place of the old one row by row. */
#include "feature/authoring/authoring_db.h"
#include "platform/clock.h"
#include "platform/error.h"
#include "platform/id.h"

void pack_row_free(PackRow *row)
{
    g_free(row->slug);
    g_free(row->title);
    g_free(row->language);
    g_free(row->about);
    g_free(row->source);
    g_free(row->digest);
    g_free(row);
}

void concept_text_free(ConceptText *concept)
{
    g_free(concept->slug);
    g_free(concept->title);
    g_free(concept->skill);
    g_free(concept->skill_slug);
    g_free(concept->pack_title);
    g_free(concept->text);
    g_free(concept);
}

static void *not_found(GError **error, const char *what)
{
    g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "There is no such %s.", what);
    return NULL;
}

#define PACK_COLUMNS                                                                                                   \
    "pack.id, pack.imported_at, pack.version, pack.slug, pack.title, pack.language, pack.about, pack.source,"          \
    " pack.digest,"                                                                                                    \
    " (SELECT COUNT(*) FROM concept WHERE concept.pack_id = pack.id AND concept.retired_at IS NULL),"                  \
    " (SELECT COUNT(*) FROM exercise JOIN concept ON concept.id = exercise.concept_id WHERE concept.pack_id = pack.id" \
    " AND exercise.retired_at IS NULL AND concept.retired_at IS NULL)"

static PackRow *pack_row(const DbRows *rows)
{
    PackRow *row = g_new0(PackRow, 1);
    row->id = db_rows_int(rows, 0);
    row->imported_at = db_rows_int(rows, 1);
    row->version = (int)db_rows_int(rows, 2);
    row->slug = g_strdup(db_rows_text(rows, 3));
    row->title = g_strdup(db_rows_text(rows, 4));
    row->language = g_strdup(db_rows_text(rows, 5));
    row->about = g_strdup(db_rows_text(rows, 6));
    row->source = g_strdup(db_rows_text(rows, 7));
    row->digest = g_strdup(db_rows_text(rows, 8));
    row->concepts = (int)db_rows_int(rows, 9);
    row->exercises = (int)db_rows_int(rows, 10);
    return row;
}

GPtrArray *authoring_packs(DbTx *tx, gint64 organisation_id, gint64 person_id, GError **error)
{
    static const char all[] =
        "SELECT " PACK_COLUMNS " FROM pack WHERE organisation_id = $1 ORDER BY pack.title, pack.id";
    static const char practised[] =
        "SELECT " PACK_COLUMNS
        " FROM pack JOIN person_pack ON person_pack.pack_id = pack.id AND person_pack.person_id = $2"
        " WHERE pack.organisation_id = $1 ORDER BY pack.title, pack.id";
    g_autoptr(DbRows) rows = person_id
                                 ? db_query(tx, practised, DB_ARGS(db_int(organisation_id), db_int(person_id)), error)
                                 : db_query(tx, all, DB_ARGS(db_int(organisation_id)), error);
    if (!rows)
        return NULL;
    g_autoptr(GPtrArray) packs = g_ptr_array_new_with_free_func((GDestroyNotify)pack_row_free);
    while (db_rows_next(rows))
        g_ptr_array_add(packs, pack_row(rows));
    return db_rows_done(rows, error) ? g_steal_pointer(&packs) : NULL;
}

PackRow *authoring_pack(DbTx *tx, gint64 organisation_id, gint64 pack_id, GError **error)
{
    static const char sql[] = "SELECT " PACK_COLUMNS " FROM pack WHERE organisation_id = $1 AND id = $2";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(organisation_id), db_int(pack_id)), error);
    if (!rows)
        return NULL;
    if (db_rows_next(rows))
        return pack_row(rows);
    return db_rows_done(rows, error) ? not_found(error, "pack") : NULL;
}

ConceptText *authoring_concept_text(DbTx *tx, gint64 organisation_id, gint64 concept_id, GError **error)
{
    static const char sql[] =
        "SELECT concept.id, concept.pack_id, concept.skill_id, concept.slug, concept.title, concept.text, skill.slug,"
        " skill.name, pack.title,"
        " concept.must_know FROM concept JOIN skill ON skill.id = concept.skill_id"
        " JOIN pack ON pack.id = concept.pack_id"
        " WHERE concept.organisation_id = $1 AND concept.id = $2";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(organisation_id), db_int(concept_id)), error);
    if (!rows)
        return NULL;
    if (!db_rows_next(rows))
        return db_rows_done(rows, error) ? not_found(error, "concept") : NULL;
    ConceptText *concept = g_new0(ConceptText, 1);
    concept->id = db_rows_int(rows, 0);
    concept->pack_id = db_rows_int(rows, 1);
    concept->skill_id = db_rows_int(rows, 2);
    concept->slug = g_strdup(db_rows_text(rows, 3));
    concept->title = g_strdup(db_rows_text(rows, 4));
    concept->text = g_strdup(db_rows_text(rows, 5));
    concept->skill_slug = g_strdup(db_rows_text(rows, 6));
    concept->skill = g_strdup(db_rows_text(rows, 7));
    concept->pack_title = g_strdup(db_rows_text(rows, 8));
    concept->must_know = db_rows_int(rows, 9) != 0;
    return concept;
}

GPtrArray *authoring_db_sources(DbTx *tx, gint64 organisation_id, gint64 pack_id, GError **error)
{
    static const char sql[] =
        "SELECT file, source FROM concept WHERE organisation_id = $1 AND pack_id = $2 AND retired_at IS NULL"
        " ORDER BY file";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(organisation_id), db_int(pack_id)), error);
    if (!rows)
        return NULL;
    g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func((GDestroyNotify)pack_file_free);
    while (db_rows_next(rows)) {
        PackFile *file = g_new0(PackFile, 1);
        const char *source = db_rows_text(rows, 1);
        file->name = g_strdup(db_rows_text(rows, 0));
        file->bytes = g_bytes_new(source, strlen(source));
        g_ptr_array_add(sources, file);
    }
    return db_rows_done(rows, error) ? g_steal_pointer(&sources) : NULL;
}

gint64 authoring_db_pack_id(DbTx *tx, gint64 organisation_id, const char *slug, char **digest, int *version,
                            GError **error)
{
    static const char sql[] = "SELECT id, digest, version FROM pack WHERE organisation_id = $1 AND slug = $2";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(organisation_id), db_text(slug)), error);
    if (!rows)
        return -1;
    *digest = NULL;
    *version = 0;
    if (!db_rows_next(rows))
        return db_rows_done(rows, error) ? 0 : -1;
    *digest = g_strdup(db_rows_text(rows, 1));
    *version = (int)db_rows_int(rows, 2);
    return db_rows_int(rows, 0);
}

gboolean authoring_db_put_pack(DbTx *tx, gint64 organisation_id, gint64 id, const Pack *pack, const char *digest,
                               int version, GError **error)
{
    static const char sql[] =
        "INSERT INTO pack (id, organisation_id, slug, title, language, about, source, digest, version, imported_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " ON CONFLICT (organisation_id, slug) DO UPDATE SET title = excluded.title, language = excluded.language,"
        " about = excluded.about,"
        " source = excluded.source, digest = excluded.digest, version = excluded.version,"
        " imported_at = excluded.imported_at";
    return db_run(tx, sql,
                  DB_ARGS(db_int(id), db_int(organisation_id), db_text(pack->id), db_text(pack->title),
                          db_text(pack->language), db_text(pack->about ? pack->about : ""), db_text(pack->source),
                          db_text(digest), db_int(version), db_int(clock_now())),
                  error);
}

gboolean authoring_db_put_team(DbTx *tx, gint64 organisation_id, gint64 pack_id, gint64 team_id, GError **error)
{
    static const char sql[] =
        "INSERT INTO pack_team (pack_id, team_id, organisation_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    return db_run(tx, sql, DB_ARGS(db_int(pack_id), db_int(team_id), db_int(organisation_id)), error);
}

/* The id that an INSERT … RETURNING id gave; 0 on error. */
static gint64 returned_id(DbTx *tx, const char *sql, const DbValue *args, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, sql, args, error);
    if (!rows)
        return 0;
    gint64 id = db_rows_next(rows) ? db_rows_int(rows, 0) : 0;
    while (db_rows_next(rows))
        continue;
    return db_rows_done(rows, error) ? id : 0;
}

gint64 authoring_db_put_skill(DbTx *tx, gint64 organisation_id, gint64 pack_id, const PackSkill *skill, int position,
                              GError **error)
{
    static const char sql[] =
        "INSERT INTO skill (id, organisation_id, pack_id, slug, name, position) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (pack_id, slug) DO UPDATE SET name = excluded.name, position = excluded.position RETURNING id";
    return returned_id(tx, sql,
                       DB_ARGS(db_int(id_new()), db_int(organisation_id), db_int(pack_id), db_text(skill->id),
                               db_text(skill->name), db_int(position)),
                       error);
}

gint64 authoring_db_put_concept(DbTx *tx, gint64 organisation_id, gint64 pack_id, gint64 skill_id,
                                const PackConcept *concept, int position, GError **error)
{
    static const char sql[] =
        "INSERT INTO concept (id, organisation_id, pack_id, skill_id, slug, title, must_know, position, text, file,"
        " source, retired_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL)"
        " ON CONFLICT (pack_id, slug) DO UPDATE SET skill_id = excluded.skill_id, title = excluded.title,"
        " must_know = excluded.must_know,"
        " position = excluded.position, text = excluded.text, file = excluded.file, source = excluded.source,"
        " retired_at = NULL RETURNING id";
    return returned_id(tx, sql,
                       DB_ARGS(db_int(id_new()), db_int(organisation_id), db_int(pack_id), db_int(skill_id),
                               db_text(concept->id), db_text(concept->title), db_int(concept->must_know),
                               db_int(position), db_text(concept->text ? concept->text : ""), db_text(concept->file),
                               db_text(concept->source)),
                       error);
}

gboolean authoring_db_put_requirement(DbTx *tx, gint64 organisation_id, gint64 concept_id, gint64 requires_id,
                                      GError **error)
{
    static const char sql[] =
        "INSERT INTO requirement (concept_id, requires_id, organisation_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    return db_run(tx, sql, DB_ARGS(db_int(concept_id), db_int(requires_id), db_int(organisation_id)), error);
}

gboolean authoring_db_clear_requirements(DbTx *tx, gint64 organisation_id, gint64 pack_id, GError **error)
{
    static const char sql[] =
        "DELETE FROM requirement WHERE organisation_id = $1 AND concept_id IN (SELECT id FROM concept"
        " WHERE pack_id = $2)";
    return db_run(tx, sql, DB_ARGS(db_int(organisation_id), db_int(pack_id)), error);
}

static int count_correct(const PackExercise *exercise)
{
    int correct = 0;
    for (guint i = 0; exercise->options && i < exercise->options->len; i++)
        correct += ((PackOption *)exercise->options->pdata[i])->correct;
    return correct;
}

ExerciseChange authoring_db_put_exercise(DbTx *tx, gint64 organisation_id, gint64 concept_id,
                                         const PackExercise *exercise, int position, const char *digest,
                                         const char *body, GError **error)
{
    static const char find[] =
        "SELECT exercise.id, exercise.version, exercise_body.digest FROM exercise JOIN exercise_body"
        " ON exercise_body.exercise_id = exercise.id AND exercise_body.version = exercise.version"
        " WHERE exercise.organisation_id = $1 AND exercise.concept_id = $2 AND exercise.slug = $3";
    g_autoptr(DbRows) rows =
        db_query(tx, find, DB_ARGS(db_int(organisation_id), db_int(concept_id), db_text(exercise->slug)), error);
    if (!rows)
        return EXERCISE_FAILED;
    gboolean known = db_rows_next(rows);
    gint64 id = known ? db_rows_int(rows, 0) : id_new();
    gint64 version = known ? db_rows_int(rows, 1) : 1;
    gboolean same = known && g_str_equal(db_rows_text(rows, 2), digest);
    while (known && db_rows_next(rows))
        continue;
    if (!db_rows_done(rows, error))
        return EXERCISE_FAILED;
    if (known && !same)
        version++;

    static const char put[] =
        "INSERT INTO exercise (id, organisation_id, concept_id, slug, kind, version, position, hint, options, correct,"
        " retired_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL)"
        " ON CONFLICT (concept_id, slug) DO UPDATE SET kind = excluded.kind, version = excluded.version,"
        " position = excluded.position,"
        " hint = excluded.hint, options = excluded.options, correct = excluded.correct, retired_at = NULL";
    if (!db_run(tx, put,
                DB_ARGS(db_int(id), db_int(organisation_id), db_int(concept_id), db_text(exercise->slug),
                        db_text(exercise_kind_names[exercise->kind]), db_int(version), db_int(position),
                        db_int(exercise->hint), db_int(exercise->options ? (gint64)exercise->options->len : 0),
                        db_int(count_correct(exercise))),
                error))
        return EXERCISE_FAILED;
    if (same)
        return EXERCISE_SAME;

    static const char put_body[] =
        "INSERT INTO exercise_body (exercise_id, version, organisation_id, digest, body) VALUES ($1, $2, $3, $4, $5)";
    if (!db_run(tx, put_body,
                DB_ARGS(db_int(id), db_int(version), db_int(organisation_id), db_text(digest), db_text(body)), error))
        return EXERCISE_FAILED;
    return known ? EXERCISE_CHANGED : EXERCISE_ADDED;
}

gboolean authoring_db_retire_all(DbTx *tx, gint64 organisation_id, gint64 pack_id, gint64 now, GError **error)
{
    static const char concepts[] =
        "UPDATE concept SET retired_at = $3 WHERE organisation_id = $1 AND pack_id = $2 AND retired_at IS NULL";
    static const char exercises[] =
        "UPDATE exercise SET retired_at = $3 WHERE organisation_id = $1 AND retired_at IS NULL"
        " AND concept_id IN (SELECT id FROM concept WHERE pack_id = $2)";
    const DbValue *args = DB_ARGS(db_int(organisation_id), db_int(pack_id), db_int(now));
    return db_run(tx, concepts, args, error) && db_run(tx, exercises, args, error);
}

gint64 authoring_db_count_retired(DbTx *tx, gint64 organisation_id, gint64 pack_id, gint64 now, GError **error)
{
    static const char sql[] =
        "SELECT COUNT(*) FROM exercise JOIN concept ON concept.id = exercise.concept_id"
        " WHERE exercise.organisation_id = $1 AND concept.pack_id = $2 AND exercise.retired_at = $3";
    gint64 retired;
    return db_query_int(tx, sql, DB_ARGS(db_int(organisation_id), db_int(pack_id), db_int(now)), &retired, NULL, error)
               ? retired
               : -1;
}

gboolean authoring_db_touch_catalogue(DbTx *tx, gint64 organisation_id, GError **error)
{
    static const char sql[] = "UPDATE organisation SET catalogue_version = catalogue_version + 1 WHERE id = $1";
    return db_run(tx, sql, DB_ARGS(db_int(organisation_id)), error);
}

gint64 authoring_db_catalogue_version(DbTx *tx, gint64 organisation_id, GError **error)
{
    static const char sql[] = "SELECT catalogue_version FROM organisation WHERE id = $1";
    gint64 version;
    return db_query_int(tx, sql, DB_ARGS(db_int(organisation_id)), &version, NULL, error) ? version : -1;
}

static gboolean each_row(DbTx *tx, const char *sql, gint64 organisation_id, AuthoringDbEach each, gpointer data,
                         GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(organisation_id)), error);
    if (!rows)
        return FALSE;
    while (db_rows_next(rows))
        each(rows, data);
    return db_rows_done(rows, error);
}

gboolean authoring_db_each_concept(DbTx *tx, gint64 organisation_id, AuthoringDbEach each, gpointer data,
                                   GError **error)
{
    static const char sql[] =
        "SELECT concept.id, concept.pack_id, concept.skill_id, concept.slug, concept.title, concept.must_know"
        " FROM concept"
        " JOIN pack ON pack.id = concept.pack_id"
        " WHERE concept.organisation_id = $1 AND concept.retired_at IS NULL"
        " ORDER BY pack.title, pack.id, concept.position, concept.id";
    return each_row(tx, sql, organisation_id, each, data, error);
}

gboolean authoring_db_each_exercise(DbTx *tx, gint64 organisation_id, AuthoringDbEach each, gpointer data,
                                    GError **error)
{
    static const char sql[] =
        "SELECT exercise.id, exercise.concept_id, exercise.kind, exercise.version, exercise.hint, exercise.options,"
        " exercise.correct,"
        " exercise.slug, exercise_difficulty.mean, exercise_difficulty.variance FROM exercise"
        " LEFT JOIN exercise_difficulty ON exercise_difficulty.exercise_id = exercise.id"
        " WHERE exercise.organisation_id = $1 AND exercise.retired_at IS NULL"
        " ORDER BY exercise.concept_id, exercise.position";
    return each_row(tx, sql, organisation_id, each, data, error);
}

gboolean authoring_db_each_requirement(DbTx *tx, gint64 organisation_id, AuthoringDbEach each, gpointer data,
                                       GError **error)
{
    static const char sql[] = "SELECT concept_id, requires_id FROM requirement WHERE organisation_id = $1";
    return each_row(tx, sql, organisation_id, each, data, error);
}

gboolean authoring_db_each_skill(DbTx *tx, gint64 organisation_id, AuthoringDbEach each, gpointer data, GError **error)
{
    static const char sql[] =
        "SELECT skill.id, skill.pack_id, skill.slug, skill.name FROM skill JOIN pack ON pack.id = skill.pack_id"
        " WHERE skill.organisation_id = $1 AND EXISTS (SELECT 1 FROM concept WHERE concept.organisation_id = $1"
        " AND concept.pack_id = skill.pack_id AND concept.skill_id = skill.id AND concept.retired_at IS NULL)"
        " ORDER BY pack.title, pack.id, skill.position";
    return each_row(tx, sql, organisation_id, each, data, error);
}

gboolean authoring_db_body(DbTx *tx, gint64 organisation_id, gint64 exercise_id, int version, char **slug, char **body,
                           GError **error)
{
    static const char sql[] =
        "SELECT exercise.slug, exercise_body.body FROM exercise_body JOIN exercise ON exercise.id ="
        " exercise_body.exercise_id"
        " WHERE exercise_body.exercise_id = $2 AND exercise_body.version = $3 AND exercise_body.organisation_id = $1";
    g_autoptr(DbRows) rows =
        db_query(tx, sql, DB_ARGS(db_int(organisation_id), db_int(exercise_id), db_int(version)), error);
    if (!rows)
        return FALSE;
    if (!db_rows_next(rows)) {
        if (db_rows_done(rows, error))
            not_found(error, "exercise");
        return FALSE;
    }
    *slug = g_strdup(db_rows_text(rows, 0));
    *body = g_strdup(db_rows_text(rows, 1));
    return TRUE;
}
