/* Builds the graph's text, feeds it, drains it. */
#include "media/av/picture.h"

#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>

#include "base/buf.h"

struct pass {
    struct picture_pass *p;
    AVCodecContext *decoder;
    AVFilterGraph *graph;
    AVFilterContext *source;
    AVFilterContext *sinks[PLAN_RUNGS_MAX];
    int64_t next_index[PLAN_RUNGS_MAX];
    AVFrame *frame;
    bool is_done;
    struct diag *d;
};

static bool is_hdr(const AVCodecParameters *v)
{
    return v->color_trc == AVCOL_TRC_SMPTE2084 || v->color_trc == AVCOL_TRC_ARIB_STD_B67 ||
           v->color_primaries == AVCOL_PRI_BT2020;
}

/* What the source's YUV means; unsaid, it is by size: standard definition was BT.601. */
static const char *matrix_of(const AVCodecParameters *v)
{
    switch (v->color_space) {
    case AVCOL_SPC_BT709:
        return "bt709";
    case AVCOL_SPC_SMPTE170M:
    case AVCOL_SPC_BT470BG:
        return "bt601";
    case AVCOL_SPC_FCC:
        return "fcc";
    case AVCOL_SPC_SMPTE240M:
        return "smpte240m";
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
        return "bt2020";
    default:
        return v->width > 1024 || v->height > 576 ? "bt709" : "bt601";
    }
}

struct picture_source picture_source_of(const struct input *in)
{
    const AVCodecParameters *v = in->video->codecpar;
    struct picture_source s = { .width = v->width, .height = v->height };
    const AVPixFmtDescriptor *f = av_pix_fmt_desc_get((enum AVPixelFormat)v->format);
    s.orientation = input_orientation(in->video);
    s.is_hdr = is_hdr(v);
    s.is_rgb = f && f->flags & AV_PIX_FMT_FLAG_RGB;
    s.is_interlaced = v->field_order > AV_FIELD_PROGRESSIVE;
    s.matrix = matrix_of(v);
    bool is_j = v->format == AV_PIX_FMT_YUVJ420P || v->format == AV_PIX_FMT_YUVJ422P ||
                v->format == AV_PIX_FMT_YUVJ444P;
    s.range = s.is_rgb || is_j || v->color_range == AVCOL_RANGE_JPEG ? "pc" : "tv";
    AVRational sar = av_guess_sample_aspect_ratio(in->fmt, in->video, NULL);
    int w = v->width, h = v->height;
    if (sar.num > 0 && sar.den > 0 && sar.num > sar.den)
        h = (int)av_rescale(h, sar.den, sar.num);
    else if (sar.num > 0 && sar.den > 0)
        w = (int)av_rescale(w, sar.num, sar.den);
    bool is_turned = s.orientation.rotation % 180 != 0;
    s.shown_width = is_turned ? h : w;
    s.shown_height = is_turned ? w : h;
    return s;
}

/* ---- the graph's text ---- */

/* To half or less, an average of the pixels below each; bicubic costs three times as much and
 * rings. Measured in docs/decisions. */
static void add_scale(struct buf *b, int from_w, int w, int h)
{
    buf_addf(b, "scale=%d:%d:flags=%s", w, h, w * 2 <= from_w ? "area" : "bicubic");
}

