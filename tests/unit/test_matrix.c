/* Matrix: products and sigmoids against plain sums, in shapes that do and do not fill the tiles. */
#include "engine/maths/matrix.h"
#include "engine/maths/odds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static float *random_matrix(GRand *random, guint n)
{
    float *matrix = matrix_new(n);
    for (guint i = 0; i < n; i++)
        matrix[i] = (float)g_rand_double_range(random, -1, 1);
    return matrix;
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-5))
        fail_msg("%.9g is not %.9g", value, expected);
}

static void check_products(guint rows, guint inner, guint columns)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(rows + inner + columns);
    float *a = random_matrix(random, rows * inner), *b = random_matrix(random, inner * columns),
          *c = random_matrix(random, rows * columns), *sum = matrix_new(rows * columns),
          *transposed = matrix_new(inner * columns);
    for (guint i = 0; i < rows * columns; i++)
        sum[i] = 1;
    matrix_add_product(sum, a, b, rows, inner, columns);
    matrix_add_transposed_product(transposed, a, c, rows, inner, columns);
    for (guint row = 0; row < rows; row++)
        for (guint column = 0; column < columns; column++) {
            double expected = 1;
            for (guint k = 0; k < inner; k++)
                expected += (double)a[row * inner + k] * b[k * columns + column];
            assert_near(sum[row * columns + column], expected);
        }
    for (guint k = 0; k < inner; k++)
        for (guint column = 0; column < columns; column++) {
            double expected = 0;
            for (guint row = 0; row < rows; row++)
                expected += (double)a[row * inner + k] * c[row * columns + column];
            assert_near(transposed[k * columns + column], expected);
        }
    float *all[] = { a, b, c, sum, transposed };
    for (guint i = 0; i < G_N_ELEMENTS(all); i++)
        matrix_free(all[i]);
}

static void products_are_added_in_every_shape(void **unused)
{
    check_products(1, 1, 16);
    check_products(8, 5, 32);
    check_products(37, 19, 48);
    check_products(16, 64, 80);
}

static void transposing_swaps_rows_and_columns(void **unused)
{
    const float from[] = { 1, 2, 3, 4, 5, 6 };
    float to[6];
    matrix_transpose(to, from, 2, 3);
    const float expected[] = { 1, 4, 2, 5, 3, 6 };
    assert_memory_equal(to, expected, sizeof expected);
}

static void sigmoid_is_right_and_bounded_far_out(void **unused)
{
    enum { N = 1600 };
    float *x = matrix_new(N);
    for (int i = 0; i < N; i++)
        x[i] = (float)(i - N / 2) / 6;
    matrix_sigmoid(x, N);
    for (int i = 0; i < N; i++) {
        assert_near(x[i], odds_sigmoid((float)(i - N / 2) / 6));
        assert_true(x[i] >= 0 && x[i] <= 1);
    }
    matrix_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_added_in_every_shape),
        cmocka_unit_test(transposing_swaps_rows_and_columns),
        cmocka_unit_test(sigmoid_is_right_and_bounded_far_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
