/*
 * Files and folders by content, on disk. See blob.h. Nothing gets an address before its bytes and
 * its folder entry are durable, and nothing is removed at its address: it is renamed into DIR/tmp
 * first, so that a crash leaves an address whole or empty.
 *
 * The lock covers "look whether it is there, renew or rename in" against the sweep's "look whether
 * it is old, remove": see blob_sweep.c.
 */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/blob_disk.h"
#include "sys/file.h"

enum { COPY_BYTES = 256 * 1024, HEX_DIR = 2 };

struct blobs *blobs_at(const char *data_dir, const struct clock *clock)
{
    struct blobs *b = calloc(1, sizeof *b);
    if (!b)
        abort();
    b->clock = clock;
    pthread_mutex_init(&b->lock, NULL);
    b->dir = path_join(&b->a, data_dir, STR("blobs"));
    b->tmp = path_join(&b->a, data_dir, STR("tmp"));
    return b;
}

enum err blobs_open(const char *data_dir, const struct clock *clock, struct blobs **ret)
{
    struct blobs *b = blobs_at(data_dir, clock);
    enum err e = dir_make(b->dir, 0755);
    if (e == OK)
        e = dir_make(b->tmp, 0700);
    if (e != OK) {
        blobs_close(b);
        return e;
    }
    *ret = b;
    return OK;
}

void blobs_hold(struct blobs *b, bool is_on)
{
    pthread_mutex_lock(&b->lock);
    b->holds += is_on ? 1 : -1;
    pthread_mutex_unlock(&b->lock);
}

void blobs_close(struct blobs *b)
{
    if (!b)
        return;
    pthread_mutex_destroy(&b->lock);
    arena_done(&b->a);
    free(b);
}

const char *blobs_tmp(const struct blobs *b)
{
    return b->tmp;
}

enum err blobs_tmp_clear(struct blobs *b)
{
    enum err e = dir_remove(b->tmp);
    return e == OK ? dir_make(b->tmp, 0700) : e;
}

bool blob_hex_is_valid(struct str hex)
{
    for (size_t i = 0; i < hex.n; i++)
        if (!((hex.p[i] >= '0' && hex.p[i] <= '9') || (hex.p[i] >= 'a' && hex.p[i] <= 'f')))
            return false;
    return hex.n == SHA256_HEX;
}

char *blob_path(struct arena *a, const struct blobs *b, const char *hex, struct str file)
{
    assert(blob_hex_is_valid(str_from(hex)));
    struct str s =
        arena_printf(a, "%s/%.2s/%s%s%.*s", b->dir, hex, hex, file.n ? "/" : "", STR_ARG(file));
    return arena_cstr(a, s);
}

char *blob_tmp_path(struct arena *a, struct blobs *b, const char *what)
{
    unsigned long long n = atomic_fetch_add(&b->next_tmp, 1);
    return arena_cstr(a, arena_printf(a, "%s/%s-%d-%llu", b->tmp, what, (int)getpid(), n));
}

/* Modification time as the caller's clock has it: what the sweep goes by. */
static enum err renew(struct blobs *b, const char *path)
{
    int64_t now_us = clock_wall_us(b->clock);
    struct timespec at = { .tv_sec = now_us / 1000000, .tv_nsec = now_us % 1000000 * 1000 };
    const struct timespec times[2] = { at, at };
    return utimensat(AT_FDCWD, path, times, 0) == 0 ? OK : err_from_errno(errno);
}

static enum err rename_in(struct blobs *b, struct arena *a, const char *from, const char *to,
                          const char *hex)
{
    char *parent = path_join(a, b->dir, str_sub(hex, HEX_DIR));
    struct stat st;
    enum err e = OK;
    if (stat(parent, &st) != 0) {
        e = dir_make(parent, 0755);
        if (e == OK)
            e = dir_sync(b->dir);
    }
    if (e == OK)
        e = renew(b, from);
    if (e == OK && rename(from, to) != 0)
        e = err_from_errno(errno);
    return e == OK ? dir_sync(parent) : e;
}

enum err blob_remove_content(struct blobs *b, struct arena *a, const char *path)
{
    char *gone = blob_tmp_path(a, b, "gone");
    if (rename(path, gone) != 0)
        return errno == ENOENT ? OK : err_from_errno(errno);
    return dir_remove_or_unlink(gone);
}

