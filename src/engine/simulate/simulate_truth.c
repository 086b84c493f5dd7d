/* Simulated memory: see simulate_truth.h. Hides what a mind of each truth keeps. */
#include "engine/simulate/simulate_truth.h"

#include <math.h>
#include <string.h>

struct SimulateMind {
    const SimulateTruth *truth;
    gpointer own; /* what the truth keeps */
};

/* --- FSRS-6 with weights of the learner's own */

typedef struct {
    double ease; /* what the first stability is multiplied by */
    MemoryState state;
    gboolean is_read;
    double day; /* of the last practice */
    MemoryRating felt;
} Trace;

typedef struct {
    guint n;
    MemoryModel usual, model;
    Trace *traces; /* by concept */
} Fsrs;

enum { FIRST_STABILITIES = 4 };
#define STRENGTH_SPREAD 0.6
#define EASE_SPREAD 0.3
#define WEIGHT_SPREAD 0.5 /* of what follows: a part of that is error of fitting */
/* Standard deviations of fitted weights w4..w20 among people: fsrs-rs 6.6.1, the prior of its optimiser. */
static const double weight_spread[MEMORY_WEIGHTS_FSRS6] = {
    [4] = 0.57,  [5] = 0.28,  [6] = 0.6,   [7] = 0.12,  [8] = 0.39,  [9] = 0.18,  [10] = 0.33, [11] = 0.3,  [12] = 0.09,
    [13] = 0.16, [14] = 0.57, [15] = 0.25, [16] = 1.03, [17] = 0.31, [18] = 0.32, [19] = 0.14, [20] = 0.27,
};

/* FSRS-6 has no forgetting within a day. fsrs-rs 6.6.1, the default of its simulator: share that is not Again at the
 * first sight of a card, and in the learning steps after Again, Hard, Good and Easy. */
#define RECALL_JUST_READ (1 - 0.24)
static const double recall_same_day[] = {
    [RATING_AGAIN] = 1 - 0.3686, [RATING_HARD] = 1 - 0.0442, [RATING_GOOD] = 1 - 0.0519, [RATING_EASY] = 1 - 0.0519
};

static gpointer fsrs_create(guint concepts)
{
    Fsrs *mind = g_new0(Fsrs, 1);
    mind->n = concepts;
    mind->usual = memory_model_default(MEMORY_FSRS6);
    mind->traces = g_new0(Trace, concepts);
    return mind;
}

static void fsrs_destroy(gpointer own)
{
    Fsrs *mind = own;
    g_free(mind->traces);
    g_free(mind);
}

static void fsrs_begin(gpointer own, guint64 key)
{
    Fsrs *mind = own;
    Chance chance = chance_begin(key);
    double weights[MEMORY_WEIGHTS_FSRS6];
    double strength = exp(STRENGTH_SPREAD * chance_normal(&chance));
    for (int i = 0; i < MEMORY_WEIGHTS_FSRS6; i++)
        weights[i] = i < FIRST_STABILITIES
                         ? mind->usual.w[i] * strength
                         : mind->usual.w[i] + WEIGHT_SPREAD * weight_spread[i] * chance_normal(&chance);
    gboolean finite = memory_model_init(&mind->model, weights, MEMORY_WEIGHTS_FSRS6);
    g_assert(finite);
    for (guint i = 0; i < mind->n; i++)
        mind->traces[i] = (Trace){ .ease = exp(EASE_SPREAD * chance_normal(&chance)) };
}

static double fsrs_recall(gconstpointer own, guint concept, double days)
{
    const Fsrs *mind = own;
    const Trace *trace = &mind->traces[concept];
    if (!(trace->state.stability > 0))
        return trace->is_read ? RECALL_JUST_READ : 0;
    double elapsed = floor(days) - trace->day;
    return elapsed > 0 ? memory_recall(&mind->model, trace->state, elapsed) : recall_same_day[trace->felt];
}

static void fsrs_read(gpointer own, guint concept, double days)
{
    Fsrs *mind = own;
    mind->traces[concept].is_read = TRUE;
}

static void fsrs_practise(gpointer own, guint concept, double days, MemoryRating felt)
{
    Fsrs *mind = own;
    Trace *trace = &mind->traces[concept];
    double day = floor(days);
    gboolean is_first = !(trace->state.stability > 0);
    trace->state = memory_next(&mind->model, trace->state, is_first ? 0 : day - trace->day, felt);
    if (is_first)
        trace->state.stability *= trace->ease;
    trace->day = day;
    trace->felt = felt;
}

/* --- activation: traces that fade as powers of time */

typedef struct {
    double days; /* since the beginning */
    double decay;
    guint before; /* the practice of the same concept before it, 1 + index; 0 none */
} Practice;

typedef struct {
    double ease; /* added to the activation */
    guint last;  /* 1 + index; 0 never practised */
} Concept;

enum { LOGS = 512 }; /* more than the days of a year and what comes after it */

typedef struct {
    guint n;
    double threshold, slowest; /* the slowest decay */
    Concept *concepts;
    GArray *practices; /* Practice */
    double logs[LOGS]; /* of the psychological seconds in so many days: to look them up halves the time */
} Activation;

