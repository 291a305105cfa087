/* Search, browsing by genre, and the genres there are. Reader threads only. */
#include "api/api.h"
#include "api/cards.h"
#include "api/handlers.h"
#include "api/params.h"
#include "base/json.h"
#include "catalog/search.h"
#include "store/search.h"
#include "store/series.h"

enum { BROWSE_LIMIT_MAX = 50, BROWSE_LIMIT = 24, GENRES_MAX = 40 };

/* "KEY-ID", both decimal; empty: the beginning. */
static enum err cursor_param(const struct request *r, struct store_cursor *ret, struct diag *d)
{
    struct str text, key;
    *ret = (struct store_cursor){ 0 };
    if (!request_query(r, "cursor", &text) || text.n == 0)
        return OK;
    ptrdiff_t at = str_rfind_char(text, '.');
    key = at < 0 ? text : str_head(text, (size_t)at);
    if (at < 0 || str_to_i64(key, &ret->key) != OK ||
        id_parse(str_skip(text, (size_t)at + 1), &ret->id) != OK)
        return diag_fail(d, ERR_INPUT, 0, 0, "`cursor` is what `next` of an earlier answer was.");
    return OK;
}

static void next_add(struct json *j, bool has_more, int64_t key, int64_t id)
{
    json_key(j, "next");
    if (!has_more) {
        json_nil(j);
        return;
    }
    struct buf text = { .max = 64 };
    buf_add_i64(&text, key);
    buf_add_char(&text, '.');
    buf_add_id(&text, id);
    json_str(j, buf_str(&text));
    buf_done(&text);
}

static void list_reply(struct request *r, struct reply *rp, enum err e, const struct diag *d)
{
    if (e != OK) {
        buf_reset(&rp->body);
        reply_problem(r, rp, e, d->msg[0] ? d : NULL);
        return;
    }
    reply_header_add(rp, "Cache-Control", STR("private, max-age=10"));
    reply_json(rp);
}

static const char *matched_word(enum posting_kind kind)
{
    switch (kind) {
    case POSTING_TITLE:
        return "title";
    case POSTING_EPISODE:
        return "episode";
    case POSTING_TAG:
        return "tag";
    case POSTING_CREATOR:
        return "creator";
    case POSTING_SYNOPSIS:
        return "synopsis";
    }
    return "title";
}

static enum err hits_add(struct request *r, struct json *j, const struct search_hit *hits, size_t n)
{
    enum err e = OK;
    json_object_begin(j);
    json_key(j, "items");
    json_array_begin(j);
    for (size_t i = 0; i < n && e == OK; i++) {
        struct series_row s;
        e = store_series_get(db_of(r), r->arena, hits[i].series, &s);
        if (e == OK)
            e = found_add(r, j, &s, matched_word(hits[i].kind), hits[i].episode);
        else if (e == ERR_NOT_FOUND)
            e = OK; /* went away since */
    }
    json_array_end(j);
    return e;
}

void search_get(struct request *r, struct reply *rp)
{
    struct str q = { 0 };
    struct diag d = { 0 };
    struct store_cursor after = { 0 };
    struct search_hit *hits = NULL;
    size_t limit = 0, n = 0;
    request_query(r, "q", &q);
    enum err e = param_limit(r, BROWSE_LIMIT_MAX, BROWSE_LIMIT, &limit, &d);
    if (e == OK)
        e = cursor_param(r, &after, &d);
    if (e == OK) {
        e = catalog_search(db_of(r), r->arena, q, after, (int)limit, &hits, &n);
        if (e != OK)
            (void)!diag_fail(&d, e, 0, 0, "The search did not work (%s).", err_name(e));
    }
    struct json j = { .out = &rp->body };
    if (e == OK)
        e = hits_add(r, &j, hits, n);
    if (e == OK) {
        next_add(&j, n == limit, n ? hits[n - 1].score : 0, n ? hits[n - 1].series : 1);
        json_object_end(&j);
    }
    list_reply(r, rp, e, &d);
}

/* One page of series by what was asked; each row's sort key is what the next cursor needs. */
static enum err browse_page(struct request *r, struct str genre, bool by_popularity,
                            struct store_cursor after, int limit, struct series_row **ret,
                            size_t *ret_n)
{
    struct series_tag tag = { .kind = TAG_GENRE, .name = genre };
    struct db *db = db_of(r);
    if (genre.n)
        return by_popularity
                   ? store_series_list_tag_popular(db, r->arena, tag, after, limit, ret, ret_n)
                   : store_series_list_tag(db, r->arena, tag, after, limit, ret, ret_n);
    return by_popularity ? store_series_list_popular(db, r->arena, after, limit, ret, ret_n)
                         : store_series_list_new(db, r->arena, after, limit, ret, ret_n);
}

void browse_get(struct request *r, struct reply *rp)
{
    struct str genre = { 0 }, sort = { 0 };
    struct diag d = { 0 };
    struct store_cursor after = { 0 };
    struct series_row *rows = NULL;
    size_t limit = 0, n = 0;
    request_query(r, "genre", &genre);
    request_query(r, "sort", &sort);
    bool by_popularity = str_eq_c(sort, "popular");
    enum err e = param_limit(r, BROWSE_LIMIT_MAX, BROWSE_LIMIT, &limit, &d);
    if (e == OK && sort.n && !by_popularity && !str_eq_c(sort, "new"))
        e = diag_fail(&d, ERR_INPUT, 0, 0, "`sort` is `new` or `popular`.");
    if (e == OK)
        e = cursor_param(r, &after, &d);
    if (e == OK)
        e = browse_page(r, genre, by_popularity, after, (int)limit, &rows, &n);
    struct json j = { .out = &rp->body };
    json_object_begin(&j);
    json_key(&j, "items");
    json_array_begin(&j);
    for (size_t i = 0; i < n && e == OK; i++)
        e = found_add(r, &j, &rows[i], "", 0);
    json_array_end(&j);
    const struct series_row *last = n ? &rows[n - 1] : NULL;
    next_add(&j, n && n == limit,
             last ? by_popularity ? last->likes + last->saves : last->published_us : 0,
             last ? last->id : 1);
    json_object_end(&j);
    list_reply(r, rp, e, &d);
}

void genres_get(struct request *r, struct reply *rp)
{
    struct tag_count *rows = NULL;
    size_t n = 0;
    struct diag d = { 0 };
    enum err e = store_series_tag_counts(db_of(r), r->arena, TAG_GENRE, GENRES_MAX, &rows, &n);
    struct json j = { .out = &rp->body };
    json_object_begin(&j);
    json_key(&j, "items");
    json_array_begin(&j);
    for (size_t i = 0; i < n && e == OK; i++) {
        json_object_begin(&j);
        json_kstr(&j, "name", rows[i].name);
        json_ki64(&j, "count", rows[i].series);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
    list_reply(r, rp, e, &d);
}
