/*
 * What can be watched now, compact in memory: every published series with its published episodes
 * in order, newest series first. 10,000 series of 60 episodes take about 5 MB.
 *
 * An index is built once, is immutable from then on and shared by reference count: readers hold
 * one while a newer one replaces it (struct feed_slot). Building and picking are pure; any thread.
 */
#ifndef DRAMALET_DELIVERY_FEED_INDEX_H
#define DRAMALET_DELIVERY_FEED_INDEX_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum { FEED_SERIES_MAX = 1000000, FEED_LIMIT_MAX = 20 };

struct feed_index;

/* An empty index to be filled by feed_index_add, then sealed. Owned by the caller (one reference).
 */
struct feed_index *feed_index_new(int64_t version);
/* Episodes of one series must come one after another, in their order. ERR_LIMIT: too many. */
NODISCARD enum err feed_index_add(struct feed_index *x, int64_t series, int64_t published_us,
                                  int64_t episode);
/* Sorts; no more adding. */
void feed_index_seal(struct feed_index *x);
struct feed_index *feed_index_ref(struct feed_index *x);
void feed_index_unref(struct feed_index *x); /* takes NULL */
int64_t feed_index_version(const struct feed_index *x);
size_t feed_index_series_count(const struct feed_index *x);

/* Where readers find the current index. Zero it, then feed_slot_init. */
struct feed_slot {
    pthread_mutex_t lock;
    struct feed_index *now;
};
void feed_slot_init(struct feed_slot *s);
void feed_slot_done(struct feed_slot *s);
void feed_slot_put(struct feed_slot *s,
                   struct feed_index *x);              /* takes over the caller's reference */
struct feed_index *feed_slot_get(struct feed_slot *s); /* a new reference, never NULL */

/* Where a viewer is in a series. */
struct feed_resume {
    int64_t series, episode;
    int64_t position_us;
    bool is_done; /* that episode was seen to its end */
};

struct feed_pick {
    int64_t series, episode;
    int64_t next;        /* next episode of the series, 0: none */
    int64_t position_us; /* where to go on, 0: the beginning */
    uint32_t number_of;  /* published episodes in the series */
};

/* What is asked for. resume is sorted by series; cursor: empty, or what an earlier call gave. */
struct feed_query {
    const struct feed_resume *resume;
    size_t n_resume;
    struct str cursor;
    size_t limit;
};

/*
 * Up to limit picks for a viewer: one episode a series, the one this viewer would see next.
 * Series seen to their end are left out; a series that appears or goes between two pages neither
 * repeats nor drops another.
 * ret_cursor is in a; empty: that was all. ERR_INPUT: not a cursor of ours.
 */
NODISCARD enum err feed_index_pick(const struct feed_index *x, struct arena *a,
                                   const struct feed_query *q, struct feed_pick *ret, size_t *ret_n,
                                   struct str *ret_cursor);

/* The episodes of one series in order (borrowed from x); n 0: no such series is published. */
const int64_t *feed_index_episodes(const struct feed_index *x, int64_t series, size_t *ret_n);

#endif
