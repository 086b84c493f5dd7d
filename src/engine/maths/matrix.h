/* Matrix: products of small dense matrices of floats, for training networks. Row by row, without padding; a product is
 * added to what is there. Hides how wide the machine is: each has a version for the instruction sets that are worth it,
 * chosen when the program runs, so results differ in the last digits from machine to machine, never on one. */
#pragma once

#include <glib.h>

/* The number of columns of what is added to must be a multiple of it. */
enum { MATRIX_LANES = 16 };

/* to[rows][columns] += a[rows][inner] b[inner][columns]. */
void matrix_add_product(float *to, const float *a, const float *b, guint rows, guint inner, guint columns);
/* to[inner][columns] += a[rows][inner]^T b[rows][columns]. */
void matrix_add_transposed_product(float *to, const float *a, const float *b, guint rows, guint inner, guint columns);
/* to[columns][rows] = from[rows][columns]. */
void matrix_transpose(float *to, const float *from, guint rows, guint columns);

/* x = 1 / (1 + e^-x), n a multiple of MATRIX_LANES; to 1e-6. */
void matrix_sigmoid(float *x, guint n);
/* `n` floats (rounded up to MATRIX_LANES), all 0, aligned for the widest machine. Free with matrix_free. */
float *matrix_new(gsize n);
void matrix_free(float *matrix);
