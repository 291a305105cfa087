/* Opening untrusted media; see input.h for what is promised. */
#include "media/av/input.h"

#include <errno.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/mem.h>
#include <libavutil/pixdesc.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/sniff.h"

enum { IO_BUFFER = 256 * 1024, STREAMS_MAX = 64, PROBE_BYTES = 8 * 1024 * 1024 };

/* libav's decoder names; anything else in a file is ignored (sound) or refused (picture). */
#define DECODERS                                                                                 \
    "h264,hevc,vp8,vp9,libdav1d,av1,mpeg4,mpeg2video,prores,mjpeg,"                              \
    "aac,aac_latm,mp3float,mp3,mp2float,mp2,ac3,eac3,opus,vorbis,flac,alac,pcm_s16le,pcm_s16be," \
    "pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_u8,pcm_s8,pcm_bluray,"      \
    "mov_text,subrip,srt,webvtt,ass,ssa"

enum err err_from_av(int code)
{
    switch (code) {
    case AVERROR(ENOMEM):
        return ERR_LIMIT;
    case AVERROR(ENOSPC):
        return ERR_FULL;
    case AVERROR(EIO):
        return ERR_IO;
    default:
        return ERR_INPUT;
    }
}

static int io_read(void *opaque, uint8_t *to, int n)
{
    struct input *in = opaque;
    ssize_t got;
    do
        got = pread(in->fd, to, (size_t)n, in->at);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return AVERROR(errno);
    in->at += got;
    return got ? (int)got : AVERROR_EOF;
}

static int64_t io_seek(void *opaque, int64_t offset, int whence)
{
    struct input *in = opaque;
    if (whence == AVSEEK_SIZE)
        return in->size_bytes;
    int64_t from = whence == SEEK_CUR ? in->at : whence == SEEK_END ? in->size_bytes : 0;
    int64_t to;
    if (__builtin_add_overflow(from, offset, &to) || to < 0)
        return AVERROR(EINVAL);
    return in->at = to;
}

static enum err check_file(struct input *in, struct diag *d)
{
    struct stat st;
    if (fstat(in->fd, &st) != 0)
        return diag_fail(d, ERR_IO, 0, 0, "The file cannot be read: %s.", strerror(errno));
    if (!S_ISREG(st.st_mode))
        return diag_fail(d, ERR_INPUT, 0, 0, "This is not a file.");
    in->size_bytes = st.st_size;
    if (in->size_bytes > in->limits.bytes_max)
        return diag_fail(d, ERR_LIMIT, 0, 0, "The file has %.1f GB; at most %.1f GB are taken.",
                         (double)in->size_bytes / 1e9, (double)in->limits.bytes_max / 1e9);
    char head[SNIFF_BYTES];
    ssize_t n = pread(in->fd, head, sizeof head, 0);
    if (n < 0)
        return diag_fail(d, ERR_IO, 0, 0, "The file cannot be read: %s.", strerror(errno));
    return sniff(str_sub(head, (size_t)n), &in->demuxer, d);
}

static int64_t pixels_max(const struct input *in)
{
    return (int64_t)in->limits.side_max * in->limits.side_max;
}

static enum err check_picture(const struct input *in, struct diag *d)
{
    for (unsigned i = 0; i < in->fmt->nb_streams; i++) {
        const AVCodecParameters *p = in->fmt->streams[i]->codecpar;
        if (p->codec_type != AVMEDIA_TYPE_VIDEO)
            continue;
        if (p->width > in->limits.side_max || p->height > in->limits.side_max)
            return diag_fail(d, ERR_LIMIT, 0, 0,
                             "The picture is %d by %d pixels; at most %d a side are taken.",
                             p->width, p->height, in->limits.side_max);
    }
    return OK;
}

static enum err open_demuxer(struct input *in, struct diag *d)
{
    uint8_t *buffer = av_malloc(IO_BUFFER);
    in->io = avio_alloc_context(buffer, IO_BUFFER, 0, in, io_read, NULL, io_seek);
    in->fmt = avformat_alloc_context();
    const AVInputFormat *format = av_find_input_format(in->demuxer);
    if (!buffer || !in->io || !in->fmt || !format)
        return diag_fail(d, ERR_INTERNAL, 0, 0, "libavformat has no %s demuxer", in->demuxer);
    in->fmt->pb = in->io;
    in->fmt->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_GENPTS;
    in->fmt->max_streams = STREAMS_MAX;
    in->fmt->probesize = PROBE_BYTES;
    in->fmt->max_analyze_duration = 10 * AV_TIME_BASE;
    in->fmt->codec_whitelist = av_strdup(DECODERS);
    in->fmt->format_whitelist = av_strdup(format->name);
    in->fmt->protocol_whitelist = av_strdup("none"); /* no file is opened by libav, ever */
    AVDictionary *options = NULL;
    av_dict_set(&options, "enable_drefs", "0", 0);
    int code = avformat_open_input(&in->fmt, "", format, &options); /* frees fmt on error */
    av_dict_free(&options);
    if (code < 0)
        return diag_fail(d, err_from_av(code), 0, 0,
                         code == AVERROR_INVALIDDATA || code == AVERROR_EOF
                             ? "The file is damaged or cut off: its index cannot be read. "
                               "Export or upload it again."
                             : "The file cannot be read: its structure makes no sense.");
    return OK;
}

