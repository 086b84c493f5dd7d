/* Challenge network: a small recurrent network that reads a learner's attempts and predicts the next. Knows its shape,
 * its gradient and nothing of how it is trained (engine/challenge/challenge_train.h).
 *
 *   heard = E[item, score] + mean over skills of E'[skill, score]          what was answered, as a vector
 *   state = GRU(state, heard)            (Cho et al. 2014, EMNLP; deep knowledge tracing: Piech et al. 2015, NIPS)
 *   joint = relu(A[item] + mean A'[skill] + W state + V features + a)      what is asked, against what is known
 *   logit = v joint + B[item] state + w features + b
 *
 * w and b begin as the logistic model on the same features, so the network learns what that one cannot say. Items and
 * skills that occur rarely in train share row 0 of their tables. */
#pragma once

#include "engine/challenge/challenge_logistic.h"

/* Of the state, of what is heard, and of the joint layer; multiples of MATRIX_LANES. */
enum { NETWORK_STATE = 48, NETWORK_HEARD = 32, NETWORK_JOINT = 64 };

/* Vectors for items or skills, with the sum of their gradients and what Adam remembers of them. */
typedef struct {
    guint rows, width;
    float *values, *gradient, *mean, *square;
    guint8 *touched; /* rows that have a gradient */
} NetworkTable;

typedef enum {
    TABLE_HEARD_ITEM,  /* E */
    TABLE_HEARD_SKILL, /* E' */
    TABLE_ASKED_ITEM,  /* A */
    TABLE_ASKED_SKILL, /* A' */
    TABLE_KNOWN_ITEM,  /* B */
    NETWORK_TABLES,
} NetworkTables;

/* Weights that every attempt uses, one after the other in one array; each begins at a multiple of MATRIX_LANES. */
typedef enum {
    PART_HEARD,      /* heard to gates */
    PART_STATE,      /* state to gates */
    PART_HEARD_BIAS, /* of the gates: update, reset, candidate */
    PART_STATE_BIAS,
    PART_FEATURES, /* features to joint */
    PART_KNOWN,    /* state to joint */
    PART_JOINT_BIAS,
    PART_ANSWER,   /* joint to logit */
    PART_LOGISTIC, /* features to logit */
    PART_BIAS,
    NETWORK_PARTS,
} NetworkPart;

typedef struct {
    guint32 *item_row, *skill_row; /* of each item and skill in its tables */
    NetworkTable tables[NETWORK_TABLES];
    guint n_weights, part[NETWORK_PARTS + 1];
    float *weights, *gradient, *mean, *square;
} ChallengeNetwork;

/* Random, but for the logistic part. `use`: which attempts count for what is rare. Free with challenge_network_free. */
ChallengeNetwork *challenge_network_new(const ChallengeRows *use, const ChallengeLogistic *logistic, guint64 key);
void challenge_network_free(ChallengeNetwork *network);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChallengeNetwork, challenge_network_free)

/* Attempts of several learners side by side, some steps of each, and all that is computed on the way. */
typedef struct {
    guint lanes, steps;
    gint64 *attempts; /* steps x lanes: an index into the log's attempts, -1 for none */
    guint8 *begins;   /* steps x lanes: the learner's first */
    float *state;     /* lanes x NETWORK_STATE: before the first step; after forward, after the last one */
    float *logits;    /* steps x lanes */
    double dropout;   /* share of the joint layer that is left out, 0 when predicting */
    guint64 key;      /* what is left out follows from it */
    struct NetworkScratch *scratch; /* engine/challenge/network_scratch.h */
} NetworkWindow;

NetworkWindow *network_window_new(guint lanes, guint steps);
void network_window_free(NetworkWindow *window);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetworkWindow, network_window_free)

/* Computes logits and the state after. Returns the sum of the log losses. */
double challenge_network_forward(const ChallengeNetwork *network, const AttemptLog *log,
                                 const ChallengeFeatures *features, NetworkWindow *window);
/* Adds the gradient of that sum, after forward. The state before the first step counts as given (truncated
 * back-propagation through time). */
void challenge_network_backward(ChallengeNetwork *network, const AttemptLog *log, NetworkWindow *window);
