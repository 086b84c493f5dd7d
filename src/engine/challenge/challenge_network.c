/* Challenge network: its weights and its windows. The way through them is in engine/challenge/network_pass.c. */
#include "engine/challenge/network_scratch.h"
#include "engine/maths/matrix.h"
#include "engine/simulate/chance.h"

#include <math.h>

enum { RARE = 10 }; /* an item or skill with fewer train attempts has no vector of its own */

/* Weights. */

static const guint part_sizes[NETWORK_PARTS] = {
    [PART_HEARD] = NETWORK_HEARD * GATES,
    [PART_STATE] = NETWORK_STATE * GATES,
    [PART_HEARD_BIAS] = GATES,
    [PART_STATE_BIAS] = GATES,
    [PART_FEATURES] = CHALLENGE_COLUMNS * NETWORK_JOINT,
    [PART_KNOWN] = NETWORK_STATE * NETWORK_JOINT,
    [PART_JOINT_BIAS] = NETWORK_JOINT,
    [PART_ANSWER] = NETWORK_JOINT,
    [PART_LOGISTIC] = CHALLENGE_COLUMNS,
    [PART_BIAS] = MATRIX_LANES, /* the first of them */
};
/* Standard deviations of what they begin with, times the square root of how many are summed. */
static const struct {
    double deviation;
    guint summed;
} part_begins[NETWORK_PARTS] = {
    [PART_HEARD] = { 1, NETWORK_HEARD },          [PART_STATE] = { 0.7, NETWORK_STATE },
    [PART_FEATURES] = { 0.5, CHALLENGE_COLUMNS }, [PART_KNOWN] = { 1, NETWORK_STATE },
    [PART_ANSWER] = { 0.5, NETWORK_JOINT },
};
#define HEARD_DEVIATION 0.3
#define ASKED_DEVIATION 0.05
#define UPDATE_BIAS (-1.0f) /* the state begins by keeping what it holds */

static void table_begin(NetworkTable *table, guint rows, guint width, double deviation, Chance *chance)
{
    const gsize n = (gsize)rows * width;
    *table = (NetworkTable){
        .rows = rows,
        .width = width,
        .values = matrix_new(n),
        .gradient = matrix_new(n),
        .mean = matrix_new(n),
        .square = matrix_new(n),
        .touched = g_new0(guint8, rows),
    };
    for (gsize i = 0; i < n; i++)
        table->values[i] = (float)(deviation * chance_normal(chance));
}

static void table_clear(NetworkTable *table)
{
    matrix_free(table->values);
    matrix_free(table->gradient);
    matrix_free(table->mean);
    matrix_free(table->square);
    g_free(table->touched);
}

/* Gives what occurs often enough a row of its own, from 1 on; 0 to the rest. Returns how many rows that makes. */
static guint number_rows(guint32 *counts, guint n)
{
    guint rows = 1;
    for (guint i = 0; i < n; i++)
        counts[i] = counts[i] >= RARE ? rows++ : 0;
    return rows;
}

static void count_use(ChallengeNetwork *network, const ChallengeRows *use)
{
    for (guint row = 0; row < use->n; row++) {
        const Attempt *attempt = &use->log->attempts[use->attempts[row]];
        network->item_row[attempt->item]++;
        for (guint i = 0; i < attempt->n_skills; i++)
            network->skill_row[use->log->skills[attempt->first_skill + i]]++;
    }
}

static void begin_weights(ChallengeNetwork *network, const ChallengeLogistic *logistic, Chance *chance)
{
    for (guint part = 0; part < NETWORK_PARTS; part++) {
        network->part[part] = network->n_weights;
        network->n_weights += part_sizes[part];
    }
    network->part[NETWORK_PARTS] = network->n_weights;
    network->weights = matrix_new(network->n_weights);
    network->gradient = matrix_new(network->n_weights);
    network->mean = matrix_new(network->n_weights);
    network->square = matrix_new(network->n_weights);
    for (guint part = 0; part < NETWORK_PARTS; part++)
        for (guint i = 0; part_begins[part].summed && i < part_sizes[part]; i++)
            network->weights[network->part[part] + i] =
                (float)(part_begins[part].deviation * chance_normal(chance) / sqrt(part_begins[part].summed));
    for (guint i = 0; i < NETWORK_STATE; i++)
        network->weights[network->part[PART_HEARD_BIAS] + i] = UPDATE_BIAS;
    for (guint i = 0; i < CHALLENGE_COLUMNS; i++)
        network->weights[network->part[PART_LOGISTIC] + i] = (float)logistic->weights[i];
    network->weights[network->part[PART_BIAS]] = (float)logistic->bias;
}

