/* Challenge weights: terms, prediction and the filter. */
#include "engine/challenge/challenge_weights.h"
#include "engine/maths/odds.h"

const ChallengeWeights challenge_weights_default = {
    .terms = { [CHALLENGE_MEMORY] = 2.0 },
    .overall_variance = 0.5,
    .ability_variance = 0.5,
    .difficulty_variance = 0.5,
    .overall_drift = 0.002,
    .ability_drift = 0.004,
    .difficulty_drift = 0.001,
};

const char *const challenge_term_names[CHALLENGE_TERMS] = {
    [CHALLENGE_CONSTANT] = "constant",
    [CHALLENGE_MEMORY] = "memory",
    [CHALLENGE_CONCEPT_WINS] = "concept_wins",
    [CHALLENGE_CONCEPT_LOSSES] = "concept_losses",
    [CHALLENGE_SKILL_WINS] = "skill_wins",
    [CHALLENGE_SKILL_LOSSES] = "skill_losses",
    [CHALLENGE_LAST] = "last",
    [CHALLENGE_GAP] = "gap",
    [CHALLENGE_RECENT] = "recent",
};

const ChallengeInput challenge_input_unknown = {
    .retrievability = NAN,
    .concept_wins = NAN,
    .concept_losses = NAN,
    .skill_wins = NAN,
    .skill_losses = NAN,
    .last = NAN,
    .gap = NAN,
    .recent = NAN,
};

#define RETRIEVABILITY_NEW 0.4 /* a concept never practised: people know something of most things they are taught */
#define COUNT_MOST 1e6
#define LOGIT_MOST 12.0
#define MEAN_MOST 6.0
#define VARIANCE_LEAST 0.002
#define VARIANCE_MOST 4.0
#define FLOOR_MOST 0.9
/* Keeps p away from 0 and 1, where one surprise would be worth infinitely much. */
#define PROBABILITY_EDGE 0.01

static double within(double value, double low, double high, double otherwise)
{
    return isfinite(value) ? CLAMP(value, low, high) : otherwise;
}

static double log_more(double count)
{
    return isnan(count) ? 0 : log1p(CLAMP(count, 0, COUNT_MOST));
}

static double memory_of(double retrievability)
{
    if (isnan(retrievability))
        return 0;
    return (retrievability < 0 ? RETRIEVABILITY_NEW : MIN(retrievability, 1)) - 0.5;
}

void challenge_terms(const ChallengeInput *input, double terms[CHALLENGE_TERMS])
{
    terms[CHALLENGE_CONSTANT] = 1;
    terms[CHALLENGE_MEMORY] = memory_of(input->retrievability);
    terms[CHALLENGE_CONCEPT_WINS] = log_more(input->concept_wins);
    terms[CHALLENGE_CONCEPT_LOSSES] = log_more(input->concept_losses);
    terms[CHALLENGE_SKILL_WINS] = log_more(input->skill_wins);
    terms[CHALLENGE_SKILL_LOSSES] = log_more(input->skill_losses);
    terms[CHALLENGE_LAST] = 2 * within(input->last, 0, 1, 0.5) - 1;
    terms[CHALLENGE_GAP] = log_more(input->gap);
    terms[CHALLENGE_RECENT] = within(input->recent, 0, 1, 0.5) - 0.5;
}

static ChallengeEstimate known(ChallengeEstimate estimate, double prior_variance)
{
    const gboolean is_known = isfinite(estimate.variance) && estimate.variance > 0;
    return (ChallengeEstimate){
        .mean = within(estimate.mean, -MEAN_MOST, MEAN_MOST, 0),
        .variance = CLAMP(is_known ? estimate.variance : prior_variance, VARIANCE_LEAST, VARIANCE_MOST),
    };
}

double challenge_standing(const ChallengeWeights *weights, const ChallengeInput *input)
{
    double terms[CHALLENGE_TERMS];
    challenge_terms(input, terms);
    double standing = known(input->overall, 1).mean + known(input->ability, 1).mean;
    for (guint i = 0; i < CHALLENGE_TERMS; i++)
        standing += weights->terms[i] * terms[i];
    return standing;
}

static double logit_at(double standing, ChallengeEstimate difficulty)
{
    return within(standing - known(difficulty, 1).mean, -LOGIT_MOST, LOGIT_MOST, 0);
}

double challenge_expect_at(double standing, ChallengeEstimate difficulty, double floor)
{
    const double guess = within(floor, 0, FLOOR_MOST, 0);
    return guess + (1 - guess) * odds_sigmoid(logit_at(standing, difficulty));
}

double challenge_logit(const ChallengeWeights *weights, const ChallengeInput *input)
{
    return logit_at(challenge_standing(weights, input), input->difficulty);
}

double challenge_expect(const ChallengeWeights *weights, const ChallengeInput *input)
{
    return challenge_expect_at(challenge_standing(weights, input), input->difficulty, input->floor);
}

/* Of the three estimates together: how sure they are, and what one attempt says. */
typedef struct {
    double surprise, information, variance;
} Evidence;

static void move(ChallengeEstimate *estimate, const Evidence *evidence, double direction)
{
    const double share = estimate->variance / (1 + evidence->variance * evidence->information);
    const double mean = estimate->mean + direction * share * evidence->surprise;
    const double variance = estimate->variance * (1 - share * evidence->information);
    estimate->mean = CLAMP(mean, -MEAN_MOST, MEAN_MOST);
    estimate->variance = CLAMP(variance, VARIANCE_LEAST, VARIANCE_MOST);
}

void challenge_learn(const ChallengeWeights *weights, ChallengeInput *input, double score)
{
    if (!isfinite(score))
        return;
    const double guess = within(input->floor, 0, FLOOR_MOST, 0);
    const double sure = odds_sigmoid(challenge_logit(weights, input));
    const double p = CLAMP(guess + (1 - guess) * sure, PROBABILITY_EDGE, 1 - PROBABILITY_EDGE);
    const double slope = (1 - guess) * sure * (1 - sure), spread = p * (1 - p);

    ChallengeEstimate overall = known(input->overall, weights->overall_variance),
                      ability = known(input->ability, weights->ability_variance),
                      difficulty = known(input->difficulty, weights->difficulty_variance);
    overall.variance += weights->overall_drift;
    ability.variance += weights->ability_drift;
    difficulty.variance += weights->difficulty_drift;
    const Evidence evidence = {
        .surprise = slope * (CLAMP(score, 0, 1) - p) / spread,
        .information = slope * slope / spread,
        .variance = overall.variance + ability.variance + difficulty.variance,
    };
    move(&overall, &evidence, 1);
    move(&ability, &evidence, 1);
    move(&difficulty, &evidence, -1);
    input->overall = overall;
    input->ability = ability;
    input->difficulty = difficulty;
}
