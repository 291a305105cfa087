/*
 * The pool of readers; see readers.h. One lock guards the list; a reader takes a small batch at a
 * time (its fair share of the queue, READER_BATCH at most), so that under load the lock and the
 * wake-ups are paid for once a batch while no reader hoards what another could run. Only one
 * sleeper is being woken at a time: it takes its share and wakes the next one if work is left. A
 * batch's replies leave together, or as soon as the first has waited for BATCH_HOLD_US.
 */
#include "http/readers.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { READER_BATCH = 16, READER_STACK_BYTES = 512 * 1024, BATCH_HOLD_US = 1000 };

struct reader {
    struct readers *pool;
    pthread_t thread;
    size_t index;
    void *worker;
};

struct readers {
    const struct http_config *cfg;
    pthread_mutex_t lock;
    pthread_cond_t has_work, has_started;
    struct exchange *first, **last;
    size_t depth, sleeping, started;
    bool is_waking; /* a sleeper was signalled and has not come yet */
    bool is_stopping, has_failed;
    size_t n;
    struct reader reader[];
};

/* Under the lock: true when the caller must signal has_work after unlocking. */
static bool must_wake(struct readers *rs)
{
    if (!rs->first || rs->sleeping == 0 || rs->is_waking)
        return false;
    rs->is_waking = true;
    return true;
}

static size_t take_batch(struct readers *rs, struct exchange *batch[READER_BATCH])
{
    pthread_mutex_lock(&rs->lock);
    while (!rs->first && !rs->is_stopping) {
        rs->sleeping++;
        pthread_cond_wait(&rs->has_work, &rs->lock);
        rs->sleeping--;
        rs->is_waking = false;
    }
    size_t share = 1 + rs->depth / rs->n, n = 0;
    while (rs->first && n < share && n < READER_BATCH) {
        batch[n++] = rs->first;
        rs->first = rs->first->next;
    }
    if (!rs->first)
        rs->last = &rs->first;
    rs->depth -= n;
    bool wake = must_wake(rs);
    pthread_mutex_unlock(&rs->lock);
    if (wake)
        pthread_cond_signal(&rs->has_work);
    return n;
}

static int64_t now_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void run_batch(const struct http_config *cfg, void *worker, struct exchange **batch,
                      size_t n)
{
    struct exchange *ready[READER_BATCH];
    size_t n_ready = 0;
    int64_t oldest_us = 0;
    for (size_t i = 0; i < n; i++) {
        if (exchange_run(batch[i], cfg, worker)) {
            exchange_release(batch[i]);
        } else {
            batch[i]->ops->render(batch[i]);
            ready[n_ready++] = batch[i];
        }
        int64_t at_us = now_us();
        if (n_ready == 1)
            oldest_us = at_us;
        if (i + 1 < n && at_us - oldest_us < BATCH_HOLD_US)
            continue;
        for (size_t k = 0; k < n_ready; k++)
            ready[k]->ops->complete(ready[k]);
        n_ready = 0;
    }
}

static void report_start(struct readers *rs, bool ok)
{
    pthread_mutex_lock(&rs->lock);
    rs->started++;
    rs->has_failed |= !ok;
    pthread_cond_signal(&rs->has_started);
    pthread_mutex_unlock(&rs->lock);
}

static void *reader_main(void *arg)
{
    struct reader *me = arg;
    struct readers *rs = me->pool;
    const struct http_config *cfg = rs->cfg;
    char name[16];
    snprintf(name, sizeof name, "reader-%zu", me->index % 100);
    pthread_setname_np(pthread_self(), name);
    /* A batch thread does not push the loop off its core the moment it is woken: on a busy core
     * the loop hands over a whole round of requests first. Where it is not allowed, so be it. */
    struct sched_param none = { 0 };
    pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
    if (cfg->worker_new)
        me->worker = cfg->worker_new(cfg->app, me->index);
    report_start(rs, !cfg->worker_new || me->worker);
    struct exchange *batch[READER_BATCH];
    size_t n;
    while ((n = take_batch(rs, batch)) > 0)
        run_batch(cfg, me->worker, batch, n);
    if (cfg->worker_free && me->worker)
        cfg->worker_free(cfg->app, me->worker);
    return NULL;
}

static bool start_threads(struct readers *rs)
{
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, READER_STACK_BYTES);
    size_t wanted = rs->n;
    for (rs->n = 0; rs->n < wanted; rs->n++) {
        struct reader *me = &rs->reader[rs->n];
        *me = (struct reader){ .pool = rs, .index = rs->n };
        if (pthread_create(&me->thread, &attr, reader_main, me) != 0)
            break;
    }
    pthread_attr_destroy(&attr);
    pthread_mutex_lock(&rs->lock);
    while (rs->started < rs->n)
        pthread_cond_wait(&rs->has_started, &rs->lock);
    bool ok = rs->n == wanted && !rs->has_failed;
    pthread_mutex_unlock(&rs->lock);
    return ok;
}

enum err readers_start(const struct http_config *cfg, struct readers **ret)
{
    struct readers *rs = calloc(1, sizeof *rs + cfg->readers * sizeof rs->reader[0]);
    if (!rs)
        abort();
    rs->cfg = cfg;
    rs->n = cfg->readers;
    rs->last = &rs->first;
    pthread_mutex_init(&rs->lock, NULL);
    pthread_cond_init(&rs->has_work, NULL);
    pthread_cond_init(&rs->has_started, NULL);
    if (!start_threads(rs)) {
        readers_stop(rs);
        readers_free(rs);
        return ERR_IO;
    }
    *ret = rs;
    return OK;
}

enum err readers_push(struct readers *rs, struct exchange *x)
{
    x->next = NULL;
    pthread_mutex_lock(&rs->lock);
    bool is_full = rs->depth >= rs->cfg->reader_queue || rs->is_stopping;
    bool wake = false;
    if (!is_full) {
        *rs->last = x;
        rs->last = &x->next;
        rs->depth++;
        wake = must_wake(rs);
    }
    pthread_mutex_unlock(&rs->lock);
    if (wake)
        pthread_cond_signal(&rs->has_work);
    return is_full ? ERR_BUSY : OK;
}

size_t readers_depth(struct readers *rs)
{
    pthread_mutex_lock(&rs->lock);
    size_t n = rs->depth;
    pthread_mutex_unlock(&rs->lock);
    return n;
}

void readers_stop(struct readers *rs)
{
    if (!rs)
        return;
    pthread_mutex_lock(&rs->lock);
    rs->is_stopping = true;
    pthread_cond_broadcast(&rs->has_work);
    pthread_mutex_unlock(&rs->lock);
    for (size_t i = 0; i < rs->n; i++)
        pthread_join(rs->reader[i].thread, NULL);
}

void readers_free(struct readers *rs)
{
    if (!rs)
        return;
    pthread_cond_destroy(&rs->has_started);
    pthread_cond_destroy(&rs->has_work);
    pthread_mutex_destroy(&rs->lock);
    free(rs);
}
