/*
 * The way from fork to exec, for child.c only: groups, signals, descriptors, limits, network.
 * Between the two only functions are called that are safe in a child of a threaded process.
 */
#ifndef DRAMALET_SYS_CHILD_EXEC_H
#define DRAMALET_SYS_CHILD_EXEC_H

#include "sys/child.h"

struct child_failure {
    const char *step; /* a static word */
    int code;         /* errno */
};

/* OK: *ret_pid runs the program, leads its own process group, and must be reaped by the caller.
 * ERR_IO: nothing runs, *ret_failure says why. */
NODISCARD enum err child_exec(const struct child_spec *spec, int line_fd, int stderr_fd,
                              pid_t *ret_pid, struct child_failure *ret_failure);

#endif
