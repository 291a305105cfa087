/* Episodes. See episode.h; cards are in card.c. */
#include "store/episode.h"

#include "store/family.h"

#define COLUMNS                                                                                    \
    "e.id, e.series, e.season, e.number, e.position, e.title, e.synopsis, e.state, "               \
    "e.publish_at_us, e.published_us, e.duration_us, e.source_blob, e.fit, e.focus_x, e.focus_y, " \
    "e.media_folder, e.ladder_complete, e.media_version, e.created_us, e.updated_us, c.likes "
#define FROM "FROM episode e JOIN episode_count c ON c.episode = e.id "

static const struct stmt insert_sql = {
    "INSERT INTO episode (id, series, season, number, position, title, synopsis, state,"
    " publish_at_us, published_us, duration_us, source_blob, fit, focus_x, focus_y, media_folder,"
    " ladder_complete, media_version, created_us, updated_us)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, $8, $9, $10, $11, $12, '', 0, 0, $13, $14)",
    0
};
static const struct stmt insert_count_sql = {
    "INSERT INTO episode_count (episode, likes) VALUES ($1, 0)", 0
};
static const struct stmt update_sql = {
    "UPDATE episode SET season = $1, number = $2, position = $3, title = $4, synopsis = $5,"
    " fit = $6, focus_x = $7, focus_y = $8, updated_us = $9 WHERE id = $10",
    0
};
static const struct stmt source_sql = { "SELECT source_blob FROM episode WHERE id = $1", 0 };
static const struct stmt set_source_sql = {
    "UPDATE episode SET source_blob = $1, updated_us = $2 WHERE id = $3", 0
};
static const struct stmt folder_sql = { "SELECT media_folder FROM episode WHERE id = $1", 0 };
static const struct stmt set_media_sql = {
    "UPDATE episode SET media_folder = $1, duration_us = $2, ladder_complete = $3,"
    " media_version = media_version + 1, updated_us = $4 WHERE id = $5",
    0
};
static const struct stmt set_state_sql = {
    "UPDATE episode SET state = $1, publish_at_us = $2, updated_us = $3, published_us ="
    " CASE WHEN $1 = 4 AND published_us = 0 THEN $3 ELSE published_us END WHERE id = $4",
    0
};
static const struct stmt get_sql = { "SELECT " COLUMNS FROM "WHERE e.id = $1", 0 };
static const struct stmt by_number_sql = { "SELECT " COLUMNS FROM
                                           "WHERE e.season = $1 AND e.number = $2",
                                           0 };
static const struct stmt list_sql = { "SELECT " COLUMNS FROM
                                      "WHERE e.series = $1 AND (e.position, e.id) > ($2, $3)"
                                      " ORDER BY e.position, e.id LIMIT $4",
                                      0 };
static const struct stmt due_sql = { "SELECT " COLUMNS FROM
                                     "WHERE e.state = 3 AND e.publish_at_us <= $1"
                                     " ORDER BY e.publish_at_us, e.id LIMIT $2",
                                     0 };
static const struct stmt published_count_sql = {
    "SELECT count(*), CAST(coalesce(sum(duration_us), 0) AS BIGINT) FROM episode"
    " WHERE series = $1 AND state = 4",
    0
};
static const struct stmt each_published_sql = {
    "SELECT s.id, s.published_us, e.id, e.position FROM series s JOIN episode e ON e.series = s.id"
    " WHERE s.state = 4 AND e.state = 4 ORDER BY s.published_us DESC, s.id DESC, e.position, e.id",
    STMT_STREAM
};

const struct stmt *const episode_statements[] = {
    &insert_sql,          &insert_count_sql,   &update_sql,
    &source_sql,          &folder_sql,         &set_source_sql,
    &set_media_sql,       &set_state_sql,      &get_sql,
    &by_number_sql,       &list_sql,           &due_sql,
    &published_count_sql, &each_published_sql, NULL
};

enum err store_episode_insert(struct db *db, const struct episode_row *e)
{
    enum err err =
        sql_change(db, &insert_sql,
                   SQL_ARGS(sql_int(e->id), sql_int(e->series), sql_int(e->season),
                            sql_int(e->number), sql_int(e->position), sql_text(e->title),
                            sql_text(e->synopsis), sql_int(e->duration_us),
                            sql_text(e->source_blob), sql_int(e->fit), sql_int(e->focus_x),
                            sql_int(e->focus_y), sql_int(e->created_us), sql_int(e->updated_us)),
                   NULL);
    if (err == OK)
        err = sql_change(db, &insert_count_sql, SQL_ARGS(sql_int(e->id)), NULL);
    return err == OK ? store_blob_ref(db, e->source_blob) : err;
}

enum err store_episode_update(struct db *db, const struct episode_row *e)
{
    enum err err = sql_change_one(
        db, &update_sql,
        SQL_ARGS(sql_int(e->season), sql_int(e->number), sql_int(e->position), sql_text(e->title),
                 sql_text(e->synopsis), sql_int(e->fit), sql_int(e->focus_x), sql_int(e->focus_y),
                 sql_int(e->updated_us), sql_int(e->id)));
    return err == OK ? catalog_bump(db) : err;
}

