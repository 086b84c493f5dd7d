/* Open: which containers and codecs are read, and the way into them. Knows the lists; hides how FFmpeg is kept from
 * guessing, from opening anything else, and from reading anything but the bytes given. */
#pragma once

#include "platform/media/media_reply.h"
#include <glib.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

typedef struct {
    const guint8 *bytes; /* borrowed */
    gsize n, at;
    AVIOContext *io;
    AVFormatContext *format;
    AVCodecContext *codec;
    AVStream *stream; /* of `format`: the track that is decoded */
    MediaContainer container;
} MediaSource;

/* MEDIA_DECODED when there is a track and a decoder for it; otherwise why not. `source` must be all zero and stay where
 * it is; clear it in either case. */
MediaOutcome media_open(MediaSource *source, const guint8 *bytes, gsize n);
void media_source_clear(MediaSource *source);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MediaSource, media_source_clear)
