/*
 * Taking a data folder; see data_dir.h. Modes: the group may walk through the folder and read the
 * blobs (a proxy that sends media itself), and nothing else; the database is its owner's alone.
 */
#include "app/data_dir.h"

#include <errno.h>
#include <fcntl.h>

#include "base/buf.h"
#include "sys/file.h"
#include "sys/lock.h"

/* SQLite takes the database's mode for the files beside it; an empty file is a new database. */
static enum err make_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_from_errno(errno);
    fd_close(&fd);
    return OK;
}

static enum err make_inside(struct arena *a, const char *dir, struct diag *d)
{
    char *tmp = path_join(a, dir, STR("tmp"));
    char *blobs = path_join(a, dir, STR("blobs"));
    enum err e = dir_remove(tmp); /* temporary files of a process that is gone */
    if (e == OK)
        e = dir_make(tmp, 0700);
    if (e == OK)
        e = dir_make(blobs, 0750);
    if (e == OK)
        e = make_private(path_join(a, dir, STR("dramalet.db")));
    if (e != OK)
        return diag_fail(d, e, 0, 0, "the data folder cannot be written: %s (%s)", dir,
                         err_name(e));
    return OK;
}

enum err data_dir_take(const char *dir, int *ret_lock_fd, struct diag *d)
{
    if (!dir[0])
        return diag_fail(d, ERR_INPUT, 0, 0, "no data folder was named; add --data DIR");
    struct arena a = { 0 };
    enum err e = dir_make(dir, 0710);
    if (e != OK) {
        e = diag_fail(d, e, 0, 0, "the data folder cannot be made: %s (%s)", dir, err_name(e));
        goto out;
    }
    char *path = path_join(&a, dir, STR("lock"));
    int fd = -1;
    e = lock_take(path, &fd);
    if (e == ERR_BUSY)
        e = diag_fail(d, e, 0, 0, "%s is in use by process %lld", dir, (long long)lock_owner(path));
    else if (e != OK)
        e = diag_fail(d, e, 0, 0, "the data folder cannot be locked: %s (%s)", dir, err_name(e));
    if (e == OK)
        e = make_inside(&a, dir, d);
    if (e == OK)
        *ret_lock_fd = fd;
    else
        fd_close(&fd);
out:
    arena_done(&a);
    return e;
}

enum err data_dir_instance(struct arena *a, const char *dir, struct rng *rng, const char **ret,
                           struct diag *d)
{
    enum { RANDOM_BYTES = 10, NAME_MAX_BYTES = 64 };
    char *path = path_join(a, dir, STR("instance"));
    struct str text;
    enum err e = file_read(a, path, NAME_MAX_BYTES, &text);
    if (e == ERR_NOT_FOUND || (e == OK && str_trim(text).n == 0)) {
        uint8_t random[RANDOM_BYTES];
        struct buf b = { 0 };
        rng_fill(rng, random, sizeof random);
        buf_add_hex(&b, random, sizeof random);
        buf_add_char(&b, '\n');
        text = buf_to_arena(&b, a);
        e = file_write(path, text, 0600);
    }
    if (e != OK)
        return diag_fail(d, e, 0, 0, "the data folder's name cannot be kept: %s (%s)", path,
                         err_name(e));
    *ret = arena_cstr(a, str_trim(text));
    return OK;
}
