/* Clock, files, folders, the lock, log lines, the queue and the pool. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/lock.h"
#include "sys/log.h"
#include "sys/queue.h"

struct place {
    struct arena a;
    const char *dir;
};

static int place_make(void **state)
{
    struct place *pl = calloc(1, sizeof *pl);
    char name[] = "/tmp/dramalet-sys-XXXXXX";
    assert_non_null(pl);
    assert_non_null(mkdtemp(name));
    pl->dir = arena_cstr(&pl->a, str_from(name));
    *state = pl;
    return 0;
}

static int place_drop(void **state)
{
    struct place *pl = *state;
    assert_int_equal(dir_remove(pl->dir), OK);
    assert_int_equal(access(pl->dir, F_OK), -1);
    arena_done(&pl->a);
    free(pl);
    return 0;
}

static char *in(struct place *pl, const char *name)
{
    return path_join(&pl->a, pl->dir, str_from(name));
}

static size_t entries_in(struct place *pl, const char *path)
{
    struct dir_entry *list;
    size_t n;
    assert_int_equal(dir_list(&pl->a, path, 1000, &list, &n), OK);
    return n;
}

static void test_clock_and_random(void **state)
{
    (void)state;
    struct clock fixed = clock_fixed(42), real = clock_system();
    assert_int_equal(clock_wall_us(&fixed), 42);
    assert_int_equal(clock_mono_us(&fixed), 42);
    assert_true(clock_wall_us(&real) > INT64_C(1700000000) * US_PER_S);
    int64_t before = clock_mono_us(&real);
    usleep(2000);
    assert_true(clock_mono_us(&real) - before >= 2000);
    struct rng r = rng_system();
    assert_true(rng_u64(&r) != rng_u64(&r));
}

static void test_file_is_replaced_whole(void **state)
{
    struct place *pl = *state;
    char *path = in(pl, "a");
    struct str got;
    assert_int_equal(file_read(&pl->a, path, 100, &got), ERR_NOT_FOUND);
    assert_int_equal(file_write(path, STR("one"), 0640), OK);
    assert_int_equal(file_write(path, STR("two\0!"), 0600), OK);
    assert_int_equal(file_read(&pl->a, path, 5, &got), OK);
    assert_true(str_eq(got, STR("two\0!")));
    assert_int_equal(file_read(&pl->a, path, 4, &got), ERR_LIMIT);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(file_write(path, STR(""), 0644), OK);
    assert_int_equal(file_read(&pl->a, path, 0, &got), OK);
    assert_int_equal(got.n, 0);
    assert_int_equal(entries_in(pl, pl->dir), 1);
    assert_int_equal(file_write(in(pl, "no/such/a"), STR("x"), 0644), ERR_NOT_FOUND);
    assert_int_equal(file_read(&pl->a, "/proc/self/status", 100000, &got), OK);
    assert_true(got.n > 100);
    assert_int_equal(file_read(&pl->a, "/proc/self/status", 100, &got), ERR_LIMIT);
    assert_int_equal(file_read(&pl->a, pl->dir, 100, &got), ERR_IO); /* a folder */
}

/* In a child, because a file size limit cannot be taken back for sure. */
static void test_failed_write_leaves_the_old_file(void **state)
{
    struct place *pl = *state;
    char *path = in(pl, "a"), *copy = in(pl, "b");
    assert_int_equal(file_write(path, STR("old content"), 0644), OK);
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGXFSZ, SIG_IGN);
        struct rlimit limit = { .rlim_cur = 5, .rlim_max = 5 };
        setrlimit(RLIMIT_FSIZE, &limit);
        enum err e = file_write(path, STR("new content"), 0644);
        if (e == ERR_FULL)
            e = file_copy(path, copy);
        _exit((int)e);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), ERR_FULL);
    struct str got;
    assert_int_equal(file_read(&pl->a, path, 100, &got), OK);
    assert_true(str_eq_c(got, "old content"));
    assert_int_equal(entries_in(pl, pl->dir), 1); /* neither temporary names nor half a copy */

    CLEANUP(fd_close) int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(full >= 0);
    assert_int_equal(fd_write_all(full, "x", 1), ERR_FULL);
}

