/* One decision for conditional and range requests; see range.h. Never reads past a value's end,
 * never overflows on absurd numbers. */
#include "http/range.h"

/* Digits only, saturating: a number larger than any file is as good as the largest. */
static bool parse_digits(struct str s, int64_t *ret)
{
    if (s.n == 0)
        return false;
    int64_t v = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        if (v > (INT64_MAX - 9) / 10)
            v = (INT64_MAX - 9) / 10;
        v = v * 10 + (s.p[i] - '0');
    }
    *ret = v;
    return true;
}

bool range_parse(struct str header, int64_t size_bytes, bool *ret_ok, int64_t *ret_offset,
                 int64_t *ret_bytes)
{
    struct str s = str_trim(header);
    if (s.n < 6 || !str_ieq(str_head(s, 6), STR("bytes=")))
        return false;
    s = str_trim(str_skip(s, 6));
    ptrdiff_t dash = str_find_char(s, '-');
    if (dash < 0 || str_find_char(s, ',') >= 0)
        return false;
    struct str from = str_trim(str_head(s, (size_t)dash));
    struct str to = str_trim(str_skip(s, (size_t)dash + 1));
    int64_t first, last;
    if (from.n == 0) { /* the last N bytes */
        if (!parse_digits(to, &last))
            return false;
        int64_t n = last < size_bytes ? last : size_bytes;
        *ret_ok = n > 0;
        *ret_offset = size_bytes - n;
        *ret_bytes = n;
        return true;
    }
    if (!parse_digits(from, &first))
        return false;
    if (to.n == 0)
        last = INT64_MAX;
    else if (!parse_digits(to, &last) || last < first)
        return false;
    *ret_ok = first < size_bytes;
    if (*ret_ok) {
        if (last >= size_bytes)
            last = size_bytes - 1;
        *ret_offset = first;
        *ret_bytes = last - first + 1;
    }
    return true;
}

static bool is_weak(struct str etag)
{
    return str_starts(etag, STR("W/"));
}

static struct str opaque_of(struct str etag)
{
    return is_weak(etag) ? str_skip(etag, 2) : etag;
}

/* Cuts the next entity tag off *rest; false at the end or at something that is none. */
static bool next_etag(struct str *rest, struct str *ret)
{
    size_t i = 0;
    while (i < rest->n && (rest->p[i] == ' ' || rest->p[i] == '\t' || rest->p[i] == ','))
        i++;
    struct str s = str_skip(*rest, i);
    size_t at = is_weak(s) ? 2 : 0;
    if (at >= s.n || s.p[at] != '"')
        return false;
    ptrdiff_t end = str_find_char(str_skip(s, at + 1), '"');
    if (end < 0)
        return false;
    size_t n = at + 1 + (size_t)end + 1;
    *ret = str_head(s, n);
    *rest = str_skip(s, n);
    return true;
}

bool etag_list_has(struct str list, struct str etag, bool weak)
{
    if (str_eq(str_trim(list), STR("*")))
        return true;
    if (etag.n == 0 || (!weak && is_weak(etag)))
        return false;
    struct str tag;
    while (next_etag(&list, &tag)) {
        if (!weak && is_weak(tag))
            continue;
        if (str_eq(opaque_of(tag), opaque_of(etag)))
            return true;
    }
    return false;
}

struct range_answer range_decide(const struct range_request *rq, struct str etag,
                                 int64_t size_bytes)
{
    struct range_answer whole = { .status = 200, .bytes = size_bytes };
    if (rq->if_match.p && !etag_list_has(rq->if_match, etag, false))
        return (struct range_answer){ .status = 412 };
    if (rq->if_none_match.p && etag_list_has(rq->if_none_match, etag, true))
        return (struct range_answer){ .status = 304 };
    if (!rq->range.p)
        return whole;
    /* A date in If-Range never matches: our representations have tags. */
    if (rq->if_range.p && (etag.n == 0 || is_weak(etag) || !str_eq(str_trim(rq->if_range), etag)))
        return whole;
    struct range_answer part = { .status = 206 };
    bool ok;
    if (!range_parse(rq->range, size_bytes, &ok, &part.offset, &part.bytes))
        return whole;
    return ok ? part : (struct range_answer){ .status = 416 };
}
