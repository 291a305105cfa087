/*
 * Runs a child program for a job and puts what happened to it into words. The child has opened a
 * stranger's file, so what it says is checked like any other input: a stage is a word, a number is
 * in range, a sentence is cleaned by job_fail.
 */
#include <signal.h>
#include <stdio.h>

#include "base/timefmt.h"
#include "jobs/inside.h"

struct talk {
    struct job *job;
    const struct job_child *child;
    enum err word_error; /* what on_word answered */
    enum err told_error; /* what the child said is wrong */
    struct str told;     /* in the job's arena */
};

static struct str cut_word(struct str *rest)
{
    struct str word = { 0 };
    if (!str_next(rest, ' ', &word))
        return word;
    *rest = rest->p ? str_trim(*rest) : STR("");
    return word;
}

static void hear_progress(struct talk *t, struct str rest)
{
    int64_t permille;
    if (str_to_i64(cut_word(&rest), &permille) == OK)
        job_progress(t->job, permille, rest);
}

static void hear_error(struct talk *t, struct str rest)
{
    if (t->told.p)
        return; /* the first one is the cause */
    t->told_error = err_from_name(arena_cstr(job_arena(t->job), cut_word(&rest)));
    if (t->told_error == OK || t->told_error == ERR_CANCELLED)
        t->told_error = ERR_INTERNAL; /* neither is the child's to say */
    t->told = arena_str(job_arena(t->job), str_head(rest, JOB_REASON_MAX));
}

static void hear(void *arg, const char *line)
{
    struct talk *t = arg;
    struct str rest = str_from(line), word = cut_word(&rest);
    if (str_eq(word, STR("progress")))
        hear_progress(t, rest);
    else if (str_eq(word, STR("error")))
        hear_error(t, rest);
    else if (t->child->on_word && t->word_error == OK)
        t->word_error = t->child->on_word(t->job, t->child->arg, word, rest);
    if (t->word_error != OK)
        job_stop_child(t->job);
}

static const char *program_of(const struct child_spec *spec)
{
    ptrdiff_t slash = str_rfind_char(str_from(spec->argv[0]), '/');
    return spec->argv[0] + slash + 1;
}

/* The last line that says something, for what ended without telling why. */
static struct str last_line(const char *text)
{
    struct str rest = str_from(text), line, last = STR("it said nothing");
    while (str_next_line(&rest, &line))
        if (str_trim(line).n)
            last = str_trim(line);
    return str_head(last, JOB_REASON_MAX / 2);
}

static enum err fail_of_signal(struct talk *t, const struct child_result *r)
{
    const struct child_spec *spec = &t->child->spec;
    const char *program = program_of(spec);
    switch (r->signal) {
    case SIGXCPU:
        return job_fail(t->job, ERR_LIMIT, "%s needed more than the allowed %lld s of CPU time.",
                        program, (long long)spec->limits.cpu_s);
    case SIGXFSZ:
        return job_fail(t->job, ERR_LIMIT, "%s wrote a file of more than the allowed %lld bytes.",
                        program, (long long)spec->limits.file_bytes);
    case SIGKILL:
        return job_fail(t->job, ERR_CRASHED, "%s was killed; perhaps memory ran out.", program);
    default:
        return job_fail(t->job, ERR_CRASHED, "%s crashed (signal %d, %s).", program, r->signal,
                        sigdescr_np(r->signal) ? sigdescr_np(r->signal) : "unknown");
    }
}

static enum err fail_of_exit(struct talk *t, const struct child_result *r)
{
    if (t->told.p)
        return job_fail(t->job, t->told_error, "%.*s", STR_ARG(t->told));
    struct str said = last_line(r->stderr_tail);
    return job_fail(t->job, ERR_INTERNAL, "%s ended with status %d: %.*s.",
                    program_of(&t->child->spec), r->exit_code, STR_ARG(said));
}

static enum err verdict(struct talk *t, enum err e, const struct child_result *r)
{
    if (t->word_error != OK)
        return t->word_error;
    if (e == ERR_CANCELLED)
        return e;
    if (e == ERR_TIMEOUT)
        return job_fail(t->job, e, "%s did not end within %lld s.", program_of(&t->child->spec),
                        (long long)(t->child->spec.limits.wall_us / US_PER_S));
    if (e != OK)
        return job_fail(t->job, e, "%s.", r->stderr_tail);
    if (r->signal)
        return fail_of_signal(t, r);
    return r->exit_code == 0 ? OK : fail_of_exit(t, r);
}

enum err job_run_child(struct job *job, const struct job_child *child)
{
    struct talk t = { .job = job, .child = child };
    struct child_spec spec = child->spec;
    spec.cancel = job_cancel_flag(job);
    spec.on_line = hear;
    spec.arg = &t;
    struct child_result r;
    enum err e = child_run(&spec, &r);
    return verdict(&t, e, &r);
}
