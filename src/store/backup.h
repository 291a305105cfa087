/*
 * A backup is a folder that a data folder can be made of again: a snapshot of the database and
 * every blob, copied while the store is in use. It appears under its name when it is complete.
 *
 *   TO/backup.json   {"format": 1, "created_at": "...", "blobs": N, "bytes": N}
 *   TO/dramalet.db   the snapshot
 *   TO/blobs/...     as in a data folder
 *
 * SQLite only: PostgreSQL has its own tools (pg_dump), and ERR_UNSUPPORTED says so.
 */
#ifndef DRAMALET_STORE_BACKUP_H
#define DRAMALET_STORE_BACKUP_H

#include "store/blob.h"

struct backup_result {
    int64_t blobs, bytes; /* blobs: files and folders; bytes: of their files */
};

/* Any thread but the writer's. While it runs no sweep removes a blob. ERR_CONFLICT: there is
 * something at `to`; ERR_FULL and the like leave nothing behind. *d says what in words. */
NODISCARD enum err store_backup(struct store *s, struct blobs *b, const char *to,
                                struct backup_result *ret, struct diag *d);

/* Makes data_dir, which must not be there or be empty, of a backup. Nobody may use it meanwhile;
 * it appears when it is complete. ERR_INPUT: `from` is no backup. */
NODISCARD enum err store_restore(const char *from, const char *data_dir, struct backup_result *ret,
                                 struct diag *d);

#endif
