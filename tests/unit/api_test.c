/*
 * The routes on a real store, without a socket: what a viewer does, and what is refused. Media
 * folders are small fakes; series and episodes are written as the catalogue would.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "api/api.h"
#include "api/episode_cards.h"
#include "base/id.h"
#include "base/json_in.h"
#include "base/timefmt.h"
#include "http/memory.h"
#include "store/blob.h"
#include "store/episode.h"
#include "store/search.h"
#include "store/series.h"
#include "sys/file.h"
#include "tests/support/media_folder.h"

enum { SERIES = 3, EPISODES = 4 };
static const int64_t now_us = INT64_C(1790000000) * US_PER_S;

struct fixture {
    char dir[32];
    struct arena arena;
    struct clock clock;
    struct rng rng;
    struct blobs *blobs;
    struct api api;
    struct db *db;
    struct http_config http;
    struct blob folder;
    int64_t series[SERIES], episodes[SERIES][EPISODES];
    char cookie[128];
};

static enum err fill_episode(struct db *db, struct fixture *f, size_t s, size_t e, int64_t season)
{
    struct episode_row row = { .id = f->episodes[s][e],
                               .series = f->series[s],
                               .season = season,
                               .number = (int64_t)e + 1,
                               .position = (int64_t)e + 1,
                               .title = arena_printf(&f->arena, "Episode %zu", e + 1),
                               .created_us = now_us };
    struct episode_media media = { .folder = str_sub(f->folder.hex, SHA256_HEX),
                                   .duration_us = 60000000,
                                   .is_ladder_complete = true };
    enum err err = store_episode_insert(db, &row);
    if (err == OK)
        err = store_episode_set_media(db, row.id, &media, now_us);
    if (err == OK)
        err = store_episode_set_state(db, row.id, STATE_PUBLISHED, 0, now_us);
    return err == OK ? episode_card_write(db, f->blobs, row.id) : err;
}

static enum err fill(struct tx *tx, void *arg)
{
    struct fixture *f = arg;
    struct db *db = tx_db(tx);
    enum err e = store_blob_add(db, &f->folder, now_us);
    for (size_t s = 0; s < SERIES && e == OK; s++) {
        struct series_row row = { .id = f->series[s],
                                  .slug = arena_printf(&f->arena, "series-%zu", s),
                                  .title = arena_printf(&f->arena, "Series %zu", s),
                                  .language = STR("en"),
                                  .detail =
                                      STR("{\"genres\":[\"suspense\"],\"is_test_footage\":true}"),
                                  .created_us = now_us };
        struct season_row season = { .id = f->series[s] + 1000, .series = row.id, .number = 1 };
        struct posting p = { .term = arena_printf(&f->arena, "word%zu", s),
                             .kind = POSTING_TITLE,
                             .target = row.id,
                             .weight = 10 };
        struct series_tag tag = { TAG_GENRE, STR("suspense") };
        e = store_series_insert(db, &row);
        if (e == OK)
            e = store_season_insert(db, &season);
        for (size_t i = 0; i < EPISODES && e == OK; i++)
            e = fill_episode(db, f, s, i, season.id);
        if (e == OK)
            e = store_series_set_tags(db, row.id, &tag, 1);
        if (e == OK)
            e = store_search_replace(db, row.id, &p, 1);
        if (e == OK) /* later series are newer */
            e = store_series_set_state(db, row.id, STATE_PUBLISHED, now_us + (int64_t)s);
    }
    return e;
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct diag d = { 0 };
    memcpy(f->dir, "/tmp/dramalet-api-XXXXXX", 25);
    assert_non_null(mkdtemp(f->dir));
    f->clock = clock_fixed(now_us);
    f->rng = rng_system();
    for (size_t s = 0; s < SERIES; s++) {
        f->series[s] = (int64_t)(s + 1) * 100000;
        for (size_t e = 0; e < EPISODES; e++)
            f->episodes[s][e] = f->series[s] + 10 + (int64_t)e;
    }
    const char *url = path_join(&f->arena, f->dir, STR("dramalet.db"));
    f->api =
        (struct api){ .clock = &f->clock, .rng = &f->rng, .data_dir = f->dir, .site_name = "Site" };
    struct store_config cfg = { .url = url, .clock = &f->clock, .rng = &f->rng };
    assert_int_equal(store_open(&cfg, &f->api.store, &d), OK);
    assert_int_equal(blobs_open(f->dir, &f->clock, &f->blobs), OK);
    char *staged = path_join(&f->arena, blobs_tmp(f->blobs), STR("folder"));
    assert_int_equal(dir_make(staged, 0755), OK);
    media_folder_make(&f->arena, staged);
    assert_int_equal(blob_move_folder(f->blobs, staged, &f->folder), OK);
    assert_int_equal(store_write(f->api.store, fill, f), OK);
    assert_int_equal(api_init(&f->api, &d), OK);
    assert_int_equal(store_reader_open(f->api.store, &f->db), OK);
    f->http = (struct http_config){
        .routes = api_routes, .n_routes = api_routes_n, .fallback = api_not_found, .app = &f->api
    };
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    db_close(f->db);
    api_done(&f->api);
    blobs_close(f->blobs);
    store_close(f->api.store);
    assert_int_equal(dir_remove(f->dir), OK);
    arena_done(&f->arena);
    free(f);
    return 0;
}

