/*
 * Work that outlives the process: rows with a lease, a heartbeat, progress and a reason that
 * anybody can read. The jobs module decides; here are only the state changes, each atomic:
 *
 *   queued -> running -> done | failed | cancelled
 *             running -> queued (handed back, or to be tried again later)
 *
 * A worker owns a job while its lease lasts. Each change a worker makes names its owner; when the
 * lease went to somebody else meanwhile it gets ERR_GONE and stops.
 */
#ifndef DRAMALET_STORE_JOB_H
#define DRAMALET_STORE_JOB_H

#include "store/state.h"
#include "store/store.h"

enum job_state { JOB_QUEUED = 0, JOB_RUNNING = 1, JOB_DONE = 2, JOB_FAILED = 3, JOB_CANCELLED = 4 };
enum { JOB_STATES = 5 };

struct job_row {
    int64_t id;
    struct str kind; /* such as "transcode" */
    int64_t target;  /* episode id, or 0 */
    struct str args; /* JSON */
    enum job_state state;
    struct str stage;  /* one word: what it is doing */
    int64_t permille;  /* progress, 0..1000 */
    struct str reason; /* a sentence: why it failed, waits or was cancelled */
    int64_t attempts, max_attempts;
    int64_t run_after_us;
    struct str lease_owner;
    int64_t lease_until_us;
    bool cancel_requested;
    int64_t created_us, updated_us;
    int64_t started_us, finished_us; /* 0: not yet; started: of the newest attempt */
};

/* Takes id, kind, target, args, max_attempts (>= 1), run_after_us and created_us. */
NODISCARD enum err store_job_insert(struct db *db, const struct job_row *j);
NODISCARD enum err store_job_get(struct db *db, struct arena *a, int64_t id, struct job_row *ret);
struct job_filter {
    struct str kind; /* empty: all */
    int64_t target;  /* 0: all */
};
/* Newest first. Cursor: id only. */
NODISCARD enum err store_job_list(struct db *db, struct arena *a, struct job_filter filter,
                                  struct store_cursor after, int limit, struct job_row **ret,
                                  size_t *ret_n);
NODISCARD enum err store_job_count(struct db *db, int64_t ret_by_state[JOB_STATES]);

/*
 * Leases the job that has waited longest among those that are queued and due, or whose lease ran
 * out. ERR_NOT_FOUND: nothing to do. A job whose lease ran out at its last attempt becomes failed
 * with a reason, one with a requested cancel becomes cancelled, and the next is tried.
 * So a write function returns OK after ERR_NOT_FOUND, too: else what was ended comes back.
 */
NODISCARD enum err store_job_lease(struct db *db, struct arena *a, struct str owner, int64_t now_us,
                                   int64_t lease_until_us, struct job_row *ret);
struct job_beat {
    int64_t id;
    struct str owner, stage;
    int64_t permille;
};
/* Says "alive" and how far it is. ret_cancel: somebody asked to stop. ERR_GONE: no longer yours. */
NODISCARD enum err store_job_heartbeat(struct db *db, const struct job_beat *b, int64_t now_us,
                                       int64_t lease_until_us, bool *ret_cancel);
/* state: done, failed or cancelled. ERR_GONE: no longer yours. */
NODISCARD enum err store_job_finish(struct db *db, int64_t id, struct str owner,
                                    enum job_state state, struct str reason, int64_t now_us);
/* Back to the queue, to run after run_after_us. counts_attempt false: as if it had not started (an
 * orderly shutdown). */
NODISCARD enum err store_job_hand_back(struct db *db, int64_t id, struct str owner,
                                       bool counts_attempt, int64_t run_after_us, struct str reason,
                                       int64_t now_us);
/* All running jobs whose owner is this one go back to the queue: for the start of a process that
 * knows that no other one lives. The attempt counts, so that a job that brings down the server does
 * not do so forever. ret_n: how many. */
NODISCARD enum err store_job_hand_back_all(struct db *db, struct str owner, int64_t now_us,
                                           int64_t *ret_n);
/* A queued job is cancelled at once, a running one is asked to. ERR_CONFLICT: has ended. */
NODISCARD enum err store_job_cancel(struct db *db, int64_t id, int64_t now_us);
/* A failed or cancelled job is queued again with its attempts at 0. ERR_CONFLICT otherwise. */
NODISCARD enum err store_job_retry(struct db *db, int64_t id, int64_t now_us);
/* The earliest run_after_us or lease_until_us among jobs that have not ended; 0: none. */
NODISCARD enum err store_job_next_due(struct db *db, int64_t *ret_us);

#endif
