/* What pages tell before a script has loaded: escaping everywhere, the right language, valid
 * JSON-LD. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "api/page_head.h"
#include "api/page_language.h"
#include "base/json_in.h"
#include "base/timefmt.h"

static const char nasty[] = "</script><img src=x onerror='a'>\"&";

static struct page_info episode_page(void)
{
    return (struct page_info){ .kind = PAGE_EPISODE,
                               .site_name = STR("Site"),
                               .title = str_from(nasty),
                               .description = str_from(nasty),
                               .url = STR("https://example.org/e/1"),
                               .image = STR("https://example.org/p.jpg"),
                               .poster = STR("/p.jpg"),
                               .video_url = STR("https://example.org/m.m3u8"),
                               .series_title = str_from(nasty),
                               .series_url = STR("https://example.org/s/1"),
                               .language = STR("en"),
                               .season = 1,
                               .number = 3,
                               .duration_us = 61500000,
                               .published_us = INT64_C(1790000000) * US_PER_S };
}

static bool has(struct str text, const char *part)
{
    return str_find(text, str_from(part)) >= 0;
}

static void test_text_is_escaped_wherever_it_stands(void **state)
{
    (void)state;
    struct page_info p = episode_page();
    struct buf out = { 0 };
    page_head_add(&out, &p);
    page_body_add(&out, &p);
    assert_int_equal(out.err, OK);
    assert_false(has(buf_str(&out), "<img src=x"));
    assert_true(has(buf_str(&out), "&lt;/script&gt;"));
    buf_done(&out);
}

static void test_json_ld_is_json_and_complete(void **state)
{
    (void)state;
    struct page_info p = episode_page();
    struct buf out = { 0 };
    struct arena a = { 0 };
    page_head_add(&out, &p);
    struct str text = buf_str(&out);
    struct str open = STR("<script type=\"application/ld+json\">");
    ptrdiff_t at = str_find(text, open);
    assert_true(at >= 0);
    text = str_skip(text, (size_t)at + open.n);
    text = str_head(text, (size_t)str_find(text, STR("</script>")));
    struct json_in root;
    struct diag d;
    assert_int_equal(json_in_parse(&a, text, &root, &d), OK);
    assert_string_equal(json_in_find(&root, "@type")->text.p, "TVEpisode");
    assert_true(json_in_find(&root, "episodeNumber")->i == 3);
    assert_string_equal(json_in_find(&root, "name")->text.p, nasty);
    const struct json_in *video = json_in_find(&root, "video");
    assert_string_equal(json_in_find(video, "@type")->text.p, "VideoObject");
    assert_string_equal(json_in_find(video, "duration")->text.p, "PT1M1.500S");
    assert_string_equal(json_in_find(video, "uploadDate")->text.p, "2026-09-21T14:13:20Z");
    arena_done(&a);
    buf_done(&out);
}

static struct str accept_language(const struct request *r, const char *name)
{
    (void)name;
    return str_from(r->header_ctx);
}

static void test_language_is_the_best_that_is_there(void **state)
{
    (void)state;
    static const struct {
        char accepts[64];
        const char *expected;
    } cases[] = {
        { "", "en" },
        { "es", "es" },
        { "zh-CN,zh;q=0.9,en;q=0.8", "zh" },
        { "fr,es;q=0.5,zh;q=0.7", "zh" },
        { "fr", "en" },
        { "es;q=0, zh;q=0.001", "zh" },
        { "ES-mx", "es" },
        { "est", "en" }, /* Estonian is not Spanish */
        { ";;;,,q=,es;q=x", "en" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        memcpy(text, cases[i].accepts, sizeof text);
        struct request r = { .header_of = accept_language, .header_ctx = text };
        assert_true(str_eq_c(page_language(&r), cases[i].expected));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_escaped_wherever_it_stands),
        cmocka_unit_test(test_json_ld_is_json_and_complete),
        cmocka_unit_test(test_language_is_the_best_that_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
