/* Outgoing requests through libcurl; see client.h. */
#include "http/client.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json_in.h"

enum { CONNECT_TIMEOUT_MS = 10000, URL_MAX = 8192 };

struct call {
    const struct client_request *rq;
    struct buf body;
    int64_t sent_bytes;
    bool was_stopped;
};

static size_t take_body(char *p, size_t size, size_t n, void *arg)
{
    struct call *c = arg;
    if (c->rq->on_body) {
        c->was_stopped = !c->rq->on_body(c->rq->arg, p, size * n);
        return c->was_stopped ? 0 : size * n;
    }
    buf_add(&c->body, p, size * n);
    return c->body.err == OK ? size * n : 0;
}

static size_t give_body(char *p, size_t size, size_t n, void *arg)
{
    struct call *c = arg;
    int64_t left = c->rq->body_bytes - c->sent_bytes;
    size_t want = size * n < (size_t)left ? size * n : (size_t)left;
    ssize_t got = want ? read(c->rq->body_fd, p, want) : 0;
    if (got < 0)
        return CURL_READFUNC_ABORT;
    c->sent_bytes += got;
    if (c->rq->on_sent)
        c->rq->on_sent(c->rq->arg, c->sent_bytes);
    return (size_t)got;
}

static struct curl_slist *make_headers(const struct client_request *rq)
{
    struct curl_slist *list = NULL;
    char line[1024];
    if (rq->content_type) {
        snprintf(line, sizeof line, "Content-Type: %s", rq->content_type);
        list = curl_slist_append(list, line);
    }
    if (rq->token) {
        snprintf(line, sizeof line, "Authorization: Bearer %s", rq->token);
        list = curl_slist_append(list, line);
    }
    return list;
}

static void set_body(CURL *h, struct call *c)
{
    const struct client_request *rq = c->rq;
    if (rq->body_bytes > 0) {
        curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(h, CURLOPT_READFUNCTION, give_body);
        curl_easy_setopt(h, CURLOPT_READDATA, c);
        curl_easy_setopt(h, CURLOPT_INFILESIZE_LARGE, (curl_off_t)rq->body_bytes);
    } else if (rq->body.p || (rq->method && strcmp(rq->method, "POST") == 0)) {
        curl_easy_setopt(h, CURLOPT_POST, 1L);
        curl_easy_setopt(h, CURLOPT_POSTFIELDS, rq->body.p ? rq->body.p : "");
        curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)rq->body.n);
    }
    if (rq->method && strcmp(rq->method, "HEAD") == 0)
        curl_easy_setopt(h, CURLOPT_NOBODY, 1L);
    else if (rq->method)
        curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, rq->method);
}

static enum err err_of_curl(const struct call *c, CURLcode code)
{
    if (c->was_stopped)
        return ERR_CANCELLED;
    if (c->body.err != OK)
        return c->body.err;
    switch (code) {
    case CURLE_OK:
        return OK;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
        return ERR_NOT_FOUND;
    case CURLE_OPERATION_TIMEDOUT:
        return ERR_TIMEOUT;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return ERR_INPUT;
    default:
        return ERR_IO;
    }
}

static void set_options(CURL *h, struct call *c, char *message)
{
    const struct client_request *rq = c->rq;
    curl_easy_setopt(h, CURLOPT_URL, rq->url);
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(h, CURLOPT_PROXY, ""); /* nothing from the environment */
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_ERRORBUFFER, message);
    curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)(rq->timeout_us / 1000));
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(h, CURLOPT_USERAGENT, "dramalet");
    if (rq->socket_path)
        curl_easy_setopt(h, CURLOPT_UNIX_SOCKET_PATH, rq->socket_path);
    set_body(h, c);
}

enum err client_call(const struct client_request *rq, struct arena *a, struct client_reply *ret,
                     struct diag *d)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) /* counted, and thread-safe */
        abort();
    char message[CURL_ERROR_SIZE] = "";
    struct call c = { .rq = rq, .body = { .max = CLIENT_REPLY_MAX } };
    CURL *h = curl_easy_init();
    if (!h)
        abort();
    set_options(h, &c, message);
    struct curl_slist *headers = make_headers(rq);
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
    CURLcode code = curl_easy_perform(h);
    enum err e = err_of_curl(&c, code);
    if (e == OK) {
        long status = 0;
        const char *type = NULL;
        curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(h, CURLINFO_CONTENT_TYPE, &type);
        *ret = (struct client_reply){ .status = (int)status,
                                      .content_type = arena_str(a, str_from(type ? type : "")),
                                      .body = arena_str(a, buf_str(&c.body)) };
    } else {
        e = diag_fail(d, e, 0, 0, "%s: %s", rq->socket_path ? rq->socket_path : rq->url,
                      message[0] ? message : curl_easy_strerror(code));
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(h);
    curl_global_cleanup();
    buf_done(&c.body);
    return e;
}

enum err client_error(const struct client_reply *rp, struct arena *a, struct diag *d)
{
    if (rp->status < 400)
        return OK;
    struct json_in in;
    const struct json_in *code = NULL, *detail = NULL, *line = NULL, *column = NULL;
    if (json_in_parse(a, rp->body, &in, NULL) == OK) {
        code = json_in_find(&in, "code");
        detail = json_in_find(&in, "detail");
        line = json_in_find(&in, "line");
        column = json_in_find(&in, "column");
    }
    enum err e = ERR_IO;
    for (int i = ERR_INPUT; code && i < ERR_COUNT; i++)
        if (str_eq_c(code->text, err_name((enum err)i)))
            e = (enum err)i;
    int at_line = line ? (int)line->i : 0, at_column = column ? (int)column->i : 0;
    if (detail && detail->type == JSON_IN_STRING)
        return diag_fail(d, e, at_line, at_column, "%.*s", STR_ARG(detail->text));
    return diag_fail(d, e, 0, 0, "the server answered %d", rp->status);
}
