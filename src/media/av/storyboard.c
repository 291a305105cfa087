/* Scales pictures straight into their place on the sheet. */
#include "media/av/storyboard.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "media/av/jpeg.h"
#include "media/vtt.h"
#include "sys/file.h"

enum { INTERVAL_US = 2000000, JPEG_QUALITY = 6 };

static void lay_out(struct storyboard *s, int width, int height)
{
    struct media_storyboard *l = &s->layout;
    int64_t duration = s->scan.duration_us, interval = INTERVAL_US;
    while ((duration + interval - 1) / interval > STORYBOARD_TILES_MAX)
        interval += INTERVAL_US / 2;
    s->n_tiles = (int)((duration + interval - 1) / interval);
    l->interval_us = interval;
    l->columns = s->n_tiles < STORYBOARD_COLUMNS ? s->n_tiles : STORYBOARD_COLUMNS;
    l->rows = (s->n_tiles + l->columns - 1) / l->columns;
    int longest = width > height ? width : height;
    l->tile_width = (width * STORYBOARD_TILE_SIDE / longest + 1) & ~1;
    l->tile_height = (height * STORYBOARD_TILE_SIDE / longest + 1) & ~1;
    l->file = STR("storyboard.jpg");
    l->vtt = STR("storyboard.vtt");
}

static void paint_black(AVFrame *f)
{
    for (int p = 0; p < 3; p++)
        memset(f->data[p], p ? 128 : 0,
               (size_t)f->linesize[p] * (size_t)(p ? f->height / 2 : f->height));
}

enum err storyboard_open(struct storyboard *s, const struct scan *scan, int width, int height,
                         struct diag *d)
{
    *s = (struct storyboard){ .scan = *scan };
    lay_out(s, width, height);
    const struct media_storyboard *l = &s->layout;
    s->sheet = av_frame_alloc();
    s->sws = sws_getContext(width, height, AV_PIX_FMT_YUV420P, l->tile_width, l->tile_height,
                            AV_PIX_FMT_YUVJ420P, SWS_AREA, NULL, NULL, NULL);
    if (!s->sheet || !s->sws)
        return diag_fail(d, ERR_LIMIT, 0, 0, "no memory for the storyboard");
    const int *bt709 = sws_getCoefficients(SWS_CS_ITU709);
    const int *bt601 = sws_getCoefficients(SWS_CS_ITU601);
    (void)sws_setColorspaceDetails(s->sws, bt709, 0, bt601, 1, 0, 1 << 16, 1 << 16);
    s->sheet->format = AV_PIX_FMT_YUVJ420P;
    s->sheet->width = l->columns * l->tile_width;
    s->sheet->height = l->rows * l->tile_height;
    if (av_frame_get_buffer(s->sheet, 0) < 0)
        return diag_fail(d, ERR_LIMIT, 0, 0, "no memory for the storyboard");
    paint_black(s->sheet);
    return OK;
}

/* The picture in the middle of a tile's time; the last tile's time may be short. */
static int64_t frame_of_tile(const struct storyboard *s, int tile)
{
    int64_t from = tile * s->layout.interval_us, to = from + s->layout.interval_us;
    if (to > s->scan.duration_us)
        to = s->scan.duration_us;
    int64_t frame = (from + to) / 2 * s->scan.rate.num / (s->scan.rate.den * INT64_C(1000000));
    return frame < s->scan.n_frames ? frame : s->scan.n_frames - 1;
}

void storyboard_add(struct storyboard *s, int64_t index, const AVFrame *f)
{
    const struct media_storyboard *l = &s->layout;
    for (; s->next < s->n_tiles && index >= frame_of_tile(s, s->next); s->next++) {
        int x = s->next % l->columns * l->tile_width, y = s->next / l->columns * l->tile_height;
        uint8_t *to[4] = { 0 };
        for (int p = 0; p < 3; p++)
            to[p] = s->sheet->data[p] + (ptrdiff_t)(p ? y / 2 : y) * s->sheet->linesize[p] +
                    (p ? x / 2 : x);
        sws_scale(s->sws, (const uint8_t *const *)f->data, f->linesize, 0, f->height, to,
                  s->sheet->linesize);
    }
}

static void add_cues(struct buf *b, const struct storyboard *s)
{
    const struct media_storyboard *l = &s->layout;
    buf_add_c(b, "WEBVTT\n");
    for (int i = 0; i < s->n_tiles; i++) {
        int64_t from = i * l->interval_us, to = from + l->interval_us;
        buf_add_c(b, "\n");
        vtt_add_time(b, from);
        buf_add_c(b, " --> ");
        vtt_add_time(b, to < s->scan.duration_us ? to : s->scan.duration_us);
        buf_addf(b, "\nstoryboard.jpg#xywh=%d,%d,%d,%d\n", i % l->columns * l->tile_width,
                 i / l->columns * l->tile_height, l->tile_width, l->tile_height);
    }
}

enum err storyboard_write(struct storyboard *s, const char *dir, struct diag *d)
{
    struct arena a = { 0 };
    struct buf b = { .max = 1 << 20 };
    enum err e = jpeg_write(s->sheet, JPEG_QUALITY, path_join(&a, dir, s->layout.file), d);
    add_cues(&b, s);
    if (e == OK && b.err == OK)
        e = file_write(path_join(&a, dir, s->layout.vtt), buf_str(&b), 0644);
    if (e != OK)
        e = diag_fail(d, e, 0, 0, "The storyboard cannot be written.");
    buf_done(&b);
    arena_done(&a);
    return e;
}

void storyboard_close(struct storyboard *s)
{
    av_frame_free(&s->sheet);
    sws_freeContext(s->sws);
    s->sws = NULL;
}
