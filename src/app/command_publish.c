/*
 * dramalet publish PATH: a package or a single video becomes a series; waits for its jobs, shows
 * how far they are, and says in words what is wrong.
 */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/command.h"
#include "app/local.h"
#include "base/json.h"
#include "base/json_in.h"
#include "base/utf8.h"

enum { OPTION_TITLE, OPTION_LANGUAGE, OPTION_TEST_FOOTAGE, OPTION_NO_WAIT };

const struct command_option publish_options[] = {
    { "title", "TEXT", "title of a single video (default: its file's name)" },
    { "language", "TAG", "its language, such as en or zh-Hans" },
    { "test-footage", NULL, "label a single video as test footage" },
    { "no-wait", NULL, "return when the package is stored; the server goes on with its videos" },
    { 0 },
};

static struct str request_body(struct arena *a, const struct command_args *args, const char *path)
{
    struct buf b = { 0 };
    struct json j = { .out = &b };
    json_object_begin(&j);
    json_kstr(&j, "path", str_from(path));
    if (args->options[OPTION_TITLE])
        json_kstr(&j, "title", str_from(args->options[OPTION_TITLE]));
    if (args->options[OPTION_LANGUAGE])
        json_kstr(&j, "language", str_from(args->options[OPTION_LANGUAGE]));
    if (args->options[OPTION_TEST_FOOTAGE])
        json_kbool(&j, "is_test_footage", true);
    json_object_end(&j);
    return buf_to_arena(&b, a);
}

/* As compilers print them. */
static void print_problems(const struct json_in *root)
{
    const struct json_in *list = json_in_find(root, "problems");
    for (size_t i = 0; list && i < list->n; i++) {
        const struct json_in *p = &list->items[i];
        int64_t line = json_in_find(p, "line")->i, column = json_in_find(p, "column")->i;
        fprintf(stderr, "%s:", json_in_find(p, "file")->text.p);
        if (line)
            fprintf(stderr, "%lld:%lld:", (long long)line, (long long)column);
        fprintf(stderr, " %s: %s\n", json_in_find(p, "is_error")->i ? "error" : "warning",
                json_in_find(p, "message")->text.p);
    }
}

static enum err get_object(struct local *l, struct arena *a, const char *target,
                           struct json_in *ret, struct diag *d)
{
    struct local_request rq = { .target = target };
    struct local_reply rp;
    enum err e = local_call(l, &rq, a, &rp, d);
    return e == OK ? json_in_parse(a, rp.body, ret, d) : e;
}

static void show_progress(bool is_terminal, long long number, const struct json_in *job)
{
    int64_t permille = json_in_find(job, "permille")->i;
    struct str stage = json_in_find(job, "stage")->text;
    if (is_terminal)
        fprintf(stderr, "\repisode %lld: %3lld %% %-24.*s", number, (long long)permille / 10,
                STR_ARG(stage));
}

/* Follows one job to its end. *ret_failed counts those that did not work. */
static enum err wait_job(struct local *l, const char *id, long long number, int *ret_failed,
                         struct diag *d)
{
    bool is_terminal = isatty(STDERR_FILENO);
    struct arena a = { 0 };
    char target[64];
    snprintf(target, sizeof target, "/v1/local/jobs/%s", id);
    for (;;) {
        struct json_in job;
        arena_reset(&a);
        enum err e = get_object(l, &a, target, &job, d);
        struct str state = e == OK ? json_in_find(&job, "state")->text : STR("");
        bool is_over =
            str_eq_c(state, "done") || str_eq_c(state, "failed") || str_eq_c(state, "cancelled");
        if (e == OK && !is_over) {
            show_progress(is_terminal, number, &job);
            usleep(100000);
            continue;
        }
        if (is_terminal)
            fprintf(stderr, "\r%-60s\r", "");
        if (e == OK && !str_eq_c(state, "done")) {
            fprintf(stderr, "episode %lld: %.*s: %.*s\n", number, STR_ARG(state),
                    STR_ARG(json_in_find(&job, "reason")->text));
            ++*ret_failed;
        }
        arena_done(&a);
        return e;
    }
}

static enum err wait_jobs(struct local *l, const struct json_in *root, int *ret_failed,
                          struct diag *d)
{
    const struct json_in *episodes = json_in_find(root, "episodes");
    enum err e = OK;
    for (size_t i = 0; episodes && i < episodes->n && e == OK; i++) {
        const struct json_in *job = json_in_find(&episodes->items[i], "job");
        if (job)
            e = wait_job(l, job->text.p, json_in_find(&episodes->items[i], "number")->i, ret_failed,
                         d);
    }
    return e;
}

static enum err publish(struct local *l, const struct command_args *args, int *ret_failed,
                        struct diag *d)
{
    char path[PATH_MAX];
    struct arena a = { 0 };
    struct json_in root;
    struct local_reply rp;
    if (!realpath(args->words[0], path))
        return diag_fail(d, ERR_NOT_FOUND, 0, 0, "there is no file or folder '%s'", args->words[0]);
    if (!utf8_is_valid(str_from(path)))
        return diag_fail(d, ERR_INPUT, 0, 0,
                         "the path's name is not UTF-8: rename it, then publish it");
    struct local_request rq = { .target = "/v1/local/publish",
                                .body = request_body(&a, args, path) };
    enum err e = local_call(l, &rq, &a, &rp, d);
    if (e == OK)
        e = json_in_parse(&a, rp.body, &root, d);
    if (e == OK) {
        print_problems(&root);
        if (!json_in_find(&root, "series"))
            e = diag_fail(d, ERR_INPUT, 0, 0, "nothing was published");
    }
    if (e == OK && !args->options[OPTION_NO_WAIT])
        e = wait_jobs(l, &root, ret_failed, d);
    if (e == OK)
        printf("%s %s\n", json_in_find(&root, "series")->text.p,
               json_in_find(&root, "slug")->text.p);
    arena_done(&a);
    return e;
}

int publish_run(struct command_args *args)
{
    struct local l;
    struct diag d = { 0 };
    int failed = 0;
    enum err e = local_open(&l, &args->config, &d);
    if (e != OK)
        return command_fail("publish", e, &d);
    e = publish(&l, args, &failed, &d);
    local_close(&l);
    if (e != OK)
        return command_fail("publish", e, &d);
    return failed ? EXIT_FAILED : EXIT_OK;
}
