/* A hash table over strings that lie one after the other. */
#include "command/names.h"

#include <string.h>

enum { CHUNK_BYTES = 64 * 1024 };

struct Names {
    GStringChunk *strings;
    GPtrArray *by_number; /* const char *, of strings */
    GHashTable *numbers;  /* name to number + 1 */
    guint last;           /* files are mostly grouped, so the next name is often the one before */
};

Names *names_new(void)
{
    Names *names = g_new0(Names, 1);
    names->strings = g_string_chunk_new(CHUNK_BYTES);
    names->by_number = g_ptr_array_new();
    names->numbers = g_hash_table_new(g_str_hash, g_str_equal);
    return names;
}

void names_free(Names *names)
{
    g_hash_table_destroy(names->numbers);
    g_ptr_array_unref(names->by_number);
    g_string_chunk_free(names->strings);
    g_free(names);
}

static guint add(Names *names, const char *name)
{
    char *kept = g_string_chunk_insert(names->strings, name);
    g_ptr_array_add(names->by_number, kept);
    g_hash_table_insert(names->numbers, kept, GUINT_TO_POINTER(names->by_number->len));
    return names->by_number->len;
}

guint names_number(Names *names, const char *name)
{
    if (names->by_number->len > 0 && strcmp(names_text(names, names->last), name) == 0)
        return names->last;
    guint known = GPOINTER_TO_UINT(g_hash_table_lookup(names->numbers, name));
    names->last = (known ? known : add(names, name)) - 1;
    return names->last;
}

guint names_count(const Names *names)
{
    return names->by_number->len;
}

const char *names_text(const Names *names, guint number)
{
    g_assert(number < names->by_number->len);
    return names->by_number->pdata[number];
}
