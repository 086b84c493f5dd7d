/* Matrix: products in registers. A tile of TILE_ROWS rows and two vectors of columns is summed over the inner dimension
 * before it is written back; what does not fill a tile goes row by row. */
#include "engine/maths/matrix.h"

#include <string.h>

typedef float Vector __attribute__((vector_size(MATRIX_LANES * sizeof(float)), aligned(4), may_alias));
typedef gint32 VectorBits __attribute__((vector_size(MATRIX_LANES * sizeof(gint32)), aligned(4), may_alias));

enum { TILE_ROWS = 8, TILE_COLUMNS = 2 * MATRIX_LANES, ALIGNMENT = 64 };

#define INLINE static inline __attribute__((always_inline))

/* How the inner dimension and the rows of the left side are walked: as they are, or transposed. */
typedef struct {
    const float *a;
    gsize by_row, by_inner;
} Left;

INLINE void tile(float *to, Left left, const float *b, guint inner, guint columns)
{
    Vector sum[TILE_ROWS][2];
#pragma GCC unroll 8
    for (guint row = 0; row < TILE_ROWS; row++) {
        sum[row][0] = *(const Vector *)(to + row * columns);
        sum[row][1] = *(const Vector *)(to + row * columns + MATRIX_LANES);
    }
    for (guint k = 0; k < inner; k++) {
        Vector b0 = *(const Vector *)(b + k * columns), b1 = *(const Vector *)(b + k * columns + MATRIX_LANES);
#pragma GCC unroll 8
        for (guint row = 0; row < TILE_ROWS; row++) {
            float value = left.a[row * left.by_row + k * left.by_inner];
            sum[row][0] += value * b0;
            sum[row][1] += value * b1;
        }
    }
#pragma GCC unroll 8
    for (guint row = 0; row < TILE_ROWS; row++) {
        *(Vector *)(to + row * columns) = sum[row][0];
        *(Vector *)(to + row * columns + MATRIX_LANES) = sum[row][1];
    }
}

INLINE void strip(float *to, Left left, const float *b, guint inner, guint columns)
{
    Vector sum = *(const Vector *)to;
    for (guint k = 0; k < inner; k++)
        sum += left.a[k * left.by_inner] * *(const Vector *)(b + k * columns);
    *(Vector *)to = sum;
}

INLINE void product(float *to, Left left, const float *b, guint rows, guint inner, guint columns)
{
    guint row = 0;
    for (; row + TILE_ROWS <= rows; row += TILE_ROWS) {
        Left here = left;
        here.a += row * left.by_row;
        guint column = 0;
        for (; column + TILE_COLUMNS <= columns; column += TILE_COLUMNS)
            tile(to + row * columns + column, here, b + column, inner, columns);
        for (; column < columns; column += MATRIX_LANES)
            for (guint i = 0; i < TILE_ROWS; i++) {
                Left one = here;
                one.a += i * left.by_row;
                strip(to + (row + i) * columns + column, one, b + column, inner, columns);
            }
    }
    for (; row < rows; row++) {
        Left here = left;
        here.a += row * left.by_row;
        for (guint column = 0; column < columns; column += MATRIX_LANES)
            strip(to + row * columns + column, here, b + column, inner, columns);
    }
}

#define LOG2_E 0x1.715476p+0f
#define LN2_HIGH 0x1.62e4p-1f /* its lower bits are 0, so that a whole number times it is exact */
#define LN2_LOW 0x1.7f7d1cp-20f
#define ROUND 0x1.8p23f /* added to a number it leaves the nearest whole number in the lowest bits */
#define EXPONENT_MOST 80.0f

/* e^-x = 2^k e^r with |r| <= ln 2 / 2, and e^r by its series. */
INLINE void sigmoid(float *values, guint n)
{
    for (guint i = 0; i < n; i += MATRIX_LANES) {
        Vector x = -*(const Vector *)(values + i);
        VectorBits above = x > EXPONENT_MOST, below = x < -EXPONENT_MOST;
        x = (Vector)((above & (VectorBits)(EXPONENT_MOST - (Vector){ 0 })) | (~above & (VectorBits)x));
        x = (Vector)((below & (VectorBits)(-EXPONENT_MOST - (Vector){ 0 })) | (~below & (VectorBits)x));
        Vector shifted = x * LOG2_E + ROUND, whole = shifted - ROUND;
        Vector r = (x - whole * LN2_HIGH) - whole * LN2_LOW;
        Vector series = 1 + r * (1 + r * (1.0f / 2 + r * (1.0f / 6 + r * (1.0f / 24 + r * (1.0f / 120)))));
        *(Vector *)(values + i) = 1 / (1 + (Vector)((VectorBits)series + ((VectorBits)shifted << 23)));
    }
}

/* One body, compiled for each instruction set. */
#define VERSION(name, target)                                                                                       \
    target static void product_##name(float *to, Left left, const float *b, guint rows, guint inner, guint columns) \
    {                                                                                                               \
        product(to, left, b, rows, inner, columns);                                                                 \
    }                                                                                                               \
    target static void sigmoid_##name(float *values, guint n)                                                       \
    {                                                                                                               \
        sigmoid(values, n);                                                                                         \
    }
VERSION(base, )
#if defined(__x86_64__)
VERSION(avx2, __attribute__((target("avx2,fma"))))
VERSION(avx512, __attribute__((target("avx512f,avx512dq,avx2,fma"))))
#define PICK(name)                                                           \
    (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") \
         ? name##_avx512                                                     \
         : (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? name##_avx2 : name##_base))
#else
#define PICK(name) name##_base
#endif

void matrix_add_product(float *to, const float *a, const float *b, guint rows, guint inner, guint columns)
{
    g_assert(columns % MATRIX_LANES == 0);
    PICK(product)(to, (Left){ a, inner, 1 }, b, rows, inner, columns);
}

void matrix_add_transposed_product(float *to, const float *a, const float *b, guint rows, guint inner, guint columns)
{
    g_assert(columns % MATRIX_LANES == 0);
    PICK(product)(to, (Left){ a, 1, inner }, b, inner, rows, columns);
}

void matrix_transpose(float *to, const float *from, guint rows, guint columns)
{
    for (guint row = 0; row < rows; row++)
        for (guint column = 0; column < columns; column++)
            to[column * rows + row] = from[row * columns + column];
}

void matrix_sigmoid(float *x, guint n)
{
    g_assert(n % MATRIX_LANES == 0);
    PICK(sigmoid)(x, n);
}

float *matrix_new(gsize n)
{
    gsize bytes = (n + MATRIX_LANES) / MATRIX_LANES * MATRIX_LANES * sizeof(float);
    float *matrix = g_aligned_alloc(1, bytes, ALIGNMENT);
    memset(matrix, 0, bytes);
    return matrix;
}

void matrix_free(float *matrix)
{
    g_aligned_free(matrix);
}
