/*
 * Property: an edit of series.yaml changes its own lines and no other byte, and reads back as
 * wanted. 10,000 small documents in every style YAML has (block, flow, all quotings, comments,
 * blank lines, CRLF, byte order mark, no last newline) from a seeded generator; SEED=N replays.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/rand.h"
#include "catalog/series_edit.h"

enum { CASES = 10000 };

static const char *const texts[] = {
    "Rain at Nine",
    "雨夜来信",
    "Rain: part 1",
    "say \"no\"",
    "it's late",
    "# not a comment",
    "trailing \\ backslash",
    "yes",
    "24",
    "- dash",
    "first line\nsecond line",
    "first line\n\n  indented\nlast: line # odd",
    "{brace} [bracket], comma",
    "*star* &and !bang %cent @at `tick`",
    "",
    "ends with colon:",
    "null",
    "Üben, Straße – «été»",
};

static struct str pick_text(struct rng *r)
{
    return str_from(texts[rng_below(r, sizeof texts / sizeof texts[0])]);
}

static struct str pick_line(struct rng *r)
{
    struct str s;
    do
        s = pick_text(r);
    while (str_find_char(s, '\n') >= 0 || s.n == 0);
    return s;
}

static bool chance(struct rng *r, unsigned percent)
{
    return rng_below(r, 100) < percent;
}

/* --- generator: writes with \n; the caller turns line ends --- */

static void add_double_quoted(struct buf *b, struct str s)
{
    buf_add_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            buf_add_char(b, '\\');
        if (s.p[i] == '\n')
            buf_add_c(b, "\\n");
        else
            buf_add_char(b, s.p[i]);
    }
    buf_add_char(b, '"');
}

static void add_single_quoted(struct buf *b, struct str s)
{
    buf_add_char(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'')
            buf_add_char(b, '\'');
        buf_add_char(b, s.p[i]);
    }
    buf_add_char(b, '\'');
}

static void spaces(struct buf *b, int n)
{
    buf_addf(b, "%*s", n, "");
}

static void add_block_text(struct rng *r, struct buf *b, struct str s, int indent)
{
    static const char *const heads[] = { "|", "|-", "|+", ">", ">-" };
    struct str line;
    buf_add_c(b, heads[rng_below(r, 5)]);
    while (str_next_line(&s, &line)) {
        buf_add_char(b, '\n');
        if (line.n)
            spaces(b, indent + 2);
        buf_add_str(b, line);
    }
    if (chance(r, 20))
        buf_add_c(b, "\n");
}

static void comment(struct rng *r, struct buf *b)
{
    if (chance(r, 25))
        buf_add_c(b, "   # a remark: [with] \"signs\"");
}

/* One text value; indent: of its key; negative: inside brackets. */
static void add_scalar(struct rng *r, struct buf *b, struct str s, int indent)
{
    switch (rng_below(r, 5)) {
    case 0:
        if (indent >= 0 && s.n && s.p[0] != '#') {
            add_block_text(r, b, s, indent);
            return;
        }
        break;
    case 1:
        if (str_find_char(s, '\n') < 0) {
            add_single_quoted(b, s);
            if (indent >= 0)
                comment(r, b);
            return;
        }
        break;
    case 2:
        buf_add_c(b, indent >= 0 && chance(r, 30) ? "plain over\n     two lines" : "plain words");
        if (indent >= 0)
            comment(r, b);
        return;
    default:
        break;
    }
    add_double_quoted(b, s);
    if (indent >= 0)
        comment(r, b);
}

static void add_list(struct rng *r, struct buf *b, int indent)
{
    size_t n = rng_below(r, 4);
    if (indent < 0 || chance(r, 40)) {
        buf_add_c(b, " [");
        for (size_t i = 0; i < n; i++) {
            buf_add_c(b, i ? (indent >= 0 && chance(r, 30) ? ",\n    " : ", ") : "");
            buf_addf(b, "item%zu", i);
        }
        buf_add_c(b, n && chance(r, 20) ? ",]" : "]");
        return;
    }
    if (indent >= 0 && chance(r, 20))
        buf_add_c(b, " # list");
    int dash = indent + (chance(r, 50) ? 2 : 0);
    for (size_t i = 0; i < n; i++) {
        if (chance(r, 15))
            buf_add_c(b, "\n# between");
        buf_add_char(b, '\n');
        spaces(b, dash);
        buf_addf(b, "- item%zu", i);
        comment(r, b);
    }
}

static void add_episode_block(struct rng *r, struct buf *b, int number)
{
    if (chance(r, 30)) {
        buf_addf(b, "{number: %d, title: ep}", number);
        return;
    }
    buf_addf(b, "number: %d", number);
    comment(r, b);
    if (chance(r, 60)) {
        buf_add_c(b, "\n    title: ");
        add_scalar(r, b, pick_line(r), 4);
    }
    if (chance(r, 30)) {
        buf_add_c(b, "\n    synopsis: ");
        add_scalar(r, b, pick_text(r), 4);
    }
    if (chance(r, 20))
        buf_add_c(b, "\n    x-own: {a: [b, c]}");
}

