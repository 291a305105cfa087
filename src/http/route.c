/*
 * Path matching. The table is walked in order and the first match wins, so a literal path stands
 * before the pattern that would also take it. A walk over a hundred routes costs about as much as
 * one header look-up: most rows differ within their first bytes. Pure, any thread.
 */
#include "http/http.h"

/* Compares one pattern with one path; params gets the values of the :names. */
static bool route_matches(const char *pattern, struct str path, struct str *params)
{
    size_t n_params = 0, at = 0;
    while (*pattern) {
        if (*pattern != ':') {
            if (at == path.n || path.p[at] != *pattern)
                return false;
            pattern++;
            at++;
            continue;
        }
        const char *name = pattern;
        while (*pattern && *pattern != '/' && *pattern != '*')
            pattern++;
        bool takes_rest = *pattern == '*';
        if (n_params == HTTP_PARAMS_MAX || pattern == name)
            return false;
        size_t end = at;
        while (end < path.n && (takes_rest || path.p[end] != '/'))
            end++;
        if (end == at)
            return false; /* a parameter is never empty */
        params[n_params++] = str_sub(path.p + at, end - at);
        at = end;
        if (takes_rest)
            return true;
    }
    return at == path.n;
}

const struct route *route_find(const struct route *routes, size_t n, enum http_method m,
                               struct str path, struct str params[HTTP_PARAMS_MAX],
                               bool *ret_path_known)
{
    bool known = false;
    for (size_t i = 0; i < n; i++) {
        if (known && routes[i].method != m)
            continue;
        struct str found[HTTP_PARAMS_MAX] = { 0 };
        if (!route_matches(routes[i].path, path, found))
            continue;
        known = true;
        if (routes[i].method != m)
            continue;
        memcpy(params, found, sizeof found);
        *ret_path_known = true;
        return &routes[i];
    }
    *ret_path_known = known;
    return NULL;
}

unsigned route_methods(const struct route *routes, size_t n, struct str path)
{
    unsigned methods = 0;
    for (size_t i = 0; i < n; i++) {
        struct str params[HTTP_PARAMS_MAX];
        if (route_matches(routes[i].path, path, params))
            methods |= 1u << routes[i].method;
    }
    return methods;
}
