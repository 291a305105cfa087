/*
 * x264 through libavcodec. Decode times count from 0, one frame a sample; what reordering delays is
 * taken off again by the edit list: see docs/decisions on muxing.
 */
#include "media/av/video_encoder.h"

#include <libavutil/opt.h>
#include <stdio.h>

#define KEYS "scenecut=0:keyint=infinite:open-gop=0" /* at the cuts and nowhere else */
/* superfast gives up macroblock-tree rate control, which is what makes it waste bits. */
#define WITH_TREE ":mbtree=1:rc-lookahead=10"

/* Quality and ceiling by the number of pixels of 9:16 rungs; measured in docs/decisions. */
static const struct tier {
    int pixels_max;
    const char *preset, *params;
    double crf;
    int64_t peak_bps;
} tiers[] = {
    { 360 * 640 * 11 / 10, "veryfast", KEYS, 23.0, 600 * 1000 },
    { 540 * 960 * 11 / 10, "veryfast", KEYS, 23.5, 1200 * 1000 },
    { 720 * 1280 * 11 / 10, "superfast", KEYS WITH_TREE, 23.5, 2200 * 1000 },
    { INT32_MAX, "superfast", KEYS WITH_TREE, 23.5, 4500 * 1000 },
};

static const struct tier *tier_of(struct plan_rung r)
{
    size_t i = 0;
    while (r.width * r.height > tiers[i].pixels_max)
        i++;
    return &tiers[i];
}

static enum err fail_av(struct diag *d, const char *what, int code)
{
    char why[AV_ERROR_MAX_STRING_SIZE];
    av_strerror(code, why, sizeof why);
    return diag_fail(d, code == AVERROR(ENOMEM) ? ERR_LIMIT : ERR_INTERNAL, 0, 0, "%s: %s", what,
                     why);
}

static void set_up(AVCodecContext *c, const struct video_settings *s)
{
    const struct tier *t = tier_of(s->rung);
    c->width = s->rung.width;
    c->height = s->rung.height;
    c->pix_fmt = AV_PIX_FMT_YUV420P;
    c->sample_aspect_ratio = (AVRational){ 1, 1 };
    c->time_base = (AVRational){ s->rate.den, s->rate.num };
    c->framerate = (AVRational){ s->rate.num, s->rate.den };
    c->color_primaries = AVCOL_PRI_BT709;
    c->color_trc = AVCOL_TRC_BT709;
    c->colorspace = AVCOL_SPC_BT709;
    c->color_range = AVCOL_RANGE_MPEG;
    c->chroma_sample_location = AVCHROMA_LOC_LEFT;
    c->flags = AV_CODEC_FLAG_GLOBAL_HEADER | (int)AV_CODEC_FLAG_CLOSED_GOP;
    c->thread_count = s->threads;
    c->gop_size = 1 << 28; /* key frames come at the cuts and nowhere else */
    c->rc_max_rate = t->peak_bps;
    c->rc_buffer_size = (int)t->peak_bps; /* one second: a 1 s segment keeps the ceiling, too */
    av_opt_set(c->priv_data, "preset", t->preset, 0);
    av_opt_set(c->priv_data, "profile", "high", 0);
    av_opt_set_double(c->priv_data, "crf", t->crf, 0);
    av_opt_set(c->priv_data, "forced-idr", "1", 0);
    av_opt_set(c->priv_data, "x264-params", t->params, 0);
}

static enum err open_file(struct video_encoder *v, const struct video_settings *s, const char *path,
                          struct diag *d)
{
    struct buf config = { .max = 4096 };
    int scale = 1;
    while ((int64_t)s->rate.num * scale < 10000)
        scale *= 2;
    struct cmaf_track track = { .is_video = true,
                                .timescale = (uint32_t)(s->rate.num * scale),
                                .sample_duration = (uint32_t)(s->rate.den * scale),
                                .width = s->rung.width,
                                .height = s->rung.height };
    track.edit_media_time = (int64_t)v->codec->has_b_frames * track.sample_duration;
    enum err e = cmaf_avcc_from_annexb(
        &config, str_sub((const char *)v->codec->extradata, (size_t)v->codec->extradata_size));
    track.config = buf_str(&config);
    if (e == OK)
        e = track_file_open(&v->file, path, &track);
    buf_done(&config);
    if (e != OK)
        return diag_fail(d, e, 0, 0, "The output file cannot be written: %s.", err_name(e));
    return OK;
}

