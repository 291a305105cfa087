/* The pure parts of the catalogue: terms, slugs, language tags, states, the table of keys. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/buf.h"
#include "catalog/language_tag.h"
#include "catalog/search_text.h"
#include "catalog/series_keys.h"
#include "catalog/slug.h"
#include "catalog/state.h"
#include "sys/file.h"

static struct str join_terms(struct arena *a, const struct search_term *t, size_t n)
{
    struct buf b = { 0 };
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, "%s%.*s", i ? " " : "", STR_ARG(t[i].text));
    return buf_to_arena(&b, a);
}

static void test_text_is_cut_into_terms(void **state)
{
    (void)state;
    static const struct {
        const char *in, *terms;
    } cases[] = {
        { "", "" },
        { "Rain at Nine!", "at nine rain" },
        { "rain RAIN Rain", "rain" },
        { "Café Façade Ångström", "angstrom cafe facade" },
        { "Cafe\u0301", "cafe" },
        { "Straße Ærø þing Łódź", "aero lodz strasse thing" },
        { "Tiếng Việt", "tieng viet" },
        { "Άνοιξη ΣΟΦΟΣ", "ανοιξη σοφοσ" },
        { "Мёд", "мед" },
        { "雨", "雨" },
        { "雨夜来信", "信 夜 夜来 来 来信 雨 雨夜" },
        { "雨，夜", "夜 雨" },
        { "3D电影2026", "2026 3d 影 电 电影" },
        { "ＲＡＩＮ", "rain" },
        { "#rain-letters_x", "letters rain x" },
        { "ヴァン・ゴッホ", "ゴ ゴッ ッ ッホ ホ ァ ァン ヴ ヴァ ン" },
        { "비 오는 밤", "는 밤 비 오 오는" },
        { "\xff\xfe rain \xc3", "rain" },
        { "مُحَمَّد", "محمد" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a = { 0 };
        struct search_terms t = { 0 };
        search_terms_add(&a, &t, str_from(cases[i].in), SEARCH_TITLE);
        search_terms_finish(&t);
        struct search_terms expected = { .items = ARENA_ARRAY(&a, struct search_term, 64) };
        struct str rest = str_from(cases[i].terms), part;
        while (rest.n && str_next(&rest, ' ', &part))
            expected.items[expected.n++].text = part;
        search_terms_finish(&expected);
        struct str got = join_terms(&a, t.items, t.n);
        struct str want = join_terms(&a, expected.items, expected.n);
        assert_string_equal(got.p, want.p);
        arena_done(&a);
    }
}

static void test_the_best_weight_stays(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct search_terms t = { 0 };
    search_terms_add(&a, &t, STR("rain"), SEARCH_SYNOPSIS);
    search_terms_add(&a, &t, STR("Rain"), SEARCH_TITLE);
    search_terms_add(&a, &t, STR("rain wind"), SEARCH_EPISODE);
    search_terms_finish(&t);
    assert_int_equal(t.n, 2);
    assert_int_equal(t.items[0].weight, SEARCH_TITLE);
    assert_int_equal(t.items[1].weight, SEARCH_EPISODE);
    arena_done(&a);
}

static void test_terms_are_limited(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct buf b = { 0 };
    struct search_terms t = { 0 };
    for (int i = 0; i < 9000; i++)
        buf_addf(&b, "w%d ", i);
    search_terms_add(&a, &t, buf_str(&b), 1);
    assert_int_equal(t.n, SEARCH_TEXT_TERMS_MAX);
    buf_reset(&b);
    for (int i = 0; i < 500; i++)
        buf_add_c(&b, "é");
    t = (struct search_terms){ 0 };
    search_terms_add(&a, &t, buf_str(&b), 1);
    assert_int_equal(t.n, 1);
    assert_int_equal(t.items[0].text.n, SEARCH_WORD_MAX);
    buf_done(&b);
    arena_done(&a);
}

static void test_queries(void **state)
{
    (void)state;
    static const struct {
        const char *in, *terms;
        bool last_is_prefix;
    } cases[] = {
        { "", "", false },
        { "  ?! ", "", false },
        { "Rain", "rain", true },
        { "Rain ", "rain", false },
        { "rain ni", "rain ni", true },
        { "雨", "雨", false },
        { "雨夜", "雨夜", false },
        { "雨夜来信", "雨夜 夜来 来信", false },
        { "雨 letters", "雨 letters", true },
        { "letters雨", "letters 雨", false },
        { "a b c d e f g h i j k l m n", "a b c d e f g h i j k l", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a = { 0 };
        struct search_query q;
        search_query_cut(&a, str_from(cases[i].in), &q);
        assert_string_equal(join_terms(&a, q.items, q.n).p, cases[i].terms);
        assert_int_equal(q.last_is_prefix, cases[i].last_is_prefix);
        arena_done(&a);
    }
}

static void test_prefix_range(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct str end = search_prefix_end(&a, STR("ra"));
    assert_true(str_cmp(STR("ra"), end) < 0);
    assert_true(str_cmp(STR("rain"), end) < 0);
    assert_true(str_cmp(STR("ra\xE9\x9B\xA8"), end) < 0);
    assert_true(str_cmp(STR("rb"), end) > 0);
    arena_done(&a);
}

static void test_slugs(void **state)
{
    (void)state;
    static const struct {
        const char *title, *language, *slug;
    } cases[] = {
        { "Rain at Nine!", "en", "rain-at-nine-en" },
        { "  --Café--  ", "fr", "cafe-fr" },
        { "雨夜来信", "zh-Hans", "雨夜来信-zh-hans" },
        { "a/../b", "en", "a-b-en" },
    };
    struct arena a = { 0 };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str got = slug_of_series(&a, str_from(cases[i].title), str_from(cases[i].language));
        assert_string_equal(got.p, cases[i].slug);
        assert_true(slug_is_valid(got));
    }
    struct str signs = slug_of_series(&a, STR("?!"), STR("en"));
    assert_true(slug_is_valid(signs));
    assert_false(str_eq(signs, slug_of_series(&a, STR("!?"), STR("en"))));
    struct buf b = { 0 };
    for (int i = 0; i < 200; i++)
        buf_add_c(&b, "雨");
    assert_true(slug_of_series(&a, buf_str(&b), STR("zh-Hans")).n <= SLUG_MAX);
    buf_done(&b);
    static const char *const bad[] = {
        "", "Rain", "rain--x", "-rain", "rain-", "ra in", "a/b", ".."
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(slug_is_valid(str_from(bad[i])));
    arena_done(&a);
}

static void test_language_tags(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out; /* NULL: refused */
    } cases[] = {
        { "en", "en" },
        { "EN", "en" },
        { "zh-hans", "zh-Hans" },
        { "ZH-HANS-cn", "zh-Hans-CN" },
        { "es-419", "es-419" },
        { "zh-yue", "zh-yue" },
        { "sl-rozaj-biske", "sl-rozaj-biske" },
        { "de-1996", "de-1996" },
        { "en-x-loud", "en-x-loud" },
        { "und", "und" },
        { "", NULL },
        { "e", NULL },
        { "english", NULL },
        { "en_US", NULL },
        { "en-", NULL },
        { "-en", NULL },
        { "en-x", NULL },
        { "en--US", NULL },
        { "1n", NULL },
        { "en-US-USA", NULL },
        { "zh-CN-Hans", NULL },
        { "x-loud", NULL },
        { "en-x-averyveryverylongprivateusesubtag", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct language_tag tag;
        enum err e = language_tag_parse(str_from(cases[i].in), &tag);
        assert_int_equal(e == OK, cases[i].out != NULL);
        if (e == OK)
            assert_string_equal(tag.s, cases[i].out);
    }
    assert_string_equal(language_tag_guess(STR("ENGLISH")), "en");
    assert_null(language_tag_guess(STR("Elvish")));
}

