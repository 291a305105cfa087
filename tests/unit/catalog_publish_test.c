/* From a folder to rows and back: packages, publishing, releases, edits, export, search. */
#include "package_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/id.h"
#include "base/timefmt.h"
#include "catalog/detail.h"
#include "catalog/search.h"
#include "store/job.h"
#include "store/verify.h"
#include "sys/file.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const char rain_yaml[] = "# Mei's own file\n"
                                "title: 雨夜来信   # the title\n"
                                "language: zh-Hans\n"
                                "synopsis: >\n"
                                "  A letter arrives at nine.\n"
                                "genres: [Suspense, family]\n"
                                "hashtags: ['#letters']\n"
                                "cast:\n"
                                "  - {name: Mei Lin, role: 林}\n"
                                "creator: Nine Collective\n"
                                "x-notes: [kept, as it is]\n"
                                "episodes:\n"
                                "  - number: 1\n"
                                "    title: The Knock\n"
                                "  - number: 2\n"
                                "    title: 敲门声 # said twice\n";

static const struct test_file rain[] = {
    { "series.yaml", rain_yaml },
    { "episodes/001/video.mp4", "not really a video 1" },
    { "episodes/001/captions.en.vtt", "WEBVTT\n" },
    { "episodes/001/cover.jpg", "jpg" },
    { "episodes/002/video.mov", "not really a video 2" },
    { "script/one.fountain", "INT. ROOM - NIGHT\n" },
    { "art/雨 夜/ö & co.svg", "<svg/>" },
    { "story.json", "" },
    { "cover.jpg", "the cover" },
};

static struct blobs *open_blobs(struct fixture *f)
{
    struct blobs *b;
    assert_int_equal(blobs_open(f->dir, &f->clock, &b), OK);
    return b;
}

static struct publish *publish_rain(struct fixture *f, struct blobs *blobs)
{
    char *dir = package_dir(f, "rain");
    package_write(f, dir, rain, N(rain));
    return package_publish(f, blobs, dir);
}

static enum publish_state state_of(struct fixture *f, int64_t episode)
{
    struct episode_row row;
    assert_int_equal(store_episode_get(f->db, &f->a, episode, &row), OK);
    return row.state;
}

static enum publish_state series_state_of(struct fixture *f, int64_t series)
{
    struct series_row row;
    assert_int_equal(store_series_get(f->db, &f->a, series, &row), OK);
    return row.state;
}

/* The kind of the best hit; 0: nothing found. */
static int found(struct fixture *f, const char *query)
{
    struct search_hit *hits;
    size_t n;
    assert_int_equal(
        catalog_search(f->db, &f->a, str_from(query), (struct store_cursor){ 0 }, 10, &hits, &n),
        OK);
    return n ? (int)hits[0].kind : 0;
}

static void on_finding(void *arg, const struct verify_finding *v)
{
    (void)arg;
    if (v->is_violation)
        fprintf(stderr, "%s: %.*s\n", v->check, STR_ARG(v->what));
}

static void assert_verified(struct fixture *f, struct blobs *blobs)
{
    struct verify_options o = { .is_deep = true, .found = on_finding };
    int64_t violations;
    assert_int_equal(store_verify(f->store, blobs, &o, &violations), OK);
    assert_int_equal(violations, 0);
}

/* --- packages --- */

static const char good_yaml[] = "title: T\nlanguage: en\n";

