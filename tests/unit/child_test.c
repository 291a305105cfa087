/* Child processes: limits, deadlines, cancelling, closed surroundings. The children are sh. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/timefmt.h"
#include "sys/child.h"
#include "sys/clock.h"
#include "sys/file.h"

struct seen {
    struct buf text; /* every line, each followed by | */
    size_t n;
    size_t longest;
};

static void see_line(void *arg, const char *line)
{
    struct seen *s = arg;
    size_t n = strlen(line);
    if (s->text.n < 4096) {
        buf_add_c(&s->text, line);
        buf_add_char(&s->text, '|');
    }
    s->longest = n > s->longest ? n : s->longest;
    s->n++;
}

static int64_t now_us(void)
{
    struct clock c = clock_system();
    return clock_mono_us(&c);
}

/* Runs sh -c script with what spec has besides. */
static enum err run_sh(const char *script, struct child_spec spec, struct seen *seen,
                       struct child_result *ret)
{
    const char *const argv[] = { "/bin/sh", "-c", script, NULL };
    spec.argv = argv;
    spec.on_line = see_line;
    spec.arg = seen;
    return child_run(&spec, ret);
}

static void assert_seen(struct seen *s, const char *expected)
{
    buf_add_char(&s->text, '\0');
    assert_string_equal(s->text.p, expected);
    buf_done(&s->text);
}

static void test_exit_lines_and_stderr(void **state)
{
    (void)state;
    struct seen s = { 0 };
    struct child_result r;
    const char *script = "echo one >&3; printf 'tw' >&3; sleep 0.1; printf 'o\\n\\nthree' >&3;"
                         "echo oops >&2; printf 'x\\000y' >&2; exit 7";
    assert_int_equal(run_sh(script, (struct child_spec){ 0 }, &s, &r), OK);
    assert_int_equal(r.exit_code, 7);
    assert_int_equal(r.signal, 0);
    assert_string_equal(r.stderr_tail, "oops\nx?y");
    assert_true(r.max_rss_bytes > 100000);
    assert_false(r.timed_out || r.was_cancelled);
    assert_seen(&s, "one|two||"); /* "three" never became a whole line */
}

static void test_crash_is_told_with_its_signal(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        int signal;
    } cases[] = { { "kill -SEGV $$", SIGSEGV }, { "kill -ABRT $$", SIGABRT } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct seen s = { 0 };
        struct child_result r;
        assert_int_equal(run_sh(cases[i].script, (struct child_spec){ 0 }, &s, &r), OK);
        assert_int_equal(r.exit_code, -1);
        assert_int_equal(r.signal, cases[i].signal);
    }
}

static void test_stderr_keeps_its_tail(void **state)
{
    (void)state;
    struct seen s = { 0 };
    struct child_result r;
    const char *script = "i=0; while [ $i -lt 3000 ]; do printf '\xE4\xBD\xA0' >&2; i=$((i+1));"
                         "done; echo end >&2";
    assert_int_equal(run_sh(script, (struct child_spec){ 0 }, &s, &r), OK);
    struct str tail = str_from(r.stderr_tail);
    assert_true(tail.n > CHILD_STDERR_TAIL - 10 && tail.n < CHILD_STDERR_TAIL);
    assert_true(str_ends(tail, STR("\xBD\xA0"
                                   "end\n")));
    assert_true(str_starts(tail, STR("\xE4\xBD\xA0")));
}

/* The grandchild would write its line a second later if it were left alive. */
static void test_deadline_kills_the_whole_group(void **state)
{
    (void)state;
    struct seen s = { 0 };
    struct child_result r;
    char path[] = "/tmp/dramalet-child-XXXXXX";
    CLEANUP(fd_close) int fd = mkstemp(path);
    int64_t before = now_us();
    struct child_spec spec = { .limits = { .wall_us = 300000 }, .stdout_fd = fd };
    const char *script = "(sleep 1; echo alive) & echo started; sleep 30";
    assert_int_equal(run_sh(script, spec, &s, &r), ERR_TIMEOUT);
    int64_t took = now_us() - before;
    assert_true(r.timed_out && !r.was_cancelled);
    assert_int_equal(r.exit_code, -1);
    assert_int_equal(r.signal, SIGKILL);
    assert_true(took >= 290000 && took < 3 * US_PER_S);
    sleep(1);
    usleep(300000);
    char text[64] = { 0 };
    assert_true(pread(fd, text, sizeof text - 1, 0) > 0);
    assert_string_equal(text, "started\n");
    unlink(path);
}

