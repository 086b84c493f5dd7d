/* Putting many things in order of time. */
#pragma once

#include <glib.h>

/* The indices 0 .. n - 1 in ascending order of `time`, which must be finite; equal times stay in order of index.
 * Linear in n. Free with g_free. */
guint *by_time(const double *time, guint n);
