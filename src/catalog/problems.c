/* See problems.h. */
#include "catalog/problems.h"

#include <stdarg.h>

#include "base/utf8.h"

static void add(struct problems *ps, bool is_error, struct str file, struct diag at)
{
    ps->n_errors += is_error;
    if (ps->n == PROBLEMS_MAX) {
        ps->n_dropped++;
        return;
    }
    if (!ps->items)
        ps->items = ARENA_ARRAY(ps->a, struct problem, PROBLEMS_MAX);
    ps->items[ps->n++] =
        (struct problem){ .file = arena_str(ps->a, file), .at = at, .is_error = is_error };
}

/* The sentence is cut at a whole character, so that a long title cannot garble the terminal. */
static void fill(struct diag *d, int line, int column, const char *fmt, va_list ap)
    __attribute__((format(printf, 4, 0)));
static void fill(struct diag *d, int line, int column, const char *fmt, va_list ap)
{
    struct buf b = { .max = 4096 };
    buf_addv(&b, fmt, ap);
    struct str text = utf8_head(buf_str(&b), sizeof d->msg - 1);
    d->line = line;
    d->column = column;
    memcpy(d->msg, text.p ? text.p : "", text.n);
    d->msg[text.n] = '\0';
    buf_done(&b);
}

void problem_error(struct problems *ps, struct str file, int line, int column, const char *fmt, ...)
{
    struct diag d = { 0 };
    va_list ap;
    va_start(ap, fmt);
    fill(&d, line, column, fmt, ap);
    va_end(ap);
    add(ps, true, file, d);
}

void problem_warning(struct problems *ps, struct str file, int line, int column, const char *fmt,
                     ...)
{
    struct diag d = { 0 };
    va_list ap;
    va_start(ap, fmt);
    fill(&d, line, column, fmt, ap);
    va_end(ap);
    add(ps, false, file, d);
}

enum err problems_err(const struct problems *ps)
{
    return ps->n_errors ? ERR_INPUT : OK;
}

void problems_print(struct buf *out, const struct problems *ps)
{
    for (size_t i = 0; i < ps->n; i++) {
        const struct problem *p = &ps->items[i];
        buf_add_str(out, p->file);
        if (p->at.line)
            buf_addf(out, ":%d:%d", p->at.line, p->at.column);
        buf_addf(out, ": %s: %s\n", p->is_error ? "error" : "warning", p->at.msg);
    }
    if (ps->n_dropped)
        buf_addf(out, "and %zu more\n", ps->n_dropped);
}

bool problems_first(const struct problems *ps, struct diag *ret)
{
    for (size_t i = 0; i < ps->n; i++) {
        const struct problem *p = &ps->items[i];
        if (!p->is_error)
            continue;
        enum err e = diag_fail(ret, ERR_INPUT, p->at.line, p->at.column, "%.*s: %s",
                               STR_ARG(p->file), p->at.msg);
        return e == ERR_INPUT;
    }
    return false;
}