static void test_copy_and_digest(void **state)
{
    struct place *pl = *state;
    size_t n = 1000003;
    char *big = arena_alloc(&pl->a, n);
    for (size_t i = 0; i < n; i++)
        big[i] = (char)(i * 31);
    assert_int_equal(file_write(in(pl, "a"), str_sub(big, n), 0644), OK);
    assert_int_equal(file_copy(in(pl, "a"), in(pl, "b")), OK);
    assert_int_equal(file_copy(in(pl, "a"), in(pl, "b")), ERR_CONFLICT);
    assert_int_equal(file_copy(in(pl, "none"), in(pl, "c")), ERR_NOT_FOUND);
    struct sha256 digest, expected = sha256_of(big, n);
    int64_t size;
    assert_int_equal(file_sha256(in(pl, "b"), &digest, &size), OK);
    assert_memory_equal(digest.b, expected.b, SHA256_BYTES);
    assert_int_equal(size, n);
    assert_int_equal(file_sha256(in(pl, "none"), &digest, &size), ERR_NOT_FOUND);
    assert_int_equal(file_copy("/proc/self/status", in(pl, "d")), OK); /* has size 0 */
    struct str got;
    assert_int_equal(file_read(&pl->a, in(pl, "d"), 100000, &got), OK);
    assert_true(got.n > 100);
}

static void test_folders(void **state)
{
    struct place *pl = *state;
    assert_int_equal(dir_make(in(pl, "x//y/z/"), 0755), OK);
    assert_int_equal(dir_make(in(pl, "x/y"), 0755), OK);
    assert_int_equal(file_write(in(pl, "x/b"), STR("12345"), 0644), OK);
    assert_int_equal(file_write(in(pl, "x/a"), STR("1"), 0644), OK);
    assert_int_equal(dir_make(in(pl, "x/a"), 0755), ERR_CONFLICT);
    assert_int_equal(dir_make(in(pl, "x/a/c"), 0755), ERR_CONFLICT);
    assert_int_equal(symlink("/etc", in(pl, "x/link")), 0);
    assert_int_equal(mkfifo(in(pl, "x/fifo"), 0600), 0);
    struct dir_entry *list;
    size_t n;
    assert_int_equal(dir_list(&pl->a, in(pl, "x"), 3, &list, &n), OK);
    assert_int_equal(n, 3);
    assert_true(str_eq_c(list[0].name, "a") && !list[0].is_dir && list[0].size_bytes == 1);
    assert_true(str_eq_c(list[1].name, "b") && list[1].size_bytes == 5);
    assert_true(str_eq_c(list[2].name, "y") && list[2].is_dir);
    assert_int_equal(dir_list(&pl->a, in(pl, "x"), 2, &list, &n), ERR_LIMIT);
    assert_int_equal(dir_list(&pl->a, in(pl, "none"), 2, &list, &n), ERR_NOT_FOUND);
    assert_int_equal(dir_sync(in(pl, "x")), OK);
    assert_int_equal(dir_remove(in(pl, "none")), OK);
}

static void test_removal_does_not_follow_links(void **state)
{
    struct place *pl = *state;
    assert_int_equal(dir_make(in(pl, "kept"), 0755), OK);
    assert_int_equal(file_write(in(pl, "kept/file"), STR("x"), 0644), OK);
    assert_int_equal(dir_make(in(pl, "gone"), 0755), OK);
    assert_int_equal(symlink(in(pl, "kept"), in(pl, "gone/link")), 0);
    assert_int_equal(dir_remove(in(pl, "gone")), OK);
    assert_int_equal(entries_in(pl, in(pl, "kept")), 1);
    assert_int_equal(symlink(in(pl, "kept"), in(pl, "link")), 0);
    assert_int_not_equal(dir_remove(in(pl, "link")), OK); /* nor when the path itself is one */
    assert_int_equal(entries_in(pl, in(pl, "kept")), 1);
    assert_int_equal(unlink(in(pl, "link")), 0);
    struct buf deep = { 0 };
    buf_add_c(&deep, in(pl, "deep"));
    for (int i = 0; i < 70; i++)
        buf_add_c(&deep, "/d");
    buf_add_char(&deep, '\0');
    assert_int_equal(dir_make(deep.p, 0755), OK);
    assert_int_equal(dir_remove(in(pl, "deep")), ERR_LIMIT);
    for (size_t at = deep.n - 1; at > 0 && deep.p[at - 1] == 'd'; at -= 2) {
        deep.p[at] = '\0';
        rmdir(deep.p);
    }
    buf_done(&deep);
}

