/* Simulate: see simulate.h. Hides how learners are shared out among threads: in blocks, whose sums are put together in
 * order, so that rounding does not depend on who came first. */
#include "engine/simulate/simulate.h"
#include "engine/simulate/simulate_learner.h"

#include <math.h>
#include <string.h>

enum { BLOCK = 32 }; /* learners that a thread takes at once */
enum { EARLY, YEAR, AFTER, MOMENTS };
#define HOUR_SECONDS 3600.0

typedef struct {
    double sum[SIMULATE_CURVE_POINTS], squares[SIMULATE_CURVE_POINTS];
} CurveSums;

typedef struct {
    const SimulateWish *wish;
    const SimulateTruth *truth;
    const SimulatePolicy *policy;
    SimulateWatch watch;
    gpointer data;
    SimulateYear year;
    guint at[MOMENTS]; /* index into the moments measured */
    guint curve_at[SIMULATE_CURVE_POINTS];
    SimulateOutcome *outcome;
    CurveSums *sums;  /* by block; NULL without a curve */
    gint next_block;  /* atomic */
    gint blocks_done; /* atomic */
    gint is_stopped;  /* atomic */
} Run;

/* --- moments */

static int by_number(gconstpointer a, gconstpointer b)
{
    guint left = *(const guint *)a, right = *(const guint *)b;
    return left < right ? -1 : left > right;
}

static guint index_of(const GArray *days, guint day)
{
    for (guint i = 0; i < days->len; i++)
        if (g_array_index(days, guint, i) == day)
            return i;
    g_assert_not_reached();
}

/* The days to measure, ascending. */
static GArray *plan_moments(Run *run)
{
    const guint moments[MOMENTS] = {
        [EARLY] = SIMULATE_EARLY_DAY, [YEAR] = SIMULATE_YEAR_DAYS, [AFTER] = run->wish->days + SIMULATE_AFTER_DAYS
    };
    guint points = run->wish->curve ? SIMULATE_CURVE_POINTS : 0;
    GArray *days = g_array_new(FALSE, FALSE, sizeof(guint));
    g_array_append_vals(days, moments, MOMENTS);
    for (guint i = 0; i < points; i++) {
        guint day = i * SIMULATE_CURVE_STEP;
        g_array_append_val(days, day);
    }
    g_array_sort(days, by_number);
    for (guint i = 0; i < MOMENTS; i++)
        run->at[i] = index_of(days, moments[i]);
    for (guint i = 0; i < points; i++)
        run->curve_at[i] = index_of(days, i * SIMULATE_CURVE_STEP);
    return days;
}

/* --- blocks of learners */

static void keep(Run *run, guint number, double seconds, const double *remembered)
{
    SimulateOutcome *outcome = run->outcome;
    outcome->hours[number] = seconds / HOUR_SECONDS;
    outcome->early[number] = remembered[run->at[EARLY]];
    outcome->year[number] = remembered[run->at[YEAR]];
    outcome->after[number] = remembered[run->at[AFTER]];
    if (!run->sums)
        return;
    CurveSums *sums = &run->sums[number / BLOCK];
    for (guint i = 0; i < SIMULATE_CURVE_POINTS; i++) {
        double value = remembered[run->curve_at[i]];
        sums->sum[i] += value;
        sums->squares[i] += value * value;
    }
}

static guint count_blocks(const SimulateWish *wish)
{
    return (wish->learners + BLOCK - 1) / BLOCK;
}

static void live_block(Run *run, SimulateLearner *learner, double *remembered, guint block)
{
    guint end = MIN((block + 1) * BLOCK, run->wish->learners);
    for (guint number = block * BLOCK; number < end && !g_atomic_int_get(&run->is_stopped); number++)
        keep(run, number, simulate_learner_live(learner, number, remembered), remembered);
    double share = (g_atomic_int_add(&run->blocks_done, 1) + 1) / (double)count_blocks(run->wish);
    if (run->watch && !run->watch(share, run->data))
        g_atomic_int_set(&run->is_stopped, TRUE);
}

static gpointer work(gpointer data)
{
    Run *run = data;
    g_autoptr(SimulateLearner) learner = simulate_learner_new(&run->year, run->truth, run->policy);
    g_autofree double *remembered = g_new0(double, run->year.n_measured);
    guint blocks = count_blocks(run->wish);
    for (guint block;
         !g_atomic_int_get(&run->is_stopped) && (block = (guint)g_atomic_int_add(&run->next_block, 1)) < blocks;)
        live_block(run, learner, remembered, block);
    return NULL;
}

