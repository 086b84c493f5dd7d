/* Grade correction: what the answers of one exercise that people have scored teach about its next ones. Knows how that
 * is learnt, and how it is kept as text; hides the weights.
 *
 * A logistic regression with a ridge (logistic.h) on top of the margin that the grader came to by itself: an offset for
 * the exercise and a weight for each word and pair of neighbours. An answer's words share a fixed length, and so do its
 * pairs, so that long answers do not count for more. Without labels it says nothing, and with few it says little: such
 * weights hurt on questions that nobody has labelled. */
#pragma once

#include "engine/grade/answer_reading.h"

enum {
    CORRECTION_LABELS_MOST = 400,  /* the last ones count */
    CORRECTION_WEIGHTS_MOST = 500, /* the largest are kept */
    CORRECTION_JSON_BYTES_MOST = 128 * 1024,
};

/* An answer that somebody has scored. */
typedef struct {
    const AnswerReading *reading; /* borrowed */
    double margin;                /* logit that the grader gave without correction */
    double score;                 /* 0..1, the person's */
} GradeLabel;

typedef struct GradeCorrection GradeCorrection;

/* Learns from all labels of one exercise, in the order in which they came. Deterministic; a few milliseconds for a
 * hundred. Free with grade_correction_free. */
GradeCorrection *grade_correction_learn(const GradeLabel *labels, guint n);
void grade_correction_free(GradeCorrection *correction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GradeCorrection, grade_correction_free)

/* What is added to the margin of an answer; 0 for a correction that is NULL. */
double grade_correction_shift(const GradeCorrection *correction, const AnswerReading *reading);
/* How many labels it was learnt from. */
guint grade_correction_labels(const GradeCorrection *correction);

/* {"labels": 12, "offset": -0.3, "words": {"closed path": 0.41, …}}, at most CORRECTION_JSON_BYTES_MOST. The text has
 * words of the labelled answers, as stems. Free with g_free. */
char *grade_correction_to_json(const GradeCorrection *correction);
/* NULL when the text is none of ours. Free with grade_correction_free. */
GradeCorrection *grade_correction_from_json(const char *json);
