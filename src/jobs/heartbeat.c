/*
 * One thread says "alive" for all running jobs, in one write a beat: it extends their leases,
 * shows how far they are, and learns who was cancelled or whose lease another process has.
 */
#include <time.h>

#include "base/timefmt.h"
#include "jobs/inside.h"

struct beat {
    int64_t id, permille;
    char stage[JOB_STAGE_MAX + 1];
    bool is_cancelled, is_lost;
};

struct beats {
    struct jobs *jobs;
    struct beat of[JOBS_RUNNING_MAX];
    size_t n;
};

static enum err beat_write(struct tx *tx, void *arg)
{
    struct beats *b = arg;
    const struct jobs_config *cfg = &b->jobs->cfg;
    int64_t now_us = clock_wall_us(cfg->clock);
    for (size_t i = 0; i < b->n; i++) {
        struct beat *one = &b->of[i];
        struct job_beat beat = { .id = one->id,
                                 .owner = b->jobs->owner,
                                 .stage = str_from(one->stage),
                                 .permille = one->permille };
        enum err e = store_job_heartbeat(tx_db(tx), &beat, now_us, now_us + cfg->lease_us,
                                         &one->is_cancelled);
        if (e != OK && e != ERR_GONE)
            return e;
        one->is_lost = e == ERR_GONE;
    }
    return OK;
}

/* Under the lock. */
static void collect(struct jobs *j, struct beats *b)
{
    *b = (struct beats){ .jobs = j, .n = j->n_running };
    for (size_t i = 0; i < b->n; i++) {
        b->of[i].id = j->running[i]->row.id;
        b->of[i].permille = j->running[i]->permille;
        memcpy(b->of[i].stage, j->running[i]->stage, sizeof b->of[i].stage);
    }
}

/* Under the lock, which was free meanwhile: jobs may have ended. One that has just written its end
 * itself looks lost; asking it to stop changes nothing any more. */
static void tell(struct jobs *j, const struct beats *b)
{
    for (size_t i = 0; i < b->n; i++) {
        for (size_t k = 0; k < j->n_running; k++) {
            if (j->running[k]->row.id != b->of[i].id)
                continue;
            if (b->of[i].is_lost)
                job_ask_to_stop(j->running[k], STOP_LOST);
            else if (b->of[i].is_cancelled)
                job_ask_to_stop(j->running[k], STOP_CANCELLED);
        }
    }
}

static void sleep_a_beat(struct jobs *j)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t us = until.tv_nsec / 1000 + j->cfg.heartbeat_us;
    until.tv_sec += us / US_PER_S;
    until.tv_nsec = us % US_PER_S * 1000;
    pthread_cond_timedwait(&j->timer, &j->lock, &until);
}

void *jobs_heartbeat_main(void *jobs)
{
    struct jobs *j = jobs;
    struct beats b;
    pthread_mutex_lock(&j->lock);
    while (!j->is_ended) {
        sleep_a_beat(j);
        if (j->n_running == 0)
            continue;
        collect(j, &b);
        pthread_mutex_unlock(&j->lock);
        enum err e = store_write(j->cfg.store, beat_write, &b);
        pthread_mutex_lock(&j->lock);
        if (e == OK)
            tell(j, &b); /* else the next beat tries again; leases last for many */
    }
    pthread_mutex_unlock(&j->lock);
    return NULL;
}
