/*
 * The server: libmicrohttpd's loops, and what each of its calls means here.
 *
 * A request goes through: uri_begins (first line) -> request_begins (headers) -> body_piece (any
 * number) -> request_ready -> answered on the loop, or by a reader while the connection is
 * suspended -> request_over. The handler's first call never answers unless the connection shall
 * be closed: libmicrohttpd closes it then. Everything in struct session belongs to the loop of its
 * connection, and to one reader or finisher between suspend and resume.
 */
#include "http/server.h"

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "http/body.h"
#include "http/conn.h"
#include "http/exchange.h"
#include "http/listen.h"
#include "http/problem.h"
#include "http/readers.h"
#include "http/send.h"
#include "sys/clock.h"
#include "sys/cores.h"

enum {
    DEFAULT_CONNECTIONS = 20000,
    DEFAULT_POOL_BYTES = 8 * 1024,
    DEFAULT_READER_QUEUE = 1024,
    STOP_POLL_MS = 5,
};

struct http_server {
    struct http_config cfg;
    struct MHD_Daemon *daemon;
    int listen_fd;
    struct conns *conns;
    struct readers *readers;
    struct peer_rules peers;
    uint64_t id_base;
    atomic_ullong next_id, requests, busy, malformed, sent_bytes, by_status[6];
    atomic_size_t suspended;
    atomic_bool is_stopping;
};

enum session_phase { SESSION_HEADER, SESSION_BODY, SESSION_READY, SESSION_ANSWERED };

struct session {
    struct exchange x; /* first: exchange and session are the same address */
    struct http_server *server;
    struct MHD_Connection *mhd;
    struct conn *conn;
    enum session_phase phase;
    bool has_answer; /* rp is set before the handler would run */
    bool must_close;
    struct body_sink body;
    struct MHD_Response *response;
    int64_t start_us; /* monotonic */
};

static int64_t mono_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

