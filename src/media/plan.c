/* Shapes, rungs, rates, cuts. See plan.h for the rules; the tables of tests/unit/media_test.c have
 * the cases. */
#include "media/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_LEAST = 16, HEIGHT_MOST = 4096 };

static const char *const fit_names[] = {
    [FIT_AUTO] = "auto", [FIT_FILL] = "fill", [FIT_BLUR] = "blur",
    [FIT_CROP] = "crop", [FIT_KEEP] = "keep",
};

const char *fit_name(enum fit f)
{
    return fit_names[f];
}

enum err fit_parse(const char *name, enum fit *ret)
{
    static const enum fit wishes[] = { FIT_AUTO, FIT_BLUR, FIT_CROP, FIT_KEEP };
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        if (strcmp(name, fit_names[wishes[i]]) == 0) {
            *ret = wishes[i];
            return OK;
        }
    }
    return ERR_INPUT;
}

static int even_down(int v)
{
    return v & ~1;
}

/* a * b / c to the nearest even number */
static int scale_even(int a, int b, int c)
{
    return (int)(((int64_t)a * b + c) / (2 * (int64_t)c)) * 2;
}

static bool is_wider_than_9_16(const struct plan_source *s)
{
    return (int64_t)s->width * 16 * 100 > (int64_t)s->height * 9 * 101;
}

static enum fit resolve_fit(const struct plan_source *s)
{
    bool is_vertical = s->height > s->width;
    switch (s->fit) {
    case FIT_CROP:
        return is_wider_than_9_16(s) ? FIT_CROP : FIT_FILL;
    case FIT_KEEP:
        return is_vertical ? FIT_FILL : FIT_KEEP;
    default:
        return is_vertical ? FIT_FILL : FIT_BLUR;
    }
}

static void crop_around_focus(const struct plan_source *s, struct plan *p)
{
    p->crop_height = even_down(s->height);
    p->crop_width = even_down((int)((int64_t)s->height * 9 / 16));
    int x = (int)((int64_t)s->width * s->focus_x / 1000) - p->crop_width / 2;
    int most = s->width - p->crop_width;
    p->crop_x = even_down(x < 0 ? 0 : x > most ? most : x);
    p->crop_y = 0;
}

static void rung_add(struct plan *p, int short_side, int width, int height)
{
    struct plan_rung *r = &p->rungs[p->n_rungs++];
    snprintf(r->name, sizeof r->name, "v%d", short_side);
    r->width = width;
    r->height = height;
}

/* One rung whose named side is `side`: the width, or the shorter side of a kept landscape. */
static void rung_make(struct plan *p, int side, int shape_w, int shape_h)
{
    if (p->fit == FIT_BLUR || p->fit == FIT_CROP)
        rung_add(p, side, side, scale_even(side, 16, 9));
    else if (shape_h > shape_w)
        rung_add(p, side, side, scale_even(side, shape_h, shape_w));
    else
        rung_add(p, side, scale_even(side, shape_w, shape_h), side);
}

enum err plan_ladder(const struct plan_source *s, struct plan *ret, struct diag *d)
{
    if (s->width < SIDE_LEAST || s->height < SIDE_LEAST)
        return diag_fail(d, ERR_INPUT, 0, 0,
                         "The picture is %d by %d pixels; at least %d by %d are needed.", s->width,
                         s->height, SIDE_LEAST, SIDE_LEAST);
    if (s->width > (int64_t)s->height * PLAN_RATIO_MAX ||
        s->height > (int64_t)s->width * PLAN_RATIO_MAX)
        return diag_fail(d, ERR_INPUT, 0, 0,
                         "The picture is %d by %d pixels; one side may be at most %d times the "
                         "other.",
                         s->width, s->height, PLAN_RATIO_MAX);
    struct plan p = { .fit = resolve_fit(s) };
    int w = s->width, h = s->height;
    if (p.fit == FIT_CROP) {
        crop_around_focus(s, &p);
        w = p.crop_width;
        h = p.crop_height;
    }
    int limit = p.fit == FIT_KEEP && h < w ? h : w; /* the side that names the rungs */
    for (size_t i = 0; i < s->n_ladder && p.n_rungs < PLAN_RUNGS_MAX; i++) {
        int side = s->ladder[i];
        if (side <= limit && (h <= w || (int64_t)side * h / w <= HEIGHT_MOST))
            rung_make(&p, side, w, h);
    }
    if (p.n_rungs == 0) {
        while (h > w && (int64_t)limit * h / w > HEIGHT_MOST)
            limit /= 2;
        rung_make(&p, even_down(limit), w, h);
    }
    *ret = p;
    return OK;
}

