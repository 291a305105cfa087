/* Opening and closing of the one struct app; see app.h. */
#include "app/app.h"

#include <unistd.h>

#include "app/data_dir.h"
#include "sys/cores.h"
#include "sys/file.h"

static void log_request(void *arg, const struct request *r, const struct reply *rp,
                        int64_t duration_us)
{
    struct app *app = arg;
    if (app->requests)
        request_log_add(app->requests, r, rp, duration_us);
}

/* Least role: who may call what is decided before any handler runs. */
static bool authorise(struct request *r, struct reply *rp)
{
    const struct app *app = r->app;
    if (!r->is_local && r->method != HTTP_GET &&
        request_is_cross_site(r, app->config->public_url)) {
        struct diag d = { .msg = "A page of another site may not do this for its visitor." };
        reply_problem(r, rp, ERR_FORBIDDEN, &d);
        return false;
    }
    if (r->is_local || r->route->role <= ROLE_VIEWER)
        return true; /* the control socket is the admin's; viewers are told apart by api */
    reply_problem(r, rp, r->route->role == ROLE_LOCAL ? ERR_NOT_FOUND : ERR_UNAUTHENTICATED, NULL);
    return false;
}

/* app's own routes, and api's before them. */
static void gather_routes(struct app *app)
{
    app->n_routes = api_routes_n + app_own_routes_n;
    app->routes = ARENA_ARRAY(&app->arena, struct route, app->n_routes);
    memcpy(app->routes, api_routes, api_routes_n * sizeof *app->routes);
    memcpy(app->routes + api_routes_n, app_own_routes, app_own_routes_n * sizeof *app->routes);
}

static void trim_slashes(char *dir)
{
    size_t n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/')
        dir[--n] = '\0';
}

static enum err open_store(struct app *app, struct diag *d)
{
    const char *url = app->config->db;
    struct store_config sc = {
        .url = url[0] ? url : path_join(&app->arena, app->data_dir, STR("dramalet.db")),
        .clock = &app->clock,
        .rng = &app->rng,
    };
    struct diag inner = { 0 };
    enum err e = store_open(&sc, &app->store, &inner);
    if (e != OK)
        return diag_fail(d, e, 0, 0, "the database cannot be opened: %s",
                         inner.msg[0] ? inner.msg : err_name(e));
    return OK;
}

static void wake_jobs(void *arg)
{
    struct app *app = arg;
    if (app->jobs)
        jobs_wake(app->jobs);
}

static enum err open_api(struct app *app, struct diag *d)
{
    const struct config *c = app->config;
    app->api = (struct api){
        .store = app->store,
        .blobs = app->blobs,
        .clock = &app->clock,
        .rng = &app->rng,
        .data_dir = app->data_dir,
        .site_name = c->site_name,
        .public_url = c->public_url[0] ? c->public_url : NULL,
        .accel_redirect_prefix = c->accel_redirect_prefix[0] ? c->accel_redirect_prefix : NULL,
        .is_tls = c->tls_cert[0] || strncmp(c->public_url, "https:", 6) == 0,
        .media_valid_hours = c->media_valid_us / INT64_C(3600000000),
        .jobs_changed = wake_jobs,
        .jobs_changed_arg = app,
    };
    return api_init(&app->api, d);
}

/* dramalet-media lies beside this program. */
static enum err find_media_program(struct app *app, struct diag *d)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    ptrdiff_t slash = n > 0 ? str_rfind_char(str_sub(self, (size_t)n), '/') : -1;
    if (slash < 0)
        return diag_fail(d, ERR_IO, 0, 0, "the program does not know where it lies");
    struct str dir = arena_str(&app->arena, str_sub(self, (size_t)slash));
    app->ingest.program = path_join(&app->arena, dir.p, STR("dramalet-media"));
    return OK;
}

static const struct job_kind job_kinds[] = {
    { INGEST_JOB_KIND, ingest_run },
};

