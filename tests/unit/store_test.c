/* Typed functions, on whichever engine the fixture opened. */
#include "store_fixture.h"

#include "store/blob.h"
#include "store/episode.h"
#include "store/meta.h"
#include "store/package.h"
#include "store/search.h"
#include "store/series.h"
#include "store/viewer.h"

#define HEX_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static bool is(struct str s, const char *text)
{
    return str_eq_c(s, text);
}

/* --- series --- */

WRITE_FN(insert_series)
{
    return store_series_insert(tx_db(tx), arg);
}

WRITE_FN(update_series)
{
    return store_series_update(tx_db(tx), arg);
}

WRITE_FN(add_blobs)
{
    (void)arg;
    struct blob a = { .hex = HEX_A, .kind = BLOB_FILE, .size_bytes = 5 };
    struct blob b = { .hex = HEX_B, .kind = BLOB_FOLDER, .size_bytes = 7 };
    enum err e = store_blob_add(tx_db(tx), &a, tx_now_us(tx));
    return e == OK ? store_blob_add(tx_db(tx), &b, tx_now_us(tx)) : e;
}

static const struct series_row whole_series = {
    .id = 100,
    .slug = { "the-slug", 8 },
    .title = { "雨夜归来", 12 },
    .language = { "zh", 2 },
    .synopsis = { "It's \"raining\"", 14 },
    .rating = { "12", 2 },
    .creator = { "Somebody", 8 },
    .detail = { "{\"cast\":[]}", 11 },
    .cover_blob = { HEX_A, 64 },
    .created_us = NOW_US,
    .updated_us = NOW_US + 1,
};

static void test_series_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    struct series_row in = whole_series, out;
    assert_int_equal(store_write(f->store, add_blobs, NULL), OK);
    assert_int_equal(store_write(f->store, insert_series, &in), OK);
    for (int by_slug = 0; by_slug < 2; by_slug++) {
        assert_int_equal(by_slug ? store_series_by_slug(f->db, &f->a, in.slug, &out)
                                 : store_series_get(f->db, &f->a, 100, &out),
                         OK);
        assert_true(out.id == 100 && str_eq(out.slug, in.slug) && str_eq(out.title, in.title));
        assert_true(str_eq(out.language, in.language) && str_eq(out.synopsis, in.synopsis));
        assert_true(str_eq(out.rating, in.rating) && str_eq(out.creator, in.creator));
        assert_true(str_eq(out.detail, in.detail) && str_eq(out.cover_blob, in.cover_blob));
        assert_true(out.created_us == NOW_US && out.updated_us == NOW_US + 1);
        assert_true(out.state == STATE_DRAFT && out.published_us == 0 && out.likes == 0);
    }
    assert_int_equal(store_series_get(f->db, &f->a, 101, &out), ERR_NOT_FOUND);
}

static void test_series_refusals(void **state)
{
    struct fixture *f = *state;
    struct series_row s = whole_series;
    assert_int_equal(store_write(f->store, insert_series, &s), ERR_CONFLICT); /* no such blob */
    assert_int_equal(store_write(f->store, add_blobs, NULL), OK);
    assert_int_equal(store_write(f->store, insert_series, &s), OK);
    assert_int_equal(store_write(f->store, insert_series, &s), ERR_CONFLICT);
    s.id = 101;
    assert_int_equal(store_write(f->store, insert_series, &s), ERR_CONFLICT); /* same slug */
    assert_int_equal(store_write(f->store, update_series, &s), ERR_NOT_FOUND);
    s.slug = STR("other");
    s.title = str_sub("a\0b", 3);
    assert_int_equal(store_write(f->store, insert_series, &s), ERR_INPUT);
    s.title = STR("a\xff");
    assert_int_equal(store_write(f->store, insert_series, &s), ERR_INPUT);
}

static void test_series_without_slug_gets_its_id(void **state)
{
    struct fixture *f = *state;
    struct series_row s = { .id = 33, .title = STR("x") }, out;
    assert_int_equal(store_write(f->store, insert_series, &s), OK);
    assert_int_equal(store_series_by_slug(f->db, &f->a, STR("0000000000011"), &out), OK);
    assert_int_equal(out.id, 33);
}

