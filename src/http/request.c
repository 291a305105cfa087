/*
 * What a handler asks of a request and puts into a reply. No state; called on the thread that
 * runs the handler.
 */
#include "http/http.h"

#include <assert.h>
#include <stdio.h>
#include <unistd.h>

#include "http/problem.h"

struct str request_header(const struct request *r, const char *name)
{
    return r->header_of ? r->header_of(r, name) : (struct str){ 0 };
}

struct str request_cookie(const struct request *r, const char *name)
{
    return cookie_find(request_header(r, "Cookie"), name);
}

struct str cookie_find(struct str header, const char *name)
{
    struct str part;
    while (str_next(&header, ';', &part)) {
        part = str_trim(part);
        ptrdiff_t eq = str_find_char(part, '=');
        if (eq < 0 || !str_eq_c(str_head(part, (size_t)eq), name))
            continue;
        struct str v = str_skip(part, (size_t)eq + 1);
        if (v.n >= 2 && v.p[0] == '"' && v.p[v.n - 1] == '"')
            v = str_sub(v.p + 1, v.n - 2);
        return v;
    }
    return (struct str){ 0 };
}

bool request_query(const struct request *r, const char *name, struct str *ret)
{
    struct str rest = r->query, part;
    size_t name_n = strlen(name);
    while (str_next(&rest, '&', &part)) {
        if (part.n < name_n || memcmp(part.p, name, name_n) != 0)
            continue;
        if (part.n > name_n && part.p[name_n] != '=')
            continue;
        struct str raw = str_skip(part, name_n + 1);
        return url_decode(r->arena, raw, true, ret) == OK;
    }
    return false;
}

/* "https://host:8443/path" or "host:8443" -> "host"; proxies often drop the port. */
static struct str host_of(struct str s)
{
    ptrdiff_t at = str_find(s, STR("://"));
    if (at >= 0)
        s = str_skip(s, (size_t)at + 3);
    at = str_find_char(s, '/');
    if (at >= 0)
        s = str_head(s, (size_t)at);
    ptrdiff_t colon = str_rfind_char(s, ':');
    return colon > str_rfind_char(s, ']') ? str_head(s, (size_t)colon) : s;
}

bool request_is_cross_site(const struct request *r, const char *own_url)
{
    struct str site = request_header(r, "Sec-Fetch-Site");
    if (site.p)
        return str_eq_c(site, "cross-site");
    struct str origin = request_header(r, "Origin");
    if (!origin.p)
        return false;
    struct str host = host_of(origin);
    return !str_ieq(host, host_of(request_header(r, "Host"))) &&
           !(own_url && str_ieq(host, host_of(str_from(own_url))));
}

void request_id_format(uint64_t id, char out[17])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 15; i >= 0; i--, id >>= 4)
        out[i] = digits[id & 15];
    out[16] = '\0';
}

void reply_header_add(struct reply *rp, const char *name, struct str value)
{
    assert(rp->n_headers < HTTP_HEADERS_MAX);
    rp->headers[rp->n_headers++] = (struct reply_header){ name, value };
}

struct str reply_header_get(const struct reply *rp, const char *name)
{
    for (size_t i = 0; i < rp->n_headers; i++)
        if (str_ieq(str_from(rp->headers[i].name), str_from(name)))
            return rp->headers[i].value;
    return (struct str){ 0 };
}

void reply_json(struct reply *rp)
{
    rp->content_type = "application/json";
}

void reply_close_file(struct reply *rp)
{
    if (rp->file_fd >= 0)
        close(rp->file_fd);
    rp->file_fd = -1;
}
