/*
 * Group commit and its fall-back. A group either commits as a whole, and every function that
 * returned OK is durable, or (the disk is full, the commit failed, the engine rolled everything
 * back) each of its functions is run again alone, so that one cannot take the others with it.
 * Replies leave only when the fate of a function is known.
 */
#include "store/writer.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "sys/queue.h"

struct write {
    store_write_fn *fn;
    void *arg;
    void (*done)(void *done_arg, enum err e);
    void *done_arg;
    enum err result;
};

struct worker {
    struct writer *w;
    struct db *db;
    pthread_t thread;
    unsigned seed; /* of the back-off */
};

struct writer {
    struct store *store;
    struct queue *queue;
    size_t group_max;
    struct worker workers[WRITER_WORKERS];
    size_t n_workers;
    atomic_ullong writes, groups, retries, busy;
};

struct tx {
    struct db *db;
    struct store *store;
};

struct db *tx_db(struct tx *tx)
{
    return tx->db;
}

int64_t tx_new_id(struct tx *tx)
{
    return store_new_id(tx->store);
}

int64_t tx_now_us(struct tx *tx)
{
    return store_now_us(tx->store);
}

/* What fn said, or the statement's error that it may have swallowed. */
static enum err call(struct writer *w, struct db *db, struct write *it)
{
    struct tx tx = { .db = db, .store = w->store };
    db->in_write = true;
    db->stuck = OK;
    enum err e = it->fn(&tx, it->arg);
    if (db->stuck != OK)
        e = db->stuck;
    db->in_write = false;
    db->stuck = OK;
    return e;
}

static void roll_back(struct db *db)
{
    if (!db->engine->in_transaction(db))
        return;
    enum err e = db->engine->exec(db, "ROLLBACK", NULL); /* no fault injection on the way out */
    (void)e; /* a rollback that fails leaves no transaction behind either: the connection is gone */
}

/* Not OK: nothing is written and *ret_committed is false. A commit that fails is a failure of the
 * function; on PostgreSQL a lost connection then means that nobody knows. */
static enum err run_alone(struct writer *w, struct db *db, struct write *it,
                          bool *ret_reached_commit)
{
    *ret_reached_commit = false;
    enum err e = db_exec(db, db->engine->begin_write);
    if (e != OK)
        return e;
    e = call(w, db, it);
    if (e == OK) {
        *ret_reached_commit = true;
        e = db_exec(db, "COMMIT");
    }
    if (e != OK)
        roll_back(db);
    return e;
}

/* One function of a group. OK: the group goes on (the function itself may have failed). */
static enum err run_in_savepoint(struct writer *w, struct db *db, struct write *it)
{
    enum err e = db_exec(db, "SAVEPOINT one");
    if (e != OK)
        return e;
    it->result = call(w, db, it);
    if (!db->engine->in_transaction(db)) /* a full disk takes the whole transaction */
        return it->result == OK ? ERR_INTERNAL : it->result;
    if (it->result != OK) {
        e = db_exec(db, "ROLLBACK TO one");
        if (e != OK)
            return e;
    }
    return db_exec(db, "RELEASE one");
}

static enum err run_together(struct writer *w, struct db *db, struct write **items, size_t n)
{
    enum err e = db_exec(db, db->engine->begin_write);
    for (size_t i = 0; e == OK && i < n; i++)
        e = run_in_savepoint(w, db, items[i]);
    if (e == OK)
        e = db_exec(db, "COMMIT");
    if (e != OK)
        roll_back(db);
    return e;
}

static void reply(struct write *it)
{
    it->done(it->done_arg, it->result);
    free(it);
}

static void run_group(struct writer *w, struct db *db, struct write **items, size_t n)
{
    bool reached_commit;
    if (n == 1 || run_together(w, db, items, n) != OK) {
        if (n > 1)
            atomic_fetch_add(&w->retries, n);
        for (size_t i = 0; i < n; i++)
            items[i]->result = run_alone(w, db, items[i], &reached_commit);
    }
    atomic_fetch_add(&w->groups, 1);
    atomic_fetch_add(&w->writes, n);
    for (size_t i = 0; i < n; i++)
        reply(items[i]);
    if (db->engine->tidy)
        db->engine->tidy(db);
}

static void *group_loop(void *arg)
{
    struct worker *me = arg;
    void *items[WRITER_GROUP_MAX];
    size_t n;
    while (queue_pop_many(me->w->queue, items, me->w->group_max, &n) == OK) {
        struct write *group[WRITER_GROUP_MAX];
        for (size_t i = 0; i < n; i++)
            group[i] = items[i];
        run_group(me->w, me->db, group, n);
    }
    return NULL;
}

