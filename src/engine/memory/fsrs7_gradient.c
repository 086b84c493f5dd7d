/* The state of LANES cards and its derivatives, moved from review to review. Stability of both traces and difficulty
 * depend on nearly all weights, so each carries all derivatives. */
#include "engine/memory/fsrs7_gradient.h"

#include "engine/memory/fsrs7.h"
#include "engine/memory/gradient_sums.h"

#include <math.h>

enum { WEIGHTS = MEMORY_WEIGHTS_FSRS7 };
/* Where the eight weights of a trace begin, and those of forgetting. */
enum { SLOW = 7, FAST = 15, FORGETTING = 23 };
enum { TRACE_WEIGHTS = FAST - SLOW, FORGETTING_WEIGHTS = WEIGHTS - FORGETTING };

#define DIFFICULTY_MIN 1.0
#define DIFFICULTY_MAX 10.0
#define DIFFICULTY_REVERSION 0.01
#define FAST_SHARE 0.8
#define DECAY_MIN 0.01
#define DECAY_MAX 0.95
#define FACTOR_EXPONENT_MAX 60.0
#define RECALL_EDGE 1e-5

typedef struct {
    Lanes slow, fast, difficulty;
    Lanes slow_by[WEIGHTS], fast_by[WEIGHTS], difficulty_by[WEIGHTS];
} State;

/* What depends on the weights alone. */
typedef struct {
    const double *w;
    double log_w25;
    double slow_power, slow_base_by_w24, slow_base_by_w26; /* w26^(-1/w24); that less 1 is the base */
    double exp_3w5;
} Constants;

/* Recall, of the fast trace alone or mixed, with all its derivatives. */
typedef struct {
    Lanes value, by[WEIGHTS];
} Recall;

/* A trace's part in recall: its recall and share, and how they change directly with the state and the weights. */
typedef struct {
    Lanes recall, recall_by_stability, recall_by_difficulty;
    Lanes share, share_by_stability, share_by_difficulty;
    Lanes recall_by[FORGETTING_WEIGHTS], share_by[FORGETTING_WEIGHTS]; /* w23.. */
} Trace;

static Constants constants_of(const MemoryModel *model)
{
    const double *w = model->w;
    double power = pow(w[26], -1 / w[24]);
    return (Constants){
        .w = w,
        .log_w25 = log(w[25]),
        .slow_power = power,
        .slow_base_by_w24 = power * log(w[26]) / (w[24] * w[24]),
        .slow_base_by_w26 = -power / (w[24] * w[26]),
        .exp_3w5 = exp(3 * w[5]),
    };
}

LANES_INLINE Lanes *forgetting(Lanes *by, guint weight)
{
    return &by[weight - FORGETTING];
}

LANES_INLINE void fast_trace(Trace *trace, const Constants *c, const State *state, Lanes log_fast, Lanes days)
{
    const double *w = c->w;
    Lanes power = w[23] * lanes_exp((w[33] - 0.3) * log_fast);
    LanesMask decay_is_free = (power > DECAY_MIN) & (power < DECAY_MAX);
    Lanes decay = lanes_clamp(power, DECAY_MIN, DECAY_MAX);
    Lanes exponent = -c->log_w25 / decay;
    LanesMask exponent_is_free = exponent < FACTOR_EXPONENT_MAX;
    Lanes grown = lanes_exp(lanes_min(exponent, lanes_all(FACTOR_EXPONENT_MAX)));
    Lanes gap = days / state->fast;
    Lanes x = (grown - 1) * gap;
    Lanes log_q = lanes_log(1 + x);
    Lanes recall = lanes_exp(-decay * log_q);
    Lanes by_x = -recall * decay / (1 + x);
    Lanes by_exponent = lanes_keep(exponent_is_free, by_x * gap * grown);
    Lanes by_decay = lanes_keep(decay_is_free, -recall * log_q - by_exponent * exponent / decay);
    trace->recall = recall;
    trace->recall_by_stability = (by_decay * decay * (w[33] - 0.3) - by_x * x) / state->fast;
    *forgetting(trace->recall_by, 23) = by_decay * decay / w[23];
    *forgetting(trace->recall_by, 25) = -by_exponent / (w[25] * decay);
    *forgetting(trace->recall_by, 33) = by_decay * decay * log_fast;

    trace->share = w[27] * lanes_exp(-w[29] * log_fast);
    trace->share_by_stability = -w[29] * trace->share / state->fast;
    *forgetting(trace->share_by, 27) = trace->share / w[27];
    *forgetting(trace->share_by, 29) = -trace->share * log_fast;
}

