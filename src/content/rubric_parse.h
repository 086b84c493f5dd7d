/* The rubric of an open exercise: criteria, misconceptions and model answers.
 *
 * Knows how ideas and phrasings are written; the scene of a roleplay writes its cues in the same way. */
#pragma once

#include "content/exercise_body.h"

/* Reads the items [0, n) of `items` that `taken` does not mark, and the quotations, into the exercise's criteria,
 * misconceptions and models. `labels` are those that the kind knows, for the remedy of an item that is nothing. */
void rubric_parse(PackExercise *exercise, const Body *body, const gboolean *taken, const char *const *labels,
                  gsize n_labels, const ProblemSink *sink);

/* One idea: phrasings with | between them. NULL when it has none. `what` says whose it is, for the problem: "the fact".
 */
PackIdea *rubric_idea(const char *text, int line, const char *what, const ProblemSink *sink);
