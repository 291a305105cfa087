/*
 * Threads and leases. Workers look for work one at a time (is_leasing): the lease itself is
 * atomic in the store, but a crowd of idle workers asking together would only wait for each
 * other. After a worker got something the next one looks, so a full queue starts all of them.
 */
#include "jobs/jobs.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/timefmt.h"
#include "jobs/inside.h"

#define LOOK_LEAST_US         (20 * US_PER_MS) /* a due time in the past is no busy loop */
#define LOOK_AFTER_FAILURE_US (2 * US_PER_S)

struct lease {
    struct jobs *jobs;
    struct job *job;
    bool is_found;
    int64_t next_due_us; /* wall; 0: nothing is waiting */
};

/* OK also when there is nothing: what was tidied up on the way must be committed. */
static enum err lease_write(struct tx *tx, void *arg)
{
    struct lease *l = arg;
    const struct jobs_config *cfg = &l->jobs->cfg;
    int64_t now_us = clock_wall_us(cfg->clock);
    l->is_found = false;
    enum err e = store_job_lease(tx_db(tx), &l->job->arena, l->jobs->owner, now_us,
                                 now_us + cfg->lease_us, &l->job->row);
    if (e == ERR_NOT_FOUND)
        return store_job_next_due(tx_db(tx), &l->next_due_us);
    l->is_found = e == OK;
    return e;
}

static int64_t mono_us(const struct jobs *j)
{
    struct clock c = clock_system(); /* waiting is always real, even where a test fixes wall time */
    (void)j;
    return clock_mono_us(&c);
}

static void wait_until(struct jobs *j, pthread_cond_t *cond, int64_t until_us)
{
    struct timespec t = { .tv_sec = until_us / US_PER_S, .tv_nsec = until_us % US_PER_S * 1000 };
    pthread_cond_timedwait(cond, &j->lock, &t);
}

/* How long to wait after a look that found nothing, or failed. */
static int64_t pause_us(const struct jobs *j, enum err e, int64_t next_due_us)
{
    int64_t pause = j->cfg.poll_us;
    if (e != OK)
        return pause < LOOK_AFTER_FAILURE_US ? pause : LOOK_AFTER_FAILURE_US;
    if (next_due_us > 0) {
        int64_t left = next_due_us - clock_wall_us(j->cfg.clock);
        pause = left < pause ? left : pause;
    }
    return pause > LOOK_LEAST_US ? pause : LOOK_LEAST_US;
}

static void log_trouble(struct jobs *j, const char *what, enum err e)
{
    struct log_field fields[] = { { "doing", .s = str_from(what) },
                                  { "error", .s = str_from(err_name(e)) } };
    log_line(j->cfg.log, LOG_ERROR, "jobs", fields, 2);
}

static bool is_running(const struct jobs *j, int64_t id)
{
    for (size_t i = 0; i < j->n_running; i++)
        if (j->running[i]->row.id == id)
            return true;
    return false;
}

/* Looks once. True: job is leased and listed. Called and returns with the lock held. */
static bool look(struct jobs *j, struct job *job)
{
    struct lease l = { .jobs = j, .job = job };
    uint64_t wakes = j->wakes;
    j->is_leasing = true;
    pthread_mutex_unlock(&j->lock);
    enum err e = store_write(j->cfg.store, lease_write, &l);
    if (e != OK)
        log_trouble(j, "looking for work", e);
    pthread_mutex_lock(&j->lock);
    j->is_leasing = false;
    /* Ours already when the store stood still for longer than a lease: it just goes on. */
    bool is_taken = e == OK && l.is_found && !is_running(j, job->row.id);
    if (is_taken)
        j->running[j->n_running++] = job;
    if (is_taken || wakes != j->wakes)
        j->look_at_us = 0;
    else
        j->look_at_us = mono_us(j) + pause_us(j, e, l.next_due_us);
    pthread_cond_signal(&j->work);
    return is_taken;
}

void jobs_unlist(struct jobs *j, const struct job *job)
{
    for (size_t i = 0; i < j->n_running; i++) {
        if (j->running[i] == job) {
            j->running[i] = j->running[--j->n_running];
            return;
        }
    }
}

static void *worker_main(void *arg)
{
    struct jobs *j = arg;
    pthread_mutex_lock(&j->lock);
    while (!j->is_stopping) {
        if (j->is_leasing || mono_us(j) < j->look_at_us) {
            wait_until(j, &j->work, j->is_leasing ? mono_us(j) + US_PER_S : j->look_at_us);
            continue;
        }
        struct job job = { .jobs = j };
        if (look(j, &job)) {
            if (j->is_stopping) /* leased in the last moment: its run ends before it begins */
                job_ask_to_stop(&job, STOP_SHUTDOWN);
            pthread_mutex_unlock(&j->lock);
            job_run_to_end(&job);
            pthread_mutex_lock(&j->lock);
        }
        arena_done(&job.arena);
    }
    pthread_mutex_unlock(&j->lock);
    return NULL;
}

