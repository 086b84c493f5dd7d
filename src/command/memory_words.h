/* What `whet replay`, `fit memory` and `eval memory` share: reading what their options name. Notes about what was put
 * right go to stderr. */
#pragma once

#include "command/review_file.h"
#include "engine/memory/memory.h"

#include <jansson.h>

/* The reviews of the file `path`; `unit` is NULL (seconds) or what --unit says. NULL on error; free with
 * review_file_free. */
ReviewFile *memory_words_reviews(const char *path, const char *unit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The algorithm of that name; FSRS-6 for NULL. */
gboolean memory_words_algorithm(const char *name, MemoryAlgorithm *algorithm, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The model in the file `path`: a JSON array of 34 (FSRS-7), 21 (FSRS-6), 19 or 17 (FSRS-5 and 4.5, converted) numbers,
 * or an object with such an array as `parameters`, as `whet fit memory --json` prints it. Weights beyond their bounds
 * are clipped, with a note. */
gboolean memory_words_parameters(const char *path, MemoryModel *model, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A number for JSON; null when it is not finite. */
json_t *memory_words_number(double value);
