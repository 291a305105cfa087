/*
 * Pictures from a source: one decoding pass through a filter graph that sets them upright, makes
 * pixels square, converts colour to BT.709 limited range (HDR is tone-mapped), gives them the
 * planned shape and a constant frame rate, and scales them to several sizes at once. The graph's
 * text is made of numbers only, never of anything a stranger wrote. One thread (libav makes its
 * own within limits.threads).
 */
#ifndef DRAMALET_MEDIA_AV_PICTURE_H
#define DRAMALET_MEDIA_AV_PICTURE_H

#include <libavutil/frame.h>

#include "base/arena.h"
#include "media/av/input.h"
#include "media/av/scan.h"
#include "media/plan.h"

/* Facts about a source's picture that the graph needs. */
struct picture_source {
    int width, height;             /* as coded */
    int shown_width, shown_height; /* upright, square pixels, never enlarged */
    struct orientation orientation;
    bool is_hdr, is_interlaced, is_rgb;
    const char *matrix, *range; /* of the scale filter: "bt709", "tv" */
};

struct picture_source picture_source_of(const struct input *in);

struct picture_pass {
    struct input *in; /* freshly opened */
    const struct picture_source *source;
    const struct scan *scan;
    const struct plan *plan;
    const struct plan_rung *rungs; /* the sizes wanted, n of them; the largest is composed, */
    size_t n_rungs;                /* the others are scaled from it */
    bool is_jpeg;                  /* full-range BT.601 (JFIF) instead of BT.709 */
    int threads;
    int64_t frames_max; /* stop after so many; 0: all of scan->n_frames */
    /* Every output picture of every rung in order; index counts from 0 at the constant rate. The
     * frame is borrowed. ERR_CANCELLED ends the pass with OK. */
    enum err (*on_picture)(void *arg, size_t rung, int64_t index, AVFrame *f, struct diag *d);
    void *arg;
    int64_t n_decoded, n_damaged; /* counted */
};

/* Runs the pass. ERR_INPUT when nothing can be decoded or most of it is damaged. */
NODISCARD enum err picture_pass_run(struct picture_pass *p, struct diag *d);

#endif
