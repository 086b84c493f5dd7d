/* The state of LANES cards and its derivatives, moved from review to review. A step computes each kind of review that
 * occurs in it for all lanes and keeps what belongs to each lane. */
#include "engine/memory/fsrs6_gradient.h"

#include "engine/memory/fsrs6.h"
#include "engine/memory/gradient_sums.h"

#include <math.h>

enum { WEIGHTS = MEMORY_WEIGHTS_FSRS6 };
/* The first weight of each kind. Difficulty depends on w4..w7 alone. */
enum { FIRST_STABILITY = 0, DIFFICULTY = 4, RECALLED = 8, DECAY = 20 };
enum { DIFFICULTY_WEIGHTS = RECALLED - DIFFICULTY };

#define DIFFICULTY_MIN 1.0
#define DIFFICULTY_MAX 10.0

typedef struct {
    Lanes stability, difficulty;
    Lanes stability_by[WEIGHTS];
    Lanes difficulty_by[DIFFICULTY_WEIGHTS]; /* w4.. */
} State;

/* What depends on the weights alone. */
typedef struct {
    const double *w;
    double decay, factor, factor_by_decay; /* by w20 */
    double exp_w8, exp_3w5, cap;
} Constants;

typedef struct {
    Lanes value, by_stability, by_decay; /* by w20 */
} Recall;

/* The next stability and how it changes with the stability and difficulty before and directly with each weight. */
typedef struct {
    Lanes value, by_stability, by_difficulty, by[WEIGHTS];
} Next;

static Constants constants_of(const MemoryModel *model)
{
    const double *w = model->w;
    return (Constants){
        .w = w,
        .decay = model->decay,
        .factor = model->factor,
        .factor_by_decay = (model->factor + 1) * log(0.9) / (w[DECAY] * w[DECAY]),
        .exp_w8 = exp(w[8]),
        .exp_3w5 = exp(3 * w[5]),
        .cap = exp(-w[17] * w[18]),
    };
}

LANES_INLINE Recall recall_after(const Constants *c, Lanes stability, Lanes days)
{
    Lanes gap = days / stability;
    Lanes q = 1 + c->factor * gap;
    Lanes log_q = lanes_log(q);
    Lanes value = lanes_exp(c->decay * log_q);
    Lanes slope = value * c->decay / q;
    return (Recall){
        .value = value,
        .by_stability = -slope * c->factor * gap / stability,
        .by_decay = slope * gap * c->factor_by_decay - value * log_q,
    };
}

/* Takes over `value` and its derivatives in the lanes of the mask. */
LANES_INLINE void take(Next *next, LanesMask mask, Lanes value, Lanes by_stability, Lanes by_difficulty)
{
    next->value = lanes_select(mask, value, next->value);
    next->by_stability = lanes_select(mask, by_stability, next->by_stability);
    next->by_difficulty = lanes_select(mask, by_difficulty, next->by_difficulty);
}

LANES_INLINE void recalled(Next *next, LanesMask mask, const Constants *c, const State *state, Lanes log_stability,
                           const Recall *recall, Lanes rating)
{
    const double *w = c->w;
    Lanes one = lanes_all(1);
    LanesMask is_hard = rating == RATING_HARD, is_easy = rating == RATING_EASY;
    Lanes grown = lanes_exp(w[10] * (1 - recall->value));
    Lanes room = 11 - state->difficulty;
    Lanes plain = state->stability * c->exp_w8 * lanes_exp(-w[9] * log_stability);
    Lanes bonus = lanes_select(is_hard, w[15] * one, lanes_select(is_easy, w[16] * one, one));
    Lanes scale = plain * bonus;
    Lanes gain = scale * room * (grown - 1);
    Lanes by_recall = -w[10] * scale * room * grown;
    take(next, mask, state->stability + gain,
         1 + gain * (1 - w[9]) / state->stability + by_recall * recall->by_stability, -scale * (grown - 1));
    next->by[8] = lanes_keep(mask, gain);
    next->by[9] = lanes_keep(mask, -gain * log_stability);
    next->by[10] = lanes_keep(mask, scale * room * grown * (1 - recall->value));
    next->by[15] = lanes_keep(mask & is_hard, plain * room * (grown - 1));
    next->by[16] = lanes_keep(mask & is_easy, plain * room * (grown - 1));
    next->by[DECAY] += lanes_keep(mask, by_recall * recall->by_decay);
}

LANES_INLINE void forgotten(Next *next, LanesMask mask, const Constants *c, const State *state, const Recall *recall)
{
    const double *w = c->w;
    Lanes log_plus_one = lanes_log(state->stability + 1);
    Lanes log_difficulty = lanes_log(state->difficulty);
    Lanes power = lanes_exp(w[13] * log_plus_one);
    Lanes scale = w[11] * lanes_exp(w[14] * (1 - recall->value) - w[12] * log_difficulty);
    Lanes value = scale * (power - 1);
    Lanes most = state->stability * c->cap;
    LanesMask is_capped = mask & (value > most), is_free = mask & ~is_capped;
    take(next, is_free, value, scale * w[13] * power / (state->stability + 1) - w[14] * value * recall->by_stability,
         -w[12] * value / state->difficulty);
    take(next, is_capped, most, lanes_all(c->cap), lanes_all(0));
    next->by[11] = lanes_keep(is_free, value / w[11]);
    next->by[12] = lanes_keep(is_free, -value * log_difficulty);
    next->by[13] = lanes_keep(is_free, scale * power * log_plus_one);
    next->by[14] = lanes_keep(is_free, value * (1 - recall->value));
    next->by[DECAY] += lanes_keep(is_free, -w[14] * value * recall->by_decay);
    next->by[17] = lanes_keep(is_capped, -w[18] * most);
    next->by[18] = lanes_keep(is_capped, -w[17] * most);
}

