/* Simulated learners, for tests of what learns from attempts. */
#pragma once

#include "engine/challenge/attempt_log.h"
#include "engine/maths/odds.h"

typedef struct {
    guint learners, items, attempts; /* of each learner */
    guint test_from;                 /* learners from this one on are test */
    guint seed;
    double ability_spread, difficulty_spread, gain; /* logits; gain: for each time the item was met before */
} AttemptsCase;

/* Learners of normally spread ability meet random items of evenly spread difficulty: skill i % 3 for item i. `truth`
 * (may be NULL) becomes the probability of each attempt, in the order of the log (g_free). */
static inline AttemptLog *attempts_case_log(const AttemptsCase *wish, double **truth)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(wish->seed);
    const guint n = wish->learners * wish->attempts;
    Attempt *attempts = g_new0(Attempt, MAX(n, 1));
    guint32 *skills = g_new(guint32, 3);
    double *p = g_new(double, MAX(n, 1));
    for (guint i = 0; i < 3; i++)
        skills[i] = i;
    for (guint learner = 0, i = 0; learner < wish->learners; learner++) {
        g_autofree guint *met = g_new0(guint, wish->items);
        double ability = 0;
        for (int draw = 0; draw < 12; draw++)
            ability += g_rand_double(random) - 0.5;
        for (guint number = 0; number < wish->attempts; number++, i++) {
            const guint item = (guint)g_rand_int_range(random, 0, (gint32)wish->items);
            const double place = wish->items > 1 ? 2.0 * item / (wish->items - 1) - 1 : 0;
            p[i] = odds_sigmoid(wish->ability_spread * ability - wish->difficulty_spread * place +
                                wish->gain * met[item]++);
            attempts[i] = (Attempt){
                .learner = learner,
                .item = item,
                .first_skill = item % 3,
                .n_skills = 1,
                .row = i,
                .time = number,
                .score = g_rand_double(random) < p[i],
                .is_test = learner >= wish->test_from,
            };
        }
    }
    if (truth)
        *truth = p;
    else
        g_free(p);
    return attempt_log_new(attempts, n, skills, 3);
}