/* Scales and converts colour in one step. HDR goes through linear light. */
static void add_conversion(struct buf *b, const struct picture_pass *p, int w, int h)
{
    const struct picture_source *s = p->source;
    const char *out_matrix = p->is_jpeg ? "bt601" : "bt709", *out_range = p->is_jpeg ? "pc" : "tv";
    if (s->is_hdr) {
        buf_addf(b,
                 ",scale=%d:%d:flags=bicubic,format=yuv420p10,zscale=t=linear:npl=100,"
                 "format=gbrpf32,zscale=p=bt709,tonemap=hable:desat=0,"
                 "zscale=t=bt709:m=bt709:r=limited,format=yuv420p",
                 w, h);
        if (p->is_jpeg)
            buf_addf(b,
                     ",scale=%d:%d:in_color_matrix=bt709:in_range=tv:out_color_matrix=bt601:"
                     "out_range=pc",
                     w, h);
    } else {
        buf_add_char(b, ',');
        add_scale(b, s->width, w, h);
        bool is_same = strcmp(s->matrix, out_matrix) == 0 && strcmp(s->range, out_range) == 0;
        if (s->is_rgb)
            buf_addf(b, ":out_color_matrix=%s:out_range=%s", out_matrix, out_range);
        else if (!is_same) /* a step of its own, when there are fewest pixels to convert */
            buf_addf(b,
                     ",scale=%d:%d:flags=bicubic:in_color_matrix=%s:in_range=%s:"
                     "out_color_matrix=%s:out_range=%s",
                     w, h, s->matrix, s->range, out_matrix, out_range);
    }
    buf_addf(b, ",setsar=1,format=%s", p->is_jpeg ? "yuvj420p" : "yuv420p");
}

static void add_composition(struct buf *b, const struct picture_pass *p,
                            const struct plan_rung *top)
{
    const struct picture_source *s = p->source;
    bool is_turned = s->orientation.rotation % 180 != 0;
    const char *turn = s->orientation.filter;
    if (p->plan->fit == FIT_FILL || p->plan->fit == FIT_KEEP) {
        /* turned after scaling, when there is least to turn */
        add_conversion(b, p, is_turned ? top->height : top->width,
                       is_turned ? top->width : top->height);
        buf_add_c(b, turn);
        return;
    }
    buf_add_c(b, turn);
    if (p->plan->fit == FIT_CROP) { /* the plan's numbers are in shown pixels */
        int w = is_turned ? s->height : s->width, h = is_turned ? s->width : s->height;
        buf_addf(b, ",crop=%d:%d:%d:%d:exact=1",
                 (int)av_rescale(p->plan->crop_width, w, s->shown_width),
                 (int)av_rescale(p->plan->crop_height, h, s->shown_height),
                 (int)av_rescale(p->plan->crop_x, w, s->shown_width),
                 (int)av_rescale(p->plan->crop_y, h, s->shown_height));
        add_conversion(b, p, top->width, top->height);
        return;
    }
    /* Blur: the picture over an enlarged, blurred, darkened middle of itself. The background is
     * made small, where blurring is cheap, and enlarged smoothly. */
    int fg_h = (int)av_rescale(top->width, s->shown_height, s->shown_width) & ~1;
    int y = (top->height - fg_h) / 2 & ~1;
    int bg_w = (top->width / 8 + 1) & ~1, bg_h = (top->height / 8 + 1) & ~1;
    add_conversion(b, p, top->width, fg_h);
    buf_addf(b,
             ",split[fg][bg];[bg]crop=w='min(iw,ih*9/16)':h=ih,scale=%d:%d:flags=bilinear,"
             "gblur=sigma=4,lutyuv=y='%s*0.62',scale=%d:%d:flags=bilinear[wide];"
             "[wide][fg]overlay=0:%d:eof_action=endall:format=yuv420",
             bg_w, bg_h, p->is_jpeg ? "val" : "16+(val-16)", top->width, top->height, y);
    if (p->is_jpeg)
        buf_add_c(b, ",format=yuvj420p");
}

static void write_graph(struct buf *b, const struct picture_pass *p)
{
    size_t n = p->n_rungs;
    const struct plan_rung *top = &p->rungs[n - 1];
    buf_add_c(b, "[in]");
    if (p->source->is_interlaced)
        buf_add_c(b, "yadif=deint=interlaced,");
    buf_addf(b, "fps=fps=%d/%d:start_time=0:round=near", p->scan->rate.num, p->scan->rate.den);
    add_composition(b, p, top);
    if (n > 1) {
        buf_addf(b, ",split=%zu", n);
        for (size_t i = n; i > 0; i--)
            buf_addf(b, i == n ? "[out%zu]" : "[s%zu]", i - 1);
        for (size_t i = n - 1; i > 0; i--) {
            buf_addf(b, ";[s%zu]", i - 1);
            add_scale(b, top->width, p->rungs[i - 1].width, p->rungs[i - 1].height);
            buf_addf(b, "[out%zu]", i - 1);
        }
    } else {
        buf_add_c(b, "[out0]");
    }
}