int64_t folder_bytes(struct arena *a, const char *dir)
{
    struct dir_entry *files;
    size_t n;
    int64_t sum = 0;
    if (dir_list(a, dir, BLOB_FOLDER_FILES_MAX, &files, &n) != OK)
        return -1;
    for (size_t i = 0; i < n; i++)
        sum += files[i].size_bytes;
    return sum;
}

/* Is what lies at an address whole, as far as sizes tell? */
static bool is_whole(struct arena *a, const char *path, const struct blob *what)
{
    struct stat st;
    if (lstat(path, &st) != 0 || S_ISDIR(st.st_mode) != (what->kind == BLOB_FOLDER))
        return false;
    return what->size_bytes ==
           (what->kind == BLOB_FOLDER ? folder_bytes(a, path) : (int64_t)st.st_size);
}

/* What is complete and synced at `from` gets its address; the same content is kept once. */
static enum err install(struct blobs *b, struct arena *a, const char *from, const struct blob *what)
{
    char *to = blob_path(a, b, what->hex, (struct str){ 0 });
    pthread_mutex_lock(&b->lock);
    bool is_same = is_whole(a, to, what);
    enum err e = OK;
    if (is_same)
        e = renew(b, to);
    else if (what->kind == BLOB_FOLDER) /* damaged: out of the way first */
        e = blob_remove_content(b, a, to);
    if (!is_same && e == OK)
        e = rename_in(b, a, from, to, what->hex); /* also over a file that was damaged */
    pthread_mutex_unlock(&b->lock);
    if (e == OK && is_same)
        e = dir_remove_or_unlink(from);
    return e;
}

enum err dir_remove_or_unlink(const char *path)
{
    if (unlink(path) == 0 || errno == ENOENT)
        return OK;
    return errno == EISDIR || errno == EPERM ? dir_remove(path) : err_from_errno(errno);
}

static void name(struct blob *ret, struct sha256 digest, enum blob_kind kind, int64_t size_bytes)
{
    *ret = (struct blob){ .kind = kind, .size_bytes = size_bytes };
    sha256_hex(&digest, ret->hex);
}

/* Copies all of `in` to `out`, synced. */
static enum err copy_hashed(int in, int out, struct blob *ret)
{
    struct sha256_state state;
    sha256_init(&state);
    int64_t size_bytes = 0;
    char *step = malloc(COPY_BYTES);
    if (!step)
        abort();
    enum err e = OK;
    for (;;) {
        ssize_t n = read(in, step, COPY_BYTES);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            e = n < 0 ? err_from_errno(errno) : OK;
            break;
        }
        sha256_add(&state, step, (size_t)n);
        size_bytes += n;
        e = fd_write_all(out, step, (size_t)n);
        if (e != OK)
            break;
    }
    free(step);
    if (e == OK && fsync(out) != 0)
        e = err_from_errno(errno);
    if (e == OK)
        name(ret, sha256_end(&state), BLOB_FILE, size_bytes);
    return e;
}

static enum err write_bytes(int out, struct str content, struct blob *ret)
{
    enum err e = fd_write_all(out, content.p, content.n);
    if (e == OK && fsync(out) != 0)
        e = err_from_errno(errno);
    if (e == OK)
        name(ret, sha256_of(content.p, content.n), BLOB_FILE, (int64_t)content.n);
    return e;
}

/* A temporary copy of in, or of content when in is negative, then its address. */
static enum err put(struct blobs *b, int in, struct str content, struct blob *ret)
{
    struct arena a = { 0 };
    struct blob what;
    char *tmp = blob_tmp_path(&a, b, "blob");
    int out = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    enum err e = out < 0 ? err_from_errno(errno) : OK;
    if (e == OK)
        e = in < 0 ? write_bytes(out, content, &what) : copy_hashed(in, out, &what);
    fd_close(&out);
    if (e == OK)
        e = install(b, &a, tmp, &what);
    if (e != OK)
        unlink(tmp);
    arena_done(&a);
    if (e == OK)
        *ret = what;
    return e;
}

