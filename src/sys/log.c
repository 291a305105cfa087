/*
 * Logfmt lines. A value is quoted when it is empty or has a blank, a quote, "=", a control
 * character or malformed UTF-8 in it; a line is cut rather than lost, and always ends in a newline.
 */
#include "sys/log.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/timefmt.h"
#include "base/utf8.h"

enum { LINE_MAX_BYTES = 16 * 1024, VALUE_MAX_BYTES = 2048 };

static const char *const level_names[] = { "debug", "info", "warn", "error" };

static bool is_bare(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7F)
            return false;
    }
    return s.n > 0 && utf8_is_valid(s);
}

static void add_quoted(struct buf *b, struct str s)
{
    buf_add_char(b, '"');
    uint32_t cp;
    while (utf8_next(&s, &cp)) {
        if (cp == '"' || cp == '\\') {
            buf_add_char(b, '\\');
            buf_add_char(b, (char)cp);
        } else if (cp == '\n') {
            buf_add_c(b, "\\n");
        } else if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0)) {
            buf_addf(b, "\\u%04x", (unsigned)cp);
        } else {
            utf8_add(b, cp);
        }
    }
    buf_add_char(b, '"');
}

static void add_text(struct buf *b, struct str s)
{
    struct str head = utf8_head(s, VALUE_MAX_BYTES);
    if (is_bare(head))
        buf_add_str(b, head);
    else
        add_quoted(b, head);
    if (head.n < s.n)
        buf_add_c(b, "...");
}

void log_add_line(struct buf *out, const struct log *lg, enum log_level level, const char *event,
                  const struct log_field *fields, size_t n)
{
    if (level < lg->least)
        return;
    struct buf b = { .max = LINE_MAX_BYTES };
    buf_add_c(&b, "at=");
    buf_add_rfc3339(&b, clock_wall_us(lg->clock));
    buf_add_c(&b, " level=");
    buf_add_c(&b, level_names[level]);
    buf_add_c(&b, " event=");
    add_text(&b, str_from(event));
    for (size_t i = 0; i < n; i++) {
        size_t whole = b.n;
        buf_add_char(&b, ' ');
        buf_add_c(&b, fields[i].key);
        buf_add_char(&b, '=');
        if (fields[i].s.p)
            add_text(&b, fields[i].s);
        else
            buf_add_i64(&b, fields[i].i);
        if (b.err != OK)
            b.n = whole; /* half a field helps nobody */
    }
    b.err = OK;
    b.max = LINE_MAX_BYTES + 1;
    buf_add_char(&b, '\n');
    buf_add(out, b.p, b.n);
    buf_done(&b);
}

void log_line(const struct log *lg, enum log_level level, const char *event,
              const struct log_field *fields, size_t n)
{
    if (lg->fd < 0)
        return;
    struct buf b = { 0 };
    log_add_line(&b, lg, level, event, fields, n);
    /* One write: a line that the reader of the pipe does not take is not worth a retry. */
    ssize_t written = b.n ? write(lg->fd, b.p, b.n) : 0;
    (void)written;
    buf_done(&b);
}