static int64_t refs(struct fixture *f, const char *hex)
{
    struct blob_row b;
    enum err e = store_blob_get(f->db, &f->a, str_from(hex), &b);
    assert_int_equal(e, OK);
    assert_true((b.refs == 0) == (b.unreferenced_us != 0));
    return b.refs;
}

static void test_cover_moves_its_reference(void **state)
{
    struct fixture *f = *state;
    struct series_row s = whole_series;
    assert_int_equal(store_write(f->store, add_blobs, NULL), OK);
    assert_int_equal(store_write(f->store, insert_series, &s), OK);
    assert_int_equal(refs(f, HEX_A), 1);
    assert_int_equal(store_write(f->store, update_series, &s), OK);
    assert_int_equal(refs(f, HEX_A), 1);
    s.cover_blob = STR(HEX_B);
    assert_int_equal(store_write(f->store, update_series, &s), OK);
    assert_int_equal(refs(f, HEX_A), 0);
    assert_int_equal(refs(f, HEX_B), 1);
    s.cover_blob = (struct str){ 0 };
    assert_int_equal(store_write(f->store, update_series, &s), OK);
    assert_int_equal(refs(f, HEX_B), 0);
}

struct id_list {
    int64_t id[64];
    size_t n;
};

typedef enum err list_fn(struct db *db, struct arena *a, struct store_cursor after, int limit,
                         struct series_row **ret, size_t *ret_n);

/* All pages of two rows; key(row) is the cursor's key. */
static struct id_list pages(struct fixture *f, list_fn *list, int64_t (*key)(struct series_row *))
{
    struct id_list all = { .n = 0 };
    struct store_cursor at = { 0 };
    for (;;) {
        struct series_row *s;
        size_t n;
        assert_int_equal(list(f->db, &f->a, at, 2, &s, &n), OK);
        for (size_t i = 0; i < n; i++)
            all.id[all.n++] = s[i].id;
        if (n < 2)
            return all;
        at = (struct store_cursor){ key(&s[n - 1]), s[n - 1].id };
    }
}

static int64_t key_published(struct series_row *s)
{
    return s->published_us;
}

static int64_t key_score(struct series_row *s)
{
    return s->likes + s->saves;
}

static enum err list_genre(struct db *db, struct arena *a, struct store_cursor after, int limit,
                           struct series_row **ret, size_t *ret_n)
{
    struct series_tag t = { TAG_GENRE, STR("romance") };
    return store_series_list_tag(db, a, t, after, limit, ret, ret_n);
}

static enum err list_genre_popular(struct db *db, struct arena *a, struct store_cursor after,
                                   int limit, struct series_row **ret, size_t *ret_n)
{
    struct series_tag t = { TAG_GENRE, STR("romance") };
    return store_series_list_tag_popular(db, a, t, after, limit, ret, ret_n);
}

WRITE_FN(tag_all)
{
    (void)arg;
    static const struct series_tag tags[] = { { TAG_GENRE, { "romance", 7 } },
                                              { TAG_GENRE, { "romance", 7 } },
                                              { TAG_HASHTAG, { "rain", 4 } },
                                              { TAG_GENRE, { "crime", 5 } } };
    enum err e = store_series_set_tags(tx_db(tx), 1000, tags, 4);
    if (e == OK)
        e = store_series_set_tags(tx_db(tx), 2000, tags, 1);
    if (e == OK)
        e = store_series_set_tags(tx_db(tx), 3000, tags, 3);
    return e == OK ? store_series_set_tags(tx_db(tx), 5000, tags, 1) : e;
}

WRITE_FN(like_some)
{
    (void)arg;
    int64_t likes;
    enum err e = OK;
    for (int64_t viewer = 1; e == OK && viewer <= 3; viewer++)
        e = store_like_set(tx_db(tx), viewer, 2010, true, NOW_US, &likes);
    if (e == OK)
        e = store_like_set(tx_db(tx), 1, 3010, true, NOW_US, &likes);
    return e == OK ? store_save_set(tx_db(tx), 1, 3000, true, NOW_US) : e;
}

