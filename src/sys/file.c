/*
 * Durable files. A replacement is visible whole or not at all: the temporary name lies beside the
 * target (same file system, so rename is atomic) and is removed when anything fails. Folders are
 * in dir.c.
 */
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { COPY_STEP_BYTES = 128 * 1024, SEGMENT_MAX_BYTES = 255, READ_FIRST_BYTES = 16 * 1024 };

enum err err_from_errno(int code)
{
    static const struct {
        int code;
        enum err e;
    } map[] = { { ENOSPC, ERR_FULL },       { EDQUOT, ERR_FULL },     { EFBIG, ERR_FULL },
                { ENOENT, ERR_NOT_FOUND },  { EEXIST, ERR_CONFLICT }, { ENOTEMPTY, ERR_CONFLICT },
                { EACCES, ERR_FORBIDDEN },  { EPERM, ERR_FORBIDDEN }, { EROFS, ERR_FORBIDDEN },
                { EWOULDBLOCK, ERR_BUSY },  { EBUSY, ERR_BUSY },      { ETIMEDOUT, ERR_TIMEOUT },
                { ENAMETOOLONG, ERR_LIMIT } };
    for (size_t i = 0; i < sizeof map / sizeof *map; i++)
        if (map[i].code == code)
            return map[i].e;
    return ERR_IO;
}

void fd_close(int *fd)
{
    if (*fd < 0)
        return;
    int saved = errno; /* a clean-up must not change what the caller is about to translate */
    close(*fd);
    *fd = -1;
    errno = saved;
}

static ssize_t read_some(int fd, void *p, size_t n)
{
    ssize_t got;
    do
        got = read(fd, p, n);
    while (got < 0 && errno == EINTR);
    return got;
}

/* Reads to the end rather than trusting st_size: /proc files say 0, and files grow. */
static enum err read_to_end(int fd, size_t size_hint, size_t max_bytes, struct buf *b)
{
    size_t step = size_hint > 0 && size_hint <= max_bytes ? size_hint + 1 : READ_FIRST_BYTES;
    for (;;) {
        char *to = buf_reserve(b, step);
        if (!to)
            return b->err;
        ssize_t got = read_some(fd, to, step);
        if (got < 0)
            return err_from_errno(errno);
        if (got == 0)
            return OK;
        b->n += (size_t)got;
        if (b->n > max_bytes)
            return ERR_LIMIT;
        step = READ_FIRST_BYTES;
    }
}

enum err file_read(struct arena *a, const char *path, size_t max_bytes, struct str *ret)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        return err_from_errno(errno);
    size_t size = S_ISREG(st.st_mode) && st.st_size > 0 ? (size_t)st.st_size : 0;
    if (size > max_bytes)
        return ERR_LIMIT;
    struct buf b = { .max = SIZE_MAX / 4 };
    enum err e = read_to_end(fd, size, max_bytes, &b);
    if (e == OK)
        *ret = arena_str(a, buf_str(&b));
    buf_done(&b);
    return e;
}

enum err fd_write_all(int fd, const void *p, size_t n)
{
    const char *from = p;
    while (n) {
        ssize_t put = write(fd, from, n);
        if (put < 0) {
            if (errno == EINTR)
                continue;
            return err_from_errno(errno);
        }
        from += put;
        n -= (size_t)put;
    }
    return OK;
}

/* The folder that path lies in, in memory of a. */
static const char *parent_of(struct arena *a, const char *path)
{
    struct str s = str_from(path);
    while (s.n > 1 && s.p[s.n - 1] == '/')
        s.n--;
    ptrdiff_t slash = str_rfind_char(s, '/');
    if (slash < 0)
        return ".";
    return slash == 0 ? "/" : arena_cstr(a, str_head(s, (size_t)slash));
}

enum err dir_sync_parent(const char *path)
{
    struct arena a = { 0 };
    enum err e = dir_sync(parent_of(&a, path));
    arena_done(&a);
    return e;
}

