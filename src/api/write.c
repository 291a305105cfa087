/* See write.h. */
#include "api/write.h"

#include "api/api.h"

struct pending_write {
    struct request *r;
    struct reply *rp;
    struct http_pending *pending;
    api_render_fn *render;
    void *arg;
};

static void finish(void *arg, enum err e)
{
    struct pending_write *w = arg;
    w->rp->kind = REPLY_BODY;
    if (e != OK)
        reply_problem(w->r, w->rp, e, NULL);
    else if (w->render)
        w->render(w->r, w->rp, w->arg);
    else
        w->rp->status = 204;
    http_pending_finish(w->pending);
}

void api_write(struct request *r, struct reply *rp, store_write_fn *fn, api_render_fn *render,
               void *arg)
{
    struct pending_write *w = ARENA_NEW(r->arena, struct pending_write);
    *w = (struct pending_write){ .r = r, .rp = rp, .render = render, .arg = arg };
    rp->kind = REPLY_PENDING;
    w->pending = http_pending_take(r);
    enum err e = store_write_async(api_of(r)->store, fn, arg, finish, w);
    if (e != OK)
        finish(w, e);
}