static const struct {
    struct test_file files[6];
    const char *says; /* empty: fine, and without a warning */
} package_cases[] = {
    { { { "series.yaml", good_yaml }, { "episodes/001/video.mp4", "v" } }, "" },
    { { { "series.yaml", good_yaml }, { "episodes/1/video.mkv", "v" } }, "" },
    { { { "episodes/001/video.mp4", "v" } },
      "series.yaml: error: is missing: write it with two lines, title: and language:" },
    { { { "series.yaml", good_yaml } },
      "episodes: warning: no episode yet: the first one is episodes/001/video.mp4" },
    { { { "series.yaml", good_yaml }, { "episodes/001/captions.en.vtt", "WEBVTT" } },
      "episodes/001: error: episode 1 has no video: put it there as video.mp4" },
    { { { "series.yaml", good_yaml }, { "episodes/001/video.mp4", "" } },
      "episodes/001/video.mp4: error: is empty" },
    { { { "series.yaml", good_yaml },
        { "episodes/001/video.mp4", "v" },
        { "episodes/001/video.mov", "v" } },
      "episodes/001/video.mp4: error: is a second video beside episodes/001/video.mov: keep "
      "one "
      "of them" },
    { { { "series.yaml", good_yaml }, { "episodes/001/video.avi", "v" } },
      "episodes/001/video.avi: error: is not a kind of video that is read: convert it to .mp4 "
      "(.mov, .mkv, .webm and .ts are fine, too)" },
    { { { "series.yaml", good_yaml },
        { "episodes/001/video.mp4", "v" },
        { "episodes/1/video.mp4", "v" } },
      "episodes/1/video.mp4: error: episode 1 is there twice, also as episodes/001" },
    { { { "series.yaml", good_yaml },
        { "episodes/001/video.mp4", "v" },
        { "episodes/003/video.mp4", "v" } },
      "episodes/003: warning: no episode between 1 and 3" },
    { { { "series.yaml", good_yaml },
        { "episodes/001/video.mp4", "v" },
        { "episodes/001/captions.chinese.srt", "1\n00:00 --> 00:01\n" } },
      "episodes/001/captions.chinese.srt: error: names no language: call it "
      "captions.zh-Hans.srt" },
    { { { "series.yaml", good_yaml },
        { "episodes/001/video.mp4", "v" },
        { "episodes/001/captions.en.vtt", "1\n00:00 --> 00:01\n" } },
      "episodes/001/captions.en.vtt:1:1: error: is not WebVTT: its first line must be WEBVTT" },
    { { { "series.yaml", good_yaml },
        { "episodes/001/video.mp4", "v" },
        { "episodes/001/captions.en.srt", "\xEF\xBB\xBFhello" } },
      "episodes/001/captions.en.srt:1:1: error: is not SubRip: a line such as 00:00:01,000 --> "
      "00:00:02,500 is missing" },
    { { { "series.yaml", good_yaml },
        { "episodes/001/video.mp4", "v" },
        { "episodes/001/captions.EN.srt", "" },
        { "episodes/001/captions.en.vtt", "WEBVTT" } },
      "episodes/001/captions.en.vtt: error: is a second file with captions in en: keep one of "
      "them" },
    { { { "series.yaml", good_yaml },
        { "episodes/001/video.mp4", "v" },
        { "episodes/trailer/video.mp4", "v" } },
      "episodes/trailer/video.mp4: warning: is kept, but episodes/trailer is no episode: "
      "folders there are numbers, such as episodes/001" },
    { { { "series.yaml", "title: T\nlanguage: en\ncover: art/c.jpg\n" },
        { "episodes/001/video.mp4", "v" } },
      "series.yaml:3:8: error: cover: there is no art/c.jpg in the package" },
    { { { "series.yaml", "title: T\nlanguage: en\nepisodes: [{number: 7}]\n" },
        { "episodes/001/video.mp4", "v" } },
      "series.yaml:3:12: warning: episode 7 has no folder episodes/007: viewers will not see "
      "it" },
    { { { "series.yaml", good_yaml }, { "episodes/001/video.mp4", "v" }, { ".DS_Store", "x" } },
      ".DS_Store: warning: begins with a dot and is left out" },
    { { { "series.yaml", good_yaml }, { "episodes/001/video.mp4", "v" }, { "back\\slash", "x" } },
      "back\\slash: error: this name cannot be kept: use UTF-8 letters, no backslash, no "
      "control character, at most 512 bytes" },
};

