/* Grade: an open answer against a rubric. Deterministic and offline; the later graders fill the same result.
 *
 * For each criterion the share of its ideas that were said, an idea being said when the words of one of its phrasings
 * (or of a passage of the model answer that speaks of it) are covered by nearby words of the answer that are not
 * negated otherwise than the phrasing is. Beside it, the probability that people would call such an answer right, by
 * its likeness to the model answers: weights learnt from public data (grade_model.h). What only looks like an answer
 * (grade_sham.h) does not pass. docs/how-it-grades.md has the formulas and what was measured. */
#pragma once

#include "engine/grade/grade_correction.h"

typedef struct {
    const char *const *phrasings;
    guint n_phrasings;
} GradeIdea;

typedef struct {
    const char *name;
    double weight;
    const GradeIdea *ideas;
    guint n_ideas;
} GradeCriterion;

typedef struct {
    const GradeCriterion *criteria;
    guint n_criteria;
    const GradeIdea *misconceptions;
    guint n_misconceptions;
    const char *prompt;        /* pasted back it earns nothing; may be NULL */
    const char *const *models; /* model answers */
    guint n_models;
    const char *language;
} GradeRubric;

typedef enum { VERDICT_MISSING, VERDICT_PARTLY, VERDICT_THERE } GradeVerdict;

/* Bytes of the answer: [start, end). */
typedef struct {
    guint start, end;
} GradeSpan;

typedef struct {
    GradeVerdict verdict;
    double coverage;  /* 0..1 */
    GArray *evidence; /* GradeSpan, in order, not overlapping; owned by the result */
} GradeCriterionResult;

typedef struct {
    double score;           /* 0..1: weighted coverage and likeness to the model answers, less for misconceptions */
    double certainty;       /* 0..1: probability that people would agree that it passes, or that it does not */
    GArray *criteria;       /* GradeCriterionResult, one each */
    GArray *misconceptions; /* GArray of struct { guint index; GradeSpan where; }: GradeMisconceptionHit */
    int next;               /* index of the criterion to work on first; -1 when all are there */
    const char *note;       /* why nothing was graded ("empty", "question", "too-short"), a constant; NULL normally */
} GradeResult;

typedef struct {
    guint index;
    GradeSpan where;
} GradeMisconceptionHit;

/* A rubric made ready to be graded against: its words cut and stemmed, its model answers searched, which takes longer
 * than grading does. Immutable: shared by all threads. Borrows nothing from the rubric; `lexicon` may be NULL and must
 * outlive it. Free with grade_ready_free. */
typedef struct GradeReady GradeReady;
GradeReady *grade_ready_new(const Lexicon *lexicon, const GradeRubric *rubric);
void grade_ready_free(GradeReady *ready);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GradeReady, grade_ready_free)
/* The rubric's. */
const char *grade_ready_language(const GradeReady *ready);

/* As grade_answer, of a rubric that is ready. */
GradeResult *grade_ready_answer(const GradeReady *ready, const char *answer);

/* The same with what people's scores of this exercise taught; `correction` may be NULL. */
GradeResult *grade_ready_answer_corrected(const GradeReady *ready, const GradeCorrection *correction,
                                          const char *answer);

/* An answer that a person has scored. */
typedef struct {
    const char *answer;
    double score; /* 0..1, as GradeResult has it */
} GradeSample;
/* Learns from all samples of the rubric's exercise, in the order in which they were scored; a few hundred take some ten
 * milliseconds. Free with grade_correction_free. */
GradeCorrection *grade_ready_learn(const GradeReady *ready, const GradeSample *samples, guint n);

/* `answer`: UTF-8, any length up to 64 KiB (more is cut). `lexicon` may be NULL. Free with grade_result_free. */
GradeResult *grade_answer(const Lexicon *lexicon, const GradeRubric *rubric, const char *answer);
/* The score that verdicts alone make, for a grader that has nothing else: the weighted mean of there 1, partly 1/2,
 * missing 0, less for misconceptions as grade_answer() has it. 0..1. */
double grade_verdict_score(const GradeVerdict *verdicts, const double *weights, guint n, guint n_misconceptions);

void grade_result_free(GradeResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GradeResult, grade_result_free)
