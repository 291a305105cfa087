/*
 * One run of one job: what its function may ask and say, and what becomes of the row afterwards.
 * Which errors pass by themselves is a table. The outcome is written again and again for a while
 * when the store fails; if that does not help either, the lease runs out and the job is run again.
 */
#include "jobs/job.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/id.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "jobs/inside.h"

enum { WRITE_ATTEMPTS = 5, WRITE_PAUSE_US = 200 * 1000, PAUSE_FACTOR = 4 };

/* What may be different next time, and the sentence when the job gave none. */
static const struct {
    bool may_pass;
    const char *reason;
} outcomes[ERR_COUNT] = {
    [ERR_INPUT] = { false, "The input is not what this job can work with." },
    [ERR_LIMIT] = { false, "A limit was exceeded." },
    [ERR_NOT_FOUND] = { false, "What the job should work on is not there any more." },
    [ERR_CONFLICT] = { false, "What the job should work on was changed meanwhile." },
    [ERR_FORBIDDEN] = { false, "The system did not allow it." },
    [ERR_GONE] = { false, "What the job should work on is not there any more." },
    [ERR_UNSUPPORTED] = { false, "This program or this machine cannot do that." },
    [ERR_BUSY] = { true, "Something that the job needs was busy." },
    [ERR_RETRY] = { true, "The database was busy." },
    [ERR_TIMEOUT] = { false, "It took too long." },
    [ERR_FULL] = { true, "There is no space left on the disk." },
    [ERR_IO] = { true, "Reading or writing failed." },
    [ERR_CORRUPT] = { false, "Stored data does not hold together; run dramalet verify." },
    [ERR_CRASHED] = { true, "The program that did the work crashed." },
    [ERR_INTERNAL] = { false, "A mistake in this program." },
};

struct outcome {
    struct job *job;
    enum job_state state; /* JOB_QUEUED: handed back */
    bool counts_attempt;
    int64_t run_after_us;
    struct str reason;
};

int64_t job_id(const struct job *job)
{
    return job->row.id;
}

int64_t job_target(const struct job *job)
{
    return job->row.target;
}

struct str job_args(const struct job *job)
{
    return job->row.args;
}

int64_t job_attempt(const struct job *job)
{
    return job->row.attempts;
}

struct arena *job_arena(struct job *job)
{
    return &job->arena;
}

void *job_app(const struct job *job)
{
    return job->jobs->cfg.app;
}

static bool is_stage(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && s.p[i] != '-')
            return false;
    return s.n > 0 && s.n <= JOB_STAGE_MAX;
}

void job_progress(struct job *job, int64_t permille, struct str stage)
{
    pthread_mutex_lock(&job->jobs->lock);
    job->permille = permille < 0 ? 0 : permille > 1000 ? 1000 : permille;
    if (is_stage(stage)) {
        memcpy(job->stage, stage.p, stage.n);
        job->stage[stage.n] = '\0';
    }
    pthread_mutex_unlock(&job->jobs->lock);
}

bool job_is_cancelled(const struct job *job)
{
    return atomic_load(&job->stop);
}

const atomic_bool *job_cancel_flag(const struct job *job)
{
    return &job->stop;
}

void job_ask_to_stop(struct job *job, enum stop_cause cause)
{
    if (job->cause == STOP_NONE)
        job->cause = cause;
    atomic_store(&job->stop, true);
}

void job_stop_child(struct job *job)
{
    atomic_store(&job->stop, true);
}

enum err job_fail(struct job *job, enum err e, const char *fmt, ...)
{
    struct buf raw = { .max = JOB_REASON_MAX * 2 };
    struct buf clean = { .max = JOB_REASON_MAX * 8 };
    va_list ap;
    va_start(ap, fmt);
    buf_addv(&raw, fmt, ap);
    va_end(ap);
    if (raw.err != OK) /* far too long: then better the general sentence than none */
        buf_add_c(&clean, outcomes[e].reason ? outcomes[e].reason : err_name(e));
    struct str rest = buf_str(&raw);
    uint32_t cp;
    while (raw.err == OK && utf8_next(&rest, &cp))
        utf8_add(&clean, cp < ' ' || utf8_is_control(cp) ? ' ' : cp);
    struct str head = utf8_head(buf_str(&clean), JOB_REASON_MAX - 1);
    memcpy(job->reason, head.p, head.n);
    job->reason[head.n] = '\0';
    buf_done(&raw);
    buf_done(&clean);
    return e;
}

static enum err outcome_write(struct tx *tx, void *arg)
{
    const struct outcome *o = arg;
    struct jobs *j = o->job->jobs;
    int64_t id = o->job->row.id, now_us = clock_wall_us(j->cfg.clock);
    if (o->state == JOB_QUEUED)
        return store_job_hand_back(tx_db(tx), id, j->owner, o->counts_attempt, o->run_after_us,
                                   o->reason, now_us);
    return store_job_finish(tx_db(tx), id, j->owner, o->state, o->reason, now_us);
}

/* The pause before the next attempt; attempts: how many there were. */
static int64_t retry_pause_us(const struct jobs_config *cfg, int64_t attempts)
{
    int64_t pause = cfg->first_pause_us;
    for (int64_t i = 1; i < attempts && pause < US_PER_DAY; i++)
        pause *= PAUSE_FACTOR;
    return pause;
}

static struct str retry_reason(struct job *job, int64_t at_us)
{
    struct buf b = { 0 };
    buf_addf(&b, "Attempt %lld of %lld failed: %s The next one is at ",
             (long long)job->row.attempts, (long long)job->row.max_attempts, job->reason);
    buf_add_rfc3339(&b, at_us);
    buf_add_char(&b, '.');
    return buf_to_arena(&b, &job->arena);
}

