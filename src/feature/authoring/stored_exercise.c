/* Knows which exercises were asked for lately and keeps them parsed: reading one out of its JSON takes longer than
 * grading an answer to it. A version of an exercise never changes, so nothing here is ever out of date. Hides the
 * shelf. */
#include "feature/authoring/stored_exercise.h"
#include "feature/authoring/authoring_db.h"

enum { SHELF_MAX = 512 }; /* exercises, each some 10 KiB: a few packs */

typedef struct {
    gint64 organisation_id, exercise_id, version;
} Key;

typedef struct {
    Key key;
    StoredExercise *exercise;
    GList link; /* in `recent` */
} Entry;

struct ExerciseShelf {
    GMutex lock;
    GHashTable *entries; /* a set of Entry, by its key; owns them */
    GQueue recent;       /* the same, last used first */
};

static guint key_hash(gconstpointer data)
{
    const Key *key = data;
    return g_int64_hash(&key->exercise_id) ^ (guint)key->version;
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const Key *left = a, *right = b;
    return left->exercise_id == right->exercise_id && left->version == right->version &&
           left->organisation_id == right->organisation_id;
}

static void entry_free(gpointer data)
{
    Entry *entry = data;
    stored_exercise_unref(entry->exercise);
    g_free(entry);
}

void stored_exercise_unref(StoredExercise *exercise)
{
    if (!g_atomic_ref_count_dec(&exercise->references))
        return;
    grade_ready_free(exercise->rubric);
    pack_exercise_free(exercise->content);
    g_free(exercise);
}

StoredExercise *stored_exercise_ref(StoredExercise *exercise)
{
    g_atomic_ref_count_inc(&exercise->references);
    return exercise;
}

ExerciseShelf *exercise_shelf_new(void)
{
    ExerciseShelf *shelf = g_new0(ExerciseShelf, 1);
    g_mutex_init(&shelf->lock);
    shelf->entries = g_hash_table_new_full(key_hash, key_equal, entry_free, NULL);
    g_queue_init(&shelf->recent);
    return shelf;
}

void exercise_shelf_free(ExerciseShelf *shelf)
{
    g_hash_table_unref(shelf->entries);
    g_mutex_clear(&shelf->lock);
    g_free(shelf);
}

static StoredExercise *find(ExerciseShelf *shelf, const Key *key)
{
    StoredExercise *found = NULL;
    g_mutex_lock(&shelf->lock);
    Entry *entry = g_hash_table_lookup(shelf->entries, key);
    if (entry) {
        found = stored_exercise_ref(entry->exercise);
        g_queue_unlink(&shelf->recent, &entry->link);
        g_queue_push_head_link(&shelf->recent, &entry->link);
    }
    g_mutex_unlock(&shelf->lock);
    return found;
}

static void keep(ExerciseShelf *shelf, const Key *key, StoredExercise *exercise)
{
    g_mutex_lock(&shelf->lock);
    if (!g_hash_table_contains(shelf->entries, key)) {
        Entry *entry = g_new0(Entry, 1);
        *entry = (Entry){ .key = *key, .exercise = stored_exercise_ref(exercise), .link.data = entry };
        g_hash_table_add(shelf->entries, entry);
        g_queue_push_head_link(&shelf->recent, &entry->link);
    }
    if (shelf->recent.length > SHELF_MAX) {
        GList *oldest = g_queue_pop_tail_link(&shelf->recent);
        g_hash_table_remove(shelf->entries, oldest->data);
    }
    g_mutex_unlock(&shelf->lock);
}

static StoredExercise *read_exercise(DbTx *tx, const Key *key, GError **error)
{
    g_autofree char *slug = NULL, *body = NULL;
    if (!authoring_db_body(tx, key->organisation_id, key->exercise_id, (int)key->version, &slug, &body, error))
        return NULL;
    json_t *json = json_loads(body, 0, NULL);
    PackExercise *content = exercise_from_json(slug, json, error);
    json_decref(json);
    if (!content)
        return NULL;
    StoredExercise *exercise = g_new0(StoredExercise, 1);
    exercise->content = content;
    g_atomic_ref_count_init(&exercise->references);
    return exercise;
}

StoredExercise *authoring_exercise(App *app, DbTx *tx, gint64 organisation_id, gint64 exercise_id, int version,
                                   GError **error)
{
    const Key key = { organisation_id, exercise_id, version };
    ExerciseShelf *shelf = catalogues_shelf(app->catalogues);
    StoredExercise *exercise = find(shelf, &key);
    if (exercise)
        return exercise;
    exercise = read_exercise(tx, &key, error);
    if (exercise)
        keep(shelf, &key, exercise);
    return exercise;
}