/* One request with the session that the first reply gave. */
static struct memory_reply call(struct fixture *f, const char *method, const char *target,
                                const char *body)
{
    struct memory_header headers[] = { { "Cookie", f->cookie }, { "Host", "example.org" } };
    struct memory_request rq = { .method = method,
                                 .target = target,
                                 .body = str_from(body),
                                 .headers = headers,
                                 .n_headers = 2,
                                 .now_us = now_us };
    struct memory_reply rp = { 0 };
    assert_int_equal(memory_call(&f->http, f->db, &rq, &f->arena, &rp), OK);
    struct str cookie = memory_reply_header(&rp, "Set-Cookie");
    if (cookie.n && !f->cookie[0]) {
        ptrdiff_t end = str_find_char(cookie, ';');
        memcpy(f->cookie, cookie.p, (size_t)end);
    }
    return rp;
}

static struct json_in get_json(struct fixture *f, const char *target)
{
    struct memory_reply rp = call(f, "GET", target, "");
    struct json_in root;
    struct diag d = { 0 };
    if (rp.status != 200)
        print_message("%s -> %d: %.*s\n", target, rp.status, STR_ARG(rp.body));
    assert_int_equal(rp.status, 200);
    if (json_in_parse(&f->arena, rp.body, &root, &d) != OK)
        fail_msg("%s: %s", target, d.msg);
    return root;
}

static const struct json_in *item_at(const struct json_in *root, size_t i)
{
    const struct json_in *items = json_in_find(root, "items");
    assert_non_null(items);
    assert_true(i < items->n);
    return &items->items[i];
}

static const char *id_text(struct fixture *f, int64_t id)
{
    char *text = arena_alloc(&f->arena, ID_TEXT_LEN + 1);
    id_format(id, text);
    return text;
}

static void assert_id(const struct json_in *object, const char *key, int64_t expected)
{
    struct diag d;
    int64_t id;
    assert_int_equal(json_in_id(object, key, &id, &d), OK);
    assert_true(id == expected);
}

static void test_feed_goes_on_where_the_viewer_was(void **state)
{
    struct fixture *f = *state;
    struct json_in feed = get_json(f, "/v1/feed");
    assert_true(f->cookie[0]);
    assert_int_equal(json_in_find(&feed, "items")->n, SERIES);
    assert_id(item_at(&feed, 0), "episode", f->episodes[2][0]);
    assert_id(item_at(&feed, 0), "next", f->episodes[2][1]);
    const char *body =
        arena_printf(&f->arena, "{\"episode\":\"%s\",\"position_us\":7000000,\"done\":false}",
                     id_text(f, f->episodes[2][1]))
            .p;
    assert_int_equal(call(f, "POST", "/v1/progress", body).status, 204);
    feed = get_json(f, "/v1/feed");
    assert_id(item_at(&feed, 0), "episode", f->episodes[2][1]);
    assert_true(json_in_find(item_at(&feed, 0), "position_us")->i == 7000000);
    const char *series = arena_printf(&f->arena, "/v1/series/%s", id_text(f, f->series[2])).p;
    struct json_in page = get_json(f, series);
    assert_id(json_in_find(&page, "resume"), "episode", f->episodes[2][1]);
    /* who was here a moment ago needs no reminder, and nobody a spoiler */
    assert_int_equal(json_in_find(json_in_find(&page, "resume"), "previously")->n, 0);
    struct json_in list = get_json(f, "/v1/continue");
    assert_id(item_at(&list, 0), "series", f->series[2]);
    f->cookie[0] = '\0'; /* somebody else */
    feed = get_json(f, "/v1/feed");
    assert_id(item_at(&feed, 0), "episode", f->episodes[2][0]);
}

