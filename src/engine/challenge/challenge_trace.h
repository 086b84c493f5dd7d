/* Challenge trace: what one learner's attempts so far say about the next one, as numbers for a model. Knows the
 * features and the contexts; hides what is kept of a learner.
 *
 * Features of this kind: wins and losses with item and skill (PFA; Pavlik, Cen and Koedinger 2009), with fading (R-PFA;
 * Galyardt and Goldin 2015, JEDM 7(2)), gaps (DAS3H; Choffin et al. 2019, EDM), recency, runs, and abilities as an Elo
 * rating with uncertainty (Pelánek 2016, Computers & Education 98), overall, by skill and by item.
 *
 * A context is a situation that many learners come into ("this item, right after that one was failed"), as a key; how
 * often they succeed there is counted in engine/challenge/challenge_rates.h. */
#pragma once

#include "engine/challenge/attempt_log.h"

typedef enum {
    CONTEXT_EVERYTHING,
    CONTEXT_SKILL,
    CONTEXT_ITEM,
    CONTEXT_ITEM_AGAIN, /* the item, and whether it was the item before too */
    CONTEXT_RUN,        /* the item, how long it has been repeated, and how it went last */
    CONTEXT_TRIES,      /* the item, how often it was met, and how it went last */
    CONTEXT_HISTORY,    /* the item, and how it went the last three times */
    CONTEXT_GAP,        /* the item, how long ago it was met, and how it went then */
    CONTEXT_AFTER,      /* the item, the one before it, and how that went */
    CONTEXT_SEQUENCE,   /* the item, and the last other one */
    CONTEXT_PRACTICE,   /* the skill, how often it was met, and how it went last */
    CONTEXT_MEMORY,     /* any item, how often and how long ago it was met, and how it went the last three times */
    CONTEXTS,
} ChallengeContext;

/* How often attempts in a context succeed, from other learners than this one: a probability in (0,1), and from how many
 * attempts. */
typedef struct {
    float p, n;
} ChallengeRate;

enum { CHALLENGE_TRACE_FEATURES = 64 };

/* What is kept of one learner, for logs of so many items and skills. Begins with nobody. Free with
 * challenge_trace_free.
 */
typedef struct ChallengeTrace ChallengeTrace;
ChallengeTrace *challenge_trace_new(guint n_items, guint n_skills);
void challenge_trace_free(ChallengeTrace *trace);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChallengeTrace, challenge_trace_free)

/* Another learner, of whom nothing is known. */
void challenge_trace_begin(ChallengeTrace *trace);
/* The contexts of an attempt that is about to be made. Its score is not looked at. */
void challenge_trace_contexts(ChallengeTrace *trace, const AttemptLog *log, const Attempt *attempt,
                              guint64 keys[CONTEXTS]);
/* Its features. `rates`: of its contexts. `gap_unit` (> 0): a usual time between attempts. */
void challenge_trace_features(ChallengeTrace *trace, const AttemptLog *log, const Attempt *attempt,
                              const ChallengeRate rates[CONTEXTS], double gap_unit,
                              float features[CHALLENGE_TRACE_FEATURES]);
/* It has been made. `expected`: logit of what the rate of its run says; what goes beyond it is the learner's. */
void challenge_trace_add(ChallengeTrace *trace, const AttemptLog *log, const Attempt *attempt, double expected);

/* Where the logit of the plain model (rate and abilities alone) stands among the features: what a fit of few attempts
 * falls back to. */
extern const guint challenge_trace_plain;

/* Bytes kept of a learner, of each of their items, and of each of their skills. */
void challenge_trace_size(gsize *learner, gsize *item, gsize *skill);
