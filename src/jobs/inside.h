/* What the files of this folder share; not for others. */
#ifndef DRAMALET_JOBS_INSIDE_H
#define DRAMALET_JOBS_INSIDE_H

#include <pthread.h>

#include "jobs/jobs.h"
#include "store/job.h"

enum stop_cause { STOP_NONE, STOP_CANCELLED, STOP_SHUTDOWN, STOP_LOST };

struct job {
    struct jobs *jobs;
    struct arena arena;
    struct job_row row;          /* as leased; in arena */
    atomic_bool stop;            /* set once cause is */
    char reason[JOB_REASON_MAX]; /* worker thread only */
    /* under jobs->lock */
    enum stop_cause cause;
    char stage[JOB_STAGE_MAX + 1];
    int64_t permille;
};

struct jobs {
    struct jobs_config cfg;
    struct str owner;
    pthread_mutex_t lock;
    pthread_cond_t work;  /* workers wait: something may be due */
    pthread_cond_t timer; /* the heartbeat thread waits */
    pthread_t heartbeat_thread;
    /* under lock */
    bool is_stopping, is_ended;
    bool is_leasing;    /* one worker at a time looks for work */
    uint64_t wakes;     /* counts jobs_wake, so that none is missed while one looks */
    int64_t look_at_us; /* monotonic: when to look next */
    struct job *running[JOBS_RUNNING_MAX];
    size_t n_running;
    size_t n_threads;
    pthread_t threads[];
};

/* Runs a leased job to its end, takes it off the list and writes what came out of it. Worker
 * thread, lock not held. */
void job_run_to_end(struct job *job);
/* Asks a job to stop; the first cause stays. Under jobs->lock. */
void job_ask_to_stop(struct job *job, enum stop_cause cause);
/* Raises the flag that child_run looks at, for a reason of the run's own. Worker thread. */
void job_stop_child(struct job *job);
/* Under jobs->lock. */
void jobs_unlist(struct jobs *j, const struct job *job);
void *jobs_heartbeat_main(void *jobs);

#endif
