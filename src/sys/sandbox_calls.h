/* The system calls that a sandboxed child may use; for sandbox.c only. */
#ifndef DRAMALET_SYS_SANDBOX_CALLS_H
#define DRAMALET_SYS_SANDBOX_CALLS_H

#include "base/err.h"

/* ERR_UNSUPPORTED: the kernel has no seccomp filters. Takes effect for all threads. */
NODISCARD enum err sandbox_limit_calls(void);

#endif
