/* Where viewers left off. See viewer.h; likes and saved series are in mark.c. */
#include "store/viewer.h"

#include "store/episode.h"
#include "store/family.h"

#define SEEN_STEP_US (INT64_C(3600) * 1000000)

static const struct stmt touch_sql = {
    "INSERT INTO viewer (id, created_us, seen_us) VALUES ($1, $2, $2)"
    " ON CONFLICT (id) DO UPDATE SET seen_us = excluded.seen_us"
    " WHERE viewer.seen_us < excluded.seen_us - $3",
    0
};
static const struct stmt series_of_sql = { "SELECT series FROM episode WHERE id = $1 AND state = 4",
                                           0 };
static const struct stmt put_watch_sql = {
    "INSERT INTO watch (viewer, series, episode, position_us, is_done, updated_us)"
    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (viewer, series, episode) DO UPDATE SET"
    " position_us = excluded.position_us, updated_us = excluded.updated_us,"
    " is_done = CASE WHEN watch.is_done = 1 THEN 1 ELSE excluded.is_done END"
    " WHERE watch.updated_us <= excluded.updated_us",
    0
};
static const struct stmt put_resume_sql = {
    "INSERT INTO resume (viewer, series, episode, position_us, is_done, updated_us)"
    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (viewer, series) DO UPDATE SET"
    " episode = excluded.episode, position_us = excluded.position_us,"
    " is_done = excluded.is_done, updated_us = excluded.updated_us"
    " WHERE resume.updated_us <= excluded.updated_us",
    0
};
static const struct stmt resume_sql = {
    "SELECT series, episode, position_us, is_done, updated_us FROM resume WHERE viewer = $1"
    " ORDER BY series LIMIT $2",
    0
};
static const struct stmt resume_get_sql = {
    "SELECT series, episode, position_us, is_done, updated_us FROM resume"
    " WHERE viewer = $1 AND series = $2",
    0
};
static const struct stmt resume_latest_sql = {
    "SELECT r.series, r.episode, r.position_us, r.is_done, r.updated_us FROM resume r"
    " JOIN series s ON s.id = r.series WHERE r.viewer = $1 AND s.state = 4"
    " AND (r.updated_us, r.series) < ($2, $3) ORDER BY r.updated_us DESC, r.series DESC LIMIT $4",
    0
};
static const struct stmt watch_sql = { "SELECT episode, position_us, is_done, updated_us FROM watch"
                                       " WHERE viewer = $1 AND series = $2 ORDER BY episode",
                                       0 };
/* One row a pair; unused pairs are 0, 0. */
static const struct stmt flags_sql = {
    "WITH v (episode, series) AS (VALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8), ($9, $10),"
    " ($11, $12), ($13, $14), ($15, $16), ($17, $18), ($19, $20), ($21, $22), ($23, $24),"
    " ($25, $26), ($27, $28), ($29, $30), ($31, $32))"
    " SELECT v.episode, coalesce(l.created_us, 0), coalesce(k.created_us, 0),"
    " coalesce(w.is_done, 0), coalesce(w.position_us, 0) FROM v"
    " LEFT JOIN episode_like l ON l.viewer = $33 AND l.episode = v.episode"
    " LEFT JOIN series_save k ON k.viewer = $33 AND k.series = v.series"
    " LEFT JOIN watch w ON w.viewer = $33 AND w.series = v.series AND w.episode = v.episode"
    " WHERE v.episode > 0",
    0
};

const struct stmt *const viewer_statements[] = {
    &touch_sql,      &series_of_sql,     &put_watch_sql, &put_resume_sql, &resume_sql,
    &resume_get_sql, &resume_latest_sql, &watch_sql,     &flags_sql,      NULL
};

enum err store_viewer_touch(struct db *db, int64_t viewer, int64_t now_us)
{
    return sql_change(db, &touch_sql,
                      SQL_ARGS(sql_int(viewer), sql_int(now_us), sql_int(SEEN_STEP_US)), NULL);
}

