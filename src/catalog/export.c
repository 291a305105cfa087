/* See export.h. */
#include "catalog/export.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/id.h"
#include "sys/file.h"

enum err catalog_find_series(struct db *db, struct arena *a, struct str name,
                             struct series_row *ret)
{
    int64_t id;
    enum err e = store_series_by_slug(db, a, name, ret);
    if (e == ERR_NOT_FOUND && name.n == ID_TEXT_LEN && id_parse(name, &id) == OK)
        e = store_series_get(db, a, id, ret);
    return e;
}

enum err export_begin(struct export *x, struct arena *a, struct db *db, const struct blobs *blobs,
                      int64_t series, const char *destination)
{
    struct stat st;
    struct str name = str_from(destination);
    *x = (struct export){ .a = a, .blobs = blobs };
    while (name.n > 1 && str_ends(name, STR("/")))
        name.n--;
    if (name.n == 0)
        return ERR_INPUT;
    x->destination = arena_cstr(a, name);
    if (lstat(x->destination, &st) == 0)
        return ERR_CONFLICT;
    if (errno != ENOENT)
        return err_from_errno(errno);
    enum err e = store_package_list(db, a, series, &x->files, &x->n_files);
    if (e == OK && x->n_files == 0)
        e = ERR_NOT_FOUND;
    if (e != OK)
        return e;
    char *partial = arena_cstr(a, arena_printf(a, "%s.partial-%d", x->destination, (int)getpid()));
    if (mkdir(partial, 0755) != 0)
        return err_from_errno(errno);
    x->partial = partial;
    return OK;
}

static enum err write_file(struct export *x, const struct package_file *f)
{
    struct sha256 digest;
    char hex[SHA256_HEX + 1];
    int64_t size_bytes;
    if (!path_is_safe(f->path))
        return ERR_CORRUPT;
    char *to = path_join(x->a, x->partial, f->path);
    ptrdiff_t slash = str_rfind_char(str_from(to), '/');
    enum err e = dir_make(arena_cstr(x->a, str_sub(to, (size_t)slash)), 0755);
    if (e == OK)
        e = file_copy(blob_path(x->a, x->blobs, arena_cstr(x->a, f->blob), STR("")), to);
    if (e == OK)
        e = file_sha256(to, &digest, &size_bytes);
    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_CORRUPT : e; /* a lost blob */
    sha256_hex(&digest, hex);
    return str_eq_c(f->blob, hex) ? OK : ERR_CORRUPT;
}

enum err export_next(struct export *x, bool *ret_more)
{
    if (x->n_done < x->n_files) {
        enum err e = write_file(x, &x->files[x->n_done]);
        if (e != OK)
            return e;
        x->n_done++;
    }
    if (x->n_done == x->n_files && x->partial) {
        if (rename(x->partial, x->destination) != 0)
            return err_from_errno(errno);
        x->partial = NULL;
        *ret_more = false;
        return dir_sync_parent(x->destination); /* the files were synced as they were copied */
    }
    *ret_more = x->n_done < x->n_files;
    return OK;
}

void export_done(struct export *x)
{
    if (x->partial && dir_remove(x->partial) == OK)
        x->partial = NULL;
}
