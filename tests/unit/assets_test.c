/*
 * The packed client: every row of the table is found by its path, and nothing else is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/assets.h"

static void finds_template(void **state)
{
    (void)state;
    struct asset a;
    assert_true(asset_find(STR("/index.html"), &a));
    assert_true(str_starts(a.data, STR("<!doctype html>")));
    assert_true(str_find(a.data, STR("<!--head-->")) > 0);
    assert_true(str_find(a.data, STR("<!--boot-->")) > 0);
    assert_true(str_find(a.data, STR("<!--body-->")) > 0);
    assert_false(a.immutable);
    assert_true(str_eq_c(a.content_type, "text/html; charset=utf-8"));
    assert_int_equal(a.gzip.n, 0);
}

/* The page names its script; that file is there, compressed both ways, to be cached for ever. */
static void finds_script_of_template(void **state)
{
    (void)state;
    struct asset page, script;
    assert_true(asset_find(STR("/index.html"), &page));
    ptrdiff_t at = str_find(page.data, STR("/assets/app-"));
    assert_true(at > 0);
    struct str path = str_skip(page.data, (size_t)at);
    path = str_head(path, (size_t)str_find_char(path, '"'));
    assert_true(asset_find(path, &script));
    assert_true(script.immutable);
    assert_true(script.gzip.n > 0 && script.gzip.n < script.data.n / 2);
    assert_true(script.br.n > 0 && script.br.n < script.gzip.n);
    assert_int_equal((uint8_t)script.gzip.p[0], 0x1f);
    assert_int_equal(script.etag.p[0], '"');
}

static void misses_what_is_not_there(void **state)
{
    (void)state;
    static const char *const absent[] = {
        "", "/", "/index.htm", "/index.html2", "/csp.json", "zzz"
    };
    struct asset a;
    for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
        assert_false(asset_find(str_from(absent[i]), &a));
}

static void policy_has_hashes(void **state)
{
    (void)state;
    assert_true(str_find(asset_policy(), STR("script-src 'self' 'sha256-")) > 0);
    assert_true(str_find(asset_policy(), STR("style-src 'self' 'sha256-")) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_template),
        cmocka_unit_test(finds_script_of_template),
        cmocka_unit_test(misses_what_is_not_there),
        cmocka_unit_test(policy_has_hashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
