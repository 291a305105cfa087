/*
 * Inside the store only: what a database engine does for a connection, and the connection itself.
 * sqlite.c and postgres.c are the two engines; sql.c, migrate.c and writer.c use them through this
 * table. All functions run on the connection's one thread.
 */
#ifndef DRAMALET_STORE_ENGINE_H
#define DRAMALET_STORE_ENGINE_H

#include <stdatomic.h>

#include "store/sql.h"

enum db_use { DB_READ, DB_WRITE };

/* {name} in the text of the migrations becomes text. */
struct ddl_token {
    const char *name, *text;
};

struct engine {
    const struct ddl_token *tokens; /* ends with a NULL name */
    const char *begin_write, *begin_read, *begin_migration;
    /* A statement is a function call and not a round trip: many small ones in a read transaction
     * cost less than a large one. */
    bool has_cheap_statements;

    NODISCARD enum err (*open)(struct db *db, const char *url, enum db_use use, struct diag *d);
    void (*close)(struct db *db);
    /* Text of several statements without parameters or rows. */
    NODISCARD enum err (*exec)(struct db *db, const char *text, struct diag *d);
    /* True when the transaction that was begun is still there to be committed. */
    bool (*in_transaction)(struct db *db);
    /* A copy of the whole database as of now, durable when it answers. NULL: has its own tools. */
    NODISCARD enum err (*snapshot)(struct db *db, const char *path, struct diag *d);
    /* After a group was answered: WAL upkeep. May be NULL. */
    void (*tidy)(struct db *db);

    NODISCARD enum err (*prepare)(struct query *q, void **ret_prepared);
    void (*unprepare)(struct db *db, void *prepared);
    NODISCARD enum err (*start)(struct query *q);
    NODISCARD enum err (*next)(struct query *q, bool *ret_has_row);
    int64_t (*get_int)(struct query *q, int column);
    struct str (*get_text)(struct query *q, int column); /* borrowed until the next row */
    struct str (*get_bytes)(struct query *q, struct arena *a, int column);
    int64_t (*changed)(struct query *q);
    void (*end)(struct query *q);
};

extern const struct engine engine_sqlite, engine_postgres;

struct prepared_slot {
    const struct stmt *stmt;
    void *prepared;
};

struct db {
    struct store *store; /* NULL in tests of an engine alone */
    const struct engine *engine;
    const char *url; /* the store's */
    void *conn;      /* sqlite3 or PGconn */
    bool in_write;   /* a write function is running: errors stick */
    enum err stuck;  /* the first error of a statement in it */
    int64_t wal_frames;
    unsigned reads_depth; /* of db_reads_begin; counts only those that opened or are within one */
    struct prepared_slot cache[SQL_CACHE];
};

/* A connection for use; the statements of db are not shared. */
NODISCARD enum err db_open(struct store *s, const struct engine *engine, const char *url,
                           enum db_use use, struct db **ret, struct diag *d);
/* Transaction control: counts as a statement for store_fail_nth, never sticks. */
NODISCARD enum err db_exec(struct db *db, const char *text);
/* Finds or prepares q's statement on its connection. */
NODISCARD enum err sql_prepare(struct query *q);
/* Forgets all prepared statements: the connection behind them is gone. */
void db_forget_statements(struct db *db);
/* OK, or the injected error when this statement is the one. */
NODISCARD enum err store_fault(struct store *s);
/* The injected error was given out. */
bool store_fault_is_used(struct store *s);

/* Brings the schema up to date in one transaction a step; see migrate.c. */
struct migration {
    int number;              /* 1, 2, ... */
    const char *const *text; /* statements; ends with NULL */
};
NODISCARD enum err migrate(struct db *db, const struct migration *list, size_t n, int64_t now_us,
                           struct diag *d);
extern const struct migration schema_migrations[];
extern const size_t schema_migrations_n;

#endif
