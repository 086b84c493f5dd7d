/* Ids: positive 63-bit integers, unique over all processes that share a database, and in order of time to the
 * millisecond. 42 bits of milliseconds since 2024-01-01, 21 bits that start at random each millisecond and count up. */
#pragma once

#include <glib.h>

gint64 id_new(void);

/* Reads a decimal id as JSON and URLs carry it. FALSE when it is not one. */
gboolean id_parse(const char *text, gint64 *id) G_GNUC_WARN_UNUSED_RESULT;

/* The least id that can be made at `time` (microseconds): those before it are less, those from then on are not. */
gint64 id_at(gint64 time);
