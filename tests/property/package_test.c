/*
 * Property: what is published comes back from an export byte for byte, and publishing that again
 * changes nothing: same ids, no job. 200 generated packages with odd names, empty files, gaps and
 * several scripts, each published twice, with files changed, added and removed in between.
 * SEED=N replays one.
 */
#include "../unit/package_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/rand.h"
#include "store/verify.h"
#include "sys/file.h"

enum { CASES = 200 };

static bool chance(struct rng *r, unsigned percent)
{
    return rng_below(r, 100) < percent;
}

static struct str random_bytes(struct rng *r, struct arena *a, size_t max)
{
    size_t n = rng_below(r, max + 1);
    char *p = arena_alloc(a, n + 1);
    rng_fill(r, p, n);
    return str_sub(p, n);
}

static struct str random_name(struct rng *r, struct arena *a)
{
    static const char *const parts[] = { "a",    "雨夜", " ", "ö",   "(1)", "'",    "\"", "&",
                                         "#tag", "-",    "_", "%20", "+",   "тень", "$x", "~" };
    struct buf b = { 0 };
    for (size_t i = 0, n = 1 + rng_below(r, 5); i < n; i++)
        buf_add_c(&b, parts[rng_below(r, sizeof parts / sizeof parts[0])]);
    buf_add_c(&b, chance(r, 50) ? ".txt" : "x");
    return buf_to_arena(&b, a);
}

static void add_file(struct fixture *f, const char *dir, struct str path, struct str content)
{
    package_write_bytes(f, dir, path, content);
}

static struct str yaml(struct rng *r, struct arena *a, uint64_t seed, const int *numbers, size_t n)
{
    static const char *const titles[] = { "Rain", "雨夜来信", "¿Quién llama?", "Тень" };
    const char *eol = chance(r, 20) ? "\r\n" : "\n";
    struct buf b = { 0 };
    buf_addf(&b, "title: \"%s %llu\"%slanguage: %s%s", titles[rng_below(r, 4)],
             (unsigned long long)seed, eol, chance(r, 50) ? "zh-Hans" : "en", eol);
    if (chance(r, 50))
        buf_addf(&b, "# a remark%s%sgenres: [ suspense ,drama]%s", eol, eol, eol);
    if (chance(r, 30))
        buf_addf(&b, "x-own: {b: 1, a: [2]}%s", eol);
    if (chance(r, 30))
        buf_addf(&b, "visibility: draft%s", eol);
    if (chance(r, 60)) {
        buf_addf(&b, "episodes:%s", eol);
        for (size_t i = 0; i < n; i++)
            buf_addf(&b, "- {number: %d, title: 'E%d'%s}%s", numbers[i], numbers[i],
                     chance(r, 20) ? ", season: 2" : "", eol);
        if (n == 0)
            buf_addf(&b, "  []%s", eol);
    }
    return buf_to_arena(&b, a);
}

static void make_package(struct fixture *f, struct rng *r, const char *dir, uint64_t seed)
{
    static const char *const videos[] = { "video.mp4", "video.mkv", "video.webm", "video.ts" };
    int numbers[6], number = 0;
    size_t n = rng_below(r, 6);
    for (size_t i = 0; i < n; i++) {
        number += 1 + (int)rng_below(r, 3);
        numbers[i] = number;
        const char *folder =
            arena_printf(&f->a, chance(r, 80) ? "episodes/%03d" : "episodes/%d", number).p;
        struct str video = arena_printf(&f->a, "%s/%s", folder, videos[rng_below(r, 4)]);
        add_file(f, dir, video,
                 arena_printf(&f->a, "video %llu %d", (unsigned long long)seed, number));
        if (chance(r, 40))
            add_file(f, dir, arena_printf(&f->a, "%s/captions.es-419.vtt", folder),
                     arena_printf(&f->a, "WEBVTT\n\n%d", number));
        if (chance(r, 30))
            add_file(f, dir, arena_printf(&f->a, "%s/audio.fr.m4a", folder), STR(""));
        struct str name = random_name(r, &f->a);
        if (chance(r, 30))
            add_file(f, dir, arena_printf(&f->a, "%s/%.*s", folder, STR_ARG(name)),
                     random_bytes(r, &f->a, 300));
    }
    for (size_t i = 0, m = rng_below(r, 5); i < m; i++) {
        struct str name = random_name(r, &f->a);
        const char *folder = chance(r, 60) ? "art/更多/" : "";
        add_file(f, dir, arena_printf(&f->a, "%s%.*s", folder, STR_ARG(name)),
                 random_bytes(r, &f->a, 2000));
    }
    if (chance(r, 30))
        add_file(f, dir, STR("story.json"), STR(""));
    if (chance(r, 30))
        add_file(f, dir, STR("cover.jpg"), random_bytes(r, &f->a, 100));
    add_file(f, dir, STR("series.yaml"), yaml(r, &f->a, seed, numbers, n));
}

