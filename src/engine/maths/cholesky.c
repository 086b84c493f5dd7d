/* The decomposition into a lower half times itself, then forward and backward substitution. */
#include "engine/maths/cholesky.h"

#include <math.h>

double *cholesky_entry(double *matrix, guint i, guint j)
{
    return i >= j ? &matrix[i * (i + 1) / 2 + j] : &matrix[j * (j + 1) / 2 + i];
}

static gboolean decompose(double *matrix, guint n)
{
    for (guint i = 0; i < n; i++) {
        double *row = cholesky_entry(matrix, i, 0);
        for (guint j = 0; j <= i; j++) {
            const double *other = cholesky_entry(matrix, j, 0);
            for (guint k = 0; k < j; k++)
                row[j] -= row[k] * other[k];
            if (j < i)
                row[j] /= other[j];
        }
        if (!(row[i] > 0))
            return FALSE;
        row[i] = sqrt(row[i]);
    }
    return TRUE;
}

gboolean cholesky_solve(double *matrix, double *right, guint n)
{
    if (!decompose(matrix, n))
        return FALSE;
    for (guint i = 0; i < n; i++) {
        for (guint k = 0; k < i; k++)
            right[i] -= *cholesky_entry(matrix, i, k) * right[k];
        right[i] /= *cholesky_entry(matrix, i, i);
    }
    for (guint i = n; i-- > 0;) {
        for (guint k = i + 1; k < n; k++)
            right[i] -= *cholesky_entry(matrix, k, i) * right[k];
        right[i] /= *cholesky_entry(matrix, i, i);
    }
    return TRUE;
}
