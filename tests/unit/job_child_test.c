/* Children of jobs: what they say and how they end becomes progress and a sentence for people. */
#include "store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "base/utf8.h"
#include "jobs/jobs.h"
#include "store/job.h"

static const struct log quiet = { .fd = -1 };
static struct clock real_clock;

struct app {
    struct child_limits limits;
    const char *program;
    char words[256]; /* "word rest|" of each that on_word got */
};

static enum err hear_word(struct job *job, void *arg, struct str word, struct str rest)
{
    struct app *app = arg;
    size_t n = strlen(app->words);
    snprintf(app->words + n, sizeof app->words - n, "%.*s %.*s|", STR_ARG(word), STR_ARG(rest));
    if (str_eq_c(word, "enough"))
        return job_fail(job, ERR_CONFLICT, "That is enough.");
    return OK;
}

static enum err run_script(struct job *job)
{
    struct app *app = job_app(job);
    const char *script = arena_cstr(job_arena(job), job_args(job));
    const char *const argv[] = { app->program, "-c", script, NULL };
    struct job_child child = { .spec = { .argv = argv, .limits = app->limits },
                               .on_word = hear_word,
                               .arg = app };
    return job_run_child(job, &child);
}

static const struct job_kind kinds[] = { { "script", run_script } };

WRITE_FN(insert)
{
    return store_job_insert(tx_db(tx), arg);
}

/* Runs one job to its end and gives its row. */
static struct job_row run(struct fixture *f, struct app *app, const char *script)
{
    struct job_row row = { .id = store_new_id(f->store),
                           .kind = STR("script"),
                           .args = str_from(script),
                           .max_attempts = 1,
                           .created_us = NOW_US };
    assert_int_equal(store_write(f->store, insert, &row), OK);
    struct jobs_config cfg = { .store = f->store,
                               .clock = &real_clock,
                               .log = &quiet,
                               .kinds = kinds,
                               .n_kinds = 1,
                               .app = app,
                               .owner = "this",
                               .max_running = 1,
                               .heartbeat_us = 20000 };
    struct jobs *j;
    assert_int_equal(jobs_start(&cfg, &j), OK);
    do {
        usleep(5000);
        assert_int_equal(store_job_get(f->db, &f->a, row.id, &row), OK);
    } while (row.state == JOB_QUEUED || row.state == JOB_RUNNING);
    jobs_stop(j);
    return row;
}

static void test_endings_become_sentences(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *script;
        struct child_limits limits;
        enum job_state state;
        const char *reason;
    } cases[] = {
        { "echo error input gone wrong >&3; exit 0", { 0 }, JOB_DONE, "" },
        { "echo 'error input This file is a text file.' >&3; echo 'error io later' >&3; exit 1",
          { 0 },
          JOB_FAILED,
          "This file is a text file." },
        { "printf 'error input \\033[31m\\377 red\\n' >&3; exit 1",
          { 0 },
          JOB_FAILED,
          " [31m\xEF\xBF\xBD red" },
        { "echo one >&2; echo 'cannot open it' >&2; echo >&2; exit 3",
          { 0 },
          JOB_FAILED,
          "sh ended with status 3: cannot open it." },
        { "exit 4", { 0 }, JOB_FAILED, "sh ended with status 4: it said nothing." },
        { "echo error cancelled ha >&3; exit 1", { 0 }, JOB_FAILED, "ha" },
        { "kill -SEGV $$", { 0 }, JOB_FAILED, "sh crashed (signal 11, Segmentation fault)." },
        { "kill -KILL $$", { 0 }, JOB_FAILED, "sh was killed; perhaps memory ran out." },
        { "sleep 30", { .wall_us = 200000 }, JOB_FAILED, "sh did not end within 0 s." },
        { "while :; do :; done",
          { .cpu_s = 1 },
          JOB_FAILED,
          "sh needed more than the allowed 1 s of CPU time." },
        { "kill -XFSZ $$",
          { .file_bytes = 5000 },
          JOB_FAILED,
          "sh wrote a file of more than the allowed 5000 bytes." },
        { "echo enough >&3; sleep 30", { 0 }, JOB_FAILED, "That is enough." },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct app app = { .limits = cases[i].limits, .program = "/bin/sh" };
        struct job_row row = run(f, &app, cases[i].script);
        if (row.state != cases[i].state || !str_eq_c(row.reason, cases[i].reason))
            fail_msg("case %zu: state %d: %.*s", i, row.state, STR_ARG(row.reason));
    }
}

static void test_words_and_progress(void **state)
{
    struct fixture *f = *state;
    struct app app = { .program = "/bin/sh" };
    const char *script = "echo progress 120 probe >&3; echo 'playable now  please' >&3;"
                         "echo progress x y >&3; echo progress -5 '../etc' >&3; echo >&3;"
                         "echo progress 640 encode >&3; echo done >&3; sleep 0.2; exit 1";
    struct job_row row = run(f, &app, script);
    assert_int_equal(row.permille, 640);
    assert_true(str_eq_c(row.stage, "encode"));
    assert_string_equal(app.words, "playable now  please| |done |");
}

static void test_program_that_is_not_there(void **state)
{
    struct fixture *f = *state;
    struct app app = { .program = "/no/such/dramalet-media" };
    struct job_row row = run(f, &app, "");
    assert_true(str_eq_c(row.reason, "cannot start /no/such/dramalet-media: exec: No such file or "
                                     "directory."));
}

int main(void)
{
    real_clock = clock_system();
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_endings_become_sentences),
        STORE_TEST(test_words_and_progress),
        STORE_TEST(test_program_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
