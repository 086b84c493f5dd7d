/* Memory: how well a person knows a concept, and when it will fade. FSRS-6.
 *
 * Source: open-spaced-repetition, fsrs-rs v6.6.1 and ts-fsrs 5.4.2 (the algorithm "FSRS-6", 21 weights). Pure functions
 * over a small state; times are days (fractions allowed where said). Stability S is in days: after S days recall has
 * fallen to 0.9.
 *
 * Where the reference implementations differ we take: the same-day factor floored at 1 from Hard on (fsrs-rs, ts-fsrs);
 * "same day" is a matter for the caller, who passes whole days that begin at 04:00 in the person's zone (Anki,
 * fsrs-rs); initial stability is floored at MEMORY_STABILITY_MIN (fsrs-rs); states are doubles and never rounded. */
#pragma once

#include <glib.h>

enum { MEMORY_WEIGHTS = 21 };
#define MEMORY_STABILITY_MIN 0.001
#define MEMORY_STABILITY_MAX 36500.0
#define MEMORY_INTERVAL_MAX 36500.0

typedef enum { RATING_AGAIN = 1, RATING_HARD = 2, RATING_GOOD = 3, RATING_EASY = 4 } MemoryRating;

typedef struct {
    double w[MEMORY_WEIGHTS];
    double decay;  /* -w20, derived */
    double factor; /* 0.9^(1/decay) - 1, derived */
} MemoryModel;

/* stability 0: never reviewed. */
typedef struct {
    double stability;  /* days, MEMORY_STABILITY_MIN..MEMORY_STABILITY_MAX */
    double difficulty; /* 1..10 */
} MemoryState;

/* The published default weights of FSRS-6. */
MemoryModel memory_model_default(void);

/* A model of 21 weights, each clipped to its bounds. FALSE when one is not finite. w17 = w18 = w19 = 0 is the model
 * without short-term memory: same-day reviews leave stability alone. */
gboolean memory_model_init(MemoryModel *model, const double weights[MEMORY_WEIGHTS]) G_GNUC_WARN_UNUSED_RESULT;

/* The state after a review rated `rating`, `days` (>= 0) after the one before. days < 1 counts as the same day. */
MemoryState memory_next(const MemoryModel *model, MemoryState state, double days, MemoryRating rating);

/* Probability that an item of stability S (days) is recalled after t days. FSRS-6, "power forgetting curve"; 1 at t =
 * 0, 0.9 at t = S. */
double memory_retrievability(const MemoryModel *model, double days, double stability);

/* Days after which retrievability has fallen to `retention` (0.01..0.99); not rounded, at most MEMORY_INTERVAL_MAX. */
double memory_interval(const MemoryModel *model, double stability, double retention);

/* The rating that an attempt earns. `score` in [0,1]; `confidence` 0 unsaid, 1 guess, 2 think so, 3 sure. A score under
 * MEMORY_PASS is Again whatever else; over it: guessed or partly right is Hard, right is Good, fully right, sure and
 * quicker than half the exercise's usual time is Easy. Unsaid counts as "think so"; what is said is monotone, and so is
 * score. `pace` is seconds taken / usual seconds; 0 when unknown. */
#define MEMORY_PASS 0.6
MemoryRating memory_rating(double score, int confidence, double pace);
