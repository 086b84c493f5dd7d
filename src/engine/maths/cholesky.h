/* Small systems of linear equations that are symmetric and positive definite, by Cholesky's decomposition. */
#pragma once

#include <glib.h>

/* An entry of a symmetric matrix of which the lower half is kept, row after row: n (n + 1) / 2 numbers. */
double *cholesky_entry(double *matrix, guint i, guint j);

/* Solves matrix x = right; x takes the place of `right` (n), and the decomposition that of the matrix. FALSE when the
 * matrix is not positive definite; both are then spoilt. */
gboolean cholesky_solve(double *matrix, double *right, guint n) G_GNUC_WARN_UNUSED_RESULT;
