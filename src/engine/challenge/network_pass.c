/* Network pass: the way of a window through the network, forward and back. Declared in
 * engine/challenge/challenge_network.h. */
#include "engine/challenge/network_scratch.h"
#include "engine/maths/matrix.h"
#include "engine/maths/odds.h"
#include "engine/simulate/chance.h"

#include <string.h>

static const float *part_of(const ChallengeNetwork *network, NetworkPart part)
{
    return network->weights + network->part[part];
}

static float *gradient_of(const ChallengeNetwork *network, NetworkPart part)
{
    return network->gradient + network->part[part];
}

static void add_row(float *to, const NetworkTable *table, guint row, float share)
{
    const float *from = table->values + (gsize)row * table->width;
    for (guint i = 0; i < table->width; i++)
        to[i] += share * from[i];
}

static void add_gradient(NetworkTable *table, guint row, const float *from, float share)
{
    float *to = table->gradient + (gsize)row * table->width;
    table->touched[row] = 1;
    for (guint i = 0; i < table->width; i++)
        to[i] += share * from[i];
}

/* Forward. */

/* Partial credit lies between the vectors of wrong and right. */
static void hear(const ChallengeNetwork *network, const AttemptLog *log, const Attempt *attempt, float *heard)
{
    const guint item = OUTCOMES * network->item_row[attempt->item];
    add_row(heard, &network->tables[TABLE_HEARD_ITEM], item, 1 - attempt->score);
    add_row(heard, &network->tables[TABLE_HEARD_ITEM], item + 1, attempt->score);
    const float share = 1.0f / (float)MAX(attempt->n_skills, 1);
    for (guint i = 0; i < attempt->n_skills; i++) {
        const guint skill = OUTCOMES * network->skill_row[log->skills[attempt->first_skill + i]];
        add_row(heard, &network->tables[TABLE_HEARD_SKILL], skill, share * (1 - attempt->score));
        add_row(heard, &network->tables[TABLE_HEARD_SKILL], skill + 1, share * attempt->score);
    }
}

static void ask(const ChallengeNetwork *network, const AttemptLog *log, const Attempt *attempt, float *joint)
{
    add_row(joint, &network->tables[TABLE_ASKED_ITEM], network->item_row[attempt->item], 1);
    const float share = 1.0f / (float)MAX(attempt->n_skills, 1);
    for (guint i = 0; i < attempt->n_skills; i++)
        add_row(joint, &network->tables[TABLE_ASKED_SKILL], network->skill_row[log->skills[attempt->first_skill + i]],
                share);
}

/* Inputs of every cell: what is heard, what is asked, and features. */
static void gather(const ChallengeNetwork *network, const AttemptLog *log, const ChallengeFeatures *features,
                   const NetworkWindow *window)
{
    NetworkScratch *scratch = window->scratch;
    for (guint cell = 0; cell < window->lanes * window->steps; cell++) {
        float *heard = scratch->heard + (gsize)cell * NETWORK_HEARD,
              *joint = scratch->joint + (gsize)cell * NETWORK_JOINT,
              *columns = scratch->features + (gsize)cell * CHALLENGE_COLUMNS;
        memset(heard, 0, NETWORK_HEARD * sizeof *heard);
        memcpy(joint, part_of(network, PART_JOINT_BIAS), NETWORK_JOINT * sizeof *joint);
        memcpy(scratch->heard_gates + (gsize)cell * GATES, part_of(network, PART_HEARD_BIAS), GATES * sizeof(float));
        if (window->attempts[cell] < 0) {
            memset(columns, 0, CHALLENGE_COLUMNS * sizeof *columns);
            continue;
        }
        const Attempt *attempt = &log->attempts[window->attempts[cell]];
        hear(network, log, attempt, heard);
        ask(network, log, attempt, joint);
        challenge_features_get(features, (guint)window->attempts[cell], columns);
    }
}

/* One lane's gates: update z, reset r, candidate c; then the next state (1 - z) state + z c. */
static void turn(const float *heard_gates, float *gates, float *candidate, const float *state, float *next)
{
    float *update = gates, *reset = gates + NETWORK_STATE, *fresh = gates + 2 * NETWORK_STATE;
    memcpy(candidate, fresh, NETWORK_STATE * sizeof *candidate);
    for (guint i = 0; i < 2 * NETWORK_STATE; i++)
        gates[i] += heard_gates[i];
    matrix_sigmoid(gates, 2 * NETWORK_STATE);
    for (guint i = 0; i < NETWORK_STATE; i++)
        fresh[i] = 2 * (heard_gates[2 * NETWORK_STATE + i] + reset[i] * candidate[i]);
    matrix_sigmoid(fresh, NETWORK_STATE);
    for (guint i = 0; i < NETWORK_STATE; i++) {
        fresh[i] = 2 * fresh[i] - 1; /* tanh */
        next[i] = (1 - update[i]) * state[i] + update[i] * fresh[i];
    }
}

