/* Packs from anywhere: any bytes as the files of a pack. What parses must survive the way into the database and back.
 *
 * Files are separated by lines of "%%% name"; what comes before the first is a concept's file. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "content/exercise_json.h"
#include "content/markdown.h"
#include "content/pack.h"

#define SEPARATOR "\n%%% "

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_file(GPtrArray *files, const char *name, gsize name_length, const char *bytes, gsize length)
{
    PackFile *file = g_new0(PackFile, 1);
    file->name = g_strndup(name, name_length);
    file->bytes = g_bytes_new(bytes, length);
    g_ptr_array_add(files, file);
}

static GPtrArray *split(const char *data, gsize size)
{
    GPtrArray *files = g_ptr_array_new_with_free_func((GDestroyNotify)pack_file_free);
    const char *end = data + size;
    const char *name = "first.md";
    gsize name_length = strlen(name);
    for (const char *start = data; start;) {
        const char *next = memmem(start, (gsize)(end - start), SEPARATOR, strlen(SEPARATOR));
        if (next != start)
            add_file(files, name, name_length, start, (gsize)((next ? next : end) - start));
        if (!next)
            break;
        name = next + strlen(SEPARATOR);
        const char *line_end = memchr(name, '\n', (gsize)(end - name));
        name_length = (gsize)((line_end ? line_end : end) - name);
        start = line_end ? line_end + 1 : end;
    }
    return files;
}

static void check_exercise(const PackExercise *exercise)
{
    json_t *json = exercise_to_json(exercise);
    g_assert(json);
    char *dumped = json_dumps(json, 0);
    json_t *loaded = json_loads(dumped, 0, NULL);
    g_assert(loaded);
    g_autoptr(GError) error = NULL;
    g_autoptr(PackExercise) read = exercise_from_json(exercise->slug, loaded, &error);
    g_assert_no_error(error);
    json_t *again = exercise_to_json(read);
    g_assert(json_equal(json, again));
    free(dumped);
    json_decref(json);
    json_decref(loaded);
    json_decref(again);
}

static void check_pack(const Pack *pack)
{
    for (guint i = 0; i < pack->concepts->len; i++) {
        const PackConcept *concept = pack->concepts->pdata[i];
        g_assert(concept->id && concept->title && concept->skill && concept->exercises->len > 0);
        for (guint k = 0; k < concept->exercises->len; k++)
            check_exercise(concept->exercises->pdata[k]);
    }
}

static void check_problems(const GPtrArray *problems)
{
    g_assert(problems->len <= 201);
    for (guint i = 0; i < problems->len; i++) {
        g_autofree char *text = pack_problem_format(problems->pdata[i]);
        g_assert(g_utf8_validate(text, -1, NULL));
        g_assert(!strchr(text, '\n'));
    }
}

static void check_markdown(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    json_t *tree = markdown_to_json(text);
    char *dumped = json_dumps(tree, 0);
    g_assert(dumped);
    free(dumped);
    json_decref(tree);
    g_free(markdown_to_text(text));
}

/* As if the database had been damaged. */
static void check_json(const uint8_t *data, size_t size)
{
    json_t *json = json_loadb((const char *)data, size, JSON_ALLOW_NUL, NULL);
    if (!json)
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(PackExercise) exercise = exercise_from_json("choose-1", json, &error);
    g_assert((exercise == NULL) == (error != NULL));
    if (exercise)
        check_exercise(exercise);
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GPtrArray) files = split((const char *)data, size);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)pack_problem_free);
    g_autoptr(Pack) pack = pack_parse("fuzz", files, problems);
    g_assert((pack == NULL) == (problems->len > 0));
    if (pack)
        check_pack(pack);
    check_problems(problems);
    check_markdown(data, size);
    check_json(data, size);
    return 0;
}
