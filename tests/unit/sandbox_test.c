/*
 * The sandbox, from inside: each case forks, shuts itself in and tries. A case answers with the
 * line of its first surprise, so that a failure names the place.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/file.h"
#include "sys/sandbox.h"

struct place {
    struct arena a;
    const char *dir, *in_file, *in_dir, *out_dir, *secret;
};

/* From inside the forked case: the line is its exit code's story on stderr. */
static void expect(bool holds, int line)
{
    if (holds)
        return;
    dprintf(STDERR_FILENO, "sandbox_test.c:%d: a surprise inside the sandbox (%s)\n", line,
            strerror(errno));
    _exit(1);
}
#define EXPECT(what) expect((what), __LINE__)

static char *in(struct place *pl, const char *name)
{
    return path_join(&pl->a, pl->dir, str_from(name));
}

static int place_make(void **state)
{
    struct place *pl = calloc(1, sizeof *pl);
    char name[] = "/tmp/dramalet-sandbox-XXXXXX";
    assert_non_null(pl);
    assert_non_null(mkdtemp(name));
    pl->dir = arena_cstr(&pl->a, str_from(name));
    pl->in_file = in(pl, "input.mp4");
    pl->in_dir = in(pl, "in");
    pl->out_dir = in(pl, "out");
    pl->secret = in(pl, "secret");
    assert_int_equal(file_write(pl->in_file, STR("video"), 0644), OK);
    assert_int_equal(file_write(pl->secret, STR("money"), 0644), OK);
    assert_int_equal(dir_make(pl->in_dir, 0755), OK);
    assert_int_equal(dir_make(pl->out_dir, 0755), OK);
    assert_int_equal(file_write(in(pl, "in/font"), STR("font"), 0644), OK);
    *state = pl;
    return 0;
}

static int place_drop(void **state)
{
    struct place *pl = *state;
    assert_int_equal(dir_remove(pl->dir), OK);
    arena_done(&pl->a);
    free(pl);
    return 0;
}

static enum err enter(struct place *pl, bool allow_weaker, struct sandbox_state *ret)
{
    const char *reads[] = { pl->in_file, pl->in_dir, NULL };
    const char *writes[] = { pl->out_dir, NULL };
    struct sandbox_spec spec = { reads, writes, allow_weaker };
    return sandbox_enter(&spec, ret);
}

