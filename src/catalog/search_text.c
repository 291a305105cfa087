/*
 * See search_text.h. A query's run of CJK characters asks for its pairs only (or for the single
 * character when it is alone): pairs are what tells words apart, singles would only add work.
 */
#include "catalog/search_text.h"

#include <stdlib.h>

#include "base/utf8.h"

enum script { SCRIPT_NONE, SCRIPT_WORD, SCRIPT_CJK };

/* Called for every term in order. */
struct sink {
    struct arena *a;
    struct search_terms *terms; /* of published text, or NULL */
    struct search_query *query; /* or NULL */
    int weight;
};

static void emit(struct sink *s, const struct buf *term)
{
    if (term->n == 0)
        return;
    struct search_term t = { .text = arena_str(s->a, buf_str(term)), .weight = s->weight };
    if (s->query) {
        if (s->query->n < SEARCH_QUERY_TERMS_MAX)
            s->query->items[s->query->n++] = t;
        return;
    }
    struct search_terms *ts = s->terms;
    if (ts->n == SEARCH_TEXT_TERMS_MAX)
        return;
    if (ts->n == ts->cap) {
        size_t cap = ts->cap ? ts->cap * 2 : 64;
        struct search_term *p = ARENA_ARRAY(s->a, struct search_term, cap);
        if (ts->n)
            memcpy(p, ts->items, ts->n * sizeof *p);
        ts->items = p;
        ts->cap = cap;
    }
    ts->items[ts->n++] = t;
}

/* Letters that fold to two, and those that utf8_fold leaves alone: pinyin's carons, strokes. */
static void add_folded(struct buf *b, uint32_t cp)
{
    static const struct {
        uint32_t lo, hi;
        const char *to;
    } rows[] = {
        { 0xC6, 0xC6, "ae" },   { 0xE6, 0xE6, "ae" },  { 0xD8, 0xD8, "o" },
        { 0xF8, 0xF8, "o" },    { 0xDE, 0xDE, "th" },  { 0xFE, 0xFE, "th" },
        { 0xD0, 0xD0, "d" },    { 0xF0, 0xF0, "d" },   { 0xDF, 0xDF, "ss" },
        { 0x152, 0x153, "oe" }, { 0x1CD, 0x1CE, "a" }, { 0x1CF, 0x1D0, "i" },
        { 0x1D1, 0x1D2, "o" },  { 0x1D3, 0x1DC, "u" }, { 0x1E9E, 0x1E9E, "ss" },
    };
    for (size_t i = 0; cp >= 0xC0 && i < sizeof rows / sizeof rows[0]; i++)
        if (cp >= rows[i].lo && cp <= rows[i].hi) {
            buf_add_c(b, rows[i].to);
            return;
        }
    utf8_add(b, utf8_fold(cp));
}

/* Marks that sit on the letter before: "e" and U+0301 is "e" for search. */
static bool is_mark(uint32_t cp)
{
    return (cp >= 0x300 && cp <= 0x36F) || (cp >= 0x591 && cp <= 0x5BD) ||
           (cp >= 0x64B && cp <= 0x65F) || cp == 0x670 || cp == 0x640 || cp == 0x200C ||
           cp == 0x200D || (cp >= 0xFE00 && cp <= 0xFE0F);
}

static enum script script_of(uint32_t cp)
{
    if (cp == 0xFFFD || cp == 0x30FB) /* the Katakana middle dot parts names */
        return SCRIPT_NONE;
    if (utf8_is_cjk(cp))
        return SCRIPT_CJK;
    return utf8_is_word(cp) ? SCRIPT_WORD : SCRIPT_NONE;
}

/* One run of CJK characters: singles and pairs for texts, pairs (or one single) for queries. */
static void cut_cjk(struct sink *s, struct str run)
{
    struct buf b = { 0 };
    uint32_t cp, before = 0;
    size_t n = 0;
    while (utf8_next(&run, &cp)) {
        buf_reset(&b);
        utf8_add(&b, cp);
        if (!s->query || (n == 0 && run.n == 0))
            emit(s, &b);
        if (n > 0) {
            buf_reset(&b);
            utf8_add(&b, before);
            utf8_add(&b, cp);
            emit(s, &b);
        }
        before = cp;
        n++;
    }
    buf_done(&b);
}

static void cut_word(struct sink *s, struct str run)
{
    struct buf b = { 0 };
    uint32_t cp;
    while (utf8_next(&run, &cp)) {
        size_t before = b.n;
        if (!is_mark(cp))
            add_folded(&b, cp);
        if (b.n > SEARCH_WORD_MAX) {
            b.n = before;
            break;
        }
    }
    emit(s, &b);
    buf_done(&b);
}

static void cut(struct sink *s, struct str text)
{
    while (text.n) {
        const char *start = text.p;
        uint32_t cp;
        utf8_next(&text, &cp);
        enum script script = script_of(cp);
        struct str rest = text;
        while (script != SCRIPT_NONE && utf8_next(&rest, &cp) &&
               (script_of(cp) == script || (is_mark(cp) && script == SCRIPT_WORD)))
            text = rest;
        struct str run = str_sub(start, (size_t)(text.p - start));
        if (script == SCRIPT_CJK)
            cut_cjk(s, run);
        else if (script == SCRIPT_WORD)
            cut_word(s, run);
    }
}

void search_terms_add(struct arena *a, struct search_terms *t, struct str text, int weight)
{
    struct sink s = { .a = a, .terms = t, .weight = weight };
    cut(&s, text);
}

static int compare_terms(const void *a, const void *b)
{
    const struct search_term *x = a, *y = b;
    int c = str_cmp(x->text, y->text);
    return c ? c : y->weight - x->weight;
}

void search_terms_finish(struct search_terms *t)
{
    size_t n = 0;
    if (t->n)
        qsort(t->items, t->n, sizeof t->items[0], compare_terms);
    for (size_t i = 0; i < t->n; i++)
        if (n == 0 || !str_eq(t->items[i].text, t->items[n - 1].text))
            t->items[n++] = t->items[i];
    t->n = n;
}

void search_query_cut(struct arena *a, struct str query, struct search_query *ret)
{
    struct search_query q = { 0 };
    struct sink s = { .a = a, .query = &q };
    query = utf8_head(query, SEARCH_QUERY_MAX);
    cut(&s, query);
    struct str rest = query;
    uint32_t cp, last = 0;
    while (utf8_next(&rest, &cp))
        last = cp;
    q.last_is_prefix = q.n > 0 && q.n < SEARCH_QUERY_TERMS_MAX && script_of(last) == SCRIPT_WORD;
    *ret = q;
}

struct str search_prefix_end(struct arena *a, struct str prefix)
{
    /* 0xFF stands in no UTF-8 text, but databases refuse it too: the greatest code point does. */
    return arena_printf(a, "%.*s\xF4\x8F\xBF\xBF", STR_ARG(prefix));
}
