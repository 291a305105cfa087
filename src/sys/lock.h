/*
 * The lock on a data folder (one owner): an exclusive lock on DIR/lock, with the owner's process id
 * inside.
 */
#ifndef DRAMALET_SYS_LOCK_H
#define DRAMALET_SYS_LOCK_H

#include <stdint.h>

#include "base/err.h"

/* ERR_BUSY when another process holds it. The descriptor keeps the lock until closed (or the
 * process dies). */
NODISCARD enum err lock_take(const char *path, int *ret_fd);

/* The process id that the last owner wrote, for a message; 0: unknown. Says nothing about whether
 * the lock is held. */
int64_t lock_owner(const char *path);

#endif
