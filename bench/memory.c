/* How fast the memory model is. Prints one JSON object: transitions of a memory by a review (memory_next) on one core;
 * nanoseconds for each review of a log to run it through the model with all derivatives (memory_gradient), on one core
 * and on two; and what one exp and one log cost in vectors, which is what the machine would allow if there were nothing
 * else to do. Built for the machine it runs on. */
#include <glib.h>
#include <math.h>

#include "engine/maths/lanes.h"
#include "engine/memory/memory_gradient.h"

enum {
    TRANSITIONS = 2000000,
    STATES = 1024,
    CARDS = 12500,
    REVIEWS_A_CARD = 8,
    RUNS = 15,
    VALUES = 4096,
    PASSES = 200
};
#define STABILITY_MOST 1000.0 /* days; beyond it a memory begins anew, as in transitions.mjs */

static const double gaps[] = { 0, 1, 3, 8, 21, 60, 2, 5 }; /* days; the same in transitions.mjs */
static const MemoryRating ratings[] = { RATING_GOOD, RATING_AGAIN, RATING_GOOD, RATING_EASY,
                                        RATING_GOOD, RATING_HARD,  RATING_GOOD };

static double seconds_now(void)
{
    return (double)g_get_monotonic_time() / G_USEC_PER_SEC;
}

static double transitions_a_second(void)
{
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    static MemoryState states[STATES];
    double begun = seconds_now();
    for (guint i = 0; i < TRANSITIONS; i++) {
        MemoryState *state = &states[i % STATES];
        if (state->stability > STABILITY_MOST)
            *state = (MemoryState){ 0 };
        *state = memory_next(&model, *state, gaps[i % G_N_ELEMENTS(gaps)], ratings[i % G_N_ELEMENTS(ratings)]);
    }
    return TRANSITIONS / (seconds_now() - begun);
}

static ReviewLog *some_log(void)
{
    Review *reviews = g_new(Review, CARDS * REVIEWS_A_CARD);
    guint n = 0;
    for (guint card = 0; card < CARDS; card++) {
        double time = 0;
        for (guint i = 0; i < REVIEWS_A_CARD; i++, n++) {
            guint mixed = (card * 7919 + i * 104729) >> 3; /* primes: gaps and ratings in all combinations */
            time += gaps[mixed % G_N_ELEMENTS(gaps)];
            reviews[n] = (Review){
                .card = card,
                .day = (gint64)time,
                .time = time,
                .rating = (guint8)ratings[mixed % G_N_ELEMENTS(ratings)],
            };
        }
    }
    return review_log_take(reviews, n);
}

static double nanoseconds_a_review(MemoryAlgorithm algorithm, guint threads)
{
    const MemoryModel model = memory_model_default(algorithm);
    g_autoptr(ReviewLog) log = some_log();
    g_autofree double *weight = g_new(double, log->n);
    for (guint i = 0; i < log->n; i++)
        weight[i] = log->calendar[i] >= 1;
    g_autoptr(ReviewPack) pack = review_pack_new(log, &model, weight, REVIEWS_A_CARD);
    double best = INFINITY;
    for (guint run = 0; run < RUNS; run++) {
        MemorySums sums;
        double begun = seconds_now();
        memory_gradient(&model, pack, 1, threads, &sums);
        best = MIN(best, seconds_now() - begun);
    }
    return best * 1e9 / log->n;
}

static double nanoseconds_a_value(gboolean is_exp)
{
    static double values[VALUES];
    double best = INFINITY;
    for (guint run = 0; run < RUNS; run++) {
        for (guint i = 0; i < VALUES; i++)
            values[i] = 0.5 + (double)i / VALUES;
        double begun = seconds_now();
        for (guint pass = 0; pass < PASSES; pass++)
            for (guint i = 0; i < VALUES; i += LANES) {
                Lanes value = lanes_load(&values[i]);
                if (is_exp)
                    lanes_store(&values[i], lanes_exp(value * 0.1));
                else
                    lanes_store(&values[i], lanes_log(value) + 2);
            }
        best = MIN(best, seconds_now() - begun);
    }
    return best * 1e9 / ((double)VALUES * PASSES);
}

int main(void)
{
    g_print("{\"transitions_per_second\": %.0f, ", transitions_a_second());
    for (int algorithm = 0; algorithm < MEMORY_ALGORITHMS; algorithm++)
        g_print("\"%s\": {\"one_core_ns_per_review\": %.2f, \"two_cores_ns_per_review\": %.2f}, ",
                memory_algorithm_info((MemoryAlgorithm)algorithm)->name,
                nanoseconds_a_review((MemoryAlgorithm)algorithm, 1),
                nanoseconds_a_review((MemoryAlgorithm)algorithm, 2));
    g_print("\"lanes\": %d, \"exp_ns\": %.3f, \"log_ns\": %.3f}\n", LANES, nanoseconds_a_value(TRUE),
            nanoseconds_a_value(FALSE));
    return 0;
}
