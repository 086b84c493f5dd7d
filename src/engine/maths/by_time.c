/* A stable radix sort: but for the sign, the bits of numbers are in the order of the numbers. */
#include "engine/maths/by_time.h"

#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, KEY_BITS = 64 };

typedef struct {
    guint64 key;
    guint index;
} Entry;

#define SIGN (G_GUINT64_CONSTANT(1) << 63)

static guint64 key_of(double time)
{
    double value = time + 0.0; /* -0 has other bits than 0 */
    guint64 bits;
    memcpy(&bits, &value, sizeof bits);
    return bits & SIGN ? ~bits : bits | SIGN;
}

static guint digit(guint64 key, guint shift)
{
    return (guint)(key >> shift) & (DIGITS - 1);
}

/* FALSE when all have the same digit: there is nothing to do. */
static gboolean sort_by_digit(const Entry *from, Entry *to, guint n, guint shift)
{
    guint position[DIGITS] = { 0 };
    for (guint i = 0; i < n; i++)
        position[digit(from[i].key, shift)]++;
    if (position[digit(from[0].key, shift)] == n)
        return FALSE;
    guint sum = 0;
    for (guint d = 0; d < DIGITS; d++) {
        guint count = position[d];
        position[d] = sum;
        sum += count;
    }
    for (guint i = 0; i < n; i++)
        to[position[digit(from[i].key, shift)]++] = from[i];
    return TRUE;
}

guint *by_time(const double *time, guint n)
{
    guint *order = g_new(guint, n);
    if (n == 0)
        return order;
    g_autofree Entry *first = g_new(Entry, n), *second = g_new(Entry, n);
    Entry *sorted = first, *spare = second;
    for (guint i = 0; i < n; i++) {
        sorted[i] = (Entry){ key_of(time[i]), i };
    }
    for (guint shift = 0; shift < KEY_BITS; shift += DIGIT_BITS) {
        if (!sort_by_digit(sorted, spare, n, shift))
            continue;
        Entry *swapped = sorted;
        sorted = spare;
        spare = swapped;
    }
    for (guint i = 0; i < n; i++)
        order[i] = sorted[i].index;
    return order;
}