static int64_t wall_us(const struct http_server *s)
{
    if (s->cfg.clock)
        return s->cfg.clock->wall_us(s->cfg.clock);
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

static struct str mhd_header(const struct request *r, const char *name)
{
    const char *v = NULL;
    size_t n = 0;
    if (MHD_lookup_connection_value_n(r->header_ctx, MHD_HEADER_KIND, name, strlen(name), &v, &n) !=
            MHD_YES ||
        !v)
        return (struct str){ 0 };
    return str_sub(v, n);
}

/* ---- the reply's way out ---- */

static void make_response(struct session *ss)
{
    exchange_apply_conditions(&ss->x);
    bool close_after =
        ss->must_close || atomic_load_explicit(&ss->server->is_stopping, memory_order_relaxed);
    ss->response = send_make_response(&ss->x, close_after);
}

static enum MHD_Result queue_response(struct session *ss)
{
    ss->phase = SESSION_ANSWERED;
    conn_enter(ss->server->conns, ss->conn, CONN_SENDING);
    enum MHD_Result ok = MHD_queue_response(ss->mhd, (unsigned)ss->x.rp.status, ss->response);
    MHD_destroy_response(ss->response);
    ss->response = NULL;
    return ok;
}

static enum MHD_Result answer_now(struct session *ss)
{
    make_response(ss);
    return queue_response(ss);
}

static void session_render(struct exchange *x)
{
    make_response((struct session *)(void *)x);
}

/* On the thread that finished the reply; the loop goes on with on_access. */
static void session_complete(struct exchange *x)
{
    struct session *ss = (struct session *)(void *)x;
    struct http_server *s = ss->server;
    MHD_resume_connection(ss->mhd); /* ss may be gone from here on */
    atomic_fetch_sub_explicit(&s->suspended, 1, memory_order_acq_rel);
}

static const struct exchange_ops session_ops = { session_render, session_complete };

static void suspend(struct session *ss)
{
    atomic_fetch_add_explicit(&ss->server->suspended, 1, memory_order_acq_rel);
    MHD_suspend_connection(ss->mhd);
}

/* ---- a request comes in ---- */

static void *uri_begins(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    struct http_server *s = cls;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct session *ss = malloc(sizeof *ss);
    if (!ss || !info)
        abort();
    memset(ss, 0, sizeof *ss);
    exchange_init(&ss->x, &session_ops);
    ss->server = s;
    ss->mhd = mhd;
    ss->conn = info->socket_context;
    ss->start_us = mono_us();
    body_init(&ss->body);
    struct request *r = &ss->x.r;
    r->app = s->cfg.app;
    r->header_of = mhd_header;
    r->header_ctx = mhd;
    r->is_local = s->cfg.is_local;
    r->now_us = wall_us(s);
    r->id = s->id_base + atomic_fetch_add_explicit(&s->next_id, 1, memory_order_relaxed) *
                             UINT64_C(0x9E3779B97F4A7C15);
    exchange_set_target(&ss->x, arena_str(&ss->x.arena, str_from(uri ? uri : "")));
    conn_request_begins(s->conns, ss->conn);
    return ss;
}

static void set_client(struct session *ss)
{
    struct http_server *s = ss->server;
    struct conn *c = ss->conn;
    struct request *r = &ss->x.r;
    r->is_tls = s->cfg.tls_cert != NULL;
    if (c->is_proxy) {
        struct in6_addr from;
        struct str forwarded = request_header(r, "X-Forwarded-For");
        r->is_tls |= str_ieq(request_header(r, "X-Forwarded-Proto"), STR("https"));
        if (forwarded.p && peer_forwarded(&s->peers, forwarded, &from)) {
            r->client = peer_hash(&s->peers, &from, r->now_us);
            return;
        }
    }
    int64_t day = r->now_us / US_PER_DAY;
    if (c->hash_day != day) {
        c->hash = peer_hash(&s->peers, &c->address, r->now_us);
        c->hash_day = day;
    }
    r->client = c->hash;
}

static void refuse(struct session *ss, enum err e, int status, const char *detail, bool close_after)
{
    reply_problem_status(&ss->x.r, &ss->x.rp, e, status, NULL, detail);
    ss->has_answer = true;
    ss->must_close |= close_after;
}

/* Sets where the body goes, or the refusal; true: answer at once, without reading it. */
static bool prepare_body(struct session *ss, const struct body_framing *framing)
{
    const struct route *route = ss->x.r.route;
    enum err e = OK;
    if (!ss->has_answer)
        e = body_open(&ss->body, route, framing, ss->server->cfg.upload_dir);
    if (e == ERR_LIMIT)
        refuse(ss, ERR_LIMIT, 413, "The body is larger than this address allows.", false);
    else if (e != OK)
        refuse(ss, e, http_status_of(e), "The server cannot store the body now.", false);
    if (!ss->has_answer)
        return false;
    body_discard(&ss->body);
    /* A small body is read and forgotten, so that the client sees the answer and may go on. */
    return framing->has_body && (framing->expects_continue || !framing->is_small);
}

static enum MHD_Result request_begins(struct session *ss, const char *method, const char *version)
{
    struct http_server *s = ss->server;
    struct body_framing framing;
    const char *fault = body_framing_read(ss->mhd, version, &framing);
    atomic_fetch_add_explicit(&s->requests, 1, memory_order_relaxed);
    set_client(ss);
    ss->phase = SESSION_BODY;
    if (!fault && memchr(ss->x.r.path.p, ' ', ss->x.r.path.n))
        fault = "The address has a space in it.";
    if (fault) {
        refuse(ss, ERR_INPUT, 400, fault, true);
        return answer_now(ss);
    }
    ss->has_answer = !exchange_route(&ss->x, &s->cfg, method);
    if (prepare_body(ss, &framing)) {
        ss->must_close = true;
        return answer_now(ss);
    }
    conn_enter(s->conns, ss->conn, framing.has_body ? CONN_BODY : CONN_WORKING);
    return MHD_YES;
}

static enum MHD_Result body_piece(struct session *ss, const char *data, size_t *n)
{
    enum err e = body_add(&ss->body, data, *n);
    if (e == ERR_CANCELLED)
        return MHD_NO; /* far over the limit and still sending */
    if (e != OK && !ss->has_answer) {
        refuse(ss, e, http_status_of(e),
               e == ERR_LIMIT ? "The body is larger than this address allows."
                              : "The server cannot store the body now.",
               true);
        body_discard(&ss->body);
    }
    if (body_has_progress(&ss->body))
        conn_enter(ss->server->conns, ss->conn, CONN_BODY);
    *n = 0;
    return MHD_YES;
}

static enum MHD_Result run_on_loop(struct session *ss)
{
    if (!exchange_run(&ss->x, &ss->server->cfg, NULL))
        return answer_now(ss);
    suspend(ss);
    exchange_release(&ss->x);
    return MHD_YES;
}

static enum MHD_Result run_on_reader(struct session *ss)
{
    struct http_server *s = ss->server;
    suspend(ss);
    if (readers_push(s->readers, &ss->x) == OK)
        return MHD_YES;
    atomic_fetch_add_explicit(&s->busy, 1, memory_order_relaxed);
    reply_problem(&ss->x.r, &ss->x.rp, ERR_BUSY, NULL);
    session_render(&ss->x);
    session_complete(&ss->x);
    return MHD_YES;
}

static enum MHD_Result request_ready(struct session *ss)
{
    ss->phase = SESSION_READY;
    conn_enter(ss->server->conns, ss->conn, CONN_WORKING);
    if (ss->has_answer)
        return answer_now(ss);
    body_give(&ss->body, &ss->x.r);
    const struct route *route = ss->x.r.route;
    if (!route || route->class == ROUTE_LOOP)
        return run_on_loop(ss);
    return run_on_reader(ss);
}

static enum MHD_Result on_access(void *cls, struct MHD_Connection *mhd, const char *url,
                                 const char *method, const char *version, const char *data,
                                 size_t *data_n, void **con_cls)
{
    (void)cls;
    (void)mhd;
    (void)url; /* the target as sent is in uri_begins */
    struct session *ss = *con_cls;
    switch (ss->phase) {
    case SESSION_HEADER:
        return request_begins(ss, method, version);
    case SESSION_BODY:
        return *data_n ? body_piece(ss, data, data_n) : request_ready(ss);
    case SESSION_READY:
        return ss->response ? queue_response(ss) : MHD_YES;
    case SESSION_ANSWERED:
        break;
    }
    return MHD_NO;
}

static void request_over(void *cls, struct MHD_Connection *mhd, void **con_cls,
                         enum MHD_RequestTerminationCode code)
{
    (void)mhd;
    struct http_server *s = cls;
    struct session *ss = *con_cls;
    if (!ss)
        return;
    *con_cls = NULL;
    if (ss->phase == SESSION_ANSWERED) {
        int class = ss->x.rp.status / 100;
        if (class >= 1 && class <= 5)
            atomic_fetch_add_explicit(&s->by_status[class], 1, memory_order_relaxed);
        if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK)
            atomic_fetch_add_explicit(&s->sent_bytes, (uint64_t)ss->x.rp.sent_bytes,
                                      memory_order_relaxed);
    } else {
        /* libmicrohttpd refused it by itself, or the client left. */
        atomic_fetch_add_explicit(&s->malformed, 1, memory_order_relaxed);
        ss->x.rp.status = 0;
        ss->x.rp.err = code == MHD_REQUEST_TERMINATED_TIMEOUT_REACHED ? ERR_TIMEOUT : ERR_CANCELLED;
    }
    if (s->cfg.done)
        s->cfg.done(s->cfg.app, &ss->x.r, &ss->x.rp, mono_us() - ss->start_us);
    if (ss->response)
        MHD_destroy_response(ss->response);
    conn_enter(s->conns, ss->conn, CONN_IDLE);
    body_done(&ss->body);
    exchange_done(&ss->x);
    free(ss);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **socket_ctx,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http_server *s = cls;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        conn_close(s->conns, *socket_ctx);
        *socket_ctx = NULL;
        return;
    }
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *address =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!fd)
        abort();
    *socket_ctx =
        conn_open(s->conns, fd->connect_fd, address ? address->client_addr : NULL, &s->peers);
}

