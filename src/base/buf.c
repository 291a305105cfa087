/* Growing text with a ceiling and a sticky error, and the encodings that are written into it. */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

enum { FIRST_BYTES = 256, FORMAT_FIRST_BYTES = 128 };

static size_t ceiling_of(const struct buf *b)
{
    return b->max ? b->max : BUF_MAX_DEFAULT;
}

/* Doubles up to the ceiling, so that cap stays below it and appends that fit need not look. */
static void grow(struct buf *b, size_t least)
{
    size_t max = ceiling_of(b), cap = b->cap ? b->cap : FIRST_BYTES;
    while (cap < least)
        cap = cap <= max / 2 ? cap * 2 : max;
    if (cap > max)
        cap = max;
    char *p = realloc(b->p, cap);
    if (!p)
        abort();
    b->p = p;
    b->cap = cap;
}

char *buf_reserve(struct buf *b, size_t n)
{
    if (b->err != OK)
        return NULL;
    if (n > ceiling_of(b) - b->n) {
        b->err = ERR_LIMIT;
        return NULL;
    }
    if (b->cap - b->n < n || !b->p)
        grow(b, b->n + n);
    return b->p + b->n;
}

void buf_add_digits(struct buf *b, uint64_t v, unsigned width)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + v % 10);
    while (v /= 10);
    while (at > 0 && sizeof digits - at < width)
        digits[--at] = '0';
    buf_add(b, digits + at, sizeof digits - at);
}

void buf_add_u64(struct buf *b, uint64_t v)
{
    buf_add_digits(b, v, 1);
}