LANES_INLINE void slow_trace(Trace *trace, const Constants *c, const State *state, Lanes log_slow, Lanes days)
{
    const double *w = c->w;
    Lanes above = state->difficulty - 5;
    Lanes scaled_gap = lanes_exp(above * (w[32] - 0.3)) * days / state->slow;
    Lanes x = (c->slow_power - 1) * scaled_gap;
    Lanes log_q = lanes_log(1 + x);
    Lanes recall = lanes_exp(-w[24] * log_q);
    Lanes by_x = -recall * w[24] / (1 + x);
    trace->recall = recall;
    trace->recall_by_stability = -by_x * x / state->slow;
    trace->recall_by_difficulty = by_x * x * (w[32] - 0.3);
    *forgetting(trace->recall_by, 24) = by_x * scaled_gap * c->slow_base_by_w24 - recall * log_q;
    *forgetting(trace->recall_by, 26) = by_x * scaled_gap * c->slow_base_by_w26;
    *forgetting(trace->recall_by, 32) = by_x * x * above;

    trace->share = w[28] * lanes_exp(w[30] * log_slow + above * (w[31] - 0.5));
    trace->share_by_stability = w[30] * trace->share / state->slow;
    trace->share_by_difficulty = trace->share * (w[31] - 0.5);
    *forgetting(trace->share_by, 28) = trace->share / w[28];
    *forgetting(trace->share_by, 30) = trace->share * log_slow;
    *forgetting(trace->share_by, 31) = trace->share * above;
}

/* What one trace adds to the change of recall for a change in something: of its recall and of its share. */
LANES_INLINE Lanes mixed_change(const Trace *trace, Lanes mean, Lanes sum, Lanes recall_change, Lanes share_change)
{
    return (1 - 2 * RECALL_EDGE) * (trace->share * recall_change + (trace->recall - mean) * share_change) / sum;
}

LANES_INLINE void recall_after(const Constants *c, const State *state, Lanes log_slow, Lanes log_fast, Lanes days,
                               Recall *mixed, Recall *of_fast)
{
    Trace fast = { 0 }, slow = { 0 };
    fast_trace(&fast, c, state, log_fast, days);
    slow_trace(&slow, c, state, log_slow, days);
    Lanes sum = fast.share + slow.share;
    Lanes mean = (fast.share * fast.recall + slow.share * slow.recall) / sum;
    Lanes by_slow = mixed_change(&slow, mean, sum, slow.recall_by_stability, slow.share_by_stability);
    Lanes by_difficulty = mixed_change(&slow, mean, sum, slow.recall_by_difficulty, slow.share_by_difficulty);
    Lanes by_fast = mixed_change(&fast, mean, sum, fast.recall_by_stability, fast.share_by_stability);
    mixed->value = mean * (1 - 2 * RECALL_EDGE) + RECALL_EDGE;
    of_fast->value = fast.recall;
    for (int i = 0; i < WEIGHTS; i++) {
        mixed->by[i] =
            by_slow * state->slow_by[i] + by_fast * state->fast_by[i] + by_difficulty * state->difficulty_by[i];
        of_fast->by[i] = fast.recall_by_stability * state->fast_by[i];
    }
    for (int i = 0; i < FORGETTING_WEIGHTS; i++) {
        mixed->by[FORGETTING + i] += mixed_change(&fast, mean, sum, fast.recall_by[i], fast.share_by[i]) +
                                     mixed_change(&slow, mean, sum, slow.recall_by[i], slow.share_by[i]);
        of_fast->by[FORGETTING + i] += fast.recall_by[i];
    }
}

/* The next stability of a trace, and how it changes directly with what it is computed from. */
typedef struct {
    Lanes value, by_stability, by_difficulty, by_recall, by[TRACE_WEIGHTS];
} Next;

