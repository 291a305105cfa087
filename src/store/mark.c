/* Likes and saved series, with their counts. See viewer.h. A count moves only when a row really
 * came or went, so the same request twice is one like. */
#include "store/family.h"
#include "store/viewer.h"

/* A mark is put on what is published ($2: put), and may always be taken off. */
static const struct stmt series_of_sql = {
    "SELECT series FROM episode WHERE id = $1 AND (state = 4 OR $2 = 0)", 0
};
static const struct stmt like_sql = {
    "INSERT INTO episode_like (viewer, episode, series, created_us) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (viewer, episode) DO NOTHING",
    0
};
static const struct stmt unlike_sql = {
    "DELETE FROM episode_like WHERE viewer = $1 AND episode = $2", 0
};
static const struct stmt add_likes_sql = {
    "UPDATE episode_count SET likes = likes + $1 WHERE episode = $2", 0
};
static const struct stmt add_series_likes_sql = {
    "UPDATE series_count SET likes = likes + $1, score = score + $1 WHERE series = $2", 0
};
static const struct stmt likes_sql = { "SELECT likes FROM episode_count WHERE episode = $1", 0 };
static const struct stmt series_exists_sql = {
    "SELECT id FROM series WHERE id = $1 AND (state = 4 OR $2 = 0)", 0
};
static const struct stmt save_sql = {
    "INSERT INTO series_save (viewer, series, created_us) VALUES ($1, $2, $3)"
    " ON CONFLICT (viewer, series) DO NOTHING",
    0
};
static const struct stmt unsave_sql = { "DELETE FROM series_save WHERE viewer = $1 AND series = $2",
                                        0 };
static const struct stmt add_saves_sql = {
    "UPDATE series_count SET saves = saves + $1, score = score + $1 WHERE series = $2", 0
};
static const struct stmt like_list_sql = {
    "SELECT l.episode, l.series, l.created_us FROM episode_like l"
    " JOIN episode e ON e.id = l.episode JOIN series s ON s.id = e.series"
    " WHERE l.viewer = $1 AND e.state = 4 AND s.state = 4"
    " AND (l.created_us, l.episode) < ($2, $3)"
    " ORDER BY l.created_us DESC, l.episode DESC LIMIT $4",
    0
};
static const struct stmt save_list_sql = {
    "SELECT 0, k.series, k.created_us FROM series_save k JOIN series s ON s.id = k.series"
    " WHERE k.viewer = $1 AND s.state = 4 AND (k.created_us, k.series) < ($2, $3)"
    " ORDER BY k.created_us DESC, k.series DESC LIMIT $4",
    0
};
static const struct stmt all_likes_sql = {
    "SELECT episode, series, created_us FROM episode_like WHERE viewer = $1", 0
};
static const struct stmt all_saves_sql = {
    "SELECT 0, series, created_us FROM series_save WHERE viewer = $1", 0
};
static const struct stmt forget_resume_sql = { "DELETE FROM resume WHERE viewer = $1", 0 };
static const struct stmt forget_watch_sql = { "DELETE FROM watch WHERE viewer = $1", 0 };
static const struct stmt forget_viewer_sql = { "DELETE FROM viewer WHERE id = $1", 0 };
static const struct stmt recount_likes_sql = {
    "UPDATE episode_count SET likes = x.likes FROM (SELECT c.episode AS id, coalesce(g.n, 0)"
    " AS likes FROM episode_count c LEFT JOIN (SELECT episode, count(*) AS n FROM episode_like"
    " GROUP BY episode) g ON g.episode = c.episode) x"
    " WHERE x.id = episode_count.episode AND x.likes <> episode_count.likes",
    STMT_SCAN
};
static const struct stmt recount_series_sql = {
    "UPDATE series_count SET likes = x.likes, saves = x.saves, score = x.likes + x.saves FROM"
    " (SELECT c.series AS id, coalesce(g.n, 0) AS likes, coalesce(h.n, 0) AS saves"
    " FROM series_count c"
    " LEFT JOIN (SELECT series, count(*) AS n FROM episode_like GROUP BY series) g"
    " ON g.series = c.series"
    " LEFT JOIN (SELECT series, count(*) AS n FROM series_save GROUP BY series) h"
    " ON h.series = c.series) x WHERE x.id = series_count.series AND"
    " (x.likes <> series_count.likes OR x.saves <> series_count.saves"
    " OR series_count.score <> x.likes + x.saves)",
    STMT_SCAN
};

const struct stmt *const mark_statements[] = {
    &series_of_sql,     &like_sql,          &unlike_sql,         &add_likes_sql,
    &likes_sql,         &series_exists_sql, &save_sql,           &add_series_likes_sql,
    &unsave_sql,        &add_saves_sql,     &like_list_sql,      &save_list_sql,
    &all_likes_sql,     &all_saves_sql,     &forget_resume_sql,  &forget_watch_sql,
    &forget_viewer_sql, &recount_likes_sql, &recount_series_sql, NULL
};

static enum err count_likes(struct db *db, int64_t episode, int64_t series, int64_t by)
{
    enum err e = sql_change(db, &add_likes_sql, SQL_ARGS(sql_int(by), sql_int(episode)), NULL);
    if (e != OK)
        return e;
    return sql_change(db, &add_series_likes_sql, SQL_ARGS(sql_int(by), sql_int(series)), NULL);
}

