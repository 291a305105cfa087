/* The rows of blobs: what is registered, how often it is referred to. See blob.h; the files are
 * in blob.c. */
#include "store/family.h"

static const struct stmt add_sql = {
    "INSERT INTO blob (hash, kind, size, refs, unreferenced_us) VALUES ($1, $2, $3, 0, $4)"
    " ON CONFLICT (hash) DO UPDATE SET unreferenced_us = excluded.unreferenced_us"
    " WHERE blob.refs = 0",
    0
};
static const struct stmt ref_sql = {
    "UPDATE blob SET refs = refs + 1, unreferenced_us = 0 WHERE hash = $1", 0
};
static const struct stmt unref_sql = {
    "UPDATE blob SET refs = refs - 1,"
    " unreferenced_us = CASE WHEN refs = 1 THEN $1 ELSE 0 END WHERE hash = $2 AND refs > 0",
    0
};
static const struct stmt get_sql = {
    "SELECT hash, kind, size, refs, unreferenced_us FROM blob WHERE hash = $1", 0
};
static const struct stmt list_sql = {
    "SELECT hash, kind, size, refs, unreferenced_us FROM blob WHERE hash > $1"
    " ORDER BY hash LIMIT $2",
    0
};
static const struct stmt unreferenced_sql = {
    "SELECT hash, kind, size, refs, unreferenced_us FROM blob WHERE refs = 0"
    " AND unreferenced_us <= $1 ORDER BY unreferenced_us LIMIT $2",
    0
};
static const struct stmt delete_sql = {
    "DELETE FROM blob WHERE hash = $1 AND refs = 0 AND unreferenced_us <= $2", 0
};

const struct stmt *const blob_row_statements[] = { &add_sql,    &ref_sql,  &unref_sql,
                                                   &get_sql,    &list_sql, &unreferenced_sql,
                                                   &delete_sql, NULL };

enum err store_blob_add(struct db *db, const struct blob *b, int64_t now_us)
{
    return sql_change(db, &add_sql,
                      SQL_ARGS(sql_text(str_from(b->hex)), sql_int(b->kind), sql_int(b->size_bytes),
                               sql_int(now_us)),
                      NULL);
}

enum err store_blob_ref(struct db *db, struct str hex)
{
    if (hex.n == 0)
        return OK;
    enum err e = sql_change_one(db, &ref_sql, SQL_ARGS(sql_text(hex)));
    return e == ERR_NOT_FOUND ? ERR_CONFLICT : e;
}

enum err store_blob_unref(struct db *db, struct str hex, int64_t now_us)
{
    if (hex.n == 0)
        return OK;
    enum err e = sql_change_one(db, &unref_sql, SQL_ARGS(sql_int(now_us), sql_text(hex)));
    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e; /* what refers to it says it is there */
}

static void holder_read(struct query *q, struct arena *a, void *item)
{
    *(struct str *)item = sql_get_text(q, a);
}

enum err blob_move_ref(struct db *db, const struct stmt *holder_sql, int64_t id, struct str to_hex,
                       int64_t now_us)
{
    struct arena a = { 0 };
    struct str from_hex;
    enum err e = sql_one(db, holder_sql, SQL_ARGS(sql_int(id)), &a, holder_read, &from_hex);
    if (e == OK && !str_eq(from_hex, to_hex)) {
        e = store_blob_ref(db, to_hex);
        if (e == OK)
            e = store_blob_unref(db, from_hex, now_us);
    }
    arena_done(&a);
    return e;
}

static void blob_read(struct query *q, struct arena *a, void *item)
{
    struct blob_row *b = item;
    b->hash = sql_get_text(q, a);
    b->kind = (enum blob_kind)sql_get_int(q);
    b->size_bytes = sql_get_int(q);
    b->refs = sql_get_int(q);
    b->unreferenced_us = sql_get_int(q);
}

enum err store_blob_get(struct db *db, struct arena *a, struct str hex, struct blob_row *ret)
{
    return sql_one(db, &get_sql, SQL_ARGS(sql_text(hex)), a, blob_read, ret);
}

enum err store_blob_list(struct db *db, struct arena *a, struct str after, int limit,
                         struct blob_row **ret, size_t *ret_n)
{
    struct query q;
    sql_start(&q, db, &list_sql, SQL_ARGS(sql_text(after), sql_int(limit)));
    return sql_page(&q, a, limit, sizeof **ret, blob_read, ret, ret_n);
}

enum err blob_each_row(struct db *db, blob_each_row_fn *each, void *arg)
{
    enum { PAGE = 100 };
    struct arena a = { 0 };
    char after[SHA256_HEX + 1] = "";
    struct blob_row *rows;
    size_t n = PAGE;
    enum err e = OK;
    while (e == OK && n == PAGE) {
        e = store_blob_list(db, &a, str_from(after), PAGE, &rows, &n);
        for (size_t i = 0; e == OK && i < n; i++)
            e = each(arg, &a, &rows[i]);
        if (e == OK && n == PAGE && rows[n - 1].hash.n <= SHA256_HEX)
            memcpy(after, rows[n - 1].hash.p, rows[n - 1].hash.n + 1);
        arena_reset(&a);
    }
    arena_done(&a);
    return e;
}

enum err blob_unreferenced(struct db *db, struct arena *a, int64_t before_us, int limit,
                           struct blob_row **ret, size_t *ret_n)
{
    struct query q;
    sql_start(&q, db, &unreferenced_sql, SQL_ARGS(sql_int(before_us), sql_int(limit)));
    return sql_page(&q, a, limit, sizeof **ret, blob_read, ret, ret_n);
}

enum err blob_delete_row(struct db *db, struct str hex, int64_t before_us)
{
    return sql_change_one(db, &delete_sql, SQL_ARGS(sql_text(hex), sql_int(before_us)));
}
