/*
 * Folders. Walks go by descriptor and never follow a symbolic link: the folders that are listed
 * and removed here were written by programs that had opened strangers' files.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "sys/file.h"

enum { DEPTH_MAX = 64 };

static bool is_self_or_parent(const char *name)
{
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

static int open_dir(int at, const char *name)
{
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

enum err dir_sync(const char *path)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        return err_from_errno(errno);
    return OK;
}

static enum err make_one(const char *path, unsigned mode)
{
    if (mkdir(path, mode) == 0)
        return OK;
    struct stat st;
    if (errno == EEXIST && stat(path, &st) == 0)
        return S_ISDIR(st.st_mode) ? OK : ERR_CONFLICT;
    return err_from_errno(errno);
}

enum err dir_make(const char *path, unsigned mode)
{
    struct arena a = { 0 };
    char *at = arena_cstr(&a, str_from(path));
    enum err e = OK;
    for (char *p = at + 1; e == OK && at[0] && *p; p++) {
        if (*p != '/' || p[-1] == '/')
            continue;
        *p = '\0';
        e = make_one(at, mode);
        *p = '/';
    }
    if (e == OK)
        e = make_one(path, mode);
    arena_done(&a);
    return e;
}

static enum err remove_content(int at, const char *name, unsigned depth);

static enum err remove_entry(int fd, const char *name, unsigned depth)
{
    if (unlinkat(fd, name, 0) == 0 || errno == ENOENT)
        return OK;
    if (errno != EISDIR && errno != EPERM) /* POSIX says EPERM for a folder, Linux EISDIR */
        return err_from_errno(errno);
    enum err e = remove_content(fd, name, depth + 1);
    if (e != OK)
        return e;
    return unlinkat(fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? OK : err_from_errno(errno);
}

static enum err remove_content(int at, const char *name, unsigned depth)
{
    if (depth > DEPTH_MAX)
        return ERR_LIMIT;
    int fd = open_dir(at, name);
    if (fd < 0)
        return err_from_errno(errno);
    DIR *d = fdopendir(fd);
    if (!d) {
        fd_close(&fd);
        return ERR_IO;
    }
    enum err e = OK;
    struct dirent *entry;
    while (e == OK && (errno = 0, entry = readdir(d)))
        if (!is_self_or_parent(entry->d_name))
            e = remove_entry(fd, entry->d_name, depth);
    if (e == OK && errno != 0)
        e = err_from_errno(errno);
    closedir(d);
    return e;
}

enum err dir_remove(const char *path)
{
    enum err e = remove_content(AT_FDCWD, path, 0);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e != OK)
        return e;
    return rmdir(path) == 0 || errno == ENOENT ? OK : err_from_errno(errno);
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const struct dir_entry *)a)->name, ((const struct dir_entry *)b)->name);
}

/* Appends the entry to list unless it is neither a file nor a folder. */
static enum err list_entry(struct arena *a, int fd, const char *name, size_t max, struct buf *list)
{
    struct stat st;
    if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? OK : err_from_errno(errno); /* removed while we look */
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
        return OK;
    if (list->n / sizeof(struct dir_entry) >= max)
        return ERR_LIMIT;
    struct dir_entry entry = { .name = arena_str(a, str_from(name)),
                               .is_dir = S_ISDIR(st.st_mode),
                               .size_bytes = S_ISDIR(st.st_mode) ? 0 : (int64_t)st.st_size };
    buf_add(list, &entry, sizeof entry);
    return list->err;
}

enum err dir_list(struct arena *a, const char *path, size_t max, struct dir_entry **ret,
                  size_t *ret_n)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_from_errno(errno);
    DIR *d = fdopendir(fd);
    if (!d) {
        fd_close(&fd);
        return ERR_IO;
    }
    struct buf list = { .max = SIZE_MAX / 4 };
    enum err e = OK;
    struct dirent *entry;
    while (e == OK && (errno = 0, entry = readdir(d)))
        if (!is_self_or_parent(entry->d_name))
            e = list_entry(a, fd, entry->d_name, max, &list);
    if (e == OK && errno != 0)
        e = err_from_errno(errno);
    closedir(d);
    if (e == OK) {
        size_t n = list.n / sizeof(struct dir_entry);
        struct dir_entry *entries = ARENA_ARRAY(a, struct dir_entry, n);
        if (n)
            memcpy(entries, list.p, list.n);
        qsort(entries, n, sizeof *entries, by_name);
        *ret = entries;
        *ret_n = n;
    }
    buf_done(&list);
    return e;
}
