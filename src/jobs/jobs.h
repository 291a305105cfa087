/*
 * Persisted work. A job is a row of the store: it is leased by a worker thread, says how far it
 * is with a heartbeat, and ends as done, failed or cancelled with a reason that anybody can read.
 *
 *   - A bounded number runs at once, each as sequential C on its worker thread.
 *   - Only what may pass by itself is tried again (a crashed child, input and output, a full
 *     disk), max_attempts times, with growing pauses; bad input fails at once.
 *   - A kill -9 loses nothing: at the next start what this owner was running goes back to the
 *     queue, and the lease of an owner that never comes back runs out.
 *   - An orderly stop hands running jobs back without counting the attempt.
 *
 * To start a job: insert its row in the transaction that needs it (store_job_insert), and after
 * the commit call jobs_wake. Any thread may call the functions here, but no loop thread.
 */
#ifndef DRAMALET_JOBS_JOBS_H
#define DRAMALET_JOBS_JOBS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "jobs/job.h"
#include "store/store.h"
#include "sys/clock.h"
#include "sys/log.h"

enum { JOB_ATTEMPTS = 3, JOBS_RUNNING_MAX = 64 };

struct job_kind {
    const char *name; /* the row's kind, such as "transcode" */
    /* OK: done. ERR_CANCELLED: it noticed job_is_cancelled, or its work is not wanted any more.
     * Else failed or to be tried again, with the reason given to job_fail, or a general one. May
     * run again after a crash: starts from what is there. */
    enum err (*run)(struct job *job);
};

struct jobs_config {
    struct store *store;
    const struct clock *clock;
    const struct log *log;
    const struct job_kind *kinds; /* static; a row of another kind fails with a reason */
    size_t n_kinds;
    void *app;          /* for job_app */
    const char *owner;  /* the same at each start on this data folder, another for each process that
                           shares the database */
    size_t max_running; /* 0: this process runs none, JOBS_RUNNING_MAX at most */
    int64_t heartbeat_us;   /* 0: 1 s; a cancel is noticed within it */
    int64_t lease_us;       /* 0: 60 s; far more than heartbeat_us */
    int64_t first_pause_us; /* before the second attempt; 0: 10 s. Each further one 4 times that */
    int64_t poll_us;        /* looks for work of other processes this often; 0: 15 s */
};

struct jobs;

/* Hands back what a dead process of this owner was running, and starts the threads. */
NODISCARD enum err jobs_start(const struct jobs_config *cfg, struct jobs **ret);
/* There may be something to do. Cheap. */
void jobs_wake(struct jobs *j);
/* A queued job is cancelled at once, a running one stops soon. ERR_NOT_FOUND; ERR_CONFLICT: it has
 * ended. */
NODISCARD enum err jobs_cancel(struct jobs *j, int64_t id);
/* A failed or cancelled job is queued again with all its attempts. ERR_CONFLICT otherwise. */
NODISCARD enum err jobs_retry(struct jobs *j, int64_t id);
size_t jobs_running(struct jobs *j);
/* Stops running jobs, hands them back, joins, frees; takes NULL. */
void jobs_stop(struct jobs *j);

#endif
