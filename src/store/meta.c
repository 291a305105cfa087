/* Named values. See meta.h. */
#include "store/meta.h"

#include "store/sql.h"

static const struct stmt get_sql = { "SELECT value FROM meta WHERE key = $1", 0 };
static const struct stmt put_sql = { "INSERT INTO meta (key, value) VALUES ($1, $2)"
                                     " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                                     0 };
static const struct stmt put_if_absent_sql = {
    "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING", 0
};

const struct stmt *const meta_statements[] = { &get_sql, &put_sql, &put_if_absent_sql, NULL };

static void value_read(struct query *q, struct arena *a, void *item)
{
    *(struct str *)item = sql_get_bytes(q, a);
}

enum err store_meta_get(struct db *db, struct arena *a, struct str key, struct str *ret)
{
    return sql_one(db, &get_sql, SQL_ARGS(sql_text(key)), a, value_read, ret);
}

enum err store_meta_put(struct db *db, struct str key, struct str value)
{
    return sql_change(db, &put_sql, SQL_ARGS(sql_text(key), sql_bytes(value)), NULL);
}

enum err store_meta_put_if_absent(struct db *db, struct arena *a, struct str key, struct str value,
                                  struct str *ret)
{
    enum err e =
        sql_change(db, &put_if_absent_sql, SQL_ARGS(sql_text(key), sql_bytes(value)), NULL);
    return e == OK ? store_meta_get(db, a, key, ret) : e;
}
