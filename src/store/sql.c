/*
 * Statements on a connection: the cache of prepared ones (by the address of their struct stmt),
 * rows, and the rule that an error inside a write sticks. See sql.h.
 */
#include "store/sql.h"

#include <assert.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "store/engine.h"
#include "store/statements.h"

static struct prepared_slot *slot_of(struct db *db, const struct stmt *st)
{
    size_t at = ((uintptr_t)st >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 55;
    _Static_assert(SQL_CACHE == 1 << (64 - 55), "the hash has as many bits as the cache");
    while (db->cache[at].stmt && db->cache[at].stmt != st)
        at = (at + 1) % SQL_CACHE;
    return &db->cache[at];
}

void db_forget_statements(struct db *db)
{
    for (size_t i = 0; i < SQL_CACHE; i++) {
        if (db->cache[i].prepared)
            db->engine->unprepare(db, db->cache[i].prepared);
        db->cache[i] = (struct prepared_slot){ 0 };
    }
}

/* Both engines refuse the same text: PostgreSQL takes neither NUL nor what is not UTF-8. */
static enum err check_args(const struct sql_value *args, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct str s = args[i].s;
        if (args[i].type == SQL_INT)
            continue;
        if (s.n > STORE_TEXT_MAX)
            return ERR_LIMIT;
        if (args[i].type == SQL_TEXT && ((s.n && memchr(s.p, '\0', s.n)) || !utf8_is_valid(s)))
            return ERR_INPUT;
    }
    return OK;
}

enum err sql_prepare(struct query *q)
{
    struct prepared_slot *slot = slot_of(q->db, q->stmt);
    if (!slot->stmt) {
        assert(stmt_is_listed(q->stmt));
        enum err e = q->db->engine->prepare(q, &slot->prepared);
        if (e != OK)
            return e;
        slot->stmt = q->stmt;
    }
    q->prepared = slot->prepared;
    return OK;
}

static enum err start(struct query *q)
{
    enum err e = q->db->stuck;
    if (e == OK)
        e = store_fault(q->db->store);
    if (e == OK)
        e = check_args(q->args, q->n_args);
    if (e != OK)
        return e;
    e = sql_prepare(q);
    if (e == OK)
        e = q->db->engine->start(q);
    q->is_started = e == OK;
    return e;
}

static enum err stick(struct query *q, enum err e)
{
    if (e != OK && q->err == OK)
        q->err = e;
    if (e != OK && q->db->in_write && q->db->stuck == OK)
        q->db->stuck = e;
    return e;
}

void sql_start(struct query *q, struct db *db, const struct stmt *stmt,
               const struct sql_value *args, size_t n)
{
    assert(n <= SQL_ARGS_MAX);
    *q = (struct query){ .db = db, .stmt = stmt, .args = args, .n_args = n, .row = -1 };
    (void)stick(q, start(q));
}

enum err sql_next(struct query *q, bool *ret_has_row)
{
    if (q->err != OK)
        return q->err;
    q->column = 0;
    q->row++;
    return stick(q, q->db->engine->next(q, ret_has_row));
}

enum err sql_row(struct query *q)
{
    bool has_row = false;
    enum err e = sql_next(q, &has_row);
    return e == OK && !has_row ? ERR_NOT_FOUND : e;
}

int64_t sql_get_int(struct query *q)
{
    return q->db->engine->get_int(q, q->column++);
}

struct str sql_get_text(struct query *q, struct arena *a)
{
    return arena_str(a, q->db->engine->get_text(q, q->column++));
}

struct str sql_get_bytes(struct query *q, struct arena *a)
{
    return q->db->engine->get_bytes(q, a, q->column++);
}

enum err sql_end(struct query *q, enum err e)
{
    if (q->is_started)
        q->db->engine->end(q);
    q->is_started = false;
    return e == OK ? q->err : e;
}

enum err sql_change(struct db *db, const struct stmt *stmt, const struct sql_value *args, size_t n,
                    int64_t *ret_changed)
{
    struct query q;
    sql_start(&q, db, stmt, args, n);
    bool has_row = true;
    enum err e = OK;
    while (e == OK && has_row)
        e = sql_next(&q, &has_row);
    if (e == OK && ret_changed)
        *ret_changed = db->engine->changed(&q);
    return sql_end(&q, e);
}

enum err sql_change_one(struct db *db, const struct stmt *stmt, const struct sql_value *args,
                        size_t n)
{
    int64_t changed = 0;
    enum err e = sql_change(db, stmt, args, n, &changed);
    return e == OK && changed == 0 ? ERR_NOT_FOUND : e;
}

enum err sql_scalar(struct db *db, const struct stmt *stmt, const struct sql_value *args, size_t n,
                    int64_t *ret)
{
    struct query q;
    sql_start(&q, db, stmt, args, n);
    enum err e = sql_row(&q);
    if (e == OK)
        *ret = sql_get_int(&q);
    return sql_end(&q, e);
}

enum err sql_list(struct query *q, struct arena *a, size_t item_bytes, sql_read_fn *read,
                  void *ret_items, size_t *ret_n)
{
    char *items = NULL;
    size_t n = 0, cap = 0;
    bool has_row = false;
    enum err e;
    while ((e = sql_next(q, &has_row)) == OK && has_row) {
        if (n == cap) {
            cap = cap ? cap * 2 : 16;
            char *grown = arena_calloc(a, cap, item_bytes);
            if (n)
                memcpy(grown, items, n * item_bytes);
            items = grown;
        }
        read(q, a, items + n++ * item_bytes);
    }
    e = sql_end(q, e);
    if (e != OK)
        return e;
    memcpy(ret_items, &items, sizeof items); /* every pointer to a row has this representation */
    *ret_n = n;
    return OK;
}

enum err sql_page(struct query *q, struct arena *a, int limit, size_t item_bytes, sql_read_fn *read,
                  void *ret_items, size_t *ret_n)
{
    if (limit < 1 || limit > STORE_LIST_MAX)
        return sql_end(q, ERR_LIMIT);
    return sql_list(q, a, item_bytes, read, ret_items, ret_n);
}

enum err sql_one(struct db *db, const struct stmt *stmt, const struct sql_value *args, size_t n,
                 struct arena *a, sql_read_fn *read, void *ret_item)
{
    struct query q;
    sql_start(&q, db, stmt, args, n);
    enum err e = sql_row(&q);
    if (e == OK)
        read(&q, a, ret_item);
    return sql_end(&q, e);
}

struct store_cursor sql_down(struct store_cursor after)
{
    if (after.key == 0 && after.id == 0)
        return (struct store_cursor){ INT64_MAX, INT64_MAX };
    return after;
}

bool sql_is_cheap(const struct db *db)
{
    return db->engine->has_cheap_statements;
}
