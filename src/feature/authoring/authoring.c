/* Importing and exporting packs. Knows what a new version means for what people have done: nothing is deleted, what
 * left the folder is retired, and an exercise whose wording changed gets a new version beside the old one. */
#include "feature/authoring/authoring_db.h"
#include "feature/people/people.h"
#include "platform/clock.h"
#include "platform/error.h"
#include "platform/id.h"

typedef struct {
    gint64 organisation_id, person_id, team_id;
    const Pack *pack;
    char *digest;
    ImportReport *report;
} Import;

/* With the NUL, which no text has, so that a line that moves from one file to the next makes a difference. */
static void update_with_end(GChecksum *sum, const char *text)
{
    g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text) + 1);
}

/* Over all sources, in order of file name, so that it does not depend on how the folder was read. */
static char *pack_digest(const Pack *pack)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    update_with_end(sum, pack->source);
    g_autoptr(GTree) by_file = g_tree_new((GCompareFunc)strcmp);
    for (guint i = 0; i < pack->concepts->len; i++) {
        PackConcept *concept = pack->concepts->pdata[i];
        g_tree_insert(by_file, concept->file, concept->source);
    }
    for (GTreeNode *node = g_tree_node_first(by_file); node; node = g_tree_node_next(node)) {
        update_with_end(sum, g_tree_node_key(node));
        update_with_end(sum, g_tree_node_value(node));
    }
    return g_strdup(g_checksum_get_string(sum));
}

static gboolean put_exercise(DbTx *tx, Import *import, gint64 concept_id, const PackExercise *exercise, int position,
                             GError **error)
{
    json_t *json = exercise_to_json(exercise);
    g_autofree char *body = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(json);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, body, -1);
    switch (
        authoring_db_put_exercise(tx, import->organisation_id, concept_id, exercise, position, digest, body, error)) {
    case EXERCISE_FAILED:
        return FALSE;
    case EXERCISE_ADDED:
        import->report->added++;
        break;
    case EXERCISE_CHANGED:
        import->report->changed++;
        break;
    case EXERCISE_SAME:
        break;
    }
    import->report->exercises++;
    return TRUE;
}

static gboolean put_concept(DbTx *tx, Import *import, GHashTable *skills, GHashTable *concepts, int position,
                            GError **error)
{
    PackConcept *concept = import->pack->concepts->pdata[position];
    gint64 *skill_id = g_hash_table_lookup(skills, concept->skill);
    g_assert(skill_id);
    gint64 id = authoring_db_put_concept(tx, import->organisation_id, import->report->pack_id, *skill_id, concept,
                                         position, error);
    if (!id)
        return FALSE;
    g_hash_table_insert(concepts, concept->id, g_memdup2(&id, sizeof id));
    for (guint i = 0; i < concept->requires->len; i++) {
        gint64 *required = g_hash_table_lookup(concepts, concept->requires->pdata[i]);
        g_assert(required); /* the parser puts concepts in the order of `requires` */
        if (!authoring_db_put_requirement(tx, import->organisation_id, id, *required, error))
            return FALSE;
    }
    for (guint i = 0; i < concept->exercises->len; i++)
        if (!put_exercise(tx, import, id, concept->exercises->pdata[i], (int)i, error))
            return FALSE;
    import->report->concepts++;
    return TRUE;
}

static gboolean put_contents(DbTx *tx, Import *import, GError **error)
{
    ImportReport *report = import->report;
    const gint64 now = clock_now();
    if (!authoring_db_retire_all(tx, import->organisation_id, report->pack_id, now, error) ||
        !authoring_db_clear_requirements(tx, import->organisation_id, report->pack_id, error))
        return FALSE;
    g_autoptr(GHashTable) skills = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    for (guint i = 0; i < import->pack->skills->len; i++) {
        PackSkill *skill = import->pack->skills->pdata[i];
        gint64 id = authoring_db_put_skill(tx, import->organisation_id, report->pack_id, skill, (int)i, error);
        if (!id)
            return FALSE;
        g_hash_table_insert(skills, skill->id, g_memdup2(&id, sizeof id));
    }
    g_autoptr(GHashTable) concepts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    for (guint i = 0; i < import->pack->concepts->len; i++)
        if (!put_concept(tx, import, skills, concepts, (int)i, error))
            return FALSE;
    gint64 retired = authoring_db_count_retired(tx, import->organisation_id, report->pack_id, now, error);
    if (retired < 0)
        return FALSE;
    report->retired = (guint)retired;
    return authoring_db_touch_catalogue(tx, import->organisation_id, error);
}

static gboolean put_pack(DbTx *tx, Import *import, GError **error)
{
    ImportReport *report = import->report;
    report->version++;
    return authoring_db_put_pack(tx, import->organisation_id, report->pack_id, import->pack, import->digest,
                                 report->version, error) &&
           put_contents(tx, import, error) &&
           people_audit(tx, import->organisation_id, import->person_id, "pack.imported", report->pack_id,
                        import->pack->id, error);
}

/* The folder is as it was: only counts. */
static void report_unchanged(Import *import)
{
    import->report->unchanged = TRUE;
    import->report->concepts = import->pack->concepts->len;
    for (guint i = 0; i < import->pack->concepts->len; i++)
        import->report->exercises += ((PackConcept *)import->pack->concepts->pdata[i])->exercises->len;
}

static gboolean import_in(DbTx *tx, gpointer data, GError **error)
{
    Import *import = data;
    ImportReport *report = import->report;
    *report = (ImportReport){ 0 };
    if (!db_lock(tx, import->organisation_id, error))
        return FALSE;
    g_autofree char *digest = NULL;
    gint64 id = authoring_db_pack_id(tx, import->organisation_id, import->pack->id, &digest, &report->version, error);
    if (id < 0)
        return FALSE;
    report->pack_id = id ? id : id_new();
    if (id && g_str_equal(digest, import->digest))
        report_unchanged(import);
    else if (!put_pack(tx, import, error))
        return FALSE;
    return !import->team_id ||
           (authoring_db_put_team(tx, import->organisation_id, report->pack_id, import->team_id, error) &&
            authoring_db_touch_catalogue(tx, import->organisation_id, error));
}

gboolean authoring_import(App *app, gint64 organisation_id, gint64 person_id, const Pack *pack, gint64 team_id,
                          ImportReport *report, GError **error)
{
    g_autofree char *digest = pack_digest(pack);
    Import import = { organisation_id, person_id, team_id, pack, digest, report };
    return db_write(app->db, import_in, &import, error);
}

GPtrArray *authoring_export(DbTx *tx, gint64 organisation_id, gint64 pack_id, char **slug, GError **error)
{
    g_autoptr(PackRow) pack = authoring_pack(tx, organisation_id, pack_id, error);
    GPtrArray *files = pack ? authoring_db_sources(tx, organisation_id, pack_id, error) : NULL;
    if (!files)
        return NULL;
    PackFile *head = g_new0(PackFile, 1);
    head->name = g_strdup("pack.md");
    head->bytes = g_bytes_new(pack->source, strlen(pack->source));
    g_ptr_array_insert(files, 0, head);
    *slug = g_steal_pointer(&pack->slug);
    return files;
}