static void work_together(Run *run)
{
    guint helpers = MIN(run->wish->threads, count_blocks(run->wish)) - 1;
    g_autofree GThread **threads = g_new0(GThread *, helpers + 1);
    for (guint i = 0; i < helpers; i++)
        threads[i] = g_thread_new("simulate", work, run);
    work(run);
    for (guint i = 0; i < helpers; i++)
        g_thread_join(threads[i]);
}

/* --- the outcome */

static SimulateOutcome *outcome_new(guint learners)
{
    SimulateOutcome *outcome = g_new0(SimulateOutcome, 1);
    outcome->learners = learners;
    outcome->hours = g_new0(double, learners);
    outcome->early = g_new0(double, learners);
    outcome->year = g_new0(double, learners);
    outcome->after = g_new0(double, learners);
    return outcome;
}

void simulate_outcome_free(SimulateOutcome *outcome)
{
    g_free(outcome->hours);
    g_free(outcome->early);
    g_free(outcome->year);
    g_free(outcome->after);
    g_free(outcome->curve);
    g_free(outcome);
}

static StatsInterval mean_of_sums(double sum, double squares, guint n)
{
    double mean = sum / n;
    double variance = MAX(0, squares - n * mean * mean) / (n - 1);
    double half = stats_student(n - 1) * sqrt(variance / n);
    return (StatsInterval){ .mean = mean, .low = mean - half, .high = mean + half };
}

static StatsInterval *curve_of(const Run *run)
{
    guint blocks = count_blocks(run->wish);
    StatsInterval *curve = g_new0(StatsInterval, SIMULATE_CURVE_POINTS);
    for (guint i = 0; i < SIMULATE_CURVE_POINTS; i++) {
        double sum = 0, squares = 0;
        for (guint block = 0; block < blocks; block++) {
            sum += run->sums[block].sum[i];
            squares += run->sums[block].squares[i];
        }
        curve[i] = mean_of_sums(sum, squares, run->wish->learners);
    }
    return curve;
}

SimulateOutcome *simulate_population(const SimulateWish *wish, const SimulateTruth *truth, const SimulatePolicy *policy,
                                     SimulateWatch watch, gpointer data)
{
    g_autoptr(SimulateOutcome) outcome = outcome_new(wish->learners);
    Run run = { .wish = wish, .truth = truth, .policy = policy, .watch = watch, .data = data, .outcome = outcome };
    g_autoptr(GArray) days = plan_moments(&run);
    g_autofree CurveSums *sums = wish->curve ? g_new0(CurveSums, count_blocks(wish)) : NULL;
    run.sums = sums;
    run.year = (SimulateYear){
        .setting = &wish->setting,
        .days = wish->days,
        .seed = wish->seed,
        .measured = (const guint *)(gconstpointer)days->data,
        .n_measured = days->len,
    };
    work_together(&run);
    if (run.is_stopped)
        return NULL;
    if (wish->curve)
        outcome->curve = curve_of(&run);
    return g_steal_pointer(&outcome);
}

/* --- ratios */

static double total(const double *x, guint n)
{
    double sum = 0;
    for (guint i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

/* What each learner adds to the ratio of sums: the mean of these is the ratio, and they spread as it does. */
static double *ratio_shares(const SimulateOutcome *outcome)
{
    double hours = total(outcome->hours, outcome->learners);
    double ratio = total(outcome->year, outcome->learners) / hours;
    double *shares = g_new(double, outcome->learners);
    for (guint i = 0; i < outcome->learners; i++)
        shares[i] = ratio + (outcome->year[i] - ratio * outcome->hours[i]) * outcome->learners / hours;
    return shares;
}

StatsInterval simulate_per_hour(const SimulateOutcome *outcome)
{
    g_autofree double *shares = ratio_shares(outcome);
    return stats_mean(shares, outcome->learners);
}

static StatsInterval mean_difference(const double *a, const double *b, guint n)
{
    g_autofree double *differences = g_new(double, n);
    for (guint i = 0; i < n; i++)
        differences[i] = a[i] - b[i];
    return stats_mean(differences, n);
}

StatsInterval simulate_per_hour_difference(const SimulateOutcome *a, const SimulateOutcome *b)
{
    g_assert(a->learners == b->learners);
    g_autofree double *left = ratio_shares(a);
    g_autofree double *right = ratio_shares(b);
    return mean_difference(left, right, a->learners);
}

StatsInterval simulate_year_difference(const SimulateOutcome *a, const SimulateOutcome *b)
{
    g_assert(a->learners == b->learners);
    return mean_difference(a->year, b->year, a->learners);
}
