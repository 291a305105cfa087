/*
 * The pages: the web client's template with head, text and first payload filled in, so that a
 * link unfurls, a reader sees title, poster and text before any script has loaded, and the
 * client's first request is for video. Reader threads only.
 */
#include "api/api.h"
#include "api/cards.h"
#include "api/feed_items.h"
#include "api/handlers.h"
#include "api/page_head.h"
#include "api/page_language.h"
#include "api/params.h"
#include "api/series_json.h"
#include "api/viewer.h"
#include "store/episode.h"
#include "web/assets.h"

enum { PAGE_FEED_ITEMS = 5, PAGE_EPISODE_ITEMS = 3 };

/* What a page is made of; both JSON texts are complete values or empty. */
struct page {
    struct page_info info;
    struct buf feed, series;
    int64_t viewer;
};

static void page_done(struct page *p)
{
    buf_done(&p->feed);
    buf_done(&p->series);
}

static struct str base_url(const struct request *r)
{
    const struct api *a = api_of(r);
    if (a->public_url)
        return str_from(a->public_url);
    struct str host = request_header(r, "Host");
    return arena_printf(r->arena, "%s://%.*s", a->is_tls || r->is_tls ? "https" : "http",
                        STR_ARG(host.n ? host : STR("localhost")));
}

static void boot_add(const struct request *r, struct buf *out, const struct page *p)
{
    static const char *const names[] = {
        [PAGE_FEED] = "feed",     [PAGE_SERIES] = "series", [PAGE_EPISODE] = "episode",
        [PAGE_SEARCH] = "search", [PAGE_ME] = "me",         [PAGE_ERROR] = "error"
    };
    struct buf text = { 0 };
    struct json j = { .out = &text };
    json_object_begin(&j);
    json_kstr(&j, "page", str_from(names[p->info.kind]));
    json_kstr(&j, "lang", page_language(r));
    json_key(&j, "viewer");
    json_object_begin(&j);
    json_kid(&j, "viewer", p->viewer);
    json_kbool(&j, "is_anonymous", true);
    json_kstr(&j, "role", STR("viewer"));
    json_object_end(&j);
    if (p->feed.n) {
        json_key(&j, "feed");
        json_raw(&j, buf_str(&p->feed));
    }
    if (p->series.n) {
        json_key(&j, "series");
        json_raw(&j, buf_str(&p->series));
    }
    json_object_end(&j);
    buf_add_c(out, "<script type=\"application/json\" id=\"boot\">");
    json_add_html_safe(out, buf_str(&text));
    buf_add_c(out, "</script>");
    buf_done(&text);
}

/* Copies the template up to a marker and steps over the marker. */
static void copy_until(struct buf *out, struct str *rest, struct str marker)
{
    ptrdiff_t at = str_find(*rest, marker);
    if (at < 0)
        return;
    buf_add(out, rest->p, (size_t)at);
    *rest = str_skip(*rest, (size_t)at + marker.n);
}

static void html_add(const struct request *r, struct buf *out, struct str template,
                     const struct page *p)
{
    copy_until(out, &template, STR("<html lang=\"en\""));
    buf_addf(out, "<html lang=\"%.*s\"", STR_ARG(page_language(r)));
    copy_until(out, &template, STR("<!--head-->"));
    page_head_add(out, &p->info);
    copy_until(out, &template, STR("<!--boot-->"));
    boot_add(r, out, p);
    copy_until(out, &template, STR("<!--body-->"));
    page_body_add(out, &p->info);
    buf_add_str(out, template);
}

/* Takes p's buffers. status 0: 200. */
static void page_reply(struct request *r, struct reply *rp, struct page *p, int status)
{
    struct asset template;
    p->info.site_name = str_from(api_of(r)->site_name);
    rp->status = status;
    rp->content_type = "text/html; charset=utf-8";
    if (asset_find(STR("/index.html"), &template))
        html_add(r, &rp->body, template.data, p);
    reply_header_add(rp, "Content-Security-Policy", asset_policy());
    reply_header_add(rp, "Cache-Control", STR("private, no-store"));
    reply_header_add(rp, "Vary", STR("Cookie, Accept-Language"));
    reply_header_add(rp, "X-Content-Type-Options", STR("nosniff"));
    reply_header_add(rp, "Referrer-Policy", STR("same-origin"));
    page_done(p);
}