/* A truncated MP4 with its index in front looks whole until its samples are asked for. */
static enum err check_index(const struct input *in, struct diag *d)
{
    if (strcmp(in->demuxer, "mov") != 0)
        return OK;
    for (unsigned i = 0; i < in->fmt->nb_streams; i++) {
        AVStream *st = in->fmt->streams[i];
        int n = avformat_index_get_entries_count(st);
        for (int k = n - 1; k >= 0; k--) {
            const AVIndexEntry *e = avformat_index_get_entry(st, k);
            if (e->pos + e->size > in->size_bytes)
                return diag_fail(d, ERR_INPUT, 0, 0,
                                 "The file is cut off: it ends before its last pictures or "
                                 "sounds. Upload it again.");
        }
    }
    return OK;
}

static enum err read_streams(struct input *in, struct diag *d)
{
    /* the decoders that find_stream_info opens obey the same limit of pixels */
    AVDictionary *options[STREAMS_MAX] = { 0 };
    unsigned n = in->fmt->nb_streams < STREAMS_MAX ? in->fmt->nb_streams : STREAMS_MAX;
    for (unsigned i = 0; i < n; i++) {
        av_dict_set_int(&options[i], "max_pixels", pixels_max(in), 0);
        av_dict_set(&options[i], "threads", "1", 0);
    }
    int code = n ? avformat_find_stream_info(in->fmt, options) : 0;
    for (unsigned i = 0; i < n; i++)
        av_dict_free(&options[i]);
    if (code < 0)
        return diag_fail(d, err_from_av(code), 0, 0,
                         "The file is damaged: its streams cannot be read.");
    return OK;
}

static bool is_listed(const AVCodecParameters *p)
{
    const AVCodec *c = avcodec_find_decoder(p->codec_id);
    struct str rest = STR(DECODERS), name;
    while (c && str_next(&rest, ',', &name))
        if (str_eq_c(name, c->name))
            return true;
    return false;
}

static const char *codec_title(const AVCodecParameters *p)
{
    const AVCodecDescriptor *c = avcodec_descriptor_get(p->codec_id);
    return c ? c->long_name ? c->long_name : c->name : "an unknown coding";
}

static enum err choose_streams(struct input *in, struct diag *d)
{
    AVStream *refused = NULL;
    for (unsigned i = 0; i < in->fmt->nb_streams; i++) {
        AVStream *st = in->fmt->streams[i];
        const AVCodecParameters *p = st->codecpar;
        bool ok = is_listed(p);
        if (p->codec_type == AVMEDIA_TYPE_VIDEO &&
            !(st->disposition & AV_DISPOSITION_ATTACHED_PIC)) {
            if (ok && !in->video)
                in->video = st;
            else if (!ok)
                refused = st;
        }
        bool is_default = st->disposition & AV_DISPOSITION_DEFAULT;
        if (p->codec_type == AVMEDIA_TYPE_AUDIO && ok && p->ch_layout.nb_channels > 0 &&
            (!in->audio || (is_default && !(in->audio->disposition & AV_DISPOSITION_DEFAULT))))
            in->audio = st;
        in->has_dropped_audio |= p->codec_type == AVMEDIA_TYPE_AUDIO && !ok;
    }
    in->has_dropped_audio &= !in->audio;
    if (in->video)
        return OK;
    if (refused)
        return diag_fail(d, ERR_UNSUPPORTED, 0, 0,
                         "The picture is coded as %s, which is not taken. Send H.264, HEVC, VP9, "
                         "AV1, MPEG-4 or ProRes.",
                         codec_title(refused->codecpar));
    return diag_fail(d, ERR_INPUT, 0, 0,
                     in->audio ? "The file has sound but no video." : "The file has no video.");
}

