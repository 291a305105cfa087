/*
 * Runs one child: a poll(2) over its pidfd and the two pipes. What happens between fork and exec
 * is in child_exec.c. A child is hostile: every turn of the loop reads a bounded amount and then
 * looks at the deadline, so a flood of lines delays nothing.
 */
#include "sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "sys/child_exec.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { TURN_BYTES = 16 * 1024, POLL_MS = 100, DRAIN_TURNS = 64 };

struct run {
    const struct child_spec *spec;
    struct child_result result;
    struct clock clock;
    int64_t deadline_us; /* monotonic; 0: none */
    pid_t pid;
    int pid_fd, line_fd, stderr_fd;
    char line[CHILD_LINE_MAX];
    size_t line_n; /* so far, of the line that is not whole yet */
    bool is_tail_cut;
    size_t tail_n;
};

/* Appends to the line; what does not fit is dropped until the newline. */
static void add_line_bytes(struct run *r, const char *p, size_t n)
{
    size_t room = sizeof r->line - 1 - r->line_n;
    if (n > room)
        n = room;
    memcpy(r->line + r->line_n, p, n);
    r->line_n += n;
}

static void take_lines(struct run *r, const char *p, size_t n)
{
    while (n) {
        const char *end = memchr(p, '\n', n);
        size_t part = end ? (size_t)(end - p) : n;
        add_line_bytes(r, p, part);
        if (!end)
            return;
        r->line[r->line_n] = '\0';
        if (r->spec->on_line)
            r->spec->on_line(r->spec->arg, r->line);
        r->line_n = 0;
        p += part + 1;
        n -= part + 1;
    }
}

static void take_stderr(struct run *r, const char *p, size_t n)
{
    char *tail = r->result.stderr_tail;
    size_t room = sizeof r->result.stderr_tail - 1;
    if (n > room) {
        p += n - room;
        n = room;
        r->is_tail_cut = true;
    }
    size_t drop = r->tail_n + n > room ? r->tail_n + n - room : 0;
    if (drop) {
        memmove(tail, tail + drop, r->tail_n - drop);
        r->tail_n -= drop;
        r->is_tail_cut = true;
    }
    memcpy(tail + r->tail_n, p, n);
    r->tail_n += n;
}

/* Makes it a C string that starts at a whole character. */
static void finish_tail(struct run *r)
{
    char *tail = r->result.stderr_tail;
    size_t skip = 0;
    while (r->is_tail_cut && skip < r->tail_n && ((unsigned char)tail[skip] & 0xC0) == 0x80)
        skip++;
    memmove(tail, tail + skip, r->tail_n - skip);
    r->tail_n -= skip;
    for (size_t i = 0; i < r->tail_n; i++)
        if (tail[i] == '\0')
            tail[i] = '?';
    tail[r->tail_n] = '\0';
}

/* Takes what is in a pipe, one bounded piece; closes it at its end. False: nothing was there. */
static bool read_pipe(struct run *r, int *fd, void (*take)(struct run *r, const char *p, size_t n))
{
    char piece[TURN_BYTES];
    if (*fd < 0)
        return false;
    ssize_t got = read(*fd, piece, sizeof piece);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (got <= 0) {
        fd_close(fd);
        return false;
    }
    take(r, piece, (size_t)got);
    return true;
}

static enum err why_stop(struct run *r)
{
    if (r->spec->cancel && atomic_load(r->spec->cancel))
        return ERR_CANCELLED;
    if (r->deadline_us && clock_mono_us(&r->clock) >= r->deadline_us)
        return ERR_TIMEOUT;
    return OK;
}

static int wait_ms(const struct run *r)
{
    if (!r->deadline_us)
        return POLL_MS;
    int64_t left_ms = (r->deadline_us - clock_mono_us(&r->clock)) / US_PER_MS + 1;
    return left_ms < 0 ? 0 : left_ms < POLL_MS ? (int)left_ms : POLL_MS;
}

