/* See series_json.h. */
#include "api/api.h"
#include "api/cards.h"
#include "api/handlers.h"
#include "api/params.h"
#include "api/series_json.h"
#include "api/viewer.h"
#include "base/timefmt.h"
#include "store/blob.h"
#include "store/episode.h"
#include "store/viewer.h"

enum { PREVIOUSLY_MAX = 3, PREVIOUSLY_AFTER_DAYS = 2 };

enum err series_visible(struct request *r, int64_t series, struct series_row *ret)
{
    enum err e = store_series_get(db_of(r), r->arena, series, ret);
    if (e != OK)
        return e;
    if (ret->state == STATE_WITHDRAWN)
        return ERR_GONE;
    return ret->state == STATE_PUBLISHED ? OK : ERR_NOT_FOUND;
}

static void facts_add(struct request *r, struct json *j, const struct series_row *s,
                      const struct published_count *count)
{
    json_key(j, "series");
    json_object_begin(j);
    json_kid(j, "id", s->id);
    json_kstr(j, "title", s->title);
    json_kstr(j, "synopsis", s->synopsis);
    json_kstr(j, "language", s->language);
    json_kstr(j, "rating", s->rating);
    json_kstr(j, "creator", s->creator);
    cover_add(r, j, s);
    json_ki64(j, "episodes_count", count->episodes);
    json_ki64(j, "duration_us", count->duration_us);
    json_ki64(j, "likes", s->likes);
    json_ki64(j, "saves", s->saves);
    json_ktime(j, "published_at", s->published_us);
    detail_members_add(r, j, s);
    json_object_end(j);
}

static const struct watch_row *watch_of(const struct watch_row *rows, size_t n, int64_t episode)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].episode == episode)
            return &rows[i];
    return NULL;
}

struct episodes {
    struct episode_row *rows;
    size_t n;
    struct watch_row *watches;
    size_t n_watches;
};

static enum err episode_add(struct request *r, struct json *j, const struct episode_row *e,
                            const struct watch_row *w)
{
    struct card_facts c = { 0 };
    bool is_out = e->state == STATE_PUBLISHED;
    enum err err = is_out ? card_facts_get(r, e->id, &c) : OK;
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    json_object_begin(j);
    json_kid(j, "id", e->id);
    json_ki64(j, "number", e->number);
    json_kstr(j, "title", e->title);
    json_kstr(j, "synopsis", is_out ? e->synopsis : STR(""));
    json_ki64(j, "duration_us", e->duration_us);
    json_kstr(j, "state", is_out ? STR("published") : STR("scheduled"));
    json_kstr(j, "poster", c.blob.n ? media_file_address(r, c.blob, "poster.jpg") : STR(""));
    json_kstr(j, "preview", c.preview);
    json_ki64(j, "position_us", w ? w->position_us : 0);
    json_kbool(j, "watched", w && w->is_done);
    json_kbool(j, "locked", false);
    json_ktime(j, "publish_at", e->publish_at_us);
    json_object_end(j);
    return OK;
}

static bool is_listed(const struct episode_row *e)
{
    return e->state == STATE_PUBLISHED || e->state == STATE_SCHEDULED;
}

static enum err season_add(struct request *r, struct json *j, const struct season_row *s,
                           const struct episodes *eps)
{
    enum err e = OK;
    json_object_begin(j);
    json_ki64(j, "number", s->number);
    json_kstr(j, "title", s->title);
    json_key(j, "episodes");
    json_array_begin(j);
    for (size_t i = 0; i < eps->n && e == OK; i++)
        if (eps->rows[i].season == s->id && is_listed(&eps->rows[i]))
            e = episode_add(r, j, &eps->rows[i],
                            watch_of(eps->watches, eps->n_watches, eps->rows[i].id));
    json_array_end(j);
    json_object_end(j);
    return e;
}

