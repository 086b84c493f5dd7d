/* What a language model is asked about an answer. Pure: chance comes in.
 *
 * The instructions are fixed. The exercise, its rubric and the answer are data: each stands between marks that cannot
 * occur in it (platform/ai/prompt.h), and nothing else of the learner goes in: no names, no addresses, no ids. No score
 * is asked for. */
#pragma once

#include <jansson.h>

#include "content/pack.h"

enum {
    MODEL_QUOTES_MOST = 4, /* for one criterion */
};

extern const char model_grading_instructions[];

/* The message with the exercise and the answer. `nonce`: from prompt_nonce(). Free with g_free. */
char *model_grading_question(const PackExercise *exercise, const char *answer, const char *nonce);

/* The JSON Schema of the reply:
 *   {"criteria": [{"criterion": 1, "verdict": "there", "quotes": ["…"]}],
 *    "misconceptions": [{"misconception": 1, "quote": "…"}], "next": "…"}
 * Criteria and misconceptions are numbered from 1, as in the question. Free with json_decref. */
json_t *model_grading_schema(const PackExercise *exercise);