enum err blob_put_file(struct blobs *b, const char *path, struct blob *ret)
{
    CLEANUP(fd_close) int in = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0)
        return err_from_errno(errno);
    struct stat st;
    if (fstat(in, &st) != 0)
        return err_from_errno(errno);
    return S_ISREG(st.st_mode) ? put(b, in, (struct str){ 0 }, ret) : ERR_INPUT;
}

enum err blob_put_bytes(struct blobs *b, struct str content, struct blob *ret)
{
    return put(b, -1, content, ret);
}

/* Readable by a proxy that serves it, on the disk, and what its content's name is. */
static enum err seal_file(const char *path, struct sha256 *ret, int64_t *ret_size_bytes)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        return err_from_errno(errno);
    if (!S_ISREG(st.st_mode))
        return ERR_INPUT;
    if (fchmod(fd, 0644) != 0 || fsync(fd) != 0)
        return err_from_errno(errno);
    return file_sha256(path, ret, ret_size_bytes);
}

enum err blob_move_file(struct blobs *b, const char *path, struct blob *ret)
{
    struct sha256 digest;
    int64_t size_bytes = 0;
    struct blob what;
    enum err e = seal_file(path, &digest, &size_bytes);
    if (e != OK)
        return e;
    struct arena a = { 0 };
    name(&what, digest, BLOB_FILE, size_bytes);
    e = install(b, &a, path, &what);
    arena_done(&a);
    if (e == OK)
        *ret = what;
    return e;
}

/* Entries of any kind; dir_list leaves links and devices out. */
static enum err count_entries(const char *path, size_t *ret)
{
    DIR *d = opendir(path);
    if (!d)
        return err_from_errno(errno);
    size_t n = 0;
    struct dirent *entry;
    while ((entry = readdir(d)) != NULL)
        n += !str_eq_c(str_from(entry->d_name), ".") && !str_eq_c(str_from(entry->d_name), "..");
    closedir(d);
    *ret = n;
    return OK;
}

static enum err list_plain_files(struct arena *a, const char *dir, struct dir_entry **ret,
                                 size_t *ret_n)
{
    size_t n_any = 0;
    enum err e = dir_list(a, dir, BLOB_FOLDER_FILES_MAX, ret, ret_n);
    if (e == OK)
        e = count_entries(dir, &n_any);
    if (e != OK)
        return e;
    for (size_t i = 0; i < *ret_n; i++)
        if ((*ret)[i].is_dir)
            return ERR_INPUT;
    return n_any == *ret_n && n_any > 0 ? OK : ERR_INPUT;
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

enum err blob_folder_digest(struct arena *a, const char *dir, bool is_sealing, struct blob *ret)
{
    struct dir_entry *files;
    size_t n;
    enum err e = list_plain_files(a, dir, &files, &n);
    if (e != OK)
        return e;
    struct str *lines = ARENA_ARRAY(a, struct str, n);
    int64_t size_bytes = 0;
    for (size_t i = 0; i < n; i++) {
        struct sha256 digest;
        char hex[SHA256_HEX + 1];
        int64_t bytes = 0;
        char *path = path_join(a, dir, files[i].name);
        e = is_sealing ? seal_file(path, &digest, &bytes) : file_sha256(path, &digest, &bytes);
        if (e != OK)
            return e;
        sha256_hex(&digest, hex);
        lines[i] = arena_printf(a, "%s %lld %.*s\n", hex, (long long)bytes, STR_ARG(files[i].name));
        size_bytes += bytes;
    }
    qsort(lines, n, sizeof *lines, by_text);
    struct sha256_state state;
    sha256_init(&state);
    for (size_t i = 0; i < n; i++)
        sha256_add(&state, lines[i].p, lines[i].n);
    name(ret, sha256_end(&state), BLOB_FOLDER, size_bytes);
    return OK;
}

enum err blob_move_folder(struct blobs *b, const char *dir, struct blob *ret)
{
    struct arena a = { 0 };
    struct blob what;
    enum err e = blob_folder_digest(&a, dir, true, &what);
    if (e == OK && chmod(dir, 0755) != 0)
        e = err_from_errno(errno);
    if (e == OK)
        e = dir_sync(dir);
    if (e == OK)
        e = install(b, &a, dir, &what);
    arena_done(&a);
    if (e == OK)
        *ret = what;
    return e;
}