/* The episodes before the one to go on with, for who was away for days. */
static enum err previously_add(struct request *r, struct json *j, const struct episodes *eps,
                               int64_t resume_episode)
{
    size_t at = 0;
    while (at < eps->n && eps->rows[at].id != resume_episode)
        at++;
    if (at == eps->n) /* nothing to go on with: what lies ahead is not "previously" */
        at = 0;
    json_key(j, "previously");
    json_array_begin(j);
    for (size_t i = at > PREVIOUSLY_MAX ? at - PREVIOUSLY_MAX : 0; i < at; i++) {
        struct card_facts c;
        if (eps->rows[i].state != STATE_PUBLISHED)
            continue;
        enum err e = card_facts_get(r, eps->rows[i].id, &c);
        if (e == ERR_NOT_FOUND)
            continue;
        if (e != OK)
            return e;
        json_object_begin(j);
        json_kid(j, "episode", eps->rows[i].id);
        json_ki64(j, "number", eps->rows[i].number);
        json_kstr(j, "title", eps->rows[i].title);
        json_kstr(j, "synopsis", eps->rows[i].synopsis);
        json_kstr(j, "poster", media_file_address(r, c.blob, "poster.jpg"));
        json_object_end(j);
    }
    json_array_end(j);
    return OK;
}

/* The published episode after `at`, or `at` itself when it is the last. */
static int64_t episode_after(const struct episodes *eps, int64_t at)
{
    for (size_t i = 0; i < eps->n; i++) {
        if (eps->rows[i].id != at)
            continue;
        for (size_t k = i + 1; k < eps->n; k++)
            if (eps->rows[k].state == STATE_PUBLISHED)
                return eps->rows[k].id;
    }
    return at;
}

static enum err resume_add(struct request *r, struct json *j, int64_t viewer, int64_t series,
                           const struct episodes *eps)
{
    struct resume_row row;
    enum err e = store_resume_get(db_of(r), viewer, series, &row);
    json_key(j, "resume");
    if (e == ERR_NOT_FOUND) {
        json_nil(j);
        return OK;
    }
    if (e != OK)
        return e;
    int64_t episode = row.is_done ? episode_after(eps, row.episode) : row.episode;
    int64_t days = (r->now_us - row.updated_us) / US_PER_DAY;
    json_object_begin(j);
    json_kid(j, "episode", episode);
    json_ki64(j, "position_us", episode == row.episode && !row.is_done ? row.position_us : 0);
    json_ki64(j, "days_away", days > 0 ? days : 0);
    e = previously_add(r, j, eps, days >= PREVIOUSLY_AFTER_DAYS ? episode : 0);
    json_object_end(j);
    return e;
}

static enum err episodes_read(struct request *r, int64_t viewer, int64_t series,
                              struct episodes *ret)
{
    enum err e = store_episode_list(db_of(r), r->arena, series, (struct store_cursor){ 0 },
                                    STORE_LIST_MAX, &ret->rows, &ret->n);
    return e == OK ? store_watch_by_series(db_of(r), r->arena, viewer, series, &ret->watches,
                                           &ret->n_watches)
                   : e;
}

enum err series_add(struct request *r, struct json *j, int64_t viewer, const struct series_row *s)
{
    struct published_count count;
    struct season_row *seasons;
    size_t n_seasons;
    struct episodes eps;
    struct viewer_flags flags = { .series = s->id };
    enum err e = store_episode_published_count(db_of(r), s->id, &count);
    if (e == OK)
        e = store_season_list(db_of(r), r->arena, s->id, &seasons, &n_seasons);
    if (e == OK)
        e = episodes_read(r, viewer, s->id, &eps);
    if (e == OK)
        e = store_viewer_flags(db_of(r), viewer, &flags, 1);
    if (e != OK)
        return e;
    json_object_begin(j);
    facts_add(r, j, s, &count);
    json_key(j, "seasons");
    json_array_begin(j);
    for (size_t i = 0; i < n_seasons && e == OK; i++)
        e = season_add(r, j, &seasons[i], &eps);
    json_array_end(j);
    if (e == OK)
        e = resume_add(r, j, viewer, s->id, &eps);
    json_kbool(j, "saved", flags.is_saved);
    json_object_end(j);
    return e;
}

void series_get(struct request *r, struct reply *rp)
{
    int64_t viewer = viewer_of(r, rp), id;
    struct diag d = { 0 };
    struct series_row s;
    struct json j = { .out = &rp->body };
    enum err e = param_id(r, 0, &id, &d);
    if (e == OK)
        e = series_visible(r, id, &s);
    if (e == OK)
        e = series_add(r, &j, viewer, &s);
    if (e != OK) {
        buf_reset(&rp->body);
        reply_problem(r, rp, e, d.msg[0] ? &d : NULL);
        return;
    }
    reply_header_add(rp, "Cache-Control", STR("private, no-store"));
    reply_json(rp);
}
