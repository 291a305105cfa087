/*
 * Removes what nobody refers to any more. A blob goes when its row has had no references for
 * keep_us and its files are as old: a put renews the files under the lock, so content that was
 * just put again, and will be registered in a moment, stays.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "store/blob_disk.h"
#include "store/family.h"
#include "sys/file.h"

enum { PAGE = 100, DISK_MAX = 1000000 };

struct sweep {
    struct blobs *b;
    struct store *s;
    struct db *db;
    int64_t keep_us, before_us;
    struct sweep_result result;
};

struct row_delete {
    struct str hex;
    int64_t before_us;
};

static enum err delete_row(struct tx *tx, void *arg)
{
    const struct row_delete *d = arg;
    return blob_delete_row(tx_db(tx), d->hex, d->before_us);
}

static int64_t modified_us(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000 + st->st_mtim.tv_nsec / 1000;
}

/* Under the lock. */
static bool is_kept(const struct sweep *w, const char *path)
{
    struct stat st;
    if (w->b->holds)
        return true; /* a backup is copying */
    return w->keep_us > 0 && lstat(path, &st) == 0 && modified_us(&st) > w->before_us;
}

/* Row first: a crash in between leaves an orphan, never a row without its files. */
static enum err sweep_row(struct sweep *w, struct arena *a, const struct blob_row *row,
                          bool *ret_is_removed)
{
    struct row_delete d = { .hex = row->hash, .before_us = w->before_us };
    char *path = blob_path(a, w->b, arena_cstr(a, row->hash), (struct str){ 0 });
    enum err e = ERR_NOT_FOUND;
    pthread_mutex_lock(&w->b->lock);
    if (!is_kept(w, path))
        e = store_write(w->s, delete_row, &d);
    if (e == OK)
        e = blob_remove_content(w->b, a, path);
    pthread_mutex_unlock(&w->b->lock);
    *ret_is_removed = e == OK;
    if (e == OK) {
        w->result.removed++;
        w->result.removed_bytes += row->size_bytes;
    }
    return e == ERR_NOT_FOUND ? OK : e; /* somebody wants it again */
}

static enum err sweep_page(struct sweep *w, struct arena *a, bool *ret_is_more)
{
    struct blob_row *rows;
    size_t n, n_removed = 0;
    enum err e = blob_unreferenced(w->db, a, w->before_us, PAGE, &rows, &n);
    for (size_t i = 0; e == OK && i < n; i++) {
        bool is_removed = false;
        e = sweep_row(w, a, &rows[i], &is_removed);
        n_removed += is_removed;
    }
    *ret_is_more = e == OK && n == PAGE && n_removed > 0;
    return e;
}

enum err blob_each_on_disk(struct blobs *b, blob_each_fn *each, void *arg)
{
    struct arena a = { 0 }, step = { 0 };
    struct dir_entry *dirs;
    size_t n_dirs;
    enum err e = dir_list(&a, b->dir, DISK_MAX, &dirs, &n_dirs);
    for (size_t i = 0; e == OK && i < n_dirs; i++) {
        struct dir_entry *found = NULL;
        size_t n = 0;
        char *dir = path_join(&step, b->dir, dirs[i].name);
        if (dirs[i].is_dir)
            e = dir_list(&step, dir, DISK_MAX, &found, &n);
        else
            e = each(arg, (struct str){ 0 }, dir, 0);
        for (size_t k = 0; e == OK && k < n; k++) {
            struct stat st;
            char *path = path_join(&step, dir, found[k].name);
            if (lstat(path, &st) != 0)
                continue;
            bool is_blob = blob_hex_is_valid(found[k].name) &&
                           str_starts(found[k].name, dirs[i].name) && dirs[i].name.n == 2;
            e = each(arg, is_blob ? found[k].name : (struct str){ 0 }, path, modified_us(&st));
        }
        arena_reset(&step);
    }
    arena_done(&step);
    arena_done(&a);
    return e;
}

static enum err sweep_orphan(void *arg, struct str hex, const char *path, int64_t at_us)
{
    struct sweep *w = arg;
    if (hex.n == 0 || (w->keep_us > 0 && at_us > w->before_us))
        return OK;
    struct arena a = { 0 };
    struct blob_row row;
    enum err e = OK;
    pthread_mutex_lock(&w->b->lock);
    if (!is_kept(w, path))
        e = store_blob_get(w->db, &a, hex, &row);
    if (e == ERR_NOT_FOUND) {
        e = blob_remove_content(w->b, &a, path);
        w->result.orphans += e == OK;
    }
    pthread_mutex_unlock(&w->b->lock);
    arena_done(&a);
    return e;
}

enum err blob_sweep(struct blobs *b, struct store *s, int64_t keep_us, struct sweep_result *ret)
{
    struct sweep w = { .b = b, .s = s, .keep_us = keep_us };
    w.before_us = store_now_us(s) - keep_us;
    enum err e = store_reader_open(s, &w.db);
    struct arena a = { 0 };
    for (bool is_more = true; e == OK && is_more;) {
        e = sweep_page(&w, &a, &is_more);
        arena_reset(&a);
    }
    if (e == OK && keep_us > 0)
        e = blob_each_on_disk(b, sweep_orphan, &w);
    arena_done(&a);
    db_close(w.db);
    if (e == OK)
        *ret = w.result;
    return e;
}
