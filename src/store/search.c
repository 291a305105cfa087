/* Postings and the search over them. See search.h. */
#include "store/search.h"

#include "store/family.h"

/* $1 to $2 is the range of the word that is still being typed, $3 to $14 are whole terms. */
#define IN_RANGE "(term >= $1 AND term < $2)"
#define IN_TERMS "term IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"

static const struct stmt delete_sql = { "DELETE FROM posting WHERE series = $1", 0 };
static const struct stmt insert_sql = {
    "INSERT INTO posting (term, series, kind, target, weight) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (term, series, kind, target) DO UPDATE SET weight = excluded.weight"
    " WHERE posting.weight < excluded.weight",
    0
};
/* Unused parameters are "", which is no term; an unused range is empty. Each term counts once a
 * series, with its best posting, and so does the whole range. */
static const struct stmt search_sql = {
    "SELECT series, max(place), CAST(sum(best) AS BIGINT) FROM"
    " (SELECT series, min(kind) AS place, max(weight) AS best FROM posting"
    " WHERE " IN_RANGE " GROUP BY series"
    " UNION ALL SELECT series, min(kind), max(weight) FROM posting"
    " WHERE " IN_TERMS " GROUP BY term, series) t"
    " GROUP BY series HAVING count(*) = $15 AND (CAST(sum(best) AS BIGINT), series) < ($16, $17)"
    " ORDER BY 3 DESC, 1 DESC LIMIT $18",
    0
};
static const struct stmt best_episode_sql = {
    "SELECT target FROM posting WHERE (" IN_RANGE " OR " IN_TERMS ") AND series = $15 AND kind = 5"
    " GROUP BY target ORDER BY sum(weight) DESC, target LIMIT 1",
    0
};

const struct stmt *const search_statements[] = { &delete_sql, &insert_sql, &search_sql,
                                                 &best_episode_sql, NULL };

enum err store_search_replace(struct db *db, int64_t series, const struct posting *p, size_t n)
{
    enum err e = sql_change(db, &delete_sql, SQL_ARGS(sql_int(series)), NULL);
    for (size_t i = 0; e == OK && i < n; i++) {
        if (p[i].term.n == 0 || p[i].term.n > SEARCH_TERM_BYTES_MAX)
            return ERR_LIMIT;
        e = sql_change(db, &insert_sql,
                       SQL_ARGS(sql_text(p[i].term), sql_int(series), sql_int(p[i].kind),
                                sql_int(p[i].target), sql_int(p[i].weight)),
                       NULL);
    }
    return e;
}

static void hit_read(struct query *q, struct arena *a, void *item)
{
    (void)a;
    struct search_hit *h = item;
    h->series = sql_get_int(q);
    h->kind = (enum posting_kind)sql_get_int(q);
    h->score = sql_get_int(q);
}

enum { ARG_TERMS = 2, ARG_REST = ARG_TERMS + SEARCH_TERMS_MAX };

/* args: range and terms; the series goes behind them. */
static enum err fill_episodes(struct db *db, struct sql_value *args, struct search_hit *hits,
                              size_t n)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && i < n; i++) {
        if (hits[i].kind != POSTING_EPISODE)
            continue;
        args[ARG_REST] = sql_int(hits[i].series);
        e = sql_scalar(db, &best_episode_sql, args, ARG_REST + 1, &hits[i].episode);
        if (e == ERR_NOT_FOUND) /* withdrawn between two statements outside of a snapshot */
            e = OK;
    }
    return e;
}

/* Fills the first ARG_REST arguments. */
static void bind_terms(const struct posting_terms *terms, struct sql_value *args)
{
    args[0] = sql_text(terms->first.n ? terms->first : STR(""));
    args[1] = sql_text(terms->first.n ? terms->last : STR(""));
    for (size_t i = 0; i < SEARCH_TERMS_MAX; i++)
        args[ARG_TERMS + i] = sql_text(i < terms->n ? terms->p[i] : STR(""));
}

enum err store_search(struct db *db, struct arena *a, struct posting_terms terms,
                      struct store_cursor after, int limit, struct search_hit **ret, size_t *ret_n)
{
    size_t n_wanted = terms.n + (terms.first.n > 0);
    if (n_wanted < 1 || n_wanted > SEARCH_TERMS_MAX)
        return ERR_LIMIT;
    struct store_cursor down = sql_down(after);
    struct sql_value args[ARG_REST + 4];
    bind_terms(&terms, args);
    args[ARG_REST] = sql_int((int64_t)n_wanted);
    args[ARG_REST + 1] = sql_int(down.key);
    args[ARG_REST + 2] = sql_int(down.id);
    args[ARG_REST + 3] = sql_int(limit);
    struct query q;
    sql_start(&q, db, &search_sql, args, sizeof args / sizeof *args);
    struct search_hit *hits;
    size_t n_hits;
    enum err e = sql_page(&q, a, limit, sizeof *hits, hit_read, &hits, &n_hits);
    if (e == OK)
        e = fill_episodes(db, args, hits, n_hits);
    if (e != OK)
        return e;
    *ret = hits;
    *ret_n = n_hits;
    return OK;
}
