/* The ground that everything stands on: text, ids, time, JSON, encodings. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/json.h"
#include "base/json_in.h"
#include "base/rand.h"
#include "base/timefmt.h"
#include "base/utf8.h"

static void assert_buf(struct buf *b, const char *expected)
{
    buf_add_char(b, '\0');
    assert_int_equal(b->err, OK);
    assert_string_equal(b->p, expected);
    buf_done(b);
}

static void test_buf_ceiling_is_sticky(void **state)
{
    (void)state;
    struct buf b = { .max = 4 };
    buf_add_c(&b, "abc");
    buf_add_c(&b, "de");
    assert_int_equal(b.err, ERR_LIMIT);
    buf_add_c(&b, "d");
    assert_int_equal(b.n, 3);
    buf_done(&b);
}

static void test_base64_both_ways(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out, *url;
    } cases[] = {
        { "", "", "" },
        { "f", "Zg==", "Zg" },
        { "fo", "Zm8=", "Zm8" },
        { "foo", "Zm9v", "Zm9v" },
        { "\xfb\xff", "+/8=", "-_8" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b = { 0 };
        buf_add_base64(&b, cases[i].in, strlen(cases[i].in));
        assert_buf(&b, cases[i].out);
        struct arena a = { 0 };
        struct str back;
        assert_int_equal(base64url_decode(&a, str_from(cases[i].url), &back), OK);
        assert_true(str_eq_c(back, cases[i].in));
        arena_done(&a);
    }
    struct arena a = { 0 };
    struct str out;
    assert_int_equal(base64url_decode(&a, STR("Zh"), &out), ERR_INPUT); /* spare bits set */
    assert_int_equal(base64url_decode(&a, STR("Z"), &out), ERR_INPUT);
    assert_int_equal(base64url_decode(&a, STR("Zg="), &out), ERR_INPUT);
    arena_done(&a);
}

static void test_buf_takes_exactly_its_ceiling(void **state)
{
    (void)state;
    struct buf b = { .max = 300 };
    for (int i = 0; i < 30; i++)
        buf_addf(&b, "%s", "0123456789"); /* the terminating NUL must not count */
    assert_int_equal(b.err, OK);
    assert_int_equal(b.n, 300);
    assert_true(b.cap <= 300);
    buf_add_c(&b, "");
    buf_addf(&b, "%s", "");
    assert_int_equal(b.err, OK);
    buf_addf(&b, "%s", "x");
    assert_int_equal(b.err, ERR_LIMIT);
    assert_int_equal(b.n, 300);
    buf_reset(&b);
    buf_addf(&b, "%0301d", 7); /* longer than the ceiling in one piece */
    assert_int_equal(b.err, ERR_LIMIT);
    assert_int_equal(b.n, 0);
    buf_done(&b);
    struct buf large = { .max = SIZE_MAX };
    char *to = buf_reserve(&large, 1000);
    assert_non_null(to);
    assert_null(buf_reserve(&b, SIZE_MAX));
    buf_done(&large);
    buf_done(&b);
}

static void test_buf_numbers_and_escapes(void **state)
{
    (void)state;
    struct buf b = { 0 };
    buf_add_i64(&b, INT64_MIN);
    buf_add_char(&b, ' ');
    buf_add_u64(&b, UINT64_MAX);
    buf_add_char(&b, ' ');
    buf_add_digits(&b, 7, 3);
    buf_add_char(&b, ' ');
    buf_add_digits(&b, 1234, 3);
    buf_add_char(&b, ' ');
    buf_add_hex(&b, "\x00\xAb\xff", 3);
    assert_buf(&b, "-9223372036854775808 18446744073709551615 007 1234 00abff");
    buf_add_html(&b, STR("<a href='x'>\"&\"</a>"));
    buf_add_html(&b, STR(""));
    assert_buf(&b, "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;");
    buf_add_url(&b, STR("a b/\xE4\xBD\xA0~-._%"));
    assert_buf(&b, "a%20b%2F%E4%BD%A0~-._%25");
}

