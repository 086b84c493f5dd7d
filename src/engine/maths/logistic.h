/* Logistic: logistic regression with a ridge, for rows with few of many features. Knows how to fit it; nothing of what
 * the features mean. Deterministic.
 *
 * The weights minimise  sum_i [ln(1 + e^m_i) - y_i m_i] + 1/2 sum_k ridge_k w_k^2  with m_i = offset_i + sum_k w_k x_ik
 * (le Cessie and van Houwelingen 1992, Applied Statistics 41), by Newton steps along one weight at a time as in Yuan,
 * Chang, Hsieh and Lin (2010, Journal of Machine Learning Research 11). y may lie between 0 and 1. */
#pragma once

#include <glib.h>

typedef struct {
    guint feature;
    double value;
} LogisticTerm;

typedef struct {
    const LogisticTerm *terms; /* each feature once; borrowed */
    guint n_terms;
    double offset; /* what is known before */
    double target; /* 0..1 */
} LogisticRow;

/* Fits `weights`, which begin as they are (0 when nothing is known). `ridge` > 0 for each feature; a tiny one for an
 * intercept. */
void logistic_fit(const LogisticRow *rows, gsize n, const double *ridge, guint n_features, double *weights);

/* The margin m of a row; its probability is logistic_probability of it. */
double logistic_margin(const LogisticRow *row, const double *weights);
double logistic_probability(double margin);
