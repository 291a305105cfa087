/* Chooses, writes and hashes the poster. */
#include "media/av/poster.h"

#include <libswscale/swscale.h>

#include "base/buf.h"
#include "media/av/jpeg.h"
#include "media/thumbhash.h"

enum { POSTER_WIDTH_MAX = 720, LOOK_SECONDS = 3, BLACK_MEAN = 14, BRIGHT = 60, JPEG_QUALITY = 4 };

struct chooser {
    AVFrame *best;
    double best_score;
    bool is_first_fine;
};

struct look {
    double mean, variance;
    int bright_permille;
};

/* Every fourth pixel of luma, full range. */
static struct look look_at(const AVFrame *f)
{
    int64_t sum = 0, squares = 0, n = 0, bright = 0;
    for (int y = 0; y < f->height; y += 4) {
        const uint8_t *row = f->data[0] + (ptrdiff_t)y * f->linesize[0];
        for (int x = 0; x < f->width; x += 4, n++) {
            sum += row[x];
            squares += row[x] * row[x];
            bright += row[x] > BRIGHT;
        }
    }
    if (n == 0)
        return (struct look){ 0 };
    double mean = (double)sum / (double)n;
    return (struct look){ mean, (double)squares / (double)n - mean * mean,
                          (int)(bright * 1000 / n) };
}

static enum err on_picture(void *arg, size_t rung, int64_t index, AVFrame *f, struct diag *d)
{
    (void)rung;
    (void)d;
    struct chooser *c = arg;
    struct look l = look_at(f);
    if (index == 0)
        c->is_first_fine = l.mean > BLACK_MEAN || l.bright_permille > 15;
    double score = l.variance + l.mean;
    if (!c->best || score > c->best_score) {
        av_frame_free(&c->best);
        c->best = av_frame_clone(f);
        c->best_score = score;
    }
    if (!c->best)
        return ERR_LIMIT;
    return c->is_first_fine ? ERR_CANCELLED : OK;
}

static enum err hash(struct arena *a, const AVFrame *f, struct str *ret)
{
    int longest = f->width > f->height ? f->width : f->height;
    int w = f->width * THUMBHASH_SIDE_MAX / longest, h = f->height * THUMBHASH_SIDE_MAX / longest;
    w = w > 0 ? w : 1;
    h = h > 0 ? h : 1;
    struct SwsContext *sws = sws_getContext(f->width, f->height, (enum AVPixelFormat)f->format, w,
                                            h, AV_PIX_FMT_RGB24, SWS_AREA, NULL, NULL, NULL);
    if (!sws)
        return ERR_INTERNAL;
    /* swscale may write a little past a row's end: rows are padded, then packed */
    int stride = (w * 3 + 63) & ~63;
    uint8_t *rgb = arena_alloc(a, (size_t)stride * (size_t)(h + 1));
    sws_scale(sws, (const uint8_t *const *)f->data, f->linesize, 0, f->height, &rgb, &stride);
    sws_freeContext(sws);
    for (int y = 1; y < h; y++)
        memmove(rgb + y * w * 3, rgb + y * stride, (size_t)w * 3);
    uint8_t bytes[THUMBHASH_BYTES_MAX];
    size_t n = thumbhash_encode(rgb, w, h, bytes);
    struct buf b = { .max = 256 };
    buf_add_base64(&b, bytes, n);
    *ret = buf_to_arena(&b, a);
    return OK;
}

static struct plan_rung poster_rung(const struct plan *p)
{
    size_t i = p->n_rungs - 1;
    while (i > 0 &&
           (p->rungs[i].width < p->rungs[i].height ? p->rungs[i].width : p->rungs[i].height) >
               POSTER_WIDTH_MAX)
        i--;
    return p->rungs[i];
}

enum err poster_make(struct arena *a, const struct poster_job *j, struct str *ret_preview,
                     struct diag *d)
{
    struct chooser c = { 0 };
    struct plan_rung rung = poster_rung(j->plan);
    struct picture_pass p = {
        .in = j->in,
        .source = j->source,
        .scan = j->scan,
        .plan = j->plan,
        .rungs = &rung,
        .n_rungs = 1,
        .is_jpeg = true,
        .threads = j->in->limits.threads,
        .frames_max = (int64_t)LOOK_SECONDS * j->scan->rate.num / j->scan->rate.den + 1,
        .on_picture = on_picture,
        .arg = &c,
    };
    enum err e = picture_pass_run(&p, d);
    if (e == OK)
        e = jpeg_write(c.best, JPEG_QUALITY, j->path, d);
    if (e == OK)
        e = hash(a, c.best, ret_preview);
    av_frame_free(&c.best);
    return e;
}