/* Full jitter, at most 2^k ms and 64 ms: two functions that collided do not meet again. */
static void back_off(unsigned *seed, int tries)
{
    long most_ms = 1L << (tries < 6 ? tries : 6);
    struct timespec t = { .tv_nsec = rand_r(seed) % (most_ms * 1000000L) };
    nanosleep(&t, NULL);
}

/* Serialisation failures and connections lost before the commit was sent are tried again. */
static void run_serialisable(struct worker *me, struct write *it)
{
    struct writer *w = me->w;
    for (int tries = 0;; tries++) {
        bool reached_commit;
        it->result = run_alone(w, me->db, it, &reached_commit);
        bool is_lost = it->result == ERR_IO && !reached_commit && tries < 2;
        if (it->result != ERR_RETRY && !is_lost)
            break;
        if (tries + 1 == WRITER_TRIES) {
            it->result = ERR_BUSY;
            break;
        }
        atomic_fetch_add(&w->retries, 1);
        back_off(&me->seed, tries);
    }
    atomic_fetch_add(&w->groups, 1);
    atomic_fetch_add(&w->writes, 1);
    reply(it);
}

static void *serialisable_loop(void *arg)
{
    struct worker *me = arg;
    void *item;
    while (queue_pop(me->w->queue, &item) == OK)
        run_serialisable(me, item);
    return NULL;
}

enum err writer_new(struct store *s, const struct engine *engine, const char *url,
                    bool one_transaction_a_write, struct writer **ret, struct diag *d)
{
    struct writer *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    w->store = s;
    w->group_max = one_transaction_a_write ? 1 : WRITER_GROUP_MAX;
    w->queue = queue_new(WRITER_QUEUE_MAX);
    bool is_grouped = engine == &engine_sqlite;
    size_t n = is_grouped ? 1 : WRITER_WORKERS;
    for (size_t i = 0; i < n; i++) {
        struct worker *me = &w->workers[i];
        *me = (struct worker){ .w = w, .seed = (unsigned)i + 1 };
        enum err e = db_open(s, engine, url, DB_WRITE, &me->db, d);
        if (e != OK) {
            writer_free(w);
            return e;
        }
        if (pthread_create(&me->thread, NULL, is_grouped ? group_loop : serialisable_loop, me) != 0)
            abort();
        w->n_workers++;
    }
    *ret = w;
    return OK;
}

void writer_free(struct writer *w)
{
    if (!w)
        return;
    queue_close(w->queue);
    for (size_t i = 0; i < w->n_workers; i++) {
        pthread_join(w->workers[i].thread, NULL);
        db_close(w->workers[i].db);
    }
    queue_free(w->queue);
    free(w);
}

enum err writer_push(struct writer *w, store_write_fn *fn, void *arg,
                     void (*done)(void *done_arg, enum err e), void *done_arg)
{
    struct write *it = malloc(sizeof *it);
    if (!it)
        abort();
    *it = (struct write){ .fn = fn, .arg = arg, .done = done, .done_arg = done_arg };
    enum err e = queue_push(w->queue, it);
    if (e != OK) {
        atomic_fetch_add(&w->busy, 1);
        free(it);
    }
    return e;
}

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t answered;
    bool is_done;
    enum err e;
};

static void wake(void *arg, enum err e)
{
    struct waiter *wait = arg;
    pthread_mutex_lock(&wait->lock);
    wait->e = e;
    wait->is_done = true;
    pthread_cond_signal(&wait->answered);
    pthread_mutex_unlock(&wait->lock);
}

enum err writer_run(struct writer *w, store_write_fn *fn, void *arg)
{
    struct waiter wait = { .lock = PTHREAD_MUTEX_INITIALIZER,
                           .answered = PTHREAD_COND_INITIALIZER };
    enum err e = writer_push(w, fn, arg, wake, &wait);
    if (e != OK)
        return e;
    pthread_mutex_lock(&wait.lock);
    while (!wait.is_done)
        pthread_cond_wait(&wait.answered, &wait.lock);
    pthread_mutex_unlock(&wait.lock);
    pthread_mutex_destroy(&wait.lock);
    pthread_cond_destroy(&wait.answered);
    return wait.e;
}

void writer_stats(struct writer *w, struct store_stats *ret)
{
    *ret = (struct store_stats){ .writes = atomic_load(&w->writes),
                                 .groups = atomic_load(&w->groups),
                                 .retries = atomic_load(&w->retries),
                                 .busy = atomic_load(&w->busy),
                                 .queue_depth = queue_depth(w->queue) };
}