ChallengeNetwork *challenge_network_new(const ChallengeRows *use, const ChallengeLogistic *logistic, guint64 key)
{
    Chance chance = chance_begin(key);
    ChallengeNetwork *network = g_new0(ChallengeNetwork, 1);
    network->item_row = g_new0(guint32, MAX(use->log->n_items, 1));
    network->skill_row = g_new0(guint32, MAX(use->log->n_skills, 1));
    count_use(network, use);
    const guint items = number_rows(network->item_row, use->log->n_items),
                skills = number_rows(network->skill_row, use->log->n_skills);
    NetworkTable *tables = network->tables;
    table_begin(&tables[TABLE_HEARD_ITEM], OUTCOMES * items, NETWORK_HEARD, HEARD_DEVIATION, &chance);
    table_begin(&tables[TABLE_HEARD_SKILL], OUTCOMES * skills, NETWORK_HEARD, HEARD_DEVIATION, &chance);
    table_begin(&tables[TABLE_ASKED_ITEM], items, NETWORK_JOINT, ASKED_DEVIATION, &chance);
    table_begin(&tables[TABLE_ASKED_SKILL], skills, NETWORK_JOINT, ASKED_DEVIATION, &chance);
    table_begin(&tables[TABLE_KNOWN_ITEM], items, NETWORK_STATE, 0, &chance);
    begin_weights(network, logistic, &chance);
    return network;
}

void challenge_network_free(ChallengeNetwork *network)
{
    if (!network)
        return;
    for (guint i = 0; i < NETWORK_TABLES; i++)
        table_clear(&network->tables[i]);
    matrix_free(network->weights);
    matrix_free(network->gradient);
    matrix_free(network->mean);
    matrix_free(network->square);
    g_free(network->item_row);
    g_free(network->skill_row);
    g_free(network);
}

/* Windows. */

/* The arrays of a scratch and their sizes; NULL after the last. */
static float **scratch_arrays(NetworkScratch *scratch, guint i, gsize cells, guint lanes, gsize *size)
{
    const gsize states = (cells + lanes) * NETWORK_STATE;
    const struct {
        float **array;
        gsize size;
    } arrays[] = {
        { &scratch->heard, cells * NETWORK_HEARD },
        { &scratch->heard_gates, cells * GATES },
        { &scratch->gates, cells * GATES },
        { &scratch->candidate, cells * NETWORK_STATE },
        { &scratch->states, states },
        { &scratch->features, cells * CHALLENGE_COLUMNS },
        { &scratch->joint, cells * NETWORK_JOINT },
        { &scratch->slope, cells },
        { &scratch->to_joint, cells * NETWORK_JOINT },
        { &scratch->to_states, states },
        { &scratch->to_heard_gates, cells * GATES },
        { &scratch->to_gates, cells * GATES },
        { &scratch->to_heard, cells * NETWORK_HEARD },
        { &scratch->heard_transposed, NETWORK_HEARD * GATES },
        { &scratch->state_transposed, NETWORK_STATE * GATES },
        { &scratch->known_transposed, NETWORK_STATE * NETWORK_JOINT },
    };
    if (i >= G_N_ELEMENTS(arrays))
        return NULL;
    *size = arrays[i].size;
    return arrays[i].array;
}

NetworkWindow *network_window_new(guint lanes, guint steps)
{
    const gsize cells = (gsize)lanes * steps;
    NetworkWindow *window = g_new0(NetworkWindow, 1);
    *window = (NetworkWindow){
        .lanes = lanes,
        .steps = steps,
        .attempts = g_new0(gint64, cells),
        .begins = g_new0(guint8, cells),
        .state = matrix_new((gsize)lanes * NETWORK_STATE),
        .logits = matrix_new(cells),
        .scratch = g_new0(NetworkScratch, 1),
    };
    gsize size;
    float **array;
    for (guint i = 0; (array = scratch_arrays(window->scratch, i, cells, lanes, &size)); i++)
        *array = matrix_new(size);
    return window;
}

void network_window_free(NetworkWindow *window)
{
    if (!window)
        return;
    gsize size;
    float **array;
    for (guint i = 0; (array = scratch_arrays(window->scratch, i, 0, 0, &size)); i++)
        matrix_free(*array);
    matrix_free(window->state);
    matrix_free(window->logits);
    g_free(window->attempts);
    g_free(window->begins);
    g_free(window->scratch);
    g_free(window);
}