static void test_media_addresses_work_and_are_checked(void **state)
{
    struct fixture *f = *state;
    struct json_in feed = get_json(f, "/v1/feed?limit=1");
    struct str base = json_in_find(item_at(&feed, 0), "base")->text;
    char *video = arena_cstr(&f->arena, arena_printf(&f->arena, "%.*sv360.mp4", STR_ARG(base)));
    struct memory_reply rp = call(f, "GET", video, "");
    assert_int_equal(rp.status, 200);
    assert_true(str_eq_c(rp.body, "init-v360-and-more"));
    assert_true(
        str_starts(memory_reply_header(&rp, "Cache-Control"), STR("public, max-age=31536000")));
    struct memory_reply playlist =
        call(f, "GET", arena_printf(&f->arena, "%.*sv360.m3u8", STR_ARG(base)).p, "");
    assert_true(str_eq_c(memory_reply_header(&playlist, "Cache-Control"), "public, max-age=60"));
    video[str_find(str_from(video), STR("/0/")) + 4] ^= 1; /* the signature's second character */
    assert_int_equal(call(f, "GET", video, "").status, 403);
    assert_int_equal(call(f, "GET", "/m/1/0/x/y/z", "").status, 404);
    assert_int_equal(
        call(f, "GET", arena_printf(&f->arena, "%.*sno.mp4", STR_ARG(base)).p, "").status, 404);
}

static void test_likes_and_saves_are_kept(void **state)
{
    struct fixture *f = *state;
    get_json(f, "/v1/feed");
    const char *like =
        arena_printf(&f->arena, "/v1/episodes/%s/like", id_text(f, f->episodes[2][0])).p;
    const char *save = arena_printf(&f->arena, "/v1/series/%s/save", id_text(f, f->series[2])).p;
    struct memory_reply rp = call(f, "POST", like, "{\"on\":true}");
    assert_int_equal(rp.status, 200);
    assert_true(str_eq_c(rp.body, "{\"likes\":1,\"liked\":true}"));
    rp = call(f, "POST", like, "{\"on\":true}"); /* twice is once */
    assert_true(str_eq_c(rp.body, "{\"likes\":1,\"liked\":true}"));
    assert_int_equal(call(f, "POST", save, "{\"on\":true}").status, 200);
    struct json_in feed = get_json(f, "/v1/feed");
    assert_true(json_in_find(item_at(&feed, 0), "liked")->i);
    assert_true(json_in_find(item_at(&feed, 0), "saved")->i);
    assert_true(json_in_find(item_at(&feed, 0), "likes")->i == 1);
    struct json_in likes = get_json(f, "/v1/likes"), saved = get_json(f, "/v1/saved");
    assert_id(item_at(&likes, 0), "episode", f->episodes[2][0]);
    assert_id(item_at(&saved, 0), "series", f->series[2]);
}

static enum err withdraw_first(struct tx *tx, void *arg)
{
    const struct fixture *f = arg;
    return store_episode_set_state(tx_db(tx), f->episodes[2][0], STATE_WITHDRAWN, 0, now_us);
}

/* The address of its poster would open the whole media folder. */
static void test_lists_show_only_what_is_out(void **state)
{
    struct fixture *f = *state;
    get_json(f, "/v1/feed");
    const char *id = id_text(f, f->episodes[2][0]);
    const char *like = arena_printf(&f->arena, "/v1/episodes/%s/like", id).p;
    const char *progress =
        arena_printf(&f->arena, "{\"episode\":\"%s\",\"position_us\":7,\"done\":false}", id).p;
    assert_int_equal(call(f, "POST", like, "{\"on\":true}").status, 200);
    assert_int_equal(call(f, "POST", "/v1/progress", progress).status, 204);
    assert_int_equal(store_write(f->api.store, withdraw_first, f), OK);
    assert_int_equal(api_refresh(&f->api, f->db), OK);
    struct json_in likes = get_json(f, "/v1/likes"), watching = get_json(f, "/v1/continue");
    assert_int_equal(json_in_find(&likes, "items")->n, 0);
    assert_id(item_at(&watching, 0), "episode", f->episodes[2][1]); /* what is first now */
    assert_true(json_in_find(item_at(&watching, 0), "position_us")->i == 0);
}

