/* What one viewer did: likes, saved series, places. Lists run on readers, changes end in a write.
 */
#include "api/api.h"
#include "api/cards.h"
#include "api/handlers.h"
#include "api/params.h"
#include "api/viewer.h"
#include "api/write.h"
#include "base/json.h"
#include "base/json_in.h"
#include "store/episode.h"
#include "store/series.h"
#include "store/viewer.h"

enum { MINE_LIMIT = 50 };

void me_get(struct request *r, struct reply *rp)
{
    int64_t viewer = viewer_of(r, rp);
    struct json j = { .out = &rp->body };
    json_object_begin(&j);
    json_kid(&j, "viewer", viewer);
    json_kbool(&j, "is_anonymous", true);
    json_kstr(&j, "role", STR("viewer"));
    json_object_end(&j);
    reply_json(rp);
}

/* --- lists --- */

static void list_begin(struct json *j)
{
    json_object_begin(j);
    json_key(j, "items");
    json_array_begin(j);
}

static void list_end(struct request *r, struct reply *rp, struct json *j, enum err e)
{
    json_array_end(j);
    json_object_end(j);
    if (e != OK) {
        buf_reset(&rp->body);
        reply_problem(r, rp, e, NULL);
        return;
    }
    reply_header_add(rp, "Cache-Control", STR("private, no-store"));
    reply_json(rp);
}

void continue_get(struct request *r, struct reply *rp)
{
    struct resume_row *rows = NULL;
    size_t n = 0;
    struct json j = { .out = &rp->body };
    enum err e = store_resume_latest(db_of(r), r->arena, viewer_of(r, rp),
                                     (struct store_cursor){ 0 }, MINE_LIMIT, &rows, &n);
    list_begin(&j);
    for (size_t i = 0; i < n && e == OK; i++)
        e = watching_add(r, &j, rows[i].episode, rows[i].series, rows[i].position_us,
                         rows[i].updated_us);
    list_end(r, rp, &j, e);
}

void likes_get(struct request *r, struct reply *rp)
{
    struct mark_row *rows = NULL;
    size_t n = 0;
    struct json j = { .out = &rp->body };
    enum err e = store_like_list(db_of(r), r->arena, viewer_of(r, rp), (struct store_cursor){ 0 },
                                 MINE_LIMIT, &rows, &n);
    list_begin(&j);
    for (size_t i = 0; i < n && e == OK; i++)
        if (episode_is_out(r, rows[i].series, rows[i].episode))
            e = watching_add(r, &j, rows[i].episode, rows[i].series, 0, rows[i].created_us);
    list_end(r, rp, &j, e);
}

void saved_get(struct request *r, struct reply *rp)
{
    struct mark_row *rows = NULL;
    size_t n = 0;
    struct json j = { .out = &rp->body };
    int64_t viewer = viewer_of(r, rp);
    enum err e = store_save_list(db_of(r), r->arena, viewer, (struct store_cursor){ 0 }, MINE_LIMIT,
                                 &rows, &n);
    list_begin(&j);
    for (size_t i = 0; i < n && e == OK; i++) {
        struct resume_row at = { 0 };
        enum err seen = store_resume_get(db_of(r), viewer, rows[i].series, &at);
        if (seen != OK && seen != ERR_NOT_FOUND)
            e = seen;
        else
            e = watching_add(r, &j, at.episode, rows[i].series, at.position_us, rows[i].created_us);
    }
    list_end(r, rp, &j, e);
}

/* --- changes --- */

struct mark_write {
    int64_t viewer, target, likes;
    bool is_on;
};

/* {"on": true} */
static enum err read_on(struct request *r, bool *ret, struct diag *d)
{
    struct json_in in;
    enum err e = json_in_parse(r->arena, r->body, &in, d);
    return e == OK ? json_in_bool(&in, "on", ret, d) : e;
}

static bool read_mark(struct request *r, struct reply *rp, struct mark_write **ret)
{
    struct diag d = { 0 };
    struct mark_write *w = ARENA_NEW(r->arena, struct mark_write);
    enum err e = param_id(r, 0, &w->target, &d);
    if (e == OK)
        e = read_on(r, &w->is_on, &d);
    if (e != OK) {
        reply_problem(r, rp, e, &d);
        return false;
    }
    w->viewer = viewer_of(r, rp);
    *ret = w;
    return true;
}

static enum err like_apply(struct tx *tx, void *arg)
{
    struct mark_write *w = arg;
    return store_like_set(tx_db(tx), w->viewer, w->target, w->is_on, tx_now_us(tx), &w->likes);
}

static void like_render(struct request *r, struct reply *rp, void *arg)
{
    (void)r;
    struct mark_write *w = arg;
    struct json j = { .out = &rp->body };
    json_object_begin(&j);
    json_ki64(&j, "likes", w->likes);
    json_kbool(&j, "liked", w->is_on);
    json_object_end(&j);
    reply_json(rp);
}

void episode_like_post(struct request *r, struct reply *rp)
{
    struct mark_write *w;
    if (read_mark(r, rp, &w))
        api_write(r, rp, like_apply, like_render, w);
}

static enum err save_apply(struct tx *tx, void *arg)
{
    struct mark_write *w = arg;
    return store_save_set(tx_db(tx), w->viewer, w->target, w->is_on, tx_now_us(tx));
}

static void save_render(struct request *r, struct reply *rp, void *arg)
{
    (void)r;
    struct mark_write *w = arg;
    struct json j = { .out = &rp->body };
    json_object_begin(&j);
    json_kbool(&j, "saved", w->is_on);
    json_object_end(&j);
    reply_json(rp);
}

void series_save_post(struct request *r, struct reply *rp)
{
    struct mark_write *w;
    if (read_mark(r, rp, &w))
        api_write(r, rp, save_apply, save_render, w);
}

struct progress_write {
    int64_t viewer, episode, position_us;
    bool is_done;
};

static enum err progress_apply(struct tx *tx, void *arg)
{
    struct progress_write *w = arg;
    return store_progress_put(tx_db(tx), w->viewer, w->episode, w->position_us, w->is_done,
                              tx_now_us(tx));
}

void progress_post(struct request *r, struct reply *rp)
{
    struct progress_write *w = ARENA_NEW(r->arena, struct progress_write);
    struct diag d = { 0 };
    struct json_in in;
    enum err e = json_in_parse(r->arena, r->body, &in, &d);
    if (e == OK)
        e = json_in_id(&in, "episode", &w->episode, &d);
    if (e == OK)
        e = json_in_i64(&in, "position_us", 0, INT64_C(86400000000), &w->position_us, &d);
    if (e == OK)
        e = json_in_bool(&in, "done", &w->is_done, &d);
    if (e != OK) {
        reply_problem(r, rp, e, &d);
        return;
    }
    w->viewer = viewer_of(r, rp);
    api_write(r, rp, progress_apply, NULL, w);
}
