/* Maximum a posteriori by Fisher scoring: Newton's method with the expected information in place of the second
 * derivatives, damped as Levenberg and Marquardt do (Marquardt 1963, Journal of the Society for Industrial and Applied
 * Mathematics 11), inside the bounds. */
#include "engine/memory/memory_fit.h"

#include "engine/maths/cholesky.h"
#include "engine/memory/memory_eval.h"
#include "engine/memory/memory_gradient.h"

#include <math.h>
#include <string.h>

/* What a review weighs by its place in time, from the oldest at 0 to the newest at 1 (fsrs-rs v6.6.1, training.rs). */
#define RECENCY_OLDEST 0.25
#define RECENCY_NEWEST 1.0
#define RECENCY_POWER 3.0
/* Reviews of a card beyond these are not learnt from. */
enum { LONGEST = 1024 };

/* How much weights differ between people: standard deviations of those fitted to single collections (fsrs-rs v6.6.1,
 * training.rs; development branch, training_v7.rs). First stabilities, w0..w3, differ by a factor; theirs is the
 * standard deviation of the logarithm and ours, chosen on subsets of the data in docs/how-it-learns.md, which hardly
 * depend on it. */
#define SPREAD_FIRST 0.7
enum { FIRST_STABILITIES = 4 };
static const double spread_fsrs6[MEMORY_WEIGHTS_FSRS6] = {
    SPREAD_FIRST, SPREAD_FIRST, SPREAD_FIRST, SPREAD_FIRST, 0.57, 0.28, 0.6,  0.12, 0.39, 0.18, 0.33,
    0.3,          0.09,         0.16,         0.57,         0.25, 1.03, 0.31, 0.32, 0.14, 0.27,
};
static const double spread_fsrs7[MEMORY_WEIGHTS_FSRS7] = {
    SPREAD_FIRST, SPREAD_FIRST, SPREAD_FIRST, SPREAD_FIRST, 0.523,  0.2528, 0.4329, 0.2966, 0.2139,
    0.2889,       0.1862,       0.175,        0.3812,       0.3013, 0.9104, 0.3234, 0.2448, 0.3273,
    0.1842,       0.1735,       0.4608,       0.311,        0.864,  0.0418, 0.2596, 0.0798, 0.0682,
    0.1282,       0.1397,       0.1407,       0.1489,       0.2,    0.15,   0.15,
};
/* Half the square of a difference in standard deviations is what a normal distribution costs in log likelihood. Since
 * the published weights were chosen on far more data than a beginner has, it counts more while reviews are few: as if
 * there were (1 + this / n) of it. Ours, chosen on the same subsets. */
#define FEW_REVIEWS 100.0

enum { STEPS_MOST = 60 };
#define LOOKS_USUAL 10.0
/* It ends when a step would gain less log likelihood than this, or than this share of the loss: far less than chance
 * moves it. */
#define GAIN_LEAST 1e-2
#define GAIN_LEAST_SHARE 1e-6
/* With many reviews the way is first sought on a part of them, as far as that part can tell: an eighth, or of very many
 * reviews about so many. */
enum { DRAFT_FROM = 16000, DRAFT_EVERY = 8, DRAFT_MOST = 50000 };
#define DRAFT_GAIN_LEAST 1.0
#define DAMPING_FIRST 1e-2
#define DAMPING_LEAST 1e-9
#define DAMPING_MOST 1e9
#define NUDGE 1e-7 /* of a weight, to find out whether a bound holds it */

typedef struct {
    const MemoryFitWish *wish;
    const ReviewPack *pack;
    guint every; /* group of the pack that is looked at */
    guint looks; /* so far */
    guint n_weights;
    double penalty[MEMORY_WEIGHTS_MOST]; /* of a squared difference */
    const MemoryModel *centre[2]; /* what the penalty holds to: the published model, and the one before or NULL */
} Problem;

/* A place in the space of weights, and what the log says there. The derivatives by first stabilities are by their
 * logarithm: that is the scale on which they differ, and on which the loss is nearest to a paraboloid. */
typedef struct {
    MemoryModel model;
    MemorySums sums; /* with the penalty */
} Place;

