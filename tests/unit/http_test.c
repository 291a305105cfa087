/* http without a socket: routes, ranges, conditions, cookies, queries, problems, pending replies,
 * proxies' addresses. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/server.h"
#include "http/memory.h"
#include "http/peer.h"
#include "http/range.h"

#define LEN(a) (sizeof(a) / sizeof *(a))

static void nothing(struct request *r, struct reply *rp)
{
    (void)r;
    (void)rp;
}

static void test_routes_match_by_table(void **state)
{
    (void)state;
    static const struct route routes[] = {
        { HTTP_GET, "/", .handler = nothing },
        { HTTP_GET, "/v1/series/new", .handler = nothing },
        { HTTP_GET, "/v1/series/:id", .handler = nothing },
        { HTTP_POST, "/v1/series/:id", .handler = nothing },
        { HTTP_GET, "/v1/series/:id/episodes/:n", .handler = nothing },
        { HTTP_GET, "/m/:rest*", .handler = nothing },
        { HTTP_GET, "/manifest", .handler = nothing },
    };
    static const struct {
        enum http_method method;
        const char *path;
        int row; /* -1: none */
        bool known;
        const char *first, *second;
    } cases[] = {
        { HTTP_GET, "/", 0, true, NULL, NULL },
        { HTTP_GET, "", -1, false, NULL, NULL },
        { HTTP_GET, "/v1/series/new", 1, true, NULL, NULL },
        { HTTP_GET, "/v1/series/abc", 2, true, "abc", NULL },
        { HTTP_POST, "/v1/series/abc", 3, true, "abc", NULL },
        { HTTP_POST, "/v1/series/new", 3, true, "new", NULL },
        { HTTP_DELETE, "/v1/series/abc", -1, true, NULL, NULL },
        { HTTP_GET, "/v1/series/", -1, false, NULL, NULL },
        { HTTP_GET, "/v1/series/a/", -1, false, NULL, NULL },
        { HTTP_GET, "/v1/series/a%2Fb", 2, true, "a%2Fb", NULL },
        { HTTP_GET, "/v1/series/a/episodes/7", 4, true, "a", "7" },
        { HTTP_GET, "/v1/series/a/episodes", -1, false, NULL, NULL },
        { HTTP_GET, "/m/1/0/sig/blob/v.mp4", 5, true, "1/0/sig/blob/v.mp4", NULL },
        { HTTP_GET, "/m/", -1, false, NULL, NULL },
        { HTTP_GET, "/manifest", 6, true, NULL, NULL },
        { HTTP_GET, "/manifests", -1, false, NULL, NULL },
        { HTTP_GET, "/manifes", -1, false, NULL, NULL },
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct str params[HTTP_PARAMS_MAX] = { 0 };
        bool known = false;
        const struct route *found = route_find(routes, LEN(routes), cases[i].method,
                                               str_from(cases[i].path), params, &known);
        assert_int_equal(found ? (int)(found - routes) : -1, cases[i].row);
        assert_int_equal(known, cases[i].known);
        if (cases[i].first)
            assert_true(str_eq_c(params[0], cases[i].first));
        if (cases[i].second)
            assert_true(str_eq_c(params[1], cases[i].second));
    }
    assert_int_equal(route_methods(routes, LEN(routes), STR("/v1/series/x")),
                     1u << HTTP_GET | 1u << HTTP_POST);
}