static void recur(const ChallengeNetwork *network, NetworkWindow *window)
{
    NetworkScratch *scratch = window->scratch;
    const guint lanes = window->lanes;
    memcpy(scratch->states, window->state, (gsize)lanes * NETWORK_STATE * sizeof(float));
    for (guint step = 0; step < window->steps; step++) {
        float *states = scratch->states + (gsize)step * lanes * NETWORK_STATE, *next = states + lanes * NETWORK_STATE;
        float *gates = scratch->gates + (gsize)step * lanes * GATES;
        for (guint lane = 0; lane < lanes; lane++) {
            if (window->begins[step * lanes + lane])
                memset(states + lane * NETWORK_STATE, 0, NETWORK_STATE * sizeof *states);
            memcpy(gates + lane * GATES, part_of(network, PART_STATE_BIAS), GATES * sizeof *gates);
        }
        matrix_add_product(gates, states, part_of(network, PART_STATE), lanes, NETWORK_STATE, GATES);
        for (guint lane = 0; lane < lanes; lane++) {
            const gsize cell = (gsize)step * lanes + lane;
            turn(scratch->heard_gates + cell * GATES, gates + lane * GATES, scratch->candidate + cell * NETWORK_STATE,
                 states + lane * NETWORK_STATE, next + lane * NETWORK_STATE);
        }
    }
    memcpy(window->state, scratch->states + (gsize)window->steps * lanes * NETWORK_STATE,
           (gsize)lanes * NETWORK_STATE * sizeof(float));
}

/* Keeps what is above 0 and, while training, leaves a share of it out; what stays counts for more. */
static void rectify(float *joint, const NetworkWindow *window, guint cell)
{
    if (window->dropout <= 0) {
        for (guint i = 0; i < NETWORK_JOINT; i++)
            joint[i] = MAX(joint[i], 0);
        return;
    }
    Chance chance = chance_begin(chance_key(window->key, cell));
    const float kept = 1 / (1 - (float)window->dropout);
    for (guint i = 0; i < NETWORK_JOINT; i++)
        joint[i] = joint[i] > 0 && chance_uniform(&chance) >= window->dropout ? joint[i] * kept : 0;
}

