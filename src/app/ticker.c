/* See ticker.h. An error is logged and the work is tried again at the next tick. */
#include "app/ticker.h"

#include <pthread.h>
#include <stdlib.h>

#include "catalog/release.h"
#include "store/blob.h"

#define TICK_US  INT64_C(250000)
#define DUE_US   INT64_C(1000000)
#define SWEEP_US INT64_C(3600000000)
enum { DUE_LIMIT = 100 };

struct ticker {
    struct api *api;
    const struct log *log;
    struct db *db;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_stopping;
};

static void report(const struct ticker *t, const char *work, enum err e)
{
    if (e == OK)
        return;
    struct log_field f[] = { { "work", .s = str_from(work) },
                             { "error", .s = str_from(err_name(e)) } };
    log_line(t->log, LOG_WARN, "tick", f, 2);
}

static enum err due_apply(struct tx *tx, void *arg)
{
    (void)arg;
    struct arena a = { 0 };
    int64_t *episodes;
    size_t n;
    enum err e = catalog_due(tx, &a, DUE_LIMIT, &episodes, &n);
    arena_done(&a);
    return e;
}

/* Asks first on our own connection, so that an idle server writes nothing. */
static enum err publish_due(struct ticker *t)
{
    struct arena a = { 0 };
    struct episode_row *rows;
    size_t n = 0;
    enum err e = store_episode_due(t->db, &a, clock_wall_us(t->api->clock), 1, &rows, &n);
    arena_done(&a);
    return e == OK && n ? store_write(t->api->store, due_apply, NULL) : e;
}

/* False when it is time to stop. */
static bool wait_tick(struct ticker *t)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += TICK_US * 1000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&t->lock);
    int rc = 0;
    while (!t->is_stopping && rc == 0)
        rc = pthread_cond_timedwait(&t->changed, &t->lock, &until);
    bool goes_on = !t->is_stopping;
    pthread_mutex_unlock(&t->lock);
    return goes_on;
}

static void *run(void *arg)
{
    struct ticker *t = arg;
    int64_t due_at = 0, sweep_at = clock_mono_us(t->api->clock) + SWEEP_US;
    while (wait_tick(t)) {
        int64_t now_us = clock_mono_us(t->api->clock);
        if (now_us >= due_at) {
            report(t, "due", publish_due(t));
            due_at = now_us + DUE_US;
        }
        report(t, "feed-index", api_refresh(t->api, t->db));
        if (now_us >= sweep_at) {
            struct sweep_result swept;
            report(t, "sweep", blob_sweep(t->api->blobs, t->api->store, BLOB_KEEP_US, &swept));
            sweep_at = now_us + SWEEP_US;
        }
    }
    return NULL;
}

enum err ticker_start(struct api *a, const struct log *lg, struct ticker **ret)
{
    struct ticker *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    t->api = a;
    t->log = lg;
    enum err e = store_reader_open(a->store, &t->db);
    if (e != OK) {
        free(t);
        return e;
    }
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&t->thread, NULL, run, t) != 0)
        abort();
    *ret = t;
    return OK;
}

void ticker_stop(struct ticker *t)
{
    if (!t)
        return;
    pthread_mutex_lock(&t->lock);
    t->is_stopping = true;
    pthread_cond_signal(&t->changed);
    pthread_mutex_unlock(&t->lock);
    pthread_join(t->thread, NULL);
    pthread_cond_destroy(&t->changed);
    pthread_mutex_destroy(&t->lock);
    db_close(t->db);
    free(t);
}
