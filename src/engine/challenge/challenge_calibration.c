/* Challenge calibration: between two knots both count by nearness. */
#include "engine/challenge/challenge_calibration.h"
#include "engine/maths/odds.h"

/* Logits squared: how far a good model may be off for people of another place, and for one learner beside that. */
#define KNOT_VARIANCE 0.01
#define LEARNER_VARIANCE 0.01

ChallengeCalibration challenge_calibration_begin(void)
{
    ChallengeCalibration calibration = { 0 };
    for (guint i = 0; i < CALIBRATION_KNOTS; i++)
        calibration.knots[i].variance = KNOT_VARIANCE;
    challenge_calibration_next(&calibration);
    return calibration;
}

void challenge_calibration_next(ChallengeCalibration *calibration)
{
    calibration->learner = (ChallengeShift){ .variance = LEARNER_VARIANCE };
}

/* The knot below, and how near the one above is, 0..1. */
static guint place(double logit, double *above)
{
    const double position = (logit + CALIBRATION_LOGIT) / (2 * CALIBRATION_LOGIT) * (CALIBRATION_KNOTS - 1);
    const double inside = CLAMP(position, 0, CALIBRATION_KNOTS - 1);
    const guint knot = MIN((guint)inside, CALIBRATION_KNOTS - 2);
    *above = inside - knot;
    return knot;
}

double challenge_calibration_expect(const ChallengeCalibration *calibration, double logit)
{
    double above;
    const guint knot = place(logit, &above);
    return odds_sigmoid(logit + calibration->learner.mean + (1 - above) * calibration->knots[knot].mean +
                        above * calibration->knots[knot + 1].mean);
}

static void learn(ChallengeShift *shift, double information, double surprise)
{
    shift->variance = 1 / (1 / shift->variance + information);
    shift->mean += shift->variance * surprise;
}

void challenge_calibration_learn(ChallengeCalibration *calibration, double logit, double score)
{
    double above;
    const guint knot = place(logit, &above);
    const double p = challenge_calibration_expect(calibration, logit), slope = p * (1 - p), surprise = score - p;
    learn(&calibration->learner, slope, surprise);
    learn(&calibration->knots[knot], slope * (1 - above), surprise * (1 - above));
    learn(&calibration->knots[knot + 1], slope * above, surprise * above);
}