static void test_states(void **state)
{
    (void)state;
    const int64_t now = 1000;
    static const struct {
        enum publish_state from;
        struct episode_facts facts;
        enum publish_state to;
    } cases[] = {
        { STATE_DRAFT, { 0 }, STATE_PROCESSING },
        { STATE_DRAFT, { .is_draft = true, .has_media = true }, STATE_READY },
        { STATE_DRAFT, { .is_draft = true }, STATE_DRAFT },
        { STATE_READY, { .has_media = true }, STATE_PUBLISHED },
        { STATE_PROCESSING, { .has_media = true }, STATE_PUBLISHED },
        { STATE_PROCESSING, { .has_media = true, .publish_at_us = 1001 }, STATE_SCHEDULED },
        { STATE_SCHEDULED, { .has_media = true, .publish_at_us = 1000 }, STATE_PUBLISHED },
        { STATE_PUBLISHED, { .has_media = true, .publish_at_us = 5000 }, STATE_PUBLISHED },
        { STATE_PUBLISHED, { .has_media = true, .is_draft = true }, STATE_WITHDRAWN },
        { STATE_PUBLISHED, { .has_media = true, .is_withdrawn = true }, STATE_WITHDRAWN },
        { STATE_WITHDRAWN, { .has_media = true }, STATE_PUBLISHED },
        { STATE_WITHDRAWN, { .is_draft = true }, STATE_WITHDRAWN },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum publish_state to = catalog_state_next(cases[i].from, &cases[i].facts, now);
        assert_int_equal(to, cases[i].to);
        assert_true(catalog_state_allows(cases[i].from, to));
    }
    /* Whatever is known, the next state is one the table allows. */
    for (int from = 0; from < STATE_COUNT; from++)
        for (int bits = 0; bits < 16; bits++) {
            struct episode_facts f = { .has_media = bits & 1,
                                       .is_draft = bits & 2,
                                       .is_withdrawn = bits & 4,
                                       .publish_at_us = bits & 8 ? now + 1 : 0 };
            bool had_media = from >= STATE_READY && from <= STATE_PUBLISHED;
            if (had_media && !f.has_media)
                continue; /* media are replaced, never taken away */
            assert_true(catalog_state_allows(
                (enum publish_state)from, catalog_state_next((enum publish_state)from, &f, now)));
        }
    assert_false(catalog_state_allows(STATE_PUBLISHED, STATE_DRAFT));
    assert_false(catalog_state_allows(STATE_PUBLISHED, STATE_PROCESSING));
    for (int i = 0; i < STATE_COUNT; i++) {
        enum publish_state back;
        assert_int_equal(
            catalog_state_parse(str_from(catalog_state_name((enum publish_state)i)), &back), OK);
        assert_int_equal(back, i);
    }
}

