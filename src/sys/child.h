/*
 * Child processes: started with a closed environment and only the descriptors that are named,
 * limits set before exec, a pipe of progress lines (child's descriptor 3), a captured tail of
 * stderr, killed as a group when a deadline passes, somebody cancels, or the thread that runs it
 * dies (kill -9 of the server). Whatever the child left running is killed when it ends.
 *
 * Any thread may call child_run; it blocks until the child is reaped.
 */
#ifndef DRAMALET_SYS_CHILD_H
#define DRAMALET_SYS_CHILD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum { CHILD_STDERR_TAIL = 2048, CHILD_LINE_MAX = 4096, CHILD_FDS_MAX = 16 };

struct child_limits {
    int64_t memory_bytes; /* RLIMIT_AS; 0: none */
    int64_t cpu_s;        /* RLIMIT_CPU: SIGXCPU at it, SIGKILL a second later */
    int64_t wall_us;      /* deadline */
    int64_t file_bytes;   /* RLIMIT_FSIZE */
    int64_t open_files;   /* RLIMIT_NOFILE */
    int niceness;         /* 0..19 */
};

struct child_spec {
    const char *const *argv;    /* argv[0]: absolute path; NULL-terminated */
    const int *fds;             /* passed on as 4, 5, ... in the child */
    size_t n_fds;               /* CHILD_FDS_MAX at most */
    int stdout_fd;              /* 0: its output goes nowhere */
    struct child_limits limits; /* zero fields: no limit */
    bool new_network;           /* an empty network namespace, where the kernel lets us */
    /* A whole progress line without its newline, on the calling thread; NULL: dropped. Cut at
     * CHILD_LINE_MAX - 1 bytes; not checked for UTF-8. */
    void (*on_line)(void *arg, const char *line);
    const atomic_bool *cancel; /* polled at least every 100 ms; NULL: never cancelled */
    void *arg;
};

struct child_result {
    int exit_code; /* -1: killed by a signal */
    int signal;
    bool was_cancelled, timed_out;
    int64_t max_rss_bytes; /* the kernel's count: at least this process's own when it forked */
    char stderr_tail[CHILD_STDERR_TAIL]; /* for ERR_IO: what could not be done, and why */
};

/* Runs to the end on the calling thread. OK: it ran (look at the result). ERR_TIMEOUT,
 * ERR_CANCELLED: killed and reaped. ERR_IO: could not be started. */
NODISCARD enum err child_run(const struct child_spec *spec, struct child_result *ret);

#endif
