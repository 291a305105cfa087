/*
 * Conditional and range requests (RFC 9110 sections 13 and 14) as one pure decision: the
 * request's headers and the representation in, what to send out. Single ranges only: a request
 * for several gets the whole, as the RFC permits. Entity tags are compared as text with their
 * quotes. Any thread.
 */
#ifndef DRAMALET_HTTP_RANGE_H
#define DRAMALET_HTTP_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Header values as received; .p NULL: not there. */
struct range_request {
    struct str range;
    struct str if_range;
    struct str if_match;
    struct str if_none_match;
};

struct range_answer {
    int status;     /* 200, 206, 304, 412, 416 */
    int64_t offset; /* what to send of the representation; whole for 200 */
    int64_t bytes;
};

/* etag: with quotes, weak ones begin with W/; .n 0: the representation has none. */
struct range_answer range_decide(const struct range_request *rq, struct str etag,
                                 int64_t size_bytes);

/* "bytes=..." alone. True: one satisfiable or unsatisfiable range (*ret_ok says which); false:
 * the header is to be ignored (another unit, several ranges, nonsense). */
bool range_parse(struct str header, int64_t size_bytes, bool *ret_ok, int64_t *ret_offset,
                 int64_t *ret_bytes);

/* True when the list of an If-Match or If-None-Match header has this tag (or is "*"). */
bool etag_list_has(struct str list, struct str etag, bool weak);

#endif
