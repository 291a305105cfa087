/*
 * A server with one route of each kind, for the scenario tests and for load: no database, so that
 * what is tested is http alone. Options: --listen A:P, --unix PATH, --file PATH, --cert --key,
 * --header-ms --body-ms --idle-ms --send-ms, --loops, --readers, --queue, --proxies, --connections.
 * It prints "ready PORT" and stops on SIGTERM as the real one does.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "http/server.h"
#include "http/listen.h"

struct options {
    const char *listen, *unix_path, *file, *cert, *key;
};

static struct options options = { .listen = "127.0.0.1:0" }; /* set once, before the loops run */

static void hello(struct request *r, struct reply *rp)
{
    (void)r;
    rp->content_type = "text/plain";
    rp->static_body = STR("hello\n");
}

static void echo(struct request *r, struct reply *rp)
{
    rp->content_type = "application/octet-stream";
    buf_add_str(&rp->body, r->body);
}

static void about(struct request *r, struct reply *rp)
{
    struct json j = { .out = &rp->body };
    struct str v;
    json_object_begin(&j);
    json_kstr(&j, "path", r->path);
    json_kstr(&j, "param", r->params[0]);
    json_kstr(&j, "query", request_query(r, "q", &v) ? v : STR("(none)"));
    json_kstr(&j, "cookie", request_cookie(r, "dl"));
    json_kbool(&j, "is_tls", r->is_tls);
    json_kbool(&j, "is_head", r->is_head);
    json_kbool(&j, "has_worker", r->worker != NULL);
    json_ki64(&j, "client", (int64_t)(r->client >> 1));
    json_object_end(&j);
    reply_json(rp);
}

static void file(struct request *r, struct reply *rp)
{
    (void)r;
    struct stat st;
    rp->file_fd = open(options.file, O_RDONLY | O_CLOEXEC);
    if (rp->file_fd < 0 || fstat(rp->file_fd, &st) != 0) {
        reply_problem(r, rp, ERR_NOT_FOUND, NULL);
        return;
    }
    rp->kind = REPLY_FILE;
    rp->file_bytes = st.st_size;
    rp->content_type = "video/mp4";
    reply_header_add(rp, "ETag", STR("\"abc\""));
    reply_header_add(rp, "Cache-Control", STR("public, max-age=31536000, immutable"));
}

/* 55 KB made anew each time, as a feed is. */
static void big(struct request *r, struct reply *rp)
{
    (void)r;
    char *p = buf_reserve(&rp->body, 55000);
    memset(p, 'x', 55000);
    rp->body.n = 55000;
    reply_json(rp);
}

static void slow(struct request *r, struct reply *rp)
{
    struct str ms;
    int64_t n = 200;
    if (request_query(r, "ms", &ms) && str_to_i64(ms, &n) != OK)
        n = 200;
    struct timespec ts = { n / 1000, n % 1000 * 1000000 };
    nanosleep(&ts, NULL);
    hello(r, rp);
}

struct later {
    struct http_pending *pending;
    struct reply *rp;
};

static void *finish_later(void *arg)
{
    struct later *l = arg;
    struct timespec ts = { 0, 20 * 1000000 };
    nanosleep(&ts, NULL);
    buf_add_c(&l->rp->body, "written\n");
    http_pending_finish(l->pending);
    free(l);
    return NULL;
}

static void pending(struct request *r, struct reply *rp)
{
    struct later *l = malloc(sizeof *l);
    *l = (struct later){ http_pending_take(r), rp };
    pthread_t t;
    if (pthread_create(&t, NULL, finish_later, l) != 0)
        abort();
    pthread_detach(t);
}

static void pending_at_once(struct request *r, struct reply *rp)
{
    struct http_pending *p = http_pending_take(r);
    buf_add_c(&rp->body, "at once\n");
    http_pending_finish(p);
}

static void upload(struct request *r, struct reply *rp)
{
    unsigned char block[65536];
    uint64_t sum = 0;
    ssize_t n;
    while ((n = read(r->body_fd, block, sizeof block)) > 0)
        for (ssize_t i = 0; i < n; i++)
            sum += block[i];
    buf_addf(&rp->body, "%lld %llu\n", (long long)r->body_bytes, (unsigned long long)sum);
}

static void accel(struct request *r, struct reply *rp)
{
    (void)r;
    rp->content_type = "video/mp4";
    reply_header_add(rp, "X-Accel-Redirect", STR("/_media/file.bin"));
}

static void fail(struct request *r, struct reply *rp)
{
    struct diag d = { .line = 3, .column = 7, .msg = "a \"quoted\" reason" };
    buf_add_c(&rp->body, "half an answer");
    reply_problem(r, rp, ERR_INPUT, &d);
}

