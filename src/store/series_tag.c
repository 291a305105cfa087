/* Genres and hashtags: what series are filtered by. published_us repeats the series's while it is
 * published, so that "newest of a genre" is one index range. See series.h. */
#include "store/family.h"
#include "store/series.h"

#define COLUMNS SERIES_COLUMNS "p.likes, p.saves "

static const struct stmt delete_sql = { "DELETE FROM series_tag WHERE series = $1", 0 };
static const struct stmt insert_sql = {
    "INSERT INTO series_tag (series, kind, name, published_us)"
    " SELECT s.id, $1, $2, CASE WHEN s.state = 4 THEN s.published_us ELSE 0 END"
    " FROM series s WHERE s.id = $3 ON CONFLICT (series, kind, name) DO NOTHING",
    0
};
/* The page is cut before the wide rows are read. */
static const struct stmt list_new_sql = {
    "SELECT " COLUMNS "FROM (SELECT t.published_us AS at, t.series, c.likes, c.saves"
    " FROM series_tag t JOIN series_count c ON c.series = t.series"
    " WHERE t.kind = $1 AND t.name = $2 AND t.published_us > 0"
    " AND (t.published_us, t.series) < ($3, $4)"
    " ORDER BY t.published_us DESC, t.series DESC LIMIT $5) p"
    " JOIN series s ON s.id = p.series ORDER BY p.at DESC, p.series DESC",
    0
};
static const struct stmt list_popular_sql = {
    "SELECT " COLUMNS "FROM (SELECT c.score AS at, t.series, c.likes, c.saves"
    " FROM series_tag t JOIN series_count c ON c.series = t.series"
    " WHERE t.kind = $1 AND t.name = $2 AND t.published_us > 0"
    " AND (c.score, c.series) < ($3, $4)"
    " ORDER BY c.score DESC, c.series DESC LIMIT $5) p"
    " JOIN series s ON s.id = p.series ORDER BY p.at DESC, p.series DESC",
    0
};
static const struct stmt counts_sql = {
    "SELECT name, count(*) FROM series_tag WHERE kind = $1 AND published_us > 0"
    " GROUP BY name ORDER BY 2 DESC, 1 LIMIT $2",
    0
};

const struct stmt *const series_tag_statements[] = { &delete_sql,       &insert_sql, &list_new_sql,
                                                     &list_popular_sql, &counts_sql, NULL };

enum err store_series_set_tags(struct db *db, int64_t series, const struct series_tag *tags,
                               size_t n)
{
    enum err e = sql_change(db, &delete_sql, SQL_ARGS(sql_int(series)), NULL);
    for (size_t i = 0; i < n && e == OK; i++)
        e = sql_change(db, &insert_sql,
                       SQL_ARGS(sql_int(tags[i].kind), sql_text(tags[i].name), sql_int(series)),
                       NULL);
    return e;
}

/* The values that both lists take. */
#define PAGE_ARGS(tag, down, limit)                                                              \
    SQL_ARGS(sql_int((tag).kind), sql_text((tag).name), sql_int((down).key), sql_int((down).id), \
             sql_int(limit))

enum err store_series_list_tag(struct db *db, struct arena *a, struct series_tag tag,
                               struct store_cursor after, int limit, struct series_row **ret,
                               size_t *ret_n)
{
    struct store_cursor down = sql_down(after);
    struct query q;
    sql_start(&q, db, &list_new_sql, PAGE_ARGS(tag, down, limit));
    return sql_page(&q, a, limit, sizeof **ret, series_read, ret, ret_n);
}

enum err store_series_list_tag_popular(struct db *db, struct arena *a, struct series_tag tag,
                                       struct store_cursor after, int limit,
                                       struct series_row **ret, size_t *ret_n)
{
    struct store_cursor down = sql_down(after);
    struct query q;
    sql_start(&q, db, &list_popular_sql, PAGE_ARGS(tag, down, limit));
    return sql_page(&q, a, limit, sizeof **ret, series_read, ret, ret_n);
}

static void count_read(struct query *q, struct arena *a, void *item)
{
    struct tag_count *t = item;
    t->name = sql_get_text(q, a);
    t->series = sql_get_int(q);
}

enum err store_series_tag_counts(struct db *db, struct arena *a, enum series_tag_kind kind,
                                 int limit, struct tag_count **ret, size_t *ret_n)
{
    struct query q;
    sql_start(&q, db, &counts_sql, SQL_ARGS(sql_int(kind), sql_int(limit)));
    return sql_page(&q, a, limit, sizeof **ret, count_read, ret, ret_n);
}
