/* Challenge forecast: the steps in order. */
#include "engine/challenge/challenge_forecast.h"
#include "engine/challenge/challenge_calibration.h"
#include "engine/challenge/challenge_fit.h"
#include "engine/challenge/challenge_residual.h"
#include "engine/maths/odds.h"
#include "engine/simulate/chance.h"

/* What is blended, in this order; the networks may be missing. */
typedef enum { MODEL_LOGISTIC, MODEL_LIVE, MODEL_NETWORK, MODELS } Model;

enum {
    FOLDS = 4,
    FOLDS_FEWEST = 3,               /* for networks: each learns from the others */
    NETWORK_ATTEMPTS_FEWEST = 2000, /* in train */
};
#define LOGISTIC_STRENGTH 100.0 /* of the penalty: it takes hundreds of attempts to move a weight by much */
/* Where there are few attempts, models with few weights are wrong by less. */
static const double blend_prior[] = { [MODEL_LOGISTIC] = 0.25, [MODEL_LIVE] = 0.75, [MODEL_NETWORK] = 0 };
#define NETWORK_GAIN 0.0005 /* of the log loss, relative, that networks must bring */
#define FEATURES_SHARE 0.05 /* of the time, for progress */

typedef struct {
    const AttemptLog *log;
    const ChallengeForecastOptions *options;
    ChallengeFeatures *features;
    guint n_folds, *fold;   /* of each learner; n_folds for those without train attempts */
    GArray *members[FOLDS]; /* learners of each fold */
    GArray *others[FOLDS];  /* train learners of the other folds */
    GArray *testees;        /* learners with test attempts */
    GArray *train;          /* attempts */
    GArray *train_without[FOLDS];
    float *logits[MODELS]; /* of logistic and network; train attempts from the fold left out */
    ChallengeLogistic logistic, fold_logistic[FOLDS];
    ChallengeNetwork *networks[FOLDS];
    GMutex lock; /* of what follows */
    double done[FOLDS];
} Forecasting;

static GArray *numbers_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(guint));
}

static ChallengeRows rows_of(const Forecasting *forecasting, const GArray *attempts)
{
    return (ChallengeRows){ forecasting->log, forecasting->features, (const guint *)(gconstpointer)attempts->data,
                            attempts->len };
}

static ChallengeLearners learners_of(const Forecasting *forecasting, const GArray *learners)
{
    return (ChallengeLearners){ forecasting->log, forecasting->features, (const guint *)(gconstpointer)learners->data,
                                learners->len };
}

/* Folds. */

static gboolean has(const AttemptLog *log, guint learner, gboolean test)
{
    for (guint i = log->first[learner]; i < log->first[learner + 1]; i++)
        if (log->attempts[i].is_test == test)
            return TRUE;
    return FALSE;
}

