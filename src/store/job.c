/* Jobs: each state change is one statement that names the state it expects. See job.h. */
#include "store/job.h"

#include "store/family.h"

#define COLUMNS                                                                             \
    "id, kind, target, args, state, stage, permille, reason, attempts, max_attempts, "      \
    "run_after_us, lease_owner, lease_until_us, cancel_requested, created_us, updated_us, " \
    "started_us, finished_us "

static const struct stmt insert_sql = {
    "INSERT INTO job (id, kind, target, args, state, stage, permille, reason, attempts,"
    " max_attempts, run_after_us, lease_owner, lease_until_us, cancel_requested, created_us,"
    " updated_us, started_us, finished_us)"
    " VALUES ($1, $2, $3, $4, 0, '', 0, '', 0, $5, $6, '', 0, 0, $7, $7, 0, 0)",
    0
};
static const struct stmt get_sql = { "SELECT " COLUMNS "FROM job WHERE id = $1", 0 };
static const struct stmt list_sql = {
    "SELECT " COLUMNS "FROM job WHERE id < $1 AND ($2 = '' OR kind = $2) ORDER BY id DESC LIMIT $3",
    0
};
static const struct stmt list_target_sql = {
    "SELECT " COLUMNS "FROM job WHERE target = $1 AND id < $2 AND ($3 = '' OR kind = $3)"
    " ORDER BY id DESC LIMIT $4",
    0
};
static const struct stmt count_sql = { "SELECT state, count(*) FROM job GROUP BY state",
                                       STMT_SCAN };
static const struct stmt expired_sql = { "SELECT " COLUMNS
                                         "FROM job WHERE state = 1 AND lease_until_us < $1"
                                         " ORDER BY lease_until_us, id LIMIT 1",
                                         0 };
static const struct stmt queued_sql = { "SELECT " COLUMNS
                                        "FROM job WHERE state = 0 AND run_after_us <= $1"
                                        " ORDER BY run_after_us, id LIMIT 1",
                                        0 };
static const struct stmt lease_sql = {
    "UPDATE job SET state = 1, attempts = attempts + 1, stage = '', permille = 0, reason = '',"
    " lease_owner = $1, started_us = $2, updated_us = $2, lease_until_us = $3 WHERE id = $4",
    0
};
static const struct stmt end_sql = {
    "UPDATE job SET state = $1, reason = $2, lease_owner = '', lease_until_us = 0,"
    " updated_us = $3, finished_us = $3, permille = CASE WHEN $1 = 2 THEN 1000 ELSE permille END"
    " WHERE id = $4",
    0
};
static const struct stmt own_sql = {
    "SELECT cancel_requested FROM job WHERE id = $1 AND state = 1 AND lease_owner = $2", 0
};
static const struct stmt heartbeat_sql = {
    "UPDATE job SET stage = $1, permille = $2, updated_us = $3, lease_until_us = $4 WHERE id = $5",
    0
};
static const struct stmt hand_back_sql = {
    "UPDATE job SET state = 0, attempts = attempts - $1, run_after_us = $2, reason = $3,"
    " updated_us = $4, lease_owner = '', lease_until_us = 0 WHERE id = $5",
    0
};
static const struct stmt hand_back_all_sql = {
    "UPDATE job SET state = 0, updated_us = $1, lease_owner = '',"
    " lease_until_us = 0, reason = 'The server died while it ran; it goes on by itself.'"
    " WHERE state = 1 AND lease_owner = $2",
    0
};
static const struct stmt cancel_queued_sql = { "UPDATE job SET state = 4, reason = 'Somebody "
                                               "cancelled it before it started.', updated_us = $1,"
                                               " finished_us = $1 WHERE id = $2 AND state = 0",
                                               0 };
static const struct stmt cancel_running_sql = {
    "UPDATE job SET cancel_requested = 1, updated_us = $1 WHERE id = $2 AND state = 1", 0
};
static const struct stmt exists_sql = { "SELECT id FROM job WHERE id = $1", 0 };
static const struct stmt retry_sql = {
    "UPDATE job SET state = 0, attempts = 0, cancel_requested = 0, reason = '', stage = '',"
    " permille = 0, run_after_us = $1, updated_us = $1, finished_us = 0"
    " WHERE id = $2 AND (state = 3 OR state = 4)",
    0
};
static const struct stmt next_due_sql = {
    "SELECT coalesce(min(t), 0) FROM (SELECT min(run_after_us) AS t FROM job WHERE state = 0"
    " UNION ALL SELECT min(lease_until_us) AS t FROM job WHERE state = 1) due",
    0
};

