/* Decodes, resamples, and keeps the place in time. */
#include "media/av/sound.h"

#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <stdlib.h>

enum { JITTER = SOUND_RATE / 25 }; /* time stamps that are less wrong than 40 ms are left alone */

enum err sound_open(struct sound *s, int fd, const struct input_limits *limits,
                    const struct scan *scan, struct diag *d)
{
    *s = (struct sound){ .start_us = scan->start_us };
    s->total = av_rescale(scan->duration_us, SOUND_RATE, 1000000);
    enum err e = input_open(&s->in, fd, limits, d);
    if (e == OK && !s->in.audio)
        e = diag_fail(d, ERR_INPUT, 0, 0, "The file has no sound.");
    if (e == OK)
        e = input_decoder(&s->in, s->in.audio, false, &s->decoder, d);
    s->packet = av_packet_alloc();
    s->frame = av_frame_alloc();
    if (e == OK && (!s->packet || !s->frame))
        e = ERR_LIMIT;
    if (e != OK) {
        sound_close(s);
        return e;
    }
    for (unsigned i = 0; i < s->in.fmt->nb_streams; i++)
        if (s->in.fmt->streams[i] != s->in.audio)
            s->in.fmt->streams[i]->discard = AVDISCARD_ALL;
    return OK;
}

void sound_close(struct sound *s)
{
    avcodec_free_context(&s->decoder);
    swr_free(&s->swr);
    av_packet_free(&s->packet);
    av_frame_free(&s->frame);
    free(s->queue[0]);
    free(s->queue[1]);
    input_close(&s->in);
    *s = (struct sound){ 0 };
}

static void queue_room(struct sound *s, size_t n)
{
    if (s->queue_at > 0) {
        for (int c = 0; c < 2; c++)
            memmove(s->queue[c], s->queue[c] + s->queue_at, s->queued * sizeof(float));
        s->queue_at = 0;
    }
    if (s->queued + n <= s->queue_cap)
        return;
    s->queue_cap = (s->queued + n) * 2;
    for (int c = 0; c < 2; c++) {
        s->queue[c] = realloc(s->queue[c], s->queue_cap * sizeof(float));
        if (!s->queue[c])
            abort();
    }
}

static void queue_silence(struct sound *s, size_t n)
{
    queue_room(s, n);
    for (int c = 0; c < 2; c++)
        memset(s->queue[c] + s->queued, 0, n * sizeof(float));
    s->queued += n;
    s->made += (int64_t)n;
}

