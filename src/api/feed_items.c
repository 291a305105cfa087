/* See feed_items.h. Per page: one scan of the viewer's places, one batch of cards, one of flags. */
#include "api/feed_items.h"

#include "api/api.h"
#include "base/id.h"
#include "base/json.h"
#include "delivery/card.h"
#include "delivery/item.h"
#include "store/episode.h"
#include "store/viewer.h"
#include "sys/file.h"

enum { RESUMES_MAX = 1000, ITEM_ROOM = 512 /* bytes that item_add puts behind a card */ };

_Static_assert(FEED_LIMIT_MAX <= 2 * CARD_GET_MAX, "cards are asked for in two batches at most");

/* The card with the rendition that the client asked for; as it is when that cannot be had (a
 * damaged folder). */
static struct str card_for(struct request *r, struct arena *a, struct str card)
{
    struct str start, other;
    if (!request_query(r, "r", &start) || start.n == 0)
        return card;
    struct str blob = card_blob(card);
    struct str dir =
        arena_printf(a, "%s/blobs/%.2s/%.*s", api_of(r)->data_dir, blob.p, STR_ARG(blob));
    return card_restart(a, card, dir.p, start, &other, NULL) == OK ? other : card;
}

static enum err cards_of(struct request *r, struct arena *a, const struct feed_pick *picks,
                         size_t n, struct episode_card *ret)
{
    int64_t episodes[FEED_LIMIT_MAX];
    for (size_t i = 0; i < n; i++)
        episodes[i] = picks[i].episode;
    enum err e = OK;
    for (size_t i = 0; i < n && e == OK; i += CARD_GET_MAX) {
        size_t part = n - i < CARD_GET_MAX ? n - i : CARD_GET_MAX;
        e = store_card_get_many(db_of(r), a, episodes + i, part, ret + i);
    }
    return e;
}

static enum err flags_of(struct request *r, int64_t viewer, const struct feed_pick *picks, size_t n,
                         struct viewer_flags *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = (struct viewer_flags){ .episode = picks[i].episode, .series = picks[i].series };
    enum err e = OK;
    for (size_t i = 0; i < n && e == OK; i += CARD_GET_MAX) {
        size_t part = n - i < CARD_GET_MAX ? n - i : CARD_GET_MAX;
        e = store_viewer_flags(db_of(r), viewer, ret + i, part);
    }
    return e;
}

/* Appends the picks that have a card, separated by commas. An episode whose card is not there yet
 * (published a moment ago, elsewhere) is left out. */
static enum err items_add(struct request *r, struct buf *out, int64_t viewer,
                          const struct feed_pick *picks, size_t n, size_t *ret_added)
{
    struct episode_card cards[FEED_LIMIT_MAX];
    struct viewer_flags flags[FEED_LIMIT_MAX];
    const struct item_signing sign = { &api_of(r)->media_key, r->now_us,
                                       api_of(r)->media_valid_hours };
    struct arena scratch = { 0 }; /* the request's own lives until the last byte is sent */
    enum err e = cards_of(r, &scratch, picks, n, cards);
    if (e == OK)
        e = flags_of(r, viewer, picks, n, flags);
    size_t added = 0, size = 0;
    for (size_t i = 0; i < n && e == OK; i++)
        size += cards[i].card.n + ITEM_ROOM;
    buf_reserve(out, size); /* one allocation instead of nine that double */
    for (size_t i = 0; i < n && e == OK; i++) {
        struct item it = { .likes = cards[i].likes,
                           .next = picks[i].next,
                           .episodes = picks[i].number_of,
                           .position_us =
                               flags[i].is_watched ? picks[i].position_us : flags[i].position_us,
                           .is_liked = flags[i].is_liked,
                           .is_saved = flags[i].is_saved,
                           .is_watched = flags[i].is_watched };
        if (cards[i].card.n == 0)
            continue;
        it.card = card_for(r, &scratch, cards[i].card);
        if (added++)
            buf_add_char(out, ',');
        item_add(out, &sign, &it);
    }
    arena_done(&scratch);
    *ret_added = added;
    return e == OK ? out->err : e;
}

static enum err list_add(struct request *r, struct buf *out, int64_t viewer,
                         const struct feed_pick *picks, size_t n, struct str next)
{
    size_t added;
    buf_add_c(out, "{\"items\":[");
    enum err e = items_add(r, out, viewer, picks, n, &added);
    buf_add_c(out, "],\"next\":");
    if (next.n)
        json_add_string(out, next);
    else
        buf_add_c(out, "null");
    buf_add_char(out, '}');
    return e;
}