const struct stmt *const job_statements[] = { &insert_sql,
                                              &get_sql,
                                              &list_sql,
                                              &list_target_sql,
                                              &count_sql,
                                              &expired_sql,
                                              &queued_sql,
                                              &lease_sql,
                                              &end_sql,
                                              &own_sql,
                                              &heartbeat_sql,
                                              &exists_sql,
                                              &retry_sql,
                                              &hand_back_sql,
                                              &hand_back_all_sql,
                                              &cancel_queued_sql,
                                              &cancel_running_sql,
                                              &next_due_sql,
                                              NULL };

static void job_read(struct query *q, struct arena *a, void *item)
{
    struct job_row *j = item;
    j->id = sql_get_int(q);
    j->kind = sql_get_text(q, a);
    j->target = sql_get_int(q);
    j->args = sql_get_text(q, a);
    j->state = (enum job_state)sql_get_int(q);
    j->stage = sql_get_text(q, a);
    j->permille = sql_get_int(q);
    j->reason = sql_get_text(q, a);
    j->attempts = sql_get_int(q);
    j->max_attempts = sql_get_int(q);
    j->run_after_us = sql_get_int(q);
    j->lease_owner = sql_get_text(q, a);
    j->lease_until_us = sql_get_int(q);
    j->cancel_requested = sql_get_int(q) != 0;
    j->created_us = sql_get_int(q);
    j->updated_us = sql_get_int(q);
    j->started_us = sql_get_int(q);
    j->finished_us = sql_get_int(q);
}

enum err store_job_insert(struct db *db, const struct job_row *j)
{
    return sql_change(db, &insert_sql,
                      SQL_ARGS(sql_int(j->id), sql_text(j->kind), sql_int(j->target),
                               sql_text(j->args), sql_int(j->max_attempts),
                               sql_int(j->run_after_us), sql_int(j->created_us)),
                      NULL);
}

enum err store_job_get(struct db *db, struct arena *a, int64_t id, struct job_row *ret)
{
    return sql_one(db, &get_sql, SQL_ARGS(sql_int(id)), a, job_read, ret);
}

enum err store_job_list(struct db *db, struct arena *a, struct job_filter filter,
                        struct store_cursor after, int limit, struct job_row **ret, size_t *ret_n)
{
    int64_t before = after.id ? after.id : INT64_MAX;
    const struct sql_value args[] = { sql_int(filter.target), sql_int(before),
                                      sql_text(filter.kind), sql_int(limit) };
    const struct sql_value all[] = { sql_int(before), sql_text(filter.kind), sql_int(limit) };
    struct query q;
    if (filter.target)
        sql_start(&q, db, &list_target_sql, args, sizeof args / sizeof *args);
    else
        sql_start(&q, db, &list_sql, all, sizeof all / sizeof *all);
    return sql_page(&q, a, limit, sizeof **ret, job_read, ret, ret_n);
}

enum err store_job_count(struct db *db, int64_t ret_by_state[JOB_STATES])
{
    int64_t counts[JOB_STATES] = { 0 };
    struct query q;
    sql_start(&q, db, &count_sql, NULL, 0);
    bool has_row = false;
    enum err e;
    while ((e = sql_next(&q, &has_row)) == OK && has_row) {
        int64_t state = sql_get_int(&q);
        if (state >= 0 && state < JOB_STATES)
            counts[state] = sql_get_int(&q);
    }
    e = sql_end(&q, e);
    if (e == OK)
        memcpy(ret_by_state, counts, sizeof counts);
    return e;
}

static enum err end(struct db *db, int64_t id, enum job_state state, struct str reason,
                    int64_t now_us)
{
    return sql_change_one(db, &end_sql,
                          SQL_ARGS(sql_int(state), sql_text(reason), sql_int(now_us), sql_int(id)));
}

/* A job that may not run any more is ended: *ret_is_over. */
static enum err end_if_over(struct db *db, struct arena *a, const struct job_row *j, int64_t now_us,
                            bool *ret_is_over)
{
    *ret_is_over = true;
    if (j->cancel_requested)
        return end(db, j->id, JOB_CANCELLED,
                   STR("Somebody cancelled it; the process that ran it had died."), now_us);
    if (j->attempts >= j->max_attempts)
        return end(db, j->id, JOB_FAILED,
                   arena_printf(a,
                                "Given up after %lld attempts: the process that ran it died each "
                                "time, the last time at the stage \"%.*s\".",
                                (long long)j->attempts, STR_ARG(j->stage)),
                   now_us);
    *ret_is_over = false;
    return OK;
}

