/* Challenge fit: replays, and Newton's method on the terms between them. */
#include "engine/challenge/challenge_fit.h"
#include "engine/challenge/challenge_features.h"
#include "engine/maths/cholesky.h"
#include "engine/maths/odds.h"

enum { RECENT = 8, ROUNDS = 4, STEPS = 3, TRIANGLE = CHALLENGE_TERMS * (CHALLENGE_TERMS + 1) / 2 };
#define LOGIT_MOST 12.0 /* as challenge_logit bounds it */
#define STRENGTH 20.0   /* of the penalty, in about as many attempts times four */

/* Of a learner with a concept or a skill; it is the learner's when it bears the learner's number. */
typedef struct {
    guint32 learner;
    double wins, losses, last, time;
    ChallengeEstimate ability;
} Part;

typedef struct {
    const AttemptLog *log;
    const ChallengeSettings *settings;
    ChallengeEstimate *difficulties;
    Part *concepts, *skills, none;
    guint32 learner;
    ChallengeEstimate overall;
    double scores[RECENT]; /* a ring */
    guint n_scores;
} Replay;

static Replay replay_new(const AttemptLog *log, const ChallengeSettings *settings)
{
    const guint n_concepts = settings ? settings->n_concepts : log->n_items;
    return (Replay){
        .log = log,
        .settings = settings,
        .difficulties = g_new0(ChallengeEstimate, MAX(log->n_items, 1)),
        .concepts = g_new0(Part, MAX(n_concepts, 1)),
        .skills = g_new0(Part, MAX(log->n_skills, 1)),
    };
}

static void replay_clear(Replay *replay)
{
    g_free(replay->difficulties);
    g_free(replay->concepts);
    g_free(replay->skills);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Replay, replay_clear)

static void replay_begin(Replay *replay)
{
    replay->learner++;
    replay->overall = (ChallengeEstimate){ 0 };
    replay->n_scores = 0;
    replay->none = (Part){ .learner = replay->learner, .last = NAN };
}

static Part *part_of(const Replay *replay, Part *part)
{
    if (part->learner != replay->learner)
        *part = (Part){ .learner = replay->learner, .last = NAN };
    return part;
}

static const ChallengeSetting *setting_of(const Replay *replay, const Attempt *attempt)
{
    return replay->settings ? &replay->settings->of[attempt->row] : NULL;
}

static Part *concept_of(const Replay *replay, const Attempt *attempt)
{
    const ChallengeSetting *setting = setting_of(replay, attempt);
    return part_of(replay, &replay->concepts[setting ? setting->concept : attempt->item]);
}

static Part *skill_of(Replay *replay, const Attempt *attempt)
{
    return attempt->n_skills ? part_of(replay, &replay->skills[replay->log->skills[attempt->first_skill]])
                             : &replay->none;
}

static double recent_of(const Replay *replay)
{
    const guint n = MIN(replay->n_scores, RECENT);
    double sum = 0;
    for (guint i = 0; i < n; i++)
        sum += replay->scores[i];
    return n ? sum / n : NAN;
}

static ChallengeInput input_of(Replay *replay, const Attempt *attempt)
{
    const Part *concept = concept_of(replay, attempt), *skill = skill_of(replay, attempt);
    const ChallengeSetting *setting = setting_of(replay, attempt);
    ChallengeInput input = challenge_input_unknown;
    input.overall = replay->overall;
    input.ability = skill->ability;
    input.difficulty = replay->difficulties[attempt->item];
    if (setting) {
        input.retrievability = setting->retrievability;
        input.floor = setting->floor;
        if (!(input.difficulty.variance > 0))
            input.difficulty = setting->difficulty;
    }
    input.concept_wins = concept->wins;
    input.concept_losses = concept->losses;
    input.skill_wins = skill->wins;
    input.skill_losses = skill->losses;
    input.last = concept->last;
    input.gap = isnan(concept->last) ? NAN : attempt->time - concept->time;
    input.recent = recent_of(replay);
    return input;
}

static void part_add(Part *part, const Attempt *attempt)
{
    part->wins += attempt->score;
    part->losses += 1 - attempt->score;
    part->last = attempt->score;
    part->time = attempt->time;
}

static void replay_add(Replay *replay, const ChallengeWeights *weights, const Attempt *attempt, ChallengeInput *input)
{
    challenge_learn(weights, input, attempt->score);
    replay->overall = input->overall;
    skill_of(replay, attempt)->ability = input->ability;
    replay->difficulties[attempt->item] = input->difficulty;
    part_add(concept_of(replay, attempt), attempt);
    part_add(skill_of(replay, attempt), attempt);
    replay->scores[replay->n_scores++ % RECENT] = attempt->score;
}

/* Is told of each attempt before it counts. */
typedef void (*Visit)(guint attempt, const ChallengeInput *input, gpointer data);

