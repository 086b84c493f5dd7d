/* What tests of fitting and evaluating share: review logs made by hand, and by simulated people whose memory follows a
 * known model. */
#pragma once

#include "engine/memory/memory.h"
#include "engine/memory/review_log.h"

#include <math.h>

/* Chance that is the same everywhere: a linear congruential generator (Knuth, MMIX). */
static inline double review_case_chance(guint64 *seed)
{
    *seed = *seed * G_GUINT64_CONSTANT(6364136223846793005) + G_GUINT64_CONSTANT(1442695040888963407);
    return (double)(*seed >> 11) / 9007199254740992.0;
}

static inline void review_case_add(GArray *reviews, guint card, double time, guint8 rating)
{
    Review review = {
        .card = card, .source = reviews->len, .day = (gint64)floor(time), .time = time, .rating = rating
    };
    g_array_append_val(reviews, review);
}

static inline ReviewLog *review_case_log(const GArray *reviews)
{
    return review_log_new((const Review *)reviews->data, reviews->len);
}

/* Cards that are begun within a year and reviewed when recall has fallen to about 0.85, now and then twice a day, by
 * somebody whose memory is `truth`. At least `n` reviews. */
static inline GArray *review_case_simulate(const MemoryModel *truth, guint n, guint64 seed)
{
    GArray *reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    for (guint card = 0; reviews->len < n; card++) {
        double begun = floor(review_case_chance(&seed) * 300), time = begun + 0.4;
        MemoryState state = { 0 };
        for (guint i = 0; time < begun + 400 && i < 40; i++) {
            double gap = 0;
            if (i > 0) {
                double due = memory_interval(truth, state, 0.85) * (0.5 + review_case_chance(&seed));
                gap = review_case_chance(&seed) < 0.15 ? 0.01 : MAX(1, round(due));
            }
            double days = memory_gap(truth, floor(time + gap) - floor(time), gap);
            double recall = i > 0 ? memory_recall(truth, state, days) : 0.5;
            guint8 rating = RATING_AGAIN;
            if (review_case_chance(&seed) < recall)
                rating = (guint8)(RATING_HARD + (review_case_chance(&seed) < 0.85) + (review_case_chance(&seed) < 0.1));
            time += gap;
            review_case_add(reviews, card, time, rating);
            state = memory_next(truth, state, days, rating);
        }
    }
    return reviews;
}
