/* The tables of containers and codecs, and FFmpeg's I/O from memory. */
#include "platform/media/media_open.h"

#include <string.h>

enum { IO_BYTES = 4096 };

/* FFmpeg is told which demuxer to use from the first bytes: its own guessing would let all of its demuxers look. */
typedef struct {
    MediaContainer container;
    const char *demuxer;
    guint magic_at;
    const char *magic;
    guint more_at; /* a second one, unless `more` is NULL */
    const char *more;
} Container;

static const Container containers[] = {
    { MEDIA_WEBM, "matroska", 0, "\x1A\x45\xDF\xA3", 0, NULL }, /* EBML: RFC 8794, 11.2.1 */
    { MEDIA_MP4, "mov", 4, "ftyp", 0, NULL },                   /* ISO/IEC 14496-12, 4.3 */
    { MEDIA_OGG, "ogg", 0, "OggS", 0, NULL },                   /* RFC 3533, 6 */
    { MEDIA_WAV, "wav", 0, "RIFF", 8, "WAVE" },
    { MEDIA_FLAC, "flac", 0, "fLaC", 0, NULL }, /* RFC 9639, 8 */
    { MEDIA_MP3, "mp3", 0, "ID3", 0, NULL },    /* with a tag in front: id3.org, 3.1 */
};

/* The decoder by name, so that the same one decodes wherever others are installed. */
static const struct {
    enum AVCodecID codec;
    const char *decoder;
} codecs[] = {
    { AV_CODEC_ID_OPUS, "opus" },
    { AV_CODEC_ID_VORBIS, "vorbis" },
    { AV_CODEC_ID_AAC, "aac" },
    { AV_CODEC_ID_MP3, "mp3float" },
    { AV_CODEC_ID_FLAC, "flac" },
    { AV_CODEC_ID_PCM_U8, "pcm_u8" },
    { AV_CODEC_ID_PCM_S16LE, "pcm_s16le" },
    { AV_CODEC_ID_PCM_S24LE, "pcm_s24le" },
    { AV_CODEC_ID_PCM_S32LE, "pcm_s32le" },
    { AV_CODEC_ID_PCM_F32LE, "pcm_f32le" },
    { AV_CODEC_ID_PCM_ALAW, "pcm_alaw" },
    { AV_CODEC_ID_PCM_MULAW, "pcm_mulaw" },
};

static gboolean has_at(const guint8 *bytes, gsize n, guint at, const char *magic)
{
    gsize length = strlen(magic);
    return n >= at + length && memcmp(bytes + at, magic, length) == 0;
}

/* The head of a frame of MPEG audio, layer III, with none of its reserved values: ISO/IEC 11172-3, 2.4.2.3. */
static gboolean is_mpeg_frame(const guint8 *bytes, gsize n)
{
    return n >= 4 && bytes[0] == 0xFF && (bytes[1] & 0xE6) == 0xE2 && (bytes[1] & 0x18) != 0x08 &&
           (bytes[2] & 0xF0) != 0xF0 && (bytes[2] & 0x0C) != 0x0C;
}

static const Container *find_container(const guint8 *bytes, gsize n)
{
    for (gsize i = 0; i < G_N_ELEMENTS(containers); i++) {
        const Container *container = &containers[i];
        if (has_at(bytes, n, container->magic_at, container->magic) &&
            (!container->more || has_at(bytes, n, container->more_at, container->more)))
            return container;
    }
    static const Container bare_mp3 = { .container = MEDIA_MP3, .demuxer = "mp3" };
    return is_mpeg_frame(bytes, n) ? &bare_mp3 : NULL;
}

static int read_bytes(void *opaque, guint8 *into, int size)
{
    MediaSource *source = opaque;
    gsize n = MIN((gsize)MAX(size, 0), source->n - source->at);
    if (n == 0)
        return AVERROR_EOF;
    memcpy(into, source->bytes + source->at, n);
    source->at += n;
    return (int)n;
}