/* A decoder may say late what the layout is, or change it: the resampler follows. */
static enum err fit_resampler(struct sound *s, const AVFrame *f, struct diag *d)
{
    AVChannelLayout stereo = AV_CHANNEL_LAYOUT_STEREO, in = { 0 };
    if (s->swr)
        return OK;
    if (f->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
        av_channel_layout_default(&in, f->ch_layout.nb_channels);
    else
        av_channel_layout_copy(&in, &f->ch_layout);
    int code = swr_alloc_set_opts2(&s->swr, &stereo, AV_SAMPLE_FMT_FLTP, SOUND_RATE, &in,
                                   (enum AVSampleFormat)f->format, f->sample_rate, 0, NULL);
    av_channel_layout_uninit(&in);
    if (code >= 0)
        code = swr_init(s->swr);
    s->shape.rate = f->sample_rate;
    s->shape.channels = f->ch_layout.nb_channels;
    s->shape.format = f->format;
    if (code < 0) {
        swr_free(&s->swr);
        return diag_fail(d, ERR_INPUT, 0, 0,
                         "The sound's channels or sampling rate make no sense.");
    }
    return OK;
}

static void resample(struct sound *s, const AVFrame *f, size_t drop)
{
    int most = swr_get_out_samples(s->swr, f ? f->nb_samples : 0);
    if (most <= 0)
        return;
    queue_room(s, (size_t)most);
    uint8_t *to[2] = { (uint8_t *)(s->queue[0] + s->queued), (uint8_t *)(s->queue[1] + s->queued) };
    const uint8_t **from = f ? (const uint8_t **)(void *)f->extended_data : NULL;
    int n = swr_convert(s->swr, to, most, from, f ? f->nb_samples : 0);
    if (n <= 0)
        return;
    size_t kept = (size_t)n, cut = drop < kept ? drop : kept;
    for (int c = 0; c < 2; c++)
        memmove(s->queue[c] + s->queued, s->queue[c] + s->queued + cut,
                (kept - cut) * sizeof(float));
    s->queued += kept - cut;
    s->made += (int64_t)(kept - cut);
}

static enum err take_frame(struct sound *s, const AVFrame *f, struct diag *d)
{
    if (f->nb_samples <= 0 || f->sample_rate <= 0)
        return OK;
    s->n_decoded++;
    size_t drop = 0;
    if (f->best_effort_timestamp != AV_NOPTS_VALUE) {
        int64_t us = av_rescale_q(f->best_effort_timestamp, s->in.audio->time_base,
                                  (AVRational){ 1, 1000000 }) -
                     s->start_us;
        int64_t place = av_rescale(us, SOUND_RATE, 1000000);
        int64_t inside = s->swr ? swr_get_delay(s->swr, SOUND_RATE) : 0;
        int64_t late = place - (s->made + inside);
        bool is_first = s->n_decoded == 1;
        if (late > (is_first ? 0 : JITTER))
            queue_silence(s, (size_t)(place < s->total         ? late
                                      : s->total - s->made > 0 ? s->total - s->made
                                                               : 0));
        else if (late < (is_first ? 0 : -JITTER))
            drop = (size_t)-late;
    }
    if (s->made >= s->total) {
        s->is_ended = true;
        return OK;
    }
    int64_t length = av_rescale(f->nb_samples, SOUND_RATE, f->sample_rate);
    if (drop > 0 && (int64_t)drop >= length) {
        s->n_decoded -= s->made == 0; /* wholly before the first picture */
        return OK;
    }
    enum err e = fit_resampler(s, f, d);
    if (e == OK)
        resample(s, f, drop);
    return e;
}

static bool same_shape(const struct sound *s, const AVFrame *f)
{
    return f->sample_rate == s->shape.rate && f->ch_layout.nb_channels == s->shape.channels &&
           f->format == s->shape.format;
}

static enum err decode_more(struct sound *s, struct diag *d)
{
    int code = avcodec_receive_frame(s->decoder, s->frame);
    if (code >= 0) {
        if (s->swr && !same_shape(s, s->frame)) {
            resample(s, NULL, 0); /* what the old one still holds */
            swr_free(&s->swr);
        }
        enum err e = take_frame(s, s->frame, d);
        av_frame_unref(s->frame);
        return e;
    }
    if (code != AVERROR(EAGAIN)) {
        s->is_ended = true;
        if (s->swr)
            resample(s, NULL, 0); /* what the resampler still holds */
        return OK;
    }
    code = av_read_frame(s->in.fmt, s->packet);
    if (code < 0) {
        avcodec_send_packet(s->decoder, NULL);
        return OK;
    }
    if (s->packet->stream_index == s->in.audio->index)
        (void)avcodec_send_packet(s->decoder, s->packet); /* a damaged packet leaves a gap */
    av_packet_unref(s->packet);
    return OK;
}

enum err sound_read(struct sound *s, float *left, float *right, size_t *ret_n, struct diag *d)
{
    int64_t given = s->made - (int64_t)s->queued, left_over = s->total - given;
    size_t want = left_over < SOUND_BLOCK ? (size_t)(left_over > 0 ? left_over : 0) : SOUND_BLOCK;
    while (s->queued < want && !s->is_ended) {
        enum err e = decode_more(s, d);
        if (e != OK)
            return e;
    }
    if (s->queued < want)
        queue_silence(s, want - s->queued);
    float *to[2] = { left, right };
    for (int c = 0; c < 2 && want; c++)
        memcpy(to[c], s->queue[c] + s->queue_at, want * sizeof(float));
    s->queue_at += want;
    s->queued -= want;
    *ret_n = want;
    return OK;
}