enum err store_job_lease(struct db *db, struct arena *a, struct str owner, int64_t now_us,
                         int64_t lease_until_us, struct job_row *ret)
{
    struct job_row j;
    bool is_over = true;
    while (is_over) {
        enum err e = sql_one(db, &expired_sql, SQL_ARGS(sql_int(now_us)), a, job_read, &j);
        if (e == ERR_NOT_FOUND)
            e = sql_one(db, &queued_sql, SQL_ARGS(sql_int(now_us)), a, job_read, &j);
        if (e == OK)
            e = end_if_over(db, a, &j, now_us, &is_over);
        if (e != OK)
            return e;
    }
    enum err e = sql_change_one(
        db, &lease_sql,
        SQL_ARGS(sql_text(owner), sql_int(now_us), sql_int(lease_until_us), sql_int(j.id)));
    return e == OK ? store_job_get(db, a, j.id, ret) : e;
}

/* OK when the job runs under this owner's lease, else ERR_GONE. */
static enum err own(struct db *db, int64_t id, struct str owner, bool *ret_cancel)
{
    int64_t cancel;
    enum err e = sql_scalar(db, &own_sql, SQL_ARGS(sql_int(id), sql_text(owner)), &cancel);
    if (e == OK)
        *ret_cancel = cancel != 0;
    return e == ERR_NOT_FOUND ? ERR_GONE : e;
}

enum err store_job_heartbeat(struct db *db, const struct job_beat *b, int64_t now_us,
                             int64_t lease_until_us, bool *ret_cancel)
{
    enum err e = own(db, b->id, b->owner, ret_cancel);
    if (e != OK)
        return e;
    return sql_change_one(db, &heartbeat_sql,
                          SQL_ARGS(sql_text(b->stage), sql_int(b->permille), sql_int(now_us),
                                   sql_int(lease_until_us), sql_int(b->id)));
}

enum err store_job_finish(struct db *db, int64_t id, struct str owner, enum job_state state,
                          struct str reason, int64_t now_us)
{
    bool cancel;
    enum err e = own(db, id, owner, &cancel);
    return e == OK ? end(db, id, state, reason, now_us) : e;
}

enum err store_job_hand_back(struct db *db, int64_t id, struct str owner, bool counts_attempt,
                             int64_t run_after_us, struct str reason, int64_t now_us)
{
    bool cancel;
    enum err e = own(db, id, owner, &cancel);
    if (e != OK)
        return e;
    if (cancel)
        return end(db, id, JOB_CANCELLED, STR("Somebody cancelled it."), now_us);
    return sql_change_one(db, &hand_back_sql,
                          SQL_ARGS(sql_int(counts_attempt ? 0 : 1), sql_int(run_after_us),
                                   sql_text(reason), sql_int(now_us), sql_int(id)));
}

enum err store_job_hand_back_all(struct db *db, struct str owner, int64_t now_us, int64_t *ret_n)
{
    return sql_change(db, &hand_back_all_sql, SQL_ARGS(sql_int(now_us), sql_text(owner)), ret_n);
}

/* What a change in a certain state gives when it found no such row. */
static enum err conflict_or_missing(struct db *db, int64_t id)
{
    int64_t is_there;
    enum err e = sql_scalar(db, &exists_sql, SQL_ARGS(sql_int(id)), &is_there);
    return e == OK ? ERR_CONFLICT : e;
}

enum err store_job_cancel(struct db *db, int64_t id, int64_t now_us)
{
    enum err e = sql_change_one(db, &cancel_queued_sql, SQL_ARGS(sql_int(now_us), sql_int(id)));
    if (e == ERR_NOT_FOUND)
        e = sql_change_one(db, &cancel_running_sql, SQL_ARGS(sql_int(now_us), sql_int(id)));
    return e == ERR_NOT_FOUND ? conflict_or_missing(db, id) : e;
}

enum err store_job_retry(struct db *db, int64_t id, int64_t now_us)
{
    enum err e = sql_change_one(db, &retry_sql, SQL_ARGS(sql_int(now_us), sql_int(id)));
    return e == ERR_NOT_FOUND ? conflict_or_missing(db, id) : e;
}

enum err store_job_next_due(struct db *db, int64_t *ret_us)
{
    return sql_scalar(db, &next_due_sql, NULL, 0, ret_us);
}