/* A page for people instead of a problem document. */
static void page_error(struct request *r, struct reply *rp, struct page *p, enum err e)
{
    page_done(p);
    struct page error = { .info = { .kind = PAGE_ERROR,
                                    .title = page_error_title(r, e),
                                    .description = page_error_text(r, e) },
                          .viewer = p->viewer };
    rp->err = e;
    page_reply(r, rp, &error, http_status_of(e));
}

void page_feed_get(struct request *r, struct reply *rp)
{
    struct page p = { .info.kind = PAGE_FEED, .viewer = viewer_of(r, rp) };
    struct diag d;
    enum err e = feed_items_add(r, &p.feed, p.viewer, (struct str){ 0 }, PAGE_FEED_ITEMS, &d);
    if (e != OK) {
        page_error(r, rp, &p, e);
        return;
    }
    p.info.url = arena_printf(r->arena, "%.*s/", STR_ARG(base_url(r)));
    p.info.description = page_slogan(r);
    page_reply(r, rp, &p, 0);
}

void page_search_get(struct request *r, struct reply *rp)
{
    struct page p = { .info.kind = PAGE_SEARCH, .viewer = viewer_of(r, rp) };
    p.info.description = page_slogan(r);
    page_reply(r, rp, &p, 0);
}

void page_me_get(struct request *r, struct reply *rp)
{
    struct page p = { .info.kind = PAGE_ME, .viewer = viewer_of(r, rp) };
    p.info.description = page_slogan(r);
    page_reply(r, rp, &p, 0);
}

static struct str absolute(const struct request *r, struct str path)
{
    return arena_printf(r->arena, "%.*s%.*s", STR_ARG(base_url(r)), STR_ARG(path));
}

static struct str page_url(const struct request *r, const char *kind, int64_t id)
{
    char text[ID_TEXT_LEN + 1];
    id_format(id, text);
    return arena_printf(r->arena, "%.*s/%s/%s", STR_ARG(base_url(r)), kind, text);
}

static struct str oembed_url(const struct request *r, struct str url)
{
    struct buf b = { .max = 4096 };
    buf_add_str(&b, base_url(r));
    buf_add_c(&b, "/oembed?format=json&url=");
    buf_add_url(&b, url);
    return buf_to_arena(&b, r->arena);
}

static void info_of_series(struct request *r, struct page_info *p, const struct series_row *s)
{
    struct card_facts c;
    size_t n;
    int64_t first = series_first_episode(r, s->id, &n);
    p->kind = PAGE_SERIES;
    p->title = s->title;
    p->description = s->synopsis;
    p->language = s->language;
    p->url = page_url(r, "s", s->id);
    p->oembed_url = oembed_url(r, p->url);
    p->episodes_count = (int64_t)n;
    p->published_us = s->published_us;
    if (s->cover_blob.n)
        p->poster = arena_printf(r->arena, "/c/%.*s", STR_ARG(s->cover_blob));
    else if (first && card_facts_get(r, first, &c) == OK)
        p->poster = media_file_address(r, c.blob, "poster.jpg");
    if (p->poster.n)
        p->image = absolute(r, p->poster);
}

void page_series_get(struct request *r, struct reply *rp)
{
    struct page p = { .viewer = viewer_of(r, rp) };
    struct json j = { .out = &p.series };
    struct series_row s;
    int64_t id;
    enum err e = param_id(r, 0, &id, NULL) == OK ? series_visible(r, id, &s) : ERR_NOT_FOUND;
    if (e == OK)
        e = series_add(r, &j, p.viewer, &s);
    if (e == OK) {
        info_of_series(r, &p.info, &s);
        page_reply(r, rp, &p, 0);
    } else {
        page_error(r, rp, &p, e);
    }
}

