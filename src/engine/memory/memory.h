/* Memory: how well a person knows a concept, and when it will fade.
 *
 * Two algorithms of open-spaced-repetition stand behind one interface: FSRS-6 (21 weights, one stability;
 * engine/memory/fsrs6.h) and FSRS-7 (34 weights, two traces, made for practice several times a day;
 * engine/memory/fsrs7.h). A model says which by its weights. Pure functions over a small state; times are days.
 * Stability S is in days: after S days recall has fallen to 0.9.
 *
 * Where the reference implementations of FSRS-6 differ we take: the same-day factor floored at 1 from Hard on (fsrs-rs,
 * ts-fsrs); "same day" is a matter for the caller, who passes whole days that begin at 04:00 in the person's zone
 * (Anki, fsrs-rs); initial stability is floored at MEMORY_STABILITY_MIN (fsrs-rs); states are doubles and never
 * rounded. */
#pragma once

#include <glib.h>

typedef enum { MEMORY_FSRS6, MEMORY_FSRS7 } MemoryAlgorithm;
enum { MEMORY_ALGORITHMS = 2 };
enum { MEMORY_WEIGHTS_FSRS6 = 21, MEMORY_WEIGHTS_FSRS7 = 34, MEMORY_WEIGHTS_MOST = 34 };

#define MEMORY_STABILITY_MAX 36500.0
#define MEMORY_INTERVAL_MAX 36500.0

typedef enum { RATING_AGAIN = 1, RATING_HARD = 2, RATING_GOOD = 3, RATING_EASY = 4 } MemoryRating;

typedef struct {
    double low, high;
} MemoryBound;

/* What there is to know of an algorithm: a table of constants. */
typedef struct {
    const char *name; /* "fsrs6" */
    guint n_weights;
    const double *defaults;    /* n_weights, as published */
    const MemoryBound *bounds; /* n_weights */
} MemoryAlgorithmInfo;
const MemoryAlgorithmInfo *memory_algorithm_info(MemoryAlgorithm algorithm);
/* By name. FALSE when there is none of that name. */
gboolean memory_algorithm_named(const char *name, MemoryAlgorithm *algorithm) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
    MemoryAlgorithm algorithm;
    double w[MEMORY_WEIGHTS_MOST]; /* the first n_weights count */
    double decay, factor;          /* FSRS-6: -w20, and 0.9^(1/decay) - 1 */
} MemoryModel;

/* stability 0: never reviewed. */
typedef struct {
    double stability;  /* days; of FSRS-7 the slow trace */
    double fast;       /* days; the fast trace of FSRS-7, 0 with FSRS-6 */
    double difficulty; /* 1..10 */
} MemoryState;

/* The published default weights. */
MemoryModel memory_model_default(MemoryAlgorithm algorithm);

/* A model of n weights, 21 (FSRS-6) or 34 (FSRS-7), each clipped to its bounds. FALSE for another n, or when one is not
 * finite. FSRS-6 with w17 = w18 = w19 = 0 is the model without short-term memory: same-day reviews leave stability
 * alone. */
gboolean memory_model_init(MemoryModel *model, const double *weights, guint n) G_GNUC_WARN_UNUSED_RESULT;

/* The gap between two reviews as the model counts it: FSRS-6 takes `calendar` (whole days, 0 on the same day), FSRS-7
 * `exact` (days with fractions). Both >= 0. */
double memory_gap(const MemoryModel *model, double calendar, double exact);

/* The state after a review rated `rating`, `days` (>= 0, from memory_gap) after the one before. */
MemoryState memory_next(const MemoryModel *model, MemoryState state, double days, MemoryRating rating);

/* Probability of recall `days` after the last review, fractions allowed; 1 (FSRS-7: nearly) at 0, falling. 0 when never
 * reviewed. */
double memory_recall(const MemoryModel *model, MemoryState state, double days);

/* Days after which recall has fallen to `retention` (0.01..0.99); not rounded, at most MEMORY_INTERVAL_MAX. */
double memory_interval(const MemoryModel *model, MemoryState state, double retention);

/* How long the memory lasts, for people: days until recall is 0.9. With FSRS-6 that is the stability. */
double memory_lasts(const MemoryModel *model, MemoryState state);

/* A whole number of days near `interval`, so that what was learnt together does not come back together: `chance` in
 * [0,1) picks evenly from a range of +-15 % of the part from 2.5 to 7 days, 10 % to 20 days and 5 % beyond. Under 2.5
 * days the rounded interval, at least 1. `elapsed`: days since the review before; a longer interval stays longer.
 * Source: ts-fsrs 5.4.2, get_fuzz_range. */
double memory_fuzzed(double interval, double elapsed, double chance);
typedef struct {
    int least, most; /* days */
} MemoryFuzz;
MemoryFuzz memory_fuzz_range(double interval, double elapsed);

/* The rating that an attempt earns. `score` in [0,1]; `confidence` 0 unsaid, 1 guess, 2 think so, 3 sure. A score under
 * MEMORY_PASS is Again whatever else; over it: guessed or partly right is Hard, right is Good, fully right, sure and
 * quicker than half the exercise's usual time is Easy. Unsaid counts as "think so"; what is said is monotone, and so is
 * score. `pace` is seconds taken / usual seconds; 0 when unknown. */
#define MEMORY_PASS 0.6
MemoryRating memory_rating(double score, int confidence, double pace);
