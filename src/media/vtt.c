/* Lines to cues and back. Cue text is cleaned in vtt_text.c. */
#include "media/vtt.h"

#include <stdlib.h>

#include "base/utf8.h"

struct reader {
    struct arena *a;
    struct diag *d;
    struct str rest;
    int line; /* of the last line taken, from 1 */
    bool is_srt;
    struct vtt_cue *cues;
    size_t n, cap;
};

static bool next_line(struct reader *r, struct str *ret)
{
    if (!str_next_line(&r->rest, ret))
        return false;
    r->line++;
    return true;
}

/* ---- times ---- */

/* Digits up to the separator; false when there are none or more than most. */
static bool take_number(struct str *s, size_t most, int64_t *ret)
{
    size_t n = 0;
    while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
        n++;
    if (n == 0 || n > most || str_to_i64(str_head(*s, n), ret) != OK)
        return false;
    *s = str_skip(*s, n);
    return true;
}

static bool take_char(struct str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_skip(*s, 1);
    return true;
}

/* [hh:]mm:ss.mmm; SRT writes a comma, and people mix them up, so both are taken in both. */
static bool take_time(struct str *s, int64_t *ret_us)
{
    int64_t part[3], ms;
    int n = 0;
    do {
        if (!take_number(s, 4, &part[n++]))
            return false;
    } while (n < 3 && take_char(s, ':'));
    if (n < 2 || (!take_char(s, '.') && !take_char(s, ',')))
        return false;
    size_t before = s->n;
    if (!take_number(s, 3, &ms) || before - s->n != 3)
        return false;
    int64_t hours = n == 3 ? part[0] : 0, minutes = part[n - 2], seconds = part[n - 1];
    if (hours > VTT_HOURS_MAX || minutes > 59 || seconds > 59)
        return false;
    *ret_us = (((hours * 60 + minutes) * 60 + seconds) * 1000 + ms) * 1000;
    return true;
}

static bool is_setting(struct str s)
{
    static const char *const known[] = { "vertical", "line", "position", "size", "align" };
    ptrdiff_t colon = str_find_char(s, ':');
    bool is_known = false;
    for (size_t i = 0; colon > 0 && i < sizeof known / sizeof *known; i++)
        is_known |= str_eq_c(str_head(s, (size_t)colon), known[i]);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ':' || c == ',' ||
                  c == '.' || c == '%' || c == '-';
        is_known &= ok;
    }
    return is_known;
}

static struct str clean_settings(struct arena *a, struct str s)
{
    struct buf b = { .max = 256 };
    struct str word;
    while (str_next(&s, ' ', &word)) {
        word = str_trim(word);
        if (word.n > 0 && word.n <= 40 && is_setting(word)) {
            if (b.n)
                buf_add_char(&b, ' ');
            buf_add_str(&b, word);
        }
    }
    return buf_to_arena(&b, a);
}

/* ---- blocks ---- */

static bool is_timing(struct str line)
{
    return str_find(line, STR("-->")) >= 0;
}

static enum err read_timing(struct reader *r, struct str line, struct vtt_cue *c)
{
    struct str s = str_trim(line);
    const char *would_be = r->is_srt ? "00:00:01,500 --> 00:00:03,000" : "00:01.500 --> 00:03.000";
    bool ok = take_time(&s, &c->start_us);
    s = str_trim(s);
    ok = ok && str_starts(s, STR("-->"));
    s = str_trim(str_skip(s, 3));
    ok = ok && take_time(&s, &c->end_us) && (s.n == 0 || s.p[0] == ' ' || s.p[0] == '\t');
    if (!ok)
        return diag_fail(r->d, ERR_INPUT, r->line, 1, "Line %d is no time; it should look like %s.",
                         r->line, would_be);
    if (c->end_us <= c->start_us)
        return diag_fail(r->d, ERR_INPUT, r->line, 1, "Line %d: the caption ends before it begins.",
                         r->line);
    if (!r->is_srt)
        c->settings = clean_settings(r->a, s);
    return OK;
}

static enum err read_text(struct reader *r, struct vtt_cue *c)
{
    struct buf b = { .max = VTT_CUE_BYTES_MAX };
    struct str line;
    while (next_line(r, &line) && str_trim(line).n > 0) {
        if (is_timing(line)) {
            buf_done(&b);
            return diag_fail(r->d, ERR_INPUT, r->line, 1,
                             "Line %d: an empty line is missing before this time.", r->line);
        }
        if (b.n)
            buf_add_char(&b, '\n');
        buf_add_str(&b, line);
    }
    if (b.err != OK) {
        buf_done(&b);
        return diag_fail(r->d, ERR_LIMIT, r->line, 1,
                         "Line %d: the caption is longer than %d bytes.", r->line,
                         VTT_CUE_BYTES_MAX);
    }
    c->text = vtt_clean_text(r->a, buf_str(&b), r->is_srt);
    buf_done(&b);
    return OK;
}

