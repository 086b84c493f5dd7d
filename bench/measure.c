/* Knows how percentiles are taken: the nearest rank. */
#include "measure.h"

GArray *measure_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(gint64));
}

static int by_size(gconstpointer a, gconstpointer b)
{
    gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
    return (left > right) - (left < right);
}

static gint64 percentile(const GArray *sorted, guint percent)
{
    if (sorted->len == 0)
        return 0;
    guint64 rank = ((guint64)sorted->len * percent + 99) / 100;
    return g_array_index(sorted, gint64, MAX(rank, 1) - 1);
}

void measure_print(GArray *latencies, const char *name)
{
    g_array_sort(latencies, by_size);
    g_print("\"%s\": {\"count\": %u, \"p50_us\": %" G_GINT64_FORMAT ", \"p99_us\": %" G_GINT64_FORMAT
            ", \"max_us\": %" G_GINT64_FORMAT "}",
            name, latencies->len, percentile(latencies, 50), percentile(latencies, 99), percentile(latencies, 100));
}
