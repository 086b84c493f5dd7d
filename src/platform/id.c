/* Ids. Knows how time and chance are packed into 63 bits; hides the last one given out, which is all the state there
 * is. */
#include "platform/id.h"

#include <stdatomic.h>
#include <sys/random.h>

#include "platform/clock.h"

enum { COUNTER_BITS = 21 };
static const gint64 MILLISECOND = CLOCK_SECOND / 1000;
static const gint64 EPOCH = G_GINT64_CONSTANT(1704067200000);       /* 2024-01-01T00:00Z in milliseconds since 1970 */
static const gint64 LAST_MOMENT = (G_GINT64_CONSTANT(1) << 42) - 1; /* in May 2163 */

/* A clock that is corrected by less than this (milliseconds) must not bring ids back into milliseconds already used;
 * one that is set back further is meant to be (a demo that invents its past), and ids follow it. */
static const gint64 CORRECTION = 10000;

static _Atomic gint64 last;

/* From the kernel and not from GLib's generator, so that a forked process does not repeat its parent. */
static gint64 random_counter(void)
{
    guint32 bits;
    ssize_t got = getrandom(&bits, sizeof bits, 0); /* so few bytes are never cut short or interrupted */
    g_assert(got == sizeof bits);
    return bits & ((1u << COUNTER_BITS) - 1);
}

static gint64 moment_of(gint64 time)
{
    return CLAMP(time / MILLISECOND - EPOCH, 0, LAST_MOMENT);
}

gint64 id_at(gint64 time)
{
    return moment_of(time) << COUNTER_BITS;
}

gint64 id_new(void)
{
    gint64 previous = atomic_load(&last);
    gint64 id;
    do {
        gint64 moment = moment_of(clock_now());
        gint64 previous_moment = previous >> COUNTER_BITS;
        gboolean fresh = moment > previous_moment || moment < previous_moment - CORRECTION;
        /* A counter that overflows carries into the milliseconds: still unique, still in order. */
        id = fresh ? moment << COUNTER_BITS | random_counter() : previous + 1;
    } while (!atomic_compare_exchange_weak(&last, &previous, id));
    return id;
}

gboolean id_parse(const char *text, gint64 *id)
{
    if (!text || text[0] < '1' || text[0] > '9')
        return FALSE;
    guint64 value;
    if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &value, NULL))
        return FALSE;
    *id = (gint64)value;
    return TRUE;
}