enum err store_progress_put(struct db *db, int64_t viewer, int64_t episode, int64_t position_us,
                            bool is_done, int64_t now_us)
{
    int64_t series;
    enum err e = sql_scalar(db, &series_of_sql, SQL_ARGS(sql_int(episode)), &series);
    if (e == OK)
        e = store_viewer_touch(db, viewer, now_us);
    if (e != OK)
        return e;
    const struct sql_value row[] = { sql_int(viewer),      sql_int(series),  sql_int(episode),
                                     sql_int(position_us), sql_int(is_done), sql_int(now_us) };
    e = sql_change(db, &put_watch_sql, row, sizeof row / sizeof *row, NULL);
    return e == OK ? sql_change(db, &put_resume_sql, row, sizeof row / sizeof *row, NULL) : e;
}

static void resume_read(struct query *q, struct arena *a, void *item)
{
    (void)a;
    struct resume_row *r = item;
    r->series = sql_get_int(q);
    r->episode = sql_get_int(q);
    r->position_us = sql_get_int(q);
    r->is_done = sql_get_int(q) != 0;
    r->updated_us = sql_get_int(q);
}

enum err store_resume_by_viewer(struct db *db, struct arena *a, int64_t viewer, int max,
                                struct resume_row **ret, size_t *ret_n)
{
    struct query q;
    sql_start(&q, db, &resume_sql, SQL_ARGS(sql_int(viewer), sql_int(max)));
    return sql_list(&q, a, sizeof **ret, resume_read, ret, ret_n);
}

enum err store_resume_get(struct db *db, int64_t viewer, int64_t series, struct resume_row *ret)
{
    return sql_one(db, &resume_get_sql, SQL_ARGS(sql_int(viewer), sql_int(series)), NULL,
                   resume_read, ret);
}

enum err store_resume_latest(struct db *db, struct arena *a, int64_t viewer,
                             struct store_cursor after, int limit, struct resume_row **ret,
                             size_t *ret_n)
{
    struct store_cursor down = sql_down(after);
    struct query q;
    sql_start(&q, db, &resume_latest_sql,
              SQL_ARGS(sql_int(viewer), sql_int(down.key), sql_int(down.id), sql_int(limit)));
    return sql_page(&q, a, limit, sizeof **ret, resume_read, ret, ret_n);
}

static void watch_read(struct query *q, struct arena *a, void *item)
{
    (void)a;
    struct watch_row *w = item;
    w->episode = sql_get_int(q);
    w->position_us = sql_get_int(q);
    w->is_done = sql_get_int(q) != 0;
    w->updated_us = sql_get_int(q);
}

enum err store_watch_by_series(struct db *db, struct arena *a, int64_t viewer, int64_t series,
                               struct watch_row **ret, size_t *ret_n)
{
    struct query q;
    sql_start(&q, db, &watch_sql, SQL_ARGS(sql_int(viewer), sql_int(series)));
    return sql_list(&q, a, sizeof **ret, watch_read, ret, ret_n);
}

enum err store_viewer_flags(struct db *db, int64_t viewer, struct viewer_flags *f, size_t n)
{
    struct sql_value args[2 * CARD_GET_MAX + 1];
    if (n > CARD_GET_MAX)
        return ERR_LIMIT;
    for (size_t i = 0; i < CARD_GET_MAX; i++) {
        args[2 * i] = sql_int(i < n ? f[i].episode : 0);
        args[2 * i + 1] = sql_int(i < n ? f[i].series : 0);
    }
    args[2 * CARD_GET_MAX] = sql_int(viewer);
    struct query q;
    sql_start(&q, db, &flags_sql, args, sizeof args / sizeof *args);
    bool has_row = false;
    enum err e;
    while ((e = sql_next(&q, &has_row)) == OK && has_row) {
        struct viewer_flags row = { .episode = sql_get_int(&q) };
        row.is_liked = sql_get_int(&q) != 0;
        row.is_saved = sql_get_int(&q) != 0;
        row.is_watched = sql_get_int(&q) != 0;
        row.position_us = sql_get_int(&q);
        for (size_t i = 0; i < n; i++) {
            if (f[i].episode != row.episode)
                continue;
            row.series = f[i].series;
            f[i] = row;
        }
    }
    return sql_end(&q, e);
}
