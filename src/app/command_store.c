/* dramalet list, export, edit, withdraw, verify, recount, jobs: the store as the operator sees it.
 */
#include <limits.h>
#include <unistd.h>

#include "app/command.h"
#include "app/local.h"
#include "base/id.h"
#include "base/json.h"
#include "base/json_in.h"

enum { VERIFY_DEEP };
const struct command_option verify_options[] = {
    { "deep", NULL, "read every file and compare its digest" },
    { 0 },
};

enum { JOBS_CANCEL, JOBS_RETRY };
const struct command_option jobs_options[] = {
    { "cancel", "ID", "cancel this job" },
    { "retry", "ID", "queue this failed or cancelled job again" },
    { 0 },
};

/* One call on the data folder; root is in a. */
static enum err call_once(const struct config *cfg, const struct local_request *rq, struct arena *a,
                          struct json_in *ret_root, struct diag *d)
{
    struct local l;
    struct local_reply rp = { 0 };
    enum err e = local_open(&l, cfg, d);
    if (e != OK)
        return e;
    e = local_call(&l, rq, a, &rp, d);
    local_close(&l);
    *ret_root = (struct json_in){ 0 };
    return e == OK && rp.body.n ? json_in_parse(a, rp.body, ret_root, d) : e;
}

int verify_run(struct command_args *args)
{
    struct arena a = { 0 };
    struct json_in root;
    struct diag d = { 0 };
    struct local_request rq = { .target = "/v1/local/verify",
                                .body = args->options[VERIFY_DEEP] ? STR("{\"deep\":true}")
                                                                   : STR("{}") };
    enum err e = call_once(&args->config, &rq, &a, &root, &d);
    if (e != OK) {
        arena_done(&a);
        return command_fail("verify", e, &d);
    }
    const struct json_in *findings = json_in_find(&root, "findings");
    for (size_t i = 0; findings && i < findings->n; i++) {
        const struct json_in *f = &findings->items[i];
        printf("%s: %s: %s\n", json_in_find(f, "is_violation")->i ? "violation" : "note",
               json_in_find(f, "check")->text.p, json_in_find(f, "what")->text.p);
    }
    int64_t violations = json_in_find(&root, "violations")->i;
    printf("%lld violation%s\n", (long long)violations, violations == 1 ? "" : "s");
    arena_done(&a);
    return violations ? EXIT_FAILED : EXIT_OK;
}

int recount_run(struct command_args *args)
{
    struct arena a = { 0 };
    struct json_in root;
    struct diag d = { 0 };
    struct local_request rq = { .target = "/v1/local/recount", .body = STR("{}") };
    enum err e = call_once(&args->config, &rq, &a, &root, &d);
    if (e == OK)
        printf("%lld counts were wrong and are right now\n",
               (long long)json_in_find(&root, "changed")->i);
    arena_done(&a);
    return e == OK ? EXIT_OK : command_fail("recount", e, &d);
}

static const char *text_of(const struct json_in *object, const char *key)
{
    const struct json_in *v = json_in_find(object, key);
    return v ? v->text.p : "-";
}

static void print_jobs(const struct json_in *root)
{
    const struct json_in *items = json_in_find(root, "items");
    printf("%-13s  %-10s  %-9s  %5s  %-16s  %s\n", "id", "kind", "state", "done", "stage",
           "reason");
    for (size_t i = 0; items && i < items->n; i++) {
        const struct json_in *j = &items->items[i];
        printf("%-13s  %-10s  %-9s  %3lld %%  %-16s  %s\n", text_of(j, "id"), text_of(j, "kind"),
               text_of(j, "state"), (long long)json_in_find(j, "permille")->i / 10,
               text_of(j, "stage"), text_of(j, "reason"));
    }
}

/* Prints nothing unusual into a path: only what looks like an id goes there. */
static bool is_id(const char *text)
{
    int64_t id;
    return id_parse(str_from(text), &id) == OK;
}

int jobs_run(struct command_args *args)
{
    struct arena a = { 0 };
    struct json_in root;
    struct diag d = { 0 };
    const char *cancel = args->options[JOBS_CANCEL], *retry = args->options[JOBS_RETRY];
    const char *id = cancel ? cancel : retry;
    struct local_request rq = { .target = "/v1/local/jobs" };
    enum err e = OK;
    if (id && !is_id(id))
        e = diag_fail(&d, ERR_INPUT, 0, 0, "'%s' is no job's id: 13 characters", id);
    if (id && e == OK) {
        rq.target = arena_printf(&a, "/v1/local/jobs/%s/%s", id, cancel ? "cancel" : "retry").p;
        rq.body = STR("{}");
    }
    if (e == OK)
        e = call_once(&args->config, &rq, &a, &root, &d);
    if (e == OK && !id)
        print_jobs(&root);
    arena_done(&a);
    return e == OK ? EXIT_OK : command_fail("jobs", e, &d);
}

