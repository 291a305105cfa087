/* Files of series packages. See package.h. */
#include "store/package.h"

#include "store/family.h"

static const struct stmt list_sql = {
    "SELECT path, blob, size FROM package_file WHERE series = $1 ORDER BY path", 0
};
static const struct stmt get_sql = {
    "SELECT path, blob, size FROM package_file WHERE series = $1 AND path = $2", 0
};
static const struct stmt insert_sql = {
    "INSERT INTO package_file (series, path, blob, size) VALUES ($1, $2, $3, $4)", 0
};
static const struct stmt delete_sql = { "DELETE FROM package_file WHERE series = $1 AND path = $2",
                                        0 };

const struct stmt *const package_statements[] = { &list_sql, &get_sql, &insert_sql, &delete_sql,
                                                  NULL };

static void file_read(struct query *q, struct arena *a, void *item)
{
    struct package_file *f = item;
    f->path = sql_get_text(q, a);
    f->blob = sql_get_text(q, a);
    f->size_bytes = sql_get_int(q);
}

static enum err insert(struct db *db, int64_t series, const struct package_file *f)
{
    enum err e = store_blob_ref(db, f->blob);
    if (e != OK)
        return e;
    return sql_change(
        db, &insert_sql,
        SQL_ARGS(sql_int(series), sql_text(f->path), sql_text(f->blob), sql_int(f->size_bytes)),
        NULL);
}

static enum err remove_file(struct db *db, int64_t series, const struct package_file *f,
                            int64_t now_us)
{
    enum err e = store_blob_unref(db, f->blob, now_us);
    if (e != OK)
        return e;
    return sql_change_one(db, &delete_sql, SQL_ARGS(sql_int(series), sql_text(f->path)));
}

enum err store_package_replace(struct db *db, int64_t series, const struct package_file *f,
                               size_t n, int64_t now_us)
{
    struct arena a = { 0 };
    struct package_file *old;
    size_t n_old;
    enum err e = store_package_list(db, &a, series, &old, &n_old);
    for (size_t i = 0; e == OK && i < n_old; i++)
        e = remove_file(db, series, &old[i], now_us);
    for (size_t i = 0; e == OK && i < n; i++)
        e = insert(db, series, &f[i]);
    arena_done(&a);
    return e;
}

enum err store_package_put(struct db *db, int64_t series, const struct package_file *f,
                           int64_t now_us)
{
    enum err e = store_package_remove(db, series, f->path, now_us);
    return e == OK || e == ERR_NOT_FOUND ? insert(db, series, f) : e;
}

enum err store_package_remove(struct db *db, int64_t series, struct str path, int64_t now_us)
{
    struct arena a = { 0 };
    struct package_file old;
    enum err e =
        sql_one(db, &get_sql, SQL_ARGS(sql_int(series), sql_text(path)), &a, file_read, &old);
    if (e == OK)
        e = remove_file(db, series, &old, now_us);
    arena_done(&a);
    return e;
}

enum err store_package_list(struct db *db, struct arena *a, int64_t series,
                            struct package_file **ret, size_t *ret_n)
{
    struct query q;
    sql_start(&q, db, &list_sql, SQL_ARGS(sql_int(series)));
    return sql_list(&q, a, sizeof **ret, file_read, ret, ret_n);
}
