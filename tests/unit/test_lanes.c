/* The vectorised functions against the C library's. */
#include "engine/maths/lanes.h"
#include "review_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define RELATIVE 1e-12
enum { DRAWS = 200000 };

static void assert_close(double value, double expected)
{
    if (!(fabs(value - expected) <= RELATIVE * fabs(expected)))
        fail_msg("%.17g is not %.17g", value, expected);
}

/* Each lane gets another value, so that a lane that takes its neighbour's is found. */
static Lanes draw(guint64 *seed, double low, double high)
{
    Lanes value;
    for (int i = 0; i < LANES; i++)
        value[i] = low + (high - low) * review_case_chance(seed);
    return value;
}

static void exp_agrees_with_the_library(void **state)
{
    guint64 seed = 1;
    for (int n = 0; n < DRAWS; n++) {
        Lanes x = draw(&seed, -690, 690), result = lanes_exp(x);
        for (int i = 0; i < LANES; i++)
            assert_close(result[i], exp(x[i]));
    }
    assert_true(lanes_exp(lanes_all(0))[0] == 1);
}

static void exp_stays_finite_beyond_its_range(void **state)
{
    assert_true(isfinite(lanes_exp(lanes_all(1e9))[0]));
    assert_true(lanes_exp(lanes_all(-1e9))[0] > 0);
}

static void log_agrees_with_the_library(void **state)
{
    guint64 seed = 2;
    for (int n = 0; n < DRAWS; n++) {
        Lanes x = draw(&seed, -300, 300), near_one = draw(&seed, 0.9, 1.1), result, near;
        for (int i = 0; i < LANES; i++)
            x[i] = exp(x[i]);
        result = lanes_log(x);
        near = lanes_log(near_one);
        for (int i = 0; i < LANES; i++) {
            assert_close(result[i], log(x[i]));
            assert_close(near[i], log(near_one[i]));
        }
    }
    assert_true(lanes_log(lanes_all(1))[0] == 0);
}

static void pow_agrees_with_the_library(void **state)
{
    guint64 seed = 3;
    for (int n = 0; n < DRAWS; n++) {
        Lanes x = draw(&seed, 1e-3, 4e4), y = draw(&seed, -6, 6), result = lanes_pow(x, y);
        for (int i = 0; i < LANES; i++)
            assert_close(result[i], pow(x[i], y[i]));
    }
}

static void each_lane_chooses_for_itself(void **state)
{
    guint64 seed = 4;
    for (int n = 0; n < 1000; n++) {
        Lanes a = draw(&seed, -1, 1), b = draw(&seed, -1, 1);
        Lanes least = lanes_min(a, b), most = lanes_max(a, b), chosen = lanes_select(a > 0, a, b);
        Lanes kept = lanes_keep(a > 0, b), held = lanes_clamp(a, -0.5, 0.25);
        double sum = 0;
        for (int i = 0; i < LANES; i++) {
            assert_true(least[i] == fmin(a[i], b[i]));
            assert_true(most[i] == fmax(a[i], b[i]));
            assert_true(chosen[i] == (a[i] > 0 ? a[i] : b[i]));
            assert_true(kept[i] == (a[i] > 0 ? b[i] : 0));
            assert_true(held[i] == CLAMP(a[i], -0.5, 0.25));
            sum += a[i];
        }
        assert_true(lanes_sum(a) == sum);
    }
}

static void what_is_stored_is_what_was_loaded(void **state)
{
    double from[LANES_MOST + 1], to[LANES_MOST + 1] = { 0 };
    for (int i = 0; i <= LANES_MOST; i++)
        from[i] = i;
    lanes_store(to + 1, lanes_load(from + 1)); /* not aligned to a register */
    for (int i = 1; i <= LANES; i++)
        assert_true(to[i] == from[i]);
    assert_true(to[0] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_agrees_with_the_library),  cmocka_unit_test(exp_stays_finite_beyond_its_range),
        cmocka_unit_test(log_agrees_with_the_library),  cmocka_unit_test(pow_agrees_with_the_library),
        cmocka_unit_test(each_lane_chooses_for_itself), cmocka_unit_test(what_is_stored_is_what_was_loaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
