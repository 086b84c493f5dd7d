/* The organisation's living concepts and exercises, in memory. Knows when a catalogue is out of date; hides how it is
 * shared. */
#include "feature/authoring/authoring_db.h"
#include "feature/authoring/stored_exercise.h"
#include "platform/clock.h"

#define CATALOGUE_MAX_AGE CLOCK_MINUTE /* exercises' difficulties move with every answer */

struct Catalogues {
    GMutex lock;
    GHashTable *of; /* gint64 *: organisation -> Catalogue *, one reference */
    ExerciseShelf *shelf;
};

static void concept_free(CatalogueConcept *concept)
{
    for (guint i = 0; i < concept->exercises->len; i++)
        g_free(g_array_index(concept->exercises, CatalogueExercise, i).slug);
    g_array_unref(concept->exercises);
    g_array_unref(concept->requires);
    g_free(concept->slug);
    g_free(concept->title);
    g_free(concept);
}

static void skill_free(CatalogueSkill *skill)
{
    g_free(skill->slug);
    g_free(skill->name);
    g_free(skill);
}

void catalogue_unref(Catalogue *catalogue)
{
    if (!g_atomic_ref_count_dec(&catalogue->references))
        return;
    g_hash_table_unref(catalogue->indexes);
    g_ptr_array_unref(catalogue->concepts);
    g_ptr_array_unref(catalogue->skills);
    g_free(catalogue);
}

Catalogues *catalogues_new(void)
{
    Catalogues *catalogues = g_new0(Catalogues, 1);
    g_mutex_init(&catalogues->lock);
    catalogues->of = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)catalogue_unref);
    catalogues->shelf = exercise_shelf_new();
    return catalogues;
}

void catalogues_free(Catalogues *catalogues)
{
    g_hash_table_unref(catalogues->of);
    exercise_shelf_free(catalogues->shelf);
    g_mutex_clear(&catalogues->lock);
    g_free(catalogues);
}

ExerciseShelf *catalogues_shelf(Catalogues *catalogues)
{
    return catalogues->shelf;
}

int catalogue_index(const Catalogue *catalogue, gint64 concept_id)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(catalogue->indexes, &concept_id)) - 1;
}

static void add_concept(const DbRows *row, gpointer data)
{
    Catalogue *catalogue = data;
    CatalogueConcept *concept = g_new0(CatalogueConcept, 1);
    concept->id = db_rows_int(row, 0);
    concept->pack_id = db_rows_int(row, 1);
    concept->skill_id = db_rows_int(row, 2);
    concept->slug = g_strdup(db_rows_text(row, 3));
    concept->title = g_strdup(db_rows_text(row, 4));
    concept->must_know = db_rows_int(row, 5) != 0;
    concept->requires = g_array_new(FALSE, FALSE, sizeof(guint));
    concept->exercises = g_array_new(FALSE, FALSE, sizeof(CatalogueExercise));
    g_ptr_array_add(catalogue->concepts, concept);
    g_hash_table_insert(catalogue->indexes, &concept->id, GINT_TO_POINTER((int)catalogue->concepts->len));
}

static void add_exercise(const DbRows *row, gpointer data)
{
    Catalogue *catalogue = data;
    int index = catalogue_index(catalogue, db_rows_int(row, 1));
    CatalogueExercise exercise = { .id = db_rows_int(row, 0),
                                   .version = (int)db_rows_int(row, 3),
                                   .n_options = (int)db_rows_int(row, 5) };
    if (index < 0 || !exercise_kind_parse(db_rows_text(row, 2), &exercise.kind))
        return;
    exercise.floor = challenge_floor(exercise.n_options, (int)db_rows_int(row, 6));
    exercise.difficulty =
        challenge_difficulty_prior(exercise_kind_info(exercise.kind)->difficulty, (int)db_rows_int(row, 4));
    if (!db_rows_is_null(row, 8))
        exercise.difficulty = (ChallengeEstimate){ db_rows_real(row, 8), db_rows_real(row, 9) };
    exercise.slug = g_strdup(db_rows_text(row, 7));
    CatalogueConcept *concept = catalogue->concepts->pdata[index];
    concept->graded |= exercise_kind_info(exercise.kind)->graded;
    g_array_append_val(concept->exercises, exercise);
}

static void add_requirement(const DbRows *row, gpointer data)
{
    Catalogue *catalogue = data;
    int index = catalogue_index(catalogue, db_rows_int(row, 0));
    int required = catalogue_index(catalogue, db_rows_int(row, 1));
    if (index < 0 || required < 0)
        return;
    g_array_append_val(((CatalogueConcept *)catalogue->concepts->pdata[index])->requires, (guint){ (guint)required });
}

static void add_skill(const DbRows *row, gpointer data)
{
    Catalogue *catalogue = data;
    CatalogueSkill *skill = g_new0(CatalogueSkill, 1);
    skill->id = db_rows_int(row, 0);
    skill->pack_id = db_rows_int(row, 1);
    skill->slug = g_strdup(db_rows_text(row, 2));
    skill->name = g_strdup(db_rows_text(row, 3));
    g_ptr_array_add(catalogue->skills, skill);
}

static Catalogue *catalogue_load(DbTx *tx, gint64 organisation_id, gint64 version, GError **error)
{
    g_autoptr(Catalogue) catalogue = g_new0(Catalogue, 1);
    g_atomic_ref_count_init(&catalogue->references);
    catalogue->version = version;
    catalogue->made_at = clock_now();
    catalogue->concepts = g_ptr_array_new_with_free_func((GDestroyNotify)concept_free);
    catalogue->skills = g_ptr_array_new_with_free_func((GDestroyNotify)skill_free);
    catalogue->indexes = g_hash_table_new(g_int64_hash, g_int64_equal);
    if (!authoring_db_each_concept(tx, organisation_id, add_concept, catalogue, error) ||
        !authoring_db_each_exercise(tx, organisation_id, add_exercise, catalogue, error) ||
        !authoring_db_each_requirement(tx, organisation_id, add_requirement, catalogue, error) ||
        !authoring_db_each_skill(tx, organisation_id, add_skill, catalogue, error))
        return NULL;
    return g_steal_pointer(&catalogue);
}

Catalogue *authoring_catalogue(App *app, DbTx *tx, gint64 organisation_id, GError **error)
{
    gint64 version = authoring_db_catalogue_version(tx, organisation_id, error);
    if (version < 0)
        return NULL;
    Catalogues *all = app->catalogues;
    g_mutex_lock(&all->lock);
    Catalogue *known = g_hash_table_lookup(all->of, &organisation_id);
    gboolean fresh = known && known->version == version && ABS(clock_now() - known->made_at) < CATALOGUE_MAX_AGE;
    if (fresh)
        g_atomic_ref_count_inc(&known->references);
    g_mutex_unlock(&all->lock);
    if (fresh)
        return known;

    Catalogue *made = catalogue_load(tx, organisation_id, version, error);
    if (!made)
        return NULL;
    g_mutex_lock(&all->lock);
    g_atomic_ref_count_inc(&made->references);
    g_hash_table_insert(all->of, g_memdup2(&organisation_id, sizeof organisation_id), made);
    g_mutex_unlock(&all->lock);
    return made;
}
