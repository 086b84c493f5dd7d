/* Challenge rates: how often attempts in a context succeed, counted over learners and shrunk towards a wider context:
 * p = (wins + k p_wider) / (n + k). Hides the table, in which contexts of one place share a count (feature hashing;
 * Weinberger et al. 2009, ICML).
 *
 * Counts can be taken out again, so that a learner is described by what others did: a model that is fitted to rates
 * which contain its own answers trusts them too much. */
#pragma once

#include "engine/challenge/challenge_trace.h"

typedef struct ChallengeRates ChallengeRates;

/* For a log of about so many attempts. Free with challenge_rates_free. */
ChallengeRates *challenge_rates_new(guint n_attempts);
void challenge_rates_free(ChallengeRates *rates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChallengeRates, challenge_rates_free)

/* Counts an attempt with a score in [0,1], `sign` 1, or takes it out again, -1. */
void challenge_rates_count(ChallengeRates *rates, const guint64 keys[CONTEXTS], float score, float sign);
void challenge_rates_get(const ChallengeRates *rates, const guint64 keys[CONTEXTS], ChallengeRate found[CONTEXTS]);