/* Until the child has ended or has to. */
static enum err watch(struct run *r)
{
    for (;;) {
        struct pollfd p[] = { { .fd = r->pid_fd, .events = POLLIN },
                              { .fd = r->line_fd, .events = POLLIN },
                              { .fd = r->stderr_fd, .events = POLLIN } };
        if (poll(p, 3, wait_ms(r)) < 0 && errno != EINTR)
            return ERR_IO;
        if (p[1].revents)
            read_pipe(r, &r->line_fd, take_lines);
        if (p[2].revents)
            read_pipe(r, &r->stderr_fd, take_stderr);
        if (p[0].revents)
            return OK;
        enum err e = why_stop(r);
        if (e != OK)
            return e;
    }
}

/* Kills the whole group while the leader is not reaped yet (so the number is still ours). */
static enum err end_and_reap(struct run *r)
{
    kill(-r->pid, SIGKILL);
    kill(r->pid, SIGKILL); /* if it has left its group */
    int status;
    struct rusage usage;
    pid_t got;
    do
        got = wait4(r->pid, &status, 0, &usage);
    while (got < 0 && errno == EINTR);
    if (got != r->pid)
        return ERR_IO;
    r->result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    r->result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    r->result.max_rss_bytes = (int64_t)usage.ru_maxrss * 1024;
    for (int i = 0; i < DRAIN_TURNS && read_pipe(r, &r->line_fd, take_lines); i++)
        ;
    for (int i = 0; i < DRAIN_TURNS && read_pipe(r, &r->stderr_fd, take_stderr); i++)
        ;
    return OK;
}

/* A pipe whose reading end does not block. */
static enum err open_pipe(int ret[2])
{
    if (pipe2(ret, O_CLOEXEC) != 0 || fcntl(ret[0], F_SETFL, O_NONBLOCK) != 0)
        return ERR_IO;
    return OK;
}

static enum err start(struct run *r)
{
    int lines[2] = { -1, -1 }, errors[2] = { -1, -1 };
    struct child_failure failure = { 0 };
    enum err e = open_pipe(lines);
    if (e == OK)
        e = open_pipe(errors);
    if (e == OK)
        e = child_exec(r->spec, lines[1], errors[1], &r->pid, &failure);
    fd_close(&lines[1]);
    fd_close(&errors[1]);
    r->line_fd = lines[0];
    r->stderr_fd = errors[0];
    if (e == OK) {
        r->pid_fd = pidfd_open(r->pid, 0);
        if (r->pid_fd >= 0)
            return OK;
        failure = (struct child_failure){ .step = "watch", .code = errno };
        e = end_and_reap(r) == OK ? ERR_IO : ERR_INTERNAL;
    }
    snprintf(r->result.stderr_tail, sizeof r->result.stderr_tail, "cannot start %s: %s: %s",
             r->spec->argv[0], failure.step ? failure.step : "pipe", strerror(failure.code));
    r->tail_n = strlen(r->result.stderr_tail);
    return e;
}

enum err child_run(const struct child_spec *spec, struct child_result *ret)
{
    struct run r = { .spec = spec,
                     .clock = clock_system(),
                     .pid_fd = -1,
                     .line_fd = -1,
                     .stderr_fd = -1,
                     .result = { .exit_code = -1 } };
    if (spec->limits.wall_us > 0)
        r.deadline_us = clock_mono_us(&r.clock) + spec->limits.wall_us;
    enum err e = why_stop(&r); /* cancelled before it began */
    if (e == OK)
        e = start(&r);
    if (e == OK) {
        e = watch(&r);
        enum err reaped = end_and_reap(&r);
        if (reaped != OK)
            e = reaped;
    }
    finish_tail(&r);
    r.result.was_cancelled = e == ERR_CANCELLED;
    r.result.timed_out = e == ERR_TIMEOUT;
    fd_close(&r.pid_fd);
    fd_close(&r.line_fd);
    fd_close(&r.stderr_fd);
    *ret = r.result;
    return e;
}
