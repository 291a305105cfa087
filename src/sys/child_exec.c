/*
 * From fork to exec. The child reports what failed through a pipe that closes by itself when exec
 * works, so the caller knows for sure. Descriptors are first moved out of the way and then put in
 * place, and everything behind them is closed; every step that guards something must work.
 */
#include "sys/child_exec.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/file.h"

enum { FIRST_PASSED_FD = 4, TABLE_MAX = FIRST_PASSED_FD + CHILD_FDS_MAX };

enum step { STEP_NULL, STEP_FDS, STEP_LIMITS, STEP_PRIVILEGES, STEP_PARENT, STEP_EXEC };

static const char *const step_names[] = {
    [STEP_NULL] = "open /dev/null",   [STEP_FDS] = "descriptors", [STEP_LIMITS] = "limits",
    [STEP_PRIVILEGES] = "privileges", [STEP_PARENT] = "parent",   [STEP_EXEC] = "exec",
};

static const char *const environment[] = { "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "TZ=UTC", NULL };

struct report {
    enum step step;
    int code;
};

struct plan {
    const struct child_spec *spec;
    int line_fd, stderr_fd, report_fd;
    pid_t parent;
};

static int set_limit(int which, int64_t soft, int64_t hard)
{
    if (soft <= 0)
        return 0;
    struct rlimit limit = { .rlim_cur = (rlim_t)soft, .rlim_max = (rlim_t)hard };
    return setrlimit((__rlimit_resource_t)which, &limit);
}

static int set_limits(const struct child_limits *l)
{
    struct rlimit none = { 0 };
    if (setrlimit(RLIMIT_CORE, &none) != 0 ||
        set_limit(RLIMIT_AS, l->memory_bytes, l->memory_bytes) != 0 ||
        set_limit(RLIMIT_CPU, l->cpu_s, l->cpu_s + 1) != 0 ||
        set_limit(RLIMIT_FSIZE, l->file_bytes, l->file_bytes) != 0 ||
        set_limit(RLIMIT_NOFILE, l->open_files, l->open_files) != 0)
        return -1;
    if (l->niceness > 0)
        setpriority(PRIO_PROCESS, 0, l->niceness); /* a wish, not a guard */
    return 0;
}

/* Puts fds 0..3 and the passed ones in place and lets exec close all others. */
static int place_fds(const struct plan *p, int null_fd, int *report_fd)
{
    int from[TABLE_MAX] = { null_fd, p->spec->stdout_fd ? p->spec->stdout_fd : null_fd,
                            p->stderr_fd, p->line_fd };
    int n = FIRST_PASSED_FD;
    for (size_t i = 0; i < p->spec->n_fds; i++)
        from[n++] = p->spec->fds[i];
    *report_fd = fcntl(p->report_fd, F_DUPFD_CLOEXEC, n);
    if (*report_fd < 0)
        return -1;
    for (int i = 0; i < n; i++) {
        from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, n);
        if (from[i] < 0)
            return -1;
    }
    for (int i = 0; i < n; i++)
        if (dup2(from[i], i) < 0)
            return -1;
    return close_range((unsigned)n, ~0U, CLOSE_RANGE_CLOEXEC);
}

/* Handlers are reset by exec, ignored signals are not. Last, with nothing left that a handler of
 * the parent could disturb, signals come through again. */
static void reset_signals(void)
{
    for (int s = 1; s < NSIG; s++)
        signal(s, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* An empty network: root may simply have one, others need a user namespace around it. */
static void leave_network(void)
{
    if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return; /* best effort: seccomp denies sockets in any case */
}

/* exec's types are older than const; it changes nothing. */
static char *const *exec_list(const char *const *list)
{
    union {
        const char *const *in;
        char *const *out;
    } cast = { .in = list };
    return cast.out;
}

static enum step become(const struct plan *p, int *report_fd)
{
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null_fd < 0)
        return STEP_NULL;
    if (place_fds(p, null_fd, report_fd) != 0)
        return STEP_FDS;
    if (set_limits(&p->spec->limits) != 0)
        return STEP_LIMITS;
    if (p->spec->new_network)
        leave_network();
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return STEP_PRIVILEGES;
    if (getppid() != p->parent) { /* it died before the line above */
        errno = ESRCH;
        return STEP_PARENT;
    }
    reset_signals();
    execve(p->spec->argv[0], exec_list(p->spec->argv), exec_list(environment));
    return STEP_EXEC;
}

static _Noreturn void child_main(const struct plan *p)
{
    setpgid(0, 0);
    int report_fd = p->report_fd;
    struct report report = { .step = become(p, &report_fd) };
    report.code = errno;
    ssize_t put = write(report_fd, &report, sizeof report);
    _exit(put == (ssize_t)sizeof report ? 127 : 126);
}

static void reap(pid_t pid)
{
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

enum err child_exec(const struct child_spec *spec, int line_fd, int stderr_fd, pid_t *ret_pid,
                    struct child_failure *ret_failure)
{
    if (spec->n_fds > CHILD_FDS_MAX) {
        *ret_failure = (struct child_failure){ .step = "descriptors", .code = EMFILE };
        return ERR_IO;
    }
    int pair[2];
    if (pipe2(pair, O_CLOEXEC) != 0) {
        *ret_failure = (struct child_failure){ .step = "pipe", .code = errno };
        return ERR_IO;
    }
    CLEANUP(fd_close) int report_in = pair[0];
    CLEANUP(fd_close) int report_out = pair[1];
    struct plan plan = { spec, line_fd, stderr_fd, report_out, getpid() };
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    int code = errno;
    if (pid == 0)
        child_main(&plan);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) {
        *ret_failure = (struct child_failure){ .step = "fork", .code = code };
        return ERR_IO;
    }
    setpgid(pid, pid); /* both sides do it, so that it is true for both from here on */
    fd_close(&report_out);
    struct report report;
    ssize_t got;
    do
        got = read(report_in, &report, sizeof report);
    while (got < 0 && errno == EINTR);
    if (got == 0) {
        *ret_pid = pid;
        return OK;
    }
    reap(pid);
    *ret_failure = (struct child_failure){ .step = "unknown", .code = EIO };
    if (got == (ssize_t)sizeof report)
        *ret_failure =
            (struct child_failure){ .step = step_names[report.step], .code = report.code };
    return ERR_IO;
}
