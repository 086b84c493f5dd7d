/* Sighting: how often something was seen in a file, and where first. */
#pragma once

#include "platform/csv.h"

typedef struct {
    guint n;
    guint64 line; /* the first, when n > 0 */
} Sighting;

void sighting_add(Sighting *sighting, guint64 line);
/* Appends "NAME: N ..., the first in line L" to the notes; nothing when n is 0. `one` and `many` say what was seen. */
void sighting_note(const Sighting *sighting, const Csv *csv, GString *notes, const char *one, const char *many);
