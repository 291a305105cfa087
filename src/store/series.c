/* Series and their seasons. See series.h; tags are in series_tag.c. */
#include "store/series.h"

#include <ctype.h>

#include "base/id.h"
#include "store/family.h"

#define COLUMNS SERIES_COLUMNS "c.likes, c.saves "
#define FROM    "FROM series s JOIN series_count c ON c.series = s.id "

static const struct stmt insert_sql = {
    "INSERT INTO series (id, slug, state, title, language, synopsis, rating, creator, detail,"
    " cover_blob, created_us, updated_us, published_us)"
    " VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)",
    0
};
static const struct stmt insert_count_sql = {
    "INSERT INTO series_count (series, likes, saves, score) VALUES ($1, 0, 0, 0)", 0
};
static const struct stmt cover_sql = { "SELECT cover_blob FROM series WHERE id = $1", 0 };
static const struct stmt update_sql = {
    "UPDATE series SET slug = $1, title = $2, language = $3, synopsis = $4, rating = $5,"
    " creator = $6, detail = $7, cover_blob = $8, updated_us = $9 WHERE id = $10",
    0
};
static const struct stmt set_state_sql = {
    "UPDATE series SET state = $1, updated_us = $2, published_us ="
    " CASE WHEN $1 = 4 AND published_us = 0 THEN $2 ELSE published_us END WHERE id = $3",
    0
};
static const struct stmt set_tag_state_sql = {
    "UPDATE series_tag SET published_us ="
    " (SELECT CASE WHEN s.state = 4 THEN s.published_us ELSE 0 END FROM series s WHERE s.id = $1)"
    " WHERE series = $1",
    0
};
static const struct stmt get_sql = { "SELECT " COLUMNS FROM "WHERE s.id = $1", 0 };
static const struct stmt by_slug_sql = { "SELECT " COLUMNS FROM "WHERE s.slug = $1", 0 };
static const struct stmt list_sql = { "SELECT " COLUMNS FROM
                                      "WHERE s.id < $1 ORDER BY s.id DESC LIMIT $2",
                                      0 };
static const struct stmt list_new_sql = { "SELECT " COLUMNS FROM
                                          "WHERE s.state = 4 AND (s.published_us, s.id) < ($1, $2)"
                                          " ORDER BY s.published_us DESC, s.id DESC LIMIT $3",
                                          0 };
static const struct stmt list_popular_sql = {
    "SELECT " COLUMNS "FROM series_count c JOIN series s ON s.id = c.series"
    " WHERE s.state = 4 AND (c.score, c.series) < ($1, $2)"
    " ORDER BY c.score DESC, c.series DESC LIMIT $3",
    0
};
static const struct stmt version_sql = { "SELECT value FROM counter WHERE name = 'catalog'", 0 };
static const struct stmt bump_sql = { "UPDATE counter SET value = value + 1 WHERE name = 'catalog'",
                                      0 };

static const struct stmt season_insert_sql = {
    "INSERT INTO season (id, series, number, title) VALUES ($1, $2, $3, $4)", 0
};
static const struct stmt season_update_sql = { "UPDATE season SET title = $1 WHERE id = $2", 0 };
static const struct stmt season_list_sql = {
    "SELECT id, series, number, title FROM season WHERE series = $1 ORDER BY number", 0
};
static const struct stmt season_by_number_sql = {
    "SELECT id, series, number, title FROM season WHERE series = $1 AND number = $2", 0
};

const struct stmt *const series_statements[] = {
    &insert_sql,      &insert_count_sql,     &cover_sql,
    &update_sql,      &set_state_sql,        &set_tag_state_sql,
    &get_sql,         &by_slug_sql,          &list_sql,
    &list_new_sql,    &list_popular_sql,     &version_sql,
    &bump_sql,        &season_insert_sql,    &season_update_sql,
    &season_list_sql, &season_by_number_sql, NULL
};

static struct str slug_of(const struct series_row *s, char id_text[ID_TEXT_LEN + 1])
{
    if (s->slug.n)
        return s->slug;
    id_format(s->id, id_text);
    for (int i = 0; i < ID_TEXT_LEN; i++)
        id_text[i] = (char)tolower((unsigned char)id_text[i]);
    return str_sub(id_text, ID_TEXT_LEN);
}

enum err store_series_insert(struct db *db, const struct series_row *s)
{
    char id_text[ID_TEXT_LEN + 1];
    enum err e =
        sql_change(db, &insert_sql,
                   SQL_ARGS(sql_int(s->id), sql_text(slug_of(s, id_text)), sql_text(s->title),
                            sql_text(s->language), sql_text(s->synopsis), sql_text(s->rating),
                            sql_text(s->creator), sql_text(s->detail), sql_text(s->cover_blob),
                            sql_int(s->created_us), sql_int(s->updated_us)),
                   NULL);
    if (e == OK)
        e = sql_change(db, &insert_count_sql, SQL_ARGS(sql_int(s->id)), NULL);
    return e == OK ? store_blob_ref(db, s->cover_blob) : e;
}