static void test_ranges_by_table(void **state)
{
    (void)state;
    static const struct {
        const char *range, *if_range, *if_match, *if_none_match, *etag;
        int status;
        int64_t offset, bytes;
    } cases[] = {
        { NULL, NULL, NULL, NULL, "\"e\"", 200, 0, 1000 },
        { "bytes=0-0", NULL, NULL, NULL, "\"e\"", 206, 0, 1 },
        { "bytes=0-", NULL, NULL, NULL, "\"e\"", 206, 0, 1000 },
        { "bytes=999-", NULL, NULL, NULL, "\"e\"", 206, 999, 1 },
        { "bytes=1000-", NULL, NULL, NULL, "\"e\"", 416, 0, 0 },
        { "bytes=1000-2000", NULL, NULL, NULL, "\"e\"", 416, 0, 0 },
        { "bytes=500-99999", NULL, NULL, NULL, "\"e\"", 206, 500, 500 },
        { "bytes=-1", NULL, NULL, NULL, "\"e\"", 206, 999, 1 },
        { "bytes=-5000", NULL, NULL, NULL, "\"e\"", 206, 0, 1000 },
        { "bytes=-0", NULL, NULL, NULL, "\"e\"", 416, 0, 0 },
        { "BYTES= 5 - 9 ", NULL, NULL, NULL, "\"e\"", 206, 5, 5 },
        { "bytes=9-5", NULL, NULL, NULL, "\"e\"", 200, 0, 1000 },
        { "bytes=-", NULL, NULL, NULL, "\"e\"", 200, 0, 1000 },
        { "bytes=", NULL, NULL, NULL, "\"e\"", 200, 0, 1000 },
        { "bytes=a-b", NULL, NULL, NULL, "\"e\"", 200, 0, 1000 },
        { "bytes=0x1-2", NULL, NULL, NULL, "\"e\"", 200, 0, 1000 },
        { "bytes=0-1,5-6", NULL, NULL, NULL, "\"e\"", 200, 0, 1000 },
        { "items=0-1", NULL, NULL, NULL, "\"e\"", 200, 0, 1000 },
        { "bytes=0-99999999999999999999999999", NULL, NULL, NULL, "\"e\"", 206, 0, 1000 },
        { "bytes=99999999999999999999999999-", NULL, NULL, NULL, "\"e\"", 416, 0, 0 },
        { "bytes=-99999999999999999999999999", NULL, NULL, NULL, "\"e\"", 206, 0, 1000 },
        { "bytes=0-1", "\"e\"", NULL, NULL, "\"e\"", 206, 0, 2 },
        { "bytes=0-1", "\"f\"", NULL, NULL, "\"e\"", 200, 0, 1000 },
        { "bytes=0-1", "W/\"e\"", NULL, NULL, "W/\"e\"", 200, 0, 1000 },
        { "bytes=0-1", "Sat, 01 Jan 2000 00:00:00 GMT", NULL, NULL, "\"e\"", 200, 0, 1000 },
        { NULL, NULL, NULL, "\"e\"", "\"e\"", 304, 0, 0 },
        { NULL, NULL, NULL, "W/\"e\"", "\"e\"", 304, 0, 0 },
        { NULL, NULL, NULL, "\"a\", \"e\"", "\"e\"", 304, 0, 0 },
        { NULL, NULL, NULL, "\"a\",W/\"e\"", "W/\"e\"", 304, 0, 0 },
        { NULL, NULL, NULL, "*", "\"e\"", 304, 0, 0 },
        { NULL, NULL, NULL, "\"a\"", "\"e\"", 200, 0, 1000 },
        { NULL, NULL, NULL, "e", "\"e\"", 200, 0, 1000 },
        { NULL, NULL, NULL, "\"e", "\"e\"", 200, 0, 1000 },
        { "bytes=0-1", NULL, NULL, "\"e\"", "\"e\"", 304, 0, 0 },
        { NULL, NULL, "\"e\"", NULL, "\"e\"", 200, 0, 1000 },
        { NULL, NULL, "\"f\"", NULL, "\"e\"", 412, 0, 0 },
        { NULL, NULL, "W/\"e\"", NULL, "W/\"e\"", 412, 0, 0 },
        { NULL, NULL, "*", NULL, "\"e\"", 200, 0, 1000 },
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct range_request rq = {
            .range = str_from(cases[i].range),
            .if_range = str_from(cases[i].if_range),
            .if_match = str_from(cases[i].if_match),
            .if_none_match = str_from(cases[i].if_none_match),
        };
        struct range_answer a = range_decide(&rq, str_from(cases[i].etag), 1000);
        if (a.status != cases[i].status)
            fail_msg("case %zu (%s): %d instead of %d", i, cases[i].range ? cases[i].range : "-",
                     a.status, cases[i].status);
        assert_int_equal(a.offset, cases[i].offset);
        assert_int_equal(a.bytes, cases[i].bytes);
    }
    struct range_request any = { .range = STR("bytes=0-") };
    assert_int_equal(range_decide(&any, STR(""), 0).status, 416); /* an empty file has no byte 0 */
}

static void test_cookies(void **state)
{
    (void)state;
    static const struct {
        const char *header, *name, *value; /* NULL: not there */
    } cases[] = {
        { "dl=abc", "dl", "abc" },
        { "a=1; dl=abc; b=2", "dl", "abc" },
        { "a=1;dl=\"abc\"", "dl", "abc" },
        { "xdl=1; dlx=2", "dl", NULL },
        { "dl", "dl", NULL },
        { "dl=", "dl", "" },
        { "", "dl", NULL },
        { "__Host-dl=x=y", "__Host-dl", "x=y" },
        { "dl=first; dl=second", "dl", "first" },
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct str v = cookie_find(str_from(cases[i].header), cases[i].name);
        assert_int_equal(v.p != NULL, cases[i].value != NULL);
        if (v.p)
            assert_true(str_eq_c(v, cases[i].value));
    }
}

