/* Challenge: what is assumed of an exercise before anybody has answered it. */
#include "engine/challenge/challenge.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void assert_close(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.10g is not %.10g", value, expected);
}

static void floor_is_what_guessing_gets(void **unused)
{
    assert_close(challenge_floor(4, 1), 0.25, 0);
    assert_close(challenge_floor(4, 2), 1.0 / 16, 0);
    assert_close(challenge_floor(0, 0), 0, 0);
}

static void a_hint_makes_the_prior_harder_or_easier(void **unused)
{
    double easy = challenge_difficulty_prior(0.5, -1).mean, medium = challenge_difficulty_prior(0.5, 0).mean,
           hard = challenge_difficulty_prior(0.5, 1).mean;
    assert_close(medium, 0.5, 0);
    assert_true(easy < medium && medium < hard);
    assert_true(challenge_difficulty_prior(NAN, 7).mean == hard - 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floor_is_what_guessing_gets),
        cmocka_unit_test(a_hint_makes_the_prior_harder_or_easier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
