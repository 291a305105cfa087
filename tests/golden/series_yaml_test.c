/*
 * Golden files: series_yaml/NAME.yaml is read, and what comes out (the problems, then the
 * document) is compared with NAME.expected. UPDATE_GOLDEN=1 rewrites; review the diff.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/timefmt.h"
#include "catalog/series_yaml.h"
#include "sys/file.h"

static void dump_str(struct buf *b, const char *key, struct str s)
{
    if (s.n)
        buf_addf(b, "%s: \"%.*s\"\n", key, STR_ARG(s));
}

static void dump_list(struct buf *b, const char *key, const struct str_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        buf_addf(b, "%s[%zu]: \"%.*s\"\n", key, i, STR_ARG(list->items[i]));
}

static void dump_people(struct buf *b, const char *key, const struct series_people *people)
{
    for (size_t i = 0; i < people->n; i++)
        buf_addf(b, "%s[%zu]: \"%.*s\" as \"%.*s\"\n", key, i, STR_ARG(people->items[i].name),
                 STR_ARG(people->items[i].role));
}

static void dump_time(struct buf *b, const char *key, int64_t us)
{
    if (!us)
        return;
    buf_addf(b, "%s: ", key);
    buf_add_rfc3339(b, us);
    buf_add_char(b, '\n');
}

static void dump_focus(struct buf *b, const struct series_focus *f)
{
    if (f->is_set)
        buf_addf(b, "focus: %d,%d\n", f->x, f->y);
}

static void dump_number(struct buf *b, const char *key, int64_t v)
{
    if (v)
        buf_addf(b, "%s: %lld\n", key, (long long)v);
}

static void dump(struct buf *b, const struct series_doc *d)
{
    const struct {
        const char *key;
        const struct str *s;
    } texts[] = { { "title", &d->title },     { "language", &d->language },
                  { "slug", &d->slug },       { "synopsis", &d->synopsis },
                  { "creator", &d->creator }, { "rights", &d->rights },
                  { "ai_use", &d->ai_use },   { "filing_number", &d->filing_number },
                  { "cover", &d->cover } };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        dump_str(b, texts[i].key, *texts[i].s);
    dump_list(b, "genres", &d->genres);
    dump_list(b, "hashtags", &d->hashtags);
    dump_list(b, "content_notes", &d->content_notes);
    dump_people(b, "cast", &d->cast);
    dump_people(b, "credits", &d->credits);
    dump_number(b, "rating", d->rating);
    dump_number(b, "fit", d->fit);
    dump_number(b, "visibility", d->visibility);
    dump_number(b, "synthetic_voice", d->synthetic_voice);
    dump_number(b, "is_test_footage", d->is_test_footage);
    dump_focus(b, &d->focus);
    dump_time(b, "publish_at", d->publish_at_us);
    for (size_t i = 0; i < d->seasons.n; i++)
        buf_addf(b, "season %lld: \"%.*s\"\n", (long long)d->seasons.items[i].number,
                 STR_ARG(d->seasons.items[i].title));
    for (size_t i = 0; i < d->episodes.n; i++) {
        const struct series_episode *e = &d->episodes.items[i];
        buf_addf(b, "-- episode %lld (line %d)\n", (long long)e->number, e->node->line);
        dump_str(b, "title", e->title);
        dump_str(b, "synopsis", e->synopsis);
        dump_number(b, "season", e->season);
        dump_number(b, "fit", e->fit);
        dump_number(b, "visibility", e->visibility);
        dump_focus(b, &e->focus);
        dump_time(b, "publish_at", e->publish_at_us);
    }
}

static bool check_file(struct arena *a, const char *dir, struct str name)
{
    struct str stem = str_head(name, name.n - 5), text, expected = STR("");
    struct problems ps = { .a = a };
    struct series_doc doc;
    struct buf out = { 0 };
    assert_int_equal(file_read(a, path_join(a, dir, name), 1 << 20, &text), OK);
    enum err e = series_yaml_read(a, text, STR("series.yaml"), &ps, &doc);
    assert_int_equal(e == OK, problems_err(&ps) == OK);
    problems_print(&out, &ps);
    if (e == OK)
        dump(&out, &doc);
    char *path = path_join(a, dir, arena_printf(a, "%.*s.expected", STR_ARG(stem)));
    struct str got = buf_to_arena(&out, a);
    if (getenv("UPDATE_GOLDEN")) {
        assert_int_equal(file_write(path, got, 0644), OK);
        return true;
    }
    enum err found = file_read(a, path, 1 << 20, &expected);
    if (found == OK && str_eq(got, expected))
        return true;
    fprintf(stderr, "%.*s: expected\n%.*s\ngot\n%.*s\n", STR_ARG(name), STR_ARG(expected),
            STR_ARG(got));
    return false;
}

static void test_golden(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct dir_entry *entries;
    size_t n, n_yaml = 0, n_bad = 0;
    const char *dir = getenv("GOLDEN_DIR");
    assert_non_null(dir);
    assert_int_equal(dir_list(&a, dir, 1000, &entries, &n), OK);
    for (size_t i = 0; i < n; i++) {
        if (!str_ends(entries[i].name, STR(".yaml")))
            continue;
        n_yaml++;
        n_bad += !check_file(&a, dir, entries[i].name);
    }
    assert_true(n_yaml > 30);
    assert_int_equal(n_bad, 0);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_golden) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
