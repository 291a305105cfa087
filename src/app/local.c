/* A command's way to the data; see local.h. */
#include "app/local.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "http/client.h"
#include "http/memory.h"
#include "sys/file.h"

/* A server that starts holds the lock before its socket listens, one that stops after. */
enum { SOCKET_TRIES = 100, SOCKET_PAUSE_MS = 100 };

static enum err probe(struct local *l, struct diag *d)
{
    struct arena a = { 0 };
    struct client_reply rp;
    struct client_request rq = { .url = "http://localhost/healthz",
                                 .socket_path = l->socket_path,
                                 .timeout_us = INT64_C(10) * 1000000 };
    enum err e = client_call(&rq, &a, &rp, d);
    arena_done(&a);
    return e;
}

static enum err open_in_process(struct local *l, const struct config *cfg, struct diag *d)
{
    enum err e = app_open(&l->app, cfg, d);
    if (e != OK)
        return e;
    l->worker = app_worker_new(&l->app, 0);
    if (!l->worker) {
        app_close(&l->app);
        return diag_fail(d, ERR_IO, 0, 0, "the database cannot be read");
    }
    l->http = app_http_config(&l->app);
    l->http.done = NULL; /* a command's own requests are no news */
    l->is_in_process = true;
    return OK;
}

enum err local_open(struct local *l, const struct config *cfg, struct diag *d)
{
    *l = (struct local){ 0 };
    l->socket_path = path_join(&l->arena, cfg->data, STR("control.sock"));
    enum err e = ERR_BUSY;
    for (int i = 0; i < SOCKET_TRIES && e == ERR_BUSY; i++) {
        if (i > 0)
            nanosleep(&(struct timespec){ 0, SOCKET_PAUSE_MS * 1000000L }, NULL);
        e = open_in_process(l, cfg, d);
        if (e != ERR_BUSY)
            break;
        struct diag ignored;
        if (probe(l, &ignored) == OK)
            return OK;
    }
    if (e != OK)
        arena_done(&l->arena);
    return e;
}

enum err local_open_remote(struct local *l, const char *url, const char *token, struct diag *d)
{
    *l = (struct local){ 0 };
    struct str s = str_from(url);
    if (!str_starts(s, STR("http://")) && !str_starts(s, STR("https://")))
        return diag_fail(d, ERR_INPUT, 0, 0,
                         "'%s' is no server's address; write https://drama.example", url);
    while (str_ends(s, STR("/")))
        s.n--;
    l->url = arena_cstr(&l->arena, s);
    l->token = token ? arena_cstr(&l->arena, str_from(token)) : NULL;
    return OK;
}

void local_close(struct local *l)
{
    if (l->is_in_process) {
        app_worker_free(&l->app, l->worker);
        app_close(&l->app);
    }
    arena_done(&l->arena);
    *l = (struct local){ 0 };
}

static enum err call_in_process(struct local *l, const struct local_request *rq, struct arena *a,
                                struct client_reply *ret)
{
    struct memory_header type = { "Content-Type",
                                  rq->content_type ? rq->content_type : "application/json" };
    bool has_body = rq->body.p || rq->body_bytes > 0;
    struct memory_request in = {
        .method = rq->method ? rq->method
                  : has_body ? "POST"
                             : "GET",
        .target = rq->target,
        .body = rq->body,
        .body_fd = rq->body_bytes > 0 ? fcntl(rq->body_fd, F_DUPFD_CLOEXEC, 3) : -1,
        .body_fd_bytes = rq->body_bytes,
        .headers = &type,
        .n_headers = has_body ? 1 : 0,
        .is_local = true,
    };
    struct memory_reply out;
    enum err e = memory_call(&l->http, l->worker, &in, a, &out);
    if (e == OK)
        *ret = (struct client_reply){ out.status, out.content_type, out.body };
    return e;
}

static enum err call_server(struct local *l, const struct local_request *rq, struct arena *a,
                            struct client_reply *ret, struct diag *d)
{
    bool has_body = rq->body.p || rq->body_bytes > 0;
    struct client_request out = {
        .method = rq->method,
        .url = arena_printf(a, "%s%s", l->url ? l->url : "http://localhost", rq->target).p,
        .socket_path = l->url ? NULL : l->socket_path,
        .content_type = !has_body          ? NULL
                        : rq->content_type ? rq->content_type
                                           : "application/json",
        .token = l->token,
        .body = rq->body,
        .body_fd = rq->body_fd,
        .body_bytes = rq->body_bytes,
        .on_sent = rq->on_sent,
        .arg = rq->arg,
    };
    return client_call(&out, a, ret, d);
}

enum err local_call(struct local *l, const struct local_request *rq, struct arena *a,
                    struct local_reply *ret, struct diag *d)
{
    struct client_reply rp;
    enum err e = l->is_in_process ? call_in_process(l, rq, a, &rp) : call_server(l, rq, a, &rp, d);
    if (e == OK)
        e = client_error(&rp, a, d);
    if (e == OK)
        *ret = (struct local_reply){ rp.status, rp.content_type, rp.body };
    return e;
}
