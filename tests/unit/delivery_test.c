/*
 * Media addresses: what was signed is accepted until its hour ends, anything else is not.
 * The feed: pages join without a gap or a repetition, and each viewer goes on where they were.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/json_in.h"
#include "base/rand.h"
#include "delivery/card.h"
#include "delivery/feed_index.h"
#include "delivery/item.h"
#include "delivery/media_address.h"
#include "sys/file.h"
#include "tests/support/media_folder.h"

#define HOUR_US INT64_C(3600000000)
#define BLOB    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct media_key key; /* set once, in main */
static const int64_t now_us = 497222 * HOUR_US + 1234567;

static struct str sign_file(struct buf *b, const char *file)
{
    media_address_add(b, &key, STR(BLOB), 0, now_us, MEDIA_VALID_HOURS);
    buf_add_c(b, file);
    return buf_str(b);
}

static void test_address_is_accepted_until_its_hour_ends(void **state)
{
    (void)state;
    struct buf b = { 0 };
    struct str path = sign_file(&b, "v360.mp4");
    struct media_address m;
    assert_int_equal(media_address_check(&key, path, now_us, &m), OK);
    assert_true(str_eq_c(m.blob, BLOB) && str_eq_c(m.file, "v360.mp4") && m.grant == 0);
    int64_t end_us = (497222 + MEDIA_VALID_HOURS + 1) * HOUR_US;
    assert_int_equal(media_address_check(&key, path, end_us - 1, &m), OK);
    assert_int_equal(media_address_check(&key, path, end_us, &m), ERR_GONE);
    buf_done(&b);
}

static void test_every_changed_character_is_refused(void **state)
{
    (void)state;
    struct buf b = { 0 };
    struct str path = sign_file(&b, "");
    size_t signed_n = path.n;
    buf_reset(&b);
    path = sign_file(&b, "v360.mp4");
    for (size_t i = 0; i < signed_n; i++) {
        struct media_address m;
        char was = b.p[i];
        b.p[i] = was == '0' ? '1' : '0';
        assert_int_not_equal(media_address_check(&key, path, now_us, &m), OK);
        b.p[i] = was;
    }
    buf_done(&b);
}

static void test_paths_that_are_no_addresses(void **state)
{
    (void)state;
    static const char *const bad_files[] = { "",      ".",       "..",  "../x", "a/b",
                                             "a%2fb", ".hidden", "a b", "a\\b", "v360.mp4/" };
    for (size_t i = 0; i < sizeof bad_files / sizeof *bad_files; i++) {
        struct buf b = { 0 };
        struct media_address m;
        assert_int_equal(media_address_check(&key, sign_file(&b, bad_files[i]), now_us, &m),
                         ERR_NOT_FOUND);
        buf_done(&b);
    }
    static const char *const bad[] = { "",
                                       "/",
                                       "/m/",
                                       "/m/1/0/x",
                                       "/m/1/0/x/" BLOB,
                                       "/m/+1/0/AAAAAAAAAAAAAAAAAAAAAA/" BLOB "/a",
                                       "/m/01/0/AAAAAAAAAAAAAAAAAAAAAA/" BLOB "/a" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct media_address m;
        assert_int_equal(media_address_check(&key, str_from(bad[i]), now_us, &m), ERR_NOT_FOUND);
    }
}

/* Series 1..n with 3 episodes each (series * 10 + 1..3), published at their number: newest is n. */
static struct feed_index *index_of(int64_t n)
{
    struct feed_index *x = feed_index_new(1);
    for (int64_t s = 1; s <= n; s++)
        for (int64_t e = 1; e <= 3; e++)
            assert_int_equal(feed_index_add(x, s, s, s * 10 + e), OK);
    feed_index_seal(x);
    return x;
}

static void test_feed_pages_join(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct feed_index *x = index_of(25);
    struct feed_pick picks[FEED_LIMIT_MAX];
    struct str cursor = { 0 };
    int64_t expected = 25;
    do {
        size_t n;
        assert_int_equal(
            feed_index_pick(x, &a, &(struct feed_query){ NULL, 0, cursor, 7 }, picks, &n, &cursor),
            OK);
        for (size_t i = 0; i < n; i++, expected--) {
            assert_true(picks[i].series == expected && picks[i].episode == expected * 10 + 1);
            assert_true(picks[i].next == expected * 10 + 2 && picks[i].number_of == 3);
        }
    } while (cursor.n);
    assert_int_equal(expected, 0);
    size_t n;
    assert_int_equal(
        feed_index_pick(x, &a, &(struct feed_query){ NULL, 0, STR("x"), 7 }, picks, &n, &cursor),
        ERR_INPUT);
    assert_int_equal(
        feed_index_pick(x, &a, &(struct feed_query){ NULL, 0, STR("5-"), 7 }, picks, &n, &cursor),
        ERR_INPUT);
    feed_index_unref(x);
    arena_done(&a);
}

static void test_feed_goes_on_where_the_viewer_was(void **state)
{
    (void)state;
    static const struct {
        struct feed_resume resume;
        int64_t episode, position_us;
    } cases[] = {
        { { .series = 2, .episode = 22, .position_us = 5 }, 22, 5 },
        { { .series = 2, .episode = 22, .position_us = 5, .is_done = true }, 23, 0 },
        { { .series = 2, .episode = 23, .is_done = true }, 31, 0 },  /* seen: another series */
        { { .series = 2, .episode = 99, .position_us = 5 }, 21, 0 }, /* withdrawn */
        { { .series = 7, .episode = 71 }, 21, 0 },
    };
    struct arena a = { 0 };
    struct feed_index *x = feed_index_new(1);
    for (int64_t s = 2; s <= 3; s++)
        for (int64_t e = 1; e <= 3; e++)
            assert_int_equal(feed_index_add(x, s, -s, s * 10 + e), OK);
    feed_index_seal(x);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct feed_pick pick[1];
        struct str cursor = { 0 };
        size_t n;
        assert_int_equal(feed_index_pick(x, &a,
                                         &(struct feed_query){ &cases[i].resume, 1, cursor, 1 },
                                         pick, &n, &cursor),
                         OK);
        assert_int_equal(n, 1);
        assert_true(pick[0].episode == cases[i].episode);
        assert_true(pick[0].position_us == cases[i].position_us);
    }
    feed_index_unref(x);
    arena_done(&a);
}