/* Addresses stay as sent; http decodes parameters itself. */
static size_t no_unescape(void *cls, struct MHD_Connection *mhd, char *text)
{
    (void)cls;
    (void)mhd;
    return strlen(text);
}

/* ---- start and stop ---- */

static void set_defaults(struct http_config *cfg)
{
    size_t cores = (size_t)core_count();
    if (cfg->loops == 0)
        cfg->loops = cores;
    if (cfg->readers == 0)
        cfg->readers = 2 * cores;
    if (cfg->reader_queue == 0)
        cfg->reader_queue = DEFAULT_READER_QUEUE;
    if (cfg->connections_max == 0)
        cfg->connections_max = DEFAULT_CONNECTIONS;
    if (cfg->connections_max < cfg->loops)
        cfg->connections_max = cfg->loops;
    if (cfg->pool_bytes == 0)
        cfg->pool_bytes = DEFAULT_POOL_BYTES;
}

static enum err start_daemon(struct http_server *s, struct diag *d)
{
    struct MHD_OptionItem options[12];
    size_t n = 0;
    const struct http_config *cfg = &s->cfg;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
    union {
        const char *in;
        void *out;
    } cert = { .in = cfg->tls_cert }, key = { .in = cfg->tls_key };
    if (cfg->loops > 1)
        options[n++] =
            (struct MHD_OptionItem){ MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)cfg->loops, NULL };
    if (cfg->tls_cert) {
        flags |= MHD_USE_TLS;
        options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, cert.out };
        options[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, key.out };
    }
    options[n] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_access, s, MHD_OPTION_LISTEN_SOCKET, s->listen_fd,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, cfg->pool_bytes, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)cfg->connections_max, MHD_OPTION_CONNECTION_TIMEOUT, 0u,
        MHD_OPTION_NOTIFY_COMPLETED, request_over, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
        s, MHD_OPTION_URI_LOG_CALLBACK, uri_begins, s, MHD_OPTION_UNESCAPE_CALLBACK, no_unescape,
        NULL, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
    if (s->daemon)
        return OK;
    return diag_fail(d, cfg->tls_cert ? ERR_INPUT : ERR_IO, 0, 0,
                     cfg->tls_cert ? "the server could not start; are the TLS certificate and its "
                                     "key a valid pair in PEM?"
                                   : "the server could not start its loops");
}

