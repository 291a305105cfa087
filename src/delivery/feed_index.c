/*
 * Two arrays: series in feed order (newest first), and all episodes, of which a series owns a run.
 * A third holds series numbers sorted by id for look-ups. See feed_index.h.
 */
#include "delivery/feed_index.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/id.h"

struct feed_series {
    int64_t id, published_us;
    uint32_t first, n;
};

struct feed_index {
    atomic_int refs;
    int64_t version;
    struct feed_series *series;
    size_t n_series, cap_series;
    int64_t *episodes;
    size_t n_episodes, cap_episodes;
    uint32_t *by_id;
};

struct feed_index *feed_index_new(int64_t version)
{
    struct feed_index *x = calloc(1, sizeof *x);
    if (!x)
        abort();
    x->refs = 1;
    x->version = version;
    return x;
}

static void *grown(void *p, size_t *cap, size_t item_bytes)
{
    *cap = *cap ? *cap * 2 : 64;
    p = reallocarray(p, *cap, item_bytes);
    if (!p)
        abort();
    return p;
}

enum err feed_index_add(struct feed_index *x, int64_t series, int64_t published_us, int64_t episode)
{
    assert(!x->by_id);
    struct feed_series *last = x->n_series ? &x->series[x->n_series - 1] : NULL;
    if (!last || last->id != series) {
        if (x->n_series == FEED_SERIES_MAX)
            return ERR_LIMIT;
        if (x->n_series == x->cap_series)
            x->series = grown(x->series, &x->cap_series, sizeof *x->series);
        assert(x->series); /* grown before its first use */
        last = &x->series[x->n_series++];
        *last = (struct feed_series){ .id = series,
                                      .published_us = published_us,
                                      .first = (uint32_t)x->n_episodes };
    }
    if (x->n_episodes == UINT32_MAX)
        return ERR_LIMIT;
    if (x->n_episodes == x->cap_episodes)
        x->episodes = grown(x->episodes, &x->cap_episodes, sizeof *x->episodes);
    x->episodes[x->n_episodes++] = episode;
    last->n++;
    return OK;
}

/* Feed order: newest first, then by id so that the order is total. */
static int order_of(int64_t published_a, int64_t id_a, int64_t published_b, int64_t id_b)
{
    if (published_a != published_b)
        return published_a > published_b ? -1 : 1;
    return (id_a < id_b) - (id_a > id_b);
}

static int by_feed_order(const void *a, const void *b)
{
    const struct feed_series *x = a, *y = b;
    return order_of(x->published_us, x->id, y->published_us, y->id);
}

static int by_series_id(const void *a, const void *b, void *ctx)
{
    const struct feed_series *series = ctx;
    int64_t x = series[*(const uint32_t *)a].id, y = series[*(const uint32_t *)b].id;
    return (x > y) - (x < y);
}

void feed_index_seal(struct feed_index *x)
{
    x->by_id = calloc(x->n_series + 1, sizeof *x->by_id);
    if (!x->by_id)
        abort();
    if (x->n_series == 0)
        return;
    qsort(x->series, x->n_series, sizeof *x->series, by_feed_order);
    for (size_t i = 0; i < x->n_series; i++)
        x->by_id[i] = (uint32_t)i;
    qsort_r(x->by_id, x->n_series, sizeof *x->by_id, by_series_id, x->series);
}

struct feed_index *feed_index_ref(struct feed_index *x)
{
    atomic_fetch_add(&x->refs, 1);
    return x;
}

void feed_index_unref(struct feed_index *x)
{
    if (!x || atomic_fetch_sub(&x->refs, 1) != 1)
        return;
    free(x->series);
    free(x->episodes);
    free(x->by_id);
    free(x);
}

int64_t feed_index_version(const struct feed_index *x)
{
    return x->version;
}

size_t feed_index_series_count(const struct feed_index *x)
{
    return x->n_series;
}

void feed_slot_init(struct feed_slot *s)
{
    pthread_mutex_init(&s->lock, NULL);
    s->now = feed_index_new(-1);
    feed_index_seal(s->now);
}

