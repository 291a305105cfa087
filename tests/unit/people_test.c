/* Sessions: what was issued is accepted, anything else is not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/timefmt.h"
#include "people/session.h"

static const struct session_key key = { .b = { 1, 2, 3 } };
static const int64_t now_us = INT64_C(1790000000) * US_PER_S;

static void test_token_round_trips(void **state)
{
    (void)state;
    struct session s = { .viewer = 1234567890123, .issued_us = now_us }, back;
    struct buf b = { 0 };
    session_add_token(&b, &key, &s);
    assert_int_equal(b.n, SESSION_TOKEN_LEN);
    assert_int_equal(session_check(&key, buf_str(&b), now_us + 5 * US_PER_DAY, &back), OK);
    assert_true(back.viewer == s.viewer && back.issued_us == s.issued_us);
    buf_done(&b);
}

static void test_every_changed_character_is_refused(void **state)
{
    (void)state;
    struct session s = { .viewer = 99, .issued_us = now_us }, back;
    struct buf b = { 0 };
    session_add_token(&b, &key, &s);
    for (size_t i = 0; i < b.n; i++) {
        char was = b.p[i];
        b.p[i] = was == 'A' ? 'B' : 'A';
        assert_int_equal(session_check(&key, buf_str(&b), now_us, &back), ERR_UNAUTHENTICATED);
        b.p[i] = was;
    }
    assert_int_equal(session_check(&key, buf_str(&b), now_us, &back), OK);
    buf_done(&b);
}

static void test_age_and_future(void **state)
{
    (void)state;
    struct session s = { .viewer = 99, .issued_us = now_us }, back;
    struct buf b = { 0 };
    session_add_token(&b, &key, &s);
    int64_t limit = SESSION_VALID_DAYS * US_PER_DAY;
    assert_int_equal(session_check(&key, buf_str(&b), now_us + limit, &back), OK);
    assert_int_equal(session_check(&key, buf_str(&b), now_us + limit + US_PER_S, &back),
                     ERR_UNAUTHENTICATED);
    assert_int_equal(session_check(&key, buf_str(&b), now_us - 301 * US_PER_S, &back),
                     ERR_UNAUTHENTICATED);
    assert_int_equal(session_check(&key, STR(""), now_us, &back), ERR_UNAUTHENTICATED);
    buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_token_round_trips),
        cmocka_unit_test(test_every_changed_character_is_refused),
        cmocka_unit_test(test_age_and_future),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
