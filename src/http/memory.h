/*
 * Requests without a socket: the route's handler runs on the calling thread, on headers and a body
 * from memory, through the same routing, authorisation, conditions and problem details as over
 * HTTP. Unit tests of handlers use it, and commands on a data folder without a server.
 */
#ifndef DRAMALET_HTTP_MEMORY_H
#define DRAMALET_HTTP_MEMORY_H

#include "http/server.h"

struct memory_header {
    const char *name, *value;
};

struct memory_request {
    const char *method; /* NULL: GET */
    const char *target; /* "/v1/feed?limit=3" */
    struct str body;
    int body_fd; /* for ROUTE_UPLOAD, when > 0; closed by memory_call */
    int64_t body_fd_bytes;
    const struct memory_header *headers;
    size_t n_headers;
    bool is_local;
    int64_t now_us; /* 0: the system's clock */
};

struct memory_reply {
    int status;
    struct str content_type;
    struct str body; /* a file's part is read in */
    struct reply_header headers[HTTP_HEADERS_MAX + 2];
    size_t n_headers;
    enum err err; /* as the handler reported it */
};

/*
 * Runs one request to its end (a pending reply is waited for). routes, n_routes, fallback,
 * authorise, done and app are used of cfg. Everything in *ret is in the arena. ERR_LIMIT: a file
 * in the reply is larger than MEMORY_FILE_MAX.
 */
enum { MEMORY_FILE_MAX = 64 * 1024 * 1024 };
NODISCARD enum err memory_call(const struct http_config *cfg, void *worker,
                               const struct memory_request *rq, struct arena *a,
                               struct memory_reply *ret);
struct str memory_reply_header(const struct memory_reply *rp, const char *name);

#endif