/* Also when the child itself ends well: nothing may stay behind, nor hold the pipes open. */
static void test_orphans_do_not_outlive_the_child(void **state)
{
    (void)state;
    struct seen s = { 0 };
    struct child_result r;
    int64_t before = now_us();
    assert_int_equal(run_sh("sleep 30 & echo $! >&3", (struct child_spec){ 0 }, &s, &r), OK);
    assert_true(now_us() - before < 5 * US_PER_S);
    buf_add_char(&s.text, '\0');
    pid_t orphan = (pid_t)strtol(s.text.p, NULL, 10);
    buf_done(&s.text);
    assert_true(orphan > 1);
    for (int i = 0; i < 100 && kill(orphan, 0) == 0; i++)
        usleep(20000); /* init reaps it in its own time; a zombie still answers */
    char stat_path[64], line[256] = { 0 };
    snprintf(stat_path, sizeof stat_path, "/proc/%ld/stat", (long)orphan);
    CLEANUP(fd_close) int fd = open(stat_path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && read(fd, line, sizeof line - 1) > 0)
        assert_non_null(strstr(line, ") Z"));
}

static void *cancel_soon(void *arg)
{
    usleep(150000);
    atomic_store((atomic_bool *)arg, true);
    return NULL;
}

static void test_cancel(void **state)
{
    (void)state;
    struct seen s = { 0 };
    struct child_result r;
    atomic_bool cancel = false;
    pthread_t t;
    assert_int_equal(pthread_create(&t, NULL, cancel_soon, &cancel), 0);
    int64_t before = now_us();
    struct child_spec spec = { .cancel = &cancel, .limits = { .wall_us = 60 * US_PER_S } };
    assert_int_equal(run_sh("trap '' TERM INT; sleep 30", spec, &s, &r), ERR_CANCELLED);
    assert_true(now_us() - before < 3 * US_PER_S);
    assert_true(r.was_cancelled && !r.timed_out);
    pthread_join(t, NULL);
    assert_int_equal(run_sh("sleep 30", spec, &s, &r), ERR_CANCELLED); /* before it began */
}

static void test_flood_of_lines_delays_nothing(void **state)
{
    (void)state;
    struct seen s = { 0 };
    struct child_result r;
    int64_t before = now_us();
    struct child_spec spec = { .limits = { .wall_us = 400000 } };
    assert_int_equal(run_sh("yes progress >&3 & yes noise >&2", spec, &s, &r), ERR_TIMEOUT);
    assert_true(now_us() - before < 3 * US_PER_S);
    assert_true(s.n > 1000);
    buf_done(&s.text);
    struct seen one = { 0 };
    const char *endless = "head -c 1000000 /dev/zero | tr '\\0' x >&3; echo >&3; echo next >&3";
    assert_int_equal(run_sh(endless, (struct child_spec){ 0 }, &one, &r), OK);
    assert_int_equal(one.n, 2);
    assert_int_equal(one.longest, CHILD_LINE_MAX - 1);
    buf_done(&one.text);
}

static void test_surroundings_are_closed(void **state)
{
    (void)state;
    struct seen s = { 0 };
    struct child_result r;
    setenv("DRAMALET_SECRET", "x", 1);
    int leak = open("/dev/null", O_RDONLY); /* deliberately without O_CLOEXEC */
    int a = memfd_create("a", 0), b = memfd_create("b", 0);
    assert_true(leak > 2 && write(a, "A\n", 2) == 2 && write(b, "B\n", 2) == 2);
    /* Passed in an order in which each would land on the other one's number. */
    CLEANUP(fd_close) int five = fcntl(a, F_DUPFD_CLOEXEC, 5);
    CLEANUP(fd_close) int four = fcntl(b, F_DUPFD_CLOEXEC, 4);
    lseek(a, 0, SEEK_SET);
    lseek(b, 0, SEEK_SET);
    struct child_spec spec = { .fds = (int[]){ five, four }, .n_fds = 2 };
    const char *script = "read x <&4; echo $x >&3; read x <&5; echo $x >&3; env | sort >&3;"
                         "ls /proc/self/fd | tr '\\n' ' ' >&3; echo >&3; ls -l /proc/self/fd/0 |"
                         "grep -c null >&3; ulimit -c >&3";
    signal(SIGPIPE, SIG_IGN); /* as in the server; must not be handed down */
    assert_int_equal(run_sh(script, spec, &s, &r), OK);
    /* the one descriptor more is ls's own */
    assert_seen(&s, "A|B|LANG=C.UTF-8|PATH=/usr/bin:/bin|PWD=/|TZ=UTC|0 1 2 3 4 5 6 |1|0|");
    struct seen p = { 0 };
    assert_int_equal(
        run_sh("grep -E 'SigIgn|SigBlk|NoNewPrivs' /proc/self/status | tr -d '\\t' >&3",
               (struct child_spec){ 0 }, &p, &r),
        OK);
    assert_seen(&p, "SigBlk:0000000000000000|SigIgn:0000000000000000|NoNewPrivs:1|");
    close(leak);
    close(a);
    close(b);
}

