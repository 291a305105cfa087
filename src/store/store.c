/*
 * The open database: which engine, ids, faults, and the writer (writer.h).
 */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "store/engine.h"
#include "store/writer.h"

struct store {
    struct store_config cfg;
    char *url;
    const struct engine *engine;
    struct writer *writer;
    atomic_llong last_id;
    atomic_llong fault_after; /* statements until the injected fault; 0: off */
    atomic_int fault;
};

static bool is_postgres_url(const char *url)
{
    struct str s = str_from(url);
    return str_starts(s, STR("postgresql://")) || str_starts(s, STR("postgres://"));
}

static enum err open_and_migrate(struct store *s, struct diag *d)
{
    struct db *db = NULL;
    enum err e = db_open(s, s->engine, s->url, DB_WRITE, &db, d);
    if (e == OK)
        e = migrate(db, schema_migrations, schema_migrations_n, store_now_us(s), d);
    db_close(db);
    if (e == OK)
        e = writer_new(s, s->engine, s->url, s->cfg.one_transaction_a_write, &s->writer, d);
    return e;
}

enum err store_open(const struct store_config *cfg, struct store **ret, struct diag *d)
{
    struct store *s = calloc(1, sizeof *s);
    char *url = strdup(cfg->url);
    if (!s || !url)
        abort();
    s->cfg = *cfg;
    s->cfg.url = s->url = url;
    s->engine = is_postgres_url(url) ? &engine_postgres : &engine_sqlite;
    enum err e = open_and_migrate(s, d);
    if (e != OK) {
        store_close(s);
        return e;
    }
    *ret = s;
    return OK;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    writer_free(s->writer);
    free(s->url);
    free(s);
}

bool store_is_postgres(const struct store *s)
{
    return s->engine == &engine_postgres;
}

int64_t store_now_us(struct store *s)
{
    return clock_wall_us(s->cfg.clock);
}

/* Two ids of one millisecond, or a clock that went back: the next number after the last one. */
int64_t store_new_id(struct store *s)
{
    long long last = atomic_load(&s->last_id), id;
    int64_t fresh = id_make(store_now_us(s), rng_u64(s->cfg.rng));
    do
        id = fresh > last ? fresh : last + 1;
    while (!atomic_compare_exchange_weak(&s->last_id, &last, id));
    return id;
}

enum err store_reader_open(struct store *s, struct db **ret)
{
    return db_open(s, s->engine, s->url, DB_READ, ret, NULL);
}

enum err store_write_async(struct store *s, store_write_fn *fn, void *arg,
                           void (*done)(void *done_arg, enum err e), void *done_arg)
{
    return writer_push(s->writer, fn, arg, done, done_arg);
}

enum err store_write(struct store *s, store_write_fn *fn, void *arg)
{
    return writer_run(s->writer, fn, arg);
}

void store_stats(struct store *s, struct store_stats *ret)
{
    writer_stats(s->writer, ret);
}

void store_fail_nth(struct store *s, int64_t n, enum err e)
{
    atomic_store(&s->fault, (int)e);
    atomic_store(&s->fault_after, n);
}

enum err store_fault(struct store *s)
{
    if (!s || atomic_load_explicit(&s->fault_after, memory_order_relaxed) <= 0)
        return OK;
    return atomic_fetch_sub(&s->fault_after, 1) == 1 ? (enum err)atomic_load(&s->fault) : OK;
}

bool store_fault_is_used(struct store *s)
{
    return atomic_load(&s->fault_after) <= 0;
}
