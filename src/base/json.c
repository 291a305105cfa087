/* Writes JSON. The writer keeps commas; misuse (a value without a key) is a programmer's mistake.
 */
#include "base/json.h"

#include <assert.h>
#include <endian.h>
#include <math.h>

#include "base/id.h"
#include "base/timefmt.h"
#include "base/utf8.h"

static void before_value(struct json *j)
{
    if (j->after_key) {
        j->after_key = false;
        return;
    }
    if (j->has_items >> j->depth & 1)
        buf_add_char(j->out, ',');
    j->has_items |= 1u << j->depth;
}

static void open_level(struct json *j, char c)
{
    before_value(j);
    buf_add_char(j->out, c);
    assert(j->depth + 1 < JSON_DEPTH_MAX);
    j->depth++;
    j->has_items &= ~(1u << j->depth);
}

static void close_level(struct json *j, char c)
{
    assert(j->depth > 0 && !j->after_key);
    j->depth--;
    buf_add_char(j->out, c);
}

void json_object_begin(struct json *j)
{
    open_level(j, '{');
}

void json_object_end(struct json *j)
{
    close_level(j, '}');
}

void json_array_begin(struct json *j)
{
    open_level(j, '[');
}

void json_array_end(struct json *j)
{
    close_level(j, ']');
}

void json_key(struct json *j, const char *key)
{
    assert(!j->after_key);
    before_value(j);
    buf_add_char(j->out, '"');
    buf_add_c(j->out, key);
    buf_add(j->out, "\":", 2);
    j->after_key = true;
}

#define EACH_BYTE UINT64_C(0x0101010101010101)
#define HIGH_BITS (EACH_BYTE * 0x80)

/* High bit of each byte that is 0. Bytes above a found one may be marked wrongly; only the lowest
 * mark is used. */
static uint64_t zero_bytes(uint64_t v)
{
    return (v - EACH_BYTE) & ~v & HIGH_BITS;
}

/* How many bytes at the start need no escape: printable ASCII but quote and backslash. Eight at a
 * time, because playlists and base64 are long runs of it. */
static size_t plain_run(struct str s)
{
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        uint64_t v;
        memcpy(&v, s.p + i, 8);
        v = le64toh(v);
        uint64_t special = (v & HIGH_BITS) | ((v - EACH_BYTE * 0x20) & ~v & HIGH_BITS) |
                           zero_bytes(v ^ EACH_BYTE * '"') | zero_bytes(v ^ EACH_BYTE * '\\');
        if (special)
            return i + (size_t)__builtin_ctzll(special) / 8;
    }
    while (i < s.n && s.p[i] >= 0x20 && (unsigned char)s.p[i] < 0x80 && s.p[i] != '"' &&
           s.p[i] != '\\')
        i++;
    return i;
}

/* An ASCII character that cannot stand for itself. */
static void add_escaped(struct buf *out, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char short_ones[128] = { ['\n'] = 'n', ['"'] = '"',  ['\\'] = '\\', ['\t'] = 't',
                                          ['\r'] = 'r', ['\b'] = 'b', ['\f'] = 'f' };
    if (short_ones[c])
        buf_add(out, (char[]){ '\\', short_ones[c] }, 2);
    else
        buf_add(out, (char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6);
}

/* Bytes at the start that are well-formed and not ASCII: they go out as they are. */
static size_t foreign_run(struct str s)
{
    struct str rest = s;
    while (rest.n && (unsigned char)rest.p[0] >= 0x80) {
        struct str before = rest;
        uint32_t cp;
        utf8_next(&rest, &cp);
        if (before.n - rest.n == 1) /* a malformed byte */
            return s.n - before.n;
    }
    return s.n - rest.n;
}

/* What begins with a byte of 0x80 or more; returns how many bytes it was. */
static size_t add_foreign(struct buf *out, struct str s)
{
    size_t run = foreign_run(s);
    if (run)
        buf_add(out, s.p, run);
    else
        utf8_add(out, 0xFFFD);
    return run ? run : 1;
}

void json_add_string(struct buf *out, struct str s)
{
    buf_add_char(out, '"');
    while (s.n) {
        size_t used = plain_run(s);
        if (used) {
            buf_add(out, s.p, used);
        } else if ((unsigned char)s.p[0] < 0x80) {
            add_escaped(out, (unsigned char)s.p[0]);
            used = 1;
        } else {
            used = add_foreign(out, s);
        }
        s = str_sub(s.p + used, s.n - used);
    }
    buf_add_char(out, '"');
}

void json_add_html_safe(struct buf *out, struct str json_text)
{
    struct str rest = json_text;
    size_t from = 0;
    while (rest.n) {
        size_t at = json_text.n - rest.n;
        char c = rest.p[0];
        uint32_t cp = (unsigned char)c;
        if (c == '\xE2') /* where U+2028 and U+2029 begin */
            utf8_next(&rest, &cp);
        else
            rest = str_skip(rest, 1);
        if (cp != '<' && cp != '>' && cp != '&' && cp != 0x2028 && cp != 0x2029)
            continue;
        buf_add(out, json_text.p + from, at - from);
        buf_addf(out, "\\u%04x", (unsigned)cp);
        from = json_text.n - rest.n;
    }
    if (from < json_text.n)
        buf_add(out, json_text.p + from, json_text.n - from);
}

void json_str(struct json *j, struct str s)
{
    before_value(j);
    json_add_string(j->out, s);
}

void json_cstr(struct json *j, const char *s)
{
    if (s)
        json_str(j, str_from(s));
    else
        json_nil(j);
}

void json_i64(struct json *j, int64_t v)
{
    before_value(j);
    buf_add_i64(j->out, v);
}

void json_id(struct json *j, int64_t id)
{
    if (id == 0) {
        json_nil(j);
        return;
    }
    before_value(j);
    buf_add_char(j->out, '"');
    buf_add_id(j->out, id);
    buf_add_char(j->out, '"');
}

void json_bool(struct json *j, bool v)
{
    before_value(j);
    buf_add_c(j->out, v ? "true" : "false");
}

void json_nil(struct json *j)
{
    before_value(j);
    buf_add(j->out, "null", 4);
}

void json_raw(struct json *j, struct str value)
{
    before_value(j);
    buf_add_str(j->out, value);
}

void json_f64(struct json *j, double v)
{
    if (!isfinite(v)) {
        json_nil(j);
        return;
    }
    before_value(j);
    buf_addf(j->out, "%.6g", v);
}

void json_kstr(struct json *j, const char *key, struct str s)
{
    json_key(j, key);
    json_str(j, s);
}

void json_ki64(struct json *j, const char *key, int64_t v)
{
    json_key(j, key);
    json_i64(j, v);
}

void json_kid(struct json *j, const char *key, int64_t id)
{
    json_key(j, key);
    json_id(j, id);
}

void json_kbool(struct json *j, const char *key, bool v)
{
    json_key(j, key);
    json_bool(j, v);
}

void json_ktime(struct json *j, const char *key, int64_t utc_us)
{
    struct buf text = { .max = 64 };
    json_key(j, key);
    if (utc_us > 0) {
        buf_add_rfc3339(&text, utc_us);
        json_str(j, buf_str(&text));
    } else {
        json_nil(j);
    }
    buf_done(&text);
}