/* Learners in an order that follows from the seed. */
static GArray *drawn_learners(const AttemptLog *log, guint64 seed)
{
    GArray *learners = numbers_new();
    for (guint learner = 0; learner < log->n_learners; learner++)
        if (has(log, learner, FALSE))
            g_array_append_val(learners, learner);
    guint *order = (guint *)(gpointer)learners->data;
    Chance chance = chance_begin(chance_key(seed, log->n_learners));
    for (guint i = learners->len; i > 1; i--) {
        const guint j = (guint)(chance_uniform(&chance) * i), kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
    return learners;
}

static void deal(Forecasting *forecasting)
{
    const AttemptLog *log = forecasting->log;
    g_autoptr(GArray) drawn = drawn_learners(log, forecasting->options->seed);
    forecasting->n_folds = drawn->len >= 2 ? MIN(drawn->len, FOLDS) : 0;
    forecasting->fold = g_new(guint, MAX(log->n_learners, 1));
    for (guint i = 0; i < drawn->len; i++)
        forecasting->fold[g_array_index(drawn, guint, i)] = forecasting->n_folds ? i % forecasting->n_folds : 0;

    forecasting->train = numbers_new();
    forecasting->testees = numbers_new();
    for (guint i = 0; i < FOLDS; i++) {
        forecasting->members[i] = numbers_new();
        forecasting->others[i] = numbers_new();
        forecasting->train_without[i] = numbers_new();
    }
    for (guint learner = 0; learner < log->n_learners; learner++) {
        if (has(log, learner, TRUE))
            g_array_append_val(forecasting->testees, learner);
        if (!has(log, learner, FALSE))
            continue;
        for (guint fold = 0; fold < forecasting->n_folds; fold++)
            g_array_append_val((fold == forecasting->fold[learner] ? forecasting->members : forecasting->others)[fold],
                               learner);
    }
    for (guint i = 0; i < log->n; i++) {
        if (log->attempts[i].is_test)
            continue;
        g_array_append_val(forecasting->train, i);
        for (guint fold = 0; fold < forecasting->n_folds; fold++)
            if (fold != forecasting->fold[log->attempts[i].learner])
                g_array_append_val(forecasting->train_without[fold], i);
    }
}

static void forecasting_clear(Forecasting *forecasting)
{
    challenge_features_free(forecasting->features);
    g_free(forecasting->fold);
    g_array_unref(forecasting->train);
    g_array_unref(forecasting->testees);
    for (guint i = 0; i < FOLDS; i++) {
        g_array_unref(forecasting->members[i]);
        g_array_unref(forecasting->others[i]);
        g_array_unref(forecasting->train_without[i]);
        challenge_network_free(forecasting->networks[i]);
    }
    for (guint i = 0; i < MODELS; i++)
        g_free(forecasting->logits[i]);
    g_mutex_clear(&forecasting->lock);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Forecasting, forecasting_clear)

/* Each fold is worked on by whichever thread is free. */

typedef struct {
    Forecasting *forecasting;
    void (*work)(Forecasting *forecasting, guint fold);
    gint next; /* atomic */
} Round;

static gpointer work_off(gpointer data)
{
    Round *round = data;
    guint fold;
    while ((fold = (guint)g_atomic_int_add(&round->next, 1)) < round->forecasting->n_folds)
        round->work(round->forecasting, fold);
    return NULL;
}

static void for_each_fold(Forecasting *forecasting, void (*work)(Forecasting *forecasting, guint fold))
{
    Round round = { forecasting, work, 0 };
    GThread *threads[FOLDS];
    const guint n = CLAMP(forecasting->options->threads, 1, MAX(forecasting->n_folds, 1)) - 1;
    for (guint i = 0; i < n; i++)
        threads[i] = g_thread_new("challenge", work_off, &round);
    work_off(&round);
    for (guint i = 0; i < n; i++)
        g_thread_join(threads[i]);
}

/* The logistic regressions. */

static void fit_fold(Forecasting *forecasting, guint fold)
{
    const ChallengeRows rows = rows_of(forecasting, forecasting->train_without[fold]);
    forecasting->fold_logistic[fold] =
        challenge_logistic_fit(&rows, &forecasting->fold_logistic[fold], LOGISTIC_STRENGTH);
}

/* Fits with all of train for test attempts, and without each fold for its own. */
static void fit_logistic(Forecasting *forecasting, const ChallengeLogistic *prior)
{
    const ChallengeRows rows = rows_of(forecasting, forecasting->train);
    forecasting->logistic = challenge_logistic_fit(&rows, prior, LOGISTIC_STRENGTH);
    for (guint fold = 0; fold < forecasting->n_folds; fold++)
        forecasting->fold_logistic[fold] = *prior;
    for_each_fold(forecasting, fit_fold);
    for (guint i = 0; i < forecasting->log->n; i++) {
        const Attempt *attempt = &forecasting->log->attempts[i];
        const gboolean left_out = !attempt->is_test && forecasting->n_folds;
        const ChallengeLogistic *model =
            left_out ? &forecasting->fold_logistic[forecasting->fold[attempt->learner]] : &forecasting->logistic;
        forecasting->logits[MODEL_LOGISTIC][i] = (float)challenge_logistic_logit(model, forecasting->features, i);
    }
}

/* What is believed before anything was learnt: the plain model as it is. */
static ChallengeLogistic plain_model(const ChallengeFeatures *features)
{
    ChallengeLogistic plain = { 0 };
    challenge_features_scale(features, challenge_trace_plain, &plain.bias, &plain.weights[challenge_trace_plain]);
    return plain;
}

/* The model the server uses live: its few weights need few attempts. */
static void replay_live(Forecasting *forecasting)
{
    const AttemptLog *log = forecasting->log;
    const ChallengeWeights weights = challenge_fit(log, NULL, &challenge_weights_default);
    g_autofree double *p = g_new(double, log->n);
    challenge_fit_replay(log, NULL, &weights, TRUE, p);
    for (guint i = 0; i < log->n; i++)
        forecasting->logits[MODEL_LIVE][i] = (float)odds_logit(p[i]);
}

/* The networks. */

typedef struct {
    Forecasting *forecasting;
    guint fold;
} FoldTick;

static void tick_fold(double share, gpointer data)
{
    const FoldTick *tick = data;
    Forecasting *forecasting = tick->forecasting;
    if (!forecasting->options->tick)
        return;
    g_mutex_lock(&forecasting->lock);
    forecasting->done[tick->fold] = share;
    double sum = 0;
    for (guint i = 0; i < forecasting->n_folds; i++)
        sum += forecasting->done[i] / forecasting->n_folds;
    forecasting->options->tick(FEATURES_SHARE + (1 - FEATURES_SHARE) * sum, forecasting->options->data);
    g_mutex_unlock(&forecasting->lock);
}

static void train_fold(Forecasting *forecasting, guint fold)
{
    const ChallengeLearners learn = learners_of(forecasting, forecasting->others[fold]),
                            watch = learners_of(forecasting, forecasting->members[fold]);
    FoldTick tick = { forecasting, fold };
    forecasting->networks[fold] = challenge_train(&learn, &watch, &forecasting->fold_logistic[fold],
                                                  chance_key(forecasting->options->seed, fold), tick_fold, &tick);
}

/* Test attempts by all networks, then train attempts by the one that has not seen them. */
static void predict_with_networks(Forecasting *forecasting)
{
    const AttemptLog *log = forecasting->log;
    const ChallengeLearners testees = learners_of(forecasting, forecasting->testees);
    for (guint fold = 0; fold < forecasting->n_folds; fold++)
        challenge_network_predict(forecasting->networks[fold], &testees, FALSE, 1.0 / forecasting->n_folds,
                                  forecasting->logits[MODEL_NETWORK]);
    for (guint i = 0; i < log->n; i++)
        if (!log->attempts[i].is_test)
            forecasting->logits[MODEL_NETWORK][i] = 0;
    for (guint fold = 0; fold < forecasting->n_folds; fold++) {
        const ChallengeLearners members = learners_of(forecasting, forecasting->members[fold]);
        challenge_network_predict(forecasting->networks[fold], &members, TRUE, 1, forecasting->logits[MODEL_NETWORK]);
    }
}

/* The blend. */

static ChallengeBlend fit_blend(const Forecasting *forecasting, guint n_models, double *loss)
{
    const GArray *train = forecasting->train;
    g_autofree float *scores = g_new(float, train->len), *all = g_new(float, (gsize)train->len *n_models);
    const float *logits[MODELS];
    for (guint i = 0; i < train->len; i++)
        scores[i] = forecasting->log->attempts[g_array_index(train, guint, i)].score;
    for (guint model = 0; model < n_models; model++) {
        float *of_model = all + (gsize)model * train->len;
        for (guint i = 0; i < train->len; i++)
            of_model[i] = forecasting->logits[model][g_array_index(train, guint, i)];
        logits[model] = of_model;
    }
    return challenge_blend_fit(logits, blend_prior, n_models, scores, train->len, loss);
}

static void blend(Forecasting *forecasting, ChallengeForecast *forecast)
{
    forecast->blend = (ChallengeBlend){ .n_models = MODEL_NETWORK };
    for (guint i = 0; i < MODEL_NETWORK; i++)
        forecast->blend.weights[i] = blend_prior[i];
    if (!forecasting->n_folds)
        return;
    forecast->blend = fit_blend(forecasting, MODEL_NETWORK, &forecast->logistic_loss);
    if (!forecasting->networks[0])
        return;
    const ChallengeBlend both = fit_blend(forecasting, MODELS, &forecast->network_loss);
    forecast->has_network = forecast->network_loss < forecast->logistic_loss * (1 - NETWORK_GAIN);
    if (forecast->has_network)
        forecast->blend = both;
}

static double blended(const Forecasting *forecasting, const ChallengeForecast *forecast, guint attempt)
{
    double logits[MODELS];
    for (guint i = 0; i < MODELS; i++)
        logits[i] = forecasting->logits[i][attempt];
    return challenge_blend_logit(&forecast->blend, logits);
}

/* Test attempts in the order of the log, so that the calibration has seen those before. */
static void tell(const Forecasting *forecasting, ChallengeForecast *forecast)
{
    const AttemptLog *log = forecasting->log;
    ChallengeCalibration calibration = challenge_calibration_begin();
    for (guint i = 0; i < log->n; i++) {
        const Attempt *attempt = &log->attempts[i];
        const double logit = blended(forecasting, forecast, i);
        if (i == log->first[attempt->learner])
            challenge_calibration_next(&calibration);
        if (!attempt->is_test) {
            forecast->p[i] = odds_sigmoid(logit);
            continue;
        }
        forecast->p[i] = challenge_calibration_expect(&calibration, logit);
        challenge_calibration_learn(&calibration, logit, attempt->score);
    }
}

static void measure(ChallengeForecast *forecast)
{
    gsize learner, residual, residual_part;
    challenge_trace_size(&learner, &forecast->item_bytes, &forecast->skill_bytes);
    challenge_residual_size(&residual, &residual_part);
    const gsize states = forecast->has_network ? forecast->folds * NETWORK_STATE * sizeof(float) : 0;
    forecast->learner_bytes = learner + residual + states + sizeof(ChallengeShift);
    forecast->item_bytes += residual_part;
    forecast->skill_bytes += residual_part;
}

ChallengeForecast *challenge_forecast_new(const AttemptLog *log, const ChallengeForecastOptions *options)
{
    g_auto(Forecasting) forecasting = { .log = log, .options = options };
    g_mutex_init(&forecasting.lock);
    deal(&forecasting);
    if (forecasting.train->len == 0)
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(forecasting.logits); i++)
        forecasting.logits[i] = g_new0(float, log->n);
    forecasting.features = challenge_features_new(log);
    const ChallengeLogistic plain = plain_model(forecasting.features);
    fit_logistic(&forecasting, &plain);
    challenge_features_add_residuals(forecasting.features, forecasting.logits[MODEL_LOGISTIC]);
    const ChallengeLogistic first = forecasting.logistic;
    fit_logistic(&forecasting, &first);
    replay_live(&forecasting);
    if (forecasting.n_folds >= FOLDS_FEWEST && forecasting.train->len >= NETWORK_ATTEMPTS_FEWEST) {
        for_each_fold(&forecasting, train_fold);
        predict_with_networks(&forecasting);
    }

    ChallengeForecast *forecast = g_new0(ChallengeForecast, 1);
    forecast->folds = forecasting.n_folds;
    forecast->logistic_loss = forecast->network_loss = NAN;
    blend(&forecasting, forecast);
    measure(forecast);
    forecast->p = g_new(double, log->n);
    tell(&forecasting, forecast);
    return forecast;
}

void challenge_forecast_free(ChallengeForecast *forecast)
{
    if (!forecast)
        return;
    g_free(forecast->p);
    g_free(forecast);
}
