/* See params.h. */
#include "api/params.h"

enum err param_id(const struct request *r, size_t nth, int64_t *ret, struct diag *d)
{
    if (id_parse(r->params[nth], ret) == OK)
        return OK;
    return diag_fail(
        d, ERR_INPUT, 0, 0,
        "An id has 13 characters of 0-9 and A-Z (without I, L, O, U); this one is \"%.*s\".",
        (int)(r->params[nth].n < 40 ? r->params[nth].n : 40), r->params[nth].p);
}

enum err param_limit(const struct request *r, size_t max, size_t if_absent, size_t *ret,
                     struct diag *d)
{
    struct str text;
    uint64_t v;
    if (!request_query(r, "limit", &text)) {
        *ret = if_absent;
        return OK;
    }
    if (str_to_u64(text, &v) != OK || v < 1 || v > max)
        return diag_fail(d, ERR_INPUT, 0, 0, "`limit` is a number from 1 to %zu.", max);
    *ret = (size_t)v;
    return OK;
}