WRITE_FN(withdraw)
{
    return store_series_set_state(tx_db(tx), *(int64_t *)arg, STATE_WITHDRAWN, NOW_US);
}

static void assert_ids(struct id_list got, const int64_t *want, size_t n)
{
    assert_int_equal(got.n, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(got.id[i], want[i]);
}
#define ASSERT_IDS(got, ...)                          \
    assert_ids(got, (const int64_t[]){ __VA_ARGS__ }, \
               sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t))

static void test_lists_page_in_their_order(void **state)
{
    struct fixture *f = *state;
    for (int64_t id = 1000; id <= 5000; id += 1000)
        fixture_series(f, id, 1);
    assert_int_equal(store_write(f->store, tag_all, NULL), OK);
    fixture_publish(f, 3000, 1, NOW_US + 1);
    fixture_publish(f, 1000, 1, NOW_US + 2);
    fixture_publish(f, 2000, 1, NOW_US + 2);
    fixture_publish(f, 4000, 1, NOW_US + 3);
    assert_int_equal(store_write(f->store, like_some, NULL), OK);
    ASSERT_IDS(pages(f, store_series_list, key_published), 5000, 4000, 3000, 2000, 1000);
    ASSERT_IDS(pages(f, store_series_list_new, key_published), 4000, 2000, 1000, 3000);
    ASSERT_IDS(pages(f, store_series_list_popular, key_score), 2000, 3000, 4000, 1000);
    ASSERT_IDS(pages(f, list_genre, key_published), 2000, 1000, 3000);
    ASSERT_IDS(pages(f, list_genre_popular, key_score), 2000, 3000, 1000);
    struct tag_count *t;
    size_t n;
    assert_int_equal(store_series_tag_counts(f->db, &f->a, TAG_GENRE, 10, &t, &n), OK);
    assert_int_equal(n, 2);
    assert_true(is(t[0].name, "romance") && t[0].series == 3 && is(t[1].name, "crime"));
    int64_t id = 2000;
    assert_int_equal(store_write(f->store, withdraw, &id), OK);
    ASSERT_IDS(pages(f, store_series_list_new, key_published), 4000, 1000, 3000);
    ASSERT_IDS(pages(f, list_genre, key_published), 1000, 3000);
    struct series_row *s;
    assert_int_equal(store_series_list(f->db, &f->a, (struct store_cursor){ 0 }, 0, &s, &n),
                     ERR_LIMIT);
    assert_int_equal(
        store_series_list(f->db, &f->a, (struct store_cursor){ 0 }, STORE_LIST_MAX + 1, &s, &n),
        ERR_LIMIT);
}

WRITE_FN(delete_series)
{
    return store_series_delete(tx_db(tx), *(int64_t *)arg, NOW_US);
}

static void test_only_what_was_never_published_is_deleted(void **state)
{
    struct fixture *f = *state;
    fixture_series(f, 1000, 2);
    fixture_series(f, 2000, 2);
    fixture_publish(f, 2000, 1, NOW_US);
    int64_t id = 1000;
    struct series_row s;
    struct episode_row e;
    assert_int_equal(store_write(f->store, delete_series, &id), OK);
    assert_int_equal(store_series_get(f->db, &f->a, id, &s), ERR_NOT_FOUND);
    assert_int_equal(store_episode_get(f->db, &f->a, 1010, &e), ERR_NOT_FOUND);
    id = 2000;
    assert_int_equal(store_write(f->store, delete_series, &id), ERR_CONFLICT);
    assert_int_equal(store_episode_get(f->db, &f->a, 2011, &e), OK);
}

/* --- episodes --- */

WRITE_FN(insert_episode)
{
    return store_episode_insert(tx_db(tx), arg);
}

WRITE_FN(set_media)
{
    struct episode_media m = { .folder = STR(HEX_B),
                               .duration_us = 61000000,
                               .is_ladder_complete = true };
    return store_episode_set_media(tx_db(tx), *(int64_t *)arg, &m, NOW_US + 9);
}

