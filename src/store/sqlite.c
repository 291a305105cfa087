/*
 * SQLite behind the engine table. WAL with synchronous=FULL: a commit that returned is on the
 * disk. Readers map the file, so that a row is read where it lies in the page cache. The page size
 * is chosen so that three cards of 5 KB share a leaf and none has an overflow chain
 * (docs/decisions/005).
 */
#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "store/engine.h"

#define MMAP_BYTES "2147418112" /* SQLite's own ceiling */

enum { WAL_FRAMES_MAX = 2000 }; /* checkpoint above it: 32 MB */

static const struct {
    int code; /* extended, or primary when nothing else fits */
    enum err e;
} codes[] = {
    { SQLITE_CONSTRAINT, ERR_CONFLICT },
    { SQLITE_FULL, ERR_FULL },
    { SQLITE_BUSY, ERR_BUSY },
    { SQLITE_LOCKED, ERR_BUSY },
    { SQLITE_CORRUPT, ERR_CORRUPT },
    { SQLITE_NOTADB, ERR_CORRUPT },
    { SQLITE_TOOBIG, ERR_LIMIT },
    { SQLITE_CANTOPEN, ERR_IO },
    { SQLITE_IOERR, ERR_IO },
    { SQLITE_READONLY, ERR_FORBIDDEN },
    { SQLITE_PERM, ERR_FORBIDDEN },
    { SQLITE_NOMEM, ERR_LIMIT },
};

static enum err err_from_sqlite(int code)
{
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
        return OK;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == (code & 0xff))
            return codes[i].e;
    return ERR_INTERNAL;
}

static enum err lite_exec(struct db *db, const char *text, struct diag *d)
{
    int code = sqlite3_exec(db->conn, text, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        return OK;
    return diag_fail(d, err_from_sqlite(code), 0, 0, "SQLite: %s", sqlite3_errmsg(db->conn));
}

/* The online backup API in one step: one read transaction, while writers go on. */
static enum err lite_snapshot(struct db *db, const char *path, struct diag *d)
{
    sqlite3 *copy = NULL;
    int code = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    sqlite3_backup *b = NULL;
    if (code == SQLITE_OK) {
        b = sqlite3_backup_init(copy, "main", db->conn, "main");
        code = b ? sqlite3_backup_step(b, -1) : sqlite3_errcode(copy);
    }
    int ended = sqlite3_backup_finish(b);
    if (code == SQLITE_DONE)
        code = ended;
    enum err e = OK;
    if (code != SQLITE_OK)
        e = diag_fail(d, err_from_sqlite(code), 0, 0, "The database cannot be copied: %s",
                      copy ? sqlite3_errmsg(copy) : "no memory");
    sqlite3_close(copy);
    return e;
}

static int on_wal(void *arg, sqlite3 *conn, const char *name, int frames)
{
    (void)conn, (void)name;
    ((struct db *)arg)->wal_frames = frames;
    return SQLITE_OK;
}

static const char write_setup[] = "PRAGMA page_size=16384; PRAGMA journal_mode=WAL;"
                                  "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                                  "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384;"
                                  "PRAGMA journal_size_limit=67108864; PRAGMA secure_delete=FAST;"
                                  "PRAGMA mmap_size=" MMAP_BYTES;
static const char read_setup[] = "PRAGMA query_only=ON; PRAGMA cache_size=-1024;"
                                 "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=" MMAP_BYTES;

/* Before the first connection: no counter of memory that every thread would lock. */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum err lite_open(struct db *db, const char *url, enum db_use use, struct diag *d)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (use == DB_WRITE)
        flags |= SQLITE_OPEN_CREATE;
    sqlite3 *conn = NULL;
    int code = sqlite3_open_v2(url, &conn, flags, NULL);
    db->conn = conn;
    if (code != SQLITE_OK)
        return diag_fail(d, err_from_sqlite(code), 0, 0, "cannot open the database %s: %s", url,
                         conn ? sqlite3_errmsg(conn) : "out of memory");
    sqlite3_extended_result_codes(conn, 1);
    sqlite3_busy_timeout(conn, 10000);
    enum err e = lite_exec(db, use == DB_WRITE ? write_setup : read_setup, d);
    if (e == OK && use == DB_WRITE)
        sqlite3_wal_hook(conn, on_wal, db); /* also turns automatic checkpoints off: see tidy */
    return e;
}

