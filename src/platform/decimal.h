/* Decimal: numbers as people and programs write them in files, whatever the locale. Hides how they are read exactly
 * and still fast. */
#pragma once

#include <glib.h>

/* Reads the whole text as a decimal number ("12", "-0.5", ".5", "1e-3"; blanks around it do not count) into the nearest
 * double. FALSE when it is none: words such as nan and inf, hexadecimal, anything left over, nothing at all, too large
 * for a double. `text` ends with NUL. */
gboolean decimal_read(const char *text, double *value) G_GNUC_WARN_UNUSED_RESULT;