/* Whatever the bytes: encoded and decoded again they are the same. */
static void test_encodings_round_trip(void **state)
{
    (void)state;
    struct rng r = rng_seeded(11);
    for (int i = 0; i < 10000; i++) {
        char raw[70], back[70];
        size_t n = (size_t)rng_below(&r, sizeof raw);
        rng_fill(&r, raw, n);
        struct arena a = { 0 };
        struct buf b = { 0 };
        struct str out;
        buf_add_base64url(&b, raw, n);
        assert_int_equal(base64url_decode(&a, buf_str(&b), &out), OK);
        assert_true(str_eq(out, str_sub(raw, n)));
        buf_reset(&b);
        buf_add_hex(&b, raw, n);
        assert_int_equal(hex_decode(buf_str(&b), back, n), OK);
        assert_memory_equal(back, raw, n);
        buf_reset(&b);
        buf_add_url(&b, str_sub(raw, n));
        assert_int_equal(url_decode(&a, buf_str(&b), false, &out), OK);
        assert_true(str_eq(out, str_sub(raw, n)));
        buf_done(&b);
        arena_done(&a);
    }
}

/* Random bytes, rich in what needs an escape, through the writer and back through the reader. */
static void test_json_strings_round_trip(void **state)
{
    (void)state;
    static const char *const pieces[] = { "a",
                                          "\"",
                                          "\\",
                                          "\n",
                                          "\x01",
                                          "plain text of some length",
                                          "\xE4\xBD\xA0",
                                          "\xF0\x9F\x8E\xAC",
                                          "\x7f",
                                          "\xff",
                                          "\xE2\x80\xA8",
                                          "</script>",
                                          "&" };
    struct rng r = rng_seeded(12);
    for (int i = 0; i < 10000; i++) {
        struct arena a = { 0 };
        struct buf in = { 0 }, expected = { 0 }, out = { 0 }, safe = { 0 };
        for (uint64_t n = rng_below(&r, 12); n > 0; n--) {
            const char *piece = pieces[rng_below(&r, sizeof pieces / sizeof *pieces)];
            buf_add_c(&in, piece);
            buf_add_c(&expected, strcmp(piece, "\xff") == 0 ? "\xEF\xBF\xBD" : piece);
        }
        json_add_string(&out, buf_str(&in));
        json_add_html_safe(&safe, buf_str(&out));
        assert_int_equal(str_find(buf_str(&safe), STR("</")), -1);
        assert_int_equal(str_find(buf_str(&safe), STR("\xE2\x80\xA8")), -1);
        struct buf *both[] = { &out, &safe };
        for (size_t k = 0; k < 2; k++) {
            struct json_in back;
            assert_int_equal(json_in_parse(&a, buf_str(both[k]), &back, NULL), OK);
            assert_true(str_eq(back.text, buf_str(&expected)));
        }
        buf_done(&in);
        buf_done(&expected);
        buf_done(&out);
        buf_done(&safe);
        arena_done(&a);
    }
}

/* Every ASCII character at every place of the eight bytes that are looked at together. */
static void test_json_escapes_at_every_offset(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 0x80; c++) {
        for (size_t at = 0; at < 24; at++) {
            char text[24];
            memset(text, 'x', sizeof text);
            text[at] = (char)c;
            struct arena a = { 0 };
            struct buf out = { 0 };
            struct json_in back;
            json_add_string(&out, str_sub(text, sizeof text));
            if (json_in_parse(&a, buf_str(&out), &back, NULL) != OK ||
                !str_eq(back.text, str_sub(text, sizeof text)))
                fail_msg("character %u at %zu", c, at);
            buf_done(&out);
            arena_done(&a);
        }
    }
}

static void test_dates_round_trip(void **state)
{
    (void)state;
    struct rng r = rng_seeded(13);
    for (int i = 0; i < 10000; i++) {
        int64_t ms = (int64_t)rng_below(&r, UINT64_C(253402300800000) + 62135596800000) -
                     INT64_C(62135596800000); /* the years 1 to 9999 */
        struct buf b = { 0 };
        buf_add_rfc3339(&b, ms * US_PER_MS);
        int64_t back;
        assert_int_equal(rfc3339_parse(buf_str(&b), &back), OK);
        assert_true(back == ms * US_PER_MS);
        buf_done(&b);
    }
    struct buf b = { 0 };
    buf_add_iso_duration(&b, 62500000);
    buf_add_char(&b, ' ');
    buf_add_iso_duration(&b, 0);
    buf_add_char(&b, ' ');
    buf_add_iso_duration(&b, INT64_C(3600000000));
    assert_buf(&b, "PT1M2.500S PT0S PT60M0S");
}

