/* Parameters from outside are bounded and checked before anything is computed with them. */
#include "command/memory_words.h"

#include "engine/memory/fsrs6_older.h"
#include "platform/csv.h"
#include "platform/error.h"
#include "platform/json.h"
#include "platform/unpack.h"

#include <math.h>
#include <string.h>

enum { PARAMETERS_BYTES_MOST = 64 * 1024 };

ReviewFile *memory_words_reviews(const char *path, const char *unit, GError **error)
{
    ReviewUnit parsed = REVIEW_UNIT_SECONDS;
    if (unit && !review_unit_parse(unit, &parsed, error))
        return NULL;
    g_autoptr(GString) notes = g_string_new(NULL);
    ReviewFile *file = review_file_read(path, parsed, notes, error);
    g_printerr("%s", notes->str);
    return file;
}

gboolean memory_words_algorithm(const char *name, MemoryAlgorithm *algorithm, GError **error)
{
    *algorithm = MEMORY_FSRS6;
    if (!name || memory_algorithm_named(name, algorithm))
        return TRUE;
    g_autofree char *quoted = csv_quoted(name);
    g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "the model is fsrs6 or fsrs7, not %s", quoted);
    return FALSE;
}

static GString *read_text(const char *path, GError **error)
{
    g_autoptr(Unpack) unpack = unpack_open(path, error);
    if (!unpack)
        return NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    char bytes[4096];
    gssize got;
    while ((got = unpack_read(unpack, bytes, sizeof bytes, error)) > 0) {
        g_string_append_len(text, bytes, got);
        if (text->len > PARAMETERS_BYTES_MOST) {
            g_set_error(error, WHET_ERROR, WHET_ERROR_TOO_LARGE, "%s: too long for a list of parameters",
                        unpack_name(unpack));
            return NULL;
        }
    }
    return got < 0 ? NULL : g_steal_pointer(&text);
}

static json_t *read_array(const char *path, GError **error)
{
    g_autoptr(GString) text = read_text(path, error);
    if (!text)
        return NULL;
    json_error_t problem;
    g_autoptr(json_t) root = json_loadb(text->str, text->len, JSON_REJECT_DUPLICATES, &problem);
    if (!root) {
        g_autofree char *reason = csv_quoted(problem.text);
        g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s, line %d: no JSON: %s", path, problem.line, reason);
        return NULL;
    }
    json_t *array = json_is_object(root) ? json_object_get(root, "parameters") : root;
    if (!json_is_array(array)) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s: a JSON array of parameters is expected", path);
        return NULL;
    }
    return json_incref(array);
}

static gboolean read_numbers(const char *path, const json_t *array, double *weights, GError **error)
{
    for (guint i = 0; i < json_array_size(array); i++) {
        const json_t *value = json_array_get(array, i);
        if (!json_is_number(value)) {
            g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s: parameter %u (w%u) is not a number", path, i + 1,
                        i);
            return FALSE;
        }
        weights[i] = json_number_value(value);
    }
    return TRUE;
}

static void note_clipped(const char *path, const double *weights, const MemoryModel *model)
{
    guint n = memory_algorithm_info(model->algorithm)->n_weights;
    for (guint i = 0; i < n; i++)
        if (model->w[i] != weights[i])
            g_printerr("%s: w%u = %g is out of bounds, %g is used\n", path, i, weights[i], model->w[i]);
}

gboolean memory_words_parameters(const char *path, MemoryModel *model, GError **error)
{
    g_autoptr(json_t) array = read_array(path, error);
    if (!array)
        return FALSE;
    guint n = (guint)MIN(json_array_size(array), G_MAXUINT);
    gboolean is_older = n == FSRS45_WEIGHTS || n == FSRS5_WEIGHTS;
    if (!is_older && n != MEMORY_WEIGHTS_FSRS6 && n != MEMORY_WEIGHTS_FSRS7) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID,
                    "%s: there are %u parameters; FSRS-6 has 21, FSRS-7 has 34, FSRS-5 19 and FSRS-4.5 17", path, n);
        return FALSE;
    }
    double given[MEMORY_WEIGHTS_MOST], weights[MEMORY_WEIGHTS_MOST];
    if (!read_numbers(path, array, given, error))
        return FALSE;
    if (fsrs6_from_older(given, n, weights)) {
        g_printerr("%s: %u parameters of an older version are converted to FSRS-6\n", path, n);
        n = MEMORY_WEIGHTS_FSRS6;
    } else {
        memcpy(weights, given, n * sizeof *weights);
    }
    if (!memory_model_init(model, weights, n)) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s: the parameters are not finite", path);
        return FALSE;
    }
    note_clipped(path, weights, model);
    return TRUE;
}

json_t *memory_words_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}