static double *recency_weights(const ReviewLog *log, const guint *order, guint n)
{
    double *weight = g_new0(double, log->n);
    for (guint i = 0; i < n; i++) {
        double age = n > 1 ? (double)i / (n - 1) : 1;
        weight[order[i]] = RECENCY_OLDEST + (RECENCY_NEWEST - RECENCY_OLDEST) * pow(age, RECENCY_POWER);
    }
    return weight;
}

static double difference(const MemoryModel *from, const MemoryModel *to, guint i)
{
    return i < FIRST_STABILITIES ? log(to->w[i] / from->w[i]) : to->w[i] - from->w[i];
}

static double moved(const MemoryModel *from, const double *step, guint i)
{
    return i < FIRST_STABILITIES ? from->w[i] * exp(step[i]) : from->w[i] + step[i];
}

static void take_logarithms(Place *place, guint n_weights)
{
    for (guint i = 0; i < FIRST_STABILITIES; i++) {
        double w = place->model.w[i];
        place->sums.gradient[i] *= w;
        for (guint j = 0; j < n_weights; j++)
            *cholesky_entry(place->sums.information, i, j) *= i == j ? w * w : w;
    }
}

static void add_penalty(const Problem *problem, const MemoryModel *centre, Place *place)
{
    for (guint i = 0; i < problem->n_weights; i++) {
        double off = difference(centre, &place->model, i);
        place->sums.loss += problem->penalty[i] * off * off;
        place->sums.gradient[i] += 2 * problem->penalty[i] * off;
        *cholesky_entry(place->sums.information, i, i) += 2 * problem->penalty[i];
    }
}

static void look(Problem *problem, const double *weights, Place *place)
{
    problem->looks++;
    gboolean is_finite = memory_model_init(&place->model, weights, problem->n_weights);
    g_assert(is_finite);
    memory_gradient(&place->model, problem->pack, problem->every, MAX(problem->wish->threads, 1), &place->sums);
    take_logarithms(place, problem->n_weights);
    for (guint i = 0; i < G_N_ELEMENTS(problem->centre) && problem->centre[i]; i++)
        add_penalty(problem, problem->centre[i], place);
}

/* A weight is held when a small step the way the loss falls is undone by its bounds. */
static gboolean is_held(const Place *place, guint n_weights, guint i)
{
    double weights[MEMORY_WEIGHTS_MOST];
    memcpy(weights, place->model.w, n_weights * sizeof *weights);
    weights[i] -= copysign(NUDGE, place->sums.gradient[i]);
    MemoryModel nudged;
    return !memory_model_init(&nudged, weights, n_weights) || nudged.w[i] == place->model.w[i];
}

/* The damped step among the weights that are not held. */
static gboolean step_from(const Place *place, double damping, guint n, double *step)
{
    gboolean held[MEMORY_WEIGHTS_MOST];
    for (guint i = 0; i < n; i++)
        held[i] = is_held(place, n, i);
    double matrix[MEMORY_PAIRS_MOST];
    memcpy(matrix, place->sums.information, sizeof matrix);
    for (guint i = 0; i < n; i++) {
        for (guint j = 0; j < i; j++)
            if (held[i] || held[j])
                *cholesky_entry(matrix, i, j) = 0;
        *cholesky_entry(matrix, i, i) *= 1 + damping;
        step[i] = held[i] ? 0 : -place->sums.gradient[i];
    }
    return cholesky_solve(matrix, step, n);
}

/* What a step should gain if the loss were the paraboloid that its derivatives draw. */
static double expected_gain(Place *place, const double *step, guint n)
{
    double gain = 0;
    for (guint i = 0; i < n; i++) {
        double curved = 0;
        for (guint j = 0; j < n; j++)
            curved += step[j] * *cholesky_entry(place->sums.information, i, j);
        gain -= step[i] * (place->sums.gradient[i] + curved / 2);
    }
    return gain;
}

/* Less damping after a step that gained what was expected, more after one that did not (Nielsen 1999, report
 * IMM-REP-1999-05, Technical University of Denmark). */
static double damping_after(double damping, double gain, double expected)
{
    if (!(gain > 0))
        return damping * 10;
    double surprise = 2 * gain / expected - 1;
    double factor = 1 - surprise * surprise * surprise;
    return MAX(damping * CLAMP(factor, 0.2, 2), DAMPING_LEAST);
}

/* Nobody knows how many looks it will take: the share approaches 1. */
static double share_done(const Problem *problem)
{
    return problem->looks / (problem->looks + LOOKS_USUAL);
}