WRITE_FN(set_source)
{
    return store_episode_set_source(tx_db(tx), *(int64_t *)arg, STR(HEX_A), NOW_US);
}

static void test_episode_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    fixture_series(f, 1000, 0);
    assert_int_equal(store_write(f->store, add_blobs, NULL), OK);
    struct episode_row in = { .id = 77,
                              .series = 1000,
                              .season = 1001,
                              .number = 2,
                              .position = 5,
                              .title = STR("T"),
                              .synopsis = STR("S"),
                              .duration_us = 3,
                              .source_blob = STR(HEX_A),
                              .fit = FIT_CROP,
                              .focus_x = 250,
                              .focus_y = 750,
                              .created_us = 8,
                              .updated_us = 9 },
                       out;
    assert_int_equal(store_write(f->store, insert_episode, &in), OK);
    assert_int_equal(store_write(f->store, set_source, &in.id), OK);
    assert_int_equal(store_episode_by_number(f->db, &f->a, 1001, 2, &out), OK);
    assert_true(out.id == 77 && out.series == 1000 && out.season == 1001 && out.position == 5);
    assert_true(is(out.title, "T") && is(out.synopsis, "S") && is(out.source_blob, HEX_A));
    assert_true(out.fit == FIT_CROP && out.focus_x == 250 && out.focus_y == 750);
    assert_true(out.state == STATE_DRAFT && out.media_folder.n == 0 && out.media_version == 0);
    assert_true(out.created_us == 8 && out.duration_us == 3);
    assert_int_equal(refs(f, HEX_A), 1);
    assert_int_equal(store_write(f->store, set_media, &in.id), OK);
    assert_int_equal(store_write(f->store, set_media, &in.id), OK);
    assert_int_equal(store_episode_get(f->db, &f->a, 77, &out), OK);
    assert_true(is(out.media_folder, HEX_B) && out.media_version == 2 && out.is_ladder_complete);
    assert_int_equal(refs(f, HEX_B), 1);
    in.id = 78;
    assert_int_equal(store_write(f->store, insert_episode, &in), ERR_CONFLICT); /* number */
    in.number = 3;
    in.series = 555;
    assert_int_equal(store_write(f->store, insert_episode, &in), ERR_CONFLICT); /* series */
    in.id = 9;
    assert_int_equal(store_write(f->store, set_source, &in.id), ERR_NOT_FOUND);
}

static enum err note_published(void *arg, const struct published_episode *e)
{
    struct id_list *l = arg;
    l->id[l->n++] = e->episode;
    return l->n == 60 ? ERR_LIMIT : OK;
}

WRITE_FN(schedule)
{
    enum err e = store_episode_set_state(tx_db(tx), 1013, STATE_SCHEDULED, NOW_US + 50, NOW_US);
    return e == OK
               ? store_episode_set_state(tx_db(tx), 1012, STATE_SCHEDULED, *(int64_t *)arg, NOW_US)
               : e;
}

static void test_published_scheduled_and_counted(void **state)
{
    struct fixture *f = *state;
    fixture_series(f, 1000, 4);
    fixture_series(f, 2000, 3);
    fixture_series(f, 3000, 3);
    fixture_publish(f, 1000, 2, NOW_US);
    fixture_publish(f, 2000, 3, NOW_US + 1);
    struct id_list got = { .n = 0 };
    assert_int_equal(store_episode_each_published(f->db, note_published, &got), OK);
    ASSERT_IDS(got, 2010, 2011, 2012, 1010, 1011);
    got.n = 58;
    assert_int_equal(store_episode_each_published(f->db, note_published, &got), ERR_LIMIT);
    struct published_count c;
    assert_int_equal(store_episode_published_count(f->db, 1000, &c), OK);
    assert_true(c.episodes == 2 && c.duration_us == 120000000);
    int64_t at_us = NOW_US + 40;
    assert_int_equal(store_write(f->store, schedule, &at_us), OK);
    struct episode_row *e;
    size_t n;
    assert_int_equal(store_episode_due(f->db, &f->a, NOW_US + 49, 10, &e, &n), OK);
    assert_true(n == 1 && e[0].id == 1012 && e[0].publish_at_us == at_us);
    assert_int_equal(store_episode_due(f->db, &f->a, NOW_US + 50, 10, &e, &n), OK);
    assert_true(n == 2 && e[0].id == 1012 && e[1].id == 1013);
    struct store_cursor at = { 0 };
    assert_int_equal(store_episode_list(f->db, &f->a, 1000, at, 3, &e, &n), OK);
    assert_true(n == 3 && e[0].id == 1010);
    at = (struct store_cursor){ e[2].position, e[2].id };
    assert_int_equal(store_episode_list(f->db, &f->a, 1000, at, 3, &e, &n), OK);
    assert_true(n == 1 && e[0].id == 1013);
}

