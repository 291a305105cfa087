/* AAC in, a CMAF file and the decoded sound out. */
#include "media/av/sound_encoder.h"

#include <libavutil/channel_layout.h>

static enum err fail_av(struct diag *d, const char *what, int code)
{
    char why[AV_ERROR_MAX_STRING_SIZE];
    av_strerror(code, why, sizeof why);
    return diag_fail(d, code == AVERROR(ENOMEM) ? ERR_LIMIT : ERR_INTERNAL, 0, 0, "%s: %s", what,
                     why);
}

static int open_codecs(struct sound_encoder *s)
{
    const AVCodec *aac = avcodec_find_encoder_by_name("aac");
    const AVCodec *back = avcodec_find_decoder_by_name("aac");
    s->encoder = aac ? avcodec_alloc_context3(aac) : NULL;
    s->decoder = back ? avcodec_alloc_context3(back) : NULL;
    s->packet = av_packet_alloc();
    s->frame = av_frame_alloc();
    s->decoded = av_frame_alloc();
    if (!s->encoder || !s->decoder || !s->packet || !s->frame || !s->decoded)
        return AVERROR(ENOMEM);
    AVCodecContext *c = s->encoder;
    c->sample_fmt = AV_SAMPLE_FMT_FLTP;
    c->sample_rate = 48000;
    c->ch_layout = (AVChannelLayout)AV_CHANNEL_LAYOUT_STEREO;
    c->bit_rate = SOUND_BIT_RATE;
    c->profile = FF_PROFILE_AAC_LOW;
    c->flags = AV_CODEC_FLAG_GLOBAL_HEADER;
    c->time_base = (AVRational){ 1, 48000 };
    int code = avcodec_open2(c, aac, NULL);
    if (code < 0)
        return code;
    AVCodecParameters *p = avcodec_parameters_alloc();
    code = p ? avcodec_parameters_from_context(p, c) : AVERROR(ENOMEM);
    if (code >= 0)
        code = avcodec_parameters_to_context(s->decoder, p);
    avcodec_parameters_free(&p);
    return code < 0 ? code : avcodec_open2(s->decoder, back, NULL);
}

static int alloc_frame(struct sound_encoder *s)
{
    s->frame->format = AV_SAMPLE_FMT_FLTP;
    s->frame->nb_samples = SOUND_FRAME;
    s->frame->sample_rate = 48000;
    s->frame->ch_layout = (AVChannelLayout)AV_CHANNEL_LAYOUT_STEREO;
    return av_frame_get_buffer(s->frame, 0);
}

enum err sound_encoder_open(struct sound_encoder *s, const char *path, const int64_t *cuts_us,
                            size_t n_cuts, int64_t total, struct diag *d)
{
    *s = (struct sound_encoder){
        .cuts_us = cuts_us, .n_cuts = n_cuts, .next_cut = 1, .total = total, .file = { .fd = -1 }
    };
    int code = open_codecs(s);
    if (code >= 0)
        code = alloc_frame(s);
    if (code < 0)
        return fail_av(d, "the AAC encoder does not start", code);
    if (s->encoder->frame_size != SOUND_FRAME)
        return diag_fail(d, ERR_INTERNAL, 0, 0, "the AAC encoder has another frame size");
    struct cmaf_track track = {
        .timescale = 48000,
        .sample_duration = SOUND_FRAME,
        .channels = 2,
        .sample_rate = 48000,
        .config = str_sub((const char *)s->encoder->extradata, (size_t)s->encoder->extradata_size),
        .edit_media_time = s->encoder->initial_padding,
        .bit_rate = SOUND_BIT_RATE,
    };
    enum err e = track_file_open(&s->file, path, &track);
    return e == OK ? OK
                   : diag_fail(d, e, 0, 0, "The output file cannot be written: %s.", err_name(e));
}