static enum err feed_read(struct request *r, struct buf *out, int64_t viewer, struct str cursor,
                          size_t limit, struct diag *d)
{
    struct resume_row *rows;
    size_t n_rows, n = 0;
    enum err e = store_resume_by_viewer(db_of(r), r->arena, viewer, RESUMES_MAX, &rows, &n_rows);
    if (e != OK)
        return diag_fail(d, e, 0, 0, "The feed could not be read.");
    struct feed_resume *resume = ARENA_ARRAY(r->arena, struct feed_resume, n_rows + 1);
    for (size_t i = 0; i < n_rows; i++)
        resume[i] = (struct feed_resume){ rows[i].series, rows[i].episode, rows[i].position_us,
                                          rows[i].is_done };
    struct feed_pick picks[FEED_LIMIT_MAX];
    struct str next;
    struct feed_index *x = feed_slot_get(&api_of(r)->feed);
    struct feed_query q = { resume, n_rows, cursor, limit };
    e = feed_index_pick(x, r->arena, &q, picks, &n, &next);
    feed_index_unref(x);
    if (e != OK)
        return diag_fail(d, e, 0, 0, "`cursor` is what `next` of an earlier answer was.");
    e = list_add(r, out, viewer, picks, n, next);
    return e == OK ? OK : diag_fail(d, e, 0, 0, "The feed could not be read.");
}

enum err feed_items_add(struct request *r, struct buf *out, int64_t viewer, struct str cursor,
                        size_t limit, struct diag *d)
{
    if (db_reads_begin(db_of(r)) != OK)
        return diag_fail(d, ERR_IO, 0, 0, "The feed could not be read.");
    enum err e = feed_read(r, out, viewer, cursor, limit, d);
    db_reads_end(db_of(r));
    return e;
}

enum err episode_item_add(struct request *r, struct buf *out, int64_t viewer, int64_t episode)
{
    struct episode_row row;
    enum err e = store_episode_get(db_of(r), r->arena, episode, &row);
    if (e != OK)
        return e;
    if (row.state != STATE_PUBLISHED)
        return row.state == STATE_WITHDRAWN ? ERR_GONE : ERR_NOT_FOUND;
    struct feed_index *x = feed_slot_get(&api_of(r)->feed);
    struct feed_pick pick = { .series = row.series, .episode = episode };
    size_t n, added = 0;
    const int64_t *episodes = feed_index_episodes(x, row.series, &n);
    pick.number_of = (uint32_t)n;
    for (size_t i = 0; i + 1 < n; i++)
        if (episodes[i] == episode)
            pick.next = episodes[i + 1];
    feed_index_unref(x);
    e = items_add(r, out, viewer, &pick, 1, &added);
    return e == OK && added == 0 ? ERR_NOT_FOUND : e;
}

/* Where a viewer goes on: the episode that was not seen to its end, the one after it, or the first.
 */
static size_t resume_at(struct request *r, int64_t viewer, int64_t series, const int64_t *episodes,
                        size_t n)
{
    struct resume_row row;
    if (store_resume_get(db_of(r), viewer, series, &row) != OK)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (episodes[i] == row.episode)
            return row.is_done && i + 1 < n ? i + 1 : i;
    return 0;
}

enum err series_items_add(struct request *r, struct buf *out, int64_t viewer, int64_t series,
                          int64_t from, size_t limit)
{
    struct feed_index *x = feed_slot_get(&api_of(r)->feed);
    struct feed_pick picks[FEED_LIMIT_MAX];
    size_t n, at = 0, taken = 0;
    const int64_t *episodes = feed_index_episodes(x, series, &n);
    enum err e = n ? OK : ERR_NOT_FOUND;
    if (e == OK && !from)
        at = resume_at(r, viewer, series, episodes, n);
    while (e == OK && from && at < n && episodes[at] != from)
        at++;
    if (at == n)
        e = ERR_NOT_FOUND;
    for (; e == OK && taken < limit && at < n; at++)
        picks[taken++] = (struct feed_pick){ .series = series,
                                             .episode = episodes[at],
                                             .next = at + 1 < n ? episodes[at + 1] : 0,
                                             .number_of = (uint32_t)n };
    char next[ID_TEXT_LEN + 1] = "";
    if (e == OK && at < n)
        id_format(episodes[at], next);
    feed_index_unref(x);
    return e == OK ? list_add(r, out, viewer, picks, taken, str_from(next)) : e;
}
