/* See package_fixture.h. */
#include "package_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/job.h"
#include "sys/file.h"

char *package_dir(struct fixture *f, const char *name)
{
    return path_join(&f->a, f->dir, str_from(name));
}

void package_write_bytes(struct fixture *f, const char *dir, struct str path, struct str content)
{
    char *to = path_join(&f->a, dir, path);
    ptrdiff_t slash = str_rfind_char(str_from(to), '/');
    assert_int_equal(dir_make(arena_cstr(&f->a, str_sub(to, (size_t)slash)), 0755), OK);
    assert_int_equal(file_write(to, content, 0644), OK);
}

void package_write(struct fixture *f, const char *dir, const struct test_file *files, size_t n)
{
    assert_int_equal(dir_make(dir, 0755), OK);
    for (size_t i = 0; i < n; i++)
        package_write_bytes(f, dir, str_from(files[i].path), str_from(files[i].content));
}

static void assert_same(struct fixture *f, const char *a, const char *b)
{
    struct dir_entry *in_a, *in_b;
    size_t n_a, n_b;
    assert_int_equal(dir_list(&f->a, a, 1000, &in_a, &n_a), OK);
    assert_int_equal(dir_list(&f->a, b, 1000, &in_b, &n_b), OK);
    assert_int_equal(n_a, n_b);
    for (size_t i = 0; i < n_a; i++) {
        char *path_a = path_join(&f->a, a, in_a[i].name),
             *path_b = path_join(&f->a, b, in_b[i].name);
        struct str text_a, text_b;
        assert_true(str_eq(in_a[i].name, in_b[i].name));
        assert_int_equal(in_a[i].is_dir, in_b[i].is_dir);
        if (in_a[i].is_dir) {
            assert_same(f, path_a, path_b);
            continue;
        }
        assert_int_equal(file_read(&f->a, path_a, 1 << 24, &text_a), OK);
        assert_int_equal(file_read(&f->a, path_b, 1 << 24, &text_b), OK);
        if (!str_eq(text_a, text_b))
            fail_msg("%s differs:\n%.*s\n%.*s", path_a, STR_ARG(text_a), STR_ARG(text_b));
    }
}

void package_assert_same(struct fixture *f, const char *a, const char *b)
{
    assert_same(f, a, b);
}

struct publish *package_publish(struct fixture *f, struct blobs *blobs, const char *dir)
{
    struct problems ps = { .a = &f->a };
    struct package *pkg = ARENA_NEW(&f->a, struct package);
    struct publish *p = ARENA_NEW(&f->a, struct publish);
    bool has_more = true;
    if (package_open(&f->a, dir, NULL, &ps, pkg) != OK) {
        struct buf b = { 0 };
        problems_print(&b, &ps);
        fail_msg("%.*s", STR_ARG(buf_str(&b)));
    }
    publish_init(p, &f->a, pkg);
    while (has_more)
        assert_int_equal(publish_copy_next(p, blobs, &has_more), OK);
    assert_int_equal(store_write(f->store, publish_apply, p), OK);
    return p;
}

void package_export(struct fixture *f, struct blobs *blobs, int64_t series, const char *to)
{
    struct export x;
    bool has_more = true;
    assert_int_equal(export_begin(&x, &f->a, f->db, blobs, series, to), OK);
    while (has_more)
        assert_int_equal(export_next(&x, &has_more), OK);
    export_done(&x);
}

struct arrival {
    int64_t episode;
    struct blob blob;
};

WRITE_FN(arrive)
{
    struct arrival *v = arg;
    struct db *db = tx_db(tx);
    struct episode_media m = { .folder = str_from(v->blob.hex),
                               .duration_us = 60000000,
                               .is_ladder_complete = true };
    enum err e = store_blob_add(db, &v->blob, NOW_US);
    if (e == OK)
        e = store_episode_set_media(db, v->episode, &m, NOW_US);
    if (e == OK)
        e = store_card_put(db, v->episode, STR("{}"));
    return e == OK ? catalog_media_arrived(tx, v->episode) : e;
}

void package_media_arrive(struct fixture *f, struct blobs *blobs, int64_t episode,
                          const char *content)
{
    struct arrival v = { .episode = episode };
    char *dir = path_join(&f->a, blobs_tmp(blobs), STR("arriving"));
    assert_int_equal(dir_make(dir, 0755), OK);
    package_write_bytes(f, dir, STR("media.json"), str_from(content));
    assert_int_equal(blob_move_folder(blobs, dir, &v.blob), OK);
    assert_int_equal(store_write(f->store, arrive, &v), OK);
}

struct ending {
    struct arena *a;
    int64_t job;
    int state;
};

WRITE_FN(end_job)
{
    struct ending *x = arg;
    struct job_row j;
    enum err e = OK;
    do
        e = store_job_lease(tx_db(tx), x->a, STR("test"), NOW_US, NOW_US + 60000000, &j);
    while (e == OK && j.id != x->job);
    return e == OK ? store_job_finish(tx_db(tx), x->job, STR("test"), (enum job_state)x->state,
                                      STR(""), NOW_US)
                   : e;
}

void package_end_job(struct fixture *f, int64_t job, int state)
{
    struct ending x = { &f->a, job, state };
    assert_int_equal(store_write(f->store, end_job, &x), OK);
}
