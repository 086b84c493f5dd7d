/* Network scratch: what the pass through a window shares with who makes windows. For challenge_network.c and
 * network_pass.c alone. */
#pragma once

#include "engine/challenge/challenge_network.h"

enum { GATES = 3 * NETWORK_STATE, OUTCOMES = 2 };

/* What training needs of each cell (an attempt of a lane at a step). */
typedef struct NetworkScratch {
    float *heard, *heard_gates, *gates, *candidate; /* `candidate`: what the state says of it, before the reset gate */
    float *states;                                  /* one step more than the window */
    float *features, *joint;
    float *slope; /* of the loss by the logit */
    float *to_joint, *to_states, *to_heard_gates, *to_gates, *to_heard;
    float *heard_transposed, *state_transposed, *known_transposed;
} NetworkScratch;
