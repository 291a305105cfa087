/*
 * The feed and what plays on from it: picks from the index, one card look-up an item, no other
 * query but the viewer's own places. Reader threads only.
 */
#include "api/api.h"
#include "api/feed_items.h"
#include "api/handlers.h"
#include "api/params.h"
#include "api/viewer.h"

void feed_get(struct request *r, struct reply *rp)
{
    int64_t viewer = viewer_of(r, rp);
    struct str cursor = { 0 };
    request_query(r, "cursor", &cursor);
    struct diag d;
    size_t limit;
    enum err e = param_limit(r, FEED_LIMIT_MAX, 10, &limit, &d);
    if (e == OK)
        e = feed_items_add(r, &rp->body, viewer, cursor, limit, &d);
    if (e != OK) {
        reply_problem(r, rp, e, &d);
        return;
    }
    reply_header_add(rp, "Cache-Control", STR("private, no-store"));
    reply_json(rp);
}

void episode_play_get(struct request *r, struct reply *rp)
{
    int64_t viewer = viewer_of(r, rp), episode;
    struct diag d;
    enum err e = param_id(r, 0, &episode, &d);
    if (e == OK)
        e = episode_item_add(r, &rp->body, viewer, episode);
    if (e != OK) {
        reply_problem(r, rp, e, e == ERR_INPUT ? &d : NULL);
        return;
    }
    reply_header_add(rp, "Cache-Control", STR("private, no-store"));
    reply_json(rp);
}

void series_play_get(struct request *r, struct reply *rp)
{
    int64_t viewer = viewer_of(r, rp), series, from = 0;
    struct diag d = { 0 };
    struct str text;
    size_t limit = 5;
    enum err e = param_id(r, 0, &series, &d);
    if (e == OK && (request_query(r, "cursor", &text) || request_query(r, "from", &text)) &&
        text.n && id_parse(text, &from) != OK)
        e = diag_fail(&d, ERR_INPUT, 0, 0, "`from` is an episode's id: 13 characters");
    if (e == OK)
        e = param_limit(r, FEED_LIMIT_MAX, 5, &limit, &d);
    if (e == OK)
        e = series_items_add(r, &rp->body, viewer, series, from, limit);
    if (e != OK) {
        reply_problem(r, rp, e, d.msg[0] ? &d : NULL);
        return;
    }
    reply_header_add(rp, "Cache-Control", STR("private, no-store"));
    reply_json(rp);
}
