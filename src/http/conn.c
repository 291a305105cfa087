/*
 * Connections and the sweeper; see conn.h. The list is under one lock, taken at open, close and
 * by the sweeper, which holds it while it shuts a socket down: a descriptor can therefore not be
 * closed and reused under its hands. Phase and deadline are plain atomics: a request costs no lock.
 */
#include "http/conn.h"

#include <linux/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/timefmt.h"

enum { SWEEP_MS = 200, DRAIN_HEADER_MS = 500 };

struct conns {
    struct http_deadlines deadlines;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t sweeper;
    bool has_sweeper, is_stopping, is_draining;
    struct conn *newest;
    size_t count;
    uint64_t total;
    atomic_ullong deadline_closed;
};

int64_t conns_mono_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
    return (int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

struct conns *conns_new(const struct http_deadlines *deadlines)
{
    struct conns *cs = calloc(1, sizeof *cs);
    if (!cs)
        abort();
    cs->deadlines = *deadlines;
    pthread_mutex_init(&cs->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&cs->wake, &attr);
    pthread_condattr_destroy(&attr);
    return cs;
}

static int64_t phase_limit_us(const struct conns *cs, enum conn_phase phase)
{
    switch (phase) {
    case CONN_HEADER:
        return cs->deadlines.header_us;
    case CONN_BODY:
        return cs->deadlines.body_us;
    case CONN_WORKING:
        return 0; /* our own time, not the client's */
    case CONN_SENDING:
        return cs->deadlines.send_us;
    case CONN_IDLE:
        return cs->deadlines.idle_us;
    }
    return 0;
}

void conn_enter(struct conns *cs, struct conn *c, enum conn_phase phase)
{
    int64_t limit = phase_limit_us(cs, phase);
    /* No deadline while the phase changes: the sweeper must not judge by the old one. */
    atomic_store_explicit(&c->deadline_us, 0, memory_order_release);
    atomic_store_explicit(&c->phase, (int)phase, memory_order_release);
    if (limit > 0)
        atomic_store_explicit(&c->deadline_us, conns_mono_us() + limit, memory_order_release);
}

void conn_request_begins(struct conns *cs, struct conn *c)
{
    if (atomic_load_explicit(&c->phase, memory_order_relaxed) == CONN_IDLE)
        conn_enter(cs, c, CONN_HEADER);
}

struct conn *conn_open(struct conns *cs, int fd, const struct sockaddr *peer,
                       const struct peer_rules *rules)
{
    struct conn *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    c->fd = fd;
    c->address = peer_address(peer);
    c->is_proxy = peer_is_trusted(rules, &c->address);
    c->hash_day = -1;
    conn_enter(cs, c, CONN_HEADER);
    pthread_mutex_lock(&cs->lock);
    c->older = cs->newest;
    if (cs->newest)
        cs->newest->newer = c;
    cs->newest = c;
    cs->count++;
    cs->total++;
    pthread_mutex_unlock(&cs->lock);
    return c;
}

void conn_close(struct conns *cs, struct conn *c)
{
    pthread_mutex_lock(&cs->lock);
    if (c->newer)
        c->newer->older = c->older;
    else
        cs->newest = c->older;
    if (c->older)
        c->older->newer = c->newer;
    cs->count--;
    pthread_mutex_unlock(&cs->lock);
    free(c);
}

/* True when the client took enough since the last look, or is waiting for us. Where the kernel
 * cannot tell (Unix sockets) there is nobody to defend against. */
static bool is_taking(struct conn *c)
{
    struct tcp_info info = { 0 };
    socklen_t n = sizeof info;
    if (getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &n) != 0)
        return true;
    uint64_t acked = info.tcpi_bytes_acked, took = acked - c->acked_bytes;
    c->acked_bytes = acked;
    return took >= HTTP_SEND_LEAST_BYTES;
}

static bool is_late(struct conns *cs, struct conn *c, int64_t now_us)
{
    int phase = atomic_load_explicit(&c->phase, memory_order_acquire);
    long long deadline = atomic_load_explicit(&c->deadline_us, memory_order_acquire);
    if (cs->is_draining && phase == CONN_IDLE)
        return true;
    if (cs->is_draining && phase == CONN_HEADER && deadline != 0 &&
        now_us - (deadline - cs->deadlines.header_us) > DRAIN_HEADER_MS * US_PER_MS)
        return true; /* opened in advance and never used */
    if (deadline == 0 || now_us < deadline)
        return false;
    if (phase == CONN_SENDING && is_taking(c)) {
        /* Only over the same value: the loop may have moved on meanwhile. */
        atomic_compare_exchange_strong(&c->deadline_us, &deadline, now_us + cs->deadlines.send_us);
        return false;
    }
    atomic_fetch_add_explicit(&cs->deadline_closed, 1, memory_order_relaxed);
    return true;
}

static void sweep(struct conns *cs)
{
    int64_t now_us = conns_mono_us();
    for (struct conn *c = cs->newest; c; c = c->older)
        if (is_late(cs, c, now_us)) {
            shutdown(c->fd, SHUT_RDWR);
            atomic_store_explicit(&c->deadline_us, 0, memory_order_release);
        }
}

static void *sweeper_main(void *arg)
{
    struct conns *cs = arg;
    pthread_setname_np(pthread_self(), "sweeper");
    pthread_mutex_lock(&cs->lock);
    while (!cs->is_stopping) {
        struct timespec ts;
        clock_gettime(CLOCK_MONOTONIC, &ts);
        ts.tv_nsec += SWEEP_MS * 1000000L;
        ts.tv_sec += ts.tv_nsec / 1000000000L;
        ts.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&cs->wake, &cs->lock, &ts);
        sweep(cs);
    }
    pthread_mutex_unlock(&cs->lock);
    return NULL;
}

enum err conns_start(struct conns *cs)
{
    cs->has_sweeper = pthread_create(&cs->sweeper, NULL, sweeper_main, cs) == 0;
    return cs->has_sweeper ? OK : ERR_IO;
}

void conns_free(struct conns *cs)
{
    if (!cs)
        return;
    pthread_mutex_lock(&cs->lock);
    cs->is_stopping = true;
    pthread_cond_signal(&cs->wake);
    pthread_mutex_unlock(&cs->lock);
    if (cs->has_sweeper)
        pthread_join(cs->sweeper, NULL);
    pthread_cond_destroy(&cs->wake);
    pthread_mutex_destroy(&cs->lock);
    free(cs);
}

void conns_drain(struct conns *cs)
{
    pthread_mutex_lock(&cs->lock);
    cs->is_draining = true;
    sweep(cs);
    pthread_mutex_unlock(&cs->lock);
}

void conns_shutdown_all(struct conns *cs)
{
    pthread_mutex_lock(&cs->lock);
    for (struct conn *c = cs->newest; c; c = c->older)
        shutdown(c->fd, SHUT_RDWR);
    pthread_mutex_unlock(&cs->lock);
}

size_t conns_count(struct conns *cs)
{
    pthread_mutex_lock(&cs->lock);
    size_t n = cs->count;
    pthread_mutex_unlock(&cs->lock);
    return n;
}

uint64_t conns_total(struct conns *cs)
{
    pthread_mutex_lock(&cs->lock);
    uint64_t n = cs->total;
    pthread_mutex_unlock(&cs->lock);
    return n;
}

uint64_t conns_deadline_closed(struct conns *cs)
{
    return atomic_load_explicit(&cs->deadline_closed, memory_order_relaxed);
}
