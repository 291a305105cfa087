/* The store as the operator sees it: series, withdrawal, verify, recount; see local.h. */
#include <limits.h>

#include "api/api.h"
#include "api/episode_cards.h"
#include "api/local.h"
#include "api/params.h"
#include "base/json.h"
#include "base/json_in.h"
#include "catalog/release.h"
#include "catalog/state.h"
#include "store/backup.h"
#include "store/series.h"
#include "store/verify.h"
#include "store/viewer.h"

enum { SERIES_LIMIT = 500 };

void local_series_get(struct request *r, struct reply *rp)
{
    struct series_row *rows = NULL;
    size_t n = 0;
    enum err e =
        store_series_list(db_of(r), r->arena, (struct store_cursor){ 0 }, SERIES_LIMIT, &rows, &n);
    if (e != OK) {
        reply_problem(r, rp, e, NULL);
        return;
    }
    struct json j = { .out = &rp->body };
    json_object_begin(&j);
    json_key(&j, "items");
    json_array_begin(&j);
    for (size_t i = 0; i < n; i++) {
        json_object_begin(&j);
        json_kid(&j, "id", rows[i].id);
        json_kstr(&j, "slug", rows[i].slug);
        json_kstr(&j, "title", rows[i].title);
        json_kstr(&j, "state", str_from(catalog_state_name(rows[i].state)));
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
    reply_json(rp);
}

struct withdrawal {
    int64_t id;
    bool is_series;
};

static enum err withdraw_apply(struct tx *tx, void *arg)
{
    struct withdrawal *w = arg;
    struct arena a = { 0 };
    enum err e = w->is_series ? catalog_withdraw_series(tx, &a, w->id)
                              : catalog_withdraw_episode(tx, &a, w->id);
    arena_done(&a);
    return e;
}

static void withdraw(struct request *r, struct reply *rp, bool is_series)
{
    struct diag d = { 0 };
    struct withdrawal *w = ARENA_NEW(r->arena, struct withdrawal);
    w->is_series = is_series;
    enum err e = param_id(r, 0, &w->id, &d);
    if (e == OK)
        e = store_write(api_of(r)->store, withdraw_apply, w);
    if (e != OK)
        reply_problem(r, rp, e, d.msg[0] ? &d : NULL);
    else
        rp->status = 204;
}

void local_series_withdraw_post(struct request *r, struct reply *rp)
{
    withdraw(r, rp, true);
}

void local_episode_withdraw_post(struct request *r, struct reply *rp)
{
    withdraw(r, rp, false);
}

static void finding_add(void *arg, const struct verify_finding *f)
{
    struct json *j = arg;
    json_object_begin(j);
    json_kstr(j, "check", str_from(f->check));
    json_kbool(j, "is_violation", f->is_violation);
    json_kstr(j, "what", f->what);
    json_object_end(j);
}

void local_verify_post(struct request *r, struct reply *rp)
{
    struct api *a = api_of(r);
    struct json_in in;
    struct diag d = { 0 };
    int64_t violations = 0;
    bool is_deep = false;
    enum err e = json_in_parse(r->arena, r->body, &in, &d);
    if (e == OK && json_in_find(&in, "deep"))
        e = json_in_bool(&in, "deep", &is_deep, &d);
    if (e != OK) {
        reply_problem(r, rp, e, &d);
        return;
    }
    struct json j = { .out = &rp->body };
    struct verify_options o = { .is_deep = is_deep, .found = finding_add, .arg = &j };
    json_object_begin(&j);
    json_key(&j, "findings");
    json_array_begin(&j);
    e = store_verify(a->store, a->blobs, &o, &violations);
    json_array_end(&j);
    json_ki64(&j, "violations", violations);
    json_object_end(&j);
    if (e != OK) {
        buf_reset(&rp->body);
        reply_problem(r, rp, e, NULL);
        return;
    }
    reply_json(rp);
}

static enum err recount_apply(struct tx *tx, void *arg)
{
    return store_counts_recount(tx_db(tx), arg);
}

void local_recount_post(struct request *r, struct reply *rp)
{
    int64_t changed = 0;
    enum err e = store_write(api_of(r)->store, recount_apply, &changed);
    if (e != OK) {
        reply_problem(r, rp, e, NULL);
        return;
    }
    struct json j = { .out = &rp->body };
    json_object_begin(&j);
    json_ki64(&j, "changed", changed);
    json_object_end(&j);
    reply_json(rp);
}

/* {"to": "/an/absolute/path"} */
void local_backup_post(struct request *r, struct reply *rp)
{
    struct api *a = api_of(r);
    struct json_in in;
    struct diag d = { 0 };
    struct str to;
    struct backup_result done = { 0 };
    enum err e = json_in_parse(r->arena, r->body, &in, &d);
    if (e == OK)
        e = json_in_str(&in, "to", PATH_MAX - 1, &to, &d);
    if (e == OK && (to.n == 0 || to.p[0] != '/'))
        e = diag_fail(&d, ERR_INPUT, 0, 0, "`to` is an absolute path.");
    if (e == OK)
        e = store_backup(a->store, a->blobs, arena_cstr(r->arena, to), &done, &d);
    if (e != OK) {
        reply_problem(r, rp, e, &d);
        return;
    }
    struct json j = { .out = &rp->body };
    json_object_begin(&j);
    json_ki64(&j, "blobs", done.blobs);
    json_ki64(&j, "bytes", done.bytes);
    json_object_end(&j);
    reply_json(rp);
}