/* Whatever is published or withdrawn between two pages, no series comes twice and none that stayed
 * is lost. */
static void test_feed_survives_changes_between_pages(void **state)
{
    (void)state;
    struct rng r = rng_seeded(20261120);
    for (int round = 0; round < 1000; round++) {
        struct arena a = { 0 };
        bool in_first[40], in_second[40], seen[40] = { 0 };
        struct str cursor = { 0 };
        for (int pass = 0; pass < 2; pass++) {
            struct feed_index *x = feed_index_new(pass);
            for (int64_t s = 0; s < 40; s++) {
                bool in = rng_below(&r, 2);
                (pass ? in_second : in_first)[s] = in;
                if (in)
                    assert_int_equal(feed_index_add(x, s + 1, s / 3, 1), OK);
            }
            feed_index_seal(x);
            struct feed_pick picks[FEED_LIMIT_MAX];
            size_t n;
            do {
                assert_int_equal(feed_index_pick(x, &a, &(struct feed_query){ NULL, 0, cursor, 5 },
                                                 picks, &n, &cursor),
                                 OK);
                for (size_t i = 0; i < n; i++) {
                    assert_false(seen[picks[i].series - 1]);
                    seen[picks[i].series - 1] = true;
                }
            } while (pass == 1 && cursor.n);
            feed_index_unref(x);
            if (cursor.n == 0)
                break;
        }
        for (size_t s = 0; s < 40 && cursor.n; s++)
            assert_true(seen[s] || !in_first[s] || !in_second[s]);
        arena_done(&a);
    }
}

static void assert_member(const struct json_in *in, const char *name, const char *expected)
{
    const struct json_in *v = json_in_find(in, name);
    assert_non_null(v);
    assert_string_equal(v->text.p, expected);
}

/* One title tries to look like the place where card_restart cuts. */
static void test_card_carries_all_that_the_first_frame_needs(void **state)
{
    (void)state;
    struct arena a = { 0 };
    char dir[] = "/tmp/dramalet-card-XXXXXX";
    assert_non_null(mkdtemp(dir));
    media_folder_make(&a, dir);
    struct str genres[] = { STR("suspense") }, card, again;
    struct card_texts t = { .episode = 77,
                            .series = 5,
                            .season = 1,
                            .number = 3,
                            .title = STR(",\"start\":\"v999\""),
                            .series_title = STR("S"),
                            .language = STR("en"),
                            .genres = genres,
                            .n_genres = 1 };
    struct diag d = { 0 };
    struct json_in in;
    assert_int_equal(card_build(&a, &t, dir, STR(BLOB), STR(""), &card, &d), OK);
    assert_true(str_eq_c(card_blob(card), BLOB));
    assert_int_equal(json_in_parse(&a, card, &in, &d), OK);
    assert_member(&in, "start", "v360"); /* the widest up to 540 */
    assert_member(&in, "video_playlist", "#EXTM3U\nv360.mp4\n");
    assert_member(&in, "video_init", "aW5pdC12MzYw"); /* init-v360 */
    assert_member(&in, "audio_init", "aW5pdC1hdWRpbw==");
    assert_int_equal(card_restart(&a, card, dir, STR("v720"), &again, &d), OK);
    assert_int_equal(json_in_parse(&a, again, &in, &d), OK);
    assert_member(&in, "start", "v720");
    assert_member(&in, "title", ",\"start\":\"v999\"");
    assert_member(&in, "video_init", "aW5pdC12NzIw");
    assert_int_equal(card_restart(&a, card, dir, STR("v999"), &again, &d), OK);
    assert_true(str_eq(again, card)); /* none of that name: as it was */

    struct buf out = { 0 };
    struct item it = { .card = card, .likes = 3, .next = 78, .episodes = 12, .is_liked = true };
    item_add(&out, &(struct item_signing){ &key, now_us, MEDIA_VALID_HOURS }, &it);
    assert_int_equal(json_in_parse(&a, buf_str(&out), &in, &d), OK);
    const struct json_in *base = json_in_find(&in, "base");
    struct media_address m;
    assert_int_equal(media_address_check(
                         &key, arena_printf(&a, "%.*sv360.mp4", STR_ARG(base->text)), now_us, &m),
                     OK);
    buf_done(&out);
    assert_int_equal(file_write(path_join(&a, dir, STR("v360.mp4")), STR("short"), 0644), OK);
    assert_int_equal(card_build(&a, &t, dir, STR(BLOB), STR(""), &card, &d), ERR_CORRUPT);
    assert_int_equal(dir_remove(dir), OK);
    arena_done(&a);
}

int main(void)
{
    media_key_init(&key, (const uint8_t[HMAC_KEY_BYTES]){ 9, 8, 7 });
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_address_is_accepted_until_its_hour_ends),
        cmocka_unit_test(test_every_changed_character_is_refused),
        cmocka_unit_test(test_paths_that_are_no_addresses),
        cmocka_unit_test(test_card_carries_all_that_the_first_frame_needs),
        cmocka_unit_test(test_feed_pages_join),
        cmocka_unit_test(test_feed_goes_on_where_the_viewer_was),
        cmocka_unit_test(test_feed_survives_changes_between_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
