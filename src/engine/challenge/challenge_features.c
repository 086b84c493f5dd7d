/* Challenge features: the walk over all learners. Numbers are kept in 16 bits: with a million attempts the table is
 * what takes the memory, and no model here can tell the difference. */
#include "engine/challenge/challenge_features.h"
#include "engine/challenge/challenge_rates.h"
#include "engine/challenge/challenge_residual.h"
#include "engine/maths/odds.h"
#include "engine/simulate/chance.h"

struct ChallengeFeatures {
    const AttemptLog *log;
    gint16 *columns; /* log->n x CHALLENGE_COLUMNS */
    double mean[CHALLENGE_COLUMNS], deviation[CHALLENGE_COLUMNS];
    double gap_unit;
};

#define STEP (CHALLENGE_COLUMN_MOST / G_MAXINT16)
#define DEVIATION_LEAST 1e-5
enum { GROUPS = 5 };                  /* of train learners, see challenge_features.h */
enum { SCALE_ATTEMPTS = 200 * 1000 }; /* mean and deviation are taken from about so many */

guint challenge_features_sequence(const AttemptLog *log, guint learner, gboolean train_only, guint *attempts)
{
    guint n = 0;
    for (guint i = log->first[learner]; i < log->first[learner + 1]; i++)
        if (!train_only || !log->attempts[i].is_test)
            attempts[n++] = i;
    return n;
}

/* Means and deviations of columns. */

typedef struct {
    double sum[CHALLENGE_COLUMNS], squares[CHALLENGE_COLUMNS], n;
} Moments;

static void moments_add(Moments *moments, const float *values, guint n)
{
    moments->n++;
    for (guint i = 0; i < n; i++) {
        moments->sum[i] += values[i];
        moments->squares[i] += (double)values[i] * values[i];
    }
}

static void take_scale(ChallengeFeatures *features, const Moments *moments, guint first, guint n)
{
    const double count = MAX(moments->n, 1);
    for (guint i = 0; i < n; i++) {
        const double mean = moments->sum[i] / count, variance = moments->squares[i] / count - mean * mean;
        const double deviation = sqrt(MAX(variance, 0));
        features->mean[first + i] = mean;
        features->deviation[first + i] = deviation > DEVIATION_LEAST ? deviation : 1;
    }
}

static void keep(ChallengeFeatures *features, guint attempt, const float *values, guint first, guint n)
{
    gint16 *to = features->columns + (gsize)attempt * CHALLENGE_COLUMNS + first;
    for (guint i = 0; i < n; i++) {
        double scaled = (values[i] - features->mean[first + i]) / features->deviation[first + i];
        to[i] = (gint16)lrint(CLAMP(scaled, -CHALLENGE_COLUMN_MOST, CHALLENGE_COLUMN_MOST) / STEP);
    }
}

void challenge_features_get(const ChallengeFeatures *features, guint attempt, float columns[CHALLENGE_COLUMNS])
{
    const gint16 *from = features->columns + (gsize)attempt * CHALLENGE_COLUMNS;
    for (guint i = 0; i < CHALLENGE_COLUMNS; i++)
        columns[i] = from[i] * STEP;
}

void challenge_features_scale(const ChallengeFeatures *features, guint column, double *mean, double *deviation)
{
    *mean = features->mean[column];
    *deviation = features->deviation[column];
}

/* The walk. */

typedef struct {
    ChallengeFeatures *features;
    ChallengeTrace *trace;
    ChallengeRates *rates;
    guint *sequence;
    guint64 (*keys)[CONTEXTS]; /* of the sequence */
    guint n;
} Walk;

static guint longest(const AttemptLog *log)
{
    guint most = 1;
    for (guint i = 0; i < log->n_learners; i++)
        most = MAX(most, log->first[i + 1] - log->first[i]);
    return most;
}

static const Attempt *attempt_at(const Walk *walk, guint i)
{
    return &walk->features->log->attempts[walk->sequence[i]];
}

