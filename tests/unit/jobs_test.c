/*
 * Jobs on a real store. One case starts this program again as a server ("--serve URL") and kills
 * it with SIGKILL. Times are short: a beat is 20 ms.
 */
#include "store_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "base/utf8.h"
#include "jobs/jobs.h"
#include "store/job.h"

enum { WAIT_TURNS = 1500, WAIT_TURN_US = 10000 };

struct app {
    atomic_int runs, running, most_running;
    atomic_bool may_end;
};

static const struct log quiet = { .fd = -1 };

/* --- kinds of jobs --- */

static enum err run_easy(struct job *job)
{
    struct app *app = job_app(job);
    app->runs++;
    return str_eq_c(job_args(job), "{\"n\":1}") && job_target(job) == 77 ? OK : ERR_INTERNAL;
}

static enum err run_until_told(struct job *job)
{
    struct app *app = job_app(job);
    app->runs++;
    int n = ++app->running;
    for (int most = app->most_running; n > most;)
        if (atomic_compare_exchange_weak(&app->most_running, &most, n))
            break;
    job_progress(job, 2000, STR("Bad Stage"));
    job_progress(job, 300, STR("encode"));
    while (!job_is_cancelled(job) && !app->may_end)
        usleep(2000);
    app->running--;
    return job_is_cancelled(job) ? ERR_CANCELLED : OK;
}

static enum err run_bad_input(struct job *job)
{
    return job_fail(job, ERR_INPUT, "Line 3 of \x01 \xff it is %s.", "wrong");
}

static enum err run_io_error(struct job *job)
{
    ((struct app *)job_app(job))->runs++;
    if (job_is_over_after(job, ERR_IO) != (job_attempt(job) == JOB_ATTEMPTS))
        return ERR_INTERNAL;
    return ERR_IO;
}

static enum err run_second_time_lucky(struct job *job)
{
    return job_attempt(job) == 2 ? OK : job_fail(job, ERR_CRASHED, "It fell over.");
}

static enum err run_unwanted(struct job *job)
{
    struct app *app = job_app(job);
    app->runs += job_is_over_after(job, OK) && job_is_over_after(job, ERR_CANCELLED) &&
                 job_is_over_after(job, ERR_INPUT) && !job_is_over_after(job, ERR_IO);
    return job_fail(job, ERR_CANCELLED, "A newer one has replaced it.");
}

static const struct job_kind kinds[] = {
    { "unwanted", run_unwanted },     { "easy", run_easy },
    { "until-told", run_until_told }, { "bad-input", run_bad_input },
    { "io-error", run_io_error },     { "lucky", run_second_time_lucky },
};

static struct clock real_clock;

static struct jobs_config config_of(struct store *store, struct app *app)
{
    return (struct jobs_config){ .store = store,
                                 .clock = &real_clock,
                                 .log = &quiet,
                                 .kinds = kinds,
                                 .n_kinds = sizeof kinds / sizeof *kinds,
                                 .app = app,
                                 .owner = "this",
                                 .max_running = 2,
                                 .heartbeat_us = 20000,
                                 .first_pause_us = 30000,
                                 .poll_us = 50000 };
}

static struct jobs *start(struct fixture *f, struct app *app)
{
    struct jobs_config cfg = config_of(f->store, app);
    struct jobs *j;
    assert_int_equal(jobs_start(&cfg, &j), OK);
    return j;
}

/* --- looking at rows --- */

WRITE_FN(insert)
{
    return store_job_insert(tx_db(tx), arg);
}

static int64_t add(struct fixture *f, const char *kind)
{
    struct job_row row = { .id = store_new_id(f->store),
                           .kind = str_from(kind),
                           .target = 77,
                           .args = STR("{\"n\":1}"),
                           .max_attempts = JOB_ATTEMPTS,
                           .created_us = NOW_US };
    assert_int_equal(store_write(f->store, insert, &row), OK);
    return row.id;
}