static void test_query(void **state)
{
    (void)state;
    static const struct {
        const char *query, *name, *value;
    } cases[] = {
        { "q=love", "q", "love" },
        { "limit=3&q=a%20b+c", "q", "a b c" },
        { "q", "q", "" },
        { "qq=1", "q", NULL },
        { "q=%zz", "q", NULL },
        { "", "q", NULL },
        { "q=%E9%9B%A8", "q", "\xe9\x9b\xa8" },
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct arena a = { 0 };
        struct request r = { .arena = &a, .query = str_from(cases[i].query) };
        struct str v;
        bool found = request_query(&r, cases[i].name, &v);
        assert_int_equal(found, cases[i].value != NULL);
        if (found)
            assert_true(str_eq_c(v, cases[i].value));
        arena_done(&a);
    }
}

static void test_every_error_has_a_status(void **state)
{
    (void)state;
    for (int e = ERR_INPUT; e < ERR_COUNT; e++) {
        int status = http_status_of((enum err)e);
        assert_in_range(status, 400, 507);
        struct arena a = { 0 };
        struct request r = { .arena = &a, .path = STR("/x"), .id = 0xabc };
        struct reply rp = { .file_fd = -1 };
        buf_add_c(&rp.body, "half an answer");
        reply_problem(&r, &rp, (enum err)e, NULL);
        assert_int_equal(rp.status, status);
        assert_string_equal(rp.content_type, "application/problem+json");
        buf_add_char(&rp.body, '\0');
        assert_non_null(strstr(rp.body.p, "\"type\":\"about:blank\""));
        assert_non_null(strstr(rp.body.p, err_name((enum err)e)));
        assert_non_null(strstr(rp.body.p, "\"instance\":\"/x\""));
        assert_null(strstr(rp.body.p, "\"title\":\"Error\""));
        assert_null(strstr(rp.body.p, "half"));
        assert_int_equal(reply_header_get(&rp, "retry-after").p != NULL, status == 503);
        buf_done(&rp.body);
        arena_done(&a);
    }
}

/* ---- handlers on in-memory requests ---- */

static void with_params(struct request *r, struct reply *rp)
{
    buf_add_str(&rp->body, r->params[0]);
    buf_add_char(&rp->body, '|');
    buf_add_str(&rp->body, r->params[1]);
    rp->content_type = "text/plain";
}

static void tagged(struct request *r, struct reply *rp)
{
    (void)r;
    rp->static_body = STR("0123456789");
    reply_header_add(rp, "ETag", STR("\"t\""));
}

static void from_file(struct request *r, struct reply *rp)
{
    char name[] = "/tmp/http-test-XXXXXX";
    rp->file_fd = mkstemp(name);
    assert_true(rp->file_fd >= 0);
    unlink(name);
    assert_int_equal(write(rp->file_fd, "xx0123456789", 12), 12);
    rp->kind = REPLY_FILE;
    rp->file_offset = 2;
    rp->file_bytes = 10;
    (void)r;
}

static void echo(struct request *r, struct reply *rp)
{
    buf_add_str(&rp->body, r->body);
}

static void too_much(struct request *r, struct reply *rp)
{
    (void)r;
    rp->body.max = 8;
    buf_add_c(&rp->body, "more than eight");
}

struct finisher {
    struct http_pending *p;
    struct reply *rp;
    pthread_t thread;
};

static struct finisher finisher; /* of the test below */

static void *finish(void *arg)
{
    struct finisher *f = arg;
    buf_add_c(&f->rp->body, "later");
    f->rp->status = 201;
    http_pending_finish(f->p);
    return NULL;
}

static void pending(struct request *r, struct reply *rp)
{
    finisher.p = http_pending_take(r);
    finisher.rp = rp;
    assert_int_equal(pthread_create(&finisher.thread, NULL, finish, &finisher), 0);
}

static bool only_local(struct request *r, struct reply *rp)
{
    if (r->route->role != ROLE_LOCAL || r->is_local)
        return true;
    reply_problem(r, rp, ERR_FORBIDDEN, NULL);
    return false;
}

static void own_pages_only(struct request *r, struct reply *rp)
{
    if (request_is_cross_site(r, "https://own.example:8443/"))
        reply_problem(r, rp, ERR_FORBIDDEN, NULL);
}

