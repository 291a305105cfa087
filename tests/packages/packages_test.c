/* What is said about each package that make-packages writes, compared with NAME.expected. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "catalog/package.h"
#include "sys/file.h"

static void check(struct arena *a, const char *packages, const char *here, const char *name)
{
    struct problems ps = { .a = a };
    struct package pkg;
    struct buf b = { 0 };
    struct str expected = STR("");
    enum err e = package_open(a, path_join(a, packages, str_from(name)), NULL, &ps, &pkg);
    buf_addf(&b, "%s\n", e == OK ? "can be published" : "cannot be published");
    problems_print(&b, &ps);
    struct str got = buf_to_arena(&b, a);
    char *path = path_join(a, here, arena_printf(a, "%s.expected", name));
    if (getenv("UPDATE_GOLDEN"))
        assert_int_equal(file_write(path, got, 0644), OK);
    enum err found = file_read(a, path, 1 << 20, &expected);
    if (found != OK || !str_eq(got, expected))
        fail_msg("%s: expected\n%.*s\ngot\n%.*s", name, STR_ARG(expected), STR_ARG(got));
}

static void test_packages(void **state)
{
    (void)state;
    static const char *const names[] = { "rain-letters", "odd-names", "broken" };
    struct arena a = { 0 };
    char dir[] = "/tmp/dramalet-packages-XXXXXX";
    const char *here = getenv("PACKAGES_DIR");
    assert_non_null(here);
    assert_non_null(mkdtemp(dir));
    char *out = path_join(&a, dir, STR("out"));
    struct str command = arena_printf(&a, "'%s/make-packages' '%s'", here, out);
    assert_int_equal(system(command.p), 0); /* NOLINT(cert-env33-c): the project's own script */
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        check(&a, out, here, names[i]);
    assert_int_equal(dir_remove(dir), OK);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_packages) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