LANES_INLINE void recalled(Next *next, LanesMask mask, const double *w, Lanes stability, Lanes log_stability,
                           Lanes difficulty, Lanes recall, Lanes rating)
{
    LanesMask is_hard = rating == RATING_HARD, is_easy = rating == RATING_EASY;
    Lanes bonus = lanes_select(is_hard, lanes_all(w[6]), lanes_select(is_easy, lanes_all(w[7]), lanes_all(1)));
    Lanes room = 11 - difficulty;
    Lanes plain = room * lanes_exp(w[0] - 1.5 + (1 - w[1]) * log_stability);
    Lanes grown = lanes_exp((1 - recall) * w[2]);
    Lanes scale = plain * bonus;
    Lanes gain = scale * (grown - 1);
    next->value = lanes_select(mask, stability + gain, next->value);
    next->by_stability = lanes_select(mask, 1 + (1 - w[1]) * gain / stability, next->by_stability);
    next->by_difficulty = lanes_keep(mask, -gain / room);
    next->by_recall = lanes_keep(mask, -w[2] * scale * grown);
    next->by[0] = lanes_keep(mask, gain);
    next->by[1] = lanes_keep(mask, -gain * log_stability);
    next->by[2] = lanes_keep(mask, (1 - recall) * scale * grown);
    next->by[6] = lanes_keep(mask & is_hard, plain * (grown - 1));
    next->by[7] = lanes_keep(mask & is_easy, plain * (grown - 1));
}

/* Forgetting never adds stability. */
LANES_INLINE void forgotten(Next *next, LanesMask mask, const double *w, Lanes stability, Lanes recall)
{
    Lanes log_plus_one = lanes_log(stability + 1);
    Lanes power = lanes_exp(w[4] * log_plus_one);
    Lanes scale = w[3] * lanes_exp((1 - recall) * w[5]);
    Lanes value = scale * (power - 1);
    LanesMask is_less = mask & (value < stability);
    next->value = lanes_select(is_less, value, next->value);
    next->by_stability = lanes_select(is_less, scale * w[4] * power / (stability + 1), next->by_stability);
    next->by_recall += lanes_keep(is_less, -w[5] * value);
    next->by[3] = lanes_keep(is_less, value / w[3]);
    next->by[4] = lanes_keep(is_less, scale * power * log_plus_one);
    next->by[5] = lanes_keep(is_less, (1 - recall) * value);
}

LANES_INLINE Next trace_next(PackKinds kinds, const double *w, Lanes stability, Lanes log_stability, Lanes difficulty,
                             Lanes recall, Lanes rating)
{
    Next next = { .value = stability, .by_stability = lanes_all(1) };
    LanesMask is_again = rating == RATING_AGAIN;
    if (kinds & PACK_RECALLED)
        recalled(&next, ~is_again, w, stability, log_stability, difficulty, recall, rating);
    if (kinds & PACK_FORGOTTEN)
        forgotten(&next, is_again, w, stability, recall);
    return next;
}

/* Moves a trace whose weights begin at `first`. */
LANES_INLINE Lanes trace_move(Lanes *by, const State *state, const Next *next, guint first, const Recall *recall)
{
    LanesMask is_free = (next->value > FSRS7_STABILITY_MIN) & (next->value < MEMORY_STABILITY_MAX);
    Lanes by_stability = lanes_keep(is_free, next->by_stability);
    Lanes by_difficulty = lanes_keep(is_free, next->by_difficulty);
    Lanes by_recall = lanes_keep(is_free, next->by_recall);
    for (int i = 0; i < WEIGHTS; i++)
        by[i] = by_stability * by[i] + by_difficulty * state->difficulty_by[i] + by_recall * recall->by[i];
    for (guint i = 0; i < TRACE_WEIGHTS; i++)
        by[first + i] += lanes_keep(is_free, next->by[i]);
    return lanes_clamp(next->value, FSRS7_STABILITY_MIN, MEMORY_STABILITY_MAX);
}

/* After forgetting, the fast trace is at most a share of the slow one. */
LANES_INLINE void hold_fast(State *state, LanesMask mask)
{
    Lanes most = FAST_SHARE * state->slow;
    LanesMask is_held = mask & (state->fast > most) & (most > FSRS7_STABILITY_MIN);
    for (int i = 0; i < WEIGHTS; i++)
        state->fast_by[i] = lanes_select(is_held, FAST_SHARE * state->slow_by[i], state->fast_by[i]);
    state->fast = lanes_select(
        mask, lanes_clamp(lanes_min(state->fast, most), FSRS7_STABILITY_MIN, MEMORY_STABILITY_MAX), state->fast);
}