static void test_bad_input_gets_a_clear_answer(void **state)
{
    struct fixture *f = *state;
    const char *like =
        arena_printf(&f->arena, "/v1/episodes/%s/like", id_text(f, f->episodes[0][0])).p;
    const struct {
        const char *method, *target, *body;
        int status;
        const char *says;
    } cases[] = {
        { "GET", "/v1/feed?limit=0", "", 400, "`limit` is a number from 1 to" },
        { "GET", "/v1/feed?limit=-1", "", 400, "`limit`" },
        { "GET", "/v1/feed?cursor=x", "", 400, "`cursor`" },
        { "GET", "/v1/series/abc", "", 400, "13 characters" },
        { "GET", "/v1/series/0000000000001", "", 404, "" },
        { "GET", "/v1/episodes/0000000000001/play", "", 404, "" },
        { "GET", "/v1/browse?sort=old", "", 400, "`sort`" },
        { "GET", "/v1/nothing", "", 404, "" },
        { "POST", like, "", 400, "not JSON" },
        { "POST", like, "{\"on\":1}", 400, "`on`" },
        { "POST", "/v1/episodes/0000000000001/like", "{\"on\":true}", 404, "" },
        { "POST", "/v1/progress",
          "{\"episode\":\"0000000000001\",\"position_us\":-1,\"done\":false}", 400,
          "`position_us`" },
        { "POST", "/v1/progress",
          "{\"episode\":\"0000000000001\",\"position_us\":1,\"done\":false}", 404, "" },
        { "GET", "/oembed", "", 400, "`url`" },
        { "GET", "/oembed?url=http%3A%2F%2Felsewhere.example%2Fe%2F1", "", 404, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct memory_reply rp = call(f, cases[i].method, cases[i].target, cases[i].body);
        if (rp.status != cases[i].status || str_find(rp.body, str_from(cases[i].says)) < 0)
            fail_msg("%s %s -> %d %.*s", cases[i].method, cases[i].target, rp.status,
                     STR_ARG(rp.body));
        assert_true(str_starts(rp.content_type, STR("application/problem+json")));
    }
}

static void test_pages_carry_text_and_first_payload(void **state)
{
    struct fixture *f = *state;
    const struct {
        const char *target, *part;
    } cases[] = {
        { "/", "\"page\":\"feed\"" },
        { "/", "\"video_init\"" },
        { arena_printf(&f->arena, "/s/%s", id_text(f, f->series[1])).p, "<title>Series 1" },
        { arena_printf(&f->arena, "/e/%s", id_text(f, f->episodes[1][2])).p,
          "og:type\" content=\"video.episode" },
        { arena_printf(&f->arena, "/e/%s", id_text(f, f->episodes[1][2])).p, "TVEpisode" },
        { arena_printf(&f->arena, "/e/%s", id_text(f, f->episodes[1][2])).p, "<h1>Episode 3</h1>" },
        { "/search", "\"page\":\"search\"" },
        { "/me", "\"page\":\"me\"" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct memory_reply rp = call(f, "GET", cases[i].target, "");
        if (rp.status != 200 || str_find(rp.body, str_from(cases[i].part)) < 0)
            fail_msg("%s -> %d lacks %s", cases[i].target, rp.status, cases[i].part);
        assert_true(memory_reply_header(&rp, "Content-Security-Policy").n > 0);
    }
    struct memory_reply rp = call(f, "GET", "/s/0000000000001", "");
    assert_int_equal(rp.status, 404);
    assert_true(str_find(rp.body, STR("<h1>")) > 0);
    const char *url = arena_printf(&f->arena, "/oembed?url=http%%3A%%2F%%2Fexample.org%%2Fe%%2F%s",
                                   id_text(f, f->episodes[1][2]))
                          .p;
    struct json_in oembed = get_json(f, url);
    assert_string_equal(json_in_find(&oembed, "title")->text.p, "Episode 3");
}

static void test_series_play_on_and_search_finds(void **state)
{
    struct fixture *f = *state;
    const char *play =
        arena_printf(&f->arena, "/v1/series/%s/play?limit=3", id_text(f, f->series[0])).p;
    struct json_in list = get_json(f, play);
    assert_int_equal(json_in_find(&list, "items")->n, 3);
    assert_id(&list, "next", f->episodes[0][3]);
    play = arena_printf(&f->arena, "/v1/series/%s/play?from=%s", id_text(f, f->series[0]),
                        id_text(f, f->episodes[0][3]))
               .p;
    list = get_json(f, play);
    assert_int_equal(json_in_find(&list, "items")->n, 1);
    assert_null(json_in_find(&list, "next"));
    list = get_json(f, "/v1/search?q=Word1");
    assert_int_equal(json_in_find(&list, "items")->n, 1);
    assert_id(item_at(&list, 0), "series", f->series[1]);
    list = get_json(f, "/v1/browse?genre=suspense&limit=2");
    assert_int_equal(json_in_find(&list, "items")->n, 2);
    struct str next = json_in_find(&list, "next")->text;
    list = get_json(
        f,
        arena_printf(&f->arena, "/v1/browse?genre=suspense&limit=2&cursor=%.*s", STR_ARG(next)).p);
    assert_int_equal(json_in_find(&list, "items")->n, 1);
    assert_id(item_at(&list, 0), "series", f->series[0]);
    list = get_json(f, "/v1/genres");
    assert_true(json_in_find(item_at(&list, 0), "count")->i == SERIES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_feed_goes_on_where_the_viewer_was, setup, teardown),
        cmocka_unit_test_setup_teardown(test_media_addresses_work_and_are_checked, setup, teardown),
        cmocka_unit_test_setup_teardown(test_likes_and_saves_are_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lists_show_only_what_is_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_input_gets_a_clear_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pages_carry_text_and_first_payload, setup, teardown),
        cmocka_unit_test_setup_teardown(test_series_play_on_and_search_finds, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
