/* Whether the server lives and whether it should get traffic; app's own routes. */
#include "app/app.h"
#include "store/job.h"

const struct route app_own_routes[] = {
    { HTTP_GET, "/healthz", ROLE_ANYONE, ROUTE_LOOP, 0, NULL, NULL, healthz_get,
      "whether the process answers at all" },
    { HTTP_GET, "/readyz", ROLE_ANYONE, ROUTE_READ, 0, NULL, NULL, readyz_get,
      "whether it should get traffic: the store answers and nobody asked it to stop" },
    { HTTP_GET, "/metrics", ROLE_ANYONE, ROUTE_READ, 0, NULL, NULL, metrics_get,
      "counters in Prometheus' text format" },
};
const size_t app_own_routes_n = sizeof app_own_routes / sizeof *app_own_routes;

void healthz_get(struct request *r, struct reply *rp)
{
    (void)r;
    rp->content_type = "text/plain; charset=utf-8";
    rp->static_body = STR("ok\n");
    reply_header_add(rp, "Cache-Control", STR("no-store"));
}

void readyz_get(struct request *r, struct reply *rp)
{
    struct app *app = app_of(r);
    for (size_t i = 0; i < APP_SERVERS; i++)
        if (app->servers[i] && http_is_stopping(app->servers[i])) {
            struct diag d = { .msg = "The server is stopping." };
            reply_problem(r, rp, ERR_BUSY, &d);
            return;
        }
    int64_t due_us;
    enum err e = store_job_next_due(app_db(r), &due_us); /* as good as any question to the store */
    if (e != OK) {
        struct diag d = { .msg = "The database does not answer." };
        reply_problem(r, rp, ERR_BUSY, &d);
        return;
    }
    rp->content_type = "text/plain; charset=utf-8";
    rp->static_body = STR("ready\n");
    reply_header_add(rp, "Cache-Control", STR("no-store"));
}