static enum err open_jobs(struct app *app, struct diag *d)
{
    const struct config *c = app->config;
    app->ingest.store = app->store;
    app->ingest.blobs = app->blobs;
    app->ingest.data_dir = app->data_dir;
    app->ingest.limits = (struct ingest_limits){
        .file_bytes = c->ingest_max_bytes,
        .duration_s = c->ingest_max_duration_us / INT64_C(1000000),
        .side_px = c->ingest_max_side,
        .memory_bytes = c->job_memory_bytes,
        .cpu_s = INGEST_CPU_S,
        .wall_s = INGEST_WALL_S,
        .threads = c->job_threads ? (int)c->job_threads : core_count(),
        .allow_weaker_sandbox = c->allow_weaker_sandbox,
    };
    struct db *db = NULL;
    const char *owner = NULL;
    enum err e = find_media_program(app, d);
    if (e == OK)
        e = data_dir_instance(&app->arena, app->data_dir, &app->rng, &owner, d);
    if (e == OK)
        e = store_reader_open(app->store, &db);
    if (e == OK)
        e = ingest_sweep(&app->ingest, db);
    db_close(db);
    if (e == OK && c->jobs > 0) {
        struct jobs_config cfg = { .store = app->store,
                                   .clock = &app->clock,
                                   .log = &app->log,
                                   .kinds = job_kinds,
                                   .n_kinds = sizeof job_kinds / sizeof *job_kinds,
                                   .app = &app->ingest,
                                   .owner = owner,
                                   .max_running = (size_t)c->jobs };
        e = jobs_start(&cfg, &app->jobs);
    }
    return e == OK || d->msg[0] ? e
                                : diag_fail(d, e, 0, 0, "jobs cannot be started (%s)", err_name(e));
}

static enum err open_blobs(struct app *app, struct diag *d)
{
    enum err e = blobs_open(app->data_dir, &app->clock, &app->blobs);
    if (e == OK)
        e = blobs_tmp_clear(app->blobs);
    return e == OK ? OK
                   : diag_fail(d, e, 0, 0, "the blobs folder cannot be opened (%s)", err_name(e));
}

void *app_worker_new(void *arg, size_t index)
{
    (void)index;
    struct app *app = arg;
    struct db *db = NULL;
    return store_reader_open(app->store, &db) == OK ? db : NULL;
}

void app_worker_free(void *arg, void *worker)
{
    (void)arg;
    db_close(worker);
}

enum err app_open(struct app *app, const struct config *cfg, struct diag *d)
{
    *app = (struct app){ .config = cfg, .lock_fd = -1 };
    app->clock = clock_system();
    app->rng = rng_system();
    app->log = (struct log){ .fd = STDERR_FILENO,
                             .least = (enum log_level)cfg->log_level,
                             .clock = &app->clock };
    app->started_us = clock_wall_us(&app->clock);
    char *dir = arena_cstr(&app->arena, str_from(cfg->data));
    trim_slashes(dir);
    app->data_dir = dir;
    app->socket_path = path_join(&app->arena, dir, STR("control.sock"));
    gather_routes(app);
    enum err e = data_dir_take(dir, &app->lock_fd, d);
    if (e == OK)
        e = open_store(app, d);
    if (e == OK)
        e = open_blobs(app, d);
    if (e == OK)
        e = open_api(app, d);
    if (e == OK)
        e = open_jobs(app, d);
    if (e == OK)
        e = ticker_start(&app->api, &app->log, &app->ticker);
    if (e == OK && cfg->log_requests)
        app->requests = request_log_new(&app->log);
    if (e != OK)
        app_close(app);
    return e;
}

void app_close(struct app *app)
{
    ticker_stop(app->ticker);
    jobs_stop(app->jobs);
    if (app->api.store)
        api_done(&app->api);
    request_log_free(app->requests);
    blobs_close(app->blobs);
    store_close(app->store);
    fd_close(&app->lock_fd);
    arena_done(&app->arena);
    *app = (struct app){ .lock_fd = -1 };
}

struct http_config app_http_config(struct app *app)
{
    const struct config *c = app->config;
    return (struct http_config){
        .loops = (size_t)c->loops,
        .readers = (size_t)c->readers,
        .reader_queue = (size_t)c->reader_queue,
        .connections_max = (size_t)c->connections,
        .pool_bytes = (size_t)c->connection_memory,
        .deadlines = { .header_us = c->header_timeout_us,
                       .body_us = c->body_timeout_us,
                       .idle_us = c->idle_timeout_us,
                       .send_us = c->send_timeout_us },
        .trusted_proxies = c->trusted_proxies,
        .upload_dir = path_join(&app->arena, app->data_dir, STR("tmp")),
        .clock = &app->clock,
        .routes = app->routes,
        .n_routes = app->n_routes,
        .fallback = api_not_found,
        .authorise = authorise,
        .app = app,
        .worker_new = app_worker_new,
        .worker_free = app_worker_free,
        .done = log_request,
    };
}