static void test_paths(void **state)
{
    struct place *pl = *state;
    assert_string_equal(path_join(&pl->a, "a/", STR("b")), "a/b");
    assert_string_equal(path_join(&pl->a, "a", STR("/b")), "a/b");
    assert_string_equal(path_join(&pl->a, "/", STR("b")), "/b");
    static const char *const good[] = { "a", "a/b.mp4", ".hidden", "a/..b", "\xE4\xBD\xA0/1", " " };
    static const char *const bad[] = { "",     "/a",  "a/",   "a//b", ".",       "..",
                                       "a/..", "./a", "a\\b", "\xff", "a/../b/c" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(path_is_safe(str_from(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(path_is_safe(str_from(bad[i])));
    assert_false(path_is_safe(STR("a\0b")));
    char longest[257] = { 0 };
    memset(longest, 'a', 256);
    assert_false(path_is_safe(str_from(longest)));
    assert_true(path_is_safe(str_sub(longest, 255)));
}

static void test_lock_has_one_owner(void **state)
{
    struct place *pl = *state;
    char *path = in(pl, "lock");
    int fd, other;
    assert_int_equal(lock_owner(path), 0);
    assert_int_equal(lock_take(path, &fd), OK);
    assert_int_equal(lock_take(path, &other), ERR_BUSY);
    assert_int_equal(lock_owner(path), getpid());
    fd_close(&fd);
    int status;
    pid_t pid = fork(); /* an owner that is killed leaves no lock behind */
    if (pid == 0) {
        if (lock_take(path, &fd) != OK)
            _exit(1);
        kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(lock_owner(path), pid);
    assert_int_equal(lock_take(path, &fd), OK);
    fd_close(&fd);
    assert_int_equal(lock_take(in(pl, "no/lock"), &fd), ERR_NOT_FOUND);
}

static void test_log_lines(void **state)
{
    struct place *pl = *state;
    struct clock clock = clock_fixed(0);
    CLEANUP(fd_close) int fd = open(in(pl, "log"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct log lg = { .fd = fd, .least = LOG_INFO, .clock = &clock };
    char huge[5000];
    memset(huge, 'h', sizeof huge);
    log_line(&lg, LOG_DEBUG, "unseen", NULL, 0);
    log_line(&lg, LOG_INFO, "request",
             (struct log_field[]){ { "id", .s = STR("abc") },
                                   { "n", .i = -3 },
                                   { "empty", .s = STR("") },
                                   { "text", .s = STR("say \"hi\"\n\x01\xff") },
                                   { "name", .s = STR("\xE4\xBD\xA0") } },
             5);
    log_line(&lg, LOG_ERROR, "big",
             (struct log_field[]){ { "h", .s = str_sub(huge, sizeof huge) }, { "n", .i = 7 } }, 2);
    struct str got, line;
    assert_int_equal(file_read(&pl->a, in(pl, "log"), 100000, &got), OK);
    assert_true(str_next_line(&got, &line));
    assert_true(str_eq_c(line, "at=1970-01-01T00:00:00Z level=info event=request id=abc n=-3 "
                               "empty=\"\" text=\"say \\\"hi\\\"\\n\\u0001\xEF\xBF\xBD\" "
                               "name=\xE4\xBD\xA0"));
    assert_true(str_next_line(&got, &line));
    assert_true(str_ends(line, STR("hh... n=7")) && line.n < 2200);
    assert_false(str_next_line(&got, &line));
    struct log_field many[10];
    for (size_t i = 0; i < 10; i++)
        many[i] = (struct log_field){ "h", .s = str_sub(huge, sizeof huge) };
    log_line(&lg, LOG_WARN, "cut", many, 10); /* longer than a line may be */
    assert_int_equal(file_read(&pl->a, in(pl, "log"), 100000, &got), OK);
    assert_true(str_ends(got, STR("h...\n")));
}

enum { PRODUCERS = 6, CONSUMERS = 5, EACH = 20000 };

struct crowd {
    struct queue *q;
    atomic_uint_fast64_t sum, taken;
};

static void *produce(void *arg)
{
    struct crowd *c = arg;
    for (uintptr_t i = 1; i <= EACH; i++) {
        enum err e;
        while ((e = queue_push(c->q, (void *)i)) == ERR_BUSY)
            sched_yield();
        assert_int_equal(e, OK);
    }
    return NULL;
}

static void *consume(void *arg)
{
    struct crowd *c = arg;
    void *items[7];
    size_t n;
    while (queue_pop_many(c->q, items, 7, &n) == OK) {
        for (size_t i = 0; i < n; i++)
            c->sum += (uintptr_t)items[i];
        c->taken += n;
    }
    return NULL;
}

static void test_queue_loses_nothing(void **state)
{
    (void)state;
    struct crowd c = { .q = queue_new(16) };
    pthread_t in_threads[PRODUCERS], out_threads[CONSUMERS];
    for (size_t i = 0; i < CONSUMERS; i++)
        assert_int_equal(pthread_create(&out_threads[i], NULL, consume, &c), 0);
    for (size_t i = 0; i < PRODUCERS; i++)
        assert_int_equal(pthread_create(&in_threads[i], NULL, produce, &c), 0);
    for (size_t i = 0; i < PRODUCERS; i++)
        pthread_join(in_threads[i], NULL);
    queue_close(c.q);
    for (size_t i = 0; i < CONSUMERS; i++)
        pthread_join(out_threads[i], NULL);
    assert_true(c.taken == PRODUCERS * EACH);
    assert_true(c.sum == (uint64_t)PRODUCERS * EACH * (EACH + 1) / 2);
    queue_free(c.q);
}

static void test_queue_is_bounded_ordered_and_drains(void **state)
{
    (void)state;
    struct queue *q = queue_new(3);
    char a, b, c, d;
    void *out[4];
    size_t n;
    assert_int_equal(queue_push(q, &a), OK);
    assert_int_equal(queue_push(q, &b), OK);
    assert_int_equal(queue_push(q, &c), OK);
    assert_int_equal(queue_push(q, &d), ERR_BUSY);
    assert_int_equal(queue_depth(q), 3);
    assert_int_equal(queue_pop(q, out), OK);
    assert_ptr_equal(out[0], &a);
    assert_int_equal(queue_push(q, &d), OK); /* wraps around */
    queue_close(q);
    assert_int_equal(queue_push(q, &a), ERR_CANCELLED);
    assert_int_equal(queue_pop_many(q, out, 4, &n), OK);
    assert_int_equal(n, 3);
    assert_ptr_equal(out[0], &b);
    assert_ptr_equal(out[1], &c);
    assert_ptr_equal(out[2], &d);
    assert_int_equal(queue_pop(q, out), ERR_CANCELLED);
    queue_free(q);
}

static void count_item(void *arg, size_t worker, void *item)
{
    atomic_uint *counts = arg;
    assert_true(worker < 4);
    counts[worker] += (unsigned)(uintptr_t)item;
}

static void test_pool_runs_all_before_it_ends(void **state)
{
    (void)state;
    atomic_uint counts[4] = { 0 };
    struct pool *p = pool_new("a-long-thread-name", 4, 1000, count_item, counts);
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(pool_push(p, (void *)(uintptr_t)2), OK);
    assert_true(pool_depth(p) <= 1000);
    pool_free(p);
    assert_int_equal(counts[0] + counts[1] + counts[2] + counts[3], 2000);
    pool_free(NULL);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clock_and_random),
        IN_PLACE(test_file_is_replaced_whole),
        IN_PLACE(test_failed_write_leaves_the_old_file),
        IN_PLACE(test_copy_and_digest),
        IN_PLACE(test_folders),
        IN_PLACE(test_removal_does_not_follow_links),
        IN_PLACE(test_paths),
        IN_PLACE(test_lock_has_one_owner),
        IN_PLACE(test_log_lines),
        cmocka_unit_test(test_queue_loses_nothing),
        cmocka_unit_test(test_queue_is_bounded_ordered_and_drains),
        cmocka_unit_test(test_pool_runs_all_before_it_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