static enum err cue_add(struct reader *r, const struct vtt_cue *c)
{
    if (c->text.n == 0)
        return OK; /* nothing to show */
    if (r->n == VTT_CUES_MAX)
        return diag_fail(r->d, ERR_LIMIT, r->line, 1, "There are more than %d captions.",
                         VTT_CUES_MAX);
    if (r->n == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 64;
        struct vtt_cue *p = ARENA_ARRAY(r->a, struct vtt_cue, cap);
        if (r->n)
            memcpy(p, r->cues, r->n * sizeof *p);
        r->cues = p;
        r->cap = cap;
    }
    r->cues[r->n++] = *c;
    return OK;
}

static void skip_block(struct reader *r)
{
    struct str line;
    while (next_line(r, &line) && str_trim(line).n > 0)
        ;
}

/* One block that begins with `line`: a cue with or without a name, or a note, style or region. */
static enum err read_block(struct reader *r, struct str line)
{
    struct vtt_cue c = { 0 };
    static const char *const skipped[] = { "NOTE", "STYLE", "REGION" };
    for (size_t i = 0; !r->is_srt && i < 3; i++) {
        struct str word = str_from(skipped[i]);
        if (str_starts(line, word) && (line.n == word.n || line.p[word.n] == ' ')) {
            skip_block(r);
            return OK;
        }
    }
    if (!is_timing(line)) { /* a name or a number */
        struct str timing;
        bool is_bad_time = str_find(line, STR("->")) >= 0 && str_find_char(line, ':') >= 0;
        if (is_bad_time || !next_line(r, &timing) || !is_timing(timing))
            return diag_fail(
                r->d, ERR_INPUT, r->line, 1, "Line %d should be a time such as %s.", r->line,
                r->is_srt ? "00:00:01,500 --> 00:00:03,000" : "00:01.500 --> 00:03.000");
        line = timing;
    }
    enum err e = read_timing(r, line, &c);
    if (e == OK)
        e = read_text(r, &c);
    return e == OK ? cue_add(r, &c) : e;
}

static enum err read_head(struct reader *r)
{
    struct str line = { 0 };
    struct reader before = *r;
    if (str_starts(r->rest, STR("\xEF\xBB\xBF")))
        before.rest = r->rest = str_skip(r->rest, 3);
    if (next_line(r, &line) && str_starts(line, STR("WEBVTT")) &&
        (line.n == 6 || line.p[6] == ' ' || line.p[6] == '\t')) {
        if (r->rest.n)
            skip_block(r); /* the rest of the header */
        return OK;
    }
    *r = before;
    r->is_srt = true;
    return OK;
}

static int compare_cues(const void *x, const void *y)
{
    const struct vtt_cue *a = x, *b = y;
    if (a->start_us != b->start_us)
        return a->start_us < b->start_us ? -1 : 1;
    return a->text.p < b->text.p ? -1 : a->text.p > b->text.p; /* stable: the arena grows */
}

enum err vtt_parse(struct arena *a, struct str text, struct vtt *ret, struct diag *d)
{
    struct reader r = { .a = a, .d = d, .rest = text };
    struct str line;
    if (text.n > VTT_BYTES_MAX)
        return diag_fail(d, ERR_LIMIT, 0, 0, "The captions are larger than %d bytes.",
                         VTT_BYTES_MAX);
    if (!utf8_is_valid(text))
        return diag_fail(d, ERR_INPUT, 0, 0, "The captions are not UTF-8; save them as UTF-8.");
    enum err e = read_head(&r);
    while (e == OK && next_line(&r, &line))
        if (str_trim(line).n > 0)
            e = read_block(&r, str_trim(line));
    if (e == OK && r.n == 0)
        e = diag_fail(d, ERR_INPUT, 1, 1,
                      "There are no captions in it; a WebVTT file begins with the line WEBVTT.");
    if (e != OK)
        return e;
    qsort(r.cues, r.n, sizeof *r.cues, compare_cues);
    *ret = (struct vtt){ r.cues, r.n };
    return OK;
}

void vtt_add_time(struct buf *out, int64_t us)
{
    int64_t ms = us / 1000;
    buf_addf(out, "%02lld:%02lld:%02lld.%03lld", (long long)(ms / 3600000),
             (long long)(ms / 60000 % 60), (long long)(ms / 1000 % 60), (long long)(ms % 1000));
}

void vtt_write(struct buf *out, const struct vtt *v)
{
    buf_add_c(out, "WEBVTT\n");
    for (size_t i = 0; i < v->n; i++) {
        const struct vtt_cue *c = &v->cues[i];
        buf_add_char(out, '\n');
        vtt_add_time(out, c->start_us);
        buf_add_c(out, " --> ");
        vtt_add_time(out, c->end_us);
        if (c->settings.n) {
            buf_add_char(out, ' ');
            buf_add_str(out, c->settings);
        }
        buf_add_char(out, '\n');
        buf_add_str(out, c->text);
        buf_add_char(out, '\n');
    }
}