/* Also for oEmbed. ERR_NOT_FOUND, ERR_GONE as its series or itself is. */
static enum err info_of_episode(struct request *r, struct page_info *p, int64_t id,
                                struct series_row *ret_series)
{
    struct episode_row row;
    struct card_facts c;
    enum err e = store_episode_get(db_of(r), r->arena, id, &row);
    if (e == OK && row.state != STATE_PUBLISHED)
        e = row.state == STATE_WITHDRAWN ? ERR_GONE : ERR_NOT_FOUND;
    if (e == OK)
        e = series_visible(r, row.series, ret_series);
    if (e == OK)
        e = card_facts_get(r, id, &c);
    if (e != OK)
        return e;
    *p = (struct page_info){
        .kind = PAGE_EPISODE,
        .title = row.title.n ? row.title
                             : arena_printf(r->arena, "%.*s %lld", STR_ARG(ret_series->title),
                                            (long long)row.number),
        .description = row.synopsis.n ? row.synopsis : ret_series->synopsis,
        .language = ret_series->language,
        .url = page_url(r, "e", id),
        .poster = media_file_address(r, c.blob, "poster.jpg"),
        .series_title = ret_series->title,
        .series_url = page_url(r, "s", row.series),
        .season = c.season,
        .number = row.number,
        .duration_us = row.duration_us,
        .published_us = row.published_us,
    };
    p->image = absolute(r, p->poster);
    p->video_url = absolute(r, media_file_address(r, c.blob, "master.m3u8"));
    p->embed_url = p->url;
    p->oembed_url = oembed_url(r, p->url);
    return OK;
}

void page_episode_get(struct request *r, struct reply *rp)
{
    struct page p = { .viewer = viewer_of(r, rp) };
    struct json j = { .out = &p.series };
    struct series_row s;
    int64_t id;
    enum err e =
        param_id(r, 0, &id, NULL) == OK ? info_of_episode(r, &p.info, id, &s) : ERR_NOT_FOUND;
    if (e == OK)
        e = series_items_add(r, &p.feed, p.viewer, s.id, id, PAGE_EPISODE_ITEMS);
    if (e == OK)
        e = series_add(r, &j, p.viewer, &s);
    if (e == OK)
        page_reply(r, rp, &p, 0);
    else
        page_error(r, rp, &p, e);
}

/* --- oEmbed (oembed.com) --- */

static enum err oembed_target(struct request *r, struct str url, struct page_info *p)
{
    struct series_row s;
    struct str base = base_url(r);
    int64_t id;
    if (!str_starts(url, base))
        return ERR_NOT_FOUND;
    url = str_skip(url, base.n);
    if (str_starts(url, STR("/e/")) && id_parse(str_skip(url, 3), &id) == OK)
        return info_of_episode(r, p, id, &s);
    if (!str_starts(url, STR("/s/")) || id_parse(str_skip(url, 3), &id) != OK)
        return ERR_NOT_FOUND;
    enum err e = series_visible(r, id, &s);
    if (e == OK)
        info_of_series(r, p, &s);
    return e;
}

static void oembed_add(const struct request *r, struct json *j, const struct page_info *p)
{
    json_object_begin(j);
    json_kstr(j, "version", STR("1.0"));
    json_kstr(j, "type", STR("link"));
    json_kstr(j, "title", p->title);
    json_kstr(j, "provider_name", str_from(api_of(r)->site_name));
    json_kstr(j, "provider_url", base_url(r));
    json_kstr(j, "url", p->url);
    if (p->image.n)
        json_kstr(j, "thumbnail_url", p->image);
    json_ki64(j, "cache_age", 3600);
    json_object_end(j);
}

void oembed_get(struct request *r, struct reply *rp)
{
    struct str url, format;
    struct page_info p = { 0 };
    struct diag d = { 0 };
    enum err e = OK;
    if (!request_query(r, "url", &url))
        e = diag_fail(&d, ERR_INPUT, 0, 0,
                      "`url` is missing: the address of a series or an episode.");
    else if (request_query(r, "format", &format) && !str_eq_c(format, "json"))
        e = diag_fail(&d, ERR_UNSUPPORTED, 0, 0, "Only `format=json` is answered.");
    else
        e = oembed_target(r, url, &p);
    if (e != OK) {
        reply_problem(r, rp, e, d.msg[0] ? &d : NULL);
        return;
    }
    struct json j = { .out = &rp->body };
    oembed_add(r, &j, &p);
    reply_json(rp);
}
