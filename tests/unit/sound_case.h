/* Sound files for tests, made with FFmpeg's own encoders and writers, in memory. Each holds a tone, and black pictures
 * when asked for. */
#pragma once

#include <glib.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>

static const double sound_hertz = 440;
static const double sound_amplitude = 0.25; /* of full scale */

typedef struct {
    const char *muxer, *encoder; /* encoder NULL: no sound */
    enum AVSampleFormat format;
    int rate, channels;
    double seconds;
    const char *options;  /* of the muxer: "key=value:…"; NULL for none */
    const char *pictures; /* encoder of a second track; NULL for none */
    gboolean is_silent;
} Sound;

typedef struct {
    AVFormatContext *format;
    AVCodecContext *codec;
    AVStream *stream;
    AVPacket *packet;
} SoundTrack;

static void sound_check(int result)
{
    if (result < 0)
        fail_msg("FFmpeg: %s", av_err2str(result));
}

static void sound_drain(SoundTrack *track, const AVFrame *frame)
{
    sound_check(avcodec_send_frame(track->codec, frame));
    while (avcodec_receive_packet(track->codec, track->packet) == 0) {
        av_packet_rescale_ts(track->packet, track->codec->time_base, track->stream->time_base);
        track->packet->stream_index = track->stream->index;
        sound_check(av_interleaved_write_frame(track->format, track->packet));
    }
}

static SoundTrack sound_track(AVFormatContext *format, const char *encoder)
{
    const AVCodec *codec = avcodec_find_encoder_by_name(encoder);
    if (!codec)
        fail_msg("FFmpeg has no encoder %s here", encoder);
    SoundTrack track = { .format = format, .codec = avcodec_alloc_context3(codec), .packet = av_packet_alloc() };
    track.codec->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    if (format->oformat->flags & AVFMT_GLOBALHEADER)
        track.codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    return track;
}

static void sound_track_begin(SoundTrack *track)
{
    sound_check(avcodec_open2(track->codec, NULL, NULL));
    track->stream = avformat_new_stream(track->format, NULL);
    sound_check(avcodec_parameters_from_context(track->stream->codecpar, track->codec));
    track->stream->time_base = track->codec->time_base;
}

static void sound_track_end(SoundTrack *track)
{
    sound_drain(track, NULL);
    avcodec_free_context(&track->codec);
    av_packet_free(&track->packet);
}

static void sound_set(AVFrame *frame, int channel, int i, double value)
{
    gboolean is_planar = av_sample_fmt_is_planar(frame->format);
    guint8 *data = frame->extended_data[is_planar ? channel : 0];
    int at = is_planar ? i : i * frame->ch_layout.nb_channels + channel;
    switch (av_get_packed_sample_fmt(frame->format)) {
    case AV_SAMPLE_FMT_U8:
        data[at] = (guint8)lrint(128 + value * 127);
        break;
    case AV_SAMPLE_FMT_S16:
        ((gint16 *)data)[at] = (gint16)lrint(value * G_MAXINT16);
        break;
    case AV_SAMPLE_FMT_S32:
        ((gint32 *)data)[at] = (gint32)lrint(value * G_MAXINT32);
        break;
    case AV_SAMPLE_FMT_FLT:
        ((float *)data)[at] = (float)value;
        break;
    default:
        fail_msg("no such format here");
    }
}

static void sound_write_tone(const Sound *sound, SoundTrack *track)
{
    gint64 n = (gint64)(sound->seconds * sound->rate);
    int frame_size = track->codec->frame_size > 0 ? track->codec->frame_size : 4096;
    for (gint64 at = 0; at < n; at += frame_size) {
        AVFrame *frame = av_frame_alloc();
        frame->format = track->codec->sample_fmt;
        frame->sample_rate = sound->rate;
        frame->nb_samples = (int)MIN(frame_size, n - at);
        frame->pts = at;
        av_channel_layout_default(&frame->ch_layout, sound->channels);
        sound_check(av_frame_get_buffer(frame, 0));
        for (int i = 0; i < frame->nb_samples; i++) {
            double value =
                sound->is_silent ? 0 : sound_amplitude * sin(2 * G_PI * sound_hertz * (double)(at + i) / sound->rate);
            for (int channel = 0; channel < sound->channels; channel++)
                sound_set(frame, channel, i, value);
        }
        sound_drain(track, frame);
        av_frame_free(&frame);
    }
}

static void sound_write_pictures(const Sound *sound, SoundTrack *track)
{
    for (int i = 0; i < (int)(sound->seconds * 10); i++) {
        AVFrame *frame = av_frame_alloc();
        frame->format = AV_PIX_FMT_YUV420P;
        frame->width = track->codec->width;
        frame->height = track->codec->height;
        frame->pts = i;
        sound_check(av_frame_get_buffer(frame, 0));
        for (int plane = 0; plane < 3; plane++)
            memset(frame->data[plane], plane == 0 ? 16 : 128, (gsize)frame->linesize[plane] * (plane == 0 ? 64 : 32));
        sound_drain(track, frame);
        av_frame_free(&frame);
    }
}

static SoundTrack sound_tone_track(const Sound *sound, AVFormatContext *format)
{
    SoundTrack track = sound_track(format, sound->encoder);
    track.codec->sample_fmt = sound->format;
    track.codec->sample_rate = sound->rate;
    track.codec->time_base = (AVRational){ 1, sound->rate };
    av_channel_layout_default(&track.codec->ch_layout, sound->channels);
    sound_track_begin(&track);
    return track;
}

static SoundTrack sound_picture_track(const Sound *sound, AVFormatContext *format)
{
    SoundTrack track = sound_track(format, sound->pictures);
    track.codec->pix_fmt = AV_PIX_FMT_YUV420P;
    track.codec->width = 64;
    track.codec->height = 64;
    track.codec->time_base = (AVRational){ 1, 10 };
    sound_track_begin(&track);
    return track;
}

static GBytes *sound_make(const Sound *sound)
{
    av_log_set_level(AV_LOG_QUIET);
    AVFormatContext *format = NULL;
    sound_check(avformat_alloc_output_context2(&format, NULL, sound->muxer, NULL));
    sound_check(avio_open_dyn_buf(&format->pb));
    SoundTrack pictures = { 0 };
    SoundTrack tone = { 0 };
    if (sound->pictures)
        pictures = sound_picture_track(sound, format);
    if (sound->encoder)
        tone = sound_tone_track(sound, format);
    AVDictionary *options = NULL;
    if (sound->options)
        sound_check(av_dict_parse_string(&options, sound->options, "=", ":", 0));
    sound_check(avformat_write_header(format, &options));
    av_dict_free(&options);
    if (sound->pictures) {
        sound_write_pictures(sound, &pictures);
        sound_track_end(&pictures);
    }
    if (sound->encoder) {
        sound_write_tone(sound, &tone);
        sound_track_end(&tone);
    }
    sound_check(av_write_trailer(format));
    guint8 *bytes = NULL;
    int n = avio_close_dyn_buf(format->pb, &bytes);
    GBytes *file = g_bytes_new(bytes, (gsize)n);
    av_free(bytes);
    avformat_free_context(format);
    return file;
}
