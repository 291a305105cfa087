/* Blobs: what is registered must be on disk, whole; what is on disk should be registered. */
#include <errno.h>
#include <sys/stat.h>

#include "store/blob_disk.h"
#include "store/family.h"
#include "store/verify_told.h"
#include "sys/file.h"

struct blob_check {
    struct db *db;
    struct blobs *b;
    struct told *t;
    int64_t done, total;
};

static const struct stmt count_sql = { "SELECT count(*) FROM blob", STMT_SCAN };
const struct stmt *const verify_blob_statements[] = { &count_sql, NULL };

static enum err digest(struct arena *a, const char *path, enum blob_kind kind, struct blob *ret)
{
    struct sha256 d;
    if (kind == BLOB_FOLDER)
        return blob_folder_digest(a, path, false, ret);
    enum err e = file_sha256(path, &d, &ret->size_bytes);
    if (e == OK)
        sha256_hex(&d, ret->hex);
    return e;
}

/* NULL: it is as it should be. */
static const char *what_is_wrong(const struct blob_check *c, struct arena *a,
                                 const struct blob_row *row, const char *path)
{
    struct stat st;
    struct blob found;
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? "is not there" : "cannot be read";
    if (S_ISDIR(st.st_mode) != (row->kind == BLOB_FOLDER))
        return "is not of the kind that was registered";
    if (row->kind == BLOB_FILE && st.st_size != row->size_bytes)
        return "has another size than was registered";
    if (row->kind == BLOB_FOLDER && folder_bytes(a, path) != row->size_bytes)
        return "lacks a file, or one of its files has another size";
    if (!c->t->o->is_deep)
        return NULL;
    if (digest(a, path, row->kind, &found) != OK)
        return "cannot be read";
    if (!str_eq_c(row->hash, found.hex))
        return "is damaged: its content does not have this hash";
    return found.size_bytes == row->size_bytes ? NULL : "has another size than was registered";
}

static enum err check_row(struct blob_check *c, struct arena *a, const struct blob_row *row)
{
    char *hex = arena_cstr(a, row->hash);
    if (!blob_hex_is_valid(row->hash)) {
        told_add(c->t, "blob-name", true,
                 arena_printf(a, "a blob is registered as '%s', which is no hash", hex));
        return OK;
    }
    const char *wrong = what_is_wrong(c, a, row, blob_path(a, c->b, hex, (struct str){ 0 }));
    if (!wrong)
        return OK;
    struct blob_row again;
    enum err e = store_blob_get(c->db, a, row->hash, &again);
    if (e == OK)
        told_add(c->t, "blob-file", true,
                 arena_printf(a, "the %s %s %s (%lld references)",
                              row->kind == BLOB_FOLDER ? "folder" : "file", hex, wrong,
                              (long long)again.refs));
    return e == ERR_NOT_FOUND ? OK : e; /* swept while we looked */
}

static enum err check_registered(void *arg, struct arena *a, const struct blob_row *row)
{
    struct blob_check *c = arg;
    enum err e = check_row(c, a, row);
    if (c->t->o->progress)
        c->t->o->progress(c->t->o->arg, ++c->done, c->total);
    return e;
}

static enum err check_on_disk(void *arg, struct str hex, const char *path, int64_t modified_us)
{
    (void)modified_us;
    struct blob_check *c = arg;
    struct arena a = { 0 };
    struct blob_row row;
    enum err e = hex.n ? store_blob_get(c->db, &a, hex, &row) : ERR_NOT_FOUND;
    if (e == ERR_NOT_FOUND)
        told_add(c->t, "blob-orphan", false,
                 hex.n ? arena_printf(&a,
                                      "%s is not registered; the sweep takes it 7 days after it "
                                      "came",
                                      path)
                       : arena_printf(&a, "%s is none of ours", path));
    arena_done(&a);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err verify_blobs(struct db *db, struct blobs *b, struct told *t)
{
    struct blob_check c = { .db = db, .b = b, .t = t };
    enum err e = sql_scalar(db, &count_sql, NULL, 0, &c.total);
    if (e == OK)
        e = blob_each_row(c.db, check_registered, &c);
    return e == OK ? blob_each_on_disk(b, check_on_disk, &c) : e;
}
