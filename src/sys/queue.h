/*
 * A bounded multi-producer, multi-consumer queue of pointers, and a fixed pool of threads that
 * run tasks from one. A full queue is the caller's to answer for (503): nothing blocks on push.
 */
#ifndef DRAMALET_SYS_QUEUE_H
#define DRAMALET_SYS_QUEUE_H

#include <stddef.h>

#include "base/err.h"

struct queue;

struct queue *queue_new(size_t capacity);
void queue_free(struct queue *q); /* no thread may use it any more; items are not freed */
NODISCARD enum err queue_push(struct queue *q,
                              void *item); /* ERR_BUSY: full; ERR_CANCELLED: closed */
/* Waits for an item. ERR_CANCELLED once the queue is closed and empty. */
NODISCARD enum err queue_pop(struct queue *q, void **ret_item);
/* Takes up to max items, waiting for the first only: what a group commit needs. */
NODISCARD enum err queue_pop_many(struct queue *q, void **items, size_t max, size_t *ret_n);
void queue_close(struct queue *q); /* pushes fail from now on, pops drain */
size_t queue_depth(struct queue *q);

struct pool;
/* n threads, each calls run(arg, worker_index, item) for each item. */
struct pool *pool_new(const char *name, size_t n, size_t capacity,
                      void (*run)(void *arg, size_t worker, void *item), void *arg);
NODISCARD enum err pool_push(struct pool *p, void *item);
size_t pool_depth(struct pool *p);
void pool_free(struct pool *p); /* drains, joins, frees; takes NULL */

#endif
