/* One picture, one file. */
#include "media/av/jpeg.h"

#include <libavcodec/avcodec.h>

#include "sys/file.h"

static int encode(AVCodecContext *c, const AVFrame *f, AVPacket *p)
{
    int code = avcodec_open2(c, c->codec, NULL);
    if (code >= 0)
        code = avcodec_send_frame(c, f);
    if (code >= 0)
        code = avcodec_send_frame(c, NULL);
    return code < 0 ? code : avcodec_receive_packet(c, p);
}

enum err jpeg_write(const AVFrame *f, int quality, const char *path, struct diag *d)
{
    const AVCodec *mjpeg = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    AVCodecContext *c = mjpeg ? avcodec_alloc_context3(mjpeg) : NULL;
    AVPacket *p = av_packet_alloc();
    AVFrame *g = av_frame_clone(f);
    enum err e = ERR_INTERNAL;
    if (c && p && g) {
        c->width = f->width;
        c->height = f->height;
        c->pix_fmt = AV_PIX_FMT_YUVJ420P;
        c->color_range = AVCOL_RANGE_JPEG;
        c->time_base = (AVRational){ 1, 25 };
        c->flags = AV_CODEC_FLAG_QSCALE;
        c->global_quality = quality * FF_QP2LAMBDA;
        c->thread_count = 1;
        g->quality = c->global_quality;
        g->pict_type = AV_PICTURE_TYPE_NONE;
        g->pts = 0;
        if (encode(c, g, p) >= 0 && p->size > 0)
            e = file_write(path, str_sub((const char *)p->data, (size_t)p->size), 0644);
    }
    av_frame_free(&g);
    av_packet_free(&p);
    avcodec_free_context(&c);
    return e == OK ? OK : diag_fail(d, e, 0, 0, "The picture file cannot be written.");
}