/* From `place` to where the loss is least; `place` was looked at. */
static gboolean climb(Problem *problem, double gain_least, Place *place)
{
    const MemoryFitWish *wish = problem->wish;
    guint n = problem->n_weights;
    double damping = DAMPING_FIRST;
    for (guint i = 0; i < STEPS_MOST && damping < DAMPING_MOST; i++) {
        if (wish->go_on && !wish->go_on(share_done(problem), wish->data))
            return FALSE;
        double step[MEMORY_WEIGHTS_MOST], weights[MEMORY_WEIGHTS_MOST];
        if (!step_from(place, damping, n, step)) {
            damping *= 4;
            continue;
        }
        double enough = MAX(gain_least, GAIN_LEAST_SHARE * place->sums.loss);
        if (expected_gain(place, step, n) < enough)
            break;
        for (guint j = 0; j < n; j++)
            weights[j] = moved(&place->model, step, j);
        Place there;
        look(problem, weights, &there);
        for (guint j = 0; j < n; j++)
            step[j] = difference(&place->model, &there.model, j); /* the bounds may have shortened it */
        double gain = place->sums.loss - there.sums.loss;
        double expected = expected_gain(place, step, n);
        damping = damping_after(damping, gain, expected);
        if (gain > 0)
            *place = there;
        if (fabs(gain) < enough)
            break;
    }
    return TRUE;
}

static gboolean search(Problem *problem, guint every, double gain_least, MemoryModel *model)
{
    problem->every = every;
    Place place;
    look(problem, model->w, &place);
    if (!climb(problem, gain_least, &place))
        return FALSE;
    *model = place.model;
    return TRUE;
}

static void prepare_penalty(Problem *problem, guint n)
{
    const double *spread = problem->wish->algorithm == MEMORY_FSRS6 ? spread_fsrs6 : spread_fsrs7;
    for (guint i = 0; i < problem->n_weights; i++)
        problem->penalty[i] = (1 + FEW_REVIEWS / n) / (2 * spread[i] * spread[i]);
}

gboolean memory_fit_model(const ReviewLog *log, const MemoryFitWish *wish, MemoryModel *model)
{
    MemoryModel defaults = memory_model_default(wish->algorithm);
    const MemoryModel *previous =
        wish->previous && wish->previous->algorithm == wish->algorithm ? wish->previous : NULL;
    MemoryModel fitted = previous ? *previous : defaults;
    guint n;
    g_autofree guint *order = memory_eval_by_time(log, &n);
    if (n >= MEMORY_FIT_LEAST) {
        g_autofree double *weight = recency_weights(log, order, n);
        g_autoptr(ReviewPack) pack = review_pack_new(log, &defaults, weight, LONGEST);
        Problem problem = {
            .wish = wish,
            .pack = pack,
            .n_weights = memory_algorithm_info(wish->algorithm)->n_weights,
            .centre = { &defaults, previous },
        };
        prepare_penalty(&problem, n);
        if (n >= DRAFT_FROM && !search(&problem, MAX(DRAFT_EVERY, n / DRAFT_MOST), DRAFT_GAIN_LEAST, &fitted))
            return FALSE;
        if (!search(&problem, 1, GAIN_LEAST, &fitted))
            return FALSE;
    }
    *model = fitted;
    return TRUE;
}

void memory_fit_judge(const ReviewLog *log, const MemoryModel *model, MemoryFit *fit)
{
    g_autofree double *p = g_new(double, log->n);
    MemoryModel defaults = memory_model_default(model->algorithm);
    memory_eval_predict(&defaults, log, p);
    double log_loss_default = memory_eval_metrics(log, p).log_loss;
    memory_eval_predict(model, log, p);
    MemoryMetrics metrics = memory_eval_metrics(log, p);
    *fit = (MemoryFit){
        .model = *model,
        .n = metrics.n,
        .log_loss = metrics.log_loss,
        .rmse_bins = metrics.rmse_bins,
        .auc = metrics.auc,
        .log_loss_default = log_loss_default,
    };
}

gboolean memory_fit(const ReviewLog *log, const MemoryFitWish *wish, MemoryFit *fit)
{
    MemoryModel model;
    if (!memory_fit_model(log, wish, &model))
        return FALSE;
    memory_fit_judge(log, &model, fit);
    return TRUE;
}