int withdraw_run(struct command_args *args)
{
    struct arena a = { 0 };
    struct json_in root;
    struct diag d = { 0 };
    bool is_series = strcmp(args->words[0], "series") == 0;
    enum err e = OK;
    if (!is_series && strcmp(args->words[0], "episode") != 0)
        e = diag_fail(&d, ERR_INPUT, 0, 0, "write 'withdraw series ID' or 'withdraw episode ID'");
    else if (!is_id(args->words[1]))
        e = diag_fail(&d, ERR_INPUT, 0, 0, "'%s' is no id: 13 characters", args->words[1]);
    if (e == OK) {
        struct local_request rq = {
            .target = arena_printf(&a, "/v1/local/%s/%s/withdraw",
                                   is_series ? "series" : "episodes", args->words[1])
                          .p,
            .body = STR("{}"),
        };
        e = call_once(&args->config, &rq, &a, &root, &d);
    }
    arena_done(&a);
    return e == OK ? EXIT_OK : command_fail("withdraw", e, &d);
}

int list_run(struct command_args *args)
{
    struct arena a = { 0 };
    struct json_in root;
    struct diag d = { 0 };
    struct local_request rq = { .target = "/v1/local/series" };
    enum err e = call_once(&args->config, &rq, &a, &root, &d);
    const struct json_in *items = e == OK ? json_in_find(&root, "items") : NULL;
    for (size_t i = 0; items && i < items->n; i++) {
        const struct json_in *s = &items->items[i];
        printf("%s  %-9s  %-32s  %s\n", text_of(s, "id"), text_of(s, "state"), text_of(s, "slug"),
               text_of(s, "title"));
    }
    arena_done(&a);
    return e == OK ? EXIT_OK : command_fail("list", e, &d);
}

enum { EXPORT_OUTPUT };
const struct command_option export_options[] = {
    { "output", "FOLDER", "where the package is written; must not be there yet (also -o)" },
    { 0 },
};

/* An absolute path, although the last part is not there yet. */
static struct str absolute_path(struct arena *a, const char *path)
{
    char here[PATH_MAX];
    if (path[0] == '/' || !getcwd(here, sizeof here))
        return str_from(path);
    return arena_printf(a, "%s/%s", here, path);
}

int export_run(struct command_args *args)
{
    struct arena a = { 0 };
    struct json_in root;
    struct diag d = { 0 };
    struct buf body = { 0 };
    struct json j = { .out = &body };
    if (!args->options[EXPORT_OUTPUT]) {
        fprintf(stderr, "dramalet export: say where to with -o FOLDER\n");
        return EXIT_USAGE;
    }
    json_object_begin(&j);
    json_kstr(&j, "series", str_from(args->words[0]));
    json_kstr(&j, "path", absolute_path(&a, args->options[EXPORT_OUTPUT]));
    json_object_end(&j);
    struct local_request rq = { .target = "/v1/local/export", .body = buf_str(&body) };
    enum err e = call_once(&args->config, &rq, &a, &root, &d);
    buf_done(&body);
    arena_done(&a);
    return e == OK ? EXIT_OK : command_fail("export", e, &d);
}

/* "title=...", "episode.3.title=...", "season.1.title=..."; a value "[a, b]" is a list. */
static enum err edit_add(struct json *j, const char *word, struct diag *d)
{
    struct str key, rest = str_from(word), scope = STR("series"), number = { 0 }, part;
    if (!strchr(word, '=') || !str_next(&rest, '=', &key))
        return diag_fail(d, ERR_INPUT, 0, 0, "'%s': write KEY=VALUE", word);
    int64_t n = 0;
    if (str_find_char(key, '.') >= 0) {
        str_next(&key, '.', &scope);
        str_next(&key, '.', &number);
        if (!key.n || str_to_i64(number, &n) != OK)
            return diag_fail(d, ERR_INPUT, 0, 0, "'%s': write episode.NUMBER.KEY=VALUE", word);
    }
    json_object_begin(j);
    json_kstr(j, "scope", scope);
    json_ki64(j, "number", n);
    json_kstr(j, "key", key);
    json_key(j, "value");
    bool is_list = str_starts(rest, STR("[")) && str_ends(rest, STR("]"));
    if (!is_list) {
        json_str(j, rest);
    } else {
        rest = str_sub(rest.p + 1, rest.n - 2);
        json_array_begin(j);
        while (rest.n && str_next(&rest, ',', &part))
            json_str(j, str_trim(part));
        json_array_end(j);
    }
    json_object_end(j);
    return OK;
}

int edit_run(struct command_args *args)
{
    struct arena a = { 0 };
    struct json_in root;
    struct diag d = { 0 };
    struct buf body = { 0 };
    struct json j = { .out = &body };
    enum err e = OK;
    json_object_begin(&j);
    json_kstr(&j, "series", str_from(args->words[0]));
    json_key(&j, "edits");
    json_array_begin(&j);
    for (size_t i = 1; i < args->n_words && e == OK; i++)
        e = edit_add(&j, args->words[i], &d);
    json_array_end(&j);
    json_object_end(&j);
    struct local_request rq = { .target = "/v1/local/edit", .body = buf_str(&body) };
    if (e == OK)
        e = call_once(&args->config, &rq, &a, &root, &d);
    buf_done(&body);
    arena_done(&a);
    return e == OK ? EXIT_OK : command_fail("edit", e, &d);
}