static void test_problems_of_packages(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < N(package_cases); i++) {
        char *dir = package_dir(f, "p");
        struct problems ps = { .a = &f->a };
        struct package pkg;
        struct buf b = { 0 };
        size_t n = 0;
        while (n < 6 && package_cases[i].files[n].path)
            n++;
        package_write(f, dir, package_cases[i].files, n);
        enum err e = package_open(&f->a, dir, NULL, &ps, &pkg);
        assert_int_equal(e == OK, problems_err(&ps) == OK);
        problems_print(&b, &ps);
        struct str said = str_trim(buf_to_arena(&b, &f->a));
        assert_string_equal(arena_cstr(&f->a, said), package_cases[i].says);
        assert_int_equal(dir_remove(dir), OK);
    }
}

static void test_links_are_not_followed(void **state)
{
    struct fixture *f = *state;
    char *dir = package_dir(f, "rain");
    struct problems ps = { .a = &f->a };
    struct package pkg;
    struct diag d;
    package_write(f, dir, rain, N(rain));
    assert_int_equal(symlink("/etc/passwd", path_join(&f->a, dir, STR("secret.txt"))), 0);
    assert_int_equal(package_open(&f->a, dir, NULL, &ps, &pkg), ERR_INPUT);
    assert_true(problems_first(&ps, &d));
    assert_string_equal(d.msg, "secret.txt: is a symbolic link: put the file itself there (links "
                               "are not followed)");
    assert_int_equal(unlink(path_join(&f->a, dir, STR("secret.txt"))), 0);
    ps = (struct problems){ .a = &f->a };
    assert_int_equal(dir_make(path_join(&f->a, dir, STR("episodes/003")), 0755), OK);
    assert_int_equal(package_open(&f->a, dir, NULL, &ps, &pkg), OK);
    assert_int_equal(ps.n, 1);
    assert_string_equal(ps.items[0].at.msg, "is an empty folder, which is not kept");
    assert_int_equal(symlink("/etc", path_join(&f->a, dir, STR("etc"))), 0);
    assert_int_equal(package_open(&f->a, dir, NULL, &ps, &pkg), ERR_INPUT);
}

/* --- publishing --- */

static void test_publish_makes_rows(void **state)
{
    struct fixture *f = *state;
    struct blobs *blobs = open_blobs(f);
    struct publish *p = publish_rain(f, blobs);
    struct series_row s;
    struct series_detail d;
    struct episode_row e;
    struct package_file *files;
    struct job_row job;
    size_t n;
    assert_true(p->ret_is_new);
    assert_int_equal(p->ret_n_episodes, 2);
    assert_int_equal(p->ret_n_jobs, 2);
    assert_int_equal(store_series_get(f->db, &f->a, p->ret_series, &s), OK);
    assert_string_equal(s.title.p, "雨夜来信");
    assert_string_equal(s.slug.p, "雨夜来信-zh-hans");
    assert_int_equal(s.state, STATE_DRAFT);
    assert_int_equal(s.cover_blob.n, SHA256_HEX);
    assert_int_equal(detail_parse(&f->a, s.detail, &d), OK);
    assert_string_equal(d.genres.items[0].p, "Suspense");
    assert_string_equal(d.cast.items[0].role.p, "林");
    assert_int_equal(store_episode_get(f->db, &f->a, p->ret_episodes[1].id, &e), OK);
    assert_string_equal(e.title.p, "敲门声");
    assert_int_equal(e.state, STATE_PROCESSING);
    assert_int_equal(e.fit, FIT_AUTO);
    assert_int_equal(store_job_get(f->db, &f->a, p->ret_episodes[0].job, &job), OK);
    assert_true(job.target == p->ret_episodes[0].id);
    assert_non_null(strstr(job.args.p, "\"captions\":[{\"lang\":\"en\",\"blob\":\""));
    assert_non_null(strstr(job.args.p, "\"fit\":\"auto\",\"focus\":[500,500]"));
    assert_int_equal(store_package_list(f->db, &f->a, p->ret_series, &files, &n), OK);
    assert_int_equal(n, N(rain));
    assert_int_equal(found(f, "雨夜"), 0); /* nobody may find what is not out */
    assert_verified(f, blobs);
    blobs_close(blobs);
}

