/* Reads all packets once. Times are kept in microseconds; a list of times is bounded. */
#include "media/av/scan.h"

#include <stdlib.h>
#include <string.h>

enum { PACKETS_PER_S_MAX = 250 };

struct times {
    int64_t *pts_us;
    size_t n, cap;
    int64_t last_duration_us;
    int64_t first_key_us;
    size_t n_seen;
    int64_t file_end_us; /* of all streams */
    size_t most;         /* pictures, from the longest duration that is taken */
    bool has_key, is_too_many;
};

static const AVRational us = { 1, 1000000 };

static void add_packet(struct times *t, const AVPacket *p, AVRational tb)
{
    int64_t at = p->pts != AV_NOPTS_VALUE ? p->pts : p->dts;
    t->n_seen++;
    if (at == AV_NOPTS_VALUE || p->flags & AV_PKT_FLAG_DISCARD)
        return;
    int64_t at_us = av_rescale_q(at, tb, us);
    if (p->flags & AV_PKT_FLAG_KEY && !t->has_key) {
        t->has_key = true;
        t->first_key_us = at_us;
    }
    if (!t->has_key || at_us < t->first_key_us)
        return; /* leads the first key frame: cannot be decoded */
    if (t->n == t->most) {
        t->is_too_many = true;
        return;
    }
    if (t->n == t->cap) {
        t->cap = t->cap ? t->cap * 2 : 4096;
        t->pts_us = realloc(t->pts_us, t->cap * sizeof *t->pts_us);
        if (!t->pts_us)
            abort();
    }
    t->pts_us[t->n++] = at_us;
    t->last_duration_us = av_rescale_q(p->duration, tb, us);
}

static enum err read_packets(struct input *in, struct times *t, struct diag *d)
{
    AVPacket *p = av_packet_alloc();
    int code;
    while ((code = av_read_frame(in->fmt, p)) >= 0 && !t->is_too_many) {
        AVRational tb = in->fmt->streams[p->stream_index]->time_base;
        if (p->stream_index == in->video->index)
            add_packet(t, p, tb);
        if (p->pts != AV_NOPTS_VALUE) {
            int64_t end = av_rescale_q(p->pts + p->duration, tb, us);
            t->file_end_us = end > t->file_end_us ? end : t->file_end_us;
        }
        av_packet_unref(p);
    }
    av_packet_free(&p);
    if (t->is_too_many)
        return diag_fail(d, ERR_LIMIT, 0, 0, "The video has more than %zu pictures.", t->most);
    if (code != AVERROR_EOF && code < 0)
        return diag_fail(d, err_from_av(code), 0, 0,
                         "The file is damaged: it cannot be read to its end.");
    return OK;
}

static int compare_i64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static size_t unique(int64_t *v, size_t n)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (k == 0 || v[i] > v[k - 1])
            v[k++] = v[i];
    return k;
}

static int64_t tick_us_of(const AVStream *st)
{
    int64_t tick = av_rescale_q_rnd(1, st->time_base, us, AV_ROUND_UP);
    return tick > 0 ? tick : 1;
}

static void find_rate(const struct input *in, struct times *t, struct scan *ret)
{
    const AVStream *st = in->video;
    const struct rate declared[] = {
        { st->avg_frame_rate.num, st->avg_frame_rate.den },
        { st->r_frame_rate.num, st->r_frame_rate.den },
    };
    ret->rate = plan_rate(t->pts_us, t->n, tick_us_of(st), declared, 2, &ret->is_variable_rate);
    int64_t frame_us = 1000000 * (int64_t)ret->rate.den / ret->rate.num;
    int64_t last = t->last_duration_us > 0 && t->last_duration_us < 4 * frame_us
                       ? t->last_duration_us
                       : frame_us;
    ret->start_us = t->pts_us[0];
    ret->duration_us = t->pts_us[t->n - 1] - t->pts_us[0] + last;
    ret->n_frames = av_rescale_rnd(ret->duration_us, ret->rate.num,
                                   1000000 * (int64_t)ret->rate.den, AV_ROUND_NEAR_INF);
    if (ret->n_frames < 1)
        ret->n_frames = 1;
    ret->duration_us = ret->n_frames * 1000000 * ret->rate.den / ret->rate.num;
}

static enum err fail_cut(int64_t came_us, int64_t promised_us, struct diag *d)
{
    return diag_fail(d, ERR_INPUT, 0, 0,
                     "The file is cut off: %.1f of %.1f seconds are there. Upload it again.",
                     (double)came_us / 1e6, (double)promised_us / 1e6);
}

static bool is_short(int64_t came_us, int64_t promised_us)
{
    return promised_us - came_us > 500000 && came_us < promised_us / 100 * 98;
}

/* What the container promised against what came. MPEG-TS promises nothing: libav estimates. */
static enum err check_whole(const struct input *in, const struct times *t, struct diag *d)
{
    const AVStream *st = in->video;
    if (strcmp(in->demuxer, "mpegts") == 0)
        return OK;
    int64_t of_video = st->duration > 0 ? av_rescale_q(st->duration, st->time_base, us) : 0;
    int64_t came = t->pts_us[t->n - 1] - t->first_key_us + t->last_duration_us;
    if (is_short(came, of_video))
        return fail_cut(came, of_video, d);
    int64_t from = in->fmt->start_time != AV_NOPTS_VALUE ? in->fmt->start_time : 0;
    int64_t of_file = in->fmt->duration > 0 ? in->fmt->duration : 0;
    if (is_short(t->file_end_us - from, of_file))
        return fail_cut(t->file_end_us - from, of_file, d);
    return OK;
}

static enum err conclude(const struct input *in, struct times *t, struct scan *ret, struct diag *d)
{
    if (!t->has_key || t->n == 0)
        return diag_fail(d, ERR_INPUT, 0, 0,
                         "The video has no key frame, so there is no picture it could start "
                         "with. Export it again.");
    qsort(t->pts_us, t->n, sizeof *t->pts_us, compare_i64);
    ret->n_packets = t->n;
    t->n = unique(t->pts_us, t->n);
    find_rate(in, t, ret);
    if (ret->duration_us > in->limits.duration_max_us)
        return diag_fail(d, ERR_LIMIT, 0, 0,
                         "The video is %.1f minutes long; at most %.0f are taken.",
                         (double)ret->duration_us / 6e7, (double)in->limits.duration_max_us / 6e7);
    return check_whole(in, t, d);
}

enum err scan_run(struct input *in, struct scan *ret, struct diag *d)
{
    struct times t = { .most =
                           (size_t)(in->limits.duration_max_us / 1000000 + 1) * PACKETS_PER_S_MAX };
    struct scan s = { 0 };
    enum err e = read_packets(in, &t, d);
    if (e == OK && t.n_seen == 0)
        e = diag_fail(d, ERR_INPUT, 0, 0, "The video has no pictures: its length is zero.");
    if (e == OK)
        e = conclude(in, &t, &s, d);
    free(t.pts_us);
    if (e == OK)
        *ret = s;
    return e;
}
