/* The two passes and the corrections after them. */
#include "media/av/loudness.h"

#include <ebur128.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "media/av/sound.h"
#include "media/av/sound_encoder.h"
#include "media/limiter.h"

/* The limiter's and our meter's estimates are a little apart from other people's: a reserve. */
#define PEAK_WANTED  (LOUDNESS_PEAK_DBTP - 0.2)
#define LUFS_NEAR    0.3
#define GAIN_MOST_DB 50.0

#define CODING_DB 0.5 /* what AAC usually adds to a limited peak */

enum { ATTEMPTS_MAX = 6, REHEARSALS_MAX = 3, LEAST_MEASURED_SAMPLES = SOUND_RATE * 2 / 5 };

struct meter {
    ebur128_state *state;
    float interleaved[2 * SOUND_BLOCK];
    int64_t n;
    bool has_peak;
};

static enum err meter_init(struct meter *m, bool has_peak)
{
    int mode = EBUR128_MODE_I | (has_peak ? EBUR128_MODE_TRUE_PEAK : 0);
    *m = (struct meter){ .state = ebur128_init(2, SOUND_RATE, mode), .has_peak = has_peak };
    return m->state ? OK : ERR_LIMIT;
}

static void meter_add(struct meter *m, const float *left, const float *right, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        m->interleaved[2 * i] = left[i];
        m->interleaved[2 * i + 1] = right[i];
    }
    (void)ebur128_add_frames_float(m->state, m->interleaved, n);
    m->n += (int64_t)n;
}

static double to_db(double linear)
{
    return linear > 0 ? 20 * log10(linear) : -HUGE_VAL;
}

static struct media_loudness meter_end(struct meter *m)
{
    double lufs = -HUGE_VAL, left = 0, right = 0;
    /* one block of the gating measure is 400 ms: shorter sounds are followed by silence */
    static const float zeros[2 * SOUND_BLOCK];
    if (m->has_peak) {
        (void)ebur128_true_peak(m->state, 0, &left);
        (void)ebur128_true_peak(m->state, 1, &right);
    }
    while (m->n > 0 && m->n < LEAST_MEASURED_SAMPLES) {
        (void)ebur128_add_frames_float(m->state, zeros, SOUND_BLOCK);
        m->n += SOUND_BLOCK;
    }
    (void)ebur128_loudness_global(m->state, &lufs);
    ebur128_destroy(&m->state);
    return (struct media_loudness){ .integrated_lufs = lufs,
                                    .true_peak_dbtp = to_db(fmax(left, right)),
                                    .is_silent = !(lufs > LOUDNESS_SILENT_LUFS) };
}

enum err loudness_measure(int fd, const struct input_limits *limits, const struct scan *scan,
                          struct media_loudness *ret, struct diag *d)
{
    struct sound s;
    struct meter m;
    float left[SOUND_BLOCK], right[SOUND_BLOCK];
    size_t n = 0;
    enum err e = sound_open(&s, fd, limits, scan, d);
    if (e != OK)
        return e;
    e = meter_init(&m, true);
    if (e == OK) {
        while ((e = sound_read(&s, left, right, &n, d)) == OK && n > 0)
            meter_add(&m, left, right, n);
        struct media_loudness l = meter_end(&m);
        if (e == OK)
            *ret = l;
    }
    sound_close(&s);
    return e;
}

/* ---- one attempt: gain, limiter, and then encoder, decoder, meter; or only the meter ---- */

struct attempt {
    double gain_db, ceiling_db;
    bool has_limiter;
};

/* The limiter delays: its first frames are dropped, and zeros push its last ones out. */
struct chain {
    struct limiter limiter;
    float gain;
    bool has_limiter;
    size_t to_drop;
    struct sound_encoder *encoder; /* NULL: a rehearsal, straight into the meter */
    struct meter *meter;
};

static void chain_init(struct chain *c, const struct attempt *a, struct meter *m)
{
    *c = (struct chain){ .gain = (float)pow(10, a->gain_db / 20),
                         .has_limiter = a->has_limiter,
                         .to_drop = a->has_limiter ? LIMITER_DELAY : 0,
                         .meter = m };
    limiter_init(&c->limiter, a->ceiling_db);
}

static enum err chain_add(struct chain *c, float *left, float *right, size_t n, struct diag *d)
{
    for (size_t i = 0; i < n; i++) {
        left[i] *= c->gain;
        right[i] *= c->gain;
    }
    if (c->has_limiter)
        limiter_run(&c->limiter, left, right, n);
    size_t drop = c->to_drop < n ? c->to_drop : n;
    c->to_drop -= drop;
    if (c->encoder)
        return sound_encoder_add(c->encoder, left + drop, right + drop, n - drop, d);
    meter_add(c->meter, left + drop, right + drop, n - drop);
    return OK;
}

