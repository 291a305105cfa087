/* Open file description locks and not process locks: closing another descriptor of the same file
 * does not lose the lock, a second owner inside this process is refused too, and the kernel drops
 * it when the process dies. */
#include "sys/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "sys/file.h"

static enum err lock_and_sign(int fd)
{
    struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    if (fcntl(fd, F_OFD_SETLK, &whole) != 0)
        return errno == EAGAIN || errno == EACCES ? ERR_BUSY : err_from_errno(errno);
    char pid[24];
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0)
        return err_from_errno(errno);
    return fd_write_all(fd, pid, (size_t)n);
}

enum err lock_take(const char *path, int *ret_fd)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return err_from_errno(errno);
    enum err e = lock_and_sign(fd);
    if (e == OK)
        *ret_fd = fd;
    else
        fd_close(&fd);
    return e;
}

int64_t lock_owner(const char *path)
{
    struct arena a = { 0 };
    struct str text;
    int64_t pid = 0;
    if (file_read(&a, path, 64, &text) != OK || str_to_i64(str_trim(text), &pid) != OK || pid < 0)
        pid = 0;
    arena_done(&a);
    return pid;
}
