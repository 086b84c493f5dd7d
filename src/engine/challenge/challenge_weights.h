/* Challenge weights: how likely a person is to succeed at an exercise, by all that may be known of their history.
 *
 *   p = c + (1 - c) sigma(overall + ability - difficulty + sum of weight x term)
 *
 * overall (the person in everything), ability (the person in the skill, beyond overall) and difficulty (of the
 * exercise) are estimates on the logit scale, learnt online by an extended Kalman filter that takes them for
 * independent (Pelánek 2016, Computers & Education 98, has the rating without uncertainty). The terms are wins and
 * losses with concept and skill (PFA; Pavlik, Cen and Koedinger 2009, AIED), how it went last and how long ago (DAS3H;
 * Choffin et al. 2019, EDM), the recent run, and recall as the memory model has it. What is not known counts nothing.
 *
 * Pure values: the caller keeps estimates and counts. */
#pragma once

#include "engine/challenge/challenge.h"

typedef enum {
    CHALLENGE_CONSTANT,       /* 1 */
    CHALLENGE_MEMORY,         /* retrievability - 1/2 */
    CHALLENGE_CONCEPT_WINS,   /* ln(1 + wins) */
    CHALLENGE_CONCEPT_LOSSES, /* ln(1 + losses) */
    CHALLENGE_SKILL_WINS,
    CHALLENGE_SKILL_LOSSES,
    CHALLENGE_LAST,   /* 2 x score - 1 of the last attempt at the concept */
    CHALLENGE_GAP,    /* ln(1 + time since then) */
    CHALLENGE_RECENT, /* mean of the last scores - 1/2 */
    CHALLENGE_TERMS,
} ChallengeTerm;

typedef struct {
    double terms[CHALLENGE_TERMS];
    double overall_variance, ability_variance, difficulty_variance; /* of what nothing is known about, logits squared */
    double overall_drift, ability_drift, difficulty_drift;          /* added to the variance with each attempt */
} ChallengeWeights;

/* The weights that are shipped: terms that public logs agree on, see docs/how-it-learns.md. */
extern const ChallengeWeights challenge_weights_default;
/* What a term is called, for people and programs ("concept_wins"). */
extern const char *const challenge_term_names[CHALLENGE_TERMS];

typedef struct {
    ChallengeEstimate overall, ability; /* variance 0: nothing is known, the prior counts */
    ChallengeEstimate difficulty; /* likewise; its prior has mean 0 unless challenge_difficulty_prior gave another */
    double retrievability;        /* 0..1; negative: the concept was never practised; nan: not known */
    double concept_wins, concept_losses, skill_wins, skill_losses; /* sums of scores and of 1 - score; nan: not known */
    double last;                                                   /* score in 0..1; nan: none */
    double gap;    /* days since the last attempt at the concept (any unit, when weights were fitted so); nan: none */
    double recent; /* mean of the last scores (eight or so), 0..1; nan: none */
    double floor;  /* guessing floor */
} ChallengeInput;

/* An input of which nothing is known. */
extern const ChallengeInput challenge_input_unknown;

/* Probability of success, from the floor to 1 whatever comes in. */
double challenge_expect(const ChallengeWeights *weights, const ChallengeInput *input);
/* Moves the three estimates of `input` after an attempt that scored `score` in [0,1]; a score that is no number moves
 * nothing. */
void challenge_learn(const ChallengeWeights *weights, ChallengeInput *input, double score);
/* The terms of an input, and the logit of what is not guessing. */
void challenge_terms(const ChallengeInput *input, double terms[CHALLENGE_TERMS]);
double challenge_logit(const ChallengeWeights *weights, const ChallengeInput *input);

/* challenge_expect in two steps, for many exercises of one concept: the part of the logit that is the person's, which
 * does not look at difficulty and floor, and the probability of success at one of the exercises. */
double challenge_standing(const ChallengeWeights *weights, const ChallengeInput *input);
double challenge_expect_at(double standing, ChallengeEstimate difficulty, double floor);
