/* The life of a job row. */
#include "store_fixture.h"

#include "store/job.h"

#define LEASE_US INT64_C(30000000)

/* One call of a test as data, so that each is a write of its own. */
struct call {
    enum { INSERT, LEASE, BEAT, FINISH, BACK, BACK_UNCOUNTED, BACK_ALL, CANCEL, RETRY } what;
    int64_t id;
    const char *owner;
    int64_t at_us;
    enum job_state state;
    struct job_row row;
    bool cancel;
    int64_t n;
    enum err found;
    struct arena *a;
};

WRITE_FN(run_call)
{
    struct call *c = arg;
    struct db *db = tx_db(tx);
    struct str owner = str_from(c->owner);
    struct job_row job = { .id = c->id,
                           .kind = STR("transcode"),
                           .target = c->id * 10,
                           .args = STR("{}"),
                           .max_attempts = 2,
                           .run_after_us = c->at_us,
                           .created_us = NOW_US };
    struct job_beat beat = { c->id, owner, STR("encode"), 500 };
    switch (c->what) {
    case INSERT:
        return store_job_insert(db, &job);
    case LEASE:
        c->found = store_job_lease(db, c->a, owner, c->at_us, c->at_us + LEASE_US, &c->row);
        return c->found == ERR_NOT_FOUND ? OK : c->found; /* commits what it ended */
    case BEAT:
        return store_job_heartbeat(db, &beat, c->at_us, c->at_us + LEASE_US, &c->cancel);
    case FINISH:
        return store_job_finish(db, c->id, owner, c->state, STR("because"), c->at_us);
    case BACK:
        return store_job_hand_back(db, c->id, owner, true, c->at_us + 5, STR("later"), c->at_us);
    case BACK_UNCOUNTED:
        return store_job_hand_back(db, c->id, owner, false, c->at_us, STR(""), c->at_us);
    case BACK_ALL:
        return store_job_hand_back_all(db, owner, c->at_us, &c->n);
    case CANCEL:
        return store_job_cancel(db, c->id, c->at_us);
    case RETRY:
        return store_job_retry(db, c->id, c->at_us);
    }
    return ERR_INTERNAL;
}

static enum err run(struct fixture *f, struct call *c)
{
    c->a = &f->a;
    enum err e = store_write(f->store, run_call, c);
    return e == OK ? c->found : e;
}

#define RUN(f, ...) run(f, &(struct call){ __VA_ARGS__ })

static struct job_row job(struct fixture *f, int64_t id)
{
    struct job_row j;
    assert_int_equal(store_job_get(f->db, &f->a, id, &j), OK);
    return j;
}

static void test_jobs_are_leased_in_turn(void **state)
{
    struct fixture *f = *state;
    for (int64_t id = 1; id <= 3; id++)
        assert_int_equal(RUN(f, INSERT, id, NULL, NOW_US + (id == 1 ? 50 : id)), OK);
    struct call c = { LEASE, .owner = "w", .at_us = NOW_US + 10 };
    assert_int_equal(run(f, &c), OK);
    assert_int_equal(c.row.id, 2);
    assert_true(c.row.state == JOB_RUNNING && c.row.attempts == 1 && c.row.target == 20);
    assert_true(c.row.lease_until_us == NOW_US + 10 + LEASE_US);
    assert_true(c.row.started_us == NOW_US + 10 && str_eq_c(c.row.lease_owner, "w"));
    assert_int_equal(run(f, &c), OK);
    assert_int_equal(c.row.id, 3);
    assert_int_equal(run(f, &c), ERR_NOT_FOUND); /* 1 is not due */
    int64_t due_us, by_state[JOB_STATES];
    assert_int_equal(store_job_next_due(f->db, &due_us), OK);
    assert_int_equal(due_us, NOW_US + 50);
    assert_int_equal(store_job_count(f->db, by_state), OK);
    assert_true(by_state[JOB_QUEUED] == 1 && by_state[JOB_RUNNING] == 2);
    struct job_row *list;
    size_t n;
    struct store_cursor at = { 0 };
    assert_int_equal(store_job_list(f->db, &f->a, (struct job_filter){ 0 }, at, 2, &list, &n), OK);
    assert_true(n == 2 && list[0].id == 3 && list[1].id == 2);
    at.id = 2;
    assert_int_equal(store_job_list(f->db, &f->a, (struct job_filter){ .kind = STR("transcode") },
                                    at, 2, &list, &n),
                     OK);
    assert_true(n == 1 && list[0].id == 1);
    at.id = 0;
    assert_int_equal(
        store_job_list(f->db, &f->a, (struct job_filter){ .target = 20 }, at, 9, &list, &n), OK);
    assert_true(n == 1 && list[0].id == 2);
    assert_int_equal(
        store_job_list(f->db, &f->a, (struct job_filter){ .kind = STR("x") }, at, 9, &list, &n),
        OK);
    assert_int_equal(n, 0);
}