static void test_media_publish_it(void **state)
{
    struct fixture *f = *state;
    struct blobs *blobs = open_blobs(f);
    struct publish *p = publish_rain(f, blobs);
    package_media_arrive(f, blobs, p->ret_episodes[1].id, "m2");
    assert_int_equal(state_of(f, p->ret_episodes[0].id), STATE_PROCESSING);
    assert_int_equal(state_of(f, p->ret_episodes[1].id), STATE_PUBLISHED);
    assert_int_equal(series_state_of(f, p->ret_series), STATE_PUBLISHED);
    static const struct {
        const char *query;
        int kind;
    } queries[] = {
        { "雨夜", POSTING_TITLE },
        { "来信", POSTING_TITLE },
        { "夜", POSTING_TITLE },
        { "雨夜来信", POSTING_TITLE },
        { "suspense", POSTING_TAG },
        { "#Letters", POSTING_TAG },
        { "mei lin", POSTING_CREATOR },
        { "NINE collective", POSTING_CREATOR },
        { "敲门", POSTING_EPISODE },
        { "arrives", POSTING_SYNOPSIS },
        { "letter nine", POSTING_SYNOPSIS },
        { "knock", 0 }, /* its episode is not out yet */
        { "信雨", 0 },
        { "susp", POSTING_TAG },
        { "nine coll", POSTING_CREATOR },
        { "雨夜 sus", POSTING_TAG },
        { "suspense sus", POSTING_TAG },
        { "sus suspense", 0 },
        { "letters letters", POSTING_TAG },
        { "usp", 0 },
        { "s", 0 },
        { "sus ", 0 },
        { "", 0 },
    };
    for (size_t i = 0; i < N(queries); i++)
        if (found(f, queries[i].query) != queries[i].kind)
            fail_msg("%s: %d", queries[i].query, found(f, queries[i].query));
    package_media_arrive(f, blobs, p->ret_episodes[0].id, "m1");
    assert_int_equal(found(f, "knock"), POSTING_EPISODE);
    assert_int_equal(found(f, "the kno"), POSTING_EPISODE);
    assert_int_equal(found(f, "the k"), POSTING_EPISODE); /* as it is typed */
    assert_verified(f, blobs);
    blobs_close(blobs);
}

static void test_publish_again(void **state)
{
    struct fixture *f = *state;
    struct blobs *blobs = open_blobs(f);
    struct publish *p1 = publish_rain(f, blobs), *p2, *p3;
    char *dir = package_dir(f, "rain");
    p2 = package_publish(f, blobs, dir); /* jobs are still on their way */
    assert_false(p2->ret_is_new);
    assert_int_equal(p2->ret_n_jobs, 0);
    assert_true(p2->ret_series == p1->ret_series);
    for (size_t i = 0; i < 2; i++) {
        assert_true(p2->ret_episodes[i].id == p1->ret_episodes[i].id);
        package_media_arrive(f, blobs, p1->ret_episodes[i].id, i ? "m2" : "m1");
    }
    package_end_job(f, p1->ret_episodes[0].job, JOB_DONE);
    package_end_job(f, p1->ret_episodes[1].job, JOB_FAILED);
    p3 = package_publish(f, blobs, dir); /* the failed one only */
    assert_int_equal(p3->ret_n_jobs, 1);
    assert_true(p3->ret_episodes[1].job != 0);
    package_end_job(f, p3->ret_episodes[1].job, JOB_DONE);

    /* A new video: same id, still published with the old picture. */
    package_write_bytes(f, dir, STR("episodes/001/video.mp4"), STR("another cut"));
    p3 = package_publish(f, blobs, dir);
    assert_int_equal(p3->ret_n_jobs, 1);
    assert_true(p3->ret_episodes[0].id == p1->ret_episodes[0].id);
    assert_int_equal(state_of(f, p1->ret_episodes[0].id), STATE_PUBLISHED);

    /* New captions while that job waits: the older job is cancelled, a new one takes its place. */
    package_write_bytes(f, dir, STR("episodes/001/captions.es.vtt"), STR("WEBVTT\n\n"));
    struct publish *p4 = package_publish(f, blobs, dir);
    struct job_row job;
    assert_int_equal(p4->ret_n_jobs, 1);
    assert_int_equal(store_job_get(f->db, &f->a, p3->ret_episodes[0].job, &job), OK);
    assert_int_equal(job.state, JOB_CANCELLED);
    package_end_job(f, p4->ret_episodes[0].job, JOB_DONE);
    assert_int_equal(package_publish(f, blobs, dir)->ret_n_jobs, 0);
    assert_verified(f, blobs);
    blobs_close(blobs);
}