static const struct route memory_routes[] = {
    { HTTP_POST, "/own", .handler = own_pages_only },
    { HTTP_GET, "/p/:a/:b", .handler = with_params },
    { HTTP_GET, "/tagged", .handler = tagged },
    { HTTP_GET, "/file", .handler = from_file },
    { HTTP_POST, "/echo", .max_body = 5, .handler = echo },
    { HTTP_PUT, "/echo", .max_body = 5, .handler = echo },
    { HTTP_GET, "/too-much", .handler = too_much },
    { HTTP_POST, "/pending", .handler = pending },
    { HTTP_GET, "/local", ROLE_LOCAL, .handler = nothing },
};

static const struct http_config memory_config = {
    .routes = memory_routes,
    .n_routes = LEN(memory_routes),
    .authorise = only_local,
};

static void test_memory_requests(void **state)
{
    (void)state;
    static const struct memory_header range = { "Range", "bytes=2-4" };
    static const struct memory_header beyond = { "range", "bytes=20-" };
    static const struct memory_header same = { "If-None-Match", "\"t\"" };
    static const struct {
        const char *method, *target, *body;
        const struct memory_header *header;
        bool is_local;
        int status;
        const char *out, *header_name, *header_value;
    } cases[] = {
        { "GET", "/p/a%20b/%e9%9b%a8?x", "", NULL, false, 200, "a b|\xe9\x9b\xa8", NULL, NULL },
        { "GET", "http://host/p/a/b", "", NULL, false, 200, "a|b", NULL, NULL },
        { "GET", "/p/a%2/b", "", NULL, false, 400, NULL, NULL, NULL },
        { "GET", "/p/a%00/b", "", NULL, false, 400, NULL, NULL, NULL },
        { "GET", "/tagged", "", NULL, false, 200, "0123456789", "Accept-Ranges", "bytes" },
        { "HEAD", "/tagged", "", NULL, false, 200, "", "ETag", "\"t\"" },
        { "GET", "/tagged", "", &range, false, 206, "234", "Content-Range", "bytes 2-4/10" },
        { "GET", "/tagged", "", &beyond, false, 416, NULL, "Content-Range", "bytes */10" },
        { "GET", "/tagged", "", &same, false, 304, "", "ETag", "\"t\"" },
        { "GET", "/file", "", &range, false, 206, "234", "Content-Range", "bytes 2-4/10" },
        { "GET", "/file", "", &beyond, false, 416, NULL, "Content-Range", "bytes */10" },
        { "GET", "/file", "", NULL, false, 200, "0123456789", NULL, NULL },
        { "POST", "/echo", "12345", NULL, false, 200, "12345", NULL, NULL },
        { "POST", "/echo", "123456", NULL, false, 413, NULL, NULL, NULL },
        { "GET", "/echo", "", NULL, false, 405, NULL, "Allow", "POST, PUT, OPTIONS" },
        { "OPTIONS", "/tagged", "", NULL, false, 204, "", "Allow", "GET, HEAD, OPTIONS" },
        { "BREW", "/tagged", "", NULL, false, 501, NULL, NULL, NULL },
        { "GET", "/nowhere", "", NULL, false, 404, NULL, NULL, NULL },
        { "GET", "/too-much", "", NULL, false, 500, NULL, NULL, NULL },
        { "POST", "/pending", "", NULL, false, 201, "later", NULL, NULL },
        { "GET", "/local", "", NULL, false, 403, NULL, NULL, NULL },
        { "GET", "/local", "", NULL, true, 200, "", NULL, NULL },
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct memory_request rq = {
            .method = cases[i].method,
            .target = cases[i].target,
            .body = str_from(cases[i].body),
            .headers = cases[i].header,
            .n_headers = cases[i].header ? 1 : 0,
            .is_local = cases[i].is_local,
        };
        struct arena a = { 0 };
        struct memory_reply rp;
        assert_int_equal(memory_call(&memory_config, NULL, &rq, &a, &rp), OK);
        if (rp.status != cases[i].status)
            fail_msg("%s %s: %d instead of %d", cases[i].method, cases[i].target, rp.status,
                     cases[i].status);
        if (cases[i].out)
            assert_true(str_eq_c(rp.body, cases[i].out));
        if (rp.status >= 400)
            assert_true(str_eq_c(rp.content_type, "application/problem+json"));
        if (cases[i].header_name)
            assert_true(
                str_eq_c(memory_reply_header(&rp, cases[i].header_name), cases[i].header_value));
        arena_done(&a);
        if (strcmp(cases[i].target, "/pending") == 0)
            pthread_join(finisher.thread, NULL);
    }
}

