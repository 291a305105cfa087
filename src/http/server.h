/*
 * Starting and stopping a server: its loops, its readers, its deadlines. What handlers need is in
 * http.h. http_start and http_stop belong to one thread; the rest may be called from any.
 */
#ifndef DRAMALET_HTTP_SERVER_H
#define DRAMALET_HTTP_SERVER_H

#include "http/http.h"

struct clock; /* sys/clock.h */

struct http_deadlines {
    int64_t header_us; /* from accept, or a later request's first line, to the last header byte */
    int64_t body_us;   /* to the last body byte; an upload: to the next HTTP_UPLOAD_LEAST_BYTES */
    int64_t idle_us;   /* keep-alive idle */
    int64_t
        send_us; /* in which a client must take HTTP_SEND_LEAST_BYTES of a reply, or all of it */
};
enum { HTTP_SEND_LEAST_BYTES = 16 * 1024, HTTP_UPLOAD_LEAST_BYTES = 64 * 1024 };

struct http_config {
    const char *listen; /* "127.0.0.1:8080", "[::]:8080"; port 0: any */
    int listen_fd;  /* when listen is NULL: an open listening socket (TCP or Unix), taken over */
    bool is_local;  /* the control socket */
    size_t loops;   /* 0: one per core */
    size_t readers; /* threads; 0: twice the cores */
    size_t reader_queue;    /* bounded; 0: 1024 */
    size_t connections_max; /* 0: 20000 */
    size_t pool_bytes;      /* a connection's memory; 0: 8 KiB */
    struct http_deadlines deadlines;
    const char *tls_cert, *tls_key; /* PEM contents; NULL: plain */
    const char *trusted_proxies; /* addresses with commas whose X-Forwarded-For and -Proto count */
    const char *upload_dir;      /* where upload bodies lie; NULL: /tmp */
    const struct clock *clock;   /* NULL: the system's */
    const struct route *routes;
    size_t n_routes;
    handler_fn *
        fallback; /* called on the loop where no route matches, for GET (static files); NULL: 404 */
    bool (*authorise)(
        struct request *r,
        struct reply *rp); /* on the handler's thread, before it; false: rp is the answer */
    void *app;
    void *(*worker_new)(
        void *app,
        size_t index); /* per reader: its database connection; called on the reader's thread */
    void (*worker_free)(void *app, void *worker);
    void (*done)(void *app, const struct request *r, const struct reply *rp,
                 int64_t duration_us); /* one call a request: log, metrics */
};

struct http_stats {
    uint64_t requests, busy_503, deadline_closed, connections_now, connections_total;
    uint64_t reader_queue_depth, sent_bytes, malformed;
    uint64_t by_status[6]; /* 1xx..5xx in [1]..[5] */
};

struct http_server;
NODISCARD enum err http_start(const struct http_config *cfg, struct http_server **ret,
                              struct diag *d);
int http_port(const struct http_server *s); /* 0: not TCP */
void http_stats(const struct http_server *s, struct http_stats *ret);
/* From now on /readyz-like handlers may say so, and replies carry Connection: close. */
bool http_is_stopping(const struct http_server *s);
/* Stops accepting, lets running requests finish for up to grace_us, then closes. Its statistics can
 * be read until http_free. Both take NULL. */
void http_stop(struct http_server *s, int64_t grace_us);
void http_free(struct http_server *s);

#endif