static void replay_run(const AttemptLog *log, const ChallengeSettings *settings, const ChallengeWeights *weights,
                       gboolean tests, Visit visit, gpointer data)
{
    g_auto(Replay) replay = replay_new(log, settings);
    for (int with_tests = 0; with_tests <= tests; with_tests++)
        for (guint learner = 0; learner < log->n_learners; learner++) {
            const guint first = log->first[learner], after = log->first[learner + 1];
            g_autofree guint *sequence = g_new(guint, MAX(after - first, 1));
            const guint n = challenge_features_sequence(log, learner, !with_tests, sequence);
            if (with_tests && n == challenge_features_sequence(log, learner, TRUE, sequence))
                continue;
            challenge_features_sequence(log, learner, !with_tests, sequence);
            replay_begin(&replay);
            for (guint i = 0; i < n; i++) {
                const Attempt *attempt = &log->attempts[sequence[i]];
                ChallengeInput input = input_of(&replay, attempt);
                visit(sequence[i], &input, data);
                replay_add(&replay, weights, attempt, &input);
            }
        }
}

typedef struct {
    const ChallengeWeights *weights;
    double *p;
} Prediction;

static void predict(guint attempt, const ChallengeInput *input, gpointer data)
{
    const Prediction *prediction = data;
    prediction->p[attempt] = challenge_expect(prediction->weights, input);
}

void challenge_fit_replay(const AttemptLog *log, const ChallengeSettings *settings, const ChallengeWeights *weights,
                          gboolean tests, double *p)
{
    Prediction prediction = { weights, p };
    replay_run(log, settings, weights, tests, predict, &prediction);
}

/* What one replay found: terms, and the rest of the logit, of each train attempt. */
typedef struct {
    const AttemptLog *log;
    const ChallengeWeights *weights;
    GArray *rows; /* Row */
} Collection;

typedef struct {
    double terms[CHALLENGE_TERMS], rest, score, floor;
} Row;

static void collect(guint attempt, const ChallengeInput *input, gpointer data)
{
    Collection *collection = data;
    Row row = { .rest = challenge_logit(collection->weights, input),
                .score = collection->log->attempts[attempt].score,
                .floor = input->floor };
    challenge_terms(input, row.terms);
    for (guint i = 0; i < CHALLENGE_TERMS; i++)
        row.rest -= collection->weights->terms[i] * row.terms[i];
    g_array_append_val(collection->rows, row);
}

static void row_add(const Row *row, const ChallengeWeights *weights, double *gradient, double *curvature)
{
    double logit = row->rest;
    for (guint i = 0; i < CHALLENGE_TERMS; i++)
        logit += weights->terms[i] * row->terms[i];
    logit = CLAMP(logit, -LOGIT_MOST, LOGIT_MOST);
    const double sure = odds_sigmoid(logit), p = row->floor + (1 - row->floor) * sure;
    const double slope = (1 - row->floor) * sure * (1 - sure), share = slope / (p * (1 - p)), weight = slope * share;
    for (guint i = 0; i < CHALLENGE_TERMS; i++) {
        gradient[i] += share * (p - row->score) * row->terms[i];
        for (guint j = 0; j <= i; j++)
            *cholesky_entry(curvature, i, j) += weight * row->terms[i] * row->terms[j];
    }
}

/* One step of Newton's method. FALSE when there is none. */
static gboolean improve(const GArray *rows, const ChallengeWeights *begin, ChallengeWeights *weights)
{
    double gradient[CHALLENGE_TERMS] = { 0 }, curvature[TRIANGLE] = { 0 };
    for (guint i = 0; i < rows->len; i++)
        row_add(&g_array_index(rows, Row, i), weights, gradient, curvature);
    for (guint i = 0; i < CHALLENGE_TERMS; i++) {
        gradient[i] += STRENGTH * (weights->terms[i] - begin->terms[i]);
        *cholesky_entry(curvature, i, i) += STRENGTH;
    }
    if (!cholesky_solve(curvature, gradient, CHALLENGE_TERMS))
        return FALSE;
    for (guint i = 0; i < CHALLENGE_TERMS; i++)
        weights->terms[i] -= CLAMP(gradient[i], -1, 1);
    return TRUE;
}

ChallengeWeights challenge_fit(const AttemptLog *log, const ChallengeSettings *settings, const ChallengeWeights *begin)
{
    ChallengeWeights weights = *begin;
    for (guint round = 0; round < ROUNDS; round++) {
        g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Row));
        const ChallengeWeights before = weights;
        Collection collection = { log, &before, rows };
        replay_run(log, settings, &before, FALSE, collect, &collection);
        for (guint step = 0; step < STEPS; step++)
            if (!improve(rows, begin, &weights))
                return weights;
    }
    return weights;
}
