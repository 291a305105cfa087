/* Deleting drafts, with all that hangs on them. What was ever published is withdrawn instead:
 * viewers' rows refer to it. See series.h and episode.h. */
#include "store/episode.h"
#include "store/family.h"
#include "store/package.h"
#include "store/search.h"
#include "store/series.h"

static const struct stmt delete_card_sql = { "DELETE FROM episode_card WHERE episode = $1", 0 };
static const struct stmt delete_count_sql = { "DELETE FROM episode_count WHERE episode = $1", 0 };
static const struct stmt delete_episode_sql = { "DELETE FROM episode WHERE id = $1", 0 };
static const struct stmt episodes_sql = { "SELECT id FROM episode WHERE series = $1", 0 };
static const struct stmt delete_tags_sql = { "DELETE FROM series_tag WHERE series = $1", 0 };
static const struct stmt delete_seasons_sql = { "DELETE FROM season WHERE series = $1", 0 };
static const struct stmt delete_counts_sql = { "DELETE FROM series_count WHERE series = $1", 0 };
static const struct stmt delete_series_sql = { "DELETE FROM series WHERE id = $1", 0 };

const struct stmt *const remove_statements[] = {
    &delete_card_sql,    &delete_count_sql,  &delete_episode_sql, &episodes_sql, &delete_tags_sql,
    &delete_seasons_sql, &delete_counts_sql, &delete_series_sql,  NULL
};

static enum err run_all(struct db *db, const struct stmt *const *stmts, size_t n, int64_t id)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && i < n; i++)
        e = sql_change(db, stmts[i], SQL_ARGS(sql_int(id)), NULL);
    return e;
}

static enum err delete_episode(struct db *db, struct arena *a, int64_t id, int64_t now_us)
{
    static const struct stmt *const stmts[] = { &delete_card_sql, &delete_count_sql,
                                                &delete_episode_sql };
    struct episode_row row;
    enum err e = store_episode_get(db, a, id, &row);
    if (e == OK && row.published_us)
        e = ERR_CONFLICT;
    if (e == OK)
        e = store_blob_unref(db, row.source_blob, now_us);
    if (e == OK)
        e = store_blob_unref(db, row.media_folder, now_us);
    return e == OK ? run_all(db, stmts, sizeof stmts / sizeof *stmts, id) : e;
}

enum err store_episode_delete(struct db *db, int64_t id, int64_t now_us)
{
    struct arena a = { 0 };
    enum err e = delete_episode(db, &a, id, now_us);
    arena_done(&a);
    return e;
}

static void id_read(struct query *q, struct arena *a, void *item)
{
    (void)a;
    *(int64_t *)item = sql_get_int(q);
}

static enum err delete_episodes(struct db *db, struct arena *a, int64_t series, int64_t now_us)
{
    int64_t *ids;
    size_t n;
    struct query q;
    sql_start(&q, db, &episodes_sql, SQL_ARGS(sql_int(series)));
    enum err e = sql_list(&q, a, sizeof *ids, id_read, &ids, &n);
    for (size_t i = 0; e == OK && i < n; i++)
        e = delete_episode(db, a, ids[i], now_us);
    return e;
}

static enum err delete_series(struct db *db, struct arena *a, int64_t id, int64_t now_us)
{
    static const struct stmt *const stmts[] = { &delete_tags_sql, &delete_seasons_sql,
                                                &delete_counts_sql, &delete_series_sql };
    struct series_row row;
    enum err e = store_series_get(db, a, id, &row);
    if (e == OK && row.published_us)
        e = ERR_CONFLICT;
    if (e == OK)
        e = store_blob_unref(db, row.cover_blob, now_us);
    if (e == OK)
        e = delete_episodes(db, a, id, now_us);
    if (e == OK)
        e = store_package_replace(db, id, NULL, 0, now_us);
    if (e == OK)
        e = store_search_replace(db, id, NULL, 0);
    return e == OK ? run_all(db, stmts, sizeof stmts / sizeof *stmts, id) : e;
}

enum err store_series_delete(struct db *db, int64_t id, int64_t now_us)
{
    struct arena a = { 0 };
    enum err e = delete_series(db, &a, id, now_us);
    arena_done(&a);
    return e;
}
