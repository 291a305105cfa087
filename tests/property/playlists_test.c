/*
 * A playlist parses back to what wrote it: random renditions, 10,000 of them, to text and back.
 * Prints its seed when it fails; SEED=N replays that case.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/rand.h"
#include "media/hls.h"

enum { CASES = 10000, RENDITIONS = 4, SEGMENTS = 40 };

static int64_t between(struct rng *r, int64_t least, int64_t most)
{
    return least + (int64_t)rng_below(r, (uint64_t)(most - least + 1));
}

static struct media_track make_track(struct arena *a, struct rng *r, const char *name)
{
    struct media_track t = { .name = arena_str(a, str_from(name)) };
    t.n_segments = (size_t)between(r, 1, SEGMENTS);
    t.segments = ARENA_ARRAY(a, struct media_segment, t.n_segments);
    t.key_frames = ARENA_ARRAY(a, struct media_range, t.n_segments);
    t.init = (struct media_range){ 0, between(r, 1, 5000) };
    int64_t at = t.init.size_bytes;
    for (size_t i = 0; i < t.n_segments; i++) {
        at += rng_below(r, 4) ? 0 : between(r, 0, 100);
        t.segments[i].range = (struct media_range){ at, between(r, 9, 10000000000) };
        t.segments[i].duration_us = between(r, 1, i ? 12000000 : 2000000000);
        t.key_frames[i] = (struct media_range){ at, between(r, 8, t.segments[i].range.size_bytes) };
        at += t.segments[i].range.size_bytes;
    }
    t.bandwidth = between(r, 1, INT32_MAX / 2);
    t.average_bandwidth = between(r, 1, t.bandwidth);
    return t;
}

static bool same_range(struct media_range x, struct media_range y)
{
    return x.offset == y.offset && x.size_bytes == y.size_bytes;
}

static bool check_media(struct arena *a, const struct media_track *t, bool is_iframes)
{
    struct buf b = { 0 };
    struct hls_playlist p;
    struct diag d = { 0 };
    if (is_iframes)
        hls_write_iframes(&b, t);
    else
        hls_write_media(&b, t);
    bool ok = hls_parse(a, buf_str(&b), &p, &d) == OK && p.is_ended && p.is_independent &&
              p.version == 7 && p.is_iframes_only == is_iframes && !p.is_multivariant &&
              p.n_segments == t->n_segments && same_range(p.map, t->init);
    struct str file = arena_printf(a, "%.*s.mp4", STR_ARG(t->name));
    ok = ok && str_eq(p.map_uri, file);
    for (size_t i = 0; ok && i < t->n_segments; i++) {
        const struct media_segment *s = &t->segments[i];
        ok = p.segments[i].duration_us == s->duration_us && str_eq(p.segments[i].uri, file) &&
             same_range(p.segments[i].range, is_iframes ? t->key_frames[i] : s->range) &&
             (s->duration_us + 500000) / 1000000 <= p.target_duration_s;
    }
    buf_done(&b);
    return ok;
}

static bool check_multivariant(struct arena *a, const struct media_info *m)
{
    struct buf b = { 0 };
    struct hls_playlist p;
    struct diag d = { 0 };
    hls_write_multivariant(&b, m);
    bool ok = hls_parse(a, buf_str(&b), &p, &d) == OK && p.is_multivariant &&
              p.n_variants == m->n_renditions && p.n_i_frames == m->n_renditions;
    int64_t sound = m->audio ? m->audio->bandwidth : 0;
    for (size_t i = 0; ok && i < m->n_renditions; i++) {
        const struct media_track *t = &m->renditions[i];
        const struct hls_variant *v = &p.variants[i];
        ok = v->bandwidth == t->bandwidth + sound && v->width == t->width &&
             v->height == t->height && str_eq(v->frame_rate, t->frame_rate) &&
             str_eq_c(v->audio, m->audio ? "audio" : "") && str_starts(v->codecs, t->codecs) &&
             str_eq(v->uri, arena_printf(a, "%.*s.m3u8", STR_ARG(t->name)));
    }
    buf_done(&b);
    return ok;
}

static bool run_case(uint64_t seed)
{
    struct arena a = { 0 };
    struct rng r = rng_seeded(seed);
    static const char *const names[RENDITIONS] = { "v360", "v540", "v720", "v1080" };
    struct media_track tracks[RENDITIONS], audio = make_track(&a, &r, "audio");
    struct media_info m = { .renditions = tracks, .duration_us = 1 };
    m.n_renditions = (size_t)between(&r, 1, RENDITIONS);
    for (size_t i = 0; i < m.n_renditions; i++) {
        tracks[i] = make_track(&a, &r, names[i]);
        tracks[i].width = (int)between(&r, 2, 8192);
        tracks[i].height = (int)between(&r, 2, 8192);
        tracks[i].codecs = STR("avc1.64001e");
        tracks[i].frame_rate = arena_printf(&a, "%.3f", (double)between(&r, 1, 60000) / 1000);
    }
    audio.channels = 2;
    audio.codecs = STR("mp4a.40.2");
    m.audio = rng_below(&r, 2) ? &audio : NULL;
    bool ok = check_media(&a, &audio, false) && check_multivariant(&a, &m);
    for (size_t i = 0; ok && i < m.n_renditions; i++)
        ok = check_media(&a, &tracks[i], false) && check_media(&a, &tracks[i], true);
    arena_done(&a);
    return ok;
}

static void test_playlists_parse_back(void **state)
{
    (void)state;
    const char *one = getenv("SEED");
    uint64_t from = one ? strtoull(one, NULL, 10) : 1, n = one ? 1 : CASES;
    for (uint64_t seed = from; seed < from + n; seed++)
        if (!run_case(seed))
            fail_msg("SEED=%llu", (unsigned long long)seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_playlists_parse_back) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