static void test_limits(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        struct child_limits limits;
        int signal, exit_code;
    } cases[] = {
        { "while :; do :; done", { .cpu_s = 1, .wall_us = 20 * US_PER_S }, SIGXCPU, -1 },
        { "head -c 100000 /dev/zero > \"$0.$$\"; s=$?; rm -f \"$0.$$\"; exit $s",
          { .file_bytes = 5000 },
          0,
          153 }, /* head died of SIGXFSZ */
        { "head -c 300000000 /dev/zero | tail -c 250000000", { .memory_bytes = 100 << 20 }, 0, 1 },
        { "exit $(ulimit -n)", { .open_files = 9 }, 0, 9 },
        { "exit $(nice)", { .niceness = 5 }, 0, 5 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct child_result r;
        const char *const argv[] = { "/bin/sh", "-c", cases[i].script, "/tmp/dramalet-limit",
                                     NULL };
        struct child_spec spec = { .argv = argv, .limits = cases[i].limits };
        assert_int_equal(child_run(&spec, &r), OK);
        if (r.signal != cases[i].signal || r.exit_code != cases[i].exit_code)
            fail_msg("case %zu: signal %d, exit %d: %s", i, r.signal, r.exit_code, r.stderr_tail);
    }
}

static void test_new_network_is_empty(void **state)
{
    (void)state;
    struct seen s = { 0 };
    struct child_result r;
    struct child_spec spec = { .new_network = true };
    assert_int_equal(run_sh("grep -c : /proc/net/dev >&3", spec, &s, &r), OK);
    assert_int_equal(r.exit_code, 0);
    if (s.text.n == 2 && s.text.p[0] != '1') { /* the kernel did not let us: allowed */
        buf_done(&s.text);
        skip();
    }
    assert_seen(&s, "1|"); /* lo alone */
}

static void test_what_cannot_start_says_why(void **state)
{
    (void)state;
    struct child_result r;
    const char *const none[] = { "/no/such/program", NULL };
    struct child_spec spec = { .argv = none };
    assert_int_equal(child_run(&spec, &r), ERR_IO);
    assert_string_equal(r.stderr_tail,
                        "cannot start /no/such/program: exec: No such file or directory");
    spec.n_fds = CHILD_FDS_MAX + 1;
    assert_int_equal(child_run(&spec, &r), ERR_IO);
    assert_string_equal(r.stderr_tail,
                        "cannot start /no/such/program: descriptors: Too many open files");
}

/* kill -9 of the server takes its children along. */
static void test_dies_with_its_parent(void **state)
{
    (void)state;
    int pair[2];
    assert_int_equal(pipe(pair), 0);
    pid_t server = fork();
    if (server == 0) {
        struct seen s = { 0 };
        struct child_result r;
        struct child_spec spec = { .stdout_fd = pair[1] };
        enum err e = run_sh("echo $$; exec sleep 30", spec, &s, &r);
        _exit((int)e);
    }
    close(pair[1]);
    char text[32] = { 0 };
    assert_true(read(pair[0], text, sizeof text - 1) > 0);
    assert_true(strtol(text, NULL, 10) > 1);
    kill(server, SIGKILL);
    assert_int_equal(waitpid(server, NULL, 0), server);
    int64_t before = now_us();
    assert_int_equal(read(pair[0], text, 1), 0); /* the end: nobody holds the other side */
    assert_true(now_us() - before < 5 * US_PER_S);
    close(pair[0]);
}

int main(void)
{
    if (chdir("/") != 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exit_lines_and_stderr),
        cmocka_unit_test(test_crash_is_told_with_its_signal),
        cmocka_unit_test(test_stderr_keeps_its_tail),
        cmocka_unit_test(test_deadline_kills_the_whole_group),
        cmocka_unit_test(test_orphans_do_not_outlive_the_child),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_flood_of_lines_delays_nothing),
        cmocka_unit_test(test_surroundings_are_closed),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_new_network_is_empty),
        cmocka_unit_test(test_what_cannot_start_says_why),
        cmocka_unit_test(test_dies_with_its_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
