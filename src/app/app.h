/*
 * What one running program is made of, built in main's commands and passed explicitly. app_open
 * takes the data folder (one owner), opens what lies in it and starts the jobs; app_routes are the
 * routes of api followed by app's own. Opened and closed by one thread.
 */
#ifndef DRAMALET_APP_APP_H
#define DRAMALET_APP_APP_H

#include "api/api.h"
#include "app/config.h"
#include "app/ingest.h"
#include "app/request_log.h"
#include "app/ticker.h"
#include "http/server.h"
#include "jobs/jobs.h"
#include "store/store.h"
#include "sys/clock.h"
#include "sys/log.h"

enum { APP_SERVERS = 2 }; /* the public one, the control socket */

struct app {
    struct api api; /* first: request.app is both */
    const struct config *config;
    struct clock clock;
    struct rng rng;
    struct log log;
    struct store *store;
    struct blobs *blobs;
    struct ingest ingest;
    struct jobs *jobs;            /* NULL: this process runs none */
    struct ticker *ticker;        /* NULL: not serving */
    struct request_log *requests; /* NULL: not logged */
    const char *data_dir;         /* in the arena, no slash at the end */
    const char *socket_path;
    int lock_fd;
    struct http_server *servers[APP_SERVERS];
    struct route *routes; /* in the arena */
    size_t n_routes;
    int64_t started_us;
    struct arena arena;
};

/* The app of a request. */
static inline struct app *app_of(const struct request *r)
{
    return r->app;
}

/* ERR_BUSY: another process owns the folder. d always has a sentence on failure. */
NODISCARD enum err app_open(struct app *app, const struct config *cfg, struct diag *d);
void app_close(struct app *app); /* hands running jobs back; takes a zeroed one */

/* The database connection of the reader that runs this request. */
static inline struct db *app_db(const struct request *r)
{
    return r->worker;
}

/* What both the servers and in-memory requests need: routes, authorisation, the log, workers. */
struct http_config app_http_config(struct app *app);
void *app_worker_new(void *app, size_t index); /* a reader's connection, NULL: none to be had */
void app_worker_free(void *app, void *worker);

/* app's own routes (health.c, metrics.c). */
extern const struct route app_own_routes[];
extern const size_t app_own_routes_n;
void healthz_get(struct request *r, struct reply *rp);
void readyz_get(struct request *r, struct reply *rp);
void metrics_get(struct request *r, struct reply *rp);

/* Before app_open, when app_serve is to follow: signals, the allocator. */
void app_prepare_to_serve(void);
/* Serves until SIGTERM or SIGINT, then stops gracefully. */
NODISCARD enum err app_serve(struct app *app, struct diag *d);

#endif
