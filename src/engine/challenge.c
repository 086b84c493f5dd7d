/* Challenge: an online logistic rating (Elo whose step is the posterior variance). Knows the formula of challenge.h and
 * hides its constants. One attempt is one step of an extended Kalman filter on the pair (ability, difficulty),
 * covariance left out:
 *
 *   gain   g = dp/d(logit)        information I = g^2 / (p (1 - p))
 *   mean     += variance * g * (score - p) / (p (1 - p))      variance = 1 / (1/variance + I)
 *
 * after drift has been added to the variances, since people change and exercises are edited. */
#include "engine/challenge.h"

#include <math.h>

/* Logits between an exercise about something forgotten and the same one freshly remembered. A prior: to be replaced by
 * a fit. */
#define MEMORY_GAIN 2.0
/* What a concept never practised counts as: people know something of most things they are taught. */
#define RETRIEVABILITY_NEW 0.4

/* Added to the variance with each attempt, in logits squared: ability moves, an exercise hardly. They are also what
 * keeps the estimates from ever standing still. */
#define DRIFT_ABILITY 0.004
#define DRIFT_DIFFICULTY 0.001
#define VARIANCE_MIN 0.005
#define VARIANCE_MAX 4.0
#define MEAN_MAX 6.0 /* logits; beyond it nothing is learnt */
#define STEP_MAX 1.0 /* logits that one attempt may move an estimate */

#define DIFFICULTY_VARIANCE 0.5 /* of an exercise nobody has answered */
#define HINT_LOGITS 0.7         /* between an author's easy, medium and hard */

/* Keeps p away from 0 and 1, where one surprise would be worth infinitely much. */
#define PROBABILITY_EDGE 0.01
#define FLOOR_MAX 0.9

static double bounded(double value, double low, double high, double otherwise)
{
    return isfinite(value) ? CLAMP(value, low, high) : otherwise;
}

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

static double logit_of(ChallengeEstimate ability, ChallengeEstimate difficulty, double retrievability)
{
    double memory = retrievability >= 0 ? MIN(retrievability, 1) : RETRIEVABILITY_NEW;
    return bounded(ability.mean, -MEAN_MAX, MEAN_MAX, 0) - bounded(difficulty.mean, -MEAN_MAX, MEAN_MAX, 0) +
           MEMORY_GAIN * (memory - 0.5);
}

ChallengeEstimate challenge_difficulty_prior(double kind_difficulty, int hint)
{
    return (ChallengeEstimate){
        .mean = bounded(kind_difficulty, -MEAN_MAX, MEAN_MAX, 0) + HINT_LOGITS * CLAMP(hint, -1, 1),
        .variance = DIFFICULTY_VARIANCE,
    };
}

double challenge_floor(int options, int correct)
{
    if (options <= 1 || correct <= 0)
        return 0;
    return correct == 1 ? 1.0 / options : pow(2, -options);
}

double challenge_predict(ChallengeEstimate ability, ChallengeEstimate difficulty, double retrievability, double floor)
{
    double guess = bounded(floor, 0, FLOOR_MAX, 0);
    return guess + (1 - guess) * sigmoid(logit_of(ability, difficulty, retrievability));
}

static void step(ChallengeEstimate *estimate, double drift, double surprise, double information, double direction)
{
    double variance = bounded(estimate->variance, VARIANCE_MIN, VARIANCE_MAX, 1) + drift;
    double posterior = 1 / (1 / variance + information);
    double change = CLAMP(posterior * surprise, -STEP_MAX, STEP_MAX);
    double mean = bounded(estimate->mean, -MEAN_MAX, MEAN_MAX, 0) + direction * change;
    estimate->mean = CLAMP(mean, -MEAN_MAX, MEAN_MAX);
    estimate->variance = CLAMP(posterior, VARIANCE_MIN, VARIANCE_MAX);
}

void challenge_update(ChallengeEstimate *ability, ChallengeEstimate *difficulty, double retrievability, double floor,
                      double score)
{
    if (!isfinite(score))
        return;

    double guess = bounded(floor, 0, FLOOR_MAX, 0);
    double known = sigmoid(logit_of(*ability, *difficulty, retrievability));
    double predicted = CLAMP(guess + (1 - guess) * known, PROBABILITY_EDGE, 1 - PROBABILITY_EDGE);
    double spread = predicted * (1 - predicted);
    double slope = (1 - guess) * known * (1 - known);

    double surprise = slope * (CLAMP(score, 0, 1) - predicted) / spread;
    double information = slope * slope / spread;
    step(ability, DRIFT_ABILITY, surprise, information, 1);
    step(difficulty, DRIFT_DIFFICULTY, surprise, information, -1);
}