LANES_INLINE void same_day(Next *next, LanesMask mask, const Constants *c, const State *state, Lanes log_stability,
                           Lanes rating)
{
    const double *w = c->w;
    Lanes push = rating - 3 + w[18];
    Lanes growth = lanes_exp(w[17] * push - w[19] * log_stability);
    Lanes value = state->stability * growth;
    LanesMask moves = mask & ((rating < RATING_HARD) | (growth > 1));
    take(next, moves, value, growth * (1 - w[19]), lanes_all(0));
    next->by[17] += lanes_keep(moves, value * push);
    next->by[18] += lanes_keep(moves, value * w[17]);
    next->by[19] = lanes_keep(moves, -value * log_stability);
}

LANES_INLINE void difficulty_next(const Constants *c, State *state, Lanes rating)
{
    const double *w = c->w;
    double target = w[4] - c->exp_3w5 + 1;
    Lanes room = (DIFFICULTY_MAX - state->difficulty) / 9;
    Lanes damped = state->difficulty - w[6] * (rating - 3) * room;
    Lanes value = w[7] * target + (1 - w[7]) * damped;
    Lanes slope = (1 - w[7]) * (1 + w[6] * (rating - 3) / 9);
    LanesMask is_free = (value > DIFFICULTY_MIN) & (value < DIFFICULTY_MAX);
    Lanes direct[DIFFICULTY_WEIGHTS] = {
        lanes_all(w[7]),
        lanes_all(-3 * w[7] * c->exp_3w5),
        -(1 - w[7]) * (rating - 3) * room,
        target - damped,
    };
    for (int i = 0; i < DIFFICULTY_WEIGHTS; i++)
        state->difficulty_by[i] = lanes_keep(is_free, slope * state->difficulty_by[i] + direct[i]);
    state->difficulty = lanes_clamp(value, DIFFICULTY_MIN, DIFFICULTY_MAX);
}

LANES_INLINE void move(State *state, const Next *next)
{
    LanesMask is_free = (next->value > FSRS6_STABILITY_MIN) & (next->value < MEMORY_STABILITY_MAX);
    Lanes by_stability = lanes_keep(is_free, next->by_stability);
    Lanes by_difficulty = lanes_keep(is_free, next->by_difficulty);
    for (int i = 0; i < WEIGHTS; i++)
        state->stability_by[i] *= by_stability;
    for (int i = 0; i < DIFFICULTY_WEIGHTS; i++)
        state->stability_by[DIFFICULTY + i] += by_difficulty * state->difficulty_by[i];
    for (int i = RECALLED; i < WEIGHTS; i++)
        state->stability_by[i] += lanes_keep(is_free, next->by[i]);
    state->stability = lanes_clamp(next->value, FSRS6_STABILITY_MIN, MEMORY_STABILITY_MAX);
}

LANES_INLINE void begin(const Constants *c, State *state, Lanes rating)
{
    const double *w = c->w;
    *state = (State){ .stability = lanes_all(1) };
    for (int i = 0; i < 4; i++) {
        LanesMask rated = rating == i + 1;
        state->stability = lanes_select(rated, lanes_all(w[FIRST_STABILITY + i]), state->stability);
        state->stability_by[FIRST_STABILITY + i] = lanes_keep(rated, lanes_all(1));
    }
    Lanes power = lanes_exp(w[5] * (rating - 1));
    Lanes difficulty = w[4] - power + 1;
    LanesMask is_free = (difficulty > DIFFICULTY_MIN) & (difficulty < DIFFICULTY_MAX);
    state->difficulty_by[0] = lanes_keep(is_free, lanes_all(1));
    state->difficulty_by[1] = lanes_keep(is_free, (1 - rating) * power);
    state->difficulty = lanes_clamp(difficulty, DIFFICULTY_MIN, DIFFICULTY_MAX);
}

LANES_INLINE void count(LaneSums *sums, const State *state, const Recall *recall, Lanes rating, Lanes weight)
{
    Lanes by_weight[WEIGHTS];
    for (int i = 0; i < WEIGHTS; i++)
        by_weight[i] = recall->by_stability * state->stability_by[i];
    by_weight[DECAY] += recall->by_decay;
    gradient_sums_add(sums, recall->value, by_weight, WEIGHTS, rating > RATING_AGAIN, weight);
}

LANES_INLINE void step(const Constants *c, State *state, LaneSums *sums, PackKinds kinds, Lanes days, Lanes rating,
                       Lanes weight)
{
    Lanes log_stability = lanes_log(state->stability);
    LanesMask is_later = days >= 1, is_again = rating == RATING_AGAIN;
    Next next = { .value = state->stability, .by_stability = lanes_all(1) };
    if (kinds & (PACK_RECALLED | PACK_FORGOTTEN)) {
        Recall recall = recall_after(c, state->stability, days);
        if (kinds & PACK_COUNTED)
            count(sums, state, &recall, rating, weight);
        if (kinds & PACK_RECALLED)
            recalled(&next, is_later & ~is_again, c, state, log_stability, &recall, rating);
        if (kinds & PACK_FORGOTTEN)
            forgotten(&next, is_later & is_again, c, state, &recall);
    }
    if (kinds & PACK_SAME_DAY)
        same_day(&next, ~is_later, c, state, log_stability, rating);
    move(state, &next);
    difficulty_next(c, state, rating);
}

void LANES_NAMED(fsrs6_gradient)(const MemoryModel *model, const ReviewPack *pack, guint first, guint last, guint every,
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