void buf_add_i64(struct buf *b, int64_t v)
{
    if (v < 0)
        buf_add_char(b, '-');
    buf_add_u64(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

/* Formats right into what is free; a second time only when that was too little. Its NUL does not
 * count against the ceiling, so what exactly fits is printed beside it and copied. */
void buf_addv(struct buf *b, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    if (b->err == OK && b->cap - b->n < FORMAT_FIRST_BYTES &&
        ceiling_of(b) - b->n >= FORMAT_FIRST_BYTES)
        grow(b, b->n + FORMAT_FIRST_BYTES);
    size_t room = b->err == OK ? b->cap - b->n : 0;
    int length = vsnprintf(room ? b->p + b->n : NULL, room, fmt, ap);
    if (length < 0)
        abort();
    size_t n = (size_t)length;
    if (n < room) {
        b->n += n;
    } else if (b->err == OK && n <= ceiling_of(b) - b->n) {
        char *whole = malloc(n + 1);
        if (!whole)
            abort();
        vsnprintf(whole, n + 1, fmt, again);
        buf_add(b, whole, n);
        free(whole);
    } else if (b->err == OK) {
        b->err = ERR_LIMIT;
    }
    va_end(again);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    buf_addv(b, fmt, ap);
    va_end(ap);
}

void buf_add_hex(struct buf *b, const void *p, size_t n)
{
    const uint8_t *in = p;
    char *to = n <= SIZE_MAX / 2 ? buf_reserve(b, n * 2) : NULL;
    if (!to)
        return;
    for (size_t i = 0; i < n; i++) {
        *to++ = hex_digits[in[i] >> 4];
        *to++ = hex_digits[in[i] & 15];
    }
    b->n += n * 2;
}

static void add_base64(struct buf *b, const uint8_t *in, size_t n, const char *digits, bool pad)
{
    size_t whole = n / 3, left = n % 3, tail = left ? pad ? 4 : left + 1 : 0;
    char *to = n <= SIZE_MAX / 2 ? buf_reserve(b, whole * 4 + tail) : NULL;
    if (!to)
        return;
    for (; whole; whole--, in += 3, to += 4) {
        uint32_t v = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
        to[0] = digits[v >> 18];
        to[1] = digits[v >> 12 & 63];
        to[2] = digits[v >> 6 & 63];
        to[3] = digits[v & 63];
    }
    if (left) {
        uint32_t v = (uint32_t)in[0] << 16 | (left > 1 ? (uint32_t)in[1] << 8 : 0);
        char out[4] = { digits[v >> 18], digits[v >> 12 & 63], left > 1 ? digits[v >> 6 & 63] : '=',
                        '=' };
        memcpy(to, out, tail);
    }
    b->n += n / 3 * 4 + tail;
}

void buf_add_base64(struct buf *b, const void *p, size_t n)
{
    add_base64(b, p, n, base64_digits, true);
}

void buf_add_base64url(struct buf *b, const void *p, size_t n)
{
    add_base64(b, p, n, base64url_digits, false);
}

/* What a character becomes inside HTML text and attribute values; NULL: itself. */
static const char *html_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void buf_add_html(struct buf *b, struct str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *entity = html_entity(s.p[i]);
        if (!entity)
            continue;
        buf_add(b, s.p + from, i - from);
        buf_add_c(b, entity);
        from = i + 1;
    }
    if (from < s.n)
        buf_add(b, s.p + from, s.n - from);
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void buf_add_url(struct buf *b, struct str s)
{
    static const char digits[] = "0123456789ABCDEF"; /* RFC 3986 2.1: upper case */
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (is_unreserved(s.p[i]))
            continue;
        unsigned c = (unsigned char)s.p[i];
        buf_add(b, s.p + from, i - from);
        buf_add(b, (char[]){ '%', digits[c >> 4], digits[c & 15] }, 3);
        from = i + 1;
    }
    if (from < s.n)
        buf_add(b, s.p + from, s.n - from);
}

struct str buf_str(const struct buf *b)
{
    return str_sub(b->p, b->n);
}

struct str buf_to_arena(struct buf *b, struct arena *a)
{
    struct str s = arena_str(a, buf_str(b));
    buf_done(b);
    return s;
}

void buf_reset(struct buf *b)
{
    b->n = 0;
    b->err = OK;
}

void buf_done(struct buf *b)
{
    if (!b)
        return;
    free(b->p);
    *b = (struct buf){ .max = b->max };
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

enum err hex_decode(struct str s, void *out, size_t out_n)
{
    if (s.n != out_n * 2)
        return ERR_INPUT;
    uint8_t *to = out;
    for (size_t i = 0; i < out_n; i++) {
        int hi = hex_value(s.p[2 * i]), lo = hex_value(s.p[2 * i + 1]);
        if (hi < 0 || lo < 0)
            return ERR_INPUT;
        to[i] = (uint8_t)(hi << 4 | lo);
    }
    return OK;
}

static int base64url_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

enum err base64url_decode(struct arena *a, struct str s, struct str *ret)
{
    if (s.n % 4 == 1)
        return ERR_INPUT;
    char *out = arena_alloc(a, s.n / 4 * 3 + 4);
    size_t n = 0;
    uint32_t v = 0;
    for (size_t i = 0; i < s.n; i++) {
        int value = base64url_value(s.p[i]);
        if (value < 0)
            return ERR_INPUT;
        v = v << 6 | (uint32_t)value;
        if (i % 4 > 0)
            out[n++] = (char)(v >> (6 - i % 4 * 2));
    }
    unsigned spare = s.n % 4 == 2 ? 4 : s.n % 4 == 3 ? 2 : 0;
    if (v & ((1u << spare) - 1))
        return ERR_INPUT; /* one text per value: signatures must not have aliases */
    *ret = str_sub(out, n);
    return OK;
}

enum err url_decode(struct arena *a, struct str s, bool plus_is_space, struct str *ret)
{
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '+' && plus_is_space)
            c = ' ';
        if (c == '%') {
            if (s.n - i < 3 || hex_decode(str_sub(s.p + i + 1, 2), &c, 1) != OK)
                return ERR_INPUT;
            i += 2;
        }
        out[n++] = c;
    }
    *ret = str_sub(out, n);
    return OK;
}