static float dot(const float *a, const float *b, guint n)
{
    float sum = 0;
    for (guint i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static const float *known_row(const ChallengeNetwork *network, const Attempt *attempt)
{
    const NetworkTable *table = &network->tables[TABLE_KNOWN_ITEM];
    return table->values + (gsize)network->item_row[attempt->item] * table->width;
}

static double answer(const ChallengeNetwork *network, const AttemptLog *log, NetworkWindow *window)
{
    NetworkScratch *scratch = window->scratch;
    const guint cells = window->lanes * window->steps;
    double loss = 0;
    matrix_add_product(scratch->joint, scratch->states, part_of(network, PART_KNOWN), cells, NETWORK_STATE,
                       NETWORK_JOINT);
    matrix_add_product(scratch->joint, scratch->features, part_of(network, PART_FEATURES), cells, CHALLENGE_COLUMNS,
                       NETWORK_JOINT);
    for (guint cell = 0; cell < cells; cell++) {
        if (window->attempts[cell] < 0) {
            window->logits[cell] = scratch->slope[cell] = 0;
            continue;
        }
        float *joint = scratch->joint + (gsize)cell * NETWORK_JOINT;
        rectify(joint, window, cell);
        const Attempt *attempt = &log->attempts[window->attempts[cell]];
        const double logit =
            *part_of(network, PART_BIAS) + dot(joint, part_of(network, PART_ANSWER), NETWORK_JOINT) +
            dot(scratch->states + (gsize)cell * NETWORK_STATE, known_row(network, attempt), NETWORK_STATE) +
            dot(scratch->features + (gsize)cell * CHALLENGE_COLUMNS, part_of(network, PART_LOGISTIC),
                CHALLENGE_COLUMNS);
        const double score = attempt->score;
        window->logits[cell] = (float)logit;
        scratch->slope[cell] = (float)(odds_sigmoid(logit) - score);
        loss += log1p(exp(-fabs(logit))) + MAX(logit, 0) - score * logit;
    }
    return loss;
}

double challenge_network_forward(const ChallengeNetwork *network, const AttemptLog *log,
                                 const ChallengeFeatures *features, NetworkWindow *window)
{
    gather(network, log, features, window);
    matrix_add_product(window->scratch->heard_gates, window->scratch->heard, part_of(network, PART_HEARD),
                       window->lanes * window->steps, NETWORK_HEARD, GATES);
    recur(network, window);
    return answer(network, log, window);
}

/* Backward. */

/* What goes from the state straight to the logit. */
static void known_back(ChallengeNetwork *network, const AttemptLog *log, const NetworkWindow *window)
{
    NetworkScratch *scratch = window->scratch;
    for (guint cell = 0; cell < window->lanes * window->steps; cell++) {
        if (window->attempts[cell] < 0)
            continue;
        const Attempt *attempt = &log->attempts[window->attempts[cell]];
        const float *row = known_row(network, attempt), slope = scratch->slope[cell];
        float *to_state = scratch->to_states + (gsize)cell * NETWORK_STATE;
        for (guint i = 0; i < NETWORK_STATE; i++)
            to_state[i] += slope * row[i];
        add_gradient(&network->tables[TABLE_KNOWN_ITEM], network->item_row[attempt->item],
                     scratch->states + (gsize)cell * NETWORK_STATE, slope);
    }
}

static void answer_back(ChallengeNetwork *network, const AttemptLog *log, const NetworkWindow *window)
{
    NetworkScratch *scratch = window->scratch;
    const guint cells = window->lanes * window->steps;
    const float *weights = part_of(network, PART_ANSWER);
    const float kept = 1 / (1 - (float)window->dropout);
    float *to_answer = gradient_of(network, PART_ANSWER), *to_bias = gradient_of(network, PART_JOINT_BIAS),
          *to_logistic = gradient_of(network, PART_LOGISTIC);
    for (guint cell = 0; cell < cells; cell++) {
        const float slope = scratch->slope[cell];
        const float *joint = scratch->joint + (gsize)cell * NETWORK_JOINT,
                    *columns = scratch->features + (gsize)cell * CHALLENGE_COLUMNS;
        float *to_joint = scratch->to_joint + (gsize)cell * NETWORK_JOINT;
        *gradient_of(network, PART_BIAS) += slope;
        for (guint i = 0; i < CHALLENGE_COLUMNS; i++)
            to_logistic[i] += slope * columns[i];
        for (guint i = 0; i < NETWORK_JOINT; i++) {
            to_joint[i] = joint[i] > 0 ? slope * weights[i] * kept : 0;
            to_answer[i] += slope * joint[i];
            to_bias[i] += to_joint[i];
        }
    }
    matrix_add_transposed_product(gradient_of(network, PART_KNOWN), scratch->states, scratch->to_joint, cells,
                                  NETWORK_STATE, NETWORK_JOINT);
    matrix_add_transposed_product(gradient_of(network, PART_FEATURES), scratch->features, scratch->to_joint, cells,
                                  CHALLENGE_COLUMNS, NETWORK_JOINT);
    memset(scratch->to_states, 0, (gsize)(cells + window->lanes) * NETWORK_STATE * sizeof(float));
    matrix_transpose(scratch->known_transposed, part_of(network, PART_KNOWN), NETWORK_STATE, NETWORK_JOINT);
    matrix_add_product(scratch->to_states, scratch->to_joint, scratch->known_transposed, cells, NETWORK_JOINT,
                       NETWORK_STATE);
    known_back(network, log, window);
}

/* Back through `turn`: from the next state's gradient to the gates' and what goes straight to the state. */
static void turn_back(const float *gates, const float *candidate, const float *state, const float *to_next,
                      float *to_state, float *to_heard_gates, float *to_gates)
{
    for (guint i = 0; i < NETWORK_STATE; i++) {
        const float z = gates[i], r = gates[NETWORK_STATE + i], c = gates[2 * NETWORK_STATE + i];
        const float to_fresh = to_next[i] * z * (1 - c * c);
        const float to_update = to_next[i] * (c - state[i]) * z * (1 - z);
        const float to_reset = to_fresh * candidate[i] * r * (1 - r);
        to_state[i] += to_next[i] * (1 - z);
        to_heard_gates[i] = to_gates[i] = to_update;
        to_heard_gates[NETWORK_STATE + i] = to_gates[NETWORK_STATE + i] = to_reset;
        to_heard_gates[2 * NETWORK_STATE + i] = to_fresh;
        to_gates[2 * NETWORK_STATE + i] = to_fresh * r;
    }
}

static void recur_back(ChallengeNetwork *network, const NetworkWindow *window)
{
    NetworkScratch *scratch = window->scratch;
    const guint lanes = window->lanes;
    matrix_transpose(scratch->state_transposed, part_of(network, PART_STATE), NETWORK_STATE, GATES);
    for (guint step = window->steps; step-- > 0;) {
        float *to_states = scratch->to_states + (gsize)step * lanes * NETWORK_STATE,
              *to_next = to_states + lanes * NETWORK_STATE;
        for (guint lane = 0; lane < lanes; lane++) {
            const gsize cell = (gsize)step * lanes + lane;
            turn_back(scratch->gates + cell * GATES, scratch->candidate + cell * NETWORK_STATE,
                      scratch->states + cell * NETWORK_STATE, to_next + lane * NETWORK_STATE,
                      to_states + lane * NETWORK_STATE, scratch->to_heard_gates + cell * GATES,
                      scratch->to_gates + cell * GATES);
        }
        matrix_add_product(to_states, scratch->to_gates + (gsize)step * lanes * GATES, scratch->state_transposed, lanes,
                           GATES, NETWORK_STATE);
        for (guint lane = 0; lane < lanes; lane++)
            if (window->begins[step * lanes + lane])
                memset(to_states + lane * NETWORK_STATE, 0, NETWORK_STATE * sizeof *to_states);
    }
}

static void gates_back(ChallengeNetwork *network, const NetworkWindow *window)
{
    NetworkScratch *scratch = window->scratch;
    const guint cells = window->lanes * window->steps;
    matrix_add_transposed_product(gradient_of(network, PART_STATE), scratch->states, scratch->to_gates, cells,
                                  NETWORK_STATE, GATES);
    matrix_add_transposed_product(gradient_of(network, PART_HEARD), scratch->heard, scratch->to_heard_gates, cells,
                                  NETWORK_HEARD, GATES);
    float *to_heard_bias = gradient_of(network, PART_HEARD_BIAS),
          *to_state_bias = gradient_of(network, PART_STATE_BIAS);
    for (guint cell = 0; cell < cells; cell++)
        for (guint i = 0; i < GATES; i++) {
            to_heard_bias[i] += scratch->to_heard_gates[(gsize)cell * GATES + i];
            to_state_bias[i] += scratch->to_gates[(gsize)cell * GATES + i];
        }
    memset(scratch->to_heard, 0, (gsize)cells * NETWORK_HEARD * sizeof(float));
    matrix_transpose(scratch->heard_transposed, part_of(network, PART_HEARD), NETWORK_HEARD, GATES);
    matrix_add_product(scratch->to_heard, scratch->to_heard_gates, scratch->heard_transposed, cells, GATES,
                       NETWORK_HEARD);
}

static void gather_back(ChallengeNetwork *network, const AttemptLog *log, const NetworkWindow *window)
{
    NetworkTable *tables = network->tables;
    for (guint cell = 0; cell < window->lanes * window->steps; cell++) {
        if (window->attempts[cell] < 0)
            continue;
        const Attempt *attempt = &log->attempts[window->attempts[cell]];
        const float *to_heard = window->scratch->to_heard + (gsize)cell * NETWORK_HEARD,
                    *to_joint = window->scratch->to_joint + (gsize)cell * NETWORK_JOINT;
        const guint item = network->item_row[attempt->item];
        const float share = 1.0f / (float)MAX(attempt->n_skills, 1);
        add_gradient(&tables[TABLE_HEARD_ITEM], OUTCOMES * item, to_heard, 1 - attempt->score);
        add_gradient(&tables[TABLE_HEARD_ITEM], OUTCOMES * item + 1, to_heard, attempt->score);
        add_gradient(&tables[TABLE_ASKED_ITEM], item, to_joint, 1);
        for (guint i = 0; i < attempt->n_skills; i++) {
            const guint skill = network->skill_row[log->skills[attempt->first_skill + i]];
            add_gradient(&tables[TABLE_HEARD_SKILL], OUTCOMES * skill, to_heard, share * (1 - attempt->score));
            add_gradient(&tables[TABLE_HEARD_SKILL], OUTCOMES * skill + 1, to_heard, share * attempt->score);
            add_gradient(&tables[TABLE_ASKED_SKILL], skill, to_joint, share);
        }
    }
}

void challenge_network_backward(ChallengeNetwork *network, const AttemptLog *log, NetworkWindow *window)
{
    answer_back(network, log, window);
    recur_back(network, window);
    gates_back(network, window);
    gather_back(network, log, window);
}
