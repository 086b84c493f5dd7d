/* Answers that were given before, by a key that says all of the question. Private to this folder; any thread. Those not
 * asked for the longest go first when it is full. */
#pragma once

#include <glib.h>

typedef struct AiCache AiCache;

AiCache *ai_cache_new(gsize bytes_most);
void ai_cache_free(AiCache *cache);

/* Newly allocated; NULL when there is none. */
char *ai_cache_find(AiCache *cache, const char *key);
/* In the place of what was kept under the key. What is greater than a quarter of the cache is not kept. */
void ai_cache_keep(AiCache *cache, const char *key, const char *value);
