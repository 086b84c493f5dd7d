/* A resampler for each stretch of frames that are alike. */
#include "platform/media/media_resample.h"

#include "platform/media/media.h"

/* Telephone to studio; beyond that a rate is a lie that would make much out of little. */
enum { RATE_LEAST = 4000, RATE_MOST = 192000 };
/* What the resampler takes (SWR_CH_MAX in libswresample). */
enum { CHANNELS_MOST = 64 };

static gboolean is_alike(const MediaResample *resample, const AVFrame *frame)
{
    return resample->resampler && resample->format == frame->format && resample->rate == frame->sample_rate &&
           av_channel_layout_compare(&resample->layout, &frame->ch_layout) == 0;
}

/* A layout that says how many channels there are but not which is taken for the usual one of that many. */
static gboolean copy_layout(AVChannelLayout *into, const AVChannelLayout *layout)
{
    if (layout->order != AV_CHANNEL_ORDER_UNSPEC)
        return av_channel_layout_copy(into, layout) == 0;
    av_channel_layout_default(into, layout->nb_channels);
    return TRUE;
}

static gboolean is_possible(const AVFrame *frame)
{
    return frame->sample_rate >= RATE_LEAST && frame->sample_rate <= RATE_MOST && frame->ch_layout.nb_channels >= 1 &&
           frame->ch_layout.nb_channels <= CHANNELS_MOST && av_channel_layout_check(&frame->ch_layout);
}

static gboolean begin(MediaResample *resample, const AVFrame *frame)
{
    media_resample_clear(resample);
    AVChannelLayout input = { 0 };
    if (!is_possible(frame) || !copy_layout(&input, &frame->ch_layout) ||
        av_channel_layout_copy(&resample->layout, &frame->ch_layout) < 0)
        return FALSE;
    resample->format = frame->format;
    resample->rate = frame->sample_rate;
    AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO;
    int result = swr_alloc_set_opts2(&resample->resampler, &mono, AV_SAMPLE_FMT_S16, MEDIA_RATE, &input, frame->format,
                                     frame->sample_rate, 0, NULL);
    av_channel_layout_uninit(&input);
    return result == 0 && swr_init(resample->resampler) == 0;
}

/* `n` samples a channel of `data`, or with NULL what is held back. */
static ResampleResult convert(MediaResample *resample, guint8 *const *data, int n)
{
    int room = swr_get_out_samples(resample->resampler, n);
    if (room < 0)
        return RESAMPLE_FAILED;
    guint before = resample->samples->len;
    g_array_set_size(resample->samples, before + (guint)room);
    guint8 *into = (guint8 *)&g_array_index(resample->samples, gint16, before);
    int written = room > 0 ? swr_convert(resample->resampler, &into, room, (const guint8 **)data, n) : 0;
    g_array_set_size(resample->samples, before + (guint)MAX(written, 0));
    if (written < 0)
        return RESAMPLE_FAILED;
    if (resample->samples->len <= resample->samples_most)
        return RESAMPLED;
    g_array_set_size(resample->samples, (guint)resample->samples_most);
    return RESAMPLE_FULL;
}

ResampleResult media_resample(MediaResample *resample, const AVFrame *frame)
{
    if (!is_alike(resample, frame)) {
        ResampleResult result = media_resample_end(resample);
        if (result != RESAMPLED)
            return result;
        if (!begin(resample, frame))
            return RESAMPLE_FAILED;
    }
    return convert(resample, frame->extended_data, frame->nb_samples);
}

ResampleResult media_resample_end(MediaResample *resample)
{
    return resample->resampler ? convert(resample, NULL, 0) : RESAMPLED;
}

void media_resample_clear(MediaResample *resample)
{
    swr_free(&resample->resampler);
    av_channel_layout_uninit(&resample->layout);
}