static enum err chain_run(struct chain *c, struct sound *s, struct diag *d)
{
    float left[SOUND_BLOCK], right[SOUND_BLOCK];
    size_t n = 0;
    enum err e;
    while ((e = sound_read(s, left, right, &n, d)) == OK && n > 0) {
        e = chain_add(c, left, right, n, d);
        if (e != OK)
            return e;
    }
    if (e == OK && c->has_limiter) {
        memset(left, 0, sizeof left);
        memset(right, 0, sizeof right);
        e = chain_add(c, left, right, LIMITER_DELAY, d);
    }
    return e == OK && c->encoder ? sound_encoder_end(c->encoder, d) : e;
}

static void on_decoded(void *arg, const float *left, const float *right, size_t n)
{
    meter_add(arg, left, right, n);
}

static enum err encode_chain(const struct loudness_job *j, struct chain *c, struct sound *s,
                             struct diag *d)
{
    struct sound_encoder encoder;
    (void)unlink(j->path);
    enum err e = sound_encoder_open(&encoder, j->path, j->cuts_us, j->n_cuts, s->total, d);
    encoder.on_decoded = on_decoded;
    encoder.arg = c->meter;
    c->encoder = &encoder;
    if (e == OK)
        e = chain_run(c, s, d);
    sound_encoder_close(&encoder);
    c->encoder = NULL;
    return e;
}

/* A rehearsal tells the loudness behind the limiter; the real thing the loudness and the peak of
 * what a viewer will hear. */
static enum err try_once(const struct loudness_job *j, const struct attempt *a, bool is_rehearsal,
                         struct media_loudness *ret, struct diag *d)
{
    struct sound s;
    struct meter m;
    struct chain c;
    enum err e = sound_open(&s, j->fd, j->limits, j->scan, d);
    if (e != OK)
        return e;
    e = meter_init(&m, !is_rehearsal);
    if (e == OK) {
        chain_init(&c, a, &m);
        e = is_rehearsal ? chain_run(&c, &s, d) : encode_chain(j, &c, &s, d);
        struct media_loudness l = meter_end(&m);
        if (e == OK)
            *ret = l;
    }
    sound_close(&s);
    return e;
}

/* True when the result is good enough; else a changes towards what would be. */
static bool correct(struct attempt *a, const struct media_loudness *l)
{
    double over = l->true_peak_dbtp - PEAK_WANTED;
    double off = l->integrated_lufs - LOUDNESS_TARGET_LUFS;
    bool is_fine = l->true_peak_dbtp <= LOUDNESS_PEAK_DBTP - 0.1 && fabs(off) <= LUFS_NEAR;
    if (l->true_peak_dbtp > LOUDNESS_PEAK_DBTP - 0.1) {
        a->ceiling_db = (a->has_limiter ? a->ceiling_db : PEAK_WANTED) - fmax(over, 0.1);
        a->has_limiter = true;
    }
    if (fabs(off) > LUFS_NEAR)
        a->gain_db = fmin(a->gain_db - off, GAIN_MOST_DB);
    return is_fine;
}

/* Linear gain, and a limiter only when peaks would pass; how much louder it must be for the limiter
 * is found by rehearsing. */
static enum err choose(const struct loudness_job *j, const struct media_loudness *source,
                       struct attempt *a, struct diag *d)
{
    *a = (struct attempt){ .ceiling_db = PEAK_WANTED };
    if (source->is_silent)
        return OK;
    a->gain_db = fmin(LOUDNESS_TARGET_LUFS - source->integrated_lufs, GAIN_MOST_DB);
    a->has_limiter = source->true_peak_dbtp + a->gain_db > PEAK_WANTED;
    if (!a->has_limiter)
        return OK;
    a->ceiling_db = PEAK_WANTED - CODING_DB;
    enum err e = OK;
    for (int i = 0; e == OK && i < REHEARSALS_MAX; i++) {
        struct media_loudness l = { 0 };
        e = try_once(j, a, true, &l, d);
        double off = l.integrated_lufs - LOUDNESS_TARGET_LUFS;
        if (e != OK || fabs(off) < LUFS_NEAR / 3)
            break;
        a->gain_db = fmin(a->gain_db - off, GAIN_MOST_DB);
    }
    return e;
}

enum err loudness_encode(const struct loudness_job *j, struct loudness_report *ret, struct diag *d)
{
    struct loudness_report r = { 0 };
    struct attempt a;
    enum err e = loudness_measure(j->fd, j->limits, j->scan, &r.source, d);
    if (e == OK)
        e = choose(j, &r.source, &a, d);
    bool is_fine = false;
    while (e == OK && !is_fine && r.attempts < ATTEMPTS_MAX) {
        struct attempt now = a;
        e = try_once(j, &now, false, &r.result, d);
        r.attempts++;
        is_fine = r.source.is_silent || correct(&a, &r.result);
    }
    if (e == OK && !r.source.is_silent && r.result.true_peak_dbtp > LOUDNESS_PEAK_DBTP)
        e = diag_fail(d, ERR_INTERNAL, 0, 0, "the sound's peak stays at %.2f dBTP",
                      r.result.true_peak_dbtp);
    if (e == OK) {
        r.result.is_silent = r.source.is_silent;
        *ret = r;
    }
    return e;
}
