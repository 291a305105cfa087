/*
 * The limiter. Per frame: needed gain (1 unless a peak is over the ceiling); least of the last H
 * needed gains, released exponentially; mean of the last L of those. A peak found at time t keeps
 * the least down from t to t + H - 1, so the mean is down from t + L - 1 to t + H - 1. A sample put
 * in at n shows in the estimates of n to n + TAPS - 1; with H = L + TAPS and a delay of L + TAPS -
 * 2 it comes out when the mean is down for every one of them.
 */
#include "media/limiter.h"

#include <math.h>
#include <string.h>

/* ITU-R BS.1770-4 annex 2, table of the order 48, 4-phase interpolating filter. Phases 2 and 3
 * are 1 and 0 reversed. */
static const float phases[2][LIMITER_TAPS] = {
    { 0.0017089843750f, 0.0109863281250f, -0.0196533203125f, 0.0332031250000f, -0.0594482421875f,
      0.1373291015625f, 0.9721679687500f, -0.1022949218750f, 0.0476074218750f, -0.0266113281250f,
      0.0148925781250f, -0.0083007812500f },
    { -0.0291748046875f, 0.0292968750000f, -0.0517578125000f, 0.0891113281250f, -0.1665039062500f,
      0.4650878906250f, 0.7797851562500f, -0.2003173828125f, 0.1015625000000f, -0.0582275390625f,
      0.0330810546875f, -0.0189208984375f },
};

#define RELEASE 0.0003f /* per frame at 48 kHz: about 70 ms to recover */

void limiter_init(struct limiter *l, double ceiling_db)
{
    memset(l, 0, sizeof *l);
    l->ceiling = (float)pow(10, ceiling_db / 20);
    l->released = l->least = 1;
    for (size_t i = 0; i < LIMITER_RING; i++)
        l->wanted[i] = l->minimum[i] = 1;
    l->minimum_sum = LIMITER_LOOK_AHEAD;
}

static float larger(float a, float b)
{
    return a > b ? a : b;
}

/* The highest level between the newest samples of one channel. */
static float peak_push(float *history, float sample)
{
    memmove(history, history + 1, (LIMITER_TAPS - 1) * sizeof *history);
    history[LIMITER_TAPS - 1] = sample;
    float peak = fabsf(history[LIMITER_TAPS / 2]);
    for (int p = 0; p < 2; p++) {
        float forward = 0, backward = 0;
        for (int i = 0; i < LIMITER_TAPS; i++) {
            forward += phases[p][i] * history[i];
            backward += phases[p][LIMITER_TAPS - 1 - i] * history[i];
        }
        peak = larger(peak, larger(fabsf(forward), fabsf(backward)));
    }
    return peak;
}

/* The least gain on hold; looked for again only when it falls out of the window. */
static float held_gain(struct limiter *l, float needed)
{
    float leaving = l->wanted[(l->at - LIMITER_HOLD) % LIMITER_RING];
    if (needed <= l->least) {
        l->least = needed;
    } else if (leaving <= l->least) {
        l->least = 1;
        for (size_t i = 0; i < LIMITER_HOLD; i++) {
            float w = l->wanted[(l->at - i) % LIMITER_RING];
            l->least = w < l->least ? w : l->least;
        }
    }
    return l->least;
}

static float next_gain(struct limiter *l, float peak)
{
    size_t at = l->at % LIMITER_RING;
    float needed = peak > l->ceiling ? l->ceiling / peak : 1;
    l->wanted[at] = needed;
    float held = held_gain(l, needed);
    float up = l->released + (1 - l->released) * RELEASE + 1e-7f;
    l->released = held < up ? held : up;
    l->minimum_sum +=
        (double)l->released - (double)l->minimum[(l->at - LIMITER_LOOK_AHEAD) % LIMITER_RING];
    l->minimum[at] = l->released;
    return (float)(l->minimum_sum / LIMITER_LOOK_AHEAD);
}

void limiter_run(struct limiter *l, float *left, float *right, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = l->at % LIMITER_RING, out = (l->at - LIMITER_DELAY) % LIMITER_RING;
        float peak = larger(peak_push(l->history[0], left[i]), peak_push(l->history[1], right[i]));
        float gain = next_gain(l, peak);
        l->delayed[0][at] = left[i];
        l->delayed[1][at] = right[i];
        left[i] = l->delayed[0][out] * gain;
        right[i] = l->delayed[1][out] * gain;
        l->at++;
    }
}
