/* What strangers put into the headers that http reads itself: ranges, entity tags, cookies,
 * forwarded addresses, request targets, queries. First line: a header; the rest: another. */
#include <assert.h>

#include "http/exchange.h"
#include "http/peer.h"
#include "http/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_BYTES = 1000 };

static void try_range(struct str a, struct str b)
{
    struct range_request rq = { .range = a, .if_range = b, .if_match = { 0 } };
    struct range_answer got = range_decide(&rq, STR("\"tag\""), FILE_BYTES);
    assert(got.offset >= 0 && got.bytes >= 0 && got.offset + got.bytes <= FILE_BYTES);
    assert(got.status != 206 || got.bytes > 0);
    rq = (struct range_request){ .range = a, .if_match = b, .if_none_match = a };
    (void)range_decide(&rq, b, INT64_MAX);
    (void)range_decide(&rq, STR("W/\"tag\""), 0);
}

static void try_target(struct str a)
{
    struct exchange x;
    exchange_init(&x, NULL);
    exchange_set_target(&x, a);
    assert(x.r.path.n + x.r.query.n <= a.n + 1);
    struct str v;
    (void)request_query(&x.r, "q", &v);
    exchange_done(&x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str all = str_sub(size ? (const char *)data : "", size), rest = all, first = { 0 };
    (void)str_next(&rest, '\n', &first);
    if (!first.p)
        first = STR("");
    if (!rest.p)
        rest = STR("");
    try_range(first, rest);
    try_range(rest, first);
    try_target(all);
    struct str v = cookie_find(all, "dl");
    assert(v.n <= all.n);
    struct peer_rules rules = { 0 };
    struct in6_addr address;
    (void)peer_forwarded(&rules, all, &address);
    return 0;
}
