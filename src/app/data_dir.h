/*
 * The data folder: made on first use, owned by one process at a time, its tmp/ emptied at start.
 */
#ifndef DRAMALET_APP_DATA_DIR_H
#define DRAMALET_APP_DATA_DIR_H

#include "base/arena.h"
#include "base/err.h"
#include "base/rand.h"

/* ERR_BUSY: owned by another process (its id is in d). The lock lasts until *ret_lock_fd closes. */
NODISCARD enum err data_dir_take(const char *dir, int *ret_lock_fd, struct diag *d);
/* The name of this data folder among those that share a database: DIR/instance, made once. */
NODISCARD enum err data_dir_instance(struct arena *a, const char *dir, struct rng *rng,
                                     const char **ret, struct diag *d);

#endif
