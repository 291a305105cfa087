/* See backup.h. The snapshot is taken first: every blob that it names is there then and, because
 * sweeps are held off, until it was copied. */
#include "store/backup.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/json_in.h"
#include "store/blob_disk.h"
#include "store/engine.h"
#include "store/family.h"
#include "sys/file.h"

enum { FORMAT = 1, DESCRIPTION_MAX = 4096 };

/* A folder in the making beside the place where it will be. */
struct making {
    struct arena a;
    const char *partial, *final;
    struct blobs *from, *to;
    struct backup_result result;
    struct diag *d;
};

static enum err fail(struct making *m, enum err e, const char *what)
{
    return diag_fail(m->d, e, 0, 0,
                     e == ERR_FULL ? "There is no space left for %s." : "%s cannot be written.",
                     what);
}

static enum err begin(struct making *m, const char *final)
{
    struct str name = str_from(final);
    while (name.n > 1 && name.p[name.n - 1] == '/')
        name.n--;
    m->final = arena_cstr(&m->a, name);
    if (rmdir(m->final) != 0 && errno != ENOENT)
        return diag_fail(m->d, ERR_CONFLICT, 0, 0, "%s is there already, and not empty.", m->final);
    m->partial = arena_printf(&m->a, "%s.partial-%d", m->final, (int)getpid()).p;
    enum err e = dir_remove(m->partial);
    if (e == OK)
        e = dir_make(m->partial, 0700);
    if (e == OK)
        e = blobs_open(m->partial, m->from->clock, &m->to);
    return e == OK ? OK : fail(m, e, "The folder");
}

static enum err give_name(struct making *m)
{
    enum err e = dir_remove(m->to->tmp);
    if (e == OK)
        e = dir_sync(m->partial);
    if (e == OK && rename(m->partial, m->final) != 0)
        e = err_from_errno(errno);
    return e == OK ? dir_sync_parent(m->final) : e;
}

/* Gives the whole its name, or takes it away again. */
static enum err end(struct making *m, enum err e)
{
    if (e == OK)
        e = give_name(m);
    if (e != OK && m->partial && dir_remove(m->partial) != OK)
        e = fail(m, e, "The folder, and what was begun of it,");
    if (e != OK && !m->d->msg[0])
        e = fail(m, e, "The folder");
    blobs_close(m->to);
    arena_done(&m->a);
    return e;
}

static enum err copy_folder(struct making *m, struct arena *a, const char *from, const char *to)
{
    struct dir_entry *files;
    size_t n = 0;
    enum err e = dir_make(to, 0755);
    if (e == OK)
        e = dir_list(a, from, BLOB_FOLDER_FILES_MAX, &files, &n);
    for (size_t i = 0; e == OK && i < n; i++) {
        e = file_copy(path_join(a, from, files[i].name), path_join(a, to, files[i].name));
        m->result.bytes += files[i].size_bytes;
    }
    return e;
}

static enum err copy_blob(struct making *m, struct arena *a, struct str hex)
{
    if (!blob_hex_is_valid(hex))
        return OK; /* verify tells of it, here and there; so of one that is not there, below */
    char *from = blob_path(a, m->from, arena_cstr(a, hex), (struct str){ 0 });
    char *to = blob_path(a, m->to, arena_cstr(a, hex), (struct str){ 0 });
    struct stat st;
    ptrdiff_t slash = str_rfind_char(str_from(to), '/');
    if (lstat(from, &st) != 0)
        return errno == ENOENT ? OK : err_from_errno(errno);
    enum err e = dir_make(arena_cstr(a, str_sub(to, (size_t)slash)), 0755);
    if (e != OK)
        return e;
    m->result.blobs++;
    if (S_ISDIR(st.st_mode))
        return copy_folder(m, a, from, to);
    m->result.bytes += st.st_size;
    return file_copy(from, to);
}