enum err store_series_update(struct db *db, const struct series_row *s)
{
    char id_text[ID_TEXT_LEN + 1];
    enum err e = blob_move_ref(db, &cover_sql, s->id, s->cover_blob, s->updated_us);
    if (e == OK)
        e = sql_change_one(db, &update_sql,
                           SQL_ARGS(sql_text(slug_of(s, id_text)), sql_text(s->title),
                                    sql_text(s->language), sql_text(s->synopsis),
                                    sql_text(s->rating), sql_text(s->creator), sql_text(s->detail),
                                    sql_text(s->cover_blob), sql_int(s->updated_us),
                                    sql_int(s->id)));
    return e == OK ? catalog_bump(db) : e;
}

enum err store_series_set_state(struct db *db, int64_t id, enum publish_state state, int64_t now_us)
{
    enum err e =
        sql_change_one(db, &set_state_sql, SQL_ARGS(sql_int(state), sql_int(now_us), sql_int(id)));
    if (e == OK)
        e = sql_change(db, &set_tag_state_sql, SQL_ARGS(sql_int(id)), NULL);
    return e == OK ? catalog_bump(db) : e;
}

void series_read(struct query *q, struct arena *a, void *item)
{
    struct series_row *s = item;
    s->id = sql_get_int(q);
    s->slug = sql_get_text(q, a);
    s->state = (enum publish_state)sql_get_int(q);
    s->title = sql_get_text(q, a);
    s->language = sql_get_text(q, a);
    s->synopsis = sql_get_text(q, a);
    s->rating = sql_get_text(q, a);
    s->creator = sql_get_text(q, a);
    s->detail = sql_get_text(q, a);
    s->cover_blob = sql_get_text(q, a);
    s->created_us = sql_get_int(q);
    s->updated_us = sql_get_int(q);
    s->published_us = sql_get_int(q);
    s->likes = sql_get_int(q);
    s->saves = sql_get_int(q);
}

enum err store_series_get(struct db *db, struct arena *a, int64_t id, struct series_row *ret)
{
    return sql_one(db, &get_sql, SQL_ARGS(sql_int(id)), a, series_read, ret);
}

enum err store_series_by_slug(struct db *db, struct arena *a, struct str slug,
                              struct series_row *ret)
{
    return sql_one(db, &by_slug_sql, SQL_ARGS(sql_text(slug)), a, series_read, ret);
}

enum err store_series_list(struct db *db, struct arena *a, struct store_cursor after, int limit,
                           struct series_row **ret, size_t *ret_n)
{
    int64_t before = after.id ? after.id : INT64_MAX;
    struct query q;
    sql_start(&q, db, &list_sql, SQL_ARGS(sql_int(before), sql_int(limit)));
    return sql_page(&q, a, limit, sizeof **ret, series_read, ret, ret_n);
}

static enum err list_down(struct db *db, const struct stmt *st, struct arena *a,
                          struct store_cursor after, int limit, struct series_row **ret,
                          size_t *ret_n)
{
    struct store_cursor down = sql_down(after);
    struct query q;
    sql_start(&q, db, st, SQL_ARGS(sql_int(down.key), sql_int(down.id), sql_int(limit)));
    return sql_page(&q, a, limit, sizeof **ret, series_read, ret, ret_n);
}

enum err store_series_list_new(struct db *db, struct arena *a, struct store_cursor after, int limit,
                               struct series_row **ret, size_t *ret_n)
{
    return list_down(db, &list_new_sql, a, after, limit, ret, ret_n);
}

enum err store_series_list_popular(struct db *db, struct arena *a, struct store_cursor after,
                                   int limit, struct series_row **ret, size_t *ret_n)
{
    return list_down(db, &list_popular_sql, a, after, limit, ret, ret_n);
}

enum err store_catalog_version(struct db *db, int64_t *ret)
{
    return sql_scalar(db, &version_sql, NULL, 0, ret);
}

enum err catalog_bump(struct db *db)
{
    return sql_change_one(db, &bump_sql, NULL, 0);
}

enum err store_season_insert(struct db *db, const struct season_row *s)
{
    return sql_change(
        db, &season_insert_sql,
        SQL_ARGS(sql_int(s->id), sql_int(s->series), sql_int(s->number), sql_text(s->title)), NULL);
}

enum err store_season_update(struct db *db, const struct season_row *s)
{
    return sql_change_one(db, &season_update_sql, SQL_ARGS(sql_text(s->title), sql_int(s->id)));
}

static void season_read(struct query *q, struct arena *a, void *item)
{
    struct season_row *s = item;
    s->id = sql_get_int(q);
    s->series = sql_get_int(q);
    s->number = sql_get_int(q);
    s->title = sql_get_text(q, a);
}

enum err store_season_list(struct db *db, struct arena *a, int64_t series, struct season_row **ret,
                           size_t *ret_n)
{
    struct query q;
    sql_start(&q, db, &season_list_sql, SQL_ARGS(sql_int(series)));
    return sql_list(&q, a, sizeof **ret, season_read, ret, ret_n);
}

enum err store_season_by_number(struct db *db, struct arena *a, int64_t series, int64_t number,
                                struct season_row *ret)
{
    return sql_one(db, &season_by_number_sql, SQL_ARGS(sql_int(series), sql_int(number)), a,
                   season_read, ret);
}
