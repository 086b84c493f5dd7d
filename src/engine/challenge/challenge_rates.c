/* Challenge rates: counts in a hashed table. */
#include "engine/challenge/challenge_rates.h"

typedef struct {
    float n, wins;
} Count;

struct ChallengeRates {
    Count *counts;
    guint shift; /* a key's highest bits are its place */
};

/* The wider context, and how many attempts it counts for. Of everything: even odds. */
static const struct {
    ChallengeContext wider;
    float strength;
} contexts[CONTEXTS] = {
    [CONTEXT_EVERYTHING] = { CONTEXT_EVERYTHING, 2 },
    [CONTEXT_SKILL] = { CONTEXT_EVERYTHING, 20 },
    [CONTEXT_ITEM] = { CONTEXT_SKILL, 8 },
    [CONTEXT_ITEM_AGAIN] = { CONTEXT_ITEM, 8 },
    [CONTEXT_RUN] = { CONTEXT_ITEM_AGAIN, 6 },
    [CONTEXT_TRIES] = { CONTEXT_ITEM_AGAIN, 6 },
    [CONTEXT_HISTORY] = { CONTEXT_ITEM_AGAIN, 6 },
    [CONTEXT_GAP] = { CONTEXT_ITEM_AGAIN, 6 },
    [CONTEXT_AFTER] = { CONTEXT_ITEM_AGAIN, 6 },
    [CONTEXT_SEQUENCE] = { CONTEXT_ITEM_AGAIN, 6 },
    [CONTEXT_PRACTICE] = { CONTEXT_SKILL, 10 },
    [CONTEXT_MEMORY] = { CONTEXT_SKILL, 20 },
};

#define PROBABILITY_EDGE 1e-4f
enum { BITS_FEWEST = 16, BITS_MOST = 24 };

ChallengeRates *challenge_rates_new(guint n_attempts)
{
    const guint bits = CLAMP(g_bit_storage(n_attempts) + 3, BITS_FEWEST, BITS_MOST);
    ChallengeRates *rates = g_new(ChallengeRates, 1);
    *rates = (ChallengeRates){ .counts = g_new0(Count, (gsize)1 << bits), .shift = 64 - bits };
    return rates;
}

void challenge_rates_free(ChallengeRates *rates)
{
    if (!rates)
        return;
    g_free(rates->counts);
    g_free(rates);
}

static Count *count_of(const ChallengeRates *rates, guint64 key)
{
    return &rates->counts[key * G_GUINT64_CONSTANT(0xD1B54A32D192ED03) >> rates->shift];
}

void challenge_rates_count(ChallengeRates *rates, const guint64 keys[CONTEXTS], float score, float sign)
{
    for (guint i = 0; i < CONTEXTS; i++) {
        Count *count = count_of(rates, keys[i]);
        count->n += sign;
        count->wins += sign * score;
    }
}

void challenge_rates_get(const ChallengeRates *rates, const guint64 keys[CONTEXTS], ChallengeRate found[CONTEXTS])
{
    for (guint i = 0; i < CONTEXTS; i++) {
        const Count *count = count_of(rates, keys[i]);
        const float prior = i == CONTEXT_EVERYTHING ? 0.5f : found[contexts[i].wider].p;
        const float n = MAX(count->n, 0), strength = contexts[i].strength;
        const float p = (CLAMP(count->wins, 0, n) + strength * prior) / (n + strength);
        found[i] = (ChallengeRate){ .p = CLAMP(p, PROBABILITY_EDGE, 1 - PROBABILITY_EDGE), .n = n };
    }
}