static void test_withdrawn_and_back(void **state)
{
    struct fixture *f = *state;
    struct blobs *blobs = open_blobs(f);
    struct publish *p1 = publish_rain(f, blobs), *p2;
    char *dir = package_dir(f, "rain");
    for (size_t i = 0; i < 2; i++) {
        package_media_arrive(f, blobs, p1->ret_episodes[i].id, i ? "m2" : "m1");
        package_end_job(f, p1->ret_episodes[i].job, JOB_DONE);
    }
    assert_int_equal(dir_remove(path_join(&f->a, dir, STR("episodes/002"))), OK);
    p2 = package_publish(f, blobs, dir);
    assert_int_equal(p2->ret_n_episodes, 2);
    assert_true(p2->ret_episodes[1].is_withdrawn);
    assert_int_equal(state_of(f, p1->ret_episodes[1].id), STATE_WITHDRAWN);
    assert_int_equal(series_state_of(f, p1->ret_series), STATE_PUBLISHED);
    assert_int_equal(found(f, "敲门"), 0);
    package_write_bytes(f, dir, STR("episodes/002/video.mov"), STR("not really a video 2"));
    p2 = package_publish(f, blobs, dir);
    assert_int_equal(p2->ret_n_jobs, 0); /* its media are still there */
    assert_true(p2->ret_episodes[1].id == p1->ret_episodes[1].id);
    assert_int_equal(state_of(f, p1->ret_episodes[1].id), STATE_PUBLISHED);
    assert_int_equal(found(f, "敲门"), POSTING_EPISODE);
    assert_verified(f, blobs);
    blobs_close(blobs);
}

struct due {
    struct arena *a;
    int64_t *episodes;
    size_t n;
    int64_t series; /* to withdraw */
};

WRITE_FN(write_due)
{
    struct due *d = arg;
    return catalog_due(tx, d->a, 10, &d->episodes, &d->n);
}

WRITE_FN(write_withdraw)
{
    struct due *d = arg;
    return catalog_withdraw_series(tx, d->a, d->series);
}