enum err store_episode_set_source(struct db *db, int64_t id, struct str hex, int64_t now_us)
{
    enum err e = blob_move_ref(db, &source_sql, id, hex, now_us);
    if (e != OK)
        return e;
    return sql_change_one(db, &set_source_sql,
                          SQL_ARGS(sql_text(hex), sql_int(now_us), sql_int(id)));
}

enum err store_episode_set_media(struct db *db, int64_t id, const struct episode_media *m,
                                 int64_t now_us)
{
    enum err e = blob_move_ref(db, &folder_sql, id, m->folder, now_us);
    if (e == OK)
        e = sql_change_one(db, &set_media_sql,
                           SQL_ARGS(sql_text(m->folder), sql_int(m->duration_us),
                                    sql_int(m->is_ladder_complete), sql_int(now_us), sql_int(id)));
    return e == OK ? catalog_bump(db) : e;
}

enum err store_episode_set_state(struct db *db, int64_t id, enum publish_state state,
                                 int64_t publish_at_us, int64_t now_us)
{
    enum err e = sql_change_one(
        db, &set_state_sql,
        SQL_ARGS(sql_int(state), sql_int(publish_at_us), sql_int(now_us), sql_int(id)));
    return e == OK ? catalog_bump(db) : e;
}

static void episode_read(struct query *q, struct arena *a, void *item)
{
    struct episode_row *e = item;
    e->id = sql_get_int(q);
    e->series = sql_get_int(q);
    e->season = sql_get_int(q);
    e->number = sql_get_int(q);
    e->position = sql_get_int(q);
    e->title = sql_get_text(q, a);
    e->synopsis = sql_get_text(q, a);
    e->state = (enum publish_state)sql_get_int(q);
    e->publish_at_us = sql_get_int(q);
    e->published_us = sql_get_int(q);
    e->duration_us = sql_get_int(q);
    e->source_blob = sql_get_text(q, a);
    e->fit = (enum episode_fit)sql_get_int(q);
    e->focus_x = sql_get_int(q);
    e->focus_y = sql_get_int(q);
    e->media_folder = sql_get_text(q, a);
    e->is_ladder_complete = sql_get_int(q) != 0;
    e->media_version = sql_get_int(q);
    e->created_us = sql_get_int(q);
    e->updated_us = sql_get_int(q);
    e->likes = sql_get_int(q);
}

enum err store_episode_get(struct db *db, struct arena *a, int64_t id, struct episode_row *ret)
{
    return sql_one(db, &get_sql, SQL_ARGS(sql_int(id)), a, episode_read, ret);
}

enum err store_episode_by_number(struct db *db, struct arena *a, int64_t season, int64_t number,
                                 struct episode_row *ret)
{
    return sql_one(db, &by_number_sql, SQL_ARGS(sql_int(season), sql_int(number)), a, episode_read,
                   ret);
}

enum err store_episode_list(struct db *db, struct arena *a, int64_t series,
                            struct store_cursor after, int limit, struct episode_row **ret,
                            size_t *ret_n)
{
    int64_t key = after.key || after.id ? after.key : INT64_MIN;
    struct query q;
    sql_start(&q, db, &list_sql,
              SQL_ARGS(sql_int(series), sql_int(key), sql_int(after.id), sql_int(limit)));
    return sql_page(&q, a, limit, sizeof **ret, episode_read, ret, ret_n);
}

enum err store_episode_due(struct db *db, struct arena *a, int64_t now_us, int limit,
                           struct episode_row **ret, size_t *ret_n)
{
    struct query q;
    sql_start(&q, db, &due_sql, SQL_ARGS(sql_int(now_us), sql_int(limit)));
    return sql_page(&q, a, limit, sizeof **ret, episode_read, ret, ret_n);
}

enum err store_episode_published_count(struct db *db, int64_t series, struct published_count *ret)
{
    struct query q;
    sql_start(&q, db, &published_count_sql, SQL_ARGS(sql_int(series)));
    enum err e = sql_row(&q);
    if (e == OK) {
        ret->episodes = sql_get_int(&q);
        ret->duration_us = sql_get_int(&q);
    }
    return sql_end(&q, e);
}

enum err store_episode_each_published(
    struct db *db, enum err (*each)(void *arg, const struct published_episode *e), void *arg)
{
    struct query q;
    sql_start(&q, db, &each_published_sql, NULL, 0);
    bool has_row = false;
    enum err e;
    while ((e = sql_next(&q, &has_row)) == OK && has_row) {
        struct published_episode p = { .series = sql_get_int(&q) };
        p.series_published_us = sql_get_int(&q);
        p.episode = sql_get_int(&q);
        p.position = sql_get_int(&q);
        e = each(arg, &p);
        if (e != OK)
            break;
    }
    return sql_end(&q, e);
}
