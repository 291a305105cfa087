/*
 * The only user of libmicrohttpd: a route table in, handlers called in the right kind of thread,
 * replies out.
 *
 * Loops (one epoll thread per core) parse and send; they never block and never touch SQL. A
 * route's class says where its handler runs:
 *   ROUTE_LOOP    on the loop itself: media, static files, health; must not block
 *   ROUTE_READ    on a reader of a fixed pool; a full queue answers 503 with Retry-After
 *   ROUTE_WRITE   on a reader, body read before; may end in http_write() (see below)
 *   ROUTE_STREAM  server-sent events; the connection stays (live, later)
 *   ROUTE_UPLOAD  on a reader, when the whole body lies in an unlinked temporary file (body_fd)
 * A handler gets a struct request (borrowed, arena-backed, valid until the reply has left) and
 * fills its struct reply. Handlers can be called with an in-memory request (http/memory.h): no
 * socket in tests.
 */
#ifndef DRAMALET_HTTP_HTTP_H
#define DRAMALET_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_METHOD_COUNT };
enum route_class { ROUTE_LOOP, ROUTE_READ, ROUTE_WRITE, ROUTE_STREAM, ROUTE_UPLOAD };
/* Least role that may call; ROLE_LOCAL: only over the control socket, which is the admin's. */
enum role { ROLE_ANYONE, ROLE_VIEWER, ROLE_CREATOR, ROLE_MODERATOR, ROLE_ADMIN, ROLE_LOCAL };

enum { HTTP_PARAMS_MAX = 4, HTTP_HEADERS_MAX = 16 };

struct request {
    struct arena *arena;
    enum http_method method;
    bool is_head;     /* a HEAD request runs the GET handler; the body is dropped by http */
    struct str path;  /* as sent, before the query, still percent-encoded */
    struct str query; /* raw, without the question mark */
    struct str params[HTTP_PARAMS_MAX]; /* the route's :names in order, percent-decoded */
    struct str body;
    int body_fd; /* ROUTE_UPLOAD: the body, positioned at its start; http closes it. Else -1 */
    int64_t body_bytes;
    const struct route *route; /* NULL in the fallback */
    uint64_t id;               /* for the log and problem details */
    uint64_t client; /* keyed hash of the client's address, another key each day: for limits, log */
    bool is_local;   /* came over the control socket */
    bool is_tls;     /* to us, or to a trusted proxy */
    int64_t now_us;  /* wall time at arrival, UTC */
    void *app;       /* what http_config.app was */
    void *worker;    /* this reader's own context (database connection), NULL on the loop */
    /* internal: how headers are looked up (libmicrohttpd or a test's table) */
    struct str (*header_of)(const struct request *r, const char *name);
    void *header_ctx;
};

struct str request_header(const struct request *r,
                          const char *name); /* empty (.p NULL): not there */
struct str request_cookie(const struct request *r, const char *name);
/* The value of one cookie in a Cookie header, without quotes; empty (.p NULL): not there. */
struct str cookie_find(struct str header, const char *name);
/* True when a browser says that a page of another site made it do this: Sec-Fetch-Site, else an
 * Origin whose host is neither Host's nor that of own_url (may be NULL). Others say nothing. */
bool request_is_cross_site(const struct request *r, const char *own_url);
void request_id_format(uint64_t id, char out[17]); /* as in the log and in problem details */
/* Decoded query parameter in the request's arena; false when it is not there or malformed. */
bool request_query(const struct request *r, const char *name, struct str *ret);

struct reply_header {
    const char *name; /* static */
    struct str value; /* in the request's arena, or static */
};

enum reply_kind { REPLY_BODY, REPLY_FILE, REPLY_PENDING };

struct reply {
    int status; /* 0 is taken as 200 */
    enum reply_kind kind;
    const char *content_type; /* static */
    struct buf body;          /* REPLY_BODY: http frees it */
    struct str static_body;   /* used instead of body when .p is set: static, or in the arena */
    int file_fd;              /* REPLY_FILE: http closes it; sent by sendfile */
    int64_t file_offset, file_bytes; /* the representation's place in the file */
    int64_t sent_bytes;              /* of the body, known when http_config.done is called */
    struct reply_header headers[HTTP_HEADERS_MAX];
    size_t n_headers;
    enum err err; /* for the log; OK when all is well */
};

/* A reply with an ETag header and status 200 to a GET is answered conditionally by http (304,
 * 412); one of REPLY_FILE or static_body also by ranges (206, 416). */
void reply_header_add(struct reply *rp, const char *name, struct str value);
struct str reply_header_get(const struct reply *rp, const char *name); /* .p NULL: not there */
/* Problem details (RFC 9457) by the one table from enum err to status. d may be NULL. */
void reply_problem(const struct request *r, struct reply *rp, enum err e, const struct diag *d);
/* Status for an error, as that table says. */
int http_status_of(enum err e);
/* application/json of what json was written to rp->body. */
void reply_json(struct reply *rp);

typedef void handler_fn(struct request *r, struct reply *rp);

struct route {
    enum http_method method;
    const char *path; /* "/v1/series/:id"; a last segment ":rest*" takes the rest of the path; the
                         first row that matches wins: literal paths before patterns */
    enum role role;
    enum route_class class;
    size_t max_body; /* bytes; more: 413 before it is read */
    const char *in;  /* names of JSON schemas in api/schema.c; NULL: none */
    const char *out;
    handler_fn *handler;
    const char *summary; /* one line for the API description */
};

/* Path matching, also used by the tests: fills params (percent-encoded still), NULL when none
 * matches; *ret_path_known says that another method exists (405). */
const struct route *route_find(const struct route *routes, size_t n, enum http_method m,
                               struct str path, struct str params[HTTP_PARAMS_MAX],
                               bool *ret_path_known);
/* Bit per enum http_method that the path has: what an Allow header lists. */
unsigned route_methods(const struct route *routes, size_t n, struct str path);

/*
 * A pending reply: http_pending_take sets rp->kind = REPLY_PENDING; the handler hands its result to
 * whoever will finish the reply (the writer) and returns, touching rp no more. That thread fills
 * rp (kind left alone means REPLY_BODY) and calls http_pending_finish exactly once. The request
 * and reply stay valid until then. When handing over fails, the handler fills rp and finishes
 * it itself.
 */
struct http_pending;
struct http_pending *http_pending_take(struct request *r);
void http_pending_finish(struct http_pending *p); /* *rp of the handler is complete now */

#endif
