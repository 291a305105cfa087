/* Packages between a folder of this machine and the store: publish, edit, export; see local.h. */
#include "api/api.h"
#include "api/episode_cards.h"
#include "api/local.h"
#include "base/json.h"
#include "base/json_in.h"
#include "catalog/edit.h"
#include "catalog/export.h"
#include "catalog/package.h"
#include "catalog/publish.h"

enum { PATH_BYTES_MAX = 4096, TEXT_BYTES_MAX = 800 };

struct publish_request {
    const char *path;
    struct package_video video;
};

static enum err optional_text(const struct json_in *in, const char *key, struct str *ret,
                              struct diag *d)
{
    return json_in_find(in, key) ? json_in_str(in, key, TEXT_BYTES_MAX, ret, d) : OK;
}

static enum err read_request(struct request *r, struct publish_request *ret, struct diag *d)
{
    struct json_in in;
    struct str path;
    enum err e = json_in_parse(r->arena, r->body, &in, d);
    if (e == OK)
        e = json_in_str(&in, "path", PATH_BYTES_MAX, &path, d);
    if (e == OK && (path.n == 0 || path.p[0] != '/'))
        e = diag_fail(d, ERR_INPUT, 0, 0, "`path` must be absolute.");
    if (e == OK)
        e = optional_text(&in, "title", &ret->video.title, d);
    if (e == OK)
        e = optional_text(&in, "language", &ret->video.language, d);
    if (e == OK && json_in_find(&in, "is_test_footage"))
        e = json_in_bool(&in, "is_test_footage", &ret->video.is_test_footage, d);
    if (e == OK)
        ret->path = arena_cstr(r->arena, path);
    return e;
}

static void problems_add(struct json *j, const struct problems *ps)
{
    json_key(j, "problems");
    json_array_begin(j);
    for (size_t i = 0; i < ps->n; i++) {
        const struct problem *p = &ps->items[i];
        json_object_begin(j);
        json_kstr(j, "file", p->file);
        json_ki64(j, "line", p->at.line);
        json_ki64(j, "column", p->at.column);
        json_kstr(j, "message", str_from(p->at.msg));
        json_kbool(j, "is_error", p->is_error);
        json_object_end(j);
    }
    json_array_end(j);
}

/* Not a problem document, because there may be many things to tell: series null, and all of them.
 */
static void refuse(struct reply *rp, enum err e, const struct problems *ps)
{
    struct json j = { .out = &rp->body };
    json_object_begin(&j);
    json_kid(&j, "series", 0);
    problems_add(&j, ps);
    json_object_end(&j);
    reply_json(rp);
    rp->err = e;
}

static void result_add(struct reply *rp, const struct publish *p, const struct problems *ps)
{
    struct json j = { .out = &rp->body };
    json_object_begin(&j);
    json_kid(&j, "series", p->ret_series);
    json_kstr(&j, "slug", p->ret_slug);
    json_kstr(&j, "title", p->pkg->doc.title);
    json_kbool(&j, "is_new", p->ret_is_new);
    json_key(&j, "episodes");
    json_array_begin(&j);
    for (size_t i = 0; i < p->ret_n_episodes; i++) {
        const struct publish_episode *e = &p->ret_episodes[i];
        json_object_begin(&j);
        json_kid(&j, "id", e->id);
        json_ki64(&j, "number", e->number);
        json_kbool(&j, "is_new", e->is_new);
        json_kbool(&j, "is_withdrawn", e->is_withdrawn);
        json_kid(&j, "job", e->job);
        json_object_end(&j);
    }
    json_array_end(&j);
    problems_add(&j, ps);
    json_object_end(&j);
    reply_json(rp);
}

static enum err copy_files(struct publish *p, struct blobs *blobs)
{
    bool has_more = true;
    enum err e = OK;
    while (has_more && e == OK)
        e = publish_copy_next(p, blobs, &has_more);
    return e;
}

struct publish_write {
    struct publish *publish;
    const struct blobs *blobs;
};

/* The package's rows and, as texts may have changed, its cards: together or not at all. */
static enum err publish_write_apply(struct tx *tx, void *arg)
{
    struct publish_write *w = arg;
    enum err e = publish_apply(tx, w->publish);
    return e == OK ? series_cards_write(tx_db(tx), w->blobs, w->publish->ret_series) : e;
}

/* What both publishing and editing end with. */
static void store_and_reply(struct request *r, struct reply *rp, struct publish *p,
                            const struct problems *ps)
{
    struct api *a = api_of(r);
    struct publish_write w = { .publish = p, .blobs = a->blobs };
    struct diag d = { 0 };
    enum err e = copy_files(p, a->blobs);
    if (e == OK)
        e = store_write(a->store, publish_write_apply, &w);
    if (e == OK) {
        if (a->jobs_changed)
            a->jobs_changed(a->jobs_changed_arg);
        result_add(rp, p, ps);
        return;
    }
    e = diag_fail(&d, e, 0, 0,
                  e == ERR_FULL       ? "There is no space left for the package's files."
                  : e == ERR_CONFLICT ? "The series was changed by somebody else meanwhile."
                                      : "The package could not be stored (%s).",
                  err_name(e));
    reply_problem(r, rp, e, &d);
}

void local_publish_post(struct request *r, struct reply *rp)
{
    struct publish_request rq = { 0 };
    struct package pkg;
    struct problems ps = { .a = r->arena };
    struct diag d = { 0 };
    enum err e = read_request(r, &rq, &d);
    if (e != OK) {
        reply_problem(r, rp, e, &d);
        return;
    }
    e = package_open(r->arena, rq.path, &rq.video, &ps, &pkg);
    if (e != OK) {
        refuse(rp, e, &ps);
        return;
    }
    struct publish p;
    publish_init(&p, r->arena, &pkg);
    store_and_reply(r, rp, &p, &ps);
}