static void test_schedule_and_draft(void **state)
{
    struct fixture *f = *state;
    struct blobs *blobs = open_blobs(f);
    char *dir = package_dir(f, "plan");
    struct buf yaml = { 0 };
    buf_add_c(&yaml, "title: Plan\nlanguage: en\nepisodes:\n  - publish_at: ");
    buf_add_rfc3339(&yaml, NOW_US + US_PER_S);
    buf_add_c(&yaml, "\n  - visibility: draft\n");
    const struct test_file files[] = { { "episodes/001/video.mp4", "a" },
                                       { "episodes/002/video.mp4", "b" } };
    package_write(f, dir, files, 2);
    package_write_bytes(f, dir, STR("series.yaml"), buf_str(&yaml));
    buf_done(&yaml);
    struct publish *p = package_publish(f, blobs, dir);
    struct due d = { .a = &f->a, .series = p->ret_series };
    assert_int_equal(state_of(f, p->ret_episodes[0].id), STATE_PROCESSING);
    assert_int_equal(state_of(f, p->ret_episodes[1].id), STATE_DRAFT);
    package_media_arrive(f, blobs, p->ret_episodes[0].id, "m1");
    package_media_arrive(f, blobs, p->ret_episodes[1].id, "m2");
    assert_int_equal(state_of(f, p->ret_episodes[0].id), STATE_SCHEDULED);
    assert_int_equal(state_of(f, p->ret_episodes[1].id), STATE_READY);
    assert_int_equal(series_state_of(f, p->ret_series), STATE_DRAFT);
    assert_int_equal(store_write(f->store, write_due, &d), OK);
    assert_int_equal(d.n, 0);
    f->clock = clock_fixed(NOW_US + 2 * US_PER_S);
    assert_int_equal(store_write(f->store, write_due, &d), OK);
    assert_int_equal(d.n, 1);
    assert_int_equal(state_of(f, p->ret_episodes[0].id), STATE_PUBLISHED);
    assert_int_equal(series_state_of(f, p->ret_series), STATE_PUBLISHED);
    assert_int_equal(found(f, "plan"), POSTING_TITLE);
    assert_int_equal(store_write(f->store, write_withdraw, &d), OK);
    assert_int_equal(series_state_of(f, p->ret_series), STATE_WITHDRAWN);
    assert_int_equal(found(f, "plan"), 0);
    assert_verified(f, blobs);
    blobs_close(blobs);
}

static void test_a_single_video(void **state)
{
    struct fixture *f = *state;
    struct blobs *blobs = open_blobs(f);
    char *dir = package_dir(f, "videos");
    const struct test_file file = { "bottle-detection_2.MP4", "v" }, text = { "notes.txt", "x" };
    struct problems ps = { .a = &f->a };
    struct package pkg;
    package_write(f, dir, &file, 1);
    package_write(f, dir, &text, 1);
    char *path = path_join(&f->a, dir, str_from(file.path));
    struct publish *p = package_publish(f, blobs, path);
    package_export(f, blobs, p->ret_series, package_dir(f, "out"));
    struct str yaml;
    assert_int_equal(file_read(&f->a, package_dir(f, "out/series.yaml"), 1000, &yaml), OK);
    assert_string_equal(yaml.p, "title: \"Bottle detection 2\"\nlanguage: und\n");
    assert_int_equal(file_read(&f->a, package_dir(f, "out/episodes/001/video.mp4"), 10, &yaml), OK);
    assert_true(package_publish(f, blobs, package_dir(f, "out"))->ret_series == p->ret_series);
    assert_int_equal(package_open(&f->a, path_join(&f->a, dir, STR("notes.txt")), NULL, &ps, &pkg),
                     ERR_INPUT);
    assert_int_equal(package_open(&f->a, package_dir(f, "none"), NULL, &ps, &pkg), ERR_NOT_FOUND);
    blobs_close(blobs);
}

/* --- edit and export --- */

static void edit(struct fixture *f, struct blobs *blobs, int64_t series,
                 const struct series_edit *edits, size_t n)
{
    struct edit e;
    struct diag d = { 0 };
    if (edit_begin(&e, &f->a, f->db, blobs, series, (struct series_edits){ edits, n }, &d) != OK)
        fail_msg("%s", d.msg);
    assert_int_equal(store_write(f->store, publish_apply, &e.publish), OK);
    assert_int_equal(e.publish.ret_n_jobs, 0);
}

