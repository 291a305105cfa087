/* Jobs as the operator sees them; see local.h. */
#include "api/api.h"
#include "api/local.h"
#include "api/params.h"
#include "base/json.h"
#include "store/job.h"

enum { JOBS_LIMIT = 50, JOBS_LIMIT_MAX = 500 };

static const char *state_name(enum job_state s)
{
    static const char *const names[] = { [JOB_QUEUED] = "queued",
                                         [JOB_RUNNING] = "running",
                                         [JOB_DONE] = "done",
                                         [JOB_FAILED] = "failed",
                                         [JOB_CANCELLED] = "cancelled" };
    return (unsigned)s < sizeof names / sizeof *names ? names[s] : "unknown";
}

static void job_add(struct json *j, const struct job_row *row)
{
    json_object_begin(j);
    json_kid(j, "id", row->id);
    json_kstr(j, "kind", row->kind);
    json_kid(j, "target", row->target);
    json_kstr(j, "state", str_from(state_name(row->state)));
    json_kstr(j, "stage", row->stage);
    json_ki64(j, "permille", row->permille);
    json_kstr(j, "reason", row->reason);
    json_ki64(j, "attempts", row->attempts);
    json_kbool(j, "cancel_requested", row->cancel_requested);
    json_ktime(j, "created_at", row->created_us);
    json_ktime(j, "started_at", row->started_us);
    json_ktime(j, "finished_at", row->finished_us);
    json_object_end(j);
}

void local_jobs_get(struct request *r, struct reply *rp)
{
    struct diag d = { 0 };
    size_t limit = 0, n = 0;
    struct job_row *rows = NULL;
    enum err e = param_limit(r, JOBS_LIMIT_MAX, JOBS_LIMIT, &limit, &d);
    if (e == OK)
        e = store_job_list(db_of(r), r->arena, (struct job_filter){ 0 }, (struct store_cursor){ 0 },
                           (int)limit, &rows, &n);
    if (e != OK) {
        reply_problem(r, rp, e, d.msg[0] ? &d : NULL);
        return;
    }
    struct json j = { .out = &rp->body };
    json_object_begin(&j);
    json_key(&j, "items");
    json_array_begin(&j);
    for (size_t i = 0; i < n; i++)
        job_add(&j, &rows[i]);
    json_array_end(&j);
    json_object_end(&j);
    reply_json(rp);
}

void local_job_get(struct request *r, struct reply *rp)
{
    struct diag d = { 0 };
    struct job_row row;
    int64_t id;
    enum err e = param_id(r, 0, &id, &d);
    if (e == OK)
        e = store_job_get(db_of(r), r->arena, id, &row);
    if (e != OK) {
        reply_problem(r, rp, e, d.msg[0] ? &d : NULL);
        return;
    }
    struct json j = { .out = &rp->body };
    job_add(&j, &row);
    reply_json(rp);
}

struct job_change {
    int64_t id;
    bool is_retry;
};

static enum err job_change_apply(struct tx *tx, void *arg)
{
    struct job_change *c = arg;
    return c->is_retry ? store_job_retry(tx_db(tx), c->id, tx_now_us(tx))
                       : store_job_cancel(tx_db(tx), c->id, tx_now_us(tx));
}

static void job_change(struct request *r, struct reply *rp, bool is_retry)
{
    struct diag d = { 0 };
    struct job_change c = { .is_retry = is_retry };
    enum err e = param_id(r, 0, &c.id, &d);
    if (e == OK)
        e = store_write(api_of(r)->store, job_change_apply, &c);
    if (e == ERR_CONFLICT)
        e = diag_fail(&d, e, 0, 0,
                      is_retry ? "Only a failed or cancelled job can be tried again."
                               : "The job has ended already.");
    if (e != OK) {
        reply_problem(r, rp, e, d.msg[0] ? &d : NULL);
        return;
    }
    struct api *a = api_of(r);
    if (a->jobs_changed)
        a->jobs_changed(a->jobs_changed_arg);
    rp->status = 204;
}

void local_job_cancel_post(struct request *r, struct reply *rp)
{
    job_change(r, rp, false);
}

void local_job_retry_post(struct request *r, struct reply *rp)
{
    job_change(r, rp, true);
}
