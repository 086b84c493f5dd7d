/* Grading: an answer to an exercise, of whatever kind, to a score and what stands behind it. Pure: no database, no
 * clock. */
#pragma once

#include "content/pack.h"
#include "engine/grade/grade.h"
#include "feature/practice/practice.h"

typedef struct {
    double score;       /* 0..1; negative: not graded */
    const char *grader; /* "options", "built-in", "none"; a constant */
    json_t *answer;     /* what is kept of the answer, see grading_answer(): {"choices": […]} or {"text": "…"} */
    json_t *result;     /* what is kept of the judgement; see grading.c */
} Grading;
void grading_clear(Grading *grading);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Grading, grading_clear)

enum { ANSWER_CHARACTERS_MAX = 8000 };

/* Verdicts as they are kept and sent: by GradeVerdict, NULL-terminated. */
extern const char *const grading_verdict_names[];

/* What is kept of an answer, whether it fits its exercise or not. */
json_t *grading_answer(const AttemptInput *input);

/* FALSE, with WHET_ERROR_INVALID, when the answer does not fit the exercise. */
gboolean grading_judge(const Lexicon *lexicon, StoredExercise *exercise, const char *language,
                       const AttemptInput *input, Grading *grading, GError **error) G_GNUC_WARN_UNUSED_RESULT;
