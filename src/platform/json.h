/* JSON as text. jansson's own writer looks for cycles with a formatted key for every container, which took a fifth of
 * the work of an answer; what we write are trees. */
#pragma once

#include <jansson.h>

#include <glib.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* Compact, in the order in which members were set, as json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) writes it but
 * for the last digits of reals, which are as many as are needed to read the same number again. `value` must be a tree.
 * `length` (may be NULL) gets the bytes without the NUL. Free with g_free. */
char *json_write(const json_t *value, gsize *length);

/* Whether objects and arrays in `bytes` are nested deeper than `most`: to be asked before json_loadb(), whose own limit
 * is more than a thread with a small stack can bear. */
gboolean json_is_deeper(const char *bytes, gsize length, guint most);