static void add_episodes(struct rng *r, struct buf *b)
{
    size_t n = rng_below(r, 4);
    if (chance(r, 25)) {
        buf_add_c(b, "episodes: [");
        for (size_t i = 0; i < n; i++)
            buf_addf(b, "%s{number: %zu, title: \"t\"}", i ? ", " : "", i + 1);
        buf_add_c(b, "]");
        return;
    }
    buf_add_c(b, "episodes:");
    for (size_t i = 0; i < n; i++) {
        buf_add_c(b, chance(r, 20) ? "\n\n  - " : "\n  - ");
        add_episode_block(r, b, (int)i + 1);
    }
}

static void add_key(struct rng *r, struct buf *b, size_t which)
{
    static const char *const keys[] = { "title",  "synopsis", "creator",  "rights",
                                        "ai_use", "genres",   "hashtags", "content_notes",
                                        "rating", "prices",   "x-own",    "episodes" };
    const char *key = keys[which];
    if (which == 11) {
        add_episodes(r, b);
    } else if (which >= 8) {
        static const char *const rest[] = { "rating: 12", "prices: {a: 1, b: [2, 3]}",
                                            "x-own:\n  deep:\n    - {a: b}\n    - c # remark" };
        buf_add_c(b, rest[which - 8]);
    } else if (which >= 5) {
        buf_addf(b, "%s:", key);
        add_list(r, b, 0);
    } else {
        buf_addf(b, "%s: ", key);
        add_scalar(r, b, which == 1 || which == 3 ? pick_text(r) : pick_line(r), 0);
    }
}

static void add_block_document(struct rng *r, struct buf *b)
{
    bool has[12] = { [0] = true };
    if (chance(r, 20))
        buf_add_c(b, "# header\n");
    if (chance(r, 15))
        buf_add_c(b, "---\n");
    buf_add_c(b, "language: en\n");
    for (size_t i = 1; i < 12; i++)
        has[i] = chance(r, 45);
    size_t start = rng_below(r, 12);
    for (size_t i = 0; i < 12; i++) {
        size_t which = (start + i * 5) % 12;
        if (!has[which])
            continue;
        add_key(r, b, which);
        buf_add_char(b, '\n');
        if (chance(r, 15))
            buf_add_c(b, "\n# a line of its own\n");
    }
    if (chance(r, 10))
        buf_add_c(b, "...\n");
    else if (chance(r, 15) && b->n)
        b->n--; /* no newline at the end */
}

static void add_flow_document(struct rng *r, struct buf *b)
{
    buf_add_c(b, "{language: en, title: ");
    add_scalar(r, b, pick_line(r), -1);
    if (chance(r, 50)) {
        buf_add_c(b, ",\n genres:");
        add_list(r, b, -1);
    }
    if (chance(r, 30))
        buf_add_c(b, ", synopsis: plain words # remark\n");
    if (chance(r, 40))
        buf_add_c(b, ", episodes: [{number: 1}]");
    buf_add_c(b, chance(r, 20) ? ",}\n" : chance(r, 20) ? "\n}\n" : "}\n");
}

static struct str document(struct rng *r, struct arena *a)
{
    struct buf b = { 0 }, out = { 0 };
    if (chance(r, 15))
        add_flow_document(r, &b);
    else
        add_block_document(r, &b);
    bool is_crlf = chance(r, 20);
    if (chance(r, 10))
        buf_add_c(&out, "\xEF\xBB\xBF");
    for (size_t i = 0; i < b.n; i++) {
        if (b.p[i] == '\n' && is_crlf)
            buf_add_char(&out, '\r');
        buf_add_char(&out, b.p[i]);
    }
    buf_done(&b);
    return buf_to_arena(&out, a);
}

/* --- the property --- */

static struct series_edit random_edit(struct rng *r, struct arena *a)
{
    static const char *const series[] = { "title",    "synopsis", "creator", "genres",
                                          "hashtags", "rating",   "cover" };
    static const char *const episode[] = { "title", "synopsis" };
    struct series_edit e = { .scope = SCOPE_SERIES };
    if (chance(r, 35)) {
        e.scope = chance(r, 80) ? SCOPE_EPISODE : SCOPE_SEASON;
        e.number = 1 + (int64_t)rng_below(r, 5);
        e.key = str_from(episode[e.scope == SCOPE_EPISODE ? rng_below(r, 2) : 0]);
        e.text = str_eq_c(e.key, "title") ? pick_line(r) : pick_text(r);
        return e;
    }
    size_t which = rng_below(r, 7);
    e.key = str_from(series[which]);
    e.text = which == 5   ? STR("16")
             : which == 6 ? STR("art/new.jpg")
             : which == 1 ? pick_text(r)
                          : pick_line(r);
    if (which == 3 || which == 4) {
        e.list.n = rng_below(r, 4);
        e.list.items = ARENA_ARRAY(a, struct str, 4);
        for (size_t i = 0; i < e.list.n; i++)
            e.list.items[i] = arena_printf(a, "new %zu%s", i, chance(r, 20) ? ", comma" : "");
    }
    return e;
}

