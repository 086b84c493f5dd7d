/* What whet-decode answers with: this head, then its samples (gint16, as the machine has them). The child may be in
 * hostile hands: whoever reads a reply checks every field of it. */
#pragma once

#include <glib.h>

enum { MEDIA_REPLY_MAGIC = 0x57484431 }; /* "WHD1" */

typedef enum {
    MEDIA_DECODED,
    MEDIA_UNREADABLE, /* not a file of a kind that is read */
    MEDIA_SOUNDLESS,  /* it has no track of sound that is read */
    MEDIA_BROKEN,     /* nothing in it can be decoded */
    MEDIA_TOO_LONG,
    MEDIA_UNCONFINED, /* the kernel refused to confine the decoder, which therefore did not look at the file */
    MEDIA_OUTCOMES,
} MediaOutcome;

typedef enum {
    MEDIA_WEBM,
    MEDIA_MP4,
    MEDIA_OGG,
    MEDIA_WAV,
    MEDIA_MP3,
    MEDIA_FLAC,
    MEDIA_CONTAINERS,
} MediaContainer;

typedef struct {
    guint32 magic;
    guint32 outcome;    /* MediaOutcome */
    guint32 container;  /* MediaContainer, when decoded */
    guint32 is_damaged; /* 0 or 1 */
    guint32 n_samples;  /* that follow */
} MediaReply;