static void test_export_is_what_was_published(void **state)
{
    struct fixture *f = *state;
    struct blobs *blobs = open_blobs(f);
    struct publish *p = publish_rain(f, blobs);
    struct series_row s;
    struct export x;
    char *out = package_dir(f, "out");
    package_export(f, blobs, p->ret_series, out);
    package_assert_same(f, package_dir(f, "rain"), out);
    assert_int_equal(export_begin(&x, &f->a, f->db, blobs, p->ret_series, out), ERR_CONFLICT);
    assert_int_equal(catalog_find_series(f->db, &f->a, STR("雨夜来信-zh-hans"), &s), OK);
    assert_true(s.id == p->ret_series);
    char id[ID_TEXT_LEN + 1];
    id_format(s.id, id);
    assert_int_equal(catalog_find_series(f->db, &f->a, str_from(id), &s), OK);
    assert_int_equal(catalog_find_series(f->db, &f->a, STR("nothing"), &s), ERR_NOT_FOUND);

    /* A stored file that is not what it was is no export, and leaves nothing behind. */
    struct package_file *files;
    size_t n;
    bool has_more = true;
    enum err e = OK;
    assert_int_equal(store_package_list(f->db, &f->a, p->ret_series, &files, &n), OK);
    char *path = blob_path(&f->a, blobs, files[2].blob.p, STR(""));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(file_write(path, STR("damaged"), 0644), OK);
    char *second = package_dir(f, "second");
    assert_int_equal(export_begin(&x, &f->a, f->db, blobs, p->ret_series, second), OK);
    while (e == OK && has_more)
        e = export_next(&x, &has_more);
    assert_int_equal(e, ERR_CORRUPT);
    char *partial = x.partial;
    export_done(&x);
    assert_int_not_equal(access(partial, F_OK), 0);
    assert_int_not_equal(access(second, F_OK), 0);
    blobs_close(blobs);
}

static void test_an_edit_changes_its_lines_only(void **state)
{
    struct fixture *f = *state;
    struct blobs *blobs = open_blobs(f);
    struct publish *p = publish_rain(f, blobs);
    struct series_row s;
    struct str genre = STR("mystery"), yaml;
    const struct series_edit edits[] = {
        { .scope = SCOPE_SERIES, .key = STR("title"), .text = STR("雨夜: 来信") },
        { .scope = SCOPE_SERIES, .key = STR("genres"), .list = { &genre, 1 } },
        { .scope = SCOPE_EPISODE, .number = 2, .key = STR("title"), .text = STR("Again") },
        { .scope = SCOPE_EPISODE, .number = 1, .key = STR("synopsis"), .text = STR("a\nb") },
    };
    edit(f, blobs, p->ret_series, edits, N(edits));
    assert_int_equal(store_series_get(f->db, &f->a, p->ret_series, &s), OK);
    assert_string_equal(s.title.p, "雨夜: 来信");
    assert_string_equal(s.slug.p, "雨夜来信-zh-hans");
    package_export(f, blobs, p->ret_series, package_dir(f, "out"));
    assert_int_equal(file_read(&f->a, package_dir(f, "out/series.yaml"), 9999, &yaml), OK);
    assert_string_equal(yaml.p, "# Mei's own file\n"
                                "title: \"雨夜: 来信\"   # the title\n"
                                "language: zh-Hans\n"
                                "synopsis: >\n"
                                "  A letter arrives at nine.\n"
                                "genres: [mystery]\n"
                                "hashtags: ['#letters']\n"
                                "cast:\n"
                                "  - {name: Mei Lin, role: 林}\n"
                                "creator: Nine Collective\n"
                                "x-notes: [kept, as it is]\n"
                                "episodes:\n"
                                "  - number: 1\n"
                                "    title: The Knock\n"
                                "    synopsis: |-\n"
                                "      a\n"
                                "      b\n"
                                "  - number: 2\n"
                                "    title: Again # said twice\n"
                                "slug: 雨夜来信-zh-hans\n");
    package_write_bytes(f, package_dir(f, "rain"), STR("series.yaml"), yaml);
    package_assert_same(f, package_dir(f, "rain"), package_dir(f, "out"));
    struct publish *again = package_publish(f, blobs, package_dir(f, "out"));
    assert_true(again->ret_series == p->ret_series);
    assert_int_equal(again->ret_n_jobs, 0);
    assert_verified(f, blobs);
    blobs_close(blobs);
}

