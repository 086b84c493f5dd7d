/* Short numbers are exact with one division (Clinger 1990, "How to read floating point numbers accurately"): digits
 * that fit 53 bits and a power of ten up to 10^22 are exact doubles, so the quotient is rounded once. All others go
 * through g_ascii_strtod. */
#include "platform/decimal.h"

#include <math.h>
#include <string.h>

enum { EXACT_DIGITS = 15 }; /* 10^15 < 2^53 */

static const double powers_of_ten[EXACT_DIGITS + 1] = { 1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };

static gboolean is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* [-+]digits[.digits], EXACT_DIGITS of them at most, and nothing after. */
static gboolean read_short(const char *text, double *value)
{
    gboolean is_negative = *text == '-';
    const char *c = text + (is_negative || *text == '+');
    guint64 digits = 0;
    guint n_digits = 0;
    guint n_decimals = 0;
    gboolean is_fraction = FALSE;
    for (; n_digits <= EXACT_DIGITS; c++) {
        if (*c == '.' && !is_fraction) {
            is_fraction = TRUE;
            continue;
        }
        if (!g_ascii_isdigit(*c))
            break;
        digits = digits * 10 + (guint64)(*c - '0');
        n_digits++;
        n_decimals += is_fraction != 0;
    }
    if (*c != '\0' || n_digits == 0 || n_digits > EXACT_DIGITS)
        return FALSE;
    double magnitude = (double)digits / powers_of_ten[n_decimals];
    *value = is_negative ? -magnitude : magnitude;
    return TRUE;
}

static gboolean read_any(const char *text, double *value)
{
    gsize length = strspn(text, "0123456789+-.eE"); /* keeps out nan, inf and 0x1p3, which strtod knows */
    char *end = NULL;
    *value = g_ascii_strtod(text, &end);
    if (end == text || end > text + length || !isfinite(*value))
        return FALSE;
    while (is_blank(*end))
        end++;
    return *end == '\0';
}

gboolean decimal_read(const char *text, double *value)
{
    while (is_blank(*text))
        text++;
    return read_short(text, value) || read_any(text, value);
}
