/* Grade model: from what an answer has in common with its key to the probability that people would call it right. Knows
 * the two steps of the model and how both are fitted; hides their numbers.
 *
 * The margin (logit) is  b + sum_k w_k (x_k - mean_k) / scale_k  over the features of answer_reading.h, which hold for
 * any question, and for a model fitted to a file of one subject also the sum of the weights of its cues, words and
 * pairs that tell right from wrong in that subject. Both are logistic regressions with a ridge (logistic.h); the second
 * takes the first as given. */
#pragma once

#include "engine/grade/answer_reading.h"

typedef struct {
    double mean, scale, weight;
} GradeWeight;

/* Weights of the features that were learnt from public data and hold without cues. */
typedef struct {
    GradeWeight features[FEATURES];
    double intercept;
} GradeWeights;

/* Learnt from public data; grade_weights.c says which, and the command that made them. */
extern const GradeWeights grade_weights_shipped;

/* Probability that people call an answer right, by how far it covers a rubric and by its margin:
 * logit = intercept + coverage * c + margin * m. */
typedef struct {
    double intercept, coverage, margin;
} GradeCalibration;

/* Learnt from the same data: beside model answers, and without any (then `margin` is 0). */
extern const GradeCalibration grade_calibration_shipped, grade_calibration_alone;

typedef struct GradeModel GradeModel;

/* Free with grade_model_free. */
GradeModel *grade_model_new(const GradeWeights *weights);
void grade_model_free(GradeModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GradeModel, grade_model_free)

/* An answer that people have judged. */
typedef struct {
    const AnswerReading *reading; /* borrowed */
    guint question;               /* which; any numbers */
    double score;                 /* 0..1 */
} GradeExample;

/* Fits a model to `n` examples; without any it calls everything equally likely. How strongly cues are held to 0 is
 * chosen by cross-validation over questions: they earn their weights on questions they were not learnt from.
 * Deterministic. Free with grade_model_free. */
GradeModel *grade_model_fit(const GradeExample *examples, guint n);
/* The same with the choice of `like`, much faster. */
GradeModel *grade_model_fit_like(const GradeModel *like, const GradeExample *examples, guint n);

/* Logit of the probability that people call the answer right. */
double grade_model_margin(const GradeModel *model, const AnswerReading *reading);
/* The features' part of it. */
double grade_weights_margin(const GradeWeights *weights, const double features[FEATURES]);
const GradeWeights *grade_model_weights(const GradeModel *model);

/* Fits a calibration to `n` answers: coverage 0..1 and margin as the grader gives them, score 0..1 as people do.
 * Margins should come from models that have not seen the answers. `margins` may be NULL. */
GradeCalibration grade_calibration_fit(const double *coverages, const double *margins, const double *scores, guint n);
double grade_calibration_probability(const GradeCalibration *calibration, double coverage, double margin);