static struct job_row row_of(struct fixture *f, int64_t id)
{
    struct job_row row;
    assert_int_equal(store_job_get(f->db, &f->a, id, &row), OK);
    return row;
}

/* Until the job is in the state and (when running) has said how far it is. */
static struct job_row wait_for(struct fixture *f, int64_t id, enum job_state state)
{
    struct job_row row = { 0 };
    for (int i = 0; i < WAIT_TURNS; i++) {
        row = row_of(f, id);
        if (row.state == state && (state != JOB_RUNNING || row.permille > 0))
            return row;
        usleep(WAIT_TURN_US);
    }
    fail_msg("state is %d, not %d: %.*s", row.state, state, STR_ARG(row.reason));
    return row;
}

/* --- cases --- */

static void test_runs_to_done(void **state)
{
    struct fixture *f = *state;
    struct app app = { 0 };
    struct jobs *j = start(f, &app);
    usleep(30000); /* the workers sleep by now: jobs_wake must wake one */
    int64_t before = clock_mono_us(&real_clock);
    int64_t id = add(f, "easy");
    jobs_wake(j);
    struct job_row row = wait_for(f, id, JOB_DONE);
    assert_true(clock_mono_us(&real_clock) - before < 5 * US_PER_S);
    assert_int_equal(row.permille, 1000);
    assert_int_equal(row.attempts, 1);
    assert_true(row.started_us > 0 && row.finished_us >= row.started_us);
    assert_int_equal(app.runs, 1);
    jobs_stop(j);
    jobs_stop(NULL);
}

/* Nothing but jobs_wake makes the workers look again: none may be missed, also while one looks. */
static void test_no_wake_is_missed(void **state)
{
    struct fixture *f = *state;
    struct app app = { 0 };
    struct jobs_config cfg = config_of(f->store, &app);
    cfg.poll_us = 600 * US_PER_S;
    struct jobs *j;
    assert_int_equal(jobs_start(&cfg, &j), OK);
    enum { JOBS = 150 };
    for (int i = 1; i <= JOBS; i++) {
        add(f, "easy");
        jobs_wake(j);
        for (int turn = 0; turn < WAIT_TURNS * 10 && app.runs < i; turn++)
            usleep(WAIT_TURN_US / 10);
        assert_int_equal(app.runs, i);
        if (i % 3 == 0)
            usleep((useconds_t)(i * 37 % 2000)); /* at another point of the worker's way back */
    }
    jobs_stop(j);
}

static void test_progress_is_seen_and_bounded(void **state)
{
    struct fixture *f = *state;
    struct app app = { 0 };
    int64_t ids[6];
    for (size_t i = 0; i < 6; i++)
        ids[i] = add(f, "until-told");
    struct jobs *j = start(f, &app);
    struct job_row row = wait_for(f, ids[0], JOB_RUNNING);
    assert_int_equal(row.permille, 300);
    assert_true(str_eq_c(row.stage, "encode"));
    assert_true(str_eq_c(row.lease_owner, "this"));
    wait_for(f, ids[1], JOB_RUNNING);
    assert_int_equal(jobs_running(j), 2);
    assert_int_equal(row_of(f, ids[2]).state, JOB_QUEUED);
    int64_t lease = row_of(f, ids[0]).lease_until_us;
    usleep(100000);
    assert_true(row_of(f, ids[0]).lease_until_us > lease); /* the heart beats */
    app.may_end = true;
    for (size_t i = 0; i < 6; i++)
        wait_for(f, ids[i], JOB_DONE);
    assert_int_equal(app.most_running, 2);
    assert_int_equal(app.runs, 6);
    jobs_stop(j);
}

