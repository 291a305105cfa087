/*
 * Inside the store only: running one statement on a connection, the same for both engines.
 *
 * A statement is a static struct stmt beside the typed function that runs it; its text is what
 * both engines accept, with $1.. ascending. Every family lists its statements in an array, so that
 * a test can prepare and explain each of them (statements.h). They are prepared on first use and
 * kept for the life of the connection.
 *
 *     struct query q;
 *     sql_start(&q, db, &get_sql, SQL_ARGS(sql_int(id)));
 *     enum err e = sql_row(&q);             ERR_NOT_FOUND without a row
 *     if (e == OK) { ret->id = sql_get_int(&q); ret->title = sql_get_text(&q, a); }
 *     return sql_end(&q, e);
 *
 * An error while a write transaction is open sticks to the connection: whatever the function
 * returns, nothing of it is committed. A missing row is no such error. One thread at a time.
 */
#ifndef DRAMALET_STORE_SQL_H
#define DRAMALET_STORE_SQL_H

#include "store/state.h"
#include "store/store.h"

enum {
    SQL_ARGS_MAX = 40, /* parameters of one statement */
    SQL_CACHE = 512    /* prepared statements of one connection; a power of two */
};

enum stmt_flags {
    STMT_SCAN = 1,  /* reads a whole big table, on purpose */
    STMT_STREAM = 2 /* many rows: fetched as they are read, not all at once */
};

struct stmt {
    const char *text;
    unsigned flags;
};

enum sql_type { SQL_INT, SQL_TEXT, SQL_BYTES };

struct sql_value {
    enum sql_type type;
    int64_t i;
    struct str s; /* must live until sql_end */
};

static inline struct sql_value sql_int(int64_t i)
{
    return (struct sql_value){ .type = SQL_INT, .i = i };
}

static inline struct sql_value sql_text(struct str s)
{
    return (struct sql_value){ .type = SQL_TEXT, .s = s };
}

static inline struct sql_value sql_bytes(struct str s)
{
    return (struct sql_value){ .type = SQL_BYTES, .s = s };
}

/* The values of one call and how many: two arguments of sql_start and sql_change. */
#define SQL_ARGS(...)                            \
    ((const struct sql_value[]){ __VA_ARGS__ }), \
        (sizeof((const struct sql_value[]){ __VA_ARGS__ }) / sizeof(struct sql_value))

struct query {
    struct db *db;
    const struct stmt *stmt;
    const struct sql_value *args;
    size_t n_args;
    void *prepared; /* the engine's own */
    void *result;   /* the engine's own */
    int row, column;
    enum err err;
    bool is_started;
};

/* Starts stmt; an error shows at the first sql_next. sql_end must follow. */
void sql_start(struct query *q, struct db *db, const struct stmt *stmt,
               const struct sql_value *args, size_t n);
/* The next row. False at the end. */
NODISCARD enum err sql_next(struct query *q, bool *ret_has_row);
/* The one row of a look-up: ERR_NOT_FOUND when there is none. */
NODISCARD enum err sql_row(struct query *q);
/* The next column of the row, from the left. NULL is 0 or empty. */
int64_t sql_get_int(struct query *q);
struct str sql_get_text(struct query *q, struct arena *a);
struct str sql_get_bytes(struct query *q, struct arena *a);
/* Frees the statement for its next use. Returns e, or the query's own error when e is OK. */
NODISCARD enum err sql_end(struct query *q, enum err e);

/* A statement without rows. ret_changed (may be NULL): how many rows it touched. */
NODISCARD enum err sql_change(struct db *db, const struct stmt *stmt, const struct sql_value *args,
                              size_t n, int64_t *ret_changed);
/* The same; ERR_NOT_FOUND when it touched none. */
NODISCARD enum err sql_change_one(struct db *db, const struct stmt *stmt,
                                  const struct sql_value *args, size_t n);
/* One integer of one row; ERR_NOT_FOUND. */
NODISCARD enum err sql_scalar(struct db *db, const struct stmt *stmt, const struct sql_value *args,
                              size_t n, int64_t *ret);

typedef void sql_read_fn(struct query *q, struct arena *a, void *item);
/* The one row of a look-up through read; ERR_NOT_FOUND. */
NODISCARD enum err sql_one(struct db *db, const struct stmt *stmt, const struct sql_value *args,
                           size_t n, struct arena *a, sql_read_fn *read, void *ret_item);
/* All rows of a started query through read into an array in a (*(item **)ret_items), then
 * sql_end. */
NODISCARD enum err sql_list(struct query *q, struct arena *a, size_t item_bytes, sql_read_fn *read,
                            void *ret_items, size_t *ret_n);
/* The same for a page: ERR_LIMIT when limit is outside 1..STORE_LIST_MAX. */
NODISCARD enum err sql_page(struct query *q, struct arena *a, int limit, size_t item_bytes,
                            sql_read_fn *read, void *ret_items, size_t *ret_n);
/* A statement costs a function call, not a round trip. */
bool sql_is_cheap(const struct db *db);

/* Where a list that runs down starts: zero becomes the largest key there is. */
struct store_cursor sql_down(struct store_cursor after);

#endif