static enum err copy_row(void *arg, struct arena *a, const struct blob_row *row)
{
    return copy_blob(arg, a, row->hash);
}

static enum err describe(struct making *m, int64_t now_us)
{
    struct buf text = { 0 };
    struct json j = { .out = &text };
    json_object_begin(&j);
    json_ki64(&j, "format", FORMAT);
    json_ktime(&j, "created_at", now_us);
    json_ki64(&j, "blobs", m->result.blobs);
    json_ki64(&j, "bytes", m->result.bytes);
    json_object_end(&j);
    buf_add_char(&text, '\n');
    enum err e = file_write(path_join(&m->a, m->partial, STR("backup.json")), buf_str(&text), 0600);
    buf_done(&text);
    return e == OK ? OK : fail(m, e, "backup.json");
}

enum err store_backup(struct store *s, struct blobs *b, const char *to, struct backup_result *ret,
                      struct diag *d)
{
    struct making m = { .from = b, .d = d };
    struct db *db = NULL;
    enum err e = store_reader_open(s, &db);
    if (e != OK)
        return diag_fail(d, e, 0, 0, "The database cannot be read.");
    if (!db->engine->snapshot) {
        db_close(db);
        return diag_fail(d, ERR_UNSUPPORTED, 0, 0,
                         "The store is a PostgreSQL database: back it up with pg_dump, and then "
                         "copy the folder of blobs.");
    }
    blobs_hold(b, true);
    e = begin(&m, to);
    if (e == OK)
        e = db->engine->snapshot(db, path_join(&m.a, m.partial, STR("dramalet.db")), d);
    if (e == OK)
        e = blob_each_row(db, copy_row, &m);
    if (e == OK)
        e = describe(&m, store_now_us(s));
    *ret = m.result;
    e = end(&m, e);
    blobs_hold(b, false);
    db_close(db);
    return e;
}

static enum err check_format(struct making *m, const char *from)
{
    struct str text;
    struct json_in root;
    int64_t format = 0;
    enum err e =
        file_read(&m->a, path_join(&m->a, from, STR("backup.json")), DESCRIPTION_MAX, &text);
    if (e == OK)
        e = json_in_parse(&m->a, text, &root, m->d);
    if (e == OK) {
        const struct json_in *v = json_in_find(&root, "format");
        format = v ? v->i : 0;
    }
    if (e == OK && format == FORMAT)
        return OK;
    return diag_fail(m->d, ERR_INPUT, 0, 0, "%s is no backup that this program can read.", from);
}

static enum err restore_blob(void *arg, struct str hex, const char *path, int64_t modified_us)
{
    struct making *m = arg;
    (void)path, (void)modified_us;
    if (hex.n == 0)
        return OK; /* nothing of ours */
    struct arena a = { 0 };
    enum err e = copy_blob(m, &a, hex);
    arena_done(&a);
    return e;
}

enum err store_restore(const char *from, const char *data_dir, struct backup_result *ret,
                       struct diag *d)
{
    struct clock clock = clock_system();
    struct making m = { .d = d };
    enum err e = check_format(&m, from);
    if (e != OK) {
        arena_done(&m.a);
        return e;
    }
    m.from = blobs_at(from, &clock);
    e = begin(&m, data_dir);
    if (e == OK) {
        char *to = path_join(&m.a, m.partial, STR("dramalet.db"));
        e = file_copy(path_join(&m.a, from, STR("dramalet.db")), to);
        if (e == OK && chmod(to, 0600) != 0)
            e = err_from_errno(errno);
    }
    if (e == OK)
        e = blob_each_on_disk(m.from, restore_blob, &m);
    /* as a server makes them: the group may read blobs, for a proxy that sends media itself */
    if (e == OK && (chmod(m.to->dir, 0750) != 0 || chmod(m.partial, 0710) != 0))
        e = err_from_errno(errno);
    *ret = m.result;
    e = end(&m, e);
    blobs_close(m.from);
    return e;
}
