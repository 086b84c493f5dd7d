/* The metrics, each in a pass or two. */
#include "engine/maths/stats.h"

#include <math.h>
#include <stdlib.h>

#define PROBABILITY_MARGIN 1e-6            /* of log loss: one certain and wrong prediction costs 13.8, not infinity */
#define NORMAL_TWO_SIDED 1.959963984540054 /* standard normal quantile of 0.975 */
#define STUDENT_LEVEL 0.95
#define SPREAD_LEAST 1e-12 /* less than what rounding leaves of a spread that is none */

double stats_log_loss(const double *p, const double *y, const double *weight, gsize n)
{
    double loss = 0;
    double total = 0;
    for (gsize i = 0; i < n; i++) {
        double probability = CLAMP(p[i], PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN);
        double share = weight ? weight[i] : 1;
        loss -= share * (y[i] * log(probability) + (1 - y[i]) * log1p(-probability));
        total += share;
    }
    return total > 0 ? loss / total : NAN;
}

typedef struct {
    double p;
    gboolean is_positive;
} Prediction;

static int compare_predictions(const void *a, const void *b)
{
    double left = ((const Prediction *)a)->p;
    double right = ((const Prediction *)b)->p;
    return (left > right) - (left < right);
}

/* Pairs of a positive and a negative that are in the right order; those of equal p count half. */
static double count_ordered_pairs(const Prediction *sorted, gsize n)
{
    double pairs = 0;
    double negatives_below = 0;
    for (gsize i = 0; i < n;) {
        double positives = 0;
        double negatives = 0;
        gsize start = i;
        for (; i < n && sorted[i].p == sorted[start].p; i++) {
            positives += sorted[i].is_positive != 0;
            negatives += sorted[i].is_positive == 0;
        }
        pairs += positives * (negatives_below + negatives / 2);
        negatives_below += negatives;
    }
    return pairs;
}

double stats_auc(const double *p, const double *y, gsize n)
{
    g_autofree Prediction *sorted = g_new(Prediction, n);
    gsize positives = 0;
    for (gsize i = 0; i < n; i++) {
        if (isnan(p[i]) || isnan(y[i]))
            return NAN;
        sorted[i] = (Prediction){ .p = p[i], .is_positive = y[i] >= 0.5 };
        positives += sorted[i].is_positive != 0;
    }
    if (positives == 0 || positives == n)
        return NAN;
    qsort(sorted, n, sizeof *sorted, compare_predictions);
    return count_ordered_pairs(sorted, n) / ((double)positives * (double)(n - positives));
}

double stats_accuracy(const double *p, const double *y, gsize n)
{
    gsize right = 0;
    for (gsize i = 0; i < n; i++) {
        if (isnan(p[i]) || isnan(y[i]))
            return NAN;
        right += (p[i] >= 0.5) == (y[i] >= 0.5);
    }
    return n > 0 ? (double)right / (double)n : NAN;
}

double stats_macro_f1(const double *p, const double *y, gsize n)
{
    double counts[2][2] = { { 0 } }; /* by outcome, then by prediction */
    for (gsize i = 0; i < n; i++) {
        if (isnan(p[i]) || isnan(y[i]))
            return NAN;
        counts[y[i] >= 0.5][p[i] >= 0.5]++;
    }
    double wrong = counts[0][1] + counts[1][0], sum = 0;
    for (int class = 0; class < 2; class ++) {
        double right = counts[class][class];
        sum += right > 0 ? 2 * right / (2 * right + wrong) : 0;
    }
    return n > 0 ? sum / 2 : NAN;
}

double stats_pearson(const double *p, const double *y, gsize n)
{
    double mean_p = 0, mean_y = 0, p_p = 0, y_y = 0, p_y = 0;
    for (gsize i = 0; i < n; i++) {
        mean_p += p[i] / (double)n;
        mean_y += y[i] / (double)n;
    }
    for (gsize i = 0; i < n; i++) {
        p_p += (p[i] - mean_p) * (p[i] - mean_p);
        y_y += (y[i] - mean_y) * (y[i] - mean_y);
        p_y += (p[i] - mean_p) * (y[i] - mean_y);
    }
    return p_p > 0 && y_y > 0 ? p_y / sqrt(p_p * y_y) : NAN;
}

double stats_rmse(const double *p, const double *y, gsize n)
{
    double sum = 0;
    for (gsize i = 0; i < n; i++)
        sum += (p[i] - y[i]) * (p[i] - y[i]);
    return n > 0 ? sqrt(sum / (double)n) : NAN;
}

static double nearest_level(double value, const double *levels, guint n_levels)
{
    double nearest = levels[0];
    for (guint i = 1; i < n_levels; i++)
        if (fabs(levels[i] - value) < fabs(nearest - value))
            nearest = levels[i];
    return nearest;
}

/* What is expected by chance, the mean over all pairs of squared differences, follows from the means and variances. */
double stats_qwk(const double *p, const double *y, gsize n, const double *levels, guint n_levels)
{
    double mean_p = 0, mean_y = 0, squares_p = 0, squares_y = 0, disagreement = 0;
    for (gsize i = 0; i < n; i++) {
        if (isnan(p[i]) || isnan(y[i]))
            return NAN;
        double predicted = nearest_level(p[i], levels, n_levels), level = nearest_level(y[i], levels, n_levels);
        mean_p += predicted / (double)n;
        mean_y += level / (double)n;
        squares_p += predicted * predicted / (double)n;
        squares_y += level * level / (double)n;
        disagreement += (predicted - level) * (predicted - level) / (double)n;
    }
    double expected = squares_p + squares_y - 2 * mean_p * mean_y;
    return expected > SPREAD_LEAST ? 1 - disagreement / expected : NAN;
}