static gint64 seek_bytes(void *opaque, gint64 offset, int whence)
{
    MediaSource *source = opaque;
    if (whence & AVSEEK_SIZE)
        return (gint64)source->n;
    gint64 base = 0;
    switch (whence & ~AVSEEK_FORCE) {
    case SEEK_SET:
        break;
    case SEEK_CUR:
        base = (gint64)source->at;
        break;
    case SEEK_END:
        base = (gint64)source->n;
        break;
    default:
        return AVERROR(EINVAL);
    }
    gint64 at = 0;
    if (__builtin_add_overflow(base, offset, &at) || at < 0)
        return AVERROR(EINVAL);
    source->at = MIN((gsize)at, source->n);
    return (gint64)source->at;
}

/* A file may name others; none is opened. */
static int refuse_to_open(AVFormatContext *format, AVIOContext **io, const char *url, int flags, AVDictionary **options)
{
    return AVERROR(EPERM);
}

static gboolean open_container(MediaSource *source, const Container *container)
{
    const AVInputFormat *demuxer = av_find_input_format(container->demuxer);
    guint8 *buffer = av_malloc(IO_BYTES);
    source->io = buffer ? avio_alloc_context(buffer, IO_BYTES, 0, source, read_bytes, NULL, seek_bytes) : NULL;
    source->format = avformat_alloc_context();
    if (!demuxer || !source->io || !source->format)
        return FALSE;
    source->format->pb = source->io;
    source->format->flags |= AVFMT_FLAG_CUSTOM_IO;
    source->format->io_open = refuse_to_open;
    source->format->protocol_whitelist = av_strdup("none");
    source->format->format_whitelist = av_strdup(container->demuxer);
    return avformat_open_input(&source->format, NULL, demuxer, NULL) == 0;
}

static const AVCodec *decoder_of(const AVCodecParameters *track)
{
    for (gsize i = 0; i < G_N_ELEMENTS(codecs); i++)
        if (track->codec_type == AVMEDIA_TYPE_AUDIO && track->codec_id == codecs[i].codec)
            return avcodec_find_decoder_by_name(codecs[i].decoder);
    return NULL;
}

/* The first track that can be decoded; the others are not even unpacked. */
static const AVCodec *choose_track(MediaSource *source)
{
    const AVCodec *decoder = NULL;
    for (guint i = 0; i < source->format->nb_streams; i++) {
        AVStream *stream = source->format->streams[i];
        const AVCodec *candidate = decoder ? NULL : decoder_of(stream->codecpar);
        stream->discard = candidate ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
        if (!candidate)
            continue;
        decoder = candidate;
        source->stream = stream;
    }
    return decoder;
}

static gboolean open_decoder(MediaSource *source, const AVCodec *decoder)
{
    source->codec = avcodec_alloc_context3(decoder);
    if (!source->codec || avcodec_parameters_to_context(source->codec, source->stream->codecpar) < 0)
        return FALSE;
    source->codec->pkt_timebase = source->stream->time_base;
    source->codec->thread_count = 1; /* a confined process cannot start threads */
    return avcodec_open2(source->codec, decoder, NULL) == 0;
}

MediaOutcome media_open(MediaSource *source, const guint8 *bytes, gsize n)
{
    source->bytes = bytes;
    source->n = n;
    const Container *container = find_container(bytes, n);
    if (!container)
        return MEDIA_UNREADABLE;
    source->container = container->container;
    if (!open_container(source, container))
        return MEDIA_BROKEN;
    const AVCodec *decoder = choose_track(source);
    if (!decoder)
        return MEDIA_SOUNDLESS;
    return open_decoder(source, decoder) ? MEDIA_DECODED : MEDIA_BROKEN;
}

void media_source_clear(MediaSource *source)
{
    avcodec_free_context(&source->codec);
    avformat_close_input(&source->format);
    if (source->io)
        av_freep(&source->io->buffer); /* which may be another than the one given */
    avio_context_free(&source->io);
}