/* ---- running it ---- */

static enum err fail_internal(struct pass *s, const char *what, int code)
{
    char why[AV_ERROR_MAX_STRING_SIZE];
    av_strerror(code, why, sizeof why);
    return diag_fail(s->d, code == AVERROR(ENOMEM) ? ERR_LIMIT : ERR_INTERNAL, 0, 0, "%s: %s", what,
                     why);
}

static int make_source(struct pass *s, const AVFrame *f)
{
    char args[256];
    snprintf(args, sizeof args, "video_size=%dx%d:pix_fmt=%d:time_base=1/1000000:pixel_aspect=1/1",
             f->width, f->height, f->format);
    return avfilter_graph_create_filter(&s->source, avfilter_get_by_name("buffer"), "in", args,
                                        NULL, s->graph);
}

static int make_sinks(struct pass *s, AVFilterInOut **inputs)
{
    for (size_t i = s->p->n_rungs; i > 0; i--) {
        char name[32];
        snprintf(name, sizeof name, "out%zu", i - 1);
        int code = avfilter_graph_create_filter(
            &s->sinks[i - 1], avfilter_get_by_name("buffersink"), name, NULL, NULL, s->graph);
        if (code < 0)
            return code;
        AVFilterInOut *io = avfilter_inout_alloc();
        if (!io)
            return AVERROR(ENOMEM);
        *io = (AVFilterInOut){ av_strdup(name), s->sinks[i - 1], 0, *inputs };
        *inputs = io;
    }
    return 0;
}

static enum err make_graph(struct pass *s, const AVFrame *f)
{
    struct buf text = { .max = 8192 };
    write_graph(&text, s->p);
    buf_add_char(&text, '\0');
    s->graph = avfilter_graph_alloc();
    AVFilterInOut *inputs = NULL, *outputs = avfilter_inout_alloc();
    int code = s->graph && outputs ? 0 : AVERROR(ENOMEM);
    if (code >= 0) {
        s->graph->nb_threads = s->p->threads;
        code = make_source(s, f);
    }
    if (code >= 0)
        code = make_sinks(s, &inputs);
    if (code >= 0) {
        *outputs = (AVFilterInOut){ av_strdup("in"), s->source, 0, NULL };
        code = avfilter_graph_parse_ptr(s->graph, text.p, &inputs, &outputs, NULL);
    }
    if (code >= 0)
        code = avfilter_graph_config(s->graph, NULL);
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    buf_done(&text);
    return code < 0 ? fail_internal(s, "the picture's filters", code) : OK;
}

static enum err drain_sink(struct pass *s, size_t i, AVFrame *f)
{
    int64_t most = s->p->frames_max ? s->p->frames_max : s->p->scan->n_frames;
    int code;
    while ((code = av_buffersink_get_frame(s->sinks[i], f)) >= 0) {
        enum err e = OK;
        if (s->next_index[i] < most)
            e = s->p->on_picture(s->p->arg, i, s->next_index[i]++, f, s->d);
        av_frame_unref(f);
        if (e != OK)
            return e;
    }
    if (s->next_index[i] >= most && i == 0)
        s->is_done = true;
    return code == AVERROR(EAGAIN) || code == AVERROR_EOF ? OK
                                                          : fail_internal(s, "filtering", code);
}

static enum err drain_sinks(struct pass *s)
{
    AVFrame *f = av_frame_alloc();
    enum err e = f ? OK : ERR_LIMIT;
    for (size_t i = s->p->n_rungs; e == OK && i > 0; i--)
        e = drain_sink(s, i - 1, f);
    av_frame_free(&f);
    return e;
}