WRITE_FN(put_cards)
{
    (void)arg;
    enum err e = store_card_put(tx_db(tx), 1010, STR("old"));
    if (e == OK)
        e = store_card_put(tx_db(tx), 1010, STR("{\"card\":1}"));
    return e == OK ? store_card_put(tx_db(tx), 1012, STR("{\"card\":3}")) : e;
}

WRITE_FN(card_of_nothing)
{
    (void)arg;
    return store_card_put(tx_db(tx), 5, STR("{}"));
}

static void test_cards_come_in_the_order_asked_for(void **state)
{
    struct fixture *f = *state;
    fixture_series(f, 1000, 3);
    int64_t before, after;
    assert_int_equal(store_catalog_version(f->db, &before), OK);
    assert_int_equal(store_write(f->store, put_cards, NULL), OK);
    assert_int_equal(store_write(f->store, card_of_nothing, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_catalog_version(f->db, &after), OK);
    assert_true(after > before);
    const int64_t ids[] = { 1012, 1011, 1010, 1012 };
    struct episode_card c[4];
    assert_int_equal(store_card_get_many(f->db, &f->a, ids, 4, c), OK);
    assert_true(is(c[0].card, "{\"card\":3}") && is(c[2].card, "{\"card\":1}"));
    assert_true(c[1].card.n == 0 && c[1].episode == 1011 && is(c[3].card, "{\"card\":3}"));
}

/* --- viewers --- */

struct progress {
    int64_t viewer, episode, position_us;
    bool is_done;
    int64_t at_us;
};

WRITE_FN(put_progress)
{
    const struct progress *p = arg;
    return store_progress_put(tx_db(tx), p->viewer, p->episode, p->position_us, p->is_done,
                              p->at_us);
}

static void watch(struct fixture *f, struct progress p)
{
    assert_int_equal(store_write(f->store, put_progress, &p), OK);
}

static void test_progress_keeps_the_newest(void **state)
{
    struct fixture *f = *state;
    for (int64_t id = 1000; id <= 3000; id += 1000) {
        fixture_series(f, id, 3);
        fixture_publish(f, id, 3, NOW_US);
    }
    watch(f, (struct progress){ 7, 1010, 60, true, NOW_US + 1 });
    watch(f, (struct progress){ 7, 1011, 20, false, NOW_US + 5 });
    watch(f, (struct progress){ 7, 1010, 10, false, NOW_US + 3 }); /* late news */
    watch(f, (struct progress){ 7, 3010, 30, false, NOW_US + 4 });
    watch(f, (struct progress){ 8, 2010, 30, false, NOW_US + 4 });
    struct progress nothing = { 7, 99, 1, false, NOW_US };
    assert_int_equal(store_write(f->store, put_progress, &nothing), ERR_NOT_FOUND);
    struct resume_row *r, one;
    size_t n;
    assert_int_equal(store_resume_by_viewer(f->db, &f->a, 7, 100, &r, &n), OK);
    assert_true(n == 2 && r[0].series == 1000 && r[0].episode == 1011 && r[0].position_us == 20);
    assert_true(r[1].series == 3000 && !r[1].is_done);
    assert_int_equal(store_resume_get(f->db, 7, 1000, &one), OK);
    assert_int_equal(one.episode, 1011);
    assert_int_equal(store_resume_get(f->db, 7, 2000, &one), ERR_NOT_FOUND);
    struct store_cursor at = { 0 };
    assert_int_equal(store_resume_latest(f->db, &f->a, 7, at, 1, &r, &n), OK);
    assert_true(n == 1 && r[0].series == 1000);
    at = (struct store_cursor){ r[0].updated_us, r[0].series };
    assert_int_equal(store_resume_latest(f->db, &f->a, 7, at, 1, &r, &n), OK);
    assert_true(n == 1 && r[0].series == 3000);
    struct watch_row *w;
    assert_int_equal(store_watch_by_series(f->db, &f->a, 7, 1000, &w, &n), OK);
    assert_true(n == 2 && w[0].episode == 1010 && w[0].position_us == 10 && w[0].is_done);
}

struct like {
    int64_t viewer, episode;
    bool is_on;
    int64_t likes;
};

WRITE_FN(set_like)
{
    struct like *l = arg;
    return store_like_set(tx_db(tx), l->viewer, l->episode, l->is_on, NOW_US + l->episode,
                          &l->likes);
}

WRITE_FN(save_first)
{
    enum err e = store_save_set(tx_db(tx), 1, 1000, *(bool *)arg, NOW_US);
    return e == OK ? store_save_set(tx_db(tx), 1, 1000, *(bool *)arg, NOW_US) : e;
}

WRITE_FN(forget)
{
    return store_viewer_forget(tx_db(tx), *(int64_t *)arg);
}

WRITE_FN(recount)
{
    return store_counts_recount(tx_db(tx), arg);
}

static enum err like_error(struct fixture *f, int64_t viewer, int64_t episode, bool is_on)
{
    struct like l = { .viewer = viewer, .episode = episode, .is_on = is_on };
    return store_write(f->store, set_like, &l);
}

static int64_t like(struct fixture *f, int64_t viewer, int64_t episode, bool is_on)
{
    struct like l = { .viewer = viewer, .episode = episode, .is_on = is_on };
    assert_int_equal(store_write(f->store, set_like, &l), OK);
    return l.likes;
}

static void test_likes_count_each_viewer_once(void **state)
{
    struct fixture *f = *state;
    fixture_series(f, 1000, 3);
    fixture_publish(f, 1000, 3, NOW_US);
    assert_int_equal(like(f, 1, 1010, true), 1);
    assert_int_equal(like(f, 1, 1010, true), 1);
    assert_int_equal(like(f, 2, 1010, true), 2);
    assert_int_equal(like(f, 1, 1011, true), 1);
    assert_int_equal(like(f, 1, 1012, true), 1);
    fixture_sql(f, "UPDATE episode SET state = 5 WHERE id = 1012"); /* withdrawn: not in the list */
    assert_int_equal(like_error(f, 2, 1012, true), ERR_NOT_FOUND);
    assert_int_equal(like_error(f, 2, 1012, false), OK); /* but may be taken back */
    assert_int_equal(like(f, 3, 1011, false), 1);
    assert_int_equal(like(f, 2, 1010, false), 1);
    assert_int_equal(like(f, 2, 1010, false), 1);
    struct mark_row *m;
    size_t n;
    struct store_cursor at = { 0 };
    assert_int_equal(store_like_list(f->db, &f->a, 1, at, 10, &m, &n), OK);
    assert_true(n == 2 && m[0].episode == 1011 && m[1].episode == 1010 && m[1].series == 1000);
    bool on = true;
    assert_int_equal(store_write(f->store, save_first, &on), OK);
    assert_int_equal(store_save_list(f->db, &f->a, 1, at, 10, &m, &n), OK);
    assert_true(n == 1 && m[0].series == 1000 && m[0].episode == 0);
    struct series_row s;
    assert_int_equal(store_series_get(f->db, &f->a, 1000, &s), OK);
    assert_true(s.likes == 3 && s.saves == 1);
    struct viewer_flags fl[2] = { { .episode = 1010, .series = 1000 },
                                  { .episode = 1012, .series = 1 } };
    watch(f, (struct progress){ 1, 1010, 44, true, NOW_US });
    assert_int_equal(store_viewer_flags(f->db, 1, fl, 2), OK);
    assert_true(fl[0].is_liked && fl[0].is_saved && fl[0].is_watched && fl[0].position_us == 44);
    assert_true(fl[1].is_liked && !fl[1].is_saved && !fl[1].is_watched && fl[1].series == 1);
    int64_t viewer = 1, changed = -1;
    assert_int_equal(store_write(f->store, forget, &viewer), OK);
    assert_int_equal(store_series_get(f->db, &f->a, 1000, &s), OK);
    assert_true(s.likes == 0 && s.saves == 0);
    assert_int_equal(store_write(f->store, recount, &changed), OK);
    assert_int_equal(changed, 0);
    fixture_sql(f, "UPDATE episode_count SET likes = 9 WHERE episode = 1011;"
                   "UPDATE series_count SET saves = 4");
    assert_int_equal(store_write(f->store, recount, &changed), OK);
    assert_int_equal(changed, 2);
    assert_int_equal(like(f, 1, 1011, true), 1);
}

/* --- search, package, meta --- */

WRITE_FN(index_terms)
{
    (void)arg;
    const struct posting one[] = { { STR("rain"), POSTING_TITLE, 1000, 50 },
                                   { STR("rain"), POSTING_TITLE, 1000, 60 },
                                   { STR("归来"), POSTING_TITLE, 1000, 50 },
                                   { STR("train"), POSTING_EPISODE, 1010, 5 },
                                   { STR("train"), POSTING_EPISODE, 1011, 9 } };
    const struct posting two[] = { { STR("rain"), POSTING_SYNOPSIS, 2000, 10 } };
    const struct posting three[] = { { STR("rain"), POSTING_TAG, 3000, 10 } };
    enum err e = store_search_replace(tx_db(tx), 1000, one, 5);
    if (e == OK)
        e = store_search_replace(tx_db(tx), 2000, two, 1);
    return e == OK ? store_search_replace(tx_db(tx), 3000, three, 1) : e;
}

WRITE_FN(index_nothing)
{
    return store_search_replace(tx_db(tx), *(int64_t *)arg, NULL, 0);
}

static void test_search_needs_every_term(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(store_write(f->store, index_terms, NULL), OK);
    struct search_hit *h;
    size_t n;
    struct store_cursor at = { 0 };
    const struct str rain[] = { STR("rain") }, both[] = { STR("rain"), STR("train") };
    const struct str none[] = { STR("rain"), STR("sun") }, chinese[] = { STR("归来") };
    assert_int_equal(
        store_search(f->db, &f->a, (struct posting_terms){ .p = rain, .n = 1 }, at, 2, &h, &n), OK);
    assert_true(n == 2 && h[0].series == 1000 && h[0].score == 60 && h[0].kind == POSTING_TITLE);
    assert_true(h[1].series == 3000 && h[1].kind == POSTING_TAG);
    at = (struct store_cursor){ h[1].score, h[1].series };
    assert_int_equal(
        store_search(f->db, &f->a, (struct posting_terms){ .p = rain, .n = 1 }, at, 2, &h, &n), OK);
    assert_true(n == 1 && h[0].series == 2000);
    at = (struct store_cursor){ 0 };
    assert_int_equal(
        store_search(f->db, &f->a, (struct posting_terms){ .p = both, .n = 2 }, at, 9, &h, &n), OK);
    assert_true(n == 1 && h[0].series == 1000 && h[0].score == 69);
    assert_true(h[0].kind == POSTING_EPISODE && h[0].episode == 1011);
    assert_int_equal(
        store_search(f->db, &f->a, (struct posting_terms){ .p = none, .n = 2 }, at, 9, &h, &n), OK);
    assert_int_equal(n, 0);
    assert_int_equal(
        store_search(f->db, &f->a, (struct posting_terms){ .p = chinese, .n = 1 }, at, 9, &h, &n),
        OK);
    assert_int_equal(n, 1);
    assert_int_equal(
        store_search(f->db, &f->a, (struct posting_terms){ .p = rain, .n = 0 }, at, 9, &h, &n),
        ERR_LIMIT);
    int64_t id = 1000;
    assert_int_equal(store_write(f->store, index_nothing, &id), OK);
    assert_int_equal(
        store_search(f->db, &f->a, (struct posting_terms){ .p = both, .n = 2 }, at, 9, &h, &n), OK);
    assert_int_equal(n, 0);
}

WRITE_FN(package)
{
    const struct package_file files[] = { { STR("series.yaml"), STR(HEX_A), 5 },
                                          { STR("a/b.txt"), STR(HEX_A), 5 } };
    const struct package_file other = { STR("a/b.txt"), STR(HEX_B), 7 };
    struct db *db = tx_db(tx);
    switch (*(int *)arg) {
    case 0:
        return store_package_replace(db, 1000, files, 2, NOW_US);
    case 1:
        return store_package_put(db, 1000, &other, NOW_US);
    case 2:
        return store_package_remove(db, 1000, STR("series.yaml"), NOW_US);
    default:
        return store_package_replace(db, 1000, NULL, 0, NOW_US);
    }
}

static void test_package_files_hold_their_blobs(void **state)
{
    struct fixture *f = *state;
    static const int64_t want[][2] = { { 2, 0 }, { 1, 1 }, { 0, 1 }, { 0, 0 } };
    fixture_series(f, 1000, 0);
    assert_int_equal(store_write(f->store, add_blobs, NULL), OK);
    for (int step = 0; step < 4; step++) {
        assert_int_equal(store_write(f->store, package, &step), OK);
        assert_int_equal(refs(f, HEX_A), want[step][0]);
        assert_int_equal(refs(f, HEX_B), want[step][1]);
        struct package_file *p;
        size_t n;
        assert_int_equal(store_package_list(f->db, &f->a, 1000, &p, &n), OK);
        assert_int_equal(n, want[step][0] + want[step][1]);
        assert_true(n == 0 || is(p[0].path, "a/b.txt"));
    }
    int step = 2;
    assert_int_equal(store_write(f->store, package, &step), ERR_NOT_FOUND);
}

struct secret {
    struct arena a;
    struct str given, kept;
};

WRITE_FN(keep_secret)
{
    struct secret *s = arg;
    return store_meta_put_if_absent(tx_db(tx), &s->a, STR("key"), s->given, &s->kept);
}

static void test_meta_keeps_the_first_secret(void **state)
{
    struct fixture *f = *state;
    struct secret one = { .given = str_sub("\0\xff\x01 x", 5) }, two = { .given = STR("two") };
    assert_int_equal(store_write(f->store, keep_secret, &one), OK);
    assert_int_equal(store_write(f->store, keep_secret, &two), OK);
    assert_true(str_eq(one.kept, one.given) && str_eq(two.kept, one.given));
    struct str v;
    assert_int_equal(store_meta_get(f->db, &f->a, STR("none"), &v), ERR_NOT_FOUND);
    fixture_reopen(f);
    assert_int_equal(store_meta_get(f->db, &f->a, STR("key"), &v), OK);
    assert_true(str_eq(v, one.given));
    arena_done(&one.a);
    arena_done(&two.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_series_comes_back_whole),
        STORE_TEST(test_series_refusals),
        STORE_TEST(test_series_without_slug_gets_its_id),
        STORE_TEST(test_cover_moves_its_reference),
        STORE_TEST(test_lists_page_in_their_order),
        STORE_TEST(test_only_what_was_never_published_is_deleted),
        STORE_TEST(test_episode_comes_back_whole),
        STORE_TEST(test_published_scheduled_and_counted),
        STORE_TEST(test_cards_come_in_the_order_asked_for),
        STORE_TEST(test_progress_keeps_the_newest),
        STORE_TEST(test_likes_count_each_viewer_once),
        STORE_TEST(test_search_needs_every_term),
        STORE_TEST(test_package_files_hold_their_blobs),
        STORE_TEST(test_meta_keeps_the_first_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