static void test_bad_input_fails_at_once(void **state)
{
    struct fixture *f = *state;
    struct app app = { 0 };
    int64_t bad = add(f, "bad-input"), unknown = add(f, "from-the-future");
    struct jobs *j = start(f, &app);
    struct job_row row = wait_for(f, bad, JOB_FAILED);
    assert_int_equal(row.attempts, 1);
    assert_true(str_eq_c(row.reason, "Line 3 of   \xEF\xBF\xBD it is wrong."));
    row = wait_for(f, unknown, JOB_FAILED);
    assert_true(
        str_eq_c(row.reason, "This program knows no jobs of the kind \"from-the-future\"."));
    jobs_stop(j);
}

static void test_a_run_may_call_itself_off(void **state)
{
    struct fixture *f = *state;
    struct app app = { 0 };
    int64_t id = add(f, "unwanted");
    struct jobs *j = start(f, &app);
    assert_true(str_eq_c(wait_for(f, id, JOB_CANCELLED).reason, "A newer one has replaced it."));
    assert_int_equal(app.runs, 1);
    jobs_stop(j);
}

static void test_what_may_pass_is_tried_again(void **state)
{
    struct fixture *f = *state;
    struct app app = { 0 };
    int64_t io = add(f, "io-error"), lucky = add(f, "lucky");
    struct jobs *j = start(f, &app);
    struct job_row row = wait_for(f, lucky, JOB_DONE);
    assert_int_equal(row.attempts, 2);
    row = wait_for(f, io, JOB_FAILED);
    assert_int_equal(row.attempts, JOB_ATTEMPTS);
    assert_int_equal(app.runs, JOB_ATTEMPTS);
    assert_true(str_eq_c(row.reason, "Reading or writing failed. (after 3 attempts)"));
    assert_int_equal(jobs_retry(j, io), OK); /* a person asks for it again */
    assert_int_equal(jobs_retry(j, lucky), ERR_CONFLICT);
    for (int i = 0; i < WAIT_TURNS && app.runs < 2 * JOB_ATTEMPTS; i++)
        usleep(WAIT_TURN_US);
    assert_int_equal(wait_for(f, io, JOB_FAILED).attempts, JOB_ATTEMPTS);
    jobs_stop(j);
}

/* A job that is due again at once may be leased before its last run is quite over. */
static void test_pauses_may_be_short(void **state)
{
    struct fixture *f = *state;
    struct app app = { 0 };
    struct jobs_config cfg = config_of(f->store, &app);
    enum { JOBS = 60 };
    int64_t ids[JOBS];
    cfg.first_pause_us = 1;
    cfg.max_running = 4;
    for (size_t i = 0; i < JOBS; i++)
        ids[i] = add(f, "io-error");
    struct jobs *j;
    assert_int_equal(jobs_start(&cfg, &j), OK);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(wait_for(f, ids[i], JOB_FAILED).attempts, JOB_ATTEMPTS);
    assert_int_equal(app.runs, JOBS * JOB_ATTEMPTS);
    jobs_stop(j);
}

static void test_waiting_job_says_why(void **state)
{
    struct fixture *f = *state;
    struct app app = { 0 };
    int64_t id = add(f, "lucky");
    struct jobs_config cfg = config_of(f->store, &app);
    cfg.first_pause_us = 600 * US_PER_S;
    struct jobs *j;
    assert_int_equal(jobs_start(&cfg, &j), OK);
    struct job_row row = { 0 };
    for (int i = 0; i < WAIT_TURNS && row.reason.n == 0; i++, usleep(WAIT_TURN_US))
        row = row_of(f, id);
    assert_int_equal(row.state, JOB_QUEUED);
    assert_true(row.run_after_us > clock_wall_us(&real_clock) + 500 * US_PER_S);
    assert_true(
        str_starts(row.reason, STR("Attempt 1 of 3 failed: It fell over. The next one is at 20")));
    assert_true(str_ends(row.reason, STR("Z.")));
    assert_int_equal(jobs_cancel(j, id), OK);
    assert_int_equal(row_of(f, id).state, JOB_CANCELLED);
    assert_int_equal(jobs_cancel(j, id), ERR_CONFLICT);
    assert_int_equal(jobs_cancel(j, 12345), ERR_NOT_FOUND);
    jobs_stop(j);
}