static void test_text_helpers(void **state)
{
    (void)state;
    struct str rest = STR("a,,b,"), part;
    static const char *const parts[] = { "a", "", "b", "" };
    for (size_t i = 0; i < 4; i++) {
        assert_true(str_next(&rest, ',', &part));
        assert_true(str_eq_c(part, parts[i]));
    }
    assert_false(str_next(&rest, ',', &part));
    struct str text = STR("one\r\n\ntwo");
    assert_true(str_next_line(&text, &part) && str_eq_c(part, "one"));
    assert_true(str_next_line(&text, &part) && part.n == 0);
    assert_true(str_next_line(&text, &part) && str_eq_c(part, "two"));
    assert_false(str_next_line(&text, &part));
    static const struct {
        const char *in;
        enum err e;
        int64_t v;
    } numbers[] = { { "0", OK, 0 },          { "-9223372036854775808", OK, INT64_MIN },
                    { "+7", OK, 7 },         { "9223372036854775808", ERR_INPUT, 0 },
                    { "", ERR_INPUT, 0 },    { "-", ERR_INPUT, 0 },
                    { "+-7", ERR_INPUT, 0 }, { "1 ", ERR_INPUT, 0 },
                    { "0x1", ERR_INPUT, 0 }, { "-9223372036854775809", ERR_INPUT, 0 } };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        int64_t v = 0;
        assert_int_equal(str_to_i64(str_from(numbers[i].in), &v), numbers[i].e);
        assert_true(v == numbers[i].v);
    }
    for (unsigned e = 0; e < ERR_COUNT; e++)
        assert_int_equal(err_from_name(err_name((enum err)e)), e);
    assert_int_equal(err_from_name("nonsense"), ERR_INTERNAL);
    struct diag d;
    assert_int_equal(diag_fail(&d, ERR_INPUT, 1, 2, "%300s\xE4\xBD\xA0", "x"), ERR_INPUT);
    assert_true(utf8_is_valid(str_from(d.msg)));
    char wide[400] = { 0 };
    for (size_t i = 0; i + 3 < sizeof wide; i += 3)
        memcpy(wide + i, "\xE4\xBD\xA0", 3);
    for (size_t cut = 0; cut < 3; cut++) {
        assert_int_equal(diag_fail(&d, ERR_INPUT, 1, 2, "%.*s%s", (int)cut, "ab", wide), ERR_INPUT);
        assert_true(utf8_is_valid(str_from(d.msg)) && strlen(d.msg) > 248);
    }
}

static void test_arena_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct rng r = rng_seeded(14);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 500; i++) {
            size_t n = (size_t)rng_below(&r, i % 50 == 0 ? 300000 : 200);
            char *p = arena_alloc(&a, n);
            assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
            for (size_t k = 0; k < n; k += 97)
                assert_int_equal(p[k], 0);
            memset(p, 0xA5, n); /* what the next round must not see */
        }
        arena_reset(&a);
    }
    assert_true(str_eq_c(arena_printf(&a, "%d-%s", 5, "x"), "5-x"));
    arena_done(&a);
    arena_done(&a);
    arena_done(NULL);
}

static void test_id_is_ordered_and_round_trips(void **state)
{
    (void)state;
    struct rng r = rng_seeded(7);
    int64_t last = 0;
    for (int64_t ms = 0; ms < 10000; ms++) {
        int64_t us = (INT64_C(1790000000000) + ms) * 1000;
        int64_t id = id_make(us, rng_u64(&r));
        assert_true(id > last);
        last = id;
        char text[ID_TEXT_LEN + 1];
        id_format(id, text);
        int64_t back;
        assert_int_equal(id_parse(str_from(text), &back), OK);
        assert_true(back == id);
        assert_true(id_time_us(id) == us);
    }
    int64_t id;
    assert_int_equal(id_parse(STR("0000000000000"), &id), ERR_INPUT);
    assert_int_equal(id_parse(STR("ZZZZZZZZZZZZZ"), &id), ERR_INPUT);
    assert_int_equal(id_parse(STR("000000000000o"), &id), ERR_INPUT);
    assert_int_equal(id_parse(STR("00000000000l0"), &id), OK);
    assert_true(id == 32);
}