struct hand_back {
    struct jobs *jobs;
    int64_t n;
};

static enum err hand_back_write(struct tx *tx, void *arg)
{
    struct hand_back *h = arg;
    return store_job_hand_back_all(tx_db(tx), h->jobs->owner, clock_wall_us(h->jobs->cfg.clock),
                                   &h->n);
}

static enum err hand_back_of_the_dead(struct jobs *j)
{
    struct hand_back h = { .jobs = j };
    enum err e = store_write(j->cfg.store, hand_back_write, &h);
    if (e == OK && h.n > 0)
        log_line(j->cfg.log, LOG_INFO, "jobs-resumed", (struct log_field[]){ { "n", .i = h.n } },
                 1);
    return e;
}

static struct jobs *make(const struct jobs_config *cfg)
{
    assert(cfg->max_running <= JOBS_RUNNING_MAX);
    struct jobs *j = calloc(1, sizeof *j + cfg->max_running * sizeof(pthread_t));
    if (!j)
        abort();
    j->cfg = *cfg;
    j->owner = str_from(cfg->owner);
    j->n_threads = cfg->max_running;
    if (!cfg->heartbeat_us)
        j->cfg.heartbeat_us = US_PER_S;
    if (!cfg->lease_us)
        j->cfg.lease_us = 60 * US_PER_S;
    if (!cfg->first_pause_us)
        j->cfg.first_pause_us = 10 * US_PER_S;
    if (!cfg->poll_us)
        j->cfg.poll_us = 15 * US_PER_S;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&j->lock, NULL);
    pthread_cond_init(&j->work, &monotonic);
    pthread_cond_init(&j->timer, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return j;
}

static void unmake(struct jobs *j)
{
    pthread_cond_destroy(&j->timer);
    pthread_cond_destroy(&j->work);
    pthread_mutex_destroy(&j->lock);
    free(j);
}

enum err jobs_start(const struct jobs_config *cfg, struct jobs **ret)
{
    struct jobs *j = make(cfg);
    enum err e = hand_back_of_the_dead(j);
    if (e != OK) {
        unmake(j);
        return e;
    }
    if (pthread_create(&j->heartbeat_thread, NULL, jobs_heartbeat_main, j) != 0)
        abort();
    pthread_setname_np(j->heartbeat_thread, "jobs-heartbeat");
    for (size_t i = 0; i < j->n_threads; i++) {
        if (pthread_create(&j->threads[i], NULL, worker_main, j) != 0)
            abort();
        pthread_setname_np(j->threads[i], "jobs");
    }
    *ret = j;
    return OK;
}

void jobs_wake(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
    j->wakes++;
    j->look_at_us = 0;
    pthread_cond_signal(&j->work);
    pthread_mutex_unlock(&j->lock);
}

size_t jobs_running(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
    size_t n = j->n_running;
    pthread_mutex_unlock(&j->lock);
    return n;
}

struct change {
    struct jobs *jobs;
    int64_t id;
};

static enum err cancel_write(struct tx *tx, void *arg)
{
    const struct change *c = arg;
    return store_job_cancel(tx_db(tx), c->id, clock_wall_us(c->jobs->cfg.clock));
}

enum err jobs_cancel(struct jobs *j, int64_t id)
{
    struct change c = { j, id };
    enum err e = store_write(j->cfg.store, cancel_write, &c);
    if (e != OK)
        return e;
    pthread_mutex_lock(&j->lock); /* when it runs here it need not wait for the heartbeat */
    for (size_t i = 0; i < j->n_running; i++)
        if (j->running[i]->row.id == id)
            job_ask_to_stop(j->running[i], STOP_CANCELLED);
    pthread_mutex_unlock(&j->lock);
    return OK;
}

static enum err retry_write(struct tx *tx, void *arg)
{
    const struct change *c = arg;
    return store_job_retry(tx_db(tx), c->id, clock_wall_us(c->jobs->cfg.clock));
}

enum err jobs_retry(struct jobs *j, int64_t id)
{
    struct change c = { j, id };
    enum err e = store_write(j->cfg.store, retry_write, &c);
    if (e == OK)
        jobs_wake(j);
    return e;
}

void jobs_stop(struct jobs *j)
{
    if (!j)
        return;
    pthread_mutex_lock(&j->lock);
    j->is_stopping = true;
    for (size_t i = 0; i < j->n_running; i++)
        job_ask_to_stop(j->running[i], STOP_SHUTDOWN);
    pthread_cond_broadcast(&j->work);
    pthread_mutex_unlock(&j->lock);
    for (size_t i = 0; i < j->n_threads; i++)
        pthread_join(j->threads[i], NULL);
    pthread_mutex_lock(&j->lock); /* the heart beats until the last job has ended */
    j->is_ended = true;
    pthread_cond_signal(&j->timer);
    pthread_mutex_unlock(&j->lock);
    pthread_join(j->heartbeat_thread, NULL);
    unmake(j);
}
