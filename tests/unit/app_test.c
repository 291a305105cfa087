/* Settings: the table, files, environment, and what is said about mistakes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/config.h"

#define LEN(a) (sizeof(a) / sizeof *(a))

static void test_the_table_is_sound(void **state)
{
    (void)state;
    struct config c;
    config_init(&c); /* aborts on a default outside its own limits */
    for (size_t i = 0; i < config_keys_n; i++) {
        assert_non_null(config_keys[i].meaning);
        for (const char *p = config_keys[i].name; *p; p++)
            assert_true((*p >= 'a' && *p <= 'z') || *p == '_');
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(config_keys[i].name, config_keys[j].name);
            assert_true(config_keys[i].offset != config_keys[j].offset);
        }
    }
    assert_string_equal(c.listen, "127.0.0.1:8080");
    assert_int_equal(c.header_timeout_us, 10000000);
    assert_int_equal(c.ingest_max_bytes, INT64_C(4) << 30);
    assert_int_equal(c.log_level, 1);
    assert_true(c.log_requests);
    config_done(&c);
}

static void test_values_by_type(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value;
        bool ok;
        const char *says; /* part of the message */
    } cases[] = {
        { "listen", ":80", true, NULL },
        { "tls-cert", "a b.pem", true, NULL },
        { "TLS_CERT", "x", true, NULL },
        { "readers", "12", true, NULL },
        { "readers", "-1", false, "a number from 0 to 1024" },
        { "readers", "1025", false, "not '1025'" },
        { "readers", "12x", false, "readers must be" },
        { "readers", "", false, "readers must be" },
        { "readers", "99999999999999999999", false, "readers must be" },
        { "header_timeout", "500ms", true, NULL },
        { "header_timeout", "2 m", true, NULL },
        { "header_timeout", "10", false, "a duration such as 10s, from 100ms to 10m" },
        { "header_timeout", "9223372036854775807h", false, "header_timeout must be" },
        { "ingest_max_bytes", "2G", true, NULL },
        { "ingest_max_bytes", "4000000", true, NULL },
        { "ingest_max_bytes", "1X", false, "a size such as 4G" },
        { "log_level", "WARN", true, NULL },
        { "log_level", "loud", false, "one of debug, info, warn, error" },
        { "allow_weaker_sandbox", "on", true, NULL },
        { "allow_weaker_sandbox", "maybe", false, "yes or no" },
        { "reders", "4", false, "did you mean 'readers'?" },
        { "trustedproxies", "x", false, "did you mean 'trusted_proxies'?" },
        { "colour", "x", false, "there is no setting 'colour'; 'dramalet serve --help'" },
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct config c;
        struct diag d = { 0 };
        config_init(&c);
        enum err e = config_set(&c, str_from(cases[i].key), str_from(cases[i].value), &d);
        assert_int_equal(e, cases[i].ok ? OK : ERR_INPUT);
        if (cases[i].says && !strstr(d.msg, cases[i].says))
            fail_msg("case %zu says: %s", i, d.msg);
        config_done(&c);
    }
}

static void test_files_name_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        enum err e;
        int line, column;
        const char *says;
    } cases[] = {
        { "", OK, 0, 0, NULL },
        { "# nothing yet\n", OK, 0, 0, NULL },
        { "listen: 127.0.0.1:9\nreaders: 7\n", OK, 0, 0, NULL },
        { "trusted_proxies:\n  - 127.0.0.1\n  - ::1\n", OK, 0, 0, NULL },
        { "listen: x\nreders: 7\n", ERR_INPUT, 2, 1, "did you mean" },
        { "listen: x\n\nreaders:   many\n", ERR_INPUT, 3, 12, "a number from" },
        { "readers: 7\nreaders: 8\n", ERR_INPUT, 2, 1, "set twice" },
        { "readers: 7\nREADERS: 8\n", ERR_INPUT, 2, 1, "set twice" },
        { "tls:\n  cert: x\n", ERR_INPUT, 2, 3, "not nested" },
        { "- a\n", ERR_INPUT, 1, 1, "a list is only possible" },
        { "just text\n", ERR_INPUT, 1, 1, "lines of 'key: value'" },
        { "listen: [a\n", ERR_INPUT, 2, 1, "not YAML" },
        { "listen: &x a\ndata: *x\n", ERR_INPUT, 2, 7, "references" },
        { "loops: 1\n---\nloops: 2\n", ERR_INPUT, 2, 1, "second document" },
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct config c;
        struct diag d = { 0 };
        config_init(&c);
        enum err e = config_load_text(&c, str_from(cases[i].yaml), &d);
        if (e != cases[i].e || d.line != cases[i].line || d.column != cases[i].column ||
            (cases[i].says && !strstr(d.msg, cases[i].says)))
            fail_msg("case %zu: %s at %d:%d: %s", i, err_name(e), d.line, d.column, d.msg);
        config_done(&c);
    }
    struct config c;
    config_init(&c);
    assert_int_equal(config_load_text(&c, str_from(cases[3].yaml), NULL), OK);
    assert_string_equal(c.trusted_proxies, "127.0.0.1, ::1");
    config_done(&c);
}

static void test_later_sources_win(void **state)
{
    (void)state;
    static char listen[] = "DRAMALET_LISTEN=from-env", other[] = "OTHER=x",
                config[] = "DRAMALET_CONFIG=/etc/x", wrong[] = "DRAMALET_LOOPS=all";
    char *env[] = { other, listen, config, NULL }, *bad[] = { wrong, NULL };
    struct config c;
    struct diag d = { 0 };
    config_init(&c);
    assert_int_equal(config_load_text(&c, STR("listen: from-file\nreaders: 3\n"), &d), OK);
    assert_int_equal(config_load_env(&c, env, &d), OK);
    assert_string_equal(c.listen, "from-env");
    assert_int_equal(c.readers, 3);
    assert_int_equal(config_set(&c, STR("listen"), STR("from-option"), &d), OK);
    assert_string_equal(c.listen, "from-option");
    assert_int_equal(config_load_env(&c, bad, &d), ERR_INPUT);
    assert_non_null(strstr(d.msg, "DRAMALET_LOOPS"));
    config_done(&c);
}

static void test_what_holds_between_settings(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *says;
        enum err e;
    } cases[] = {
        { "blobs", "s3://x", "--blobs is not built yet", ERR_UNSUPPORTED },
        { "bus", "nats://x", "--bus is not built yet", ERR_UNSUPPORTED },
        { "tls_cert", "a.pem", "tls_key is missing", ERR_INPUT },
        { "tls_key", "a.pem", "tls_cert is missing", ERR_INPUT },
        { "public_url", "drama.example", "must begin with https://", ERR_INPUT },
        { "accel_redirect_prefix", "media", "must be a path", ERR_INPUT },
        { "public_url", "https://drama.example", "", OK },
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct config c;
        struct diag d = { 0 };
        config_init(&c);
        assert_int_equal(config_set(&c, str_from(cases[i].key), str_from(cases[i].value), &d), OK);
        assert_int_equal(config_check(&c, &d), cases[i].e);
        assert_non_null(strstr(d.msg, cases[i].says));
        config_done(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table_is_sound),
        cmocka_unit_test(test_values_by_type),
        cmocka_unit_test(test_files_name_the_place),
        cmocka_unit_test(test_later_sources_win),
        cmocka_unit_test(test_what_holds_between_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
