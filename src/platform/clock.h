/* The one clock. Everybody who needs to know what time it is asks here, so that tests can say what time it is. */
#pragma once

#include <glib.h>

#define CLOCK_SECOND G_GINT64_CONSTANT(1000000)
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR (60 * CLOCK_MINUTE)
#define CLOCK_DAY (24 * CLOCK_HOUR)

/* Microseconds since 1970-01-01T00:00Z. */
gint64 clock_now(void);

/* From now on the clock runs `offset` microseconds ahead of the machine's (behind it when negative). For tests and the
 * demo. */
void clock_shift(gint64 offset);

/* RFC 3339 in UTC with microseconds, "2026-11-23T15:26:51.123456Z"; times outside the years 1..9999 as the
 * nearest inside. Free with g_free. */
char *clock_format(gint64 time);

/* Reads an RFC 3339 time with any offset. FALSE, with WHET_ERROR_INVALID, when `text` is NULL, is not one, or lies
 * outside 1970..9999. Digits beyond the microsecond are dropped; a leap second counts as the first second of the next
 * day. */
gboolean clock_parse(const char *text, gint64 *time, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The zone of an IANA name ("Europe/Berlin"); UTC when the name is NULL or none. Zones stay in memory once they were
 * asked for: reading one takes half a millisecond. Release with g_time_zone_unref (g_autoptr). */
GTimeZone *clock_zone(const char *name);

/* The number of the day (since 1970-01-01) that `time` falls on in `zone`; a day begins at 04:00 there, so that an
 * evening that runs past midnight is one day. */
gint64 clock_day(gint64 time, GTimeZone *zone);
