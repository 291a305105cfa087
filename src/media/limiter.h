/*
 * A look-ahead limiter on true peaks: the level between the samples is estimated by four-fold
 * oversampling (the 48-tap interpolator of ITU-R BS.1770-4, annex 2), and the gain bends down
 * before a peak and recovers slowly after it, so that nothing clicks. Stereo float, 48 kHz, fixed
 * delay of LIMITER_DELAY frames. One thread per limiter; no allocation.
 */
#ifndef DRAMALET_MEDIA_LIMITER_H
#define DRAMALET_MEDIA_LIMITER_H

#include <stddef.h>

enum {
    LIMITER_LOOK_AHEAD = 192, /* 4 ms */
    LIMITER_TAPS = 12,
    LIMITER_HOLD = LIMITER_LOOK_AHEAD + LIMITER_TAPS,      /* how long a peak is remembered */
    LIMITER_DELAY = LIMITER_LOOK_AHEAD + LIMITER_TAPS - 2, /* see limiter.c */
    LIMITER_RING = 512
};

struct limiter {
    float ceiling;                  /* linear */
    float history[2][LIMITER_TAPS]; /* newest last, for the interpolator */
    float delayed[2][LIMITER_RING];
    float wanted[LIMITER_RING];  /* gain that each frame needs */
    float minimum[LIMITER_RING]; /* the least of those on hold, released slowly */
    double minimum_sum;
    float released, least;
    size_t at;
};

/* ceiling_db: dBTP that the output does not exceed, as far as the estimate sees. */
void limiter_init(struct limiter *l, double ceiling_db);
/* In place; the output is the input LIMITER_DELAY frames earlier. */
void limiter_run(struct limiter *l, float *left, float *right, size_t n);

#endif
