/*
 * The only SQL. One statement text serves SQLite and PostgreSQL: bound $1.. in ascending order,
 * one typed function per statement in this folder's files, prepared once per connection.
 *
 * struct db is one connection: one thread at a time. A reader thread opens its own. All writes
 * go through store_write: on SQLite one writer thread runs each function in a savepoint of a
 * group transaction and answers after the group's commit; on PostgreSQL a pool of workers runs
 * each in its own serialisable transaction, again after a serialisation failure. A write
 * function may run twice; its only effect is the database behind tx.
 */
#ifndef DRAMALET_STORE_STORE_H
#define DRAMALET_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/rand.h"
#include "sys/clock.h"

struct store; /* the open database of one data folder; shared by all threads */
struct db;    /* a connection with its prepared statements */
struct tx;    /* a running write transaction; tx_db gives what the typed functions take */

struct store_config {
    const char *url; /* a file path (SQLite) or postgresql://... */
    const struct clock *clock;
    struct rng *rng;              /* thread-safe source, for ids */
    bool one_transaction_a_write; /* no group commit: the bench's peer */
};

/* Opens, migrates (numbered, forward only, in a transaction); ERR_UNSUPPORTED when the database is
 * from a newer program. */
NODISCARD enum err store_open(const struct store_config *cfg, struct store **ret, struct diag *d);
void store_close(struct store *s); /* commits what was acknowledged, joins; takes NULL */
bool store_is_postgres(const struct store *s);
int64_t store_new_id(struct store *s); /* thread-safe, unique in this process, time-ordered */
int64_t store_now_us(struct store *s);

NODISCARD enum err store_reader_open(struct store *s, struct db **ret);
void db_close(struct db *db); /* takes NULL */
/* A consistent snapshot over several reads (BEGIN ... COMMIT). */
NODISCARD enum err db_snapshot_begin(struct db *db);
void db_snapshot_end(struct db *db);

/* Around several reads of one request: what makes them cheapest. SQLite: one read transaction
 * (its locks once); PostgreSQL: nothing. May be nested, also within a snapshot or a write. */
NODISCARD enum err db_reads_begin(struct db *db);
void db_reads_end(struct db *db);

typedef enum err store_write_fn(struct tx *tx, void *arg);
struct db *tx_db(struct tx *tx);
int64_t tx_new_id(struct tx *tx);
int64_t tx_now_us(struct tx *tx);

/* Runs fn and waits for the commit. Returns what fn returned (then nothing was written) or the
 * commit's error. Not from a loop thread. */
NODISCARD enum err store_write(struct store *s, store_write_fn *fn, void *arg);
/* The same without waiting: done is called once, after the commit, on the writer's thread. ERR_BUSY
 * when the queue is full; done is not called then. */
NODISCARD enum err store_write_async(struct store *s, store_write_fn *fn, void *arg,
                                     void (*done)(void *done_arg, enum err e), void *done_arg);

struct store_stats {
    uint64_t writes, groups, retries, busy;
    uint64_t queue_depth;
};
void store_stats(struct store *s, struct store_stats *ret);

/* Faults for tests: the Nth statement from now fails with e (0: off). */
void store_fail_nth(struct store *s, int64_t n, enum err e);

#endif
