/* An exercise as JSON, as the database keeps it: everything in PackExercise but its slug and line. Without loss. */
#pragma once

#include "content/pack.h"
#include <jansson.h>

json_t *exercise_to_json(const PackExercise *exercise);
/* NULL, with WHET_ERROR_FAILED, when it is not what exercise_to_json() makes. Free with pack_exercise_free. */
PackExercise *exercise_from_json(const char *slug, const json_t *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pack_exercise_free(PackExercise *exercise);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PackExercise, pack_exercise_free)
