/*
 * Borrowed text: a pointer and a length, never owned, not necessarily NUL-terminated.
 *
 * All functions are pure and may be called from any thread. Text is bytes; where characters
 * matter, `utf8.h` has them.
 */
#ifndef DRAMALET_BASE_STR_H
#define DRAMALET_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"

struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){ .p = (literal), .n = sizeof(literal) - 1 })
#define STR_ARG(s)   (int)(s).n, (s).p /* for "%.*s" */

static inline struct str str_from(const char *cstr)
{
    return (struct str){ .p = cstr, .n = cstr ? strlen(cstr) : 0 };
}

static inline struct str str_sub(const char *p, size_t n)
{
    return (struct str){ .p = p, .n = n };
}

bool str_eq(struct str a, struct str b);
bool str_eq_c(struct str a, const char *b);
bool str_ieq(struct str a, struct str b); /* ASCII case folded */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
int str_cmp(struct str a, struct str b); /* bytes, as memcmp; <0, 0, >0 */

struct str str_trim(struct str s);                   /* without ASCII white space at both ends */
struct str str_skip(struct str s, size_t n);         /* without its first n bytes (all: empty) */
struct str str_head(struct str s, size_t n);         /* its first n bytes at most */
ptrdiff_t str_find(struct str s, struct str needle); /* index of the first occurrence, -1: none */
ptrdiff_t str_find_char(struct str s, char c);       /* index, -1: none */
ptrdiff_t str_rfind_char(struct str s, char c);      /* index of the last, -1: none */

/* Cuts the part before `sep` off *rest and returns it; *rest is what follows. False once *rest was
 * used up. */
bool str_next(struct str *rest, char sep, struct str *ret_part);
/* The same by lines; accepts \n and \r\n, and returns lines without either. */
bool str_next_line(struct str *rest, struct str *ret_line);

/* Whole-string decimal integer with optional sign. ERR_INPUT when there is anything else or it does
 * not fit. */
NODISCARD enum err str_to_i64(struct str s, int64_t *ret_value);
NODISCARD enum err str_to_u64(struct str s, uint64_t *ret_value);

#endif