/* Pavlik and Anderson 2005. */
#define DECAY_SCALE 0.217
#define DECAY_LEAST 0.177
#define BETWEEN_SESSIONS 0.025 /* psychological seconds in a second between sessions */
/* Ours: see simulate_truth.h. */
#define DECAY_LEAST_SPREAD 0.03
#define DECAY_LEAST_MIN 0.05
#define THRESHOLD -1.5
#define THRESHOLD_SPREAD 0.25
#define NOISE 0.4
#define ACTIVATION_EASE_SPREAD 0.3

#define DAY_SECONDS 86400.0
#define SECONDS_LEAST 1.0 /* since a practice: the power law has no value at 0 */

static gpointer activation_create(guint concepts)
{
    Activation *mind = g_new0(Activation, 1);
    mind->n = concepts;
    mind->concepts = g_new0(Concept, concepts);
    mind->practices = g_array_new(FALSE, FALSE, sizeof(Practice));
    for (guint i = 1; i < LOGS; i++)
        mind->logs[i] = log(i * BETWEEN_SESSIONS * DAY_SECONDS);
    return mind;
}

static void activation_destroy(gpointer own)
{
    Activation *mind = own;
    g_array_unref(mind->practices);
    g_free(mind->concepts);
    g_free(mind);
}

static void activation_begin(gpointer own, guint64 key)
{
    Activation *mind = own;
    Chance chance = chance_begin(key);
    mind->threshold = THRESHOLD + THRESHOLD_SPREAD * chance_normal(&chance);
    mind->slowest = MAX(DECAY_LEAST_MIN, DECAY_LEAST + DECAY_LEAST_SPREAD * chance_normal(&chance));
    g_array_set_size(mind->practices, 0);
    for (guint i = 0; i < mind->n; i++)
        mind->concepts[i] = (Concept){ .ease = ACTIVATION_EASE_SPREAD * chance_normal(&chance) };
}

/* The logarithm of the psychological seconds between: within a session as they are, from session to session by the day.
 */
static double log_passed(const Activation *mind, double from, double to)
{
    double whole = floor(to) - floor(from);
    if (whole <= 0)
        return log(MAX((to - from) * DAY_SECONDS, SECONDS_LEAST));
    return whole < LOGS ? mind->logs[(guint)whole] : log(whole * BETWEEN_SESSIONS * DAY_SECONDS);
}

/* e^m: the sum of what is left of each practice. */
static double strength(const Activation *mind, guint concept, double days)
{
    double sum = 0;
    for (guint i = mind->concepts[concept].last; i > 0;) {
        const Practice *practice = &g_array_index(mind->practices, Practice, i - 1);
        sum += exp(-practice->decay * log_passed(mind, practice->days, days));
        i = practice->before;
    }
    return sum;
}

static double activation_recall(gconstpointer own, guint concept, double days)
{
    const Activation *mind = own;
    if (mind->concepts[concept].last == 0)
        return 0;
    double activation = log(strength(mind, concept, days)) + mind->concepts[concept].ease;
    return 1 / (1 + exp((mind->threshold - activation) / NOISE));
}

static void activation_read(gpointer own, guint concept, double days)
{
    Activation *mind = own;
    Practice practice = {
        .days = days,
        .decay = DECAY_SCALE * strength(mind, concept, days) + mind->slowest,
        .before = mind->concepts[concept].last,
    };
    g_array_append_val(mind->practices, practice);
    mind->concepts[concept].last = mind->practices->len;
}

/* Feedback shows what was not recalled, so either way it leaves a trace. */
static void activation_practise(gpointer own, guint concept, double days, MemoryRating felt)
{
    activation_read(own, concept, days);
}

/* --- the table */

const SimulateTruth simulate_truths[SIMULATE_TRUTHS + 1] = {
    { "fsrs", "FSRS-6 with weights of each learner's own", fsrs_create, fsrs_destroy, fsrs_begin, fsrs_recall,
      fsrs_read, fsrs_practise },
    { "activation", "traces that fade as powers of time (Pavlik and Anderson 2005)", activation_create,
      activation_destroy, activation_begin, activation_recall, activation_read, activation_practise },
    { 0 },
};

const SimulateTruth *simulate_truth_named(const char *name)
{
    for (const SimulateTruth *truth = simulate_truths; truth->name; truth++)
        if (g_str_equal(truth->name, name))
            return truth;
    return NULL;
}

SimulateMind *simulate_mind_new(const SimulateTruth *truth, guint concepts)
{
    SimulateMind *mind = g_new0(SimulateMind, 1);
    mind->truth = truth;
    mind->own = truth->create(concepts);
    return mind;
}

void simulate_mind_free(SimulateMind *mind)
{
    mind->truth->destroy(mind->own);
    g_free(mind);
}

void simulate_mind_begin(SimulateMind *mind, guint64 key)
{
    mind->truth->begin(mind->own, key);
}

double simulate_mind_recall(const SimulateMind *mind, guint concept, double days)
{
    return mind->truth->recall(mind->own, concept, days);
}

void simulate_mind_read(SimulateMind *mind, guint concept, double days)
{
    mind->truth->read(mind->own, concept, days);
}

void simulate_mind_practise(SimulateMind *mind, guint concept, double days, MemoryRating felt)
{
    mind->truth->practise(mind->own, concept, days, felt);
}