WRITE_FN(cancel_elsewhere)
{
    return store_job_cancel(tx_db(tx), *(int64_t *)arg, NOW_US);
}

static void test_cancel_of_a_running_job(void **state)
{
    struct fixture *f = *state;
    struct app app = { 0 };
    int64_t here = add(f, "until-told"), there = add(f, "until-told");
    struct jobs *j = start(f, &app);
    wait_for(f, here, JOB_RUNNING);
    wait_for(f, there, JOB_RUNNING);
    assert_int_equal(jobs_cancel(j, here), OK);
    assert_true(str_eq_c(wait_for(f, here, JOB_CANCELLED).reason, "Somebody cancelled it."));
    assert_int_equal(store_write(f->store, cancel_elsewhere, &there), OK); /* another process */
    wait_for(f, there, JOB_CANCELLED);
    jobs_stop(j);
}

static void test_stop_hands_back_without_counting(void **state)
{
    struct fixture *f = *state;
    struct app app = { 0 };
    int64_t id = add(f, "until-told");
    for (int round = 0; round < 5; round++) { /* more often than there are attempts */
        struct jobs *j = start(f, &app);
        wait_for(f, id, JOB_RUNNING);
        jobs_stop(j);
        struct job_row row = row_of(f, id);
        assert_int_equal(row.state, JOB_QUEUED);
        assert_int_equal(row.attempts, 0);
        assert_true(str_starts(row.reason, STR("The server was stopped")));
    }
    app.may_end = true;
    struct jobs *j = start(f, &app);
    assert_int_equal(wait_for(f, id, JOB_DONE).attempts, 1);
    jobs_stop(j);
}

static void test_lost_lease_ends_the_run_and_leaves_the_row(void **state)
{
    struct fixture *f = *state;
    struct app app = { 0 };
    int64_t id = add(f, "until-told");
    struct jobs *j = start(f, &app);
    wait_for(f, id, JOB_RUNNING);
    fixture_sql(f, "UPDATE job SET lease_owner = 'other', stage = 'theirs'");
    for (int i = 0; i < WAIT_TURNS && jobs_running(j) > 0; i++)
        usleep(WAIT_TURN_US);
    assert_int_equal(jobs_running(j), 0);
    struct job_row row = row_of(f, id);
    assert_int_equal(row.state, JOB_RUNNING);
    assert_true(str_eq_c(row.stage, "theirs"));
    jobs_stop(j);
    assert_true(str_eq_c(row_of(f, id).lease_owner, "other"));
}

/* Whichever statement of looking, beating or ending fails: the job gets done. */
static void test_store_faults_pass(void **state)
{
    struct fixture *f = *state;
    struct app app = { .may_end = true };
    struct jobs *j = start(f, &app);
    for (int64_t nth = 1; nth < 12; nth++) {
        int before = app.runs;
        int64_t id = add(f, "until-told");
        store_fail_nth(f->store, nth, ERR_IO);
        jobs_wake(j);
        for (int i = 0; i < WAIT_TURNS && app.runs == before; i++)
            usleep(WAIT_TURN_US); /* without reading: that would be a statement, too */
        usleep(30000);
        store_fail_nth(f->store, 0, OK);
        wait_for(f, id, JOB_DONE);
    }
    jobs_stop(j);
}

/* --- kill -9 --- */

static pid_t start_server(struct fixture *f)
{
    pid_t pid = fork();
    if (pid == 0) {
        char *const argv[] = { (char[]){ "jobs" }, (char[]){ "--serve" }, f->url, NULL };
        execv("/proc/self/exe", argv);
        _exit(1);
    }
    assert_true(pid > 0);
    return pid;
}

