/* Challenge calibration: keeps predicted probabilities true while they are compared with what happens, one attempt
 * after the other: a shift of the logit that depends on the logit, for everybody (a curve through a few knots), and a
 * shift of the learner's own. Each value is a Kalman filter whose prior is that the model is right. */
#pragma once

#include <glib.h>

enum { CALIBRATION_KNOTS = 8 };

typedef struct {
    double mean, variance; /* logits */
} ChallengeShift;

typedef struct {
    ChallengeShift knots[CALIBRATION_KNOTS]; /* evenly from -CALIBRATION_LOGIT to CALIBRATION_LOGIT */
    ChallengeShift learner;
} ChallengeCalibration;

#define CALIBRATION_LOGIT 3.0

ChallengeCalibration challenge_calibration_begin(void);
/* Another learner. */
void challenge_calibration_next(ChallengeCalibration *calibration);
/* Probability for a logit of the model. */
double challenge_calibration_expect(const ChallengeCalibration *calibration, double logit);
/* After an attempt with that logit scored `score` in [0,1]. */
void challenge_calibration_learn(ChallengeCalibration *calibration, double logit, double score);
