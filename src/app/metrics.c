/* GET /metrics: Prometheus' text format 0.0.4, drawn fresh at each request. */
#include "app/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/timefmt.h"
#include "store/job.h"

static const char *const server_names[APP_SERVERS] = { "public", "control" };

struct http_metric {
    const char *name, *type, *help;
    size_t offset; /* of a uint64_t in struct http_stats */
};

static const struct http_metric http_metrics[] = {
    { "dramalet_http_requests_total", "counter", "Requests whose header arrived.",
      offsetof(struct http_stats, requests) },
    { "dramalet_http_busy_total", "counter", "Requests refused with 503: no reader was free.",
      offsetof(struct http_stats, busy_503) },
    { "dramalet_http_malformed_total", "counter", "Requests that ended before an answer.",
      offsetof(struct http_stats, malformed) },
    { "dramalet_http_deadline_closed_total", "counter", "Connections closed for being too slow.",
      offsetof(struct http_stats, deadline_closed) },
    { "dramalet_http_sent_bytes_total", "counter", "Bytes of replies' bodies.",
      offsetof(struct http_stats, sent_bytes) },
    { "dramalet_http_connections_total", "counter", "Connections accepted.",
      offsetof(struct http_stats, connections_total) },
    { "dramalet_http_connections", "gauge", "Connections open now.",
      offsetof(struct http_stats, connections_now) },
    { "dramalet_http_reader_queue", "gauge", "Requests waiting for a reader.",
      offsetof(struct http_stats, reader_queue_depth) },
};

static void add_head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_addf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_http(struct buf *b, const struct http_stats stats[APP_SERVERS])
{
    for (size_t m = 0; m < sizeof http_metrics / sizeof *http_metrics; m++) {
        const struct http_metric *hm = &http_metrics[m];
        add_head(b, hm->name, hm->type, hm->help);
        for (size_t i = 0; i < APP_SERVERS; i++) {
            uint64_t v;
            memcpy(&v, (const char *)&stats[i] + hm->offset, sizeof v);
            buf_addf(b, "%s{listener=\"%s\"} %llu\n", hm->name, server_names[i],
                     (unsigned long long)v);
        }
    }
    add_head(b, "dramalet_http_replies_total", "counter", "Replies by class of status.");
    for (size_t i = 0; i < APP_SERVERS; i++)
        for (unsigned class = 2; class <= 5; class ++)
            buf_addf(b, "dramalet_http_replies_total{listener=\"%s\",class=\"%uxx\"} %llu\n",
                     server_names[i], class, (unsigned long long)stats[i].by_status[class]);
}

static const char *const job_state_names[JOB_STATES] = {
    [JOB_QUEUED] = "queued", [JOB_RUNNING] = "running",     [JOB_DONE] = "done",
    [JOB_FAILED] = "failed", [JOB_CANCELLED] = "cancelled",
};

static const struct store_metric {
    const char *name, *type, *help;
    size_t offset; /* of a uint64_t in struct store_stats */
} store_metrics[] = {
    { "dramalet_store_writes_total", "counter", "Write functions that were committed.",
      offsetof(struct store_stats, writes) },
    { "dramalet_store_groups_total", "counter", "Transactions that carried them.",
      offsetof(struct store_stats, groups) },
    { "dramalet_store_retries_total", "counter", "Runs again after a serialisation failure.",
      offsetof(struct store_stats, retries) },
    { "dramalet_store_busy_total", "counter", "Writes refused because the queue was full.",
      offsetof(struct store_stats, busy) },
    { "dramalet_store_queue", "gauge", "Writes waiting.",
      offsetof(struct store_stats, queue_depth) },
};

static void add_store(struct buf *b, const struct request *r)
{
    struct store_stats stats = { 0 };
    store_stats(app_of(r)->store, &stats);
    for (size_t i = 0; i < sizeof store_metrics / sizeof *store_metrics; i++) {
        const struct store_metric *m = &store_metrics[i];
        uint64_t v;
        memcpy(&v, (const char *)&stats + m->offset, sizeof v);
        add_head(b, m->name, m->type, m->help);
        buf_addf(b, "%s %llu\n", m->name, (unsigned long long)v);
    }
    int64_t jobs[JOB_STATES];
    if (store_job_count(app_db(r), jobs) != OK)
        return; /* better no number than a wrong one */
    add_head(b, "dramalet_jobs", "gauge", "Jobs by state.");
    for (size_t i = 0; i < JOB_STATES; i++)
        buf_addf(b, "dramalet_jobs{state=\"%s\"} %lld\n", job_state_names[i], (long long)jobs[i]);
}

/* Resident pages in all, and those of files and shared memory (proc(5), statm). */
static void add_process(struct buf *b, const struct app *app)
{
    long resident = 0, shared = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f) {
        char line[128], *rest = line;
        if (fgets(line, sizeof line, f)) {
            (void)strtol(rest, &rest, 10); /* the whole address space */
            resident = strtol(rest, &rest, 10);
            shared = strtol(rest, &rest, 10);
        }
        fclose(f);
    }
    long long page = sysconf(_SC_PAGESIZE);
    add_head(b, "process_resident_memory_bytes", "gauge", "Resident memory.");
    buf_addf(b, "process_resident_memory_bytes %lld\n", (long long)resident * page);
    add_head(b, "dramalet_anonymous_memory_bytes", "gauge", "Resident memory that is no file's.");
    buf_addf(b, "dramalet_anonymous_memory_bytes %lld\n", (long long)(resident - shared) * page);
    add_head(b, "process_start_time_seconds", "gauge", "When the process began, UTC.");
    buf_addf(b, "process_start_time_seconds %lld\n", (long long)(app->started_us / US_PER_S));
}

static bool may_read(const struct request *r, const struct app *app)
{
    const char *token = app->config->metrics_token;
    struct str given = request_header(r, "Authorization");
    if (!token[0] || r->is_local)
        return true;
    if (given.n < 7 || !str_ieq(str_head(given, 7), STR("Bearer ")))
        return false;
    given = str_skip(given, 7);
    return given.n == strlen(token) && ct_equal(given.p, token, given.n);
}

void metrics_get(struct request *r, struct reply *rp)
{
    struct app *app = app_of(r);
    if (!may_read(r, app)) {
        reply_problem(r, rp, ERR_UNAUTHENTICATED, NULL);
        return;
    }
    struct http_stats stats[APP_SERVERS] = { 0 };
    for (size_t i = 0; i < APP_SERVERS; i++)
        if (app->servers[i])
            http_stats(app->servers[i], &stats[i]);
    rp->content_type = "text/plain; version=0.0.4; charset=utf-8";
    add_http(&rp->body, stats);
    if (app->requests) {
        add_head(&rp->body, "dramalet_log_dropped_total", "counter", "Log lines nobody took.");
        buf_addf(&rp->body, "dramalet_log_dropped_total %llu\n",
                 (unsigned long long)request_log_dropped(app->requests));
    }
    add_store(&rp->body, r);
    add_process(&rp->body, app);
    reply_header_add(rp, "Cache-Control", STR("no-store"));
}