static int serve(const char *url)
{
    struct rng rng = rng_system();
    struct store_config cfg = { .url = url, .clock = &real_clock, .rng = &rng };
    struct store *store;
    struct diag d;
    struct app app = { 0 };
    if (store_open(&cfg, &store, &d) != OK)
        return 1;
    struct jobs_config jobs_cfg = config_of(store, &app);
    jobs_cfg.lease_us = 1500000;
    struct jobs *j;
    if (jobs_start(&jobs_cfg, &j) != OK)
        return 1;
    for (;;)
        pause();
}

static void kill_server(pid_t pid)
{
    kill(pid, SIGKILL);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void kill_while_it_runs(struct fixture *f, int64_t id)
{
    pid_t pid = start_server(f);
    wait_for(f, id, JOB_RUNNING);
    kill_server(pid);
    assert_int_equal(row_of(f, id).state, JOB_RUNNING); /* nobody could tidy up */
    fixture_sql(f, "UPDATE job SET permille = 0");      /* what wait_for takes for the next run's */
}

static void test_kill_9_and_the_next_start_goes_on(void **state)
{
    struct fixture *f = *state;
    struct app app = { .may_end = true };
    int64_t id = add(f, "until-told");
    for (int round = 0; round < JOB_ATTEMPTS - 1; round++)
        kill_while_it_runs(f, id);
    struct jobs *j = start(f, &app);
    struct job_row row = wait_for(f, id, JOB_DONE);
    assert_int_equal(row.attempts, JOB_ATTEMPTS);
    assert_int_equal(app.runs, 1);
    jobs_stop(j);
}

static void test_a_job_that_brings_down_the_server_ends(void **state)
{
    struct fixture *f = *state;
    struct app app = { .may_end = true };
    int64_t id = add(f, "until-told");
    for (int round = 0; round < JOB_ATTEMPTS; round++)
        kill_while_it_runs(f, id);
    struct jobs *j = start(f, &app);
    struct job_row row = wait_for(f, id, JOB_FAILED);
    assert_true(str_starts(row.reason, STR("Given up after 3 attempts")));
    assert_int_equal(app.runs, 0);
    jobs_stop(j);
}

static void test_lease_of_the_dead_runs_out_for_others(void **state)
{
    struct fixture *f = *state;
    struct app app = { .may_end = true };
    int64_t id = add(f, "until-told");
    pid_t pid = start_server(f);
    wait_for(f, id, JOB_RUNNING);
    struct jobs_config cfg = config_of(f->store, &app);
    cfg.owner = "other";
    struct jobs *j;
    assert_int_equal(jobs_start(&cfg, &j), OK);
    usleep(400000);
    assert_int_equal(app.runs, 0); /* the heart still beats over there */
    kill_server(pid);
    struct job_row row = wait_for(f, id, JOB_DONE);
    assert_int_equal(row.attempts, 2);
    assert_int_equal(app.runs, 1);
    jobs_stop(j);
}

int main(int argc, char **argv)
{
    real_clock = clock_system();
    if (argc == 3 && strcmp(argv[1], "--serve") == 0)
        return serve(argv[2]);
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_runs_to_done),
        STORE_TEST(test_no_wake_is_missed),
        STORE_TEST(test_progress_is_seen_and_bounded),
        STORE_TEST(test_bad_input_fails_at_once),
        STORE_TEST(test_a_run_may_call_itself_off),
        STORE_TEST(test_what_may_pass_is_tried_again),
        STORE_TEST(test_pauses_may_be_short),
        STORE_TEST(test_waiting_job_says_why),
        STORE_TEST(test_cancel_of_a_running_job),
        STORE_TEST(test_stop_hands_back_without_counting),
        STORE_TEST(test_lost_lease_ends_the_run_and_leaves_the_row),
        STORE_TEST(test_store_faults_pass),
        STORE_TEST(test_kill_9_and_the_next_start_goes_on),
        STORE_TEST(test_a_job_that_brings_down_the_server_ends),
        STORE_TEST(test_lease_of_the_dead_runs_out_for_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