LANES_INLINE void difficulty_next(const Constants *c, State *state, const Recall *recall, Lanes rating)
{
    const double *w = c->w;
    LanesMask is_again = rating == RATING_AGAIN;
    Lanes keep = lanes_all(1 - DIFFICULTY_REVERSION);
    Lanes room = (DIFFICULTY_MAX - state->difficulty) / 9;
    Lanes push = (3 - rating) * lanes_select(is_again, recall->value + 0.1, lanes_all(1));
    Lanes damped = state->difficulty + w[6] * push * room;
    Lanes value = DIFFICULTY_REVERSION * (w[4] - c->exp_3w5 + 1) + keep * damped;
    LanesMask is_free = (value > DIFFICULTY_MIN) & (value < DIFFICULTY_MAX);
    Lanes by_difficulty = lanes_keep(is_free, keep * (1 - w[6] * push / 9));
    Lanes by_recall = lanes_keep(is_free & is_again, keep * w[6] * (3 - rating) * room);
    for (int i = 0; i < WEIGHTS; i++)
        state->difficulty_by[i] = by_difficulty * state->difficulty_by[i] + by_recall * recall->by[i];
    state->difficulty_by[4] += lanes_keep(is_free, lanes_all(DIFFICULTY_REVERSION));
    state->difficulty_by[5] += lanes_keep(is_free, lanes_all(-3 * DIFFICULTY_REVERSION * c->exp_3w5));
    state->difficulty_by[6] += lanes_keep(is_free, keep * push * room);
    state->difficulty = lanes_clamp(value, DIFFICULTY_MIN, DIFFICULTY_MAX);
}

LANES_INLINE void begin(const Constants *c, State *state, Lanes rating)
{
    const double *w = c->w;
    *state = (State){ .slow = lanes_all(1) };
    for (int i = 0; i < 4; i++) {
        LanesMask rated = rating == i + 1;
        state->slow = lanes_select(rated, lanes_all(w[i]), state->slow);
        state->slow_by[i] = lanes_keep(rated, lanes_all(1));
        state->fast_by[i] = lanes_keep(rated & (FAST_SHARE * state->slow > FSRS7_STABILITY_MIN), lanes_all(FAST_SHARE));
    }
    state->fast = lanes_max(FAST_SHARE * state->slow, lanes_all(FSRS7_STABILITY_MIN));
    Lanes power = lanes_exp(w[5] * (rating - 1));
    Lanes difficulty = w[4] - power + 1;
    LanesMask is_free = (difficulty > DIFFICULTY_MIN) & (difficulty < DIFFICULTY_MAX);
    state->difficulty_by[4] = lanes_keep(is_free, lanes_all(1));
    state->difficulty_by[5] = lanes_keep(is_free, (1 - rating) * power);
    state->difficulty = lanes_clamp(difficulty, DIFFICULTY_MIN, DIFFICULTY_MAX);
}

LANES_INLINE void step(const Constants *c, State *state, LaneSums *sums, PackKinds kinds, Lanes days, Lanes rating,
                       Lanes weight)
{
    Lanes log_slow = lanes_log(state->slow), log_fast = lanes_log(state->fast);
    Recall recall, of_fast;
    recall_after(c, state, log_slow, log_fast, days, &recall, &of_fast);
    if (kinds & PACK_COUNTED)
        gradient_sums_add(sums, recall.value, recall.by, WEIGHTS, rating > RATING_AGAIN, weight);
    Next slow = trace_next(kinds, &c->w[SLOW], state->slow, log_slow, state->difficulty, recall.value, rating);
    Next fast = trace_next(kinds, &c->w[FAST], state->fast, log_fast, state->difficulty, of_fast.value, rating);
    state->slow = trace_move(state->slow_by, state, &slow, SLOW, &recall);
    state->fast = trace_move(state->fast_by, state, &fast, FAST, &of_fast);
    if (kinds & PACK_FORGOTTEN)
        hold_fast(state, rating == RATING_AGAIN);
    difficulty_next(c, state, &recall, rating);
}

void LANES_NAMED(fsrs7_gradient)(const MemoryModel *model, const ReviewPack *pack, guint first, guint last, guint every,
                                 MemorySums *sums)
{
    const Constants c = constants_of(model);
    LaneSums lanes = { 0 };
    for (guint group = first; group < last; group += every) {
        for (guint lane = 0; lane < LANES_MOST; lane += LANES) {
            State state;
            begin(&c, &state, lanes_load(&pack->rating[pack->first[group] * (gsize)LANES_MOST + lane]));
            for (guint s = pack->first[group] + 1; s < pack->first[group + 1]; s++) {
                gsize at = s * (gsize)LANES_MOST + lane;
                step(&c, &state, &lanes, pack->kinds[s], lanes_load(&pack->days[at]), lanes_load(&pack->rating[at]),
                     lanes_load(&pack->weight[at]));
            }
        }
    }
    gradient_sums_end(&lanes, WEIGHTS, sums);
}
