/* Packets in, frames out, samples kept; a part that is broken is passed over and remembered. */
#include "platform/media/decode.h"

#include "platform/media/media.h"
#include "platform/media/media_open.h"
#include "platform/media/media_resample.h"
#include <string.h>

/* A file that is cut in the middle is short of what it declares; codecs round by less than this. */
static const double CUT_SECONDS = 0.5;
/* Sizes in the head of a WAV file from here on are no sizes (SoX writes 0x7FFFF024, FFmpeg 0xFFFFFFFF). */
static const guint32 WAVE_SIZE_KNOWN = 0x7FFF0000;
/* The shortest packets are 2.5 ms (Opus, RFC 6716, 2.1.4); a file of many more than that only wastes time. */
enum { PACKETS_A_SECOND = 400, PACKETS_SPARE = 10000 };

typedef struct {
    MediaSource source;
    MediaResample resample;
    AVPacket *packet;
    AVFrame *frame;
    gsize packets_most;
    gboolean is_damaged;
    gboolean is_full; /* more samples than asked for */
} Decoding;

static void decoding_clear(Decoding *decoding)
{
    av_packet_free(&decoding->packet);
    av_frame_free(&decoding->frame);
    media_resample_clear(&decoding->resample);
    media_source_clear(&decoding->source);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Decoding, decoding_clear)

void decode_prepare(void)
{
    av_log_set_level(AV_LOG_QUIET);
    av_max_alloc(DECODE_ALLOCATION_MOST);
}

static void keep(Decoding *decoding, ResampleResult result)
{
    decoding->is_full |= result == RESAMPLE_FULL;
    decoding->is_damaged |= result == RESAMPLE_FAILED;
}

/* All frames that the decoder has ready. */
static void take_frames(Decoding *decoding)
{
    int result = 0;
    while (!decoding->is_full && (result = avcodec_receive_frame(decoding->source.codec, decoding->frame)) == 0) {
        keep(decoding, media_resample(&decoding->resample, decoding->frame));
    }
    decoding->is_damaged |= result < 0 && result != AVERROR(EAGAIN) && result != AVERROR_EOF;
}

/* NULL says that no more will come. */
static void decode_packet(Decoding *decoding, const AVPacket *packet)
{
    int result = avcodec_send_packet(decoding->source.codec, packet);
    decoding->is_damaged |= result < 0 && result != AVERROR_EOF;
    take_frames(decoding);
}

/* The last packet of plain samples ends where the file does, however much was announced: is_cut_wave judges that. */
static gboolean is_broken(const Decoding *decoding)
{
    return (decoding->packet->flags & AV_PKT_FLAG_CORRUPT) && decoding->source.container != MEDIA_WAV;
}

static void decode_packets(Decoding *decoding)
{
    int result = 0;
    for (gsize i = 0; !decoding->is_full && i < decoding->packets_most; i++) {
        result = av_read_frame(decoding->source.format, decoding->packet);
        if (result < 0)
            break;
        decoding->is_damaged |= is_broken(decoding);
        if (decoding->packet->stream_index == decoding->source.stream->index)
            decode_packet(decoding, decoding->packet);
        av_packet_unref(decoding->packet);
    }
    decoding->is_damaged |= result != AVERROR_EOF;
    decode_packet(decoding, NULL);
    keep(decoding, media_resample_end(&decoding->resample));
}

/* What the file says of its length, in seconds; 0 when it does not. */
static double declared_seconds(const MediaSource *source)
{
    if (source->stream->duration != AV_NOPTS_VALUE)
        return (double)source->stream->duration * av_q2d(source->stream->time_base);
    if (source->format->duration != AV_NOPTS_VALUE)
        return (double)source->format->duration / AV_TIME_BASE;
    return 0;
}

/* By the size in its head, of what follows the first 8 bytes; FFmpeg does not tell. A recorder that does not know the
 * end writes 0 or about the largest number, signed or not. */
static gboolean is_cut_wave(const MediaSource *source)
{
    guint32 size = 0;
    if (source->n < 8)
        return FALSE;
    memcpy(&size, source->bytes + 4, sizeof size);
    size = GUINT32_FROM_LE(size);
    return size < WAVE_SIZE_KNOWN && (gsize)size + 8 > source->n;
}

/* Shorter than declared. A length beyond what we take is that of a recorder that did not know the end: it says
 * nothing. */
static gboolean is_cut(const Decoding *decoding)
{
    if (decoding->source.container == MEDIA_WAV)
        return is_cut_wave(&decoding->source);
    double declared = declared_seconds(&decoding->source);
    return declared <= (double)decoding->resample.samples_most / MEDIA_RATE &&
           declared > (double)decoding->resample.samples->len / MEDIA_RATE + CUT_SECONDS;
}

static MediaOutcome outcome_of(const Decoding *decoding)
{
    if (decoding->is_full)
        return MEDIA_TOO_LONG;
    return decoding->resample.samples->len > 0 ? MEDIA_DECODED : MEDIA_BROKEN;
}

MediaReply decode_bytes(const guint8 *bytes, gsize n, gsize samples_most, GArray *samples)
{
    g_auto(Decoding) decoding = {
        .resample = { .samples = samples, .samples_most = samples_most },
        .packet = av_packet_alloc(),
        .frame = av_frame_alloc(),
        .packets_most = samples_most / MEDIA_RATE * PACKETS_A_SECOND + PACKETS_SPARE,
    };
    MediaReply reply = { .magic = MEDIA_REPLY_MAGIC, .outcome = media_open(&decoding.source, bytes, n) };
    reply.container = decoding.source.container;
    if (reply.outcome != MEDIA_DECODED)
        return reply;
    decode_packets(&decoding);
    reply.outcome = outcome_of(&decoding);
    if (reply.outcome != MEDIA_DECODED)
        return reply;
    reply.is_damaged = decoding.is_damaged || is_cut(&decoding);
    reply.n_samples = samples->len;
    return reply;
}