static void test_guesses(void **state)
{
    (void)state;
    static const struct {
        enum key_scope scope;
        const char *word, *key;
    } cases[] = {
        { SCOPE_SERIES, "tilte", "title" },
        { SCOPE_SERIES, "Title", "title" },
        { SCOPE_SERIES, "content-notes", "content_notes" },
        { SCOPE_SERIES, "languege", "language" },
        { SCOPE_SERIES, "tags", "hashtags" },
        { SCOPE_SERIES, "cats", "cast" },
        { SCOPE_EPISODE, "nummer", "number" },
        { SCOPE_PERSON, "character", "role" },
        { SCOPE_SERIES, "weather", NULL },
        { SCOPE_SERIES, "zzz", NULL },
        { SCOPE_SERIES, "", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct series_key *k = series_key_guess(cases[i].scope, str_from(cases[i].word));
        if (cases[i].key)
            assert_string_equal(k ? k->name : "nothing", cases[i].key);
        else
            assert_null(k);
    }
}

/* A guide that forgets a key is wrong. */
static void test_the_guide_has_every_key(void **state)
{
    (void)state;
    static const char *const headings[SCOPE_COUNT] = { "## Keys of series.yaml",
                                                       "## Keys of a person", "## Keys of a season",
                                                       "## Keys of an episode" };
    struct arena a = { 0 };
    struct str guide;
    size_t n;
    const char *path = getenv("GUIDE");
    assert_non_null(path);
    assert_int_equal(file_read(&a, path, 1 << 20, &guide), OK);
    const struct series_key *keys = series_keys(&n);
    for (size_t i = 0; i < n; i++) {
        ptrdiff_t at = str_find(guide, str_from(headings[keys[i].scope]));
        assert_true(at >= 0);
        struct str section = str_skip(guide, (size_t)at + 3);
        ptrdiff_t end = str_find(section, STR("\n## "));
        section = str_head(section, (size_t)end);
        struct str row = arena_printf(&a, "\n| `%s` |", keys[i].name);
        if (str_find(section, row) < 0)
            fail_msg("%s: no row for %s", headings[keys[i].scope], keys[i].name);
        for (int c = 0; keys[i].choices && c < 8 && keys[i].choices[c]; c++)
            if (keys[i].scope == SCOPE_SERIES)
                assert_true(str_find(section, arena_printf(&a, "`%s`", keys[i].choices[c])) >= 0);
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_cut_into_terms),
        cmocka_unit_test(test_the_best_weight_stays),
        cmocka_unit_test(test_terms_are_limited),
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_prefix_range),
        cmocka_unit_test(test_slugs),
        cmocka_unit_test(test_language_tags),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_guesses),
        cmocka_unit_test(test_the_guide_has_every_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