/* nan goes to the first bin, whose means it makes nan. */
static guint bin_of(double p, guint n_bins)
{
    if (!(p > 0))
        return 0;
    return p >= 1 ? n_bins - 1 : MIN((guint)(p * n_bins), n_bins - 1);
}

void stats_calibration(const double *p, const double *y, gsize n, StatsBin *bins, guint n_bins)
{
    g_assert(n_bins > 0);
    for (guint b = 0; b < n_bins; b++)
        bins[b] = (StatsBin){ 0 };
    for (gsize i = 0; i < n; i++) {
        StatsBin *bin = &bins[bin_of(p[i], n_bins)];
        bin->expected += p[i];
        bin->observed += y[i];
        bin->n++;
    }
    for (guint b = 0; b < n_bins; b++) {
        StatsInterval share = stats_share(bins[b].observed, (double)bins[b].n);
        bins[b].expected /= (double)bins[b].n;
        bins[b].observed = share.mean;
        bins[b].low = share.low;
        bins[b].high = share.high;
    }
}

double stats_ece(const StatsBin *bins, guint n_bins)
{
    double error = 0;
    double n = 0;
    for (guint b = 0; b < n_bins; b++) {
        if (bins[b].n == 0)
            continue;
        error += (double)bins[b].n * fabs(bins[b].expected - bins[b].observed);
        n += (double)bins[b].n;
    }
    return n > 0 ? error / n : NAN;
}

StatsInterval stats_share(double successes, double n)
{
    if (n == 0)
        return (StatsInterval){ .mean = NAN, .low = 0, .high = 1 };
    double share = successes / n;
    double z2 = NORMAL_TWO_SIDED * NORMAL_TWO_SIDED;
    double centre = (share + z2 / (2 * n)) / (1 + z2 / n);
    double half = NORMAL_TWO_SIDED / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n));
    return (
        StatsInterval){ .mean = share, .low = CLAMP(centre - half, 0, share), .high = CLAMP(centre + half, share, 1) };
}

/* P(|T| < t) for whole degrees of freedom, as a finite sum: Abramowitz and Stegun, 26.7.3 and 26.7.4. */
static double student_within(double t, gsize freedom)
{
    double angle = atan(t / sqrt((double)freedom));
    double cosine = cos(angle);
    gboolean is_odd = freedom % 2 == 1;
    double term = is_odd ? cosine : 1;
    double sum = freedom == 1 ? 0 : term;
    for (gsize k = is_odd ? 3 : 2; k + 2 <= freedom; k += 2) {
        term *= cosine * cosine * (double)(k - 1) / (double)k;
        sum += term;
    }
    return is_odd ? 2 / G_PI * (angle + sin(angle) * sum) : sin(angle) * sum;
}

/* Where the sum above has fallen to the level: it grows with t, so halving finds it. */
static double student_exact(gsize freedom)
{
    double low = 0;
    double high = 16; /* over 12.706, the quantile of one degree of freedom */
    while (high - low > 1e-12) {
        double middle = (low + high) / 2;
        if (student_within(middle, freedom) < STUDENT_LEVEL)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/* Expansion about the normal quantile: Abramowitz and Stegun, 26.7.5. */
static double student_expanded(double freedom)
{
    double z = NORMAL_TWO_SIDED;
    double z2 = z * z;
    double g1 = z * (z2 + 1) / 4;
    double g2 = z * ((5 * z2 + 16) * z2 + 3) / 96;
    double g3 = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    double g4 = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
    return z + (g1 + (g2 + (g3 + g4 / freedom) / freedom) / freedom) / freedom;
}

double stats_student(gsize freedom)
{
    enum { EXACT_MOST = 100 }; /* beyond it the expansion is right to 1e-9 */
    g_assert(freedom > 0);
    return freedom <= EXACT_MOST ? student_exact(freedom) : student_expanded((double)freedom);
}

/* Two passes, so that a large mean does not swallow a small spread. */
StatsInterval stats_mean(const double *x, gsize n)
{
    if (n == 0)
        return (StatsInterval){ .mean = NAN, .low = NAN, .high = NAN };
    double mean = 0;
    for (gsize i = 0; i < n; i++)
        mean += x[i];
    mean /= (double)n;
    if (n == 1)
        return (StatsInterval){ .mean = mean, .low = -INFINITY, .high = INFINITY };
    double squares = 0;
    for (gsize i = 0; i < n; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    double half = stats_student(n - 1) * sqrt(squares / (double)(n - 1) / (double)n);
    return (StatsInterval){ .mean = mean, .low = mean - half, .high = mean + half };
}

StatsInterval stats_correlation(double n, double x, double xx, double y, double yy, double xy)
{
    const double least = 1e-8; /* variance: below it rounding of the sums is most of what is left */
    const StatsInterval unknown = { .mean = NAN, .low = -1, .high = 1 };
    if (!(n >= 4))
        return unknown;
    double variance_x = xx / n - x / n * (x / n), variance_y = yy / n - y / n * (y / n);
    if (!(variance_x >= least && variance_y >= least))
        return unknown;
    double r = (xy / n - x / n * (y / n)) / sqrt(variance_x * variance_y);
    r = CLAMP(r, -1, 1);
    double half = NORMAL_TWO_SIDED / sqrt(n - 3);
    return (StatsInterval){ .mean = r, .low = tanh(atanh(r) - half), .high = tanh(atanh(r) + half) };
}
