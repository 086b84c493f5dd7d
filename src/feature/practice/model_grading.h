/* Model grading: a language model's look at an open answer, after the built-in grader's. The learner has the built-in
 * feedback by then; the model's takes its place when it comes, and if it never comes nothing is missing. Memory and all
 * that is reckoned from attempts goes on from the built-in score, and the attempt stays as it is.
 *
 * Knows whom it may be asked for, keeps what went to and fro, and tells the person's screens; hides the client of the
 * endpoint. What is asked is in model_grading_prompt.h, what is believed of the reply in model_grading_reply.h. */
#pragma once

#include "feature/practice/practice.h"

/* What the settings say; `grader` is NULL when they name no endpoint. INVALID when the address cannot be one. Borrows
 * the app, which must outlive it. Free with model_grader_free. */
gboolean model_grader_new(App *app, ModelGrader **grader, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Ends what is under way and waits for it; from then on nothing is asked. To be called while the app's server is still
 * there; any thread. */
void model_grader_close(ModelGrader *grader);

/* Closes it, unless it is. Nobody may use it any more. */
void model_grader_free(ModelGrader *grader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ModelGrader, model_grader_free)

/* Asks about an attempt that was just committed, and does not wait. FALSE when there is nobody to ask, the
 * organisation does not allow it, or the attempt is none to ask about: not open, or nothing in it to judge. */
gboolean model_grading_begin(App *app, const Attempt *attempt, StoredExercise *exercise);