static enum err check_video(const struct input *in, struct diag *d)
{
    const AVCodecParameters *p = in->video->codecpar;
    if (p->width <= 0 || p->height <= 0)
        return diag_fail(d, ERR_INPUT, 0, 0,
                         "The picture's size cannot be read: the video is damaged, or larger than "
                         "%d pixels a side.",
                         in->limits.side_max);
    if (in->fmt->duration != AV_NOPTS_VALUE && in->fmt->duration > in->limits.duration_max_us)
        return diag_fail(d, ERR_LIMIT, 0, 0,
                         "The video is %.1f minutes long; at most %.0f are taken.",
                         (double)in->fmt->duration / 6e7, (double)in->limits.duration_max_us / 6e7);
    return OK;
}

enum err input_open(struct input *in, int fd, const struct input_limits *limits, struct diag *d)
{
    *in = (struct input){ .fd = fd, .limits = *limits };
    enum err (*const steps[])(struct input *, struct diag *) = { check_file, open_demuxer };
    enum err (*const checks[])(const struct input *, struct diag *) = { check_picture,
                                                                        check_index };
    enum err e = OK;
    for (size_t i = 0; e == OK && i < 2; i++)
        e = steps[i](in, d);
    for (size_t i = 0; e == OK && i < 2; i++)
        e = checks[i](in, d);
    if (e == OK)
        e = read_streams(in, d);
    if (e == OK)
        e = check_picture(in, d);
    if (e == OK)
        e = choose_streams(in, d);
    if (e == OK)
        e = check_video(in, d);
    if (e != OK)
        input_close(in);
    return e;
}

void input_close(struct input *in)
{
    avformat_close_input(&in->fmt);
    if (in->io)
        av_freep(&in->io->buffer);
    avio_context_free(&in->io);
    in->video = in->audio = NULL;
}

enum err input_decoder(const struct input *in, const AVStream *st, bool is_fast,
                       AVCodecContext **ret, struct diag *d)
{
    const AVCodec *codec = avcodec_find_decoder(st->codecpar->codec_id);
    AVCodecContext *c = codec && is_listed(st->codecpar) ? avcodec_alloc_context3(codec) : NULL;
    if (!c)
        return diag_fail(d, ERR_UNSUPPORTED, 0, 0, "No decoder for %s.", codec_title(st->codecpar));
    int code = avcodec_parameters_to_context(c, st->codecpar);
    c->pkt_timebase = st->time_base;
    c->max_pixels = pixels_max(in);
    c->thread_count = st->codecpar->codec_type == AVMEDIA_TYPE_VIDEO ? in->limits.threads : 1;
    if (is_fast)
        c->skip_loop_filter = AVDISCARD_NONREF;
    if (code >= 0)
        code = avcodec_open2(c, codec, NULL);
    if (code < 0) {
        avcodec_free_context(&c);
        return diag_fail(d, err_from_av(code), 0, 0, "The %s stream cannot be decoded.",
                         codec_title(st->codecpar));
    }
    *ret = c;
    return OK;
}

/* The rules of ffmpeg's own autorotation: a matrix may mirror as well as turn. */
struct orientation input_orientation(const AVStream *video)
{
    const int32_t *m =
        (const int32_t *)av_stream_get_side_data(video, AV_PKT_DATA_DISPLAYMATRIX, NULL);
    double angle = m ? -av_display_rotation_get(m) : 0; /* libav counts counterclockwise */
    if (!m || isnan(angle))
        return (struct orientation){ 0, "" };
    switch ((((int)lround(angle / 90)) % 4 + 4) % 4) {
    case 1:
        return (struct orientation){ 90, m[3] > 0 ? ",transpose=cclock_flip" : ",transpose=clock" };
    case 2:
        return (struct orientation){ 180, m[0] >= 0  ? ",vflip"
                                          : m[4] < 0 ? ",hflip,vflip"
                                                     : ",hflip" };
    case 3:
        return (struct orientation){ 270,
                                     m[3] < 0 ? ",transpose=clock_flip" : ",transpose=cclock" };
    default:
        return (struct orientation){ 0, m[4] < 0 ? ",vflip" : "" };
    }
}

struct media_source input_source(const struct input *in)
{
    const AVCodecParameters *v = in->video->codecpar;
    return (struct media_source){
        .container = str_from(in->demuxer),
        .video_codec = str_from(avcodec_get_name(v->codec_id)),
        .audio_codec = in->audio ? str_from(avcodec_get_name(in->audio->codecpar->codec_id))
                                 : (struct str){ 0 },
        .width = v->width,
        .height = v->height,
        .rotation = input_orientation(in->video).rotation,
        .duration_us = in->fmt->duration > 0 ? in->fmt->duration : 0,
    };
}
