/*
 * A ring under one mutex. Items are requests and writes, so tens of thousands a second at most:
 * a lock that is held for a few instructions is far from being the limit, and can be reasoned
 * about. Waiters are woken one an item.
 */
#include "sys/queue.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t not_empty;
    size_t head, n, capacity;
    bool is_closed;
    void *items[];
};

struct queue *queue_new(size_t capacity)
{
    size_t bytes;
    if (capacity == 0 || __builtin_mul_overflow(capacity, sizeof(void *), &bytes) ||
        __builtin_add_overflow(bytes, sizeof(struct queue), &bytes))
        abort();
    struct queue *q = calloc(1, bytes);
    if (!q)
        abort();
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->not_empty, NULL);
    q->capacity = capacity;
    return q;
}

void queue_free(struct queue *q)
{
    if (!q)
        return;
    pthread_cond_destroy(&q->not_empty);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

enum err queue_push(struct queue *q, void *item)
{
    enum err e = OK;
    pthread_mutex_lock(&q->lock);
    if (q->is_closed) {
        e = ERR_CANCELLED;
    } else if (q->n == q->capacity) {
        e = ERR_BUSY;
    } else {
        q->items[(q->head + q->n++) % q->capacity] = item;
        pthread_cond_signal(&q->not_empty);
    }
    pthread_mutex_unlock(&q->lock);
    return e;
}

enum err queue_pop(struct queue *q, void **ret_item)
{
    size_t n;
    return queue_pop_many(q, ret_item, 1, &n);
}

enum err queue_pop_many(struct queue *q, void **items, size_t max, size_t *ret_n)
{
    pthread_mutex_lock(&q->lock);
    while (q->n == 0 && !q->is_closed)
        pthread_cond_wait(&q->not_empty, &q->lock);
    size_t n = q->n < max ? q->n : max;
    for (size_t i = 0; i < n; i++) {
        items[i] = q->items[q->head];
        q->head = (q->head + 1) % q->capacity;
    }
    q->n -= n;
    pthread_mutex_unlock(&q->lock);
    if (n == 0)
        return ERR_CANCELLED;
    *ret_n = n;
    return OK;
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->is_closed = true;
    pthread_cond_broadcast(&q->not_empty);
    pthread_mutex_unlock(&q->lock);
}

size_t queue_depth(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    size_t n = q->n;
    pthread_mutex_unlock(&q->lock);
    return n;
}

struct worker {
    struct pool *pool;
    pthread_t thread;
};

struct pool {
    struct queue *queue;
    void (*run)(void *arg, size_t worker, void *item);
    void *arg;
    size_t n;
    struct worker workers[];
};

static void *worker_main(void *arg)
{
    struct worker *w = arg;
    struct pool *p = w->pool;
    void *item;
    while (queue_pop(p->queue, &item) == OK)
        p->run(p->arg, (size_t)(w - p->workers), item);
    return NULL;
}

struct pool *pool_new(const char *name, size_t n, size_t capacity,
                      void (*run)(void *arg, size_t worker, void *item), void *arg)
{
    size_t bytes;
    if (n == 0 || __builtin_mul_overflow(n, sizeof(struct worker), &bytes) ||
        __builtin_add_overflow(bytes, sizeof(struct pool), &bytes))
        abort();
    struct pool *p = calloc(1, bytes);
    if (!p)
        abort();
    p->queue = queue_new(capacity);
    p->run = run;
    p->arg = arg;
    p->n = n;
    for (size_t i = 0; i < n; i++) {
        p->workers[i].pool = p;
        if (pthread_create(&p->workers[i].thread, NULL, worker_main, &p->workers[i]) != 0)
            abort();
        char thread_name[16]; /* the kernel's limit */
        snprintf(thread_name, sizeof thread_name, "%.10s-%u", name, (unsigned)(i % 1000));
        pthread_setname_np(p->workers[i].thread, thread_name);
    }
    return p;
}

enum err pool_push(struct pool *p, void *item)
{
    return queue_push(p->queue, item);
}

size_t pool_depth(struct pool *p)
{
    return queue_depth(p->queue);
}

void pool_free(struct pool *p)
{
    if (!p)
        return;
    queue_close(p->queue);
    for (size_t i = 0; i < p->n; i++)
        pthread_join(p->workers[i].thread, NULL);
    queue_free(p->queue);
    free(p);
}
