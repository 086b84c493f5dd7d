/* The clock. Knows how times are written down (RFC 3339) and where days begin; hides the machine's clock behind an
 * offset. */
#include "platform/clock.h"

#include <stdatomic.h>
#include <string.h>

#include "platform/error.h"

static const gint64 FIRST_SECOND =
    G_GINT64_CONSTANT(-62135596800);                               /* 0001-01-01T00:00:00Z, the first GDateTime knows */
static const gint64 LAST_SECOND = G_GINT64_CONSTANT(253402300799); /* 9999-12-31T23:59:59Z, the last with four digits */
static const gint64 SECONDS_A_DAY = CLOCK_DAY / CLOCK_SECOND;
static const gint64 DAY_BEGINS = 4 * CLOCK_HOUR;
enum { ZONES_MAX = 1024 };                 /* kept; the IANA's database has some 600 */
static const guint32 JULIAN_1970 = 719163; /* g_date_get_julian() of 1970-01-01 */

static _Atomic gint64 shift;

gint64 clock_now(void)
{
    return g_get_real_time() + atomic_load(&shift);
}

void clock_shift(gint64 offset)
{
    atomic_store(&shift, offset);
}

/* Rounds down, also below zero, where C's division rounds up. */
static gint64 floor_divide(gint64 value, gint64 by)
{
    return value / by - (value % by < 0);
}

char *clock_format(gint64 time)
{
    gint64 held = CLAMP(time, FIRST_SECOND * CLOCK_SECOND, LAST_SECOND * CLOCK_SECOND + CLOCK_SECOND - 1);
    gint64 second = floor_divide(held, CLOCK_SECOND);
    gint64 fraction = held - second * CLOCK_SECOND;
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(second);
    return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", g_date_time_get_year(date),
                           g_date_time_get_month(date), g_date_time_get_day_of_month(date), g_date_time_get_hour(date),
                           g_date_time_get_minute(date), g_date_time_get_second(date), (int)fraction);
}

/* Reads exactly `digits` digits and moves past them. */
static gboolean read_number(const char **text, int digits, int *number)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        if (!g_ascii_isdigit((*text)[i]))
            return FALSE;
        value = value * 10 + ((*text)[i] - '0');
    }
    *text += digits;
    *number = value;
    return TRUE;
}

static gboolean read_one_of(const char **text, const char *allowed, char *found)
{
    if (**text == '\0' || !strchr(allowed, **text))
        return FALSE;
    *found = *(*text)++;
    return TRUE;
}

/* Days since 1970-01-01, from "YYYY-MM-DD". */
static gboolean read_date(const char **text, gint64 *days)
{
    int year, month, day;
    char mark;
    if (!read_number(text, 4, &year) || !read_one_of(text, "-", &mark) || !read_number(text, 2, &month) ||
        !read_one_of(text, "-", &mark) || !read_number(text, 2, &day))
        return FALSE;
    if (!g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
        return FALSE;
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
    *days = (gint64)g_date_get_julian(&date) - JULIAN_1970;
    return TRUE;
}

/* Seconds since midnight, from "HH:MM:SS"; `leap` when it is a leap second, :60. */
static gboolean read_time_of_day(const char **text, gint64 *seconds, gboolean *leap)
{
    int hour, minute, second;
    char mark;
    if (!read_number(text, 2, &hour) || !read_one_of(text, ":", &mark) || !read_number(text, 2, &minute) ||
        !read_one_of(text, ":", &mark) || !read_number(text, 2, &second))
        return FALSE;
    if (hour > 23 || minute > 59 || second > 60)
        return FALSE;
    *leap = second == 60;
    *seconds = hour * 3600 + minute * 60 + second;
    return TRUE;
}

/* Microseconds, from an optional ".5"; digits beyond the sixth are dropped. */
static gboolean read_fraction(const char **text, gint64 *fraction)
{
    *fraction = 0;
    char mark;
    if (!read_one_of(text, ".", &mark))
        return TRUE;
    if (!g_ascii_isdigit(**text))
        return FALSE;
    for (gint64 unit = CLOCK_SECOND / 10; g_ascii_isdigit(**text); (*text)++, unit /= 10)
        *fraction += (**text - '0') * unit;
    return TRUE;
}

/* Seconds east of Greenwich, from "Z" or "+HH:MM". */
static gboolean read_offset(const char **text, gint64 *seconds)
{
    *seconds = 0;
    char mark;
    int hour, minute;
    if (read_one_of(text, "Zz", &mark))
        return TRUE;
    char sign;
    if (!read_one_of(text, "+-", &sign) || !read_number(text, 2, &hour) || !read_one_of(text, ":", &mark) ||
        !read_number(text, 2, &minute) || hour > 23 || minute > 59)
        return FALSE;
    *seconds = (sign == '-' ? -1 : 1) * (hour * 3600 + minute * 60);
    return TRUE;
}

static gboolean read_time(const char *text, gint64 *time)
{
    gint64 days, seconds, fraction, offset;
    gboolean leap;
    char mark;
    if (!read_date(&text, &days) || !read_one_of(&text, "Tt", &mark) || !read_time_of_day(&text, &seconds, &leap) ||
        !read_fraction(&text, &fraction) || !read_offset(&text, &offset) || *text != '\0')
        return FALSE;
    gint64 total = days * SECONDS_A_DAY + seconds - offset;
    /* A leap second is inserted at the end of a day in UTC, nowhere else; it counts as the first second of the next. */
    if (leap && total % SECONDS_A_DAY != 0)
        return FALSE;
    if (total < 0 || total > LAST_SECOND)
        return FALSE;
    *time = total * CLOCK_SECOND + fraction;
    return TRUE;
}

gboolean clock_parse(const char *text, gint64 *time, GError **error)
{
    if (text && read_time(text, time))
        return TRUE;
    g_set_error_literal(
        error, WHET_ERROR, WHET_ERROR_INVALID,
        "A time must be written as RFC 3339 has it, with a year from 1970 to 9999: 2026-11-23T15:26:51Z.");
    return FALSE;
}

/* GLib shares a zone among those who hold it and reads it again once nobody does. */
GTimeZone *clock_zone(const char *name)
{
    static GMutex lock;
    static GHashTable *zones; /* name -> GTimeZone */
    g_mutex_lock(&lock);
    if (!zones)
        zones = g_hash_table_new(g_str_hash, g_str_equal);
    GTimeZone *zone = name ? g_hash_table_lookup(zones, name) : NULL;
    if (zone)
        g_time_zone_ref(zone);
    g_mutex_unlock(&lock);
    if (zone)
        return zone;

    zone = name ? g_time_zone_new_identifier(name) : NULL;
    if (!zone)
        return g_time_zone_new_utc();
    g_mutex_lock(&lock);
    if (g_hash_table_size(zones) < ZONES_MAX && !g_hash_table_contains(zones, name))
        g_hash_table_insert(zones, g_strdup(name), g_time_zone_ref(zone));
    g_mutex_unlock(&lock);
    return zone;
}

gint64 clock_day(gint64 time, GTimeZone *zone)
{
    int interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, floor_divide(time, CLOCK_SECOND));
    gint64 east = interval < 0 ? 0 : g_time_zone_get_offset(zone, interval) * CLOCK_SECOND;
    return floor_divide(time + east - DAY_BEGINS, CLOCK_DAY);
}