/* ---- frame rate ---- */

static const struct rate standard_rates[] = {
    { 10, 1 },       { 25, 2 },  { 15, 1 },  { 24000, 1001 }, { 24, 1 },       { 25, 1 },
    { 30000, 1001 }, { 30, 1 },  { 48, 1 },  { 50, 1 },       { 60000, 1001 }, { 60, 1 },
    { 90, 1 },       { 100, 1 }, { 120, 1 }, { 240, 1 },
};

static double period_us(struct rate r)
{
    return 1e6 * r.den / r.num;
}

/* Every picture lies on the grid of r, one per point, none missing. */
static bool rate_fits(const int64_t *pts_us, size_t n, int64_t tick_us, struct rate r)
{
    if (r.num <= 0 || r.den <= 0)
        return false;
    double p = period_us(r), slack = 1.5 * (double)tick_us + 1;
    if (slack > p / 3)
        slack = p / 3;
    for (size_t i = 0; i < n; i++)
        if (fabs((double)(pts_us[i] - pts_us[0]) - (double)i * p) > slack)
            return false;
    return true;
}

static int compare_i64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t median_gap(const int64_t *pts_us, size_t n)
{
    int64_t *gaps = malloc((n - 1) * sizeof *gaps);
    if (!gaps)
        abort();
    for (size_t i = 1; i < n; i++)
        gaps[i - 1] = pts_us[i] - pts_us[i - 1];
    qsort(gaps, n - 1, sizeof *gaps, compare_i64);
    int64_t median = gaps[(n - 1) / 2];
    free(gaps);
    return median;
}

static struct rate halved(struct rate r)
{
    while ((int64_t)r.den * PLAN_FRAME_RATE_MAX < r.num) {
        if (r.num % 2 == 0)
            r.num /= 2;
        else
            r.den *= 2;
    }
    return r;
}

static struct rate nearest_standard(double gap_us)
{
    struct rate best = standard_rates[0];
    for (size_t i = 1; i < sizeof standard_rates / sizeof *standard_rates; i++)
        if (fabs(period_us(standard_rates[i]) - gap_us) < fabs(period_us(best) - gap_us))
            best = standard_rates[i];
    return best;
}

struct rate plan_rate(const int64_t *pts_us, size_t n, int64_t tick_us, const struct rate *declared,
                      size_t n_declared, bool *ret_is_variable)
{
    *ret_is_variable = false;
    for (size_t i = 0; i < n_declared; i++)
        if (n >= 2 && rate_fits(pts_us, n, tick_us, declared[i]))
            return halved(declared[i]);
    if (n < 2) /* one picture: any sane claim will do */
        return n_declared && declared[0].num > 0 && declared[0].den > 0 &&
                       declared[0].num <= (int64_t)declared[0].den * PLAN_FRAME_RATE_MAX &&
                       declared[0].num >= declared[0].den
                   ? declared[0]
                   : (struct rate){ 25, 1 };
    for (size_t i = 0; i < sizeof standard_rates / sizeof *standard_rates; i++)
        if (rate_fits(pts_us, n, tick_us, standard_rates[i]))
            return halved(standard_rates[i]);
    *ret_is_variable = true;
    return halved(nearest_standard((double)median_gap(pts_us, n)));
}

void plan_cuts(struct arena *a, struct rate r, int64_t n_frames, int64_t **ret, size_t *ret_n)
{
    int64_t half_second = ((int64_t)r.num + 2 * (int64_t)r.den - 1) / (2 * (int64_t)r.den);
    size_t most = (size_t)(n_frames * r.den / r.num / 2) + 3, n = 0;
    int64_t *cuts = ARENA_ARRAY(a, int64_t, most);
    for (int64_t second = 0; n < most; second += second ? 2 : 1) {
        int64_t frame = (second * r.num + r.den - 1) / r.den;
        if (frame >= n_frames || (n > 0 && n_frames - frame < half_second))
            break;
        if (n == 0 || frame > cuts[n - 1])
            cuts[n++] = frame;
    }
    *ret = cuts;
    *ret_n = n;
}
