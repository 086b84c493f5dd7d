/* What is believed of a language model's reply. Pure.
 *
 * Nothing is taken as it is said:
 * - A quote that does not stand in the answer is dropped. (Space is one space, and what prompt_clean() takes out of the
 *   answer need not be in the quote.)
 * - "there" and "partly" need a quote. A criterion for which there is none left, or of which nothing is said, keeps the
 *   built-in grader's verdict and evidence: praise that is made up moves no verdict.
 * - A misconception needs its quote. Those that the built-in grader met stay.
 * - The score is reckoned from the verdicts, as the engine does (grade_verdict_score()); a score that a model states is
 *   not read.
 * - The sentence about the next step is cut to one line of MODEL_ADVICE_CHARACTERS_MOST and cleaned of all that is not
 *   text.
 * When no verdict is left that is the model's own, the reply is of no use as a whole. */
#pragma once

#include <jansson.h>

#include "content/pack.h"

enum { MODEL_ADVICE_CHARACTERS_MOST = 300 };

/* `answer`: as it was kept. `built_in`: the attempt's result (see grading.c). `reply`: of model_grading_schema(),
 * though anything else does no harm. The result has the form of `built_in`, without certainty and coverage, and with
 * "score" and "advice", a sentence or null. Free with json_decref. NULL, with WHET_ERROR_FAILED, when it is of no use.
 */
json_t *model_grading_read(const PackExercise *exercise, const char *answer, const json_t *built_in,
                           const json_t *reply, GError **error) G_GNUC_WARN_UNUSED_RESULT;
