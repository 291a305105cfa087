/* JSON in: what is refused, with which words; what the getters take. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/json_in.h"

static void test_what_is_refused(void **state)
{
    (void)state;
    const struct {
        struct str in;
        enum err e;
        int line;
        const char *word; /* in the message */
    } cases[] = {
        { { NULL, 0 }, ERR_INPUT, 1, "not JSON" },
        { STR(""), ERR_INPUT, 1, "not JSON" },
        { STR("{\"a\":1,\n\"a\":2}"), ERR_INPUT, 2, "duplicate" },
        { STR("{\"a\":1} x"), ERR_INPUT, 1, "end of file" },
        { STR("{\"a\":\"\xff\"}"), ERR_INPUT, 1, "unable to decode" },
        { STR("{\"a\":9223372036854775808}"), ERR_INPUT, 1, "integer" },
        { STR("{\"a\":1e999}"), ERR_INPUT, 1, "overflow" },
        { STR("{\"a\":\"\\ud800\"}"), ERR_INPUT, 1, "Unicode" },
        { STR("{\"a\\u0000\":1}"), ERR_INPUT, 1, "NUL" },
        { STR("{'a':1}"), ERR_INPUT, 1, "expected" },
        { STR("[1,]"), ERR_INPUT, 1, "unexpected" },
        { STR("nul"), ERR_INPUT, 1, "invalid token" },
        { STR("{\"a\":1\0}"), ERR_INPUT, 0, "not JSON" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a = { 0 };
        struct json_in in;
        struct diag d = { 0 };
        enum err e = json_in_parse(&a, cases[i].in, &in, &d);
        if (e != cases[i].e || d.line != cases[i].line || !strstr(d.msg, cases[i].word))
            fail_msg("case %zu: %s, line %d: %s", i, err_name(e), d.line, d.msg);
        arena_done(&a);
    }
}

static void test_limits_are_named(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct json_in in;
    struct diag d = { 0 };
    struct buf b = { 0 };
    for (int i = 0; i < JSON_IN_DEPTH_MAX; i++)
        buf_add_char(&b, '[');
    buf_add_c(&b, "\"[[[[\\\"[[\"");
    for (int i = 0; i < JSON_IN_DEPTH_MAX; i++)
        buf_add_char(&b, ']');
    assert_int_equal(json_in_parse(&a, buf_str(&b), &in, &d), OK);
    for (int i = 0; i < 100000; i++)
        buf_add_char(&b, '[');
    assert_int_equal(json_in_parse(&a, buf_str(&b), &in, &d), ERR_LIMIT);
    assert_non_null(strstr(d.msg, "32 levels"));
    while (b.n <= JSON_IN_BYTES_MAX)
        buf_add_char(&b, ' ');
    assert_int_equal(json_in_parse(&a, buf_str(&b), &in, &d), ERR_LIMIT);
    assert_non_null(strstr(d.msg, "bytes"));
    buf_done(&b);
    arena_done(&a);
}

static void test_tree_keeps_order_and_values(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct json_in in;
    assert_int_equal(json_in_parse(&a,
                                   STR("{\"z\":[1,-9223372036854775808,2.5,\"x\\u0000y\",null,"
                                       "true,{}],\"a\":false}"),
                                   &in, NULL),
                     OK);
    assert_int_equal(in.type, JSON_IN_OBJECT);
    assert_int_equal(in.n, 2);
    assert_true(str_eq_c(in.items[0].key, "z") && str_eq_c(in.items[1].key, "a"));
    const struct json_in *z = in.items[0].items;
    assert_int_equal(in.items[0].n, 7);
    assert_true(z[0].type == JSON_IN_INT && z[0].i == 1);
    assert_true(z[1].i == INT64_MIN);
    assert_true(z[2].type == JSON_IN_REAL && z[2].f > 2.4 && z[2].f < 2.6);
    assert_true(z[3].type == JSON_IN_STRING && str_eq(z[3].text, STR("x\0y")));
    assert_int_equal(z[4].type, JSON_IN_NULL);
    assert_true(z[5].type == JSON_IN_BOOL && z[5].i == 1);
    assert_true(z[6].type == JSON_IN_OBJECT && z[6].n == 0);
    assert_int_equal(in.items[1].i, 0);
    arena_done(&a);
}

static void test_getters(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct json_in in;
    struct diag d = { 0 };
    assert_int_equal(json_in_parse(&a,
                                   STR("{\"on\":true,\"n\":7,\"id\":\"0000000000010\",\"s\":\"hi\","
                                       "\"nul\":\"a\\u0000\",\"gone\":null,\"l\":[1,2],\"o\":{},"
                                       "\"f\":1.5}"),
                                   &in, &d),
                     OK);
    bool on = false;
    int64_t n = 0;
    double f = 0;
    struct str s;
    const struct json_in *sub;
    assert_int_equal(json_in_bool(&in, "on", &on, &d), OK);
    assert_true(on);
    assert_int_equal(json_in_i64(&in, "n", 0, 7, &n, &d), OK);
    assert_int_equal(n, 7);
    assert_int_equal(json_in_f64(&in, "n", &f, &d), OK);
    assert_true(f > 6.9);
    assert_int_equal(json_in_f64(&in, "f", &f, &d), OK);
    assert_int_equal(json_in_id(&in, "id", &n, &d), OK);
    assert_int_equal(n, 32);
    assert_int_equal(json_in_str(&in, "s", 2, &s, &d), OK);
    assert_true(str_eq_c(s, "hi"));
    assert_int_equal(json_in_array(&in, "l", 2, &sub, &d), OK);
    assert_int_equal(sub->n, 2);
    assert_int_equal(json_in_object(&in, "o", &sub, &d), OK);
    assert_null(json_in_find(&in, "gone"));
    assert_null(json_in_find(&in, "none"));

    assert_int_equal(json_in_i64(&in, "n", 8, 9, &n, &d), ERR_INPUT);
    assert_string_equal(d.msg, "`n` must be a whole number from 8 to 9.");
    assert_int_equal(json_in_bool(&in, "n", &on, &d), ERR_INPUT);
    assert_string_equal(d.msg, "`n` must be true or false.");
    assert_int_equal(json_in_i64(&in, "f", 0, 9, &n, &d), ERR_INPUT);
    assert_int_equal(json_in_i64(&in, "gone", 0, 9, &n, &d), ERR_INPUT);
    assert_string_equal(d.msg, "`gone` is missing; it must be a whole number from 0 to 9.");
    assert_int_equal(json_in_id(&in, "s", &n, &d), ERR_INPUT);
    assert_int_equal(json_in_str(&in, "s", 1, &s, &d), ERR_INPUT);
    assert_int_equal(json_in_str(&in, "nul", 9, &s, &d), ERR_INPUT);
    assert_int_equal(json_in_array(&in, "l", 1, &sub, &d), ERR_INPUT);
    assert_int_equal(json_in_object(&in, "l", &sub, NULL), ERR_INPUT);
    struct json_in list = { .type = JSON_IN_ARRAY };
    assert_int_equal(json_in_bool(&list, "on", &on, &d), ERR_INPUT);
    assert_string_equal(d.msg, "A JSON object with `on` is expected.");
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_limits_are_named),
        cmocka_unit_test(test_tree_keeps_order_and_values),
        cmocka_unit_test(test_getters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
