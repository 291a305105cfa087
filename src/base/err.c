/* Names of errors, and messages for people. Invariant: diag.msg is always valid, terminated UTF-8
 * when its input was. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[ERR_COUNT] = {
    [OK] = "ok",
    [ERR_INPUT] = "input",
    [ERR_LIMIT] = "limit",
    [ERR_NOT_FOUND] = "not-found",
    [ERR_CONFLICT] = "conflict",
    [ERR_UNAUTHENTICATED] = "unauthenticated",
    [ERR_FORBIDDEN] = "forbidden",
    [ERR_GONE] = "gone",
    [ERR_RANGE] = "range",
    [ERR_UNSUPPORTED] = "unsupported",
    [ERR_BUSY] = "busy",
    [ERR_RETRY] = "retry",
    [ERR_TIMEOUT] = "timeout",
    [ERR_CANCELLED] = "cancelled",
    [ERR_FULL] = "full",
    [ERR_IO] = "io",
    [ERR_CORRUPT] = "corrupt",
    [ERR_CRASHED] = "crashed",
    [ERR_INTERNAL] = "internal",
};

const char *err_name(enum err e)
{
    return (unsigned)e < ERR_COUNT ? names[e] : "unknown";
}

enum err err_from_name(const char *name)
{
    for (unsigned i = 0; i < ERR_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return (enum err)i;
    return ERR_INTERNAL;
}

enum err diag_fail(struct diag *d, enum err e, int line, int column, const char *fmt, ...)
{
    if (!d)
        return e;
    d->line = line;
    d->column = column;
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(d->msg, sizeof d->msg, fmt, ap);
    va_end(ap);
    if (n >= (int)sizeof d->msg) {
        size_t end = sizeof d->msg - 1;
        while (end > 0 && ((unsigned char)d->msg[end - 1] & 0xC0) == 0x80)
            end--; /* back over continuation bytes */
        if (end > 0 && ((unsigned char)d->msg[end - 1] & 0x80))
            end--; /* and the lead byte, whose character may be cut */
        d->msg[end] = '\0';
    }
    return e;
}