/* Goes to a learner and finds the contexts of their attempts. */
static void walk_to(Walk *walk, guint learner, gboolean train_only)
{
    const AttemptLog *log = walk->features->log;
    walk->n = challenge_features_sequence(log, learner, train_only, walk->sequence);
    challenge_trace_begin(walk->trace);
    for (guint i = 0; i < walk->n; i++) {
        challenge_trace_contexts(walk->trace, log, attempt_at(walk, i), walk->keys[i]);
        challenge_trace_add(walk->trace, log, attempt_at(walk, i), 0);
    }
}

static void walk_count(Walk *walk, float sign)
{
    for (guint i = 0; i < walk->n; i++)
        challenge_rates_count(walk->rates, walk->keys[i], attempt_at(walk, i)->score, sign);
}

/* Calls the features of each attempt out, into `moments`, or without it into the table, there only the test ones or
 * only the train ones. */
static void walk_describe(Walk *walk, Moments *moments, gboolean tests)
{
    const AttemptLog *log = walk->features->log;
    float values[CHALLENGE_TRACE_FEATURES];
    challenge_trace_begin(walk->trace);
    for (guint i = 0; i < walk->n; i++) {
        const Attempt *attempt = attempt_at(walk, i);
        ChallengeRate rates[CONTEXTS];
        challenge_rates_get(walk->rates, walk->keys[i], rates);
        challenge_trace_features(walk->trace, log, attempt, rates, walk->features->gap_unit, values);
        if (moments)
            moments_add(moments, values, CHALLENGE_TRACE_FEATURES);
        else if (tests == attempt->is_test)
            keep(walk->features, walk->sequence[i], values, 0, CHALLENGE_TRACE_FEATURES);
        challenge_trace_add(walk->trace, log, attempt, odds_logit(rates[CONTEXT_RUN].p));
    }
}

/* Learners whose rows are looked at for mean and deviation: every so many. */
static guint sampled_every(const AttemptLog *log)
{
    return 1 + log->n / SCALE_ATTEMPTS;
}

/* Learners in an order that has nothing to do with theirs in the log. */
static guint *drawn_order(guint n)
{
    guint *order = g_new(guint, MAX(n, 1));
    Chance chance = chance_begin(n);
    for (guint i = 0; i < n; i++) {
        const guint j = (guint)(chance_uniform(&chance) * (i + 1));
        order[i] = order[j];
        order[j] = i;
    }
    return order;
}

/* Counts the train attempts of every learner of a group, or takes them out. */
static void count_group(Walk *walk, const guint *order, guint group, float sign)
{
    for (guint i = group; i < walk->features->log->n_learners; i += GROUPS) {
        walk_to(walk, order[i], TRUE);
        walk_count(walk, sign);
    }
}

/* Learners are described by those of the other groups. */
static void walk_train(Walk *walk)
{
    const AttemptLog *log = walk->features->log;
    g_autofree guint *order = drawn_order(log->n_learners);
    for (guint group = 0; group < GROUPS; group++)
        count_group(walk, order, group, 1);
    Moments moments = { 0 };
    for (int scaling = 1; scaling >= 0; scaling--) {
        for (guint group = 0; group < GROUPS; group++) {
            count_group(walk, order, group, -1);
            for (guint i = group; i < log->n_learners; i += GROUPS * (scaling ? sampled_every(log) : 1)) {
                walk_to(walk, order[i], TRUE);
                walk_describe(walk, scaling ? &moments : NULL, FALSE);
            }
            count_group(walk, order, group, 1);
        }
        if (scaling)
            take_scale(walk->features, &moments, 0, CHALLENGE_TRACE_FEATURES);
    }
}

static gboolean has_test(const AttemptLog *log, guint learner)
{
    for (guint i = log->first[learner]; i < log->first[learner + 1]; i++)
        if (log->attempts[i].is_test)
            return TRUE;
    return FALSE;
}

static void walk_test(Walk *walk)
{
    const AttemptLog *log = walk->features->log;
    for (guint learner = 0; learner < log->n_learners; learner++) {
        if (!has_test(log, learner))
            continue;
        walk_to(walk, learner, TRUE);
        walk_count(walk, -1);
        walk_to(walk, learner, FALSE);
        walk_describe(walk, NULL, TRUE);
        walk_count(walk, 1);
    }
}

