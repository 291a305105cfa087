/*
 * What will be made of a source: the shape of the picture, the rungs of the ladder, the frame
 * rate and where segments begin. Pure arithmetic over a few numbers, so that every odd source can
 * be a line in a table of the unit test. Any thread.
 */
#ifndef DRAMALET_MEDIA_PLAN_H
#define DRAMALET_MEDIA_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum { PLAN_RUNGS_MAX = 8, PLAN_FRAME_RATE_MAX = 60, PLAN_RATIO_MAX = 8 };

enum fit { FIT_AUTO, FIT_FILL, FIT_BLUR, FIT_CROP, FIT_KEEP };

const char *fit_name(enum fit f);
NODISCARD enum err fit_parse(const char *name, enum fit *ret); /* auto, blur, crop, keep */

struct rate {
    int num, den;
};

struct plan_source {
    int width, height;    /* as shown: upright, square pixels, real resolution */
    enum fit fit;         /* the creator's wish */
    int focus_x, focus_y; /* permille, for crop */
    const int *ladder;    /* widths at 9:16, ascending */
    size_t n_ladder;
};

struct plan_rung {
    char name[8]; /* "v360" */
    int width, height;
};

struct plan {
    enum fit fit;                                /* FIT_FILL, FIT_BLUR, FIT_CROP or FIT_KEEP */
    int crop_x, crop_y, crop_width, crop_height; /* of the shown picture; FIT_CROP */
    struct plan_rung rungs[PLAN_RUNGS_MAX];      /* smallest first */
    size_t n_rungs;
};

/* ERR_INPUT with *d when the shape is beyond PLAN_RATIO_MAX or smaller than 16 pixels. Never
 * upscales; always at least one rung. */
NODISCARD enum err plan_ladder(const struct plan_source *s, struct plan *ret, struct diag *d);

/*
 * The constant frame rate for presentation times pts_us (ascending, n of them). declared[] are the
 * container's claims, exact; the first that fits every picture within half a tick is kept.
 * Otherwise the rate is variable: the standard rate nearest to the median gap, *ret_is_variable.
 * Above PLAN_FRAME_RATE_MAX it is halved until it is not. tick_us: the container's time grain.
 */
struct rate plan_rate(const int64_t *pts_us, size_t n, int64_t tick_us, const struct rate *declared,
                      size_t n_declared, bool *ret_is_variable);

/*
 * First frames of the segments: at 0 s, 1 s, 3 s, 5 s ... rounded up to a frame; a tail shorter
 * than half a second stays with the segment before it. Ascending, starts with 0; *ret in a.
 */
void plan_cuts(struct arena *a, struct rate r, int64_t n_frames, int64_t **ret, size_t *ret_n);

#endif
