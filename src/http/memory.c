/* In-memory requests; see memory.h. Any thread that may run handlers. */
#include "http/memory.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "http/exchange.h"
#include "http/problem.h"

struct memory_exchange {
    struct exchange x; /* first */
    const struct memory_request *rq;
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool is_complete;
};

static struct str header_of(const struct request *r, const char *name)
{
    const struct memory_request *rq = r->header_ctx;
    for (size_t i = 0; i < rq->n_headers; i++)
        if (str_ieq(str_from(rq->headers[i].name), str_from(name)))
            return str_from(rq->headers[i].value);
    return (struct str){ 0 };
}

static void complete(struct exchange *x)
{
    struct memory_exchange *m = (struct memory_exchange *)(void *)x;
    pthread_mutex_lock(&m->lock);
    m->is_complete = true;
    pthread_cond_signal(&m->done);
    pthread_mutex_unlock(&m->lock);
}

static void render(struct exchange *x)
{
    (void)x; /* the caller's thread does it */
}

static const struct exchange_ops memory_ops = { render, complete };

static int64_t clock_us(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

static void run(struct memory_exchange *m, const struct http_config *cfg, void *worker)
{
    struct exchange *x = &m->x;
    const struct memory_request *rq = m->rq;
    if (!exchange_route(x, cfg, rq->method ? rq->method : "GET"))
        return;
    if (x->r.body_bytes > (int64_t)(x->r.route ? x->r.route->max_body : 0)) {
        reply_problem(&x->r, &x->rp, ERR_LIMIT, NULL);
        return;
    }
    if (!exchange_run(x, cfg, worker))
        return;
    exchange_release(x);
    pthread_mutex_lock(&m->lock);
    while (!m->is_complete)
        pthread_cond_wait(&m->done, &m->lock);
    pthread_mutex_unlock(&m->lock);
}

static enum err read_file_part(const struct reply *rp, struct arena *a, struct str *ret)
{
    if (rp->file_bytes > MEMORY_FILE_MAX)
        return ERR_LIMIT;
    char *p = arena_alloc(a, (size_t)rp->file_bytes + 1);
    size_t n = 0;
    while (n < (size_t)rp->file_bytes) {
        ssize_t got = pread(rp->file_fd, p + n, (size_t)rp->file_bytes - n,
                            (off_t)(rp->file_offset + (int64_t)n));
        if (got <= 0)
            return ERR_IO;
        n += (size_t)got;
    }
    *ret = str_sub(p, n);
    return OK;
}

static enum err copy_reply(const struct exchange *x, struct arena *a, struct memory_reply *ret)
{
    const struct reply *rp = &x->rp;
    *ret = (struct memory_reply){ .status = rp->status, .err = rp->err };
    if (rp->content_type)
        ret->content_type = arena_str(a, str_from(rp->content_type));
    for (size_t i = 0; i < rp->n_headers; i++)
        ret->headers[ret->n_headers++] =
            (struct reply_header){ rp->headers[i].name, arena_str(a, rp->headers[i].value) };
    if (x->r.is_head || rp->status == 304)
        return OK;
    if (rp->kind == REPLY_FILE)
        return read_file_part(rp, a, &ret->body);
    ret->body = arena_str(a, rp->static_body.p ? rp->static_body : buf_str(&rp->body));
    return OK;
}

enum err memory_call(const struct http_config *cfg, void *worker, const struct memory_request *rq,
                     struct arena *a, struct memory_reply *ret)
{
    struct memory_exchange m = { .rq = rq };
    pthread_mutex_init(&m.lock, NULL);
    pthread_cond_init(&m.done, NULL);
    exchange_init(&m.x, &memory_ops);
    union {
        const struct memory_request *in;
        void *out;
    } ctx = { .in = rq };
    struct request *r = &m.x.r;
    r->header_of = header_of;
    r->header_ctx = ctx.out;
    r->app = cfg->app;
    r->is_local = rq->is_local;
    r->now_us = rq->now_us ? rq->now_us : clock_us(CLOCK_REALTIME);
    r->id = (uint64_t)r->now_us;
    r->body = rq->body;
    r->body_bytes = (int64_t)rq->body.n;
    if (rq->body_fd > 0) {
        r->body_fd = rq->body_fd;
        r->body_bytes = rq->body_fd_bytes;
    }
    exchange_set_target(&m.x, str_from(rq->target));
    int64_t start_us = clock_us(CLOCK_MONOTONIC);
    run(&m, cfg, worker);
    exchange_apply_conditions(&m.x);
    enum err e = copy_reply(&m.x, a, ret);
    m.x.rp.sent_bytes = (int64_t)ret->body.n;
    if (cfg->done)
        cfg->done(cfg->app, r, &m.x.rp, clock_us(CLOCK_MONOTONIC) - start_us);
    exchange_done(&m.x);
    pthread_cond_destroy(&m.done);
    pthread_mutex_destroy(&m.lock);
    return e;
}

struct str memory_reply_header(const struct memory_reply *rp, const char *name)
{
    for (size_t i = 0; i < rp->n_headers; i++)
        if (str_ieq(str_from(rp->headers[i].name), str_from(name)))
            return rp->headers[i].value;
    return (struct str){ 0 };
}
