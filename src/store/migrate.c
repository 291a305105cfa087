/*
 * Numbered migrations, forward only, each in a transaction of its own with its number in the table
 * `migration`: after a crash in between, the database is at a whole number. A database with a
 * higher number than the program knows is refused and left as it is.
 */
#include "base/buf.h"
#include "store/engine.h"

static const char table_text[] =
    "CREATE TABLE IF NOT EXISTS migration (number {int} NOT NULL PRIMARY KEY,"
    " applied_us {int} NOT NULL) {table}";

static const struct stmt newest_sql = { "SELECT coalesce(max(number), 0) FROM migration", 0 };
static const struct stmt insert_sql = {
    "INSERT INTO migration (number, applied_us) VALUES ($1, $2)", 0
};

static enum err exec_ddl(struct db *db, const char *text, struct diag *d)
{
    struct buf b = { 0 };
    while (*text) {
        const struct ddl_token *t = db->engine->tokens;
        while (t->name && strncmp(text, t->name, strlen(t->name)) != 0)
            t++;
        if (t->name) {
            buf_add_c(&b, t->text);
            text += strlen(t->name);
        } else {
            buf_add_char(&b, *text++);
        }
    }
    buf_add_char(&b, '\0');
    enum err e = b.err == OK ? db->engine->exec(db, b.p, d) : b.err;
    buf_done(&b);
    return e;
}

static enum err apply(struct db *db, const struct migration *m, int64_t now_us, struct diag *d)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && m->text[i]; i++)
        e = exec_ddl(db, m->text[i], d);
    if (e == OK)
        e = sql_change(db, &insert_sql, SQL_ARGS(sql_int(m->number), sql_int(now_us)), NULL);
    return e;
}

/* One look and at most one step, under the lock of begin_migration: two programs that start at
 * once do not both apply it. */
static enum err step(struct db *db, const struct migration *list, size_t n, int64_t now_us,
                     bool *ret_is_current, struct diag *d)
{
    enum err e = db->engine->exec(db, db->engine->begin_migration, d);
    if (e != OK)
        return e;
    int64_t at = 0;
    e = exec_ddl(db, table_text, d);
    if (e == OK)
        e = sql_scalar(db, &newest_sql, NULL, 0, &at);
    if (e == OK && at > (int64_t)n)
        e = diag_fail(d, ERR_UNSUPPORTED, 0, 0,
                      "the database is at schema %lld, this program knows up to %zu: use the "
                      "program that wrote it, or a newer one",
                      (long long)at, n);
    *ret_is_current = at == (int64_t)n;
    if (e == OK && !*ret_is_current)
        e = apply(db, &list[at], now_us, d);
    if (e == OK)
        e = db->engine->exec(db, "COMMIT", d);
    if (e != OK && db->engine->in_transaction(db)) {
        enum err ignored = db->engine->exec(db, "ROLLBACK", NULL);
        (void)ignored;
    }
    return e;
}

enum err migrate(struct db *db, const struct migration *list, size_t n, int64_t now_us,
                 struct diag *d)
{
    bool is_current = false;
    enum err e = OK;
    while (e == OK && !is_current)
        e = step(db, list, n, now_us, &is_current, d);
    return e;
}

const struct stmt *const migrate_statements[] = { &newest_sql, &insert_sql, NULL };