static enum err decode_back(struct sound_encoder *s, struct diag *d)
{
    int code = avcodec_send_packet(s->decoder, s->packet);
    while (code >= 0 && (code = avcodec_receive_frame(s->decoder, s->decoded)) >= 0) {
        int64_t from = s->n_heard, to = from + s->decoded->nb_samples;
        int64_t first = s->encoder->initial_padding, last = first + s->total;
        int64_t a = from < first ? first : from, b = to > last ? last : to;
        if (a < b && s->on_decoded)
            s->on_decoded(s->arg, (const float *)(void *)s->decoded->data[0] + (a - from),
                          (const float *)(void *)s->decoded->data[1] + (a - from), (size_t)(b - a));
        s->n_heard = to;
        av_frame_unref(s->decoded);
    }
    return code == AVERROR(EAGAIN) ? OK : fail_av(d, "decoding our own sound", code);
}

/* A segment begins with the frame in which its cut lies, seen from where the presentation begins.
 */
static void cut_where_due(struct sound_encoder *s)
{
    if (s->next_cut >= s->n_cuts)
        return;
    int64_t end = (s->n_packets + 1) * SOUND_FRAME - s->encoder->initial_padding;
    int64_t cut = av_rescale(s->cuts_us[s->next_cut], 48000, 1000000);
    if (end > cut) {
        track_file_cut(&s->file);
        s->next_cut++;
    }
}

static enum err take_packets(struct sound_encoder *s, struct diag *d)
{
    int code;
    while ((code = avcodec_receive_packet(s->encoder, s->packet)) >= 0) {
        cut_where_due(s);
        track_file_add(&s->file, str_sub((const char *)s->packet->data, (size_t)s->packet->size),
                       0);
        s->n_packets++;
        enum err e = decode_back(s, d);
        av_packet_unref(s->packet);
        if (e != OK)
            return e;
    }
    return code == AVERROR(EAGAIN) || code == AVERROR_EOF ? OK : fail_av(d, "encoding", code);
}

static enum err send_frame(struct sound_encoder *s, struct diag *d)
{
    s->frame->nb_samples = s->filled;
    s->frame->pts = s->n_in;
    s->n_in += s->filled;
    int code = avcodec_send_frame(s->encoder, s->frame);
    if (code >= 0)
        code = av_frame_make_writable(s->frame);
    s->filled = 0;
    return code < 0 ? fail_av(d, "encoding", code) : take_packets(s, d);
}

enum err sound_encoder_add(struct sound_encoder *s, const float *left, const float *right, size_t n,
                           struct diag *d)
{
    while (n > 0) {
        size_t room = (size_t)(SOUND_FRAME - s->filled), part = n < room ? n : room;
        memcpy((float *)(void *)s->frame->data[0] + s->filled, left, part * sizeof *left);
        memcpy((float *)(void *)s->frame->data[1] + s->filled, right, part * sizeof *right);
        s->filled += (int)part;
        left += part;
        right += part;
        n -= part;
        if (s->filled == SOUND_FRAME) {
            enum err e = send_frame(s, d);
            if (e != OK)
                return e;
            s->frame->nb_samples = SOUND_FRAME;
        }
    }
    return OK;
}

enum err sound_encoder_end(struct sound_encoder *s, struct diag *d)
{
    enum err e = s->filled ? send_frame(s, d) : OK;
    if (e != OK)
        return e;
    int code = avcodec_send_frame(s->encoder, NULL);
    e = code < 0 ? fail_av(d, "encoding", code) : take_packets(s, d);
    if (e != OK)
        return e;
    e = track_file_end(&s->file);
    return e == OK ? OK
                   : diag_fail(d, e, 0, 0, "The output file cannot be written: %s.", err_name(e));
}

void sound_encoder_close(struct sound_encoder *s)
{
    avcodec_free_context(&s->encoder);
    avcodec_free_context(&s->decoder);
    av_packet_free(&s->packet);
    av_frame_free(&s->frame);
    av_frame_free(&s->decoded);
    (void)!track_file_end(&s->file);
}
