/* Knows what was asked for last; hides how entries are found and what they cost. */
#include "platform/ai/ai_cache.h"

#include <string.h>

enum { SHARE_MOST = 4 }; /* one entry is at most one part in so many */

typedef struct {
    char *key, *value;
    gsize bytes;
    GList link; /* in `recent` */
} Entry;

struct AiCache {
    GMutex lock;
    GHashTable *entries; /* key → Entry, which owns the key */
    GQueue recent;       /* the one asked for last is first */
    gsize bytes, bytes_most;
};

static void free_entry(gpointer data)
{
    Entry *entry = data;
    g_free(entry->key);
    g_free(entry->value);
    g_free(entry);
}

AiCache *ai_cache_new(gsize bytes_most)
{
    AiCache *cache = g_new0(AiCache, 1);
    g_mutex_init(&cache->lock);
    g_queue_init(&cache->recent);
    cache->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_entry);
    cache->bytes_most = bytes_most;
    return cache;
}

void ai_cache_free(AiCache *cache)
{
    g_hash_table_unref(cache->entries);
    g_mutex_clear(&cache->lock);
    g_free(cache);
}

char *ai_cache_find(AiCache *cache, const char *key)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&cache->lock);
    Entry *entry = g_hash_table_lookup(cache->entries, key);
    if (!entry)
        return NULL;
    g_queue_unlink(&cache->recent, &entry->link);
    g_queue_push_head_link(&cache->recent, &entry->link);
    return g_strdup(entry->value);
}

static void drop(AiCache *cache, Entry *entry)
{
    g_queue_unlink(&cache->recent, &entry->link);
    cache->bytes -= entry->bytes;
    g_hash_table_remove(cache->entries, entry->key);
}

void ai_cache_keep(AiCache *cache, const char *key, const char *value)
{
    gsize bytes = sizeof(Entry) + strlen(key) + strlen(value);
    if (bytes > cache->bytes_most / SHARE_MOST)
        return;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&cache->lock);
    Entry *old = g_hash_table_lookup(cache->entries, key);
    if (old)
        drop(cache, old);
    while (cache->bytes + bytes > cache->bytes_most)
        drop(cache, cache->recent.tail->data);
    Entry *entry = g_new0(Entry, 1);
    entry->key = g_strdup(key);
    entry->value = g_strdup(value);
    entry->bytes = bytes;
    entry->link.data = entry;
    g_queue_push_head_link(&cache->recent, &entry->link);
    g_hash_table_insert(cache->entries, entry->key, entry);
    cache->bytes += bytes;
}