static void test_only_the_owner_changes_a_running_job(void **state)
{
    struct fixture *f = *state;
    struct call beat = { BEAT, 1, "w", NOW_US + 9 };
    assert_int_equal(RUN(f, INSERT, 1, NULL, NOW_US), OK);
    assert_int_equal(run(f, &beat), ERR_GONE); /* not running */
    assert_int_equal(RUN(f, LEASE, 0, "w", NOW_US), OK);
    assert_int_equal(RUN(f, BEAT, 1, "other", NOW_US), ERR_GONE);
    assert_int_equal(RUN(f, FINISH, 1, "other", NOW_US, JOB_DONE), ERR_GONE);
    assert_int_equal(RUN(f, BACK, 1, "other", NOW_US), ERR_GONE);
    assert_int_equal(run(f, &beat), OK);
    assert_true(job(f, 1).permille == 500 && str_eq_c(job(f, 1).stage, "encode") && !beat.cancel);
    assert_int_equal(RUN(f, CANCEL, 1, NULL, NOW_US), OK);
    assert_int_equal(run(f, &beat), OK);
    assert_true(beat.cancel);
    assert_int_equal(RUN(f, FINISH, 1, "w", NOW_US + 11, JOB_CANCELLED), OK);
    struct job_row j = job(f, 1);
    assert_true(j.state == JOB_CANCELLED && j.finished_us == NOW_US + 11 && j.lease_owner.n == 0);
    assert_true(str_eq_c(j.reason, "because"));
    assert_int_equal(RUN(f, CANCEL, 1, NULL, NOW_US), ERR_CONFLICT);
    assert_int_equal(RUN(f, CANCEL, 99, NULL, NOW_US), ERR_NOT_FOUND);
    assert_int_equal(RUN(f, RETRY, 1, NULL, NOW_US + 12), OK);
    j = job(f, 1);
    assert_true(j.state == JOB_QUEUED && j.attempts == 0 && !j.cancel_requested);
    assert_int_equal(RUN(f, RETRY, 1, NULL, NOW_US + 12), ERR_CONFLICT);
    assert_int_equal(RUN(f, CANCEL, 1, NULL, NOW_US + 13), OK);
    assert_true(job(f, 1).state == JOB_CANCELLED);
}

static void test_a_lease_that_ran_out_goes_to_another(void **state)
{
    struct fixture *f = *state;
    int64_t at_us = NOW_US;
    assert_int_equal(RUN(f, INSERT, 1, NULL, at_us), OK);
    assert_int_equal(RUN(f, LEASE, 0, "a", at_us), OK);
    assert_int_equal(RUN(f, LEASE, 0, "b", at_us + LEASE_US), ERR_NOT_FOUND);
    at_us += LEASE_US + 1;
    assert_int_equal(RUN(f, LEASE, 0, "b", at_us), OK);
    assert_true(job(f, 1).attempts == 2);
    assert_int_equal(RUN(f, FINISH, 1, "a", at_us, JOB_DONE), ERR_GONE);
    at_us += LEASE_US + 1;
    assert_int_equal(RUN(f, LEASE, 0, "c", at_us), ERR_NOT_FOUND); /* two attempts were allowed */
    struct job_row j = job(f, 1);
    assert_true(j.state == JOB_FAILED && j.reason.n > 20 && j.finished_us == at_us);
}

static void test_handing_back(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(RUN(f, INSERT, 1, NULL, NOW_US), OK);
    assert_int_equal(RUN(f, LEASE, 0, "w", NOW_US), OK);
    assert_int_equal(RUN(f, BACK_UNCOUNTED, 1, "w", NOW_US), OK);
    assert_true(job(f, 1).attempts == 0 && job(f, 1).state == JOB_QUEUED);
    assert_int_equal(RUN(f, LEASE, 0, "w", NOW_US), OK);
    assert_int_equal(RUN(f, BACK, 1, "w", NOW_US), OK);
    assert_true(job(f, 1).attempts == 1 && job(f, 1).run_after_us == NOW_US + 5);
    assert_int_equal(RUN(f, LEASE, 0, "w", NOW_US + 5), OK);
    struct call all = { BACK_ALL, .owner = "w", .at_us = NOW_US + 6 };
    assert_int_equal(run(f, &all), OK);
    assert_true(all.n == 1 && job(f, 1).state == JOB_QUEUED && job(f, 1).attempts == 2);
    assert_int_equal(RUN(f, LEASE, 0, "w", NOW_US + 7), ERR_NOT_FOUND); /* both were used up */
    assert_true(job(f, 1).state == JOB_FAILED);
    assert_int_equal(RUN(f, INSERT, 2, NULL, NOW_US), OK);
    assert_int_equal(RUN(f, LEASE, 0, "w", NOW_US + 8), OK);
    assert_int_equal(RUN(f, CANCEL, 2, NULL, NOW_US), OK);
    assert_int_equal(RUN(f, BACK, 2, "w", NOW_US), OK);
    assert_true(job(f, 2).state == JOB_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_jobs_are_leased_in_turn),
        STORE_TEST(test_only_the_owner_changes_a_running_job),
        STORE_TEST(test_a_lease_that_ran_out_goes_to_another),
        STORE_TEST(test_handing_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
