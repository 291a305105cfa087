/* The request log; see request_log.h. Two buffers: one is filled, one is being written. */
#include "app/request_log.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "sys/file.h"

enum { GATHER_MAX_BYTES = 4 * 1024 * 1024, GATHER_WAKE_BYTES = 256 * 1024, FLUSH_MS = 100 };

struct request_log {
    const struct log *log;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    struct buf filling;
    uint64_t dropped, dropped_told;
    bool is_stopping;
};

static const char *const method_names[HTTP_METHOD_COUNT] = { "GET", "POST", "PUT", "PATCH",
                                                             "DELETE" };

static void tell_dropped(struct request_log *rl, struct buf *out)
{
    if (rl->dropped == rl->dropped_told)
        return;
    struct log_field f = { "lines", .i = (int64_t)(rl->dropped - rl->dropped_told) };
    rl->dropped_told = rl->dropped;
    log_add_line(out, rl->log, LOG_WARN, "log-dropped", &f, 1);
}

static void *writer_main(void *arg)
{
    struct request_log *rl = arg;
    pthread_setname_np(pthread_self(), "request-log");
    struct buf writing = { .max = GATHER_MAX_BYTES };
    pthread_mutex_lock(&rl->lock);
    while (!rl->is_stopping || rl->filling.n) {
        struct timespec ts;
        clock_gettime(CLOCK_REALTIME, &ts);
        ts.tv_nsec += FLUSH_MS * 1000000L;
        ts.tv_sec += ts.tv_nsec / 1000000000L;
        ts.tv_nsec %= 1000000000L;
        if (!rl->is_stopping && rl->filling.n < GATHER_WAKE_BYTES)
            pthread_cond_timedwait(&rl->wake, &rl->lock, &ts);
        tell_dropped(rl, &rl->filling);
        struct buf full = rl->filling;
        rl->filling = writing;
        pthread_mutex_unlock(&rl->lock);
        enum err e = full.n ? fd_write_all(rl->log->fd, full.p, full.n) : OK;
        (void)e; /* nobody is left to tell */
        buf_reset(&full);
        writing = full;
        pthread_mutex_lock(&rl->lock);
    }
    pthread_mutex_unlock(&rl->lock);
    buf_done(&writing);
    return NULL;
}

struct request_log *request_log_new(const struct log *lg)
{
    struct request_log *rl = calloc(1, sizeof *rl);
    if (!rl)
        abort();
    rl->log = lg;
    rl->filling.max = GATHER_MAX_BYTES;
    pthread_mutex_init(&rl->lock, NULL);
    pthread_cond_init(&rl->wake, NULL);
    if (pthread_create(&rl->thread, NULL, writer_main, rl) != 0)
        abort();
    return rl;
}

/* The address of a route that takes the rest of the path has a signature in it: its pattern. */
static struct str loggable_path(const struct request *r)
{
    if (r->route && strchr(r->route->path, '*'))
        return str_from(r->route->path);
    return r->path.p ? str_head(r->path, 256) : STR("");
}

void request_log_add(struct request_log *rl, const struct request *r, const struct reply *rp,
                     int64_t duration_us)
{
    char id[17], client[17];
    request_id_format(r->id, id);
    request_id_format(r->client, client);
    struct log_field f[8] = {
        { "id", .s = str_from(id) },
        { "method", .s = str_from(r->is_head ? "HEAD" : method_names[r->method]) },
        { "path", .s = loggable_path(r) },
        { "status", .i = rp->status },
        { "bytes", .i = rp->sent_bytes },
        { "us", .i = duration_us },
        { "client", .s = r->is_local ? STR("local") : str_from(client) },
        { "err", .s = str_from(err_name(rp->err)) },
    };
    struct buf line = { 0 };
    log_add_line(&line, rl->log, rp->status >= 500 ? LOG_WARN : LOG_INFO, "request", f,
                 rp->err != OK ? 8 : 7);
    pthread_mutex_lock(&rl->lock);
    if (rl->filling.n + line.n > GATHER_MAX_BYTES)
        rl->dropped++;
    else
        buf_add(&rl->filling, line.p, line.n);
    bool must_wake =
        rl->filling.n >= GATHER_WAKE_BYTES && rl->filling.n - line.n < GATHER_WAKE_BYTES;
    pthread_mutex_unlock(&rl->lock);
    if (must_wake)
        pthread_cond_signal(&rl->wake);
    buf_done(&line);
}

uint64_t request_log_dropped(struct request_log *rl)
{
    pthread_mutex_lock(&rl->lock);
    uint64_t n = rl->dropped;
    pthread_mutex_unlock(&rl->lock);
    return n;
}

void request_log_free(struct request_log *rl)
{
    if (!rl)
        return;
    pthread_mutex_lock(&rl->lock);
    rl->is_stopping = true;
    pthread_cond_signal(&rl->wake);
    pthread_mutex_unlock(&rl->lock);
    pthread_join(rl->thread, NULL);
    buf_done(&rl->filling);
    pthread_cond_destroy(&rl->wake);
    pthread_mutex_destroy(&rl->lock);
    free(rl);
}