static void lite_close(struct db *db)
{
    int code = sqlite3_close(db->conn);
    assert(code == SQLITE_OK); /* else a statement was not ended */
    (void)code;
}

static bool lite_in_transaction(struct db *db)
{
    return !sqlite3_get_autocommit(db->conn);
}

/* Checkpoints happen here, after the replies left, and not inside somebody's commit. */
static void lite_tidy(struct db *db)
{
    if (db->wal_frames < WAL_FRAMES_MAX)
        return;
    int left = 0, done = 0;
    if (sqlite3_wal_checkpoint_v2(db->conn, NULL, SQLITE_CHECKPOINT_PASSIVE, &left, &done) ==
        SQLITE_OK)
        db->wal_frames = left - done;
}

static enum err lite_prepare(struct query *q, void **ret_prepared)
{
    sqlite3_stmt *st = NULL;
    int code =
        sqlite3_prepare_v3(q->db->conn, q->stmt->text, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL);
    if (code == SQLITE_OK)
        *ret_prepared = st;
    return err_from_sqlite(code);
}

static void lite_unprepare(struct db *db, void *prepared)
{
    (void)db;
    sqlite3_finalize(prepared);
}

static int bind(sqlite3_stmt *st, int at, const struct sql_value *v)
{
    const char *p = v->s.p ? v->s.p : ""; /* a NULL pointer would bind NULL */
    switch (v->type) {
    case SQL_INT:
        return sqlite3_bind_int64(st, at, v->i);
    case SQL_TEXT:
        return sqlite3_bind_text(st, at, p, (int)v->s.n, SQLITE_STATIC);
    case SQL_BYTES:
        return sqlite3_bind_blob(st, at, p, (int)v->s.n, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

static enum err lite_start(struct query *q)
{
    sqlite3_stmt *st = q->prepared;
    assert(!sqlite3_stmt_busy(st)); /* the same statement within itself */
    assert((size_t)sqlite3_bind_parameter_count(st) == q->n_args);
    for (size_t i = 0; i < q->n_args; i++) {
        int code = bind(st, (int)i + 1, &q->args[i]);
        if (code != SQLITE_OK)
            return err_from_sqlite(code);
    }
    return OK;
}

static enum err lite_next(struct query *q, bool *ret_has_row)
{
    int code = sqlite3_step(q->prepared);
    *ret_has_row = code == SQLITE_ROW;
    return err_from_sqlite(code);
}

static int64_t lite_int(struct query *q, int column)
{
    return sqlite3_column_int64(q->prepared, column);
}

/* As a blob: asked for text, SQLite would copy it to put a zero behind. */
static struct str lite_text(struct query *q, int column)
{
    const char *p = sqlite3_column_blob(q->prepared, column);
    return str_sub(p ? p : "", p ? (size_t)sqlite3_column_bytes(q->prepared, column) : 0);
}

static struct str lite_bytes(struct query *q, struct arena *a, int column)
{
    const char *p = sqlite3_column_blob(q->prepared, column);
    return arena_str(a, str_sub(p, p ? (size_t)sqlite3_column_bytes(q->prepared, column) : 0));
}

static int64_t lite_changed(struct query *q)
{
    return sqlite3_changes64(q->db->conn);
}

static void lite_end(struct query *q)
{
    sqlite3_reset(q->prepared);
}

static const struct ddl_token tokens[] = {
    { "{id}", "INTEGER" }, { "{int}", "INTEGER" },  { "{text}", "TEXT" },
    { "{blob}", "BLOB" },  { "{table}", "STRICT" }, { "{clustered}", "STRICT, WITHOUT ROWID" },
    { NULL, NULL },
};

const struct engine engine_sqlite = {
    .tokens = tokens,
    .begin_write = "BEGIN IMMEDIATE",
    .begin_read = "BEGIN",
    .has_cheap_statements = true,
    .begin_migration = "BEGIN IMMEDIATE",
    .open = lite_open,
    .close = lite_close,
    .exec = lite_exec,
    .snapshot = lite_snapshot,
    .in_transaction = lite_in_transaction,
    .tidy = lite_tidy,
    .prepare = lite_prepare,
    .unprepare = lite_unprepare,
    .start = lite_start,
    .next = lite_next,
    .get_int = lite_int,
    .get_text = lite_text,
    .get_bytes = lite_bytes,
    .changed = lite_changed,
    .end = lite_end,
};