void feed_slot_done(struct feed_slot *s)
{
    feed_index_unref(s->now);
    pthread_mutex_destroy(&s->lock);
}

void feed_slot_put(struct feed_slot *s, struct feed_index *x)
{
    pthread_mutex_lock(&s->lock);
    struct feed_index *old = s->now;
    s->now = x;
    pthread_mutex_unlock(&s->lock);
    feed_index_unref(old);
}

struct feed_index *feed_slot_get(struct feed_slot *s)
{
    pthread_mutex_lock(&s->lock);
    struct feed_index *x = feed_index_ref(s->now);
    pthread_mutex_unlock(&s->lock);
    return x;
}

static const struct feed_series *find_series(const struct feed_index *x, int64_t id)
{
    size_t lo = 0, hi = x->n_series;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (x->series[x->by_id[mid]].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == x->n_series || x->series[x->by_id[lo]].id != id)
        return NULL;
    return &x->series[x->by_id[lo]];
}

const int64_t *feed_index_episodes(const struct feed_index *x, int64_t series, size_t *ret_n)
{
    const struct feed_series *s = find_series(x, series);
    *ret_n = s ? s->n : 0;
    return s ? x->episodes + s->first : NULL;
}

static const struct feed_resume *find_resume(const struct feed_resume *r, size_t n, int64_t series)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (r[mid].series < series)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && r[lo].series == series ? &r[lo] : NULL;
}

/* What this viewer sees next of s; false when the series is seen to its end. */
static bool pick_of(const struct feed_index *x, const struct feed_series *s,
                    const struct feed_resume *resume, struct feed_pick *ret)
{
    const int64_t *episodes = x->episodes + s->first;
    size_t at = 0;
    int64_t position_us = 0;
    if (resume) {
        while (at < s->n && episodes[at] != resume->episode)
            at++;
        if (at == s->n)
            at = 0; /* that episode was withdrawn: begin again rather than guess */
        else if (resume->is_done)
            at++;
        else
            position_us = resume->position_us;
    }
    if (at == s->n)
        return false;
    *ret = (struct feed_pick){ .series = s->id,
                               .episode = episodes[at],
                               .next = at + 1 < s->n ? episodes[at + 1] : 0,
                               .position_us = position_us,
                               .number_of = s->n };
    return true;
}

/* A cursor is the last series given: its time of publication, a hyphen, its id. */
static enum err parse_cursor(struct str cursor, int64_t *ret_published_us, int64_t *ret_id)
{
    struct str published;
    if (!str_next(&cursor, '-', &published) || str_to_i64(published, ret_published_us) != OK)
        return ERR_INPUT;
    return id_parse(cursor, ret_id);
}

static enum err first_after(const struct feed_index *x, struct str cursor, size_t *ret_at)
{
    size_t lo = 0, hi = x->n_series;
    int64_t published_us, id;
    if (cursor.n == 0) {
        *ret_at = 0;
        return OK;
    }
    enum err e = parse_cursor(cursor, &published_us, &id);
    if (e != OK)
        return e;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const struct feed_series *s = &x->series[mid];
        if (order_of(s->published_us, s->id, published_us, id) <= 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    *ret_at = lo;
    return OK;
}

enum err feed_index_pick(const struct feed_index *x, struct arena *a, const struct feed_query *q,
                         struct feed_pick *ret, size_t *ret_n, struct str *ret_cursor)
{
    size_t at, n = 0;
    enum err e = first_after(x, q->cursor, &at);
    if (e != OK)
        return e;
    for (; at < x->n_series && n < q->limit; at++) {
        const struct feed_series *s = &x->series[at];
        if (pick_of(x, s, find_resume(q->resume, q->n_resume, s->id), &ret[n]))
            n++;
    }
    *ret_cursor = (struct str){ 0 };
    if (at > 0 && at < x->n_series) {
        char id[ID_TEXT_LEN + 1];
        id_format(x->series[at - 1].id, id);
        *ret_cursor = arena_printf(a, "%lld-%s", (long long)x->series[at - 1].published_us, id);
    }
    *ret_n = n;
    return OK;
}