static void test_cross_site(void **state)
{
    (void)state;
    static const struct {
        const char *site, *origin, *host;
        bool is_cross;
    } cases[] = {
        { NULL, NULL, "a.example", false }, /* no browser */
        { "same-origin", NULL, "a.example", false },
        { "none", NULL, "a.example", false },
        { "cross-site", "https://a.example", "a.example", true },
        { NULL, "http://a.example:8080", "A.example", false },
        { NULL, "http://[::1]:8080", "[::1]:8080", false },
        { NULL, "http://[::1]", "[::2]", true },
        { NULL, "https://own.example", "127.0.0.1:8080", false }, /* a proxy that keeps no Host */
        { NULL, "https://a.example.evil", "a.example", true },
        { NULL, "null", "a.example", true },
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct memory_header headers[3] = { { "Host", cases[i].host } };
        size_t n = 1;
        if (cases[i].site)
            headers[n++] = (struct memory_header){ "Sec-Fetch-Site", cases[i].site };
        if (cases[i].origin)
            headers[n++] = (struct memory_header){ "Origin", cases[i].origin };
        struct memory_request rq = {
            .method = "POST", .target = "/own", .headers = headers, .n_headers = n
        };
        struct arena a = { 0 };
        struct memory_reply rp;
        assert_int_equal(memory_call(&memory_config, NULL, &rq, &a, &rp), OK);
        if (rp.status != (cases[i].is_cross ? 403 : 200))
            fail_msg("case %zu: %d", i, rp.status);
        arena_done(&a);
    }
}

static struct in6_addr address(const char *text)
{
    struct in6_addr a = { 0 };
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return peer_address((struct sockaddr *)&v4);
    assert_int_equal(inet_pton(AF_INET6, text, &a), 1);
    return a;
}

static void test_proxies(void **state)
{
    (void)state;
    struct peer_rules rules = { .key = { 1, 2, 3 } };
    struct diag d = { 0 };
    assert_int_equal(peer_rules_parse("127.0.0.1, ::1,10.0.0.0/9, unix", &rules, &d), OK);
    static const struct {
        const char *address;
        bool trusted;
    } peers[] = {
        { "127.0.0.1", true },  { "127.0.0.2", false },  { "::1", true }, { "::2", false },
        { "10.127.3.4", true }, { "10.128.0.1", false }, { "::", true },
    };
    for (size_t i = 0; i < LEN(peers); i++) {
        struct in6_addr a = address(peers[i].address);
        assert_int_equal(peer_is_trusted(&rules, &a), peers[i].trusted);
    }
    static const struct {
        const char *header, *from; /* NULL: not to be believed */
    } forwards[] = {
        { "203.0.113.9", "203.0.113.9" },
        { "1.2.3.4, 203.0.113.9", "203.0.113.9" }, /* the client wrote the first one itself */
        { "203.0.113.9, 10.1.1.1", "203.0.113.9" },
        { "2001:db8::7", "2001:db8::7" },
        { "unknown", NULL },
        { "203.0.113.9, garbage", NULL },
        { "", NULL },
        { "10.1.1.1", NULL },
    };
    for (size_t i = 0; i < LEN(forwards); i++) {
        struct in6_addr got;
        bool ok = peer_forwarded(&rules, str_from(forwards[i].header), &got);
        assert_int_equal(ok, forwards[i].from != NULL);
        if (ok) {
            struct in6_addr want = address(forwards[i].from);
            assert_memory_equal(&got, &want, sizeof got);
        }
    }
    assert_int_equal(peer_rules_parse("10.0.0.0/33", &rules, &d), ERR_INPUT);
    assert_int_equal(peer_rules_parse("localhost", &rules, &d), ERR_INPUT);
    assert_non_null(strstr(d.msg, "localhost"));
    struct in6_addr a = address("203.0.113.9"), b = address("203.0.113.10");
    assert_true(peer_hash(&rules, &a, 0) == peer_hash(&rules, &a, 1000));
    assert_true(peer_hash(&rules, &a, 0) != peer_hash(&rules, &b, 0));
    assert_true(peer_hash(&rules, &a, 0) != peer_hash(&rules, &a, INT64_C(86400000000)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes_match_by_table),
        cmocka_unit_test(test_ranges_by_table),
        cmocka_unit_test(test_cookies),
        cmocka_unit_test(test_query),
        cmocka_unit_test(test_every_error_has_a_status),
        cmocka_unit_test(test_memory_requests),
        cmocka_unit_test(test_cross_site),
        cmocka_unit_test(test_proxies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
