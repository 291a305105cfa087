/* See release.h. */
#include "catalog/release.h"

#include "catalog/search_index.h"
#include "catalog/state.h"
#include "store/series.h"

enum err catalog_set_state(struct tx *tx, const struct episode_row *e, enum publish_state to,
                           int64_t publish_at_us)
{
    if (e->state == to && e->publish_at_us == publish_at_us)
        return OK;
    if (!catalog_state_allows(e->state, to))
        return ERR_CONFLICT;
    return store_episode_set_state(tx_db(tx), e->id, to, publish_at_us, tx_now_us(tx));
}

/* What a series is, going by how many of its episodes are out. */
static enum publish_state series_state(enum publish_state from, int64_t n_published)
{
    if (n_published > 0)
        return STATE_PUBLISHED;
    return from == STATE_PUBLISHED ? STATE_WITHDRAWN : from;
}

enum err catalog_settle_series(struct tx *tx, struct arena *a, int64_t series)
{
    struct db *db = tx_db(tx);
    struct series_row s;
    struct published_count count;
    enum err e = store_series_get(db, a, series, &s);
    if (e == OK)
        e = store_episode_published_count(db, series, &count);
    if (e != OK)
        return e;
    enum publish_state to = series_state(s.state, count.episodes);
    if (to != s.state)
        e = store_series_set_state(db, series, to, tx_now_us(tx));
    return e == OK ? search_index_series(tx, a, series) : e;
}

static enum err media_arrived(struct tx *tx, struct arena *a, int64_t episode)
{
    struct episode_row row;
    enum err e = store_episode_get(tx_db(tx), a, episode, &row);
    if (e != OK)
        return e;
    /* A draft waits for its creator, and what was withdrawn meanwhile stays so. */
    struct episode_facts facts = { .has_media = row.media_folder.n > 0,
                                   .is_draft = row.state == STATE_DRAFT || row.state == STATE_READY,
                                   .is_withdrawn = row.state == STATE_WITHDRAWN,
                                   .publish_at_us = row.publish_at_us };
    enum publish_state to = catalog_state_next(row.state, &facts, tx_now_us(tx));
    bool was_published = row.state == STATE_PUBLISHED;
    e = catalog_set_state(tx, &row, to, row.publish_at_us);
    if (e == OK && to == STATE_PUBLISHED && !was_published)
        e = catalog_settle_series(tx, a, row.series);
    return e;
}

enum err catalog_media_arrived(struct tx *tx, int64_t episode)
{
    struct arena a = { 0 };
    enum err e = media_arrived(tx, &a, episode);
    arena_done(&a);
    return e;
}

/* Series are settled once each, although their episodes come one by one. */
static enum err settle_all(struct tx *tx, struct arena *a, const struct episode_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool is_first = true;
        for (size_t j = 0; j < i && is_first; j++)
            is_first = rows[j].series != rows[i].series;
        enum err e = is_first ? catalog_settle_series(tx, a, rows[i].series) : OK;
        if (e != OK)
            return e;
    }
    return OK;
}

enum err catalog_due(struct tx *tx, struct arena *a, int limit, int64_t **ret_episodes,
                     size_t *ret_n)
{
    struct episode_row *rows;
    size_t n, n_out = 0;
    int64_t now_us = tx_now_us(tx);
    enum err e = store_episode_due(tx_db(tx), a, now_us, limit, &rows, &n);
    if (e != OK)
        return e;
    int64_t *out = ARENA_ARRAY(a, int64_t, n + 1);
    for (size_t i = 0; i < n && e == OK; i++) {
        struct episode_facts facts = { .has_media = rows[i].media_folder.n > 0,
                                       .publish_at_us = rows[i].publish_at_us };
        if (catalog_state_next(rows[i].state, &facts, now_us) != STATE_PUBLISHED)
            continue;
        e = catalog_set_state(tx, &rows[i], STATE_PUBLISHED, rows[i].publish_at_us);
        out[n_out++] = rows[i].id;
    }
    if (e == OK)
        e = settle_all(tx, a, rows, n);
    if (e != OK)
        return e;
    *ret_episodes = out;
    *ret_n = n_out;
    return OK;
}

enum err catalog_withdraw_episode(struct tx *tx, struct arena *a, int64_t episode)
{
    struct episode_row row;
    enum err e = store_episode_get(tx_db(tx), a, episode, &row);
    if (e == OK)
        e = catalog_set_state(tx, &row, STATE_WITHDRAWN, row.publish_at_us);
    return e == OK ? catalog_settle_series(tx, a, row.series) : e;
}

enum err catalog_withdraw_series(struct tx *tx, struct arena *a, int64_t series)
{
    struct store_cursor after = { 0 };
    struct episode_row *rows;
    size_t n = STORE_LIST_MAX;
    while (n == STORE_LIST_MAX) {
        enum err e = store_episode_list(tx_db(tx), a, series, after, STORE_LIST_MAX, &rows, &n);
        for (size_t i = 0; i < n && e == OK; i++)
            e = catalog_set_state(tx, &rows[i], STATE_WITHDRAWN, rows[i].publish_at_us);
        if (e != OK)
            return e;
        if (n)
            after = (struct store_cursor){ .key = rows[n - 1].position, .id = rows[n - 1].id };
    }
    return catalog_settle_series(tx, a, series);
}
