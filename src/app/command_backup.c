/* dramalet backup, restore: a data folder out of harm's way, and back. */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/command.h"
#include "app/local.h"
#include "base/json.h"
#include "base/json_in.h"
#include "store/backup.h"

static void print_result(int64_t blobs, int64_t bytes)
{
    printf("%lld blobs, %lld bytes of media, and the database\n", (long long)blobs,
           (long long)bytes);
}

/* The server may have another working folder. */
static enum err absolute(struct arena *a, const char *path, struct str *ret, struct diag *d)
{
    char here[PATH_MAX];
    if (path[0] == '/') {
        *ret = arena_str(a, str_from(path));
        return OK;
    }
    if (!getcwd(here, sizeof here))
        return diag_fail(d, ERR_IO, 0, 0, "the working folder is gone");
    *ret = arena_printf(a, "%s/%s", here, path);
    return OK;
}

static enum err backup(const struct command_args *args, struct arena *a, struct diag *d)
{
    struct str to = { 0 };
    struct local l;
    struct local_reply rp = { 0 };
    struct json_in root;
    struct buf body = { 0 };
    enum err e = absolute(a, args->words[0], &to, d);
    if (e == OK)
        e = local_open(&l, &args->config, d);
    if (e != OK)
        return e;
    struct json j = { .out = &body };
    json_object_begin(&j);
    json_kstr(&j, "to", to);
    json_object_end(&j);
    struct local_request rq = { .target = "/v1/local/backup", .body = buf_to_arena(&body, a) };
    e = local_call(&l, &rq, a, &rp, d);
    local_close(&l);
    if (e == OK)
        e = json_in_parse(a, rp.body, &root, d);
    if (e == OK)
        print_result(json_in_find(&root, "blobs")->i, json_in_find(&root, "bytes")->i);
    return e;
}

int backup_run(struct command_args *args)
{
    struct arena a = { 0 };
    struct diag d = { 0 };
    enum err e = backup(args, &a, &d);
    arena_done(&a);
    return e == OK ? EXIT_OK : command_fail("backup", e, &d);
}

int restore_run(struct command_args *args)
{
    struct diag d = { 0 };
    struct backup_result done = { 0 };
    enum err e = OK;
    if (!args->config.data[0])
        e = diag_fail(&d, ERR_INPUT, 0, 0, "no data folder was named; add --data DIR");
    if (e == OK && args->config.db[0])
        e = diag_fail(&d, ERR_UNSUPPORTED, 0, 0,
                      "a backup goes back into SQLite; restore a PostgreSQL store with pg_restore");
    if (e == OK)
        e = store_restore(args->words[0], args->config.data, &done, &d);
    if (e != OK)
        return command_fail("restore", e, &d);
    print_result(done.blobs, done.bytes);
    return verify_run(args);
}
