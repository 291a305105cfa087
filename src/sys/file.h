/*
 * Files that survive a crash: write to a temporary name, sync, rename, sync the folder. Errors
 * are errno translated (ENOSPC, EDQUOT: ERR_FULL; ENOENT: ERR_NOT_FOUND; EEXIST: ERR_CONFLICT;
 * EACCES, EPERM: ERR_FORBIDDEN; ENAMETOOLONG: ERR_LIMIT; EBUSY: ERR_BUSY; else ERR_IO).
 * Thread-safe.
 */
#ifndef DRAMALET_SYS_FILE_H
#define DRAMALET_SYS_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

#define CLEANUP(fn) __attribute__((cleanup(fn)))

enum err err_from_errno(int code);

/* Closes *fd unless it is negative; for CLEANUP(fd_close). */
void fd_close(int *fd);

/* Whole file into a; ERR_LIMIT when it is larger than max_bytes. */
NODISCARD enum err file_read(struct arena *a, const char *path, size_t max_bytes, struct str *ret);
/* Atomic replace, durable when it returns, nothing left behind when it fails (a crash may leave
 * "PATH.tmp-XXXXXX"). mode such as 0644, whatever the umask. */
NODISCARD enum err file_write(const char *path, struct str content, unsigned mode);
/* Reflink or copy_file_range; synced. ERR_CONFLICT when there is a file named to already,
 * ERR_FORBIDDEN when from is a symbolic link; nothing is left behind on failure. */
NODISCARD enum err file_copy(const char *from, const char *to);
NODISCARD enum err file_sha256(const char *path, struct sha256 *ret, int64_t *ret_size_bytes);
NODISCARD enum err fd_write_all(int fd, const void *p, size_t n);
/* With parents; fine when it is there, ERR_CONFLICT when it is not a folder. */
NODISCARD enum err dir_make(const char *path, unsigned mode);
NODISCARD enum err dir_sync(const char *path);
/* The folder that path lies in: after a rename to path. */
NODISCARD enum err dir_sync_parent(const char *path);
/* With everything in it; fine when it is not there. Symbolic links are removed, not followed.
 * ERR_LIMIT when it is more than 64 folders deep. */
NODISCARD enum err dir_remove(const char *path);

struct dir_entry {
    struct str name;
    bool is_dir;        /* only files and folders are listed: no symbolic links, sockets, devices */
    int64_t size_bytes; /* 0 for a folder */
};
/* Names in byte order, "." and ".." left out; ERR_LIMIT over max entries. */
NODISCARD enum err dir_list(struct arena *a, const char *path, size_t max, struct dir_entry **ret,
                            size_t *ret_n);

/* Joins with one slash. */
char *path_join(struct arena *a, const char *dir, struct str name);
/* True for a relative path of plain segments: no "..", no empty or dot segments, no NUL, no
 * backslash, valid UTF-8, at most 255 bytes a segment. */
bool path_is_safe(struct str path);

#endif
