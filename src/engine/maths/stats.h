/* Stats: how good predictions are, and how sure an estimate is. Pure; n may be 0 where said.
 *
 * `p` are predicted probabilities, `y` outcomes (0 or 1, as doubles so that partial credit is possible where said). A
 * prediction or outcome that is nan makes what is computed from it nan, never a number that looks right. */
#pragma once

#include <glib.h>

/* Mean of -(y ln p + (1-y) ln (1-p)), p kept 1e-6 away from 0 and 1; y may lie between. `weight` may be NULL (all 1).
 * nan for n = 0 and when the weights sum to 0. */
double stats_log_loss(const double *p, const double *y, const double *weight, gsize n);
/* Area under the ROC curve, ties counted half (Mann-Whitney U; Hanley and McNeil 1982, Radiology 143); y counts as 1
 * from 0.5 on. nan when only one outcome occurs. O(n log n). */
double stats_auc(const double *p, const double *y, gsize n);
/* Share of p >= 0.5 that agrees with y >= 0.5. nan for n = 0. */
double stats_accuracy(const double *p, const double *y, gsize n);

/* Mean of the F1 scores of y >= 0.5 and of y < 0.5, as p >= 0.5 predicts them; a class that neither occurs nor is
 * predicted counts 0. nan for n = 0. */
double stats_macro_f1(const double *p, const double *y, gsize n);
/* Pearson's correlation; nan when one of them does not vary. */
double stats_pearson(const double *p, const double *y, gsize n);
/* Root of the mean squared difference. nan for n = 0. */
double stats_rmse(const double *p, const double *y, gsize n);
/* Cohen's kappa with quadratic weights (Cohen 1968, Psychological Bulletin 70), p and y taken for the nearest of
 * `levels` (ascending, at least one). nan when there is nothing to agree on: n is 0, or all stand at one level. */
double stats_qwk(const double *p, const double *y, gsize n, const double *levels, guint n_levels);

/* One bin of a calibration curve. */
typedef struct {
    double expected, observed; /* means of p and y; nan when n is 0 */
    double low, high;          /* 95 % interval of observed (Wilson) */
    gsize n;
} StatsBin;
/* `n_bins` (>= 1) bins of equal width over [0,1], each with its lower edge and the last with both; empty bins have n 0.
 * y may lie between 0 and 1. */
void stats_calibration(const double *p, const double *y, gsize n, StatsBin *bins, guint n_bins);
/* Expected calibration error: sum over bins of n_bin/n * |expected - observed| (Naeini et al. 2015), over the bins of
 * stats_calibration. nan when all are empty. */
double stats_ece(const StatsBin *bins, guint n_bins);

typedef struct {
    double mean, low, high; /* 95 % */
} StatsInterval;
/* Wilson's score interval of a share (Wilson 1927, Journal of the American Statistical Association 22). `successes` in
 * 0..n; mean nan and the interval 0..1 for n = 0. */
StatsInterval stats_share(double successes, double n);
/* Mean with an interval by Student's t, of independent values. n = 0: all nan; n = 1: the interval is -inf..inf. */
StatsInterval stats_mean(const double *x, gsize n);
/* Half the width of Student's 95 % interval in standard errors, for `freedom` (>= 1) degrees of freedom: 12.706 for 1,
 * falls to 1.960. */
double stats_student(gsize freedom);

/* Correlation of two values over n pairs, from their sums: of x, of x squared, of y, of y squared, of x times y. The
 * interval is Fisher's (Fisher 1921, Metron 1): the inverse hyperbolic tangent of r is about normal with standard
 * deviation 1/sqrt(n - 3). n < 4, or one of the two hardly varying (standard deviation under 1e-4): mean nan and the
 * interval -1..1. */
StatsInterval stats_correlation(double n, double x, double xx, double y, double yy, double xy);
