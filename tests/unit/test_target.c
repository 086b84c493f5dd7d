/* Target: where it begins, what moves it, and that it stays in its band. */
#include "engine/plan/target.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void assert_close(double a, double b)
{
    if (!(fabs(a - b) < 1e-12))
        fail_msg("%.15g is not %.15g", a, b);
}

/* Phi(1), and what it makes of two and of four options. */
static void target_is_the_published_one_above_the_guessing_floor(void **unused)
{
    double known = target_known(NULL, 0, TARGET_AS_IT_IS);
    assert_close(target_success(known, 0), 0.84);
    assert_close(target_success(known, 0.25), 0.88);
    assert_close(target_success(known, 0.5), 0.92);
}

static void target_rises_for_the_discouraged_and_falls_for_the_comfortable(void **unused)
{
    static const double failures[] = { 1, 1, 1, 1, 1, 0.45, 0.45, 0.45 }, successes[] = { 1, 1, 1, 1, 1, 1, 1, 1 },
                        old_failures[] = { 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1 };
    assert_close(target_known(failures, G_N_ELEMENTS(failures), TARGET_AS_IT_IS), TARGET_HIGH);
    double comfortable = target_known(successes, G_N_ELEMENTS(successes), TARGET_AS_IT_IS);
    assert_true(comfortable < 0.84 && comfortable >= TARGET_LOW);
    assert_close(target_known(old_failures, G_N_ELEMENTS(old_failures), TARGET_AS_IT_IS), comfortable);
}

static void two_failures_discourage_nobody(void **unused)
{
    static const double two[] = { 0, 0 };
    assert_close(target_known(two, 2, TARGET_AS_IT_IS), 0.84);
}

static void who_wishes_it_gets_it_easier_or_harder(void **unused)
{
    assert_close(target_known(NULL, 0, TARGET_EASIER), 0.89);
    assert_close(target_known(NULL, 0, TARGET_HARDER), 0.79);
    assert_close(target_known(NULL, 0, (TargetWish)-7), 0.79);
}

static void target_stays_in_its_band(void **unused)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(3);
    for (int i = 0; i < 1000; i++) {
        double recent[12];
        gsize n = (gsize)g_rand_int_range(random, 0, 13);
        for (gsize j = 0; j < n; j++)
            recent[j] = g_rand_int_range(random, 0, 20) ? g_rand_double_range(random, -1, 2) : NAN;
        double easier = target_known(recent, n, TARGET_EASIER), as_it_is = target_known(recent, n, TARGET_AS_IT_IS),
               harder = target_known(recent, n, TARGET_HARDER);
        assert_true(harder >= TARGET_LOW && harder <= as_it_is && as_it_is <= easier && easier <= TARGET_HIGH);
        assert_true(target_success(harder, NAN) == harder && target_success(easier, 5) < 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(target_is_the_published_one_above_the_guessing_floor),
        cmocka_unit_test(target_rises_for_the_discouraged_and_falls_for_the_comfortable),
        cmocka_unit_test(two_failures_discourage_nobody),
        cmocka_unit_test(who_wishes_it_gets_it_easier_or_harder),
        cmocka_unit_test(target_stays_in_its_band),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