/* Runs fn in a fork; true when nothing surprised it. */
static bool holds_inside(struct place *pl, void (*fn)(struct place *pl))
{
    pid_t pid = fork();
    if (pid == 0) {
        fn(pl);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool kernel_has_landlock(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) > 0;
}

static void files_case(struct place *pl)
{
    struct sandbox_state st;
    EXPECT(open("/etc/passwd", O_RDONLY) >= 0);
    EXPECT(enter(pl, false, &st) == OK);
    EXPECT(st.has_landlock && st.has_seccomp && st.landlock_abi >= 1);
    /* outside */
    EXPECT(open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES);
    EXPECT(open(pl->secret, O_RDONLY) < 0 && errno == EACCES);
    EXPECT(open("/", O_RDONLY | O_DIRECTORY) < 0 && errno == EACCES);
    EXPECT(unlink(pl->secret) < 0 && errno == EACCES);
    EXPECT(mkdir(in(pl, "new"), 0755) < 0 && errno == EACCES);
    EXPECT(rename(pl->secret, in(pl, "out/secret")) < 0);
    EXPECT(link(pl->secret, in(pl, "out/secret")) < 0);
    EXPECT(symlink(pl->secret, in(pl, "out/link")) < 0);
    /* read only */
    struct str got;
    EXPECT(file_read(&pl->a, pl->in_file, 100, &got) == OK && str_eq_c(got, "video"));
    EXPECT(file_read(&pl->a, in(pl, "in/font"), 100, &got) == OK);
    EXPECT(open(pl->in_file, O_RDWR) < 0 && errno == EACCES);
    EXPECT(open(in(pl, "in/new"), O_CREAT | O_WRONLY, 0644) < 0 && errno == EACCES);
    EXPECT(unlink(in(pl, "in/font")) < 0 && errno == EACCES);
    EXPECT(chmod(pl->in_file, 0777) < 0 && errno == EPERM);
    if (st.landlock_abi >= 3)
        EXPECT(truncate(pl->in_file, 0) < 0 && errno == EACCES);
}

static void writing_case(struct place *pl)
{
    struct sandbox_state st;
    EXPECT(enter(pl, false, &st) == OK);
    EXPECT(dir_make(in(pl, "out/playable"), 0755) == OK);
    EXPECT(dir_make(in(pl, "out/full"), 0755) == OK);
    EXPECT(file_write(in(pl, "out/playable/v.mp4"), STR("cmaf"), 0644) == OK);
    EXPECT(truncate(in(pl, "out/playable/v.mp4"), 2) == 0);
    if (st.landlock_abi >= 2)
        EXPECT(link(in(pl, "out/playable/v.mp4"), in(pl, "out/full/v.mp4")) == 0);
    EXPECT(file_copy(pl->in_file, in(pl, "out/full/copy")) == OK);
    EXPECT(rename(in(pl, "out/full/copy"), in(pl, "out/full/moved")) == 0);
    struct dir_entry *list;
    size_t n;
    EXPECT(dir_list(&pl->a, in(pl, "out/full"), 10, &list, &n) == OK && n >= 1);
    EXPECT(dir_remove(in(pl, "out/playable")) == OK);
}

static void calls_case(struct place *pl)
{
    struct sandbox_state st;
    EXPECT(enter(pl, false, &st) == OK);
    for (int family = 0; family < 45; family++)
        EXPECT(socket(family, SOCK_STREAM, 0) < 0 && errno == EPERM);
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){ 0 }) < 0 && errno == EPERM);
    char *const argv[] = { (char[]){ "true" }, NULL };
    EXPECT(execve("/bin/true", argv, NULL) < 0 && errno == EPERM);
    EXPECT(ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 && errno == EPERM);
    EXPECT(kill(getppid(), 0) < 0 && errno == EPERM);
    EXPECT(syscall(SYS_tgkill, getppid(), getppid(), 0) < 0 && errno == EPERM);
    EXPECT(fork() < 0);
    static const int denied[] = { SYS_mount,
                                  SYS_umount2,
                                  SYS_unshare,
                                  SYS_setns,
                                  SYS_bpf,
                                  SYS_keyctl,
                                  SYS_chroot,
                                  SYS_perf_event_open,
                                  SYS_io_uring_setup,
                                  SYS_userfaultfd,
                                  SYS_init_module,
                                  SYS_kexec_load,
                                  SYS_process_vm_readv,
                                  SYS_pidfd_open,
                                  SYS_execveat,
                                  SYS_setuid,
                                  SYS_personality,
                                  SYS_mknod,
                                  SYS_chown,
                                  SYS_ioctl,
                                  SYS_vfork };
    for (size_t i = 0; i < sizeof denied / sizeof *denied; i++)
        EXPECT(syscall(denied[i], -1, 0, 0, 0, 0) < 0 && errno == EPERM);
    EXPECT(syscall(SYS_clone3, NULL, 0) < 0 && errno == ENOSYS);
}

