/* See package_walk.h. Folders are opened relative to their parent's descriptor with O_NOFOLLOW, so
 * that one that turns into a link meanwhile is refused, too. */
#include "catalog/package_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "sys/file.h"

struct walk {
    struct arena *a;
    struct problems *ps;
    const char *root;
    struct package_entry *items;
    size_t n, cap;
};

static void add_entry(struct walk *w, struct str path, int64_t size_bytes)
{
    if (w->n == w->cap) {
        size_t cap = w->cap ? w->cap * 2 : 64;
        struct package_entry *p = ARENA_ARRAY(w->a, struct package_entry, cap);
        if (w->n)
            memcpy(p, w->items, w->n * sizeof *p);
        w->items = p;
        w->cap = cap;
    }
    w->items[w->n++] = (struct package_entry){ .path = path,
                                               .disk_path = path_join(w->a, w->root, path),
                                               .size_bytes = size_bytes };
}

/* A name that is safe to print in a message, whatever it is. */
static struct str printable(struct arena *a, struct str s)
{
    struct buf b = { 0 };
    uint32_t cp;
    while (utf8_next(&s, &cp))
        utf8_add(&b, cp < 0x20 || (cp >= 0x7F && cp < 0xA0) ? 0xFFFD : cp);
    return buf_to_arena(&b, a);
}

static bool is_video_name(struct str path)
{
    ptrdiff_t slash = str_rfind_char(path, '/');
    return str_starts(str_skip(path, (size_t)(slash + 1)), STR("video."));
}

static void add_file(struct walk *w, struct str path, const struct stat *st)
{
    int64_t max = is_video_name(path) ? PACKAGE_VIDEO_MAX_BYTES : PACKAGE_FILE_MAX_BYTES;
    if (st->st_size > max)
        problem_error(w->ps, path, 0, 0, "has %lld MB: %lld at most",
                      (long long)(st->st_size >> 20), (long long)(max >> 20));
    else
        add_entry(w, path, st->st_size);
}

static enum err walk_folder(struct walk *w, int fd, struct str folder, int depth);

static enum err walk_name(struct walk *w, int fd, struct str folder, const char *name, int depth)
{
    struct str path = folder.n ? arena_printf(w->a, "%.*s/%s", STR_ARG(folder), name)
                               : arena_str(w->a, str_from(name));
    struct stat st;
    if (!path_is_safe(path) || path.n > PACKAGE_PATH_MAX || utf8_has_control(path)) {
        problem_error(w->ps, printable(w->a, path), 0, 0,
                      "this name cannot be kept: use UTF-8 letters, no backslash, no control "
                      "character, at most %d bytes",
                      PACKAGE_PATH_MAX);
        return OK;
    }
    if (name[0] == '.') {
        problem_warning(w->ps, path, 0, 0, "begins with a dot and is left out");
        return OK;
    }
    if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return err_from_errno(errno);
    if (S_ISLNK(st.st_mode)) {
        problem_error(w->ps, path, 0, 0,
                      "is a symbolic link: put the file itself there (links are not followed)");
    } else if (S_ISREG(st.st_mode)) {
        add_file(w, path, &st);
    } else if (!S_ISDIR(st.st_mode)) {
        problem_error(w->ps, path, 0, 0, "is neither a file nor a folder: remove it");
    } else if (depth == PACKAGE_DEPTH_MAX) {
        problem_error(w->ps, path, 0, 0, "folders are nested too deeply: %d at most",
                      PACKAGE_DEPTH_MAX);
    } else {
        int sub = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (sub < 0)
            return err_from_errno(errno);
        return walk_folder(w, sub, path, depth + 1);
    }
    return OK;
}

/* Takes fd over. */
static enum err walk_folder(struct walk *w, int fd, struct str folder, int depth)
{
    DIR *dir = fdopendir(fd);
    if (!dir) {
        enum err e = err_from_errno(errno);
        close(fd);
        return e;
    }
    enum err e = OK;
    bool is_empty = true;
    while (e == OK) {
        errno = 0;
        struct dirent *d = readdir(dir);
        if (!d) {
            e = errno ? err_from_errno(errno) : OK;
            break;
        }
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        is_empty = false;
        e = walk_name(w, dirfd(dir), folder, d->d_name, depth);
        if (e != OK && e != ERR_LIMIT)
            problem_error(w->ps, printable(w->a, str_from(d->d_name)), 0, 0, "cannot be read (%s)",
                          err_name(e));
        if (e == OK && w->n > PACKAGE_FILES_MAX) {
            problem_error(w->ps, STR("package"), 0, 0, "has more than %d files", PACKAGE_FILES_MAX);
            e = ERR_LIMIT;
        }
    }
    closedir(dir);
    if (e == OK && is_empty && folder.n)
        problem_warning(w->ps, folder, 0, 0, "is an empty folder, which is not kept");
    return e;
}

static int compare_paths(const void *a, const void *b)
{
    return str_cmp(((const struct package_entry *)a)->path,
                   ((const struct package_entry *)b)->path);
}

enum err package_walk(struct arena *a, const char *root, struct problems *ps,
                      struct package_entry **ret, size_t *ret_n)
{
    struct walk w = { .a = a, .ps = ps, .root = root };
    int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        enum err e = err_from_errno(errno);
        problem_error(ps, str_from(root), 0, 0, "cannot be read (%s)", err_name(e));
        return e;
    }
    enum err e = walk_folder(&w, fd, STR(""), 1);
    if (e != OK)
        return e;
    if (w.n)
        qsort(w.items, w.n, sizeof w.items[0], compare_paths);
    *ret = w.items;
    *ret_n = w.n;
    return OK;
}
