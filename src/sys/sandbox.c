/*
 * Landlock by its raw system calls (glibc 2.36 has no names for them), seccomp by libseccomp.
 *
 * Landlock's rights are a mask that grows with the kernel's ABI; every right that this kernel
 * knows is handled (denied), and only what the two lists of paths need is given back.
 */
#include "sys/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/file.h"
#include "sys/sandbox_calls.h"

/* Of newer kernels than Debian 12's headers. */
#define FS_TRUNCATE     (UINT64_C(1) << 14) /* ABI 3 */
#define FS_IOCTL_DEV    (UINT64_C(1) << 15) /* ABI 5 */
#define NET_BIND_TCP    UINT64_C(1)         /* ABI 4 */
#define NET_CONNECT_TCP UINT64_C(2)
#define SCOPE_SOCKET    UINT64_C(1) /* ABI 6 */
#define SCOPE_SIGNAL    UINT64_C(2)

#define FS_ABI_1 ((UINT64_C(1) << 13) - 1)

struct ruleset {
    uint64_t fs, net, scoped;
};

#define READ_FILES LANDLOCK_ACCESS_FS_READ_FILE
#define READ_DIRS  (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE_DIRS                                                             \
    (READ_DIRS | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |            \
     LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REFER | FS_TRUNCATE)

static int landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi < 1 ? 0 : (int)abi;
}

static struct ruleset rights_of_abi(int abi)
{
    struct ruleset r = { .fs = FS_ABI_1 };
    if (abi >= 2)
        r.fs |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= 3)
        r.fs |= FS_TRUNCATE;
    if (abi >= 4)
        r.net = NET_BIND_TCP | NET_CONNECT_TCP;
    if (abi >= 5)
        r.fs |= FS_IOCTL_DEV;
    if (abi >= 6)
        r.scoped = SCOPE_SOCKET | SCOPE_SIGNAL;
    return r;
}

/* Older kernels take a shorter struct; one that is too long is E2BIG. */
static size_t size_of_abi(int abi)
{
    return abi >= 6   ? sizeof(struct ruleset)
           : abi >= 4 ? offsetof(struct ruleset, scoped)
                      : offsetof(struct ruleset, net);
}

static enum err allow_path(int ruleset_fd, const char *path, uint64_t dir_rights)
{
    CLEANUP(fd_close) int fd = open(path, O_PATH | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        return err_from_errno(errno);
    struct landlock_path_beneath_attr rule = {
        .allowed_access = S_ISDIR(st.st_mode) ? dir_rights : READ_FILES,
        .parent_fd = fd,
    };
    if (syscall(SYS_landlock_add_rule, ruleset_fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        return err_from_errno(errno);
    return OK;
}

static enum err allow_paths(int ruleset_fd, const char *const *paths, uint64_t dir_rights)
{
    for (; paths && *paths; paths++) {
        enum err e = allow_path(ruleset_fd, *paths, dir_rights);
        if (e != OK)
            return e;
    }
    return OK;
}

static enum err enter_landlock(const struct sandbox_spec *spec, int abi)
{
    struct ruleset handled = rights_of_abi(abi);
    CLEANUP(fd_close)
    int fd = (int)syscall(SYS_landlock_create_ruleset, &handled, size_of_abi(abi), 0);
    if (fd < 0)
        return ERR_UNSUPPORTED;
    enum err e = allow_paths(fd, spec->read_paths, READ_DIRS);
    if (e == OK)
        e = allow_paths(fd, spec->write_paths, WRITE_DIRS & handled.fs);
    if (e != OK)
        return e;
    return syscall(SYS_landlock_restrict_self, fd, 0) == 0 ? OK : ERR_UNSUPPORTED;
}

enum err sandbox_enter(const struct sandbox_spec *spec, struct sandbox_state *ret)
{
    struct sandbox_state state = { .landlock_abi = landlock_abi() };
    if (state.landlock_abi == 0 && !spec->allow_weaker)
        return ERR_UNSUPPORTED;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return ERR_UNSUPPORTED;
    if (state.landlock_abi > 0) {
        enum err e = enter_landlock(spec, state.landlock_abi);
        if (e != OK && !(e == ERR_UNSUPPORTED && spec->allow_weaker))
            return e;
        state.has_landlock = e == OK;
    }
    state.has_seccomp = sandbox_limit_calls() == OK;
    if (!state.has_seccomp && !spec->allow_weaker)
        return ERR_UNSUPPORTED;
    *ret = state;
    return OK;
}
