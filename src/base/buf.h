/*
 * Growing text or bytes with a ceiling and a sticky error: append as often as you like, check
 * `.err` once. Owns its memory; `buf_done` frees it. {.max = LIMIT} is a valid empty buffer,
 * {0} has the ceiling BUF_MAX_DEFAULT. After an error appends do nothing; what did not fit is left
 * out whole. Not thread-safe.
 */
#ifndef DRAMALET_BASE_BUF_H
#define DRAMALET_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { BUF_MAX_DEFAULT = 64 * 1024 * 1024 };

struct buf {
    char *p;
    size_t n;
    size_t cap;
    size_t max;   /* ceiling in bytes; 0: BUF_MAX_DEFAULT; may only be raised once in use */
    enum err err; /* sticky: OK or ERR_LIMIT */
};

/* Makes room for n more bytes and returns where they go (NULL after an error); then set b->n. */
char *buf_reserve(struct buf *b, size_t n);

/* The short way is inlined: a reply is made of hundreds of small appends. cap never exceeds the
 * ceiling, so room in cap is room. */
static inline void buf_add(struct buf *b, const void *p, size_t n)
{
    if (n == 0 || b->err != OK)
        return;
    char *to = n <= b->cap - b->n ? b->p + b->n : buf_reserve(b, n);
    if (!to)
        return;
    memcpy(to, p, n);
    b->n += n;
}

static inline void buf_add_str(struct buf *b, struct str s)
{
    buf_add(b, s.p, s.n);
}

static inline void buf_add_c(struct buf *b, const char *cstr)
{
    buf_add(b, cstr, strlen(cstr));
}

static inline void buf_add_char(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_add_i64(struct buf *b, int64_t v);
void buf_add_u64(struct buf *b, uint64_t v);
/* At least `width` digits (at most 20), zeros in front: dates and such without printf. */
void buf_add_digits(struct buf *b, uint64_t v, unsigned width);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_addv(struct buf *b, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
void buf_add_hex(struct buf *b, const void *p, size_t n);
void buf_add_base64(struct buf *b, const void *p, size_t n);    /* RFC 4648 section 4, padded */
void buf_add_base64url(struct buf *b, const void *p, size_t n); /* section 5, no padding */
void buf_add_html(struct buf *b, struct str s); /* text or attribute value, escaped */
void buf_add_url(struct buf *b, struct str s);  /* RFC 3986 percent-encoded component */

struct str buf_str(const struct buf *b);                 /* borrowed view of what is there */
struct str buf_to_arena(struct buf *b, struct arena *a); /* copies into a, then buf_done */
void buf_reset(struct buf *b); /* empty, memory and ceiling kept, error cleared */
void buf_done(struct buf *b);  /* takes NULL; leaves a valid empty buffer */

/* The reverse directions. ERR_INPUT when s is not well-formed; *ret is in a. */
NODISCARD enum err hex_decode(struct str s, void *out, size_t out_n); /* exactly out_n bytes */
NODISCARD enum err base64url_decode(struct arena *a, struct str s, struct str *ret);
NODISCARD enum err url_decode(struct arena *a, struct str s, bool plus_is_space, struct str *ret);

#endif
