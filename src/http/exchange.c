/* The life of one request between transport and handler; see exchange.h. */
#include "http/exchange.h"

#include <assert.h>
#include <unistd.h>

#include "http/problem.h"
#include "http/range.h"

static const char *const method_names[HTTP_METHOD_COUNT] = {
    [HTTP_GET] = "GET",     [HTTP_POST] = "POST",     [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
};

void exchange_init(struct exchange *x, const struct exchange_ops *ops)
{
    memset(x, 0, sizeof *x);
    x->r.arena = &x->arena;
    x->r.body_fd = -1;
    x->rp.file_fd = -1;
    x->ops = ops;
}

void exchange_done(struct exchange *x)
{
    buf_done(&x->rp.body);
    reply_close_file(&x->rp);
    if (x->r.body_fd >= 0)
        close(x->r.body_fd);
    x->r.body_fd = -1;
    arena_done(&x->arena);
}

void exchange_set_target(struct exchange *x, struct str target)
{
    if (target.n && target.p[0] != '/') { /* absolute form: RFC 9112 section 3.2.2 */
        ptrdiff_t at = str_find(target, STR("://"));
        if (at > 0) {
            target = str_skip(target, (size_t)at + 3);
            ptrdiff_t slash = str_find_char(target, '/');
            target = slash < 0 ? STR("/") : str_skip(target, (size_t)slash);
        }
    }
    ptrdiff_t mark = str_find_char(target, '?');
    x->r.path = mark < 0 ? target : str_head(target, (size_t)mark);
    x->r.query = mark < 0 ? STR("") : str_skip(target, (size_t)mark + 1);
}

static bool find_method(const char *name, enum http_method *ret)
{
    for (size_t i = 0; i < HTTP_METHOD_COUNT; i++)
        if (strcmp(name, method_names[i]) == 0) {
            *ret = (enum http_method)i;
            return true;
        }
    return false;
}

static void add_allow(struct exchange *x, unsigned methods)
{
    struct buf b = { 0 };
    for (size_t i = 0; i < HTTP_METHOD_COUNT; i++)
        if (methods & 1u << i)
            buf_addf(&b, "%s%s%s", b.n ? ", " : "", method_names[i], i == HTTP_GET ? ", HEAD" : "");
    buf_add_c(&b, b.n ? ", OPTIONS" : "OPTIONS");
    reply_header_add(&x->rp, "Allow", buf_to_arena(&b, &x->arena));
}

/* The answers to a path that has no handler for this method. */
static bool refuse_method(struct exchange *x, const struct http_config *cfg, const char *method,
                          bool is_known)
{
    unsigned methods = route_methods(cfg->routes, cfg->n_routes, x->r.path);
    if (strcmp(method, "OPTIONS") == 0 && (methods || str_eq_c(x->r.path, "*"))) {
        x->rp.status = 204;
        add_allow(x, methods);
    } else if (!is_known && strcmp(method, "OPTIONS") != 0) {
        reply_problem_status(&x->r, &x->rp, ERR_UNSUPPORTED, 501, NULL,
                             "The server does not know this method.");
    } else if (methods) {
        reply_problem_status(&x->r, &x->rp, ERR_UNSUPPORTED, 405, NULL,
                             "This address does not take this method; Allow lists what it takes.");
        add_allow(x, methods);
    } else {
        reply_problem(&x->r, &x->rp, ERR_NOT_FOUND, NULL);
    }
    return false;
}

static bool decode_params(struct exchange *x)
{
    for (size_t i = 0; i < HTTP_PARAMS_MAX && x->r.params[i].p; i++) {
        struct str *p = &x->r.params[i];
        if (str_find_char(*p, '%') < 0)
            continue;
        if (url_decode(&x->arena, *p, false, p) != OK || memchr(p->p, '\0', p->n)) {
            reply_problem_status(&x->r, &x->rp, ERR_INPUT, 400, NULL,
                                 "The address has a malformed percent-encoding.");
            return false;
        }
    }
    return true;
}

bool exchange_route(struct exchange *x, const struct http_config *cfg, const char *method)
{
    struct request *r = &x->r;
    bool is_known = find_method(method, &r->method), path_known = false;
    if (!is_known && strcmp(method, "HEAD") == 0) {
        r->method = HTTP_GET;
        r->is_head = is_known = true;
    }
    if (is_known)
        r->route =
            route_find(cfg->routes, cfg->n_routes, r->method, r->path, r->params, &path_known);
    if (r->route)
        return decode_params(x);
    if (is_known && !path_known && r->method == HTTP_GET && cfg->fallback)
        return true;
    return refuse_method(x, cfg, method, is_known);
}

bool exchange_run(struct exchange *x, const struct http_config *cfg, void *worker)
{
    x->r.worker = worker;
    if (!x->r.route)
        cfg->fallback(&x->r, &x->rp);
    else if (!cfg->authorise || cfg->authorise(&x->r, &x->rp))
        x->r.route->handler(&x->r, &x->rp);
    return x->pending.is_taken;
}

void exchange_release(struct exchange *x)
{
    if (atomic_fetch_sub_explicit(&x->pending.parts, 1, memory_order_acq_rel) != 1)
        return;
    x->ops->render(x);
    x->ops->complete(x);
}

struct http_pending *http_pending_take(struct request *r)
{
    struct exchange *x = (struct exchange *)(void *)r; /* its first member */
    assert(!x->pending.is_taken);
    x->pending.is_taken = true;
    atomic_store_explicit(&x->pending.parts, 2, memory_order_release);
    x->rp.kind = REPLY_PENDING;
    return &x->pending;
}

void http_pending_finish(struct http_pending *p)
{
    exchange_release((struct exchange *)(void *)((char *)p - offsetof(struct exchange, pending)));
}

static int64_t reply_bytes(const struct reply *rp)
{
    if (rp->kind == REPLY_FILE)
        return rp->file_bytes;
    return (int64_t)(rp->static_body.p ? rp->static_body.n : rp->body.n);
}

static void reply_take_part(struct exchange *x, const struct range_answer *a, int64_t size)
{
    struct reply *rp = &x->rp;
    rp->status = 206;
    if (rp->kind == REPLY_FILE) {
        rp->file_offset += a->offset;
        rp->file_bytes = a->bytes;
    } else {
        rp->static_body = str_sub(rp->static_body.p + a->offset, (size_t)a->bytes);
    }
    reply_header_add(rp, "Content-Range",
                     arena_printf(&x->arena, "bytes %lld-%lld/%lld", (long long)a->offset,
                                  (long long)(a->offset + a->bytes - 1), (long long)size));
}

void exchange_apply_conditions(struct exchange *x)
{
    struct reply *rp = &x->rp;
    if (rp->kind == REPLY_PENDING)
        rp->kind = REPLY_BODY;
    if (rp->status == 0)
        rp->status = 200;
    if (rp->kind == REPLY_BODY && !rp->static_body.p && rp->body.err != OK)
        reply_problem_status(&x->r, rp, ERR_INTERNAL, 500, NULL,
                             "The reply outgrew its limit."); /* never half a body */
    if (rp->status != 200 || x->r.method != HTTP_GET || reply_header_get(rp, "X-Accel-Redirect").p)
        return; /* a proxy that sends the file itself looks at the conditions itself, too */
    bool has_ranges = rp->kind == REPLY_FILE || rp->static_body.p;
    struct str etag = reply_header_get(rp, "ETag");
    if (!has_ranges && !etag.p)
        return;
    struct range_request rq = {
        .range = has_ranges && !x->r.is_head ? request_header(&x->r, "Range") : (struct str){ 0 },
        .if_range = request_header(&x->r, "If-Range"),
        .if_match = request_header(&x->r, "If-Match"),
        .if_none_match = request_header(&x->r, "If-None-Match"),
    };
    int64_t size = reply_bytes(rp);
    struct range_answer a = range_decide(&rq, etag, size);
    if (a.status == 412 || a.status == 416) {
        enum err e = a.status == 416 ? ERR_RANGE : ERR_CONFLICT;
        reply_problem_status(&x->r, rp, e, a.status, NULL,
                             a.status == 416 ? "The range lies outside the file."
                                             : "The file is another one than expected.");
        if (a.status == 416)
            reply_header_add(rp, "Content-Range",
                             arena_printf(&x->arena, "bytes */%lld", (long long)size));
        return;
    }
    if (has_ranges && rp->n_headers < HTTP_HEADERS_MAX)
        reply_header_add(rp, "Accept-Ranges", STR("bytes"));
    if (a.status == 304) {
        rp->status = 304; /* the body stays: its length is what Content-Length tells */
    } else if (a.status == 206) {
        reply_take_part(x, &a, size);
    }
}
