/* Knows how long to rest between tries; hides nothing. */
#include "platform/ai/ai_retry.h"

#include "platform/ai/ai.h"
#include "platform/clock.h"

static const gint64 FIRST_REST = CLOCK_SECOND / 2;
static const gint64 LONGEST_REST = 8 * CLOCK_SECOND;
static const gint64 RETRY_AFTER_MOST = 30; /* seconds */

static gint64 longest_rest(guint failures)
{
    gint64 rest = FIRST_REST;
    for (guint i = 1; i < failures && rest < LONGEST_REST; i++)
        rest *= 2;
    return MIN(rest, LONGEST_REST);
}

gboolean ai_retry_at(gint64 now, gint64 deadline, guint failures, gint64 retry_after, double chance, gint64 *at)
{
    if (failures >= AI_TRIES_MOST || retry_after > RETRY_AFTER_MOST)
        return FALSE;
    double part = CLAMP(chance, 0.0, 1.0);
    gint64 rest = retry_after > 0 ? retry_after * CLOCK_SECOND + (gint64)(part * (double)FIRST_REST)
                                  : (gint64)(part * (double)longest_rest(failures));
    *at = now + rest;
    return *at < deadline;
}