static void test_rfc3339_round_trips(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } good[] = {
        { "1970-01-01", "1970-01-01T00:00:00Z" },
        { "2024-02-29T23:59:59+01:00", "2024-02-29T22:59:59Z" },
        { "1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.250Z" },
        { "2026-11-20 08:30Z", "2026-11-20T08:30:00Z" },
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t us;
        assert_int_equal(rfc3339_parse(str_from(good[i].in), &us), OK);
        struct buf b = { 0 };
        buf_add_rfc3339(&b, us);
        assert_buf(&b, good[i].out);
    }
    static const char *const bad[] = { "",
                                       "2023-02-29",
                                       "2026-13-01",
                                       "2026-1-1",
                                       "2026-11-20T",
                                       "2026-11-20T25:00:00Z",
                                       "2026-11-20T10:00:00",
                                       "2026-11-20x" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t us;
        assert_int_equal(rfc3339_parse(str_from(bad[i]), &us), ERR_INPUT);
    }
    struct buf b = { 0 };
    buf_add_http_date(&b, INT64_C(784111777) * US_PER_S);
    assert_buf(&b, "Sun, 06 Nov 1994 08:49:37 GMT"); /* RFC 9110's own example */
}

static void test_json_escapes_and_commas(void **state)
{
    (void)state;
    struct buf b = { 0 };
    struct json j = { .out = &b };
    json_object_begin(&j);
    json_kstr(&j, "a", STR("x\"\\\n\x01\xff\xE4\xBD\xA0"));
    json_key(&j, "b");
    json_array_begin(&j);
    json_i64(&j, INT64_MIN);
    json_bool(&j, true);
    json_object_begin(&j);
    json_object_end(&j);
    json_nil(&j);
    json_array_end(&j);
    json_kid(&j, "c", 0);
    json_object_end(&j);
    assert_buf(&b, "{\"a\":\"x\\\"\\\\\\n\\u0001\xEF\xBF\xBD\xE4\xBD\xA0\","
                   "\"b\":[-9223372036854775808,true,{},null],\"c\":null}");
    json_add_html_safe(&b, STR("\"</script>&\""));
    assert_buf(&b, "\"\\u003c/script\\u003e\\u0026\"");
}

