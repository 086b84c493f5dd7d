/* An exercise as JSON, as the database keeps it: everything in PackExercise but its slug and line. Without loss.
 *
 *   kind, difficulty (-1, 0, 1), prompt, and where there is one: name
 *   choose:   options [{text, feedback, correct}]
 *   a rubric: criteria [{name, weight, ideas [[phrasing]]}], misconceptions [{phrasings, correction}], models [text]
 *   roleplay: scene {buyer, temperament, goal, opens, facts [{text, phrasings}], objections [{text, phrasings}], turns}
 *   reflect:  follow_up, where there is one */
#pragma once

#include "content/pack.h"
#include <jansson.h>

/* The caller owns the reference. The exercise is whole, as it is in a Pack. */
json_t *exercise_to_json(const PackExercise *exercise);
/* NULL, with WHET_ERROR_FAILED, when it is not what exercise_to_json() makes: a key that is missing, unknown or of the
 * wrong type, a limit that is passed. Free with pack_exercise_free. */
PackExercise *exercise_from_json(const char *slug, const json_t *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pack_exercise_free(PackExercise *exercise);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PackExercise, pack_exercise_free)