static struct outcome outcome_of_failure(struct job *job, enum err e)
{
    struct outcome o = { .job = job, .state = JOB_FAILED, .counts_attempt = true };
    if ((unsigned)e >= ERR_COUNT || !outcomes[e].reason)
        e = ERR_INTERNAL;
    if (!job->reason[0])
        snprintf(job->reason, sizeof job->reason, "%s", outcomes[e].reason);
    o.reason = str_from(job->reason);
    if (!outcomes[e].may_pass)
        return o;
    if (job->row.attempts >= job->row.max_attempts) {
        if (job->row.attempts > 1)
            o.reason = arena_printf(&job->arena, "%s (after %lld attempts)", job->reason,
                                    (long long)job->row.attempts);
        return o;
    }
    o.state = JOB_QUEUED;
    o.run_after_us =
        clock_wall_us(job->jobs->cfg.clock) + retry_pause_us(&job->jobs->cfg, job->row.attempts);
    o.reason = retry_reason(job, o.run_after_us);
    return o;
}

/* What e and the cause of a stop make of the job. A stop counts only when the run gave in to it; a
 * run may also call itself cancelled, when its work is not wanted any more. */
static struct outcome outcome_of(struct job *job, enum err e, enum stop_cause cause)
{
    struct outcome o = { .job = job, .state = JOB_DONE };
    if (e == OK)
        return o;
    if (e != ERR_CANCELLED)
        return outcome_of_failure(job, e);
    if (cause == STOP_SHUTDOWN) {
        o.state = JOB_QUEUED;
        o.reason = STR("The server was stopped; it goes on when the server runs again.");
        o.run_after_us = clock_wall_us(job->jobs->cfg.clock);
        return o;
    }
    o.state = JOB_CANCELLED;
    o.reason = cause == STOP_NONE && job->reason[0] ? str_from(job->reason)
                                                    : STR("Somebody cancelled it.");
    return o;
}

static enum stop_cause cause_of(struct job *job)
{
    pthread_mutex_lock(&job->jobs->lock);
    enum stop_cause cause = job->cause;
    pthread_mutex_unlock(&job->jobs->lock);
    return cause;
}

bool job_is_over_after(struct job *job, enum err e)
{
    enum stop_cause cause = cause_of(job);
    if (cause == STOP_LOST)
        return false; /* another process has it */
    if (e == ERR_CANCELLED)
        return cause != STOP_SHUTDOWN;
    return e == OK || (unsigned)e >= ERR_COUNT || !outcomes[e].may_pass ||
           job->row.attempts >= job->row.max_attempts;
}

static enum err write_outcome(struct outcome *o)
{
    enum err e = OK;
    for (int i = 0; i < WRITE_ATTEMPTS; i++) {
        if (i > 0)
            usleep(WRITE_PAUSE_US);
        e = store_write(o->job->jobs->cfg.store, outcome_write, o);
        if (e == OK || e == ERR_GONE)
            break;
    }
    return e;
}

static void log_outcome(const struct outcome *o, enum err run_error, enum err write_error,
                        int64_t duration_us)
{
    static const char *const state_names[] = { [JOB_QUEUED] = "queued",
                                               [JOB_DONE] = "done",
                                               [JOB_FAILED] = "failed",
                                               [JOB_CANCELLED] = "cancelled" };
    const struct job *job = o->job;
    char id[ID_TEXT_LEN + 1];
    id_format(job->row.id, id);
    struct log_field fields[] = {
        { "id", .s = str_from(id) },
        { "kind", .s = job->row.kind },
        { "target", .i = job->row.target },
        { "attempt", .i = job->row.attempts },
        { "state", .s = str_from(write_error == OK ? state_names[o->state] : "unwritten") },
        { "error", .s = str_from(err_name(run_error != OK ? run_error : write_error)) },
        { "duration_us", .i = duration_us },
        { "reason", .s = o->reason.p ? o->reason : STR("") },
    };
    enum log_level level = run_error == OK && write_error == OK ? LOG_INFO : LOG_WARN;
    log_line(job->jobs->cfg.log, level, "job", fields, sizeof fields / sizeof *fields);
}

static const struct job_kind *kind_of(const struct jobs_config *cfg, struct str name)
{
    for (size_t i = 0; i < cfg->n_kinds; i++)
        if (str_eq_c(name, cfg->kinds[i].name))
            return &cfg->kinds[i];
    return NULL;
}

static enum err run(struct job *job)
{
    if (job_is_cancelled(job))
        return ERR_CANCELLED;
    const struct job_kind *kind = kind_of(&job->jobs->cfg, job->row.kind);
    if (!kind)
        return job_fail(job, ERR_UNSUPPORTED, "This program knows no jobs of the kind \"%.*s\".",
                        (int)(job->row.kind.n < 64 ? job->row.kind.n : 64), job->row.kind.p);
    return kind->run(job);
}

void job_run_to_end(struct job *job)
{
    struct jobs *j = job->jobs;
    int64_t started_us = clock_mono_us(j->cfg.clock);
    enum err e = run(job);
    /* Off the list before the row is free: another worker may lease it at once. */
    pthread_mutex_lock(&j->lock);
    enum stop_cause cause = job->cause;
    jobs_unlist(j, job);
    pthread_mutex_unlock(&j->lock);
    struct outcome o = outcome_of(job, e, cause);
    enum err written = cause == STOP_LOST ? ERR_GONE : write_outcome(&o);
    log_outcome(&o, e, written, clock_mono_us(j->cfg.clock) - started_us);
}
