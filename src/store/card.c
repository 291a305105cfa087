/*
 * Cards: the static part of feed items. The feed reads ten of them a request: where a statement is
 * a round trip one fetches up to CARD_GET_MAX by primary key (unused parameters are 0, which is no
 * id); where it is a function call ten look-ups take a quarter fewer instructions than the
 * temporary index that SQLite makes of a list.
 */
#include "store/episode.h"
#include "store/family.h"

static const struct stmt put_sql = { "INSERT INTO episode_card (episode, card) VALUES ($1, $2)"
                                     " ON CONFLICT (episode) DO UPDATE SET card = excluded.card",
                                     0 };
static const struct stmt delete_sql = { "DELETE FROM episode_card WHERE episode = $1", 0 };
static const struct stmt exists_sql = { "SELECT 1 FROM episode WHERE id = $1", 0 };
static const struct stmt get_one_sql = {
    "SELECT d.episode, d.card, c.likes FROM episode_card d"
    " JOIN episode_count c ON c.episode = d.episode WHERE d.episode = $1",
    0
};
static const struct stmt get_many_sql = {
    "SELECT d.episode, d.card, c.likes FROM episode_card d"
    " JOIN episode_count c ON c.episode = d.episode WHERE d.episode IN"
    " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    0
};

const struct stmt *const card_statements[] = { &put_sql,     &delete_sql,   &exists_sql,
                                               &get_one_sql, &get_many_sql, NULL };

enum err store_card_put(struct db *db, int64_t episode, struct str card)
{
    if (card.n > CARD_TEXT_MAX)
        return ERR_LIMIT;
    int64_t is_there;
    enum err e = sql_scalar(db, &exists_sql, SQL_ARGS(sql_int(episode)), &is_there);
    if (e == OK)
        e = sql_change(db, &put_sql, SQL_ARGS(sql_int(episode), sql_text(card)), NULL);
    return e == OK ? catalog_bump(db) : e;
}

enum err store_card_delete(struct db *db, int64_t episode)
{
    enum err e = sql_change(db, &delete_sql, SQL_ARGS(sql_int(episode)), NULL);
    return e == OK ? catalog_bump(db) : e;
}

static void card_read(struct query *q, struct arena *a, void *item)
{
    struct episode_card *c = item;
    c->episode = sql_get_int(q);
    c->card = sql_get_text(q, a);
    c->likes = sql_get_int(q);
}

static enum err get_each(struct db *db, struct arena *a, size_t n, struct episode_card *ret)
{
    enum err e = db_reads_begin(db);
    if (e != OK)
        return e;
    for (size_t i = 0; e == OK && i < n; i++) {
        e = sql_one(db, &get_one_sql, SQL_ARGS(sql_int(ret[i].episode)), a, card_read, &ret[i]);
        if (e == ERR_NOT_FOUND)
            e = OK;
    }
    db_reads_end(db);
    return e;
}

static enum err get_together(struct db *db, struct arena *a, size_t n, struct episode_card *ret)
{
    struct sql_value ids[CARD_GET_MAX];
    for (size_t i = 0; i < CARD_GET_MAX; i++)
        ids[i] = sql_int(i < n ? ret[i].episode : 0);
    struct query q;
    sql_start(&q, db, &get_many_sql, ids, CARD_GET_MAX);
    bool has_row = false;
    enum err e;
    while ((e = sql_next(&q, &has_row)) == OK && has_row) {
        struct episode_card c;
        card_read(&q, a, &c);
        for (size_t i = 0; i < n; i++)
            if (ret[i].episode == c.episode)
                ret[i] = c;
    }
    return sql_end(&q, e);
}

enum err store_card_get_many(struct db *db, struct arena *a, const int64_t *episodes, size_t n,
                             struct episode_card *ret)
{
    if (n > CARD_GET_MAX)
        return ERR_LIMIT;
    for (size_t i = 0; i < n; i++)
        ret[i] = (struct episode_card){ .episode = episodes[i] };
    return sql_is_cheap(db) ? get_each(db, a, n, ret) : get_together(db, a, n, ret);
}
