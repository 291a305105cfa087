/*
 * The sandbox that a child process puts itself in before it opens a stranger's file: Landlock
 * for paths, seccomp for system calls (a list of what decoding, encoding and files need; anything
 * else, such as sockets, exec, ptrace, other processes' signals, answers EPERM), no new
 * privileges. Called once, early, before threads are made; there is no way back. Where the kernel
 * lacks a part the call fails, unless the caller allows less.
 *
 * Libraries must be loaded before; what is loaded later (iconv tables, plug-ins, fonts) needs its
 * folder in read_paths. LeakSanitizer cannot work inside: build sandboxed programs with
 * detect_leaks=0.
 */
#ifndef DRAMALET_SYS_SANDBOX_H
#define DRAMALET_SYS_SANDBOX_H

#include <stdbool.h>

#include "base/err.h"

struct sandbox_spec {
    const char *const *read_paths;  /* NULL-terminated: files or folders that may be read */
    const char *const *write_paths; /* NULL-terminated: folders that may be read and written */
    bool allow_weaker;              /* the operator's choice: go on without a missing part */
};

/* What is in force afterwards, for the log and the job's report. */
struct sandbox_state {
    bool has_landlock, has_seccomp;
    int landlock_abi; /* under 2, hard links and renames across folders answer EXDEV */
};

/* ERR_UNSUPPORTED: the kernel lacks isolation and allow_weaker is false; nothing was opened yet.
 * ERR_NOT_FOUND and the like: a path of the lists cannot be opened. After a failure the process may
 * be half shut in: it must end. */
NODISCARD enum err sandbox_enter(const struct sandbox_spec *spec, struct sandbox_state *ret);

#endif
