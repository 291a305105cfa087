/*
 * What may stand in a cue: text, and a few tags that are always closed again in the right order.
 * Whatever else looks like markup goes, whatever else looks like text is escaped, so that the
 * result is safe wherever a player puts it.
 */
#include "base/utf8.h"
#include "media/vtt.h"

enum { OPEN_MAX = 8 };

static const char *const kept_tags[] = { "i", "b", "u", "ruby", "rt", "v", "lang" };

struct cleaner {
    struct buf out;
    const char *open[OPEN_MAX];
    size_t n_open;
};

static const struct {
    const char *name;
    const char *text;
} references[] = {
    { "amp", "&" },
    { "lt", "<" },
    { "gt", ">" },
    { "nbsp", "\xC2\xA0" },
    { "quot", "\"" },
    { "apos", "'" },
    { "lrm", "\xE2\x80\x8E" },
    { "rlm", "\xE2\x80\x8F" },
    { "#39", "'" },
};

static void add_char(struct cleaner *c, uint32_t cp)
{
    if (cp == '&')
        buf_add_c(&c->out, "&amp;");
    else if (cp == '<')
        buf_add_c(&c->out, "&lt;");
    else if (cp == '>')
        buf_add_c(&c->out, "&gt;"); /* so "-->" can never come up inside a cue */
    else
        utf8_add(&c->out, cp);
}

static void add_text(struct cleaner *c, struct str s)
{
    uint32_t cp;
    while (utf8_next(&s, &cp))
        add_char(c, cp);
}

static void take_reference(struct cleaner *c, struct str *s);

/* Who speaks, or which language: one line of text. */
static void add_annotation(struct cleaner *c, struct str s)
{
    uint32_t cp;
    while (s.n) {
        if (s.p[0] == '&')
            take_reference(c, &s);
        else if (utf8_next(&s, &cp) && cp > 0x20 && cp != 0x7F)
            add_char(c, cp);
        else if (c->out.n && c->out.p[c->out.n - 1] != ' ')
            add_char(c, ' '); /* white space and control characters, as one space */
    }
    /* At the end no space, as what is read again must be the same, and no "--": with the tag's own
     * ">" it would be the arrow of a time. */
    while (c->out.n && (c->out.p[c->out.n - 1] == ' ' || c->out.p[c->out.n - 1] == '-'))
        c->out.n--;
}

static const char *kept_tag(struct str name)
{
    for (size_t i = 0; i < sizeof kept_tags / sizeof *kept_tags; i++)
        if (str_ieq(name, str_from(kept_tags[i])))
            return kept_tags[i];
    return NULL;
}

static void close_tag(struct cleaner *c)
{
    buf_addf(&c->out, "</%s>", c->open[--c->n_open]);
}

/* Closes everything down to the tag; nothing when it is not open. */
static void close_to(struct cleaner *c, const char *tag)
{
    size_t at = c->n_open;
    while (at > 0 && c->open[at - 1] != tag)
        at--;
    while (at > 0 && c->n_open >= at)
        close_tag(c);
}

static void open_tag(struct cleaner *c, const char *tag, struct str annotation)
{
    if (c->n_open == OPEN_MAX)
        return;
    buf_addf(&c->out, "<%s", tag);
    if ((tag[0] == 'v' || tag[0] == 'l') && annotation.n) {
        buf_add_char(&c->out, ' ');
        add_annotation(c, annotation);
    }
    buf_add_char(&c->out, '>');
    c->open[c->n_open++] = tag;
}

/* inside: what stood between < and >. Classes (c.loud) and times are dropped. */
static void take_tag(struct cleaner *c, struct str inside)
{
    bool is_closing = inside.n && inside.p[0] == '/';
    if (is_closing)
        inside = str_skip(inside, 1);
    size_t n = 0;
    while (n < inside.n && inside.p[n] != ' ' && inside.p[n] != '.' && inside.p[n] != '\t' &&
           inside.p[n] != '\n')
        n++;
    const char *tag = kept_tag(str_head(inside, n));
    if (!tag)
        return;
    if (is_closing) {
        close_to(c, tag);
        return;
    }
    ptrdiff_t space = str_find_char(inside, ' ');
    open_tag(c, tag, space < 0 ? (struct str){ 0 } : str_trim(str_skip(inside, (size_t)space)));
}

/* A character reference at the front of *s, as the character; "&" alone stands for itself. */
static void take_reference(struct cleaner *c, struct str *s)
{
    struct str after = str_skip(*s, 1);
    ptrdiff_t end = str_find_char(str_head(after, 8), ';');
    for (size_t i = 0; end > 0 && i < sizeof references / sizeof *references; i++) {
        if (str_eq_c(str_head(after, (size_t)end), references[i].name)) {
            add_text(c, str_from(references[i].text));
            *s = str_skip(after, (size_t)end + 1);
            return;
        }
    }
    add_char(c, '&');
    *s = after;
}

/* A tag begins with a letter or a slash; "<3" is text. "{\an8}" is SRT's way to place a line. */
static bool take_markup(struct cleaner *c, struct str *s, bool is_srt)
{
    char next = s->n > 1 ? s->p[1] : 0;
    bool is_tag = s->p[0] == '<' && ((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') ||
                                     next == '/' || (next >= '0' && next <= '9'));
    bool is_code = is_srt && s->p[0] == '{' && next == '\\';
    ptrdiff_t end = is_tag ? str_find_char(*s, '>') : is_code ? str_find_char(*s, '}') : -1;
    if (end < 0)
        return false;
    if (is_tag && next >= '0' && next <= '9' && str_find_char(str_head(*s, (size_t)end), ':') < 0)
        return false; /* only times begin with a digit */
    if (is_tag)
        take_tag(c, str_sub(s->p + 1, (size_t)end - 1));
    *s = str_skip(*s, (size_t)end + 1);
    return true;
}

static void take_char(struct cleaner *c, struct str *s)
{
    uint32_t cp;
    if (!utf8_next(s, &cp))
        return;
    if (cp == '\n') { /* an empty line would end the cue */
        while (c->out.n && (c->out.p[c->out.n - 1] == ' ' || c->out.p[c->out.n - 1] == '\t'))
            c->out.n--;
        if (c->out.n && c->out.p[c->out.n - 1] != '\n')
            buf_add_char(&c->out, '\n');
    } else if (cp == '\t' || (cp >= 0x20 && cp != 0x7F)) {
        add_char(c, cp);
    }
}

struct str vtt_clean_text(struct arena *a, struct str text, bool is_srt)
{
    struct cleaner c = { .out = { .max = 16 * VTT_CUE_BYTES_MAX } };
    while (text.n) {
        if ((text.p[0] == '<' || text.p[0] == '{') && take_markup(&c, &text, is_srt))
            continue;
        if (text.p[0] == '&')
            take_reference(&c, &text);
        else
            take_char(&c, &text);
    }
    while (c.n_open)
        close_tag(&c);
    struct str s = buf_to_arena(&c.out, a);
    return str_trim(s);
}
