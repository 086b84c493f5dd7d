/* Challenge residual: one record for everything, each skill and each item. */
#include "engine/challenge/challenge_residual.h"
#include "engine/maths/odds.h"

typedef struct {
    guint32 learner;
    float mean, variance;
} Residual;

struct ChallengeResidual {
    Residual *items, *skills;
    guint32 learner;
    Residual slow, middle, fast;
};

/* Logits squared; the prior is what a good model leaves unexplained of a learner. */
#define PRIOR_VARIANCE 0.3f
#define SLOW_DRIFT 0.0005f
#define MIDDLE_DRIFT 0.01f
#define FAST_DRIFT 0.1f
#define FAST_KEPT 0.97f /* what is left of the fast one after one more attempt */
#define SKILL_DRIFT 0.003f
#define ITEM_DRIFT 0.005f

ChallengeResidual *challenge_residual_new(guint n_items, guint n_skills)
{
    ChallengeResidual *residual = g_new0(ChallengeResidual, 1);
    residual->items = g_new0(Residual, MAX(n_items, 1));
    residual->skills = g_new0(Residual, MAX(n_skills, 1));
    challenge_residual_begin(residual);
    return residual;
}

void challenge_residual_free(ChallengeResidual *residual)
{
    if (!residual)
        return;
    g_free(residual->items);
    g_free(residual->skills);
    g_free(residual);
}

void challenge_residual_begin(ChallengeResidual *residual)
{
    const Residual unknown = { .variance = PRIOR_VARIANCE };
    residual->learner++;
    residual->slow = residual->middle = residual->fast = unknown;
}

static Residual *part_of(const ChallengeResidual *residual, Residual *part)
{
    if (part->learner != residual->learner)
        *part = (Residual){ .learner = residual->learner, .variance = PRIOR_VARIANCE };
    return part;
}

static Residual *item_of(const ChallengeResidual *residual, const Attempt *attempt)
{
    return part_of(residual, &residual->items[attempt->item]);
}

static Residual *skill_of(const ChallengeResidual *residual, const AttemptLog *log, const Attempt *attempt, guint i)
{
    return part_of(residual, &residual->skills[log->skills[attempt->first_skill + i]]);
}

static float skills_mean(const ChallengeResidual *residual, const AttemptLog *log, const Attempt *attempt)
{
    float sum = 0;
    for (guint i = 0; i < attempt->n_skills; i++)
        sum += skill_of(residual, log, attempt, i)->mean;
    return sum / (float)MAX(attempt->n_skills, 1);
}

static double together(const ChallengeResidual *residual, const AttemptLog *log, const Attempt *attempt, double logit)
{
    return logit + residual->slow.mean + skills_mean(residual, log, attempt) + item_of(residual, attempt)->mean;
}

void challenge_residual_describe(ChallengeResidual *residual, const AttemptLog *log, const Attempt *attempt,
                                 double logit, float values[CHALLENGE_RESIDUALS])
{
    const float all[CHALLENGE_RESIDUALS] = {
        (float)together(residual, log, attempt, logit),
        (float)logit,
        residual->slow.mean,
        residual->middle.mean,
        residual->fast.mean,
        skills_mean(residual, log, attempt),
        item_of(residual, attempt)->mean,
        (float)logit + residual->middle.mean,
        (float)logit + residual->fast.mean,
    };
    for (guint i = 0; i < CHALLENGE_RESIDUALS; i++)
        values[i] = all[i];
}

static void learn(Residual *residual, float drift, double slope, double surprise)
{
    residual->variance = 1 / (1 / (residual->variance + drift) + (float)slope);
    residual->mean += residual->variance * (float)surprise;
}

static void learn_alone(Residual *residual, float drift, double logit, float score)
{
    const double p = odds_sigmoid(logit + residual->mean);
    learn(residual, drift, p * (1 - p), score - p);
}

void challenge_residual_add(ChallengeResidual *residual, const AttemptLog *log, const Attempt *attempt, double logit)
{
    const double p = odds_sigmoid(together(residual, log, attempt, logit)), slope = p * (1 - p);
    const double surprise = attempt->score - p;
    learn(&residual->slow, SLOW_DRIFT, slope, surprise);
    for (guint i = 0; i < attempt->n_skills; i++)
        learn(skill_of(residual, log, attempt, i), SKILL_DRIFT, slope, surprise);
    learn(item_of(residual, attempt), ITEM_DRIFT, slope, surprise);
    learn_alone(&residual->middle, MIDDLE_DRIFT, logit, attempt->score);
    learn_alone(&residual->fast, FAST_DRIFT, logit, attempt->score);
    residual->fast.mean *= FAST_KEPT;
}

void challenge_residual_size(gsize *learner, gsize *part)
{
    *learner = sizeof(ChallengeResidual);
    *part = sizeof(Residual);
}