static void *add_one(void *arg)
{
    void *p = malloc(1 << 20);
    memset(p, 1, 1 << 20);
    free(p);
    __atomic_add_fetch((int *)arg, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static void threads_case(struct place *pl)
{
    struct sandbox_state st;
    EXPECT(enter(pl, false, &st) == OK);
    int count = 0;
    pthread_t t[4];
    for (size_t i = 0; i < 4; i++) {
        EXPECT(pthread_create(&t[i], NULL, add_one, &count) == 0);
        pthread_setname_np(t[i], "worker");
    }
    for (size_t i = 0; i < 4; i++)
        EXPECT(pthread_join(t[i], NULL) == 0);
    EXPECT(count == 4);
    EXPECT(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
    int ring = memfd_create("ring", MFD_CLOEXEC);
    EXPECT(ring >= 0 && ftruncate(ring, 4096) == 0);
    EXPECT(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring, 0) != MAP_FAILED);
    EXPECT(write(STDERR_FILENO, "", 0) == 0);
}

/* A bug must still end the process as a bug, with its signal. */
static void abort_case(struct place *pl)
{
    struct sandbox_state st;
    EXPECT(enter(pl, false, &st) == OK);
    signal(SIGABRT, SIG_DFL);
    abort();
}

/* A kernel without Landlock, played by a filter that knows nothing of its calls. */
static void forget_landlock(void)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
    EXPECT(f != NULL);
    EXPECT(seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SYS_landlock_create_ruleset, 0) == 0);
    EXPECT(seccomp_load(f) == 0);
    seccomp_release(f);
}

static void forget_seccomp(void)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
    EXPECT(f != NULL);
    EXPECT(seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(seccomp), 0) == 0);
    EXPECT(seccomp_rule_add(f, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
                            SCMP_A0(SCMP_CMP_EQ, 22 /* PR_SET_SECCOMP */)) == 0);
    EXPECT(seccomp_load(f) == 0);
    seccomp_release(f);
}

static void fails_closed_case(struct place *pl)
{
    struct sandbox_state st;
    forget_landlock();
    EXPECT(enter(pl, false, &st) == ERR_UNSUPPORTED);
    EXPECT(enter(pl, true, &st) == OK);
    EXPECT(!st.has_landlock && st.has_seccomp && st.landlock_abi == 0);
    EXPECT(socket(AF_INET, SOCK_STREAM, 0) < 0);
    EXPECT(open(pl->secret, O_RDONLY) >= 0); /* what "weaker" means */
}

static void no_seccomp_case(struct place *pl)
{
    struct sandbox_state st;
    forget_seccomp();
    EXPECT(enter(pl, false, &st) == ERR_UNSUPPORTED);
}

static void no_seccomp_weaker_case(struct place *pl)
{
    struct sandbox_state st;
    forget_seccomp();
    EXPECT(enter(pl, true, &st) == OK);
    EXPECT(st.has_landlock && !st.has_seccomp);
    EXPECT(open(pl->secret, O_RDONLY) < 0);
}

static void missing_path_case(struct place *pl)
{
    struct sandbox_state st;
    pl->out_dir = in(pl, "none");
    EXPECT(enter(pl, false, &st) == ERR_NOT_FOUND);
}

struct sandbox_case {
    const char *name;
    void (*fn)(struct place *pl);
    bool needs_landlock;
};

static void test_inside(void **state)
{
    struct place *pl = *state;
    static const struct sandbox_case cases[] = {
        { "files", files_case, true },
        { "writing", writing_case, true },
        { "calls", calls_case, true },
        { "threads", threads_case, true },
        { "fails closed", fails_closed_case, false },
        { "no seccomp", no_seccomp_case, true },
        { "no seccomp, weaker", no_seccomp_weaker_case, true },
        { "missing path", missing_path_case, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].needs_landlock && !kernel_has_landlock())
            print_message("no Landlock here: \"%s\" left out\n", cases[i].name);
        else if (!holds_inside(pl, cases[i].fn))
            fail_msg("case \"%s\"", cases[i].name);
    }
}

static void test_abort_is_still_a_crash(void **state)
{
    struct place *pl = *state;
    if (!kernel_has_landlock())
        skip();
    pid_t pid = fork();
    if (pid == 0)
        abort_case(pl);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_inside, place_make, place_drop),
        cmocka_unit_test_setup_teardown(test_abort_is_still_a_crash, place_make, place_drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