static const struct route routes[] = {
    { HTTP_GET, "/hello", ROLE_ANYONE, ROUTE_LOOP, 0, NULL, NULL, hello, "loop" },
    { HTTP_GET, "/read", ROLE_ANYONE, ROUTE_READ, 0, NULL, NULL, hello, "reader" },
    { HTTP_GET, "/big", ROLE_ANYONE, ROUTE_READ, 0, NULL, NULL, big, "reader, 55 KB" },
    { HTTP_GET, "/slow", ROLE_ANYONE, ROUTE_READ, 0, NULL, NULL, slow, "reader that takes time" },
    { HTTP_POST, "/echo", ROLE_ANYONE, ROUTE_WRITE, 65536, NULL, NULL, echo, "the body back" },
    { HTTP_GET, "/about/:id", ROLE_ANYONE, ROUTE_READ, 0, NULL, NULL, about, "the request" },
    { HTTP_DELETE, "/about/:id", ROLE_ANYONE, ROUTE_READ, 0, NULL, NULL, about, "the request" },
    { HTTP_GET, "/file", ROLE_ANYONE, ROUTE_LOOP, 0, NULL, NULL, file, "sendfile" },
    { HTTP_GET, "/accel", ROLE_ANYONE, ROUTE_LOOP, 0, NULL, NULL, accel, "handed to nginx" },
    { HTTP_POST, "/pending", ROLE_ANYONE, ROUTE_WRITE, 100, NULL, NULL, pending, "later" },
    { HTTP_GET, "/pending-loop", ROLE_ANYONE, ROUTE_LOOP, 0, NULL, NULL, pending_at_once, "now" },
    { HTTP_PUT, "/upload", ROLE_ANYONE, ROUTE_UPLOAD, 1u << 30, NULL, NULL, upload, "to a file" },
    { HTTP_GET, "/fail", ROLE_ANYONE, ROUTE_READ, 0, NULL, NULL, fail, "a problem" },
};

static void *worker_new(void *app, size_t index)
{
    (void)app;
    (void)index;
    return malloc(1);
}

static void worker_free(void *app, void *worker)
{
    (void)app;
    free(worker);
}

static char *read_text(const char *path)
{
    char *text = calloc(1, 65536);
    int fd = path ? open(path, O_RDONLY) : -1;
    if (fd < 0 || read(fd, text, 65535) < 0) {
        free(text);
        return NULL;
    }
    close(fd);
    return text;
}

static int64_t ms_of(const char *text)
{
    return strtoll(text, NULL, 10) * 1000;
}

static void parse(int argc, char **argv, struct http_config *cfg)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *k = argv[i], *v = argv[i + 1];
        const struct {
            const char *key, **text;
            int64_t *ms;
            size_t *n;
        } table[] = {
            { "--listen", .text = &options.listen },
            { "--unix", .text = &options.unix_path },
            { "--file", .text = &options.file },
            { "--cert", .text = &options.cert },
            { "--key", .text = &options.key },
            { "--proxies", .text = &cfg->trusted_proxies },
            { "--header-ms", .ms = &cfg->deadlines.header_us },
            { "--body-ms", .ms = &cfg->deadlines.body_us },
            { "--idle-ms", .ms = &cfg->deadlines.idle_us },
            { "--send-ms", .ms = &cfg->deadlines.send_us },
            { "--loops", .n = &cfg->loops },
            { "--readers", .n = &cfg->readers },
            { "--queue", .n = &cfg->reader_queue },
            { "--connections", .n = &cfg->connections_max },
        };
        for (size_t t = 0; t < sizeof table / sizeof *table; t++) {
            if (strcmp(table[t].key, k) != 0)
                continue;
            if (table[t].text)
                *table[t].text = v;
            if (table[t].ms)
                *table[t].ms = ms_of(v);
            if (table[t].n)
                *table[t].n = (size_t)strtoull(v, NULL, 10);
        }
    }
}

int main(int argc, char **argv)
{
    struct http_config cfg = {
        .routes = routes,
        .n_routes = sizeof routes / sizeof *routes,
        .worker_new = worker_new,
        .worker_free = worker_free,
        .deadlines = { 10000000, 30000000, 75000000, 30000000 },
    };
    parse(argc, argv, &cfg);
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    cfg.tls_cert = read_text(options.cert);
    cfg.tls_key = read_text(options.key);
    struct diag d = { 0 };
    if (options.unix_path && listen_unix(options.unix_path, &cfg.listen_fd, &d) != OK) {
        fprintf(stderr, "%s\n", d.msg);
        return 1;
    }
    cfg.listen = options.unix_path ? NULL : options.listen;
    struct http_server *server;
    if (http_start(&cfg, &server, &d) != OK) {
        fprintf(stderr, "%s\n", d.msg);
        return 1;
    }
    printf("ready %d\n", http_port(server));
    fflush(stdout);
    int signal_number;
    sigwait(&stop, &signal_number);
    struct http_stats st;
    http_stats(server, &st);
    printf("stats requests %llu busy %llu deadline %llu malformed %llu\n",
           (unsigned long long)st.requests, (unsigned long long)st.busy_503,
           (unsigned long long)st.deadline_closed, (unsigned long long)st.malformed);
    http_stop(server, 2000000);
    http_free(server);
    printf("stopped\n");
    return 0;
}
