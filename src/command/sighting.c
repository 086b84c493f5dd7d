/* Counts, and says so. */
#include "command/sighting.h"

void sighting_add(Sighting *sighting, guint64 line)
{
    sighting->line = sighting->n == 0 ? line : MIN(sighting->line, line);
    sighting->n++;
}

void sighting_note(const Sighting *sighting, const Csv *csv, GString *notes, const char *one, const char *many)
{
    if (sighting->n == 0)
        return;
    g_string_append_printf(notes, "%s: %u %s, the first in line %" G_GUINT64_FORMAT "\n", csv_name(csv), sighting->n,
                           sighting->n == 1 ? one : many, sighting->line);
}
