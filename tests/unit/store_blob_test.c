/* Blobs on disk and in rows, the sweep, and verify: every finding is provoked once. */
#include "store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/blob.h"
#include "store/episode.h"
#include "store/search.h"
#include "store/series.h"
#include "store/verify.h"
#include "store/viewer.h"
#include "sys/file.h"

#define DAY_US (INT64_C(86400) * 1000000)

struct blob_fixture {
    struct fixture *f;
    struct blobs *b;
    struct arena a;
};

static struct blob_fixture blob_fixture_of(void **state)
{
    struct blob_fixture x = { .f = *state };
    assert_int_equal(blobs_open(x.f->dir, &x.f->clock, &x.b), OK);
    return x;
}

static void blob_fixture_done(struct blob_fixture *x)
{
    blobs_close(x->b);
    arena_done(&x->a);
}

static char *tmp_file(struct blob_fixture *x, const char *name, const char *content)
{
    char *path = path_join(&x->a, blobs_tmp(x->b), str_from(name));
    assert_int_equal(file_write(path, str_from(content), 0600), OK);
    return path;
}

static char *tmp_folder(struct blob_fixture *x, const char *name)
{
    char *dir = path_join(&x->a, blobs_tmp(x->b), str_from(name));
    assert_int_equal(dir_make(dir, 0700), OK);
    assert_int_equal(file_write(path_join(&x->a, dir, STR("b.txt")), STR("bee"), 0600), OK);
    assert_int_equal(file_write(path_join(&x->a, dir, STR("a.txt")), STR("a"), 0600), OK);
    return dir;
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static char *at(struct blob_fixture *x, const struct blob *b, const char *file)
{
    return blob_path(&x->a, x->b, b->hex, str_from(file));
}

static size_t count_in(struct blob_fixture *x, const char *dir)
{
    struct dir_entry *e;
    size_t n;
    assert_int_equal(dir_list(&x->a, dir, 1000, &e, &n), OK);
    return n;
}

static void test_a_file_is_found_by_its_content(void **state)
{
    struct blob_fixture x = blob_fixture_of(state);
    struct blob put, moved, bytes;
    struct str back;
    char *file = tmp_file(&x, "hello", "hello");
    assert_int_equal(blob_put_file(x.b, file, &put), OK);
    /* sha256sum of "hello" */
    assert_string_equal(put.hex,
                        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assert_true(exists(file) && put.size_bytes == 5 && put.kind == BLOB_FILE);
    assert_int_equal(blob_move_file(x.b, file, &moved), OK);
    assert_true(!exists(file));
    assert_int_equal(blob_put_bytes(x.b, STR("hello"), &bytes), OK);
    assert_string_equal(put.hex, moved.hex);
    assert_string_equal(put.hex, bytes.hex);
    assert_int_equal(file_read(&x.a, at(&x, &put, ""), 100, &back), OK);
    assert_true(str_eq_c(back, "hello"));
    assert_int_equal(count_in(&x, blobs_tmp(x.b)), 0);
    assert_int_equal(blob_put_file(x.b, "/nonexistent", &put), ERR_NOT_FOUND);
    assert_int_equal(blob_put_file(x.b, x.f->dir, &put), ERR_INPUT);
    assert_int_equal(blob_put_file(x.b, "/dev/null", &put), ERR_INPUT);
    blob_fixture_done(&x);
}

static void test_a_damaged_file_is_replaced_by_a_whole_one(void **state)
{
    struct blob_fixture x = blob_fixture_of(state);
    struct blob b;
    struct str back;
    assert_int_equal(blob_put_bytes(x.b, STR("hello"), &b), OK);
    assert_int_equal(truncate(at(&x, &b, ""), 2), 0);
    assert_int_equal(blob_put_bytes(x.b, STR("hello"), &b), OK);
    assert_int_equal(file_read(&x.a, at(&x, &b, ""), 100, &back), OK);
    assert_true(str_eq_c(back, "hello"));
    blob_fixture_done(&x);
}

static void test_a_folder_is_named_by_its_manifest(void **state)
{
    struct blob_fixture x = blob_fixture_of(state);
    struct blob b, again;
    char *dir = tmp_folder(&x, "one");
    /* sha256 of "bee" and of "a", as sha256sum prints them, sorted as lines */
    const char manifest[] =
        "62cb81b5904a262ffaeed02abef36bfc540b09f964b8b0b636662f77ffce6714 3 b.txt\n"
        "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb 1 a.txt\n";
    char want[SHA256_HEX + 1];
    struct sha256 digest = sha256_of(manifest, sizeof manifest - 1);
    sha256_hex(&digest, want);
    assert_int_equal(blob_move_folder(x.b, dir, &b), OK);
    assert_string_equal(b.hex, want);
    assert_true(b.kind == BLOB_FOLDER && b.size_bytes == 4 && !exists(dir));
    struct stat st;
    assert_int_equal(stat(at(&x, &b, "a.txt"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
    assert_int_equal(blob_move_folder(x.b, tmp_folder(&x, "two"), &again), OK);
    assert_string_equal(b.hex, again.hex);
    assert_int_equal(count_in(&x, blobs_tmp(x.b)), 0);
    blob_fixture_done(&x);
}

static void test_folders_that_are_refused(void **state)
{
    struct blob_fixture x = blob_fixture_of(state);
    struct blob b;
    char *dir = tmp_folder(&x, "link");
    assert_int_equal(symlink("/etc/passwd", path_join(&x.a, dir, STR("l"))), 0);
    assert_int_equal(blob_move_folder(x.b, dir, &b), ERR_INPUT);
    dir = tmp_folder(&x, "deep");
    assert_int_equal(dir_make(path_join(&x.a, dir, STR("d")), 0755), OK);
    assert_int_equal(blob_move_folder(x.b, dir, &b), ERR_INPUT);
    dir = path_join(&x.a, blobs_tmp(x.b), STR("empty"));
    assert_int_equal(dir_make(dir, 0755), OK);
    assert_int_equal(blob_move_folder(x.b, dir, &b), ERR_INPUT);
    assert_int_equal(blob_move_folder(x.b, "/nonexistent", &b), ERR_NOT_FOUND);
    assert_int_equal(blobs_tmp_clear(x.b), OK);
    assert_int_equal(count_in(&x, blobs_tmp(x.b)), 0);
    blob_fixture_done(&x);
}

static void test_a_failed_put_leaves_nothing(void **state)
{
    struct blob_fixture x = blob_fixture_of(state);
    struct blob b;
    /* A temporary folder that cannot take a byte makes every put fail. */
    assert_int_equal(blobs_tmp_clear(x.b), OK);
    assert_int_equal(dir_remove(blobs_tmp(x.b)), OK);
    assert_int_equal(file_write(blobs_tmp(x.b), STR(""), 0644), OK);
    assert_int_not_equal(blob_put_bytes(x.b, STR("hello"), &b), OK);
    assert_int_equal(count_in(&x, path_join(&x.a, x.f->dir, STR("blobs"))), 0);
    blob_fixture_done(&x);
}

WRITE_FN(add_blob)
{
    return store_blob_add(tx_db(tx), arg, tx_now_us(tx));
}

WRITE_FN(insert_series)
{
    return store_series_insert(tx_db(tx), arg);
}

static void test_the_sweep_takes_what_nobody_wants(void **state)
{
    struct blob_fixture x = blob_fixture_of(state);
    struct blob used, unused, folder, orphan;
    struct sweep_result r;
    struct blob_row row;
    assert_int_equal(blob_put_bytes(x.b, STR("used"), &used), OK);
    assert_int_equal(blob_put_bytes(x.b, STR("unused"), &unused), OK);
    assert_int_equal(blob_put_bytes(x.b, STR("orphan"), &orphan), OK);
    assert_int_equal(blob_move_folder(x.b, tmp_folder(&x, "one"), &folder), OK);
    struct series_row s = { .id = 5, .title = STR("x"), .cover_blob = str_from(used.hex) };
    struct blob *all[] = { &used, &unused, &folder };
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(store_write(x.f->store, add_blob, all[i]), OK);
    assert_int_equal(store_write(x.f->store, insert_series, &s), OK);
    assert_int_equal(blob_sweep(x.b, x.f->store, BLOB_KEEP_US, &r), OK);
    assert_true(r.removed == 0 && r.orphans == 0);
    x.f->clock.fixed_us += 8 * DAY_US;
    assert_int_equal(blob_put_bytes(x.b, STR("unused"), &unused), OK); /* renews the file */
    assert_int_equal(blob_sweep(x.b, x.f->store, BLOB_KEEP_US, &r), OK);
    assert_true(r.removed == 1 && r.removed_bytes == 4 && r.orphans == 1);
    assert_true(exists(at(&x, &used, "")) && exists(at(&x, &unused, "")));
    assert_true(!exists(at(&x, &folder, "")) && !exists(at(&x, &orphan, "")));
    assert_int_equal(store_blob_get(x.f->db, &x.a, str_from(folder.hex), &row), ERR_NOT_FOUND);
    assert_int_equal(store_blob_get(x.f->db, &x.a, str_from(unused.hex), &row), OK);
    assert_int_equal(blob_sweep(x.b, x.f->store, 0, &r), OK);
    assert_true(r.removed == 1 && !exists(at(&x, &unused, "")) && exists(at(&x, &used, "")));
    assert_int_equal(count_in(&x, blobs_tmp(x.b)), 0);
    blob_fixture_done(&x);
}

/* --- verify --- */

struct seen {
    char checks[4096]; /* names, each with a space behind */
    int64_t notes;
};

static void note(void *arg, const struct verify_finding *v)
{
    struct seen *s = arg;
    assert_true(v->what.n > 10 && !memchr(v->what.p, '{', v->what.n));
    s->notes += !v->is_violation;
    strncat(s->checks, v->check, sizeof s->checks - strlen(s->checks) - 2);
    strcat(s->checks, " ");
}

static int64_t verify(struct blob_fixture *x, bool is_deep, struct seen *ret)
{
    int64_t violations = -1;
    *ret = (struct seen){ .notes = 0 };
    struct verify_options o = { .is_deep = is_deep, .found = note, .arg = ret };
    assert_int_equal(store_verify(x->f->store, x->b, &o, &violations), OK);
    return violations;
}

struct filled {
    struct blob cover, folder;
};

WRITE_FN(fill)
{
    const struct filled *b = arg;
    struct db *db = tx_db(tx);
    static const struct series_tag tag = { TAG_GENRE, { "crime", 5 } };
    const struct posting posting = { STR("word"), POSTING_EPISODE, 1010, 1 };
    struct series_row s = { .id = 1000,
                            .slug = STR("s"),
                            .title = STR("x"),
                            .cover_blob = str_from(b->cover.hex),
                            .updated_us = NOW_US };
    struct episode_media m = { .folder = str_from(b->folder.hex),
                               .duration_us = 1,
                               .is_ladder_complete = true };
    int64_t likes;
    enum err e = store_blob_add(db, &b->cover, NOW_US);
    if (e == OK)
        e = store_blob_add(db, &b->folder, NOW_US);
    if (e == OK)
        e = store_series_update(db, &s);
    if (e == OK)
        e = store_series_set_tags(db, 1000, &tag, 1);
    if (e == OK)
        e = store_episode_set_media(db, 1010, &m, NOW_US);
    if (e == OK)
        e = store_card_put(db, 1010, STR("{}"));
    if (e == OK)
        e = store_search_replace(db, 1000, &posting, 1);
    if (e == OK)
        e = store_like_set(db, 7, 1010, true, NOW_US, &likes);
    if (e == OK)
        e = store_save_set(db, 7, 1000, true, NOW_US);
    return e == OK ? store_progress_put(db, 7, 1010, 5, false, NOW_US) : e;
}

static void test_verify_finds_each_damage(void **state)
{
    static const struct {
        const char *damage, *check;
    } cases[] = {
        { "UPDATE episode_count SET likes = 2 WHERE episode = 1010", "episode-likes " },
        { "UPDATE series_count SET likes = 0", "series-likes series-saves " },
        { "UPDATE series_count SET saves = 2, score = 3", "series-saves " },
        { "UPDATE series_tag SET published_us = 0", "series-tag " },
        { "UPDATE episode SET state = 9 WHERE id = 1011", "episode-state " },
        { "UPDATE episode SET state = 3 WHERE id = 1011", "episode-state " },
        { "UPDATE series SET state = 1", "series-state series-tag posting-series " },
        { "DELETE FROM episode_card", "episode-card " },
        { "UPDATE resume SET episode = 1", "resume-episode " },
        { "UPDATE watch SET series = 1", "watch-episode " },
        { "UPDATE episode_like SET series = 1", "series-likes like-episode " },
        { "INSERT INTO series_save (viewer, series, created_us) VALUES (1, 2, 3)", "save-series " },
        { "UPDATE posting SET target = 3", "posting-episode " },
        { "UPDATE blob SET refs = 3 WHERE kind = 2", "blob-refs " },
        { "UPDATE blob SET unreferenced_us = 3 WHERE kind = 2", "blob-refs " },
        { "DELETE FROM blob WHERE kind = 2", "blob-registered blob-orphan " },
        { "INSERT INTO package_file (series, path, blob, size) SELECT 1000, 'p', hash, 1 FROM "
          "blob WHERE kind = 1",
          "blob-refs " },
        { "INSERT INTO job (id, kind, target, args, state, stage, permille, reason, attempts,"
          " max_attempts, run_after_us, lease_owner, lease_until_us, cancel_requested, created_us,"
          " updated_us, started_us, finished_us)"
          " VALUES (5, 'k', 0, '', 1, '', 0, '', 0, 1, 0, '', 0, 0, 0, 0, 0, 0)",
          "job-state " },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (i) {
            assert_int_equal(fixture_tear_down(state), 0);
            assert_int_equal(fixture_set_up(state), 0);
        }
        struct blob_fixture x = blob_fixture_of(state);
        struct filled b;
        struct seen seen;
        fixture_series(x.f, 1000, 2);
        assert_int_equal(blob_put_bytes(x.b, STR("cover"), &b.cover), OK);
        assert_int_equal(blob_move_folder(x.b, tmp_folder(&x, "one"), &b.folder), OK);
        fixture_publish(x.f, 1000, 1, NOW_US);
        assert_int_equal(store_write(x.f->store, fill, &b), OK);
        assert_int_equal(verify(&x, true, &seen), 0);
        assert_string_equal(seen.checks, "");
        fixture_sql(x.f, cases[i].damage);
        verify(&x, false, &seen);
        if (strcmp(seen.checks, cases[i].check) != 0)
            fail_msg("%s: found %s", cases[i].damage, seen.checks);
        blob_fixture_done(&x);
    }
}

static void test_verify_looks_at_files(void **state)
{
    struct blob_fixture x = blob_fixture_of(state);
    struct filled b;
    struct blob orphan;
    struct seen seen;
    fixture_series(x.f, 1000, 2);
    assert_int_equal(blob_put_bytes(x.b, STR("cover"), &b.cover), OK);
    assert_int_equal(blob_move_folder(x.b, tmp_folder(&x, "one"), &b.folder), OK);
    fixture_publish(x.f, 1000, 1, NOW_US);
    assert_int_equal(store_write(x.f->store, fill, &b), OK);
    assert_int_equal(blob_put_bytes(x.b, STR("orphan"), &orphan), OK);
    assert_int_equal(verify(&x, false, &seen), 0);
    assert_true(strcmp(seen.checks, "blob-orphan ") == 0 && seen.notes == 1);
    assert_int_equal(file_write(at(&x, &b.folder, "a.txt"), STR("z"), 0644), OK);
    assert_int_equal(verify(&x, false, &seen), 0);
    assert_int_equal(verify(&x, true, &seen), 1);
    assert_int_equal(unlink(at(&x, &b.cover, "")), 0);
    assert_int_equal(verify(&x, false, &seen), 1);
    assert_int_equal(dir_make(at(&x, &b.cover, ""), 0755), OK);
    assert_int_equal(verify(&x, false, &seen), 1);
    blob_fixture_done(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_a_file_is_found_by_its_content),
        STORE_TEST(test_a_damaged_file_is_replaced_by_a_whole_one),
        STORE_TEST(test_a_folder_is_named_by_its_manifest),
        STORE_TEST(test_folders_that_are_refused),
        STORE_TEST(test_a_failed_put_leaves_nothing),
        STORE_TEST(test_the_sweep_takes_what_nobody_wants),
        STORE_TEST(test_verify_finds_each_damage),
        STORE_TEST(test_verify_looks_at_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