static enum err unlike(struct db *db, int64_t viewer, int64_t episode, int64_t series)
{
    int64_t changed;
    enum err e = sql_change(db, &unlike_sql, SQL_ARGS(sql_int(viewer), sql_int(episode)), &changed);
    return e == OK && changed ? count_likes(db, episode, series, -1) : e;
}

enum err store_like_set(struct db *db, int64_t viewer, int64_t episode, bool is_on, int64_t now_us,
                        int64_t *ret_likes)
{
    int64_t series, changed = 0;
    enum err e =
        sql_scalar(db, &series_of_sql, SQL_ARGS(sql_int(episode), sql_int(is_on)), &series);
    if (e == OK)
        e = store_viewer_touch(db, viewer, now_us);
    if (e == OK && !is_on)
        e = unlike(db, viewer, episode, series);
    if (e == OK && is_on)
        e = sql_change(
            db, &like_sql,
            SQL_ARGS(sql_int(viewer), sql_int(episode), sql_int(series), sql_int(now_us)),
            &changed);
    if (e == OK && changed)
        e = count_likes(db, episode, series, 1);
    return e == OK ? sql_scalar(db, &likes_sql, SQL_ARGS(sql_int(episode)), ret_likes) : e;
}

static enum err unsave(struct db *db, int64_t viewer, int64_t series)
{
    int64_t changed;
    enum err e = sql_change(db, &unsave_sql, SQL_ARGS(sql_int(viewer), sql_int(series)), &changed);
    if (e != OK || !changed)
        return e;
    return sql_change(db, &add_saves_sql, SQL_ARGS(sql_int(-1), sql_int(series)), NULL);
}

enum err store_save_set(struct db *db, int64_t viewer, int64_t series, bool is_on, int64_t now_us)
{
    int64_t is_there, changed = 0;
    enum err e =
        sql_scalar(db, &series_exists_sql, SQL_ARGS(sql_int(series), sql_int(is_on)), &is_there);
    if (e == OK)
        e = store_viewer_touch(db, viewer, now_us);
    if (e == OK && !is_on)
        e = unsave(db, viewer, series);
    if (e == OK && is_on)
        e = sql_change(db, &save_sql, SQL_ARGS(sql_int(viewer), sql_int(series), sql_int(now_us)),
                       &changed);
    if (e == OK && changed)
        e = sql_change(db, &add_saves_sql, SQL_ARGS(sql_int(1), sql_int(series)), NULL);
    return e;
}

static void mark_read(struct query *q, struct arena *a, void *item)
{
    (void)a;
    struct mark_row *m = item;
    m->episode = sql_get_int(q);
    m->series = sql_get_int(q);
    m->created_us = sql_get_int(q);
}

struct mark_list {
    struct mark_row **rows;
    size_t *n;
};

static enum err list_down(struct db *db, const struct stmt *st, struct arena *a, int64_t viewer,
                          struct store_cursor after, int limit, struct mark_list ret)
{
    struct store_cursor down = sql_down(after);
    struct query q;
    sql_start(&q, db, st,
              SQL_ARGS(sql_int(viewer), sql_int(down.key), sql_int(down.id), sql_int(limit)));
    return sql_page(&q, a, limit, sizeof **ret.rows, mark_read, ret.rows, ret.n);
}

enum err store_like_list(struct db *db, struct arena *a, int64_t viewer, struct store_cursor after,
                         int limit, struct mark_row **ret, size_t *ret_n)
{
    return list_down(db, &like_list_sql, a, viewer, after, limit, (struct mark_list){ ret, ret_n });
}

enum err store_save_list(struct db *db, struct arena *a, int64_t viewer, struct store_cursor after,
                         int limit, struct mark_row **ret, size_t *ret_n)
{
    return list_down(db, &save_list_sql, a, viewer, after, limit, (struct mark_list){ ret, ret_n });
}

static enum err all_marks(struct db *db, const struct stmt *st, struct arena *a, int64_t viewer,
                          struct mark_row **ret, size_t *ret_n)
{
    struct query q;
    sql_start(&q, db, st, SQL_ARGS(sql_int(viewer)));
    return sql_list(&q, a, sizeof **ret, mark_read, ret, ret_n);
}

static enum err forget_marks(struct db *db, struct arena *a, int64_t viewer)
{
    struct mark_row *m;
    size_t n;
    enum err e = all_marks(db, &all_likes_sql, a, viewer, &m, &n);
    for (size_t i = 0; e == OK && i < n; i++)
        e = unlike(db, viewer, m[i].episode, m[i].series);
    if (e == OK)
        e = all_marks(db, &all_saves_sql, a, viewer, &m, &n);
    for (size_t i = 0; e == OK && i < n; i++)
        e = unsave(db, viewer, m[i].series);
    return e;
}

enum err store_viewer_forget(struct db *db, int64_t viewer)
{
    static const struct stmt *const rest[] = { &forget_resume_sql, &forget_watch_sql,
                                               &forget_viewer_sql, NULL };
    struct arena a = { 0 };
    enum err e = forget_marks(db, &a, viewer);
    arena_done(&a);
    for (size_t i = 0; e == OK && rest[i]; i++)
        e = sql_change(db, rest[i], SQL_ARGS(sql_int(viewer)), NULL);
    return e;
}

enum err store_counts_recount(struct db *db, int64_t *ret_changed)
{
    int64_t episodes, series;
    enum err e = sql_change(db, &recount_likes_sql, NULL, 0, &episodes);
    if (e == OK)
        e = sql_change(db, &recount_series_sql, NULL, 0, &series);
    if (e == OK)
        *ret_changed = episodes + series;
    return e;
}