static enum err write_and_sync(int fd, struct str content, unsigned mode)
{
    enum err e = fd_write_all(fd, content.p, content.n);
    if (e != OK)
        return e;
    if (fchmod(fd, mode) != 0 || fsync(fd) != 0)
        return err_from_errno(errno);
    return OK;
}

enum err file_write(const char *path, struct str content, unsigned mode)
{
    struct arena a = { 0 };
    struct str temporary = arena_printf(&a, "%s.tmp-XXXXXX", path);
    char *name = arena_cstr(&a, temporary);
    enum err e;
    CLEANUP(fd_close) int fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0) {
        e = err_from_errno(errno);
        goto out;
    }
    e = write_and_sync(fd, content, mode);
    if (e == OK && rename(name, path) != 0)
        e = err_from_errno(errno);
    if (e != OK) {
        unlink(name);
        goto out;
    }
    e = dir_sync_parent(path);
out:
    arena_done(&a);
    return e;
}

static enum err copy_by_hand(int in, int out)
{
    char *step = malloc(COPY_STEP_BYTES);
    if (!step)
        abort();
    enum err e = OK;
    ssize_t got = 0;
    while (e == OK && (got = read_some(in, step, COPY_STEP_BYTES)) > 0)
        e = fd_write_all(out, step, (size_t)got);
    if (got < 0)
        e = err_from_errno(errno);
    free(step);
    return e;
}

static enum err copy_content(int in, int out)
{
    if (ioctl(out, FICLONE, in) == 0)
        return OK;
    ssize_t moved;
    off_t total = 0;
    while ((moved = copy_file_range(in, NULL, out, NULL, 1 << 30, 0)) > 0)
        total += moved;
    if (moved < 0 && (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP))
        return copy_by_hand(in, out); /* both offsets are where copy_file_range left them */
    if (moved < 0)
        return err_from_errno(errno);
    return total == 0 ? copy_by_hand(in, out) : OK; /* /proc and FUSE may say 0 too early */
}

enum err file_copy(const char *from, const char *to)
{
    CLEANUP(fd_close) int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0)
        return errno == ELOOP ? ERR_FORBIDDEN : err_from_errno(errno);
    CLEANUP(fd_close) int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (out < 0)
        return err_from_errno(errno);
    enum err e = copy_content(in, out);
    if (e == OK && fsync(out) != 0)
        e = err_from_errno(errno);
    if (e != OK) {
        unlink(to);
        return e;
    }
    return dir_sync_parent(to);
}

enum err file_sha256(const char *path, struct sha256 *ret, int64_t *ret_size_bytes)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_from_errno(errno);
    char *step = malloc(COPY_STEP_BYTES);
    if (!step)
        abort();
    struct sha256_state state;
    sha256_init(&state);
    int64_t total = 0;
    ssize_t got;
    while ((got = read_some(fd, step, COPY_STEP_BYTES)) > 0) {
        sha256_add(&state, step, (size_t)got);
        total += got;
    }
    enum err e = got < 0 ? err_from_errno(errno) : OK;
    free(step);
    if (e != OK)
        return e;
    *ret = sha256_end(&state);
    *ret_size_bytes = total;
    return OK;
}

char *path_join(struct arena *a, const char *dir, struct str name)
{
    struct str d = str_from(dir);
    while (d.n > 1 && d.p[d.n - 1] == '/')
        d.n--;
    while (name.n && name.p[0] == '/')
        name = str_skip(name, 1);
    const char *slash = d.n && d.p[d.n - 1] == '/' ? "" : "/";
    struct str joined = arena_printf(a, "%.*s%s%.*s", STR_ARG(d), slash, STR_ARG(name));
    return arena_cstr(a, joined);
}

bool path_is_safe(struct str path)
{
    if (path.n == 0 || !utf8_is_valid(path) || str_find_char(path, '\0') >= 0 ||
        str_find_char(path, '\\') >= 0)
        return false;
    struct str part;
    while (str_next(&path, '/', &part))
        if (part.n == 0 || part.n > SEGMENT_MAX_BYTES || str_eq(part, STR(".")) ||
            str_eq(part, STR("..")))
            return false;
    return true;
}