static struct str value_after(const struct series_doc *d, const struct series_edit *e)
{
    if (e->scope == SCOPE_EPISODE) {
        const struct series_episode *ep = series_doc_episode(d, e->number);
        return !ep ? STR("(none)") : str_eq_c(e->key, "title") ? ep->title : ep->synopsis;
    }
    if (e->scope == SCOPE_SEASON) {
        for (size_t i = 0; i < d->seasons.n; i++)
            if (d->seasons.items[i].number == e->number)
                return d->seasons.items[i].title;
        return STR("(none)");
    }
    return str_eq_c(e->key, "title")      ? d->title
           : str_eq_c(e->key, "synopsis") ? d->synopsis
           : str_eq_c(e->key, "creator")  ? d->creator
           : str_eq_c(e->key, "cover")    ? d->cover
           : str_eq_c(e->key, "rating")   ? str_from(series_rating_name(d->rating))
                                          : STR("");
}

static bool list_is(const struct str_list *got, const struct str_list *wanted)
{
    if (got->n != wanted->n)
        return false;
    for (size_t i = 0; i < got->n; i++)
        if (!str_eq(got->items[i], wanted->items[i]))
            return false;
    return true;
}

/* The bytes an edit may touch: from the key (or the list of episodes) to the end of its value. */
static void allowed_range(const struct series_doc *d, const struct series_edit *e, size_t *start,
                          size_t *end)
{
    const struct ynode *map = d->root;
    if (e->scope == SCOPE_EPISODE) {
        const struct series_episode *ep = series_doc_episode(d, e->number);
        map = ep ? ep->node : NULL;
    } else if (e->scope == SCOPE_SEASON) {
        map = NULL; /* the generator writes none */
    }
    *start = *end = 0; /* nothing: the edit may only add */
    for (size_t i = 0; map && i < map->n; i++)
        if (str_eq(ynode_key(map, i)->text, e->key)) {
            *start = ynode_key(map, i)->start;
            *end = ynode_value(map, i)->end;
        }
    const struct ynode *episodes = ynode_get(d->root, STR("episodes"));
    if (!map && e->scope == SCOPE_EPISODE && episodes && episodes->kind == YNODE_SCALAR) {
        *start = episodes->start;
        *end = episodes->end;
    }
}

static bool only_that_changed(struct str before, struct str after, size_t start, size_t end)
{
    size_t head = 0, tail = 0;
    while (head < before.n && head < after.n && before.p[head] == after.p[head])
        head++;
    while (tail < before.n - head && tail < after.n - head &&
           before.p[before.n - 1 - tail] == after.p[after.n - 1 - tail])
        tail++;
    bool only_added = head + tail == before.n; /* nothing of what was there is gone */
    return only_added || (start < end && head >= start && before.n - tail <= end);
}

static bool check_one(struct rng *r, struct arena *a)
{
    struct str before = document(r, a), after = STR("");
    struct series_edit e = random_edit(r, a);
    struct series_doc d0, d1;
    struct problems ps = { .a = a };
    struct diag d = { 0 };
    const char *wrong = NULL;
    size_t start, end;
    if (series_yaml_read(a, before, STR("series.yaml"), &ps, &d0) != OK) {
        wrong = "the generator wrote what cannot be read";
    } else if (series_edit_apply(a, before, &e, 1, &after, &d) != OK) {
        wrong = d.msg;
        bool is_empty_title = e.text.n == 0 && str_eq_c(e.key, "title");
        if (is_empty_title)
            return true;
    } else if (series_yaml_read(a, after, STR("series.yaml"), &ps, &d1) != OK) {
        wrong = "cannot be read any more";
    } else {
        bool is_list = str_eq_c(e.key, "genres") || str_eq_c(e.key, "hashtags");
        const struct str_list *got = str_eq_c(e.key, "genres") ? &d1.genres : &d1.hashtags;
        allowed_range(&d0, &e, &start, &end);
        if (is_list ? !list_is(got, &e.list) : !str_eq(value_after(&d1, &e), str_trim(e.text)))
            wrong = "another value than wanted";
        else if (!only_that_changed(before, after, start, end))
            wrong = "other bytes changed, too";
    }
    if (!wrong)
        return true;
    struct buf b = { 0 };
    problems_print(&b, &ps);
    fprintf(stderr, "%s\n%.*s%.*s = %.*s\n--- before\n%.*s\n--- after\n%.*s\n", wrong,
            STR_ARG(buf_str(&b)), STR_ARG(e.key), STR_ARG(e.text), STR_ARG(before), STR_ARG(after));
    buf_done(&b);
    return false;
}

static void test_edits(void **state)
{
    (void)state;
    const char *given = getenv("SEED");
    uint64_t first = given ? strtoull(given, NULL, 10) : 1;
    size_t n_bad = 0;
    for (uint64_t seed = first; seed < first + (given ? 1 : CASES) && n_bad < 3; seed++) {
        struct rng r = rng_seeded(seed);
        struct arena a = { 0 };
        if (!check_one(&r, &a)) {
            fprintf(stderr, "SEED=%llu\n", (unsigned long long)seed);
            n_bad++;
        }
        arena_done(&a);
    }
    assert_int_equal(n_bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_edits) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
