/* The exercises of a concept: headings, names and difficulties, and what each kind wants below its heading. */
#pragma once

#include "content/pack_lines.h"

/* TRUE when the line starts an exercise. */
gboolean exercise_starts(const Line *line);

/* The exercises in the lines from `from` on, PackExercise *. Problems leave them incomplete. Free with
 * g_ptr_array_unref. */
GPtrArray *exercises_parse(const GArray *lines, guint from, const ProblemSink *sink);

/* Reports lines in [from, to) that look like the heading of an exercise and are none. */
void exercise_check_headings(const GArray *lines, guint from, guint to, const ProblemSink *sink);