/* --- edits: {"series": "slug or id", "edits": [{"scope", "number", "key", "value"}]} --- */

enum { EDITS_MAX = 50, VALUES_MAX = 50 };

static enum err read_scope(const struct json_in *in, struct series_edit *ret, struct diag *d)
{
    static const struct {
        const char *name;
        enum key_scope scope;
    } scopes[] = { { "series", SCOPE_SERIES },
                   { "season", SCOPE_SEASON },
                   { "episode", SCOPE_EPISODE } };
    struct str name;
    enum err e = json_in_str(in, "scope", 16, &name, d);
    if (e != OK)
        return e;
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++)
        if (str_eq_c(name, scopes[i].name)) {
            ret->scope = scopes[i].scope;
            return ret->scope == SCOPE_SERIES
                       ? OK
                       : json_in_i64(in, "number", 1, SERIES_NUMBER_MAX, &ret->number, d);
        }
    return diag_fail(d, ERR_INPUT, 0, 0, "`scope` is `series`, `season` or `episode`.");
}

static enum err read_edit(struct arena *a, const struct json_in *in, struct series_edit *ret,
                          struct diag *d)
{
    const struct json_in *value = json_in_find(in, "value");
    enum err e = read_scope(in, ret, d);
    if (e == OK)
        e = json_in_str(in, "key", 64, &ret->key, d);
    if (e != OK || !value || value->type != JSON_IN_ARRAY)
        return e == OK ? json_in_str(in, "value", STORE_TEXT_MAX, &ret->text, d) : e;
    if (value->n > VALUES_MAX)
        return diag_fail(d, ERR_LIMIT, 0, 0, "`value` has more than %d entries.", VALUES_MAX);
    ret->list = (struct str_list){ ARENA_ARRAY(a, struct str, value->n + 1), value->n };
    for (size_t i = 0; i < value->n; i++)
        ret->list.items[i] = value->items[i].text;
    return OK;
}

static enum err read_edits(struct request *r, struct str *ret_series, struct series_edits *ret,
                           struct diag *d)
{
    struct json_in in;
    const struct json_in *list;
    enum err e = json_in_parse(r->arena, r->body, &in, d);
    if (e == OK)
        e = json_in_str(&in, "series", TEXT_BYTES_MAX, ret_series, d);
    if (e == OK)
        e = json_in_array(&in, "edits", EDITS_MAX, &list, d);
    if (e != OK)
        return e;
    struct series_edit *items = ARENA_ARRAY(r->arena, struct series_edit, list->n + 1);
    for (size_t i = 0; i < list->n && e == OK; i++)
        e = read_edit(r->arena, &list->items[i], &items[i], d);
    *ret = (struct series_edits){ items, list->n };
    return e;
}

void local_edit_post(struct request *r, struct reply *rp)
{
    struct str name;
    struct series_edits edits;
    struct series_row s;
    struct edit edit;
    struct problems ps = { .a = r->arena };
    struct diag d = { 0 };
    enum err e = read_edits(r, &name, &edits, &d);
    if (e == OK)
        e = catalog_find_series(db_of(r), r->arena, name, &s);
    if (e == OK)
        e = edit_begin(&edit, r->arena, db_of(r), api_of(r)->blobs, s.id, edits, &d);
    if (e == OK)
        store_and_reply(r, rp, &edit.publish, &ps);
    else
        reply_problem(r, rp, e, d.msg[0] ? &d : NULL);
}

/* --- exports: {"series": "slug or id", "path": "/where/to"} --- */

static enum err write_all(struct export *x)
{
    bool has_more = true;
    enum err e = OK;
    while (has_more && e == OK)
        e = export_next(x, &has_more);
    return e;
}

static enum err export_to(struct request *r, struct str name, struct str path, struct diag *d)
{
    struct series_row s;
    struct export x = { 0 };
    enum err e = catalog_find_series(db_of(r), r->arena, name, &s);
    if (e != OK)
        return diag_fail(d, e, 0, 0, "There is no series \"%.*s\".", STR_ARG(str_head(name, 80)));
    e = export_begin(&x, r->arena, db_of(r), api_of(r)->blobs, s.id, arena_cstr(r->arena, path));
    if (e == OK)
        e = write_all(&x);
    export_done(&x);
    if (e == ERR_CONFLICT)
        return diag_fail(d, e, 0, 0, "\"%.*s\" is there already.", STR_ARG(str_head(path, 120)));
    return e == OK ? OK
                   : diag_fail(d, e, 0, 0, "The package could not be written (%s).", err_name(e));
}

void local_export_post(struct request *r, struct reply *rp)
{
    struct json_in in;
    struct str name, path;
    struct diag d = { 0 };
    enum err e = json_in_parse(r->arena, r->body, &in, &d);
    if (e == OK)
        e = json_in_str(&in, "series", TEXT_BYTES_MAX, &name, &d);
    if (e == OK)
        e = json_in_str(&in, "path", PATH_BYTES_MAX, &path, &d);
    if (e == OK && (path.n == 0 || path.p[0] != '/'))
        e = diag_fail(&d, ERR_INPUT, 0, 0, "`path` must be absolute.");
    if (e == OK)
        e = export_to(r, name, path, &d);
    if (e != OK)
        reply_problem(r, rp, e, &d);
    else
        rp->status = 204;
}
