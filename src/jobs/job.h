/*
 * A running job as its run function sees it. All functions are for the worker thread that runs
 * it.
 */
#ifndef DRAMALET_JOBS_JOB_H
#define DRAMALET_JOBS_JOB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "sys/child.h"

enum { JOB_STAGE_MAX = 32, JOB_REASON_MAX = 512 };

struct job;

int64_t job_id(const struct job *job);
int64_t job_target(const struct job *job);
struct str job_args(const struct job *job); /* JSON */
int64_t job_attempt(const struct job *job); /* counts from 1 */
struct arena *job_arena(struct job *job);   /* ends with this run */
void *job_app(const struct job *job);

/* Shown with the next heartbeat. stage: one word of a-z and dashes; permille is cut to 0..1000. */
void job_progress(struct job *job, int64_t permille, struct str stage);

/* Somebody cancelled, the server stops, or the lease was lost: end soon with ERR_CANCELLED. */
bool job_is_cancelled(const struct job *job);
const atomic_bool *job_cancel_flag(const struct job *job); /* the same, for child_run */

/* Keeps the sentence that people will read and returns e. Malformed and control characters are
 * replaced, so that a child's words may be passed on. */
NODISCARD enum err job_fail(struct job *job, enum err e, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Whether returning e now ends the job for good, rather than to be tried again or handed back: for
 * what must be tidied up once. */
bool job_is_over_after(struct job *job, enum err e);

/*
 * Runs a child program of the job, in the words that all of them speak on descriptor 3:
 *   progress PERMILLE STAGE     becomes job_progress
 *   error NAME SENTENCE         NAME as err_name has it; becomes job_fail when the child exits != 0
 *   anything else               goes to on_word, when there is one
 * on_word may end the child by returning an error (and may call job_fail).
 */
struct job_child {
    struct child_spec spec; /* cancel, on_line and arg are filled in here */
    enum err (*on_word)(struct job *job, void *arg, struct str word, struct str rest);
    void *arg;
};
/* ERR_CRASHED: killed by a signal, ERR_TIMEOUT, ERR_LIMIT: CPU time or file size; each with its
 * reason kept. */
NODISCARD enum err job_run_child(struct job *job, const struct job_child *child);

#endif
