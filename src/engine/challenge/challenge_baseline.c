/* Challenge baselines: averages, and the model the server uses live. */
#include "engine/challenge/challenge_baseline.h"
#include "engine/challenge/challenge_fit.h"

#define ITEM_PRIOR 4.0 /* attempts that the average counts for in an item's average */

static double train_mean(const AttemptLog *log)
{
    double sum = 0, n = 0;
    for (guint i = 0; i < log->n; i++) {
        if (log->attempts[i].is_test)
            continue;
        sum += log->attempts[i].score;
        n++;
    }
    return sum / n;
}

static void predict_average(const AttemptLog *log, double *p)
{
    const double mean = train_mean(log);
    for (guint i = 0; i < log->n; i++)
        p[i] = mean;
}

static void predict_item_average(const AttemptLog *log, double *p)
{
    const double mean = train_mean(log);
    g_autofree double *sum = g_new0(double, log->n_items), *n = g_new0(double, log->n_items);
    for (guint i = 0; i < log->n; i++) {
        const Attempt *attempt = &log->attempts[i];
        if (attempt->is_test)
            continue;
        sum[attempt->item] += attempt->score;
        n[attempt->item]++;
    }
    for (guint i = 0; i < log->n; i++) {
        const guint item = log->attempts[i].item;
        p[i] = (sum[item] + ITEM_PRIOR * mean) / (n[item] + ITEM_PRIOR);
    }
}

static void predict_online(const AttemptLog *log, double *p)
{
    challenge_fit_replay(log, NULL, &challenge_weights_default, TRUE, p);
}

static void predict_online_fitted(const AttemptLog *log, double *p)
{
    const ChallengeWeights weights = challenge_fit(log, NULL, &challenge_weights_default);
    challenge_fit_replay(log, NULL, &weights, TRUE, p);
}

const ChallengeBaseline challenge_baselines[] = {
    { "average", "average", predict_average },
    { "item_average", "average of the item", predict_item_average },
    { "online", "live model, as shipped", predict_online },
    { "online_fitted", "live model, fitted", predict_online_fitted },
};
const guint challenge_baselines_n = G_N_ELEMENTS(challenge_baselines);
