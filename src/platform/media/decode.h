/* Decode: a whole file in memory to 16 kHz mono samples, in this process and with FFmpeg's libraries. Knows limits, and
 * what to do with a file that ends too early; hides packets and frames. For whet-decode, which is confined, and for
 * those who test it: everybody else calls media_decode.
 *
 * No file names, no network, no guessing: media_open says which containers and codecs there are. */
#pragma once

#include "platform/media/media_reply.h"
#include <glib.h>

/* How much a container may make us allocate at once. */
enum { DECODE_ALLOCATION_MOST = 64 * 1024 * 1024 };

/* To be called once, before anything else here: bounds allocations and silences the libraries' log. */
void decode_prepare(void);

/* Decodes `n` bytes. Appends at most `samples_most` samples (gint16) to `samples`; with more to come the outcome is
 * MEDIA_TOO_LONG. MEDIA_DECODED only with at least one sample; then `reply` has the container, and whether parts of the
 * file were broken or its end is missing. `samples` means nothing after any other outcome. */
MediaReply decode_bytes(const guint8 *bytes, gsize n, gsize samples_most, GArray *samples);
