/* Knows when an endpoint counts as broken. */
#include "platform/ai/ai_breaker.h"

#include "platform/clock.h"

static const gint64 WINDOW = CLOCK_MINUTE;
static const gint64 OPEN_FOR = 30 * CLOCK_SECOND;

gint64 ai_breaker_pause(const AiBreaker *breaker, gint64 now)
{
    return breaker->is_open ? MAX(0, breaker->opened_at + OPEN_FOR - now) : 0;
}

gboolean ai_breaker_pass(AiBreaker *breaker, gint64 now, gboolean *is_probe)
{
    *is_probe = breaker->is_open;
    if (!breaker->is_open)
        return TRUE;
    if (breaker->has_probe || ai_breaker_pause(breaker, now) > 0)
        return FALSE;
    breaker->has_probe = TRUE;
    return TRUE;
}

static void open_at(AiBreaker *breaker, gint64 now)
{
    breaker->is_open = TRUE;
    breaker->opened_at = now;
}

static void count_failure(AiBreaker *breaker, gint64 now)
{
    breaker->failed_at[breaker->failures++ % AI_BREAKER_FAILURES] = now;
    if (breaker->failures < AI_BREAKER_FAILURES)
        return;
    gint64 oldest = breaker->failed_at[breaker->failures % AI_BREAKER_FAILURES];
    if (now - oldest <= WINDOW)
        open_at(breaker, now);
}

void ai_breaker_end(AiBreaker *breaker, gint64 now, gboolean is_probe, AiEnding ending)
{
    if (is_probe)
        breaker->has_probe = FALSE;
    if (ending == AI_ENDED_EARLY || breaker->is_open != is_probe)
        return; /* what began before it opened says nothing new */
    if (ending == AI_ENDED_WELL)
        *breaker = (AiBreaker){ 0 };
    else if (is_probe)
        open_at(breaker, now);
    else
        count_failure(breaker, now);
}
