/* What the benchmarks share: latencies and how they are summed up. */
#pragma once

#include <glib.h>

/* Microseconds (gint64) in a GArray. */
GArray *measure_new(void);

/* Sorts, then prints a member of a JSON object without a comma: "name": {"count": …, "p50_us": …, "p99_us": …,
 * "max_us": …}. */
void measure_print(GArray *latencies, const char *name);
