/*
 * Inside the store only: who runs write functions. SQLite: one thread, groups of up to
 * WRITER_GROUP_MAX functions, each in a savepoint, one commit, then the replies. PostgreSQL: a few
 * workers, each function in its own serialisable transaction, again after a serialisation failure.
 */
#ifndef DRAMALET_STORE_WRITER_H
#define DRAMALET_STORE_WRITER_H

#include "store/engine.h"

enum {
    WRITER_QUEUE_MAX = 4096,
    WRITER_GROUP_MAX = 256,
    WRITER_WORKERS = 4, /* connections that write, PostgreSQL */
    WRITER_TRIES = 60   /* runs of one function, PostgreSQL */
};

struct writer;

NODISCARD enum err writer_new(struct store *s, const struct engine *engine, const char *url,
                              bool one_transaction_a_write, struct writer **ret, struct diag *d);
void writer_free(struct writer *w); /* runs what was accepted, joins; takes NULL */
NODISCARD enum err writer_push(struct writer *w, store_write_fn *fn, void *arg,
                               void (*done)(void *done_arg, enum err e), void *done_arg);
NODISCARD enum err writer_run(struct writer *w, store_write_fn *fn, void *arg);
void writer_stats(struct writer *w, struct store_stats *ret);

#endif