enum err video_encoder_open(struct video_encoder *v, const struct video_settings *s,
                            const char *path, struct diag *d)
{
    *v = (struct video_encoder){ .cuts = s->cuts, .n_cuts = s->n_cuts, .file = { .fd = -1 } };
    const AVCodec *x264 = avcodec_find_encoder_by_name("libx264");
    v->codec = x264 ? avcodec_alloc_context3(x264) : NULL;
    v->packet = av_packet_alloc();
    if (!v->codec || !v->packet)
        return diag_fail(d, ERR_INTERNAL, 0, 0, "libavcodec has no libx264 encoder");
    set_up(v->codec, s);
    int code = avcodec_open2(v->codec, x264, NULL);
    if (code < 0)
        return fail_av(d, "the H.264 encoder does not start", code);
    return open_file(v, s, path, d);
}

static enum err take_packet(struct video_encoder *v, struct diag *d)
{
    const AVPacket *p = v->packet;
    bool is_cut = v->cut_out < v->n_cuts && p->pts == v->cuts[v->cut_out];
    if (is_cut != !!(p->flags & AV_PKT_FLAG_KEY))
        return diag_fail(d, ERR_INTERNAL, 0, 0, "a key frame at picture %lld, not at a cut",
                         (long long)p->pts);
    if (is_cut) {
        track_file_cut(&v->file);
        v->cut_out++;
    }
    const struct cmaf_track *t = &v->file.track;
    int64_t offset = (p->pts - v->n_out++) * t->sample_duration + t->edit_media_time;
    if (offset < 0 || offset > INT32_MAX)
        return diag_fail(d, ERR_INTERNAL, 0, 0, "the encoder reorders more than it said");
    buf_reset(&v->unit);
    cmaf_add_annexb(&v->unit, str_sub((const char *)p->data, (size_t)p->size));
    if (v->unit.err != OK || v->unit.n == 0)
        return diag_fail(d, ERR_INTERNAL, 0, 0, "the encoder gave an empty picture");
    track_file_add(&v->file, buf_str(&v->unit), (int32_t)offset);
    return OK;
}

static enum err take_packets(struct video_encoder *v, struct diag *d)
{
    int code;
    while ((code = avcodec_receive_packet(v->codec, v->packet)) >= 0) {
        enum err e = take_packet(v, d);
        av_packet_unref(v->packet);
        if (e != OK)
            return e;
    }
    return code == AVERROR(EAGAIN) || code == AVERROR_EOF ? OK : fail_av(d, "encoding", code);
}

enum err video_encoder_add(struct video_encoder *v, int64_t index, AVFrame *f, struct diag *d)
{
    bool is_cut = v->cut_in < v->n_cuts && index == v->cuts[v->cut_in];
    v->cut_in += is_cut;
    f->pts = index;
    f->pict_type = is_cut ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    f->color_range = AVCOL_RANGE_MPEG;
    f->color_primaries = AVCOL_PRI_BT709;
    f->color_trc = AVCOL_TRC_BT709;
    f->colorspace = AVCOL_SPC_BT709;
    int code = avcodec_send_frame(v->codec, f);
    if (code < 0)
        return fail_av(d, "encoding", code);
    v->n_in++;
    return take_packets(v, d);
}

enum err video_encoder_end(struct video_encoder *v, struct diag *d)
{
    int code = avcodec_send_frame(v->codec, NULL);
    if (code < 0)
        return fail_av(d, "encoding", code);
    enum err e = take_packets(v, d);
    if (e == OK && v->n_out != v->n_in)
        e = diag_fail(d, ERR_INTERNAL, 0, 0, "%lld pictures in, %lld out", (long long)v->n_in,
                      (long long)v->n_out);
    if (e != OK)
        return e;
    e = track_file_end(&v->file);
    return e == OK ? OK
                   : diag_fail(d, e, 0, 0, "The output file cannot be written: %s.", err_name(e));
}

void video_encoder_close(struct video_encoder *v)
{
    avcodec_free_context(&v->codec);
    av_packet_free(&v->packet);
    (void)!track_file_end(&v->file);
    buf_done(&v->unit);
}
