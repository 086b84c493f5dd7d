/* The shelf of models: a table of each sort. */
#include "feature/practice/model_shelf.h"

struct ModelShelf {
    GMutex lock;
    GHashTable *models[SHELF_SORTS]; /* gint64 *: id -> model, which stays where it is */
};

ModelShelf *model_shelf_new(void)
{
    ModelShelf *shelf = g_new0(ModelShelf, 1);
    g_mutex_init(&shelf->lock);
    for (guint sort = 0; sort < SHELF_SORTS; sort++)
        shelf->models[sort] = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    return shelf;
}

void model_shelf_free(ModelShelf *shelf)
{
    for (guint sort = 0; sort < SHELF_SORTS; sort++)
        g_hash_table_unref(shelf->models[sort]);
    g_mutex_clear(&shelf->lock);
    g_free(shelf);
}

gconstpointer model_shelf_find(ModelShelf *shelf, ShelfSort sort, gint64 id)
{
    g_mutex_lock(&shelf->lock);
    gconstpointer model = g_hash_table_lookup(shelf->models[sort], &id);
    g_mutex_unlock(&shelf->lock);
    return model;
}

/* Two threads may have read it at once: the first one's stays, since somebody may hold it. */
gconstpointer model_shelf_keep(ModelShelf *shelf, ShelfSort sort, gint64 id, gconstpointer model, gsize size)
{
    g_mutex_lock(&shelf->lock);
    gpointer kept = g_hash_table_lookup(shelf->models[sort], &id);
    if (!kept) {
        kept = g_memdup2(model, size);
        g_hash_table_insert(shelf->models[sort], g_memdup2(&id, sizeof id), kept);
    }
    g_mutex_unlock(&shelf->lock);
    return kept;
}