static enum err take_frame(struct pass *s, AVFrame *f)
{
    const struct scan *scan = s->p->scan;
    s->p->n_decoded++;
    s->p->n_damaged += (f->flags & AV_FRAME_FLAG_CORRUPT) || f->decode_error_flags;
    if (f->best_effort_timestamp == AV_NOPTS_VALUE)
        return OK;
    int64_t at = av_rescale_q(f->best_effort_timestamp, s->p->in->video->time_base,
                              (AVRational){ 1, 1000000 }) -
                 scan->start_us;
    if (at < 0 || at > scan->duration_us + 1000000)
        return OK; /* before the first key frame, or a time nobody announced */
    /* The stream's size is what was checked and planned; a decoder that finds another size in the
     * middle gets its pictures scaled to it by the graph's reconfiguration. */
    if (!s->graph) {
        enum err e = make_graph(s, f);
        if (e != OK)
            return e;
    }
    f->pts = at;
    f->sample_aspect_ratio = (AVRational){ 1, 1 };
    f->pict_type = AV_PICTURE_TYPE_NONE;
    int code = av_buffersrc_add_frame_flags(s->source, f, 0);
    return code < 0 ? fail_internal(s, "filtering", code) : drain_sinks(s);
}

static enum err take_frames(struct pass *s)
{
    while (!s->is_done && avcodec_receive_frame(s->decoder, s->frame) >= 0) {
        enum err e = take_frame(s, s->frame);
        av_frame_unref(s->frame);
        if (e != OK)
            return e;
    }
    return OK;
}

static enum err decode_all(struct pass *s)
{
    AVPacket *pkt = av_packet_alloc();
    enum err e = pkt ? OK : ERR_LIMIT;
    while (e == OK && !s->is_done && av_read_frame(s->p->in->fmt, pkt) >= 0) {
        if (pkt->stream_index == s->p->in->video->index) {
            int code = avcodec_send_packet(s->decoder, pkt);
            s->p->n_damaged += code < 0 && code != AVERROR(EAGAIN);
            e = take_frames(s);
        }
        av_packet_unref(pkt);
    }
    av_packet_free(&pkt);
    if (e == OK && !s->is_done) {
        avcodec_send_packet(s->decoder, NULL);
        e = take_frames(s);
    }
    if (e == OK && !s->is_done && s->graph) {
        av_buffersrc_close(s->source, s->p->scan->duration_us, 0);
        e = drain_sinks(s);
    }
    return e;
}

static enum err check_result(const struct pass *s)
{
    const struct picture_pass *p = s->p;
    if (p->n_decoded == 0 || s->next_index[0] == 0)
        return diag_fail(s->d, ERR_INPUT, 0, 0,
                         "No picture of the video can be decoded: it is damaged.");
    if (p->n_damaged * 5 > p->n_decoded)
        return diag_fail(s->d, ERR_INPUT, 0, 0,
                         "The video is damaged: %lld of %lld pictures cannot be decoded.",
                         (long long)p->n_damaged, (long long)p->n_decoded);
    return OK;
}

enum err picture_pass_run(struct picture_pass *p, struct diag *d)
{
    struct pass s = { .p = p, .d = d };
    const struct plan_rung *top = &p->rungs[p->n_rungs - 1];
    bool is_fast = top->width * 2 < p->source->shown_width;
    enum err e = input_decoder(p->in, p->in->video, is_fast, &s.decoder, d);
    if (e == OK) {
        s.frame = av_frame_alloc();
        e = s.frame ? decode_all(&s) : ERR_LIMIT;
    }
    if (e == ERR_CANCELLED)
        e = OK;
    if (e == OK)
        e = check_result(&s);
    av_frame_free(&s.frame);
    avfilter_graph_free(&s.graph);
    avcodec_free_context(&s.decoder);
    return e;
}
