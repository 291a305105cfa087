/*
 * What is wrong with a creator's files, all of it at once: a bounded list of errors and warnings,
 * each with its file, line and column and a sentence that says what would be right. Errors stop a
 * publication, warnings do not. Lives in an arena; one owner at a time.
 */
#ifndef DRAMALET_CATALOG_PROBLEMS_H
#define DRAMALET_CATALOG_PROBLEMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum { PROBLEMS_MAX = 100 }; /* more are counted, not kept */

struct problem {
    struct str file; /* path inside the package, such as series.yaml */
    struct diag at;  /* line and column 0: the file as a whole */
    bool is_error;
};

struct problems {
    struct arena *a;       /* set by the caller; texts live in it */
    struct problem *items; /* in the order found */
    size_t n;
    size_t n_errors; /* dropped ones included */
    size_t n_dropped;
};

/* file is copied. line and column count from 1; 0: does not apply. */
void problem_error(struct problems *ps, struct str file, int line, int column, const char *fmt, ...)
    PRINTF_LIKE(5, 6);
void problem_warning(struct problems *ps, struct str file, int line, int column, const char *fmt,
                     ...) PRINTF_LIKE(5, 6);

/* ERR_INPUT when there is an error in the list, else OK. */
NODISCARD enum err problems_err(const struct problems *ps);

/* One line each, as compilers print them: "series.yaml:3:9: error: ...". */
void problems_print(struct buf *out, const struct problems *ps);

/* The first error as a diag whose message begins with the file's name; false: there is none. */
bool problems_first(const struct problems *ps, struct diag *ret);

#endif