static void test_edits_that_cannot_be(void **state)
{
    struct fixture *f = *state;
    struct blobs *blobs = open_blobs(f);
    struct publish *p = publish_rain(f, blobs);
    static const struct {
        struct series_edit edit;
        enum err e;
    } cases[] = {
        { { .scope = SCOPE_SERIES, .key = { "title", 5 } }, ERR_INPUT },
        { { .scope = SCOPE_SERIES, .key = { "rating", 6 }, .text = { "13", 2 } }, ERR_INPUT },
        { { .scope = SCOPE_SERIES, .key = { "nothing", 7 } }, ERR_INPUT },
        { { .scope = SCOPE_SERIES, .key = { "cast", 4 } }, ERR_UNSUPPORTED },
        { { .scope = SCOPE_SERIES, .key = { "title", 5 }, .text = { "a\x07", 2 } }, ERR_INPUT },
        { { .scope = SCOPE_SERIES, .key = { "cover", 5 }, .text = { "no.jpg", 6 } }, ERR_INPUT },
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct edit e;
        struct diag d = { 0 };
        assert_int_equal(edit_begin(&e, &f->a, f->db, blobs, p->ret_series,
                                    (struct series_edits){ &cases[i].edit, 1 }, &d),
                         cases[i].e);
        assert_true(d.msg[0] && d.line == 0);
    }
    /* Two at once: the second one is told that the file is another one by now. */
    struct edit first, second;
    struct diag d = { 0 };
    const struct series_edit one = { .scope = SCOPE_SERIES,
                                     .key = STR("creator"),
                                     .text = STR("A") };
    const struct series_edits edits = { &one, 1 };
    assert_int_equal(edit_begin(&first, &f->a, f->db, blobs, p->ret_series, edits, &d), OK);
    assert_int_equal(edit_begin(&second, &f->a, f->db, blobs, p->ret_series, edits, &d), OK);
    assert_int_equal(store_write(f->store, publish_apply, &first.publish), OK);
    assert_int_equal(store_write(f->store, publish_apply, &second.publish), ERR_CONFLICT);
    assert_verified(f, blobs);
    blobs_close(blobs);
}

/* Every statement of a publication fails in turn: all of it happens or nothing. */
static void test_failing_statements(void **state)
{
    struct fixture *f = *state;
    struct blobs *blobs = open_blobs(f);
    struct problems ps = { .a = &f->a };
    struct package pkg;
    struct publish p;
    bool has_more = true;
    char *dir = package_dir(f, "rain");
    package_write(f, dir, rain, N(rain));
    assert_int_equal(package_open(&f->a, dir, NULL, &ps, &pkg), OK);
    publish_init(&p, &f->a, &pkg);
    while (has_more)
        assert_int_equal(publish_copy_next(&p, blobs, &has_more), OK);
    enum err e = ERR_IO;
    int64_t n = 1;
    for (; e != OK && n < 500; n++) {
        struct series_row s;
        store_fail_nth(f->store, n, ERR_FULL);
        e = store_write(f->store, publish_apply, &p);
        store_fail_nth(f->store, 0, OK);
        enum err there = store_series_by_slug(f->db, &f->a, STR("雨夜来信-zh-hans"), &s);
        assert_int_equal(there, e == OK ? OK : ERR_NOT_FOUND);
    }
    assert_int_equal(e, OK);
    assert_true(n > 20);
    assert_verified(f, blobs);
    blobs_close(blobs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_problems_of_packages),
        STORE_TEST(test_links_are_not_followed),
        STORE_TEST(test_publish_makes_rows),
        STORE_TEST(test_media_publish_it),
        STORE_TEST(test_publish_again),
        STORE_TEST(test_withdrawn_and_back),
        STORE_TEST(test_schedule_and_draft),
        STORE_TEST(test_a_single_video),
        STORE_TEST(test_export_is_what_was_published),
        STORE_TEST(test_an_edit_changes_its_lines_only),
        STORE_TEST(test_edits_that_cannot_be),
        STORE_TEST(test_failing_statements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