/* One learner's attempts with the residual abilities before each, into `moments` or into the table. */
static void describe_residuals(ChallengeFeatures *features, ChallengeResidual *residual, const float *logits,
                               const guint *sequence, guint n, Moments *moments, gboolean tests)
{
    challenge_residual_begin(residual);
    for (guint i = 0; i < n; i++) {
        const Attempt *attempt = &features->log->attempts[sequence[i]];
        const double logit = logits[sequence[i]];
        float values[CHALLENGE_RESIDUALS];
        challenge_residual_describe(residual, features->log, attempt, logit, values);
        if (moments)
            moments_add(moments, values, CHALLENGE_RESIDUALS);
        else if (tests == attempt->is_test)
            keep(features, sequence[i], values, CHALLENGE_TRACE_FEATURES, CHALLENGE_RESIDUALS);
        challenge_residual_add(residual, features->log, attempt, logit);
    }
}

void challenge_features_add_residuals(ChallengeFeatures *features, const float *logits)
{
    const AttemptLog *log = features->log;
    g_autoptr(ChallengeResidual) residual = challenge_residual_new(log->n_items, log->n_skills);
    g_autofree guint *sequence = g_new(guint, longest(log));
    Moments moments = { 0 };
    for (guint learner = 0; learner < log->n_learners; learner += sampled_every(log)) {
        const guint n = challenge_features_sequence(log, learner, TRUE, sequence);
        describe_residuals(features, residual, logits, sequence, n, &moments, FALSE);
    }
    take_scale(features, &moments, CHALLENGE_TRACE_FEATURES, CHALLENGE_RESIDUALS);
    for (guint learner = 0; learner < log->n_learners; learner++)
        for (int tests = 0; tests <= has_test(log, learner); tests++) {
            const guint n = challenge_features_sequence(log, learner, !tests, sequence);
            describe_residuals(features, residual, logits, sequence, n, NULL, tests);
        }
}

static int compare_doubles(gconstpointer a, gconstpointer b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median time between two train attempts of a learner at different times; 1 when there are none. */
static double usual_gap(const AttemptLog *log)
{
    g_autoptr(GArray) gaps = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint learner = 0; learner < log->n_learners; learner += sampled_every(log))
        for (guint i = log->first[learner] + 1; i < log->first[learner + 1]; i++) {
            const double gap = log->attempts[i].time - log->attempts[i - 1].time;
            if (gap > 0 && !log->attempts[i].is_test && !log->attempts[i - 1].is_test)
                g_array_append_val(gaps, gap);
        }
    if (gaps->len == 0)
        return 1;
    g_array_sort(gaps, compare_doubles);
    return g_array_index(gaps, double, gaps->len / 2);
}

ChallengeFeatures *challenge_features_new(const AttemptLog *log)
{
    ChallengeFeatures *features = g_new0(ChallengeFeatures, 1);
    features->log = log;
    features->columns = g_new0(gint16, (gsize)MAX(log->n, 1) * CHALLENGE_COLUMNS);
    features->gap_unit = usual_gap(log);
    for (guint i = 0; i < CHALLENGE_COLUMNS; i++)
        features->deviation[i] = 1;

    g_autoptr(ChallengeTrace) trace = challenge_trace_new(log->n_items, log->n_skills);
    g_autoptr(ChallengeRates) rates = challenge_rates_new(log->n);
    g_autofree guint *sequence = g_new(guint, longest(log));
    g_autofree guint64 *keys = g_new(guint64, (gsize)longest(log) * CONTEXTS);
    Walk walk = { features, trace, rates, sequence, (guint64(*)[CONTEXTS])keys, 0 };
    walk_train(&walk);
    walk_test(&walk);
    return features;
}

void challenge_features_free(ChallengeFeatures *features)
{
    if (!features)
        return;
    g_free(features->columns);
    g_free(features);
}