static void test_utf8_rejects_what_rfc3629_rejects(void **state)
{
    (void)state;
    static const char *const bad[] = { "\x80",         "\xC0\xAF",         "\xE0\x80\xAF",
                                       "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80",
                                       "\xE4\xBD" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(utf8_is_valid(str_from(bad[i])));
    assert_true(utf8_is_valid(STR("a\xC3\xA9\xE4\xBD\xA0\xF0\x9F\x8E\xAC\xEF\xBF\xBD")));
    assert_true(str_eq_c(utf8_head(STR("a\xE4\xBD\xA0"), 3), "a"));
}

static void test_utf8_fold_strips_accents(void **state)
{
    (void)state;
    static const struct {
        uint32_t from, to;
    } cases[] = {
        { 'A', 'a' },     { 0xC9, 'e' },      { 0xE9, 'e' },    { 0xD1, 'n' },    { 0xFC, 'u' },
        { 0xFF, 'y' },    { 0xC7, 'c' },      { 0xD8, 0xF8 },   { 0xC6, 0xE6 },   { 0xDF, 0xDF },
        { 0x100, 'a' },   { 0x10C, 'c' },     { 0x111, 'd' },   { 0x11B, 'e' },   { 0x11E, 'g' },
        { 0x127, 'h' },   { 0x130, 'i' },     { 0x131, 'i' },   { 0x134, 'j' },   { 0x137, 'k' },
        { 0x142, 'l' },   { 0x144, 'n' },     { 0x148, 'n' },   { 0x14D, 'o' },   { 0x152, 0x153 },
        { 0x159, 'r' },   { 0x160, 's' },     { 0x165, 't' },   { 0x16F, 'u' },   { 0x175, 'w' },
        { 0x177, 'y' },   { 0x178, 'y' },     { 0x17A, 'z' },   { 0x17E, 'z' },   { 0x391, 0x3B1 },
        { 0x42F, 0x44F }, { 0x1EBE, 'e' },    { 0x1EBF, 'e' },  { 0x1EA0, 'a' },  { 0x1EF9, 'y' },
        { 0x1B0, 'u' },   { 0x219, 's' },     { 0x3AC, 0x3B1 }, { 0x3C2, 0x3C3 }, { 0x401, 0x435 },
        { 0x451, 0x435 }, { 0x138, 'k' },     { 0x403, 0x453 }, { 0xD7, 0xD7 },   { 0xF7, 0xF7 },
        { 0xFF21, 'a' },  { 0x4F60, 0x4F60 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(utf8_fold(cases[i].from), cases[i].to);
    for (uint32_t cp = 0; cp < 0x110000; cp++)
        if (utf8_fold(utf8_fold(cp)) != utf8_fold(cp))
            fail_msg("U+%04X folds in two steps", (unsigned)cp);
}

static void test_sha256_and_hmac_known_answers(void **state)
{
    (void)state;
    char hex[SHA256_HEX + 1];
    struct sha256 d = sha256_of("abc", 3);
    sha256_hex(&d, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    uint8_t key[HMAC_KEY_BYTES] = { 0 };
    memset(key, 0x0b, 20); /* RFC 4231 case 1: zero padding of the key is part of HMAC */
    d = hmac_sha256(key, "Hi There", 8);
    sha256_hex(&d, hex);
    assert_string_equal(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

static void test_json_in_says_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part_of_message;
    } bad[] = {
        { "", "not JSON" },
        { "[1]", "object" },
        { "{\"n\":1,\"n\":1}", "not JSON" },
        { "{\"n\":\"1\"}", "`n` must be a whole number from 0 to 5" },
        { "{\"n\":6}", "`n` must be a whole number from 0 to 5" },
        { "{\"n\":1.5}", "`n` must be a whole number from 0 to 5" },
        { "{}", "`n` is missing" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena a = { 0 };
        struct json_in in = { 0 };
        struct diag d = { 0 };
        int64_t n;
        enum err e = json_in_parse(&a, str_from(bad[i].text), &in, &d);
        if (e == OK)
            e = json_in_i64(&in, "n", 0, 5, &n, &d);
        assert_int_equal(e, ERR_INPUT);
        assert_non_null(strstr(d.msg, bad[i].part_of_message));
        arena_done(&a);
    }
    struct arena a = { 0 };
    struct json_in in;
    struct diag d;
    int64_t n;
    bool is_on;
    struct str s;
    assert_int_equal(
        json_in_parse(&a, STR("{\"n\":9007199254740993,\"on\":true,\"s\":\"\\u0001\"}"), &in, &d),
        OK);
    assert_int_equal(json_in_i64(&in, "n", 0, INT64_MAX, &n, &d), OK);
    assert_true(n == INT64_C(9007199254740993)); /* exact where a double is not */
    assert_int_equal(json_in_bool(&in, "on", &is_on, &d), OK);
    assert_true(is_on);
    assert_int_equal(json_in_str(&in, "s", 10, &s, &d), ERR_INPUT);
    assert_int_equal(json_in_id(&in, "on", &n, &d), ERR_INPUT);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buf_ceiling_is_sticky),
        cmocka_unit_test(test_base64_both_ways),
        cmocka_unit_test(test_buf_takes_exactly_its_ceiling),
        cmocka_unit_test(test_buf_numbers_and_escapes),
        cmocka_unit_test(test_encodings_round_trip),
        cmocka_unit_test(test_json_strings_round_trip),
        cmocka_unit_test(test_json_escapes_at_every_offset),
        cmocka_unit_test(test_dates_round_trip),
        cmocka_unit_test(test_text_helpers),
        cmocka_unit_test(test_arena_is_zeroed_and_aligned),
        cmocka_unit_test(test_id_is_ordered_and_round_trips),
        cmocka_unit_test(test_rfc3339_round_trips),
        cmocka_unit_test(test_json_escapes_and_commas),
        cmocka_unit_test(test_utf8_rejects_what_rfc3629_rejects),
        cmocka_unit_test(test_utf8_fold_strips_accents),
        cmocka_unit_test(test_sha256_and_hmac_known_answers),
        cmocka_unit_test(test_json_in_says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