/* Exports, compares, and publishes what came out: nothing may have changed. */
static void assert_round_trip(struct fixture *f, struct blobs *blobs, const char *dir,
                              const struct publish *p)
{
    char *out = package_dir(f, "out");
    package_export(f, blobs, p->ret_series, out);
    package_assert_same(f, dir, out);
    struct publish *again = package_publish(f, blobs, out);
    assert_true(again->ret_series == p->ret_series);
    assert_int_equal(again->ret_n_jobs, 0);
    for (size_t i = 0; i < again->ret_n_episodes; i++)
        assert_true(again->ret_episodes[i].id == p->ret_episodes[i].id);
    assert_int_equal(dir_remove(out), OK);
}

static void check_one(struct fixture *f, struct blobs *blobs, uint64_t seed)
{
    struct rng r = rng_seeded(seed);
    char *dir = package_dir(f, "in");
    make_package(f, &r, dir, seed);
    struct publish *first = package_publish(f, blobs, dir);
    assert_true(first->ret_is_new);
    assert_round_trip(f, blobs, dir, first);
    for (size_t i = 0; i < first->ret_n_episodes; i++)
        if (chance(&r, 60))
            package_media_arrive(f, blobs, first->ret_episodes[i].id,
                                 arena_printf(&f->a, "%llu %zu", (unsigned long long)seed, i).p);
    /* The same series, other files. */
    struct str text;
    assert_int_equal(file_read(&f->a, path_join(&f->a, dir, STR("series.yaml")), 99999, &text), OK);
    assert_int_equal(dir_remove(dir), OK);
    make_package(f, &r, dir, seed);
    struct str rest = text, title, language;
    assert_true(str_next_line(&rest, &title) && str_next_line(&rest, &language));
    add_file(f, dir, STR("series.yaml"),
             arena_printf(&f->a, "%.*s\n%.*s\n", STR_ARG(title), STR_ARG(language)));
    struct publish *second = package_publish(f, blobs, dir);
    assert_true(second->ret_series == first->ret_series);
    assert_round_trip(f, blobs, dir, second);
    assert_int_equal(dir_remove(dir), OK);
}

static void on_finding(void *arg, const struct verify_finding *v)
{
    (void)arg;
    if (v->is_violation)
        fprintf(stderr, "%s: %.*s\n", v->check, STR_ARG(v->what));
}

static void test_packages(void **state)
{
    struct fixture *f = *state;
    const char *given = getenv("SEED");
    uint64_t first = given ? strtoull(given, NULL, 10) : 1;
    struct blobs *blobs;
    assert_int_equal(blobs_open(f->dir, &f->clock, &blobs), OK);
    for (uint64_t seed = first; seed < first + (given ? 1 : CASES); seed++) {
        fprintf(stderr, "\rSEED=%llu", (unsigned long long)seed);
        check_one(f, blobs, seed);
        arena_done(&f->a);
    }
    fprintf(stderr, "\n");
    struct verify_options o = { .found = on_finding };
    int64_t violations;
    assert_int_equal(store_verify(f->store, blobs, &o, &violations), OK);
    assert_int_equal(violations, 0);
    blobs_close(blobs);
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST(test_packages) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