enum err http_start(const struct http_config *cfg, struct http_server **ret, struct diag *d)
{
    struct http_server *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->cfg = *cfg;
    set_defaults(&s->cfg);
    s->listen_fd = cfg->listen ? -1 : cfg->listen_fd;
    uint64_t seed[3] = { 0 };
    if (getrandom(seed, sizeof seed, 0) != sizeof seed)
        abort();
    s->id_base = seed[0];
    memcpy(s->peers.key, &seed[1], sizeof s->peers.key);
    s->conns = conns_new(&s->cfg.deadlines);
    enum err e = peer_rules_parse(cfg->trusted_proxies, &s->peers, d);
    if (e == OK && cfg->listen)
        e = listen_tcp(cfg->listen, &s->listen_fd, d);
    if (e == OK)
        e = conns_start(s->conns);
    if (e == OK && readers_start(&s->cfg, &s->readers) != OK)
        e = diag_fail(d, ERR_IO, 0, 0, "the readers could not start");
    if (e == OK)
        e = start_daemon(s, d);
    if (e == OK) {
        *ret = s;
        return OK;
    }
    readers_stop(s->readers);
    readers_free(s->readers);
    conns_free(s->conns);
    if (s->listen_fd >= 0)
        close(s->listen_fd);
    free(s);
    return e;
}

int http_port(const struct http_server *s)
{
    return listen_port(s->listen_fd);
}

bool http_is_stopping(const struct http_server *s)
{
    return atomic_load_explicit(&s->is_stopping, memory_order_relaxed);
}

void http_stats(const struct http_server *s, struct http_stats *ret)
{
    *ret = (struct http_stats){
        .requests = atomic_load_explicit(&s->requests, memory_order_relaxed),
        .busy_503 = atomic_load_explicit(&s->busy, memory_order_relaxed),
        .malformed = atomic_load_explicit(&s->malformed, memory_order_relaxed),
        .sent_bytes = atomic_load_explicit(&s->sent_bytes, memory_order_relaxed),
        .deadline_closed = conns_deadline_closed(s->conns),
        .connections_now = conns_count(s->conns),
        .connections_total = conns_total(s->conns),
        .reader_queue_depth = readers_depth(s->readers),
    };
    for (size_t i = 0; i < 6; i++)
        ret->by_status[i] = atomic_load_explicit(&s->by_status[i], memory_order_relaxed);
}

static void pause_ms(long ms)
{
    struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };
    nanosleep(&ts, NULL);
}

void http_stop(struct http_server *s, int64_t grace_us)
{
    if (!s)
        return;
    atomic_store(&s->is_stopping, true);
    MHD_quiesce_daemon(s->daemon);
    shutdown(s->listen_fd, SHUT_RDWR); /* who connects now is told at once */
    conns_drain(s->conns);
    int64_t until_us = mono_us() + grace_us;
    while (conns_count(s->conns) > 0 && mono_us() < until_us)
        pause_ms(STOP_POLL_MS);
    conns_shutdown_all(s->conns);
    /* The loops run on and may still read a request out of a socket that was shut down: the
     * readers refuse it, but must be there to do so. */
    readers_stop(s->readers);
    /* A handler or a write that runs must end: libmicrohttpd cannot stop under it. */
    while (atomic_load_explicit(&s->suspended, memory_order_acquire) > 0)
        pause_ms(STOP_POLL_MS);
    MHD_stop_daemon(s->daemon);
}

void http_free(struct http_server *s)
{
    if (!s)
        return;
    readers_free(s->readers);
    conns_free(s->conns);
    close(s->listen_fd);
    free(s);
}
