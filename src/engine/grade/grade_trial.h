/* Grade trial: a file of answers that people have judged, and a grader that learns from some of them and is tried on
 * the others. Knows what may be learnt from what; hides the folds.
 *
 * Answers of the split 0 are learnt from: the weights of the model, and for each of their questions a correction. The
 * margins that a correction starts from come from models that have not seen those answers, as will be so with the
 * answers that are tried. */
#pragma once

#include "engine/grade/grade_correction.h"
#include "engine/grade/grade_model.h"

enum { TRIAL_LEARN = 0 /* split of the answers that are learnt from */ };

typedef struct {
    const char *text; /* may be NULL */
    const char *const *references;
    guint n_references;
} TrialQuestion;

typedef struct {
    guint question; /* index in the set's questions */
    guint split;
    const char *answer;
    double score; /* 0..1 */
} TrialRow;

typedef struct {
    const Lexicon *lexicon; /* may be NULL */
    const char *language;
    const TrialQuestion *questions;
    guint n_questions;
    const TrialRow *rows;
    guint n_rows;
} TrialSet;

typedef struct {
    gboolean shipped; /* the shipped weights, and nothing is learnt from the split TRIAL_LEARN */
    gboolean rubric;  /* judged as the server does, by grade.h with the shipped weights: a rubric of one criterion with
                         one idea, of which every reference is a phrasing and a model answer */
    gboolean twice;   /* every answer is learnt from a second time, beside one reference of its question alone, for
                         weights that hold for questions with one as well */
    guint coach;      /* labels given for each question and split that is tried: its first rows */
} TrialWish;

typedef struct GradeTrial GradeTrial;

/* Learns. Borrows the set. Free with grade_trial_free. */
GradeTrial *grade_trial_new(const TrialSet *set, const TrialWish *wish);
void grade_trial_free(GradeTrial *trial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GradeTrial, grade_trial_free)

/* Whether a row is to be judged: it is not learnt from, and is none of the coach's labels. */
gboolean grade_trial_is_judged(const GradeTrial *trial, guint row);
/* Probability that people call the answer of a row right; cuts and compares it anew. */
double grade_trial_judge(const GradeTrial *trial, guint row);
/* The model's weights. */
const GradeWeights *grade_trial_weights(const GradeTrial *trial);
/* Calibrations of the server's grader on what was learnt from: with margins of models that have not seen the question,
 * and without margins. */
void grade_trial_calibrate(const GradeTrial *trial, GradeCalibration *beside_models, GradeCalibration *alone);
