/*
 * Where a request's body goes: memory, a temporary file, or nowhere; and what its framing headers
 * say (RFC 9112 section 6). Used by the loop of the connection.
 */
#ifndef DRAMALET_HTTP_BODY_H
#define DRAMALET_HTTP_BODY_H

#include <microhttpd.h>

#include "http/server.h"

enum { BODY_SMALL_BYTES = 256 * 1024, BODY_DISCARD_MAX = 1024 * 1024 };

struct body_framing {
    bool has_body;
    bool is_chunked;
    bool expects_continue;
    bool is_small;          /* at most BODY_SMALL_BYTES, and known to be */
    uint64_t content_bytes; /* of Content-Length */
};

/* NULL when the headers are in order, else a sentence on what is wrong: both framings at once,
 * repeated Host or Content-Length, a name that is no token, no Host in HTTP/1.1. */
const char *body_framing_read(struct MHD_Connection *mhd, const char *version,
                              struct body_framing *ret);

enum body_kind { BODY_NONE, BODY_MEMORY, BODY_FILE, BODY_DISCARD };

struct body_sink {
    enum body_kind kind;
    struct buf memory;
    int fd;
    uint64_t bytes, max_bytes, reported_bytes;
};

void body_init(struct body_sink *b);
void body_done(struct body_sink *b);
/* Chooses the place by the route's class. ERR_LIMIT: announced larger than max_body. ERR_FULL,
 * ERR_IO: no temporary file. route NULL: a fallback, which takes no body. */
NODISCARD enum err body_open(struct body_sink *b, const struct route *route,
                             const struct body_framing *f, const char *dir);
void body_discard(struct body_sink *b); /* what comes from now on is dropped */
/* ERR_LIMIT, ERR_FULL, ERR_IO: answer so and discard. ERR_CANCELLED: discarded more than
 * BODY_DISCARD_MAX already. */
NODISCARD enum err body_add(struct body_sink *b, const void *p, size_t n);
/* True once for each further HTTP_UPLOAD_LEAST_BYTES of an upload: its deadline moves. */
bool body_has_progress(struct body_sink *b);
/* Hands it to the request: memory stays the sink's, the file becomes the request's. */
void body_give(struct body_sink *b, struct request *r);

#endif
