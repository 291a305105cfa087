/* The pure part of media: plans, boxes, playlists, captions, media.json, the limiter. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "media/box.h"
#include "media/cmaf.h"
#include "media/dash.h"
#include "media/hls.h"
#include "media/limiter.h"
#include "media/media_json.h"
#include "media/plan.h"
#include "media/sniff.h"
#include "media/thumbhash.h"
#include "media/vtt.h"

#define N(array) (sizeof(array) / sizeof *(array))

static const char sample[] =
    "{\"version\":1,\"duration_us\":3000000,\"width\":720,\"height\":1280,\"frame_rate\":[30,1],"
    "\"fit\":\"fill\",\"complete\":true,\"preview\":\"2gcKBYAQ\",\"has_audio\":true,"
    "\"loudness\":{\"integrated_lufs\":-14.02,\"true_peak_dbtp\":-1.3,\"silent\":false},"
    "\"renditions\":[{\"name\":\"v360\",\"width\":360,\"height\":640,\"frame_rate\":\"30.000\","
    "\"bandwidth\":600000,\"average_bandwidth\":400000,\"codecs\":\"avc1.64001e\",\"init\":[0,800],"
    "\"segments\":[[800,40000,1000000],[40800,90000,2000000]]}],"
    "\"audio\":{\"name\":\"audio\",\"channels\":2,\"bandwidth\":130000,\"average_bandwidth\":"
    "128000,"
    "\"codecs\":\"mp4a.40.2\",\"init\":[0,700],\"segments\":[[700,16000,1000000],[16700,32000,"
    "2000000]]},\"captions\":[{\"lang\":\"en\",\"file\":\"captions.en.vtt\"}],\"warnings\":[\"a\"],"
    "\"storyboard\":{\"file\":\"storyboard.jpg\",\"vtt\":\"storyboard.vtt\",\"columns\":2,\"rows\":"
    "1,"
    "\"tile_width\":90,\"tile_height\":160,\"interval_us\":2000000},\"source\":{\"container\":"
    "\"mov\",\"video_codec\":\"h264\",\"audio_codec\":\"aac\",\"width\":1280,\"height\":720,"
    "\"rotation\":90,\"duration_us\":3000000}}\n";

static void test_media_json_round_trip(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct media_info m;
    struct diag d = { 0 };
    assert_int_equal(media_json_parse(&a, str_from(sample), &m, &d), OK);
    assert_int_equal(m.renditions[0].segments[1].range.offset, 40800);
    assert_true(m.audio && m.audio->channels == 2 && m.source.rotation == 90);
    assert_non_null(media_rendition_find(&m, STR("v360")));
    assert_null(media_rendition_find(&m, STR("v3600")));
    struct buf out = { 0 }, again = { 0 };
    media_json_write(&out, &m);
    assert_int_equal(media_json_parse(&a, buf_str(&out), &m, &d), OK);
    media_json_write(&again, &m);
    assert_true(str_eq(buf_str(&out), buf_str(&again)));
    buf_done(&out);
    buf_done(&again);
    arena_done(&a);
}

static void test_media_json_refuses_what_would_lead_astray(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } cases[] = {
        { "\"version\":1", "\"version\":2" },
        { "\"v360\"", "\"../v360\"" },
        { "captions.en.vtt", "captions/en.vtt" },
        { "[40800,", "[40799," },
        { "[40800,", "[-40800," },
        { "\"duration_us\":3000000,\"width\":720", "\"duration_us\":0,\"width\":720" },
        { "\"segments\":[[800", "\"segment\":[[800" },
        { "{\"version\"", "{{\"version\"" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a = { 0 };
        struct buf b = { 0 };
        struct str s = str_from(sample);
        ptrdiff_t at = str_find(s, str_from(cases[i].from));
        assert_true(at >= 0);
        buf_add_str(&b, str_head(s, (size_t)at));
        buf_add_c(&b, cases[i].to);
        buf_add_str(&b, str_skip(s, (size_t)at + strlen(cases[i].from)));
        struct media_info m;
        struct diag d = { 0 };
        assert_int_equal(media_json_parse(&a, buf_str(&b), &m, &d), ERR_INPUT);
        assert_true(d.msg[0]);
        buf_done(&b);
        arena_done(&a);
    }
}

/* ---- plan ---- */

static const int ladder[] = { 360, 540, 720, 1080 };

static void test_ladder_shapes(void **state)
{
    (void)state;
    static const struct {
        int width, height;
        enum fit wish, fit;
        const char *rungs; /* of the largest: name WxH, and how many */
        size_t n;
    } cases[] = {
        { 1080, 1920, FIT_AUTO, FIT_FILL, "v1080 1080x1920", 4 },
        { 2160, 3840, FIT_AUTO, FIT_FILL, "v1080 1080x1920", 4 },
        { 1079, 1920, FIT_AUTO, FIT_FILL, "v720 720x1282", 3 },
        { 720, 1280, FIT_BLUR, FIT_FILL, "v720 720x1280", 3 },
        { 353, 627, FIT_AUTO, FIT_FILL, "v352 352x626", 1 },
        { 1080, 1440, FIT_AUTO, FIT_FILL, "v1080 1080x1440", 4 },
        { 1080, 1440, FIT_CROP, FIT_CROP, "v720 720x1280", 3 },
        { 640, 360, FIT_AUTO, FIT_BLUR, "v540 540x960", 2 },
        { 640, 360, FIT_CROP, FIT_CROP, "v202 202x360", 1 },
        { 640, 360, FIT_KEEP, FIT_KEEP, "v360 640x360", 1 },
        { 1920, 1080, FIT_KEEP, FIT_KEEP, "v1080 1920x1080", 4 },
        { 1920, 1080, FIT_CROP, FIT_CROP, "v540 540x960", 2 },
        { 1080, 1080, FIT_AUTO, FIT_BLUR, "v1080 1080x1920", 4 },
        { 1080, 1920, FIT_KEEP, FIT_FILL, "v1080 1080x1920", 4 },
        { 16, 16, FIT_AUTO, FIT_BLUR, "v16 16x28", 1 },
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct plan_source s = { .width = cases[i].width,
                                 .height = cases[i].height,
                                 .fit = cases[i].wish,
                                 .focus_x = 500,
                                 .focus_y = 500,
                                 .ladder = ladder,
                                 .n_ladder = N(ladder) };
        struct plan p;
        struct diag d;
        char top[64];
        assert_int_equal(plan_ladder(&s, &p, &d), OK);
        const struct plan_rung *r = &p.rungs[p.n_rungs - 1];
        snprintf(top, sizeof top, "%s %dx%d", r->name, r->width, r->height);
        assert_string_equal(top, cases[i].rungs);
        assert_int_equal(p.n_rungs, cases[i].n);
        assert_int_equal(p.fit, cases[i].fit);
    }
    struct plan_source thin = { .width = 100, .height = 1000, .ladder = ladder, .n_ladder = 4 };
    struct plan p;
    struct diag d = { 0 };
    assert_int_equal(plan_ladder(&thin, &p, &d), ERR_INPUT);
    thin = (struct plan_source){ .width = 8, .height = 8, .ladder = ladder, .n_ladder = 4 };
    assert_int_equal(plan_ladder(&thin, &p, &d), ERR_INPUT);
}

static void test_crop_keeps_its_point_and_stays_inside(void **state)
{
    (void)state;
    static const int focus[] = { 0, 500, 1000 }, x[] = { 0, 656, 1314 };
    for (size_t i = 0; i < 3; i++) {
        struct plan_source s = { .width = 1920,
                                 .height = 1080,
                                 .fit = FIT_CROP,
                                 .focus_x = focus[i],
                                 .ladder = ladder,
                                 .n_ladder = 4 };
        struct plan p;
        assert_int_equal(plan_ladder(&s, &p, NULL), OK);
        assert_int_equal(p.crop_width, 606);
        assert_int_equal(p.crop_x, x[i]);
        assert_true(p.crop_x + p.crop_width <= 1920);
    }
}

/* Times of n pictures at num/den, each rounded to tick_us. */
static void fill_times(int64_t *pts, size_t n, double period_us, int64_t tick_us)
{
    for (size_t i = 0; i < n; i++)
        pts[i] = (int64_t)llround((double)i * period_us / (double)tick_us) * tick_us;
}

static void test_frame_rates(void **state)
{
    (void)state;
    static const struct {
        double period_us;
        int64_t tick_us;
        struct rate declared, expected;
    } cases[] = {
        { 1e6 * 6 / 179, 1, { 179, 6 }, { 179, 6 } },
        { 1e6 * 1001 / 30000, 1000, { 30000, 1001 }, { 30000, 1001 } },
        { 1e6 * 1001 / 30000, 1000, { 0, 0 }, { 30000, 1001 } },
        { 1e6 / 120, 11, { 120, 1 }, { 60, 1 } },
        { 1e6 / 50, 11, { 90000, 1 }, { 50, 1 } },
        { 80000, 1, { 25, 2 }, { 25, 2 } },
    };
    int64_t pts[1000];
    for (size_t i = 0; i < N(cases); i++) {
        bool is_variable;
        fill_times(pts, N(pts), cases[i].period_us, cases[i].tick_us);
        struct rate r =
            plan_rate(pts, N(pts), cases[i].tick_us, &cases[i].declared, 1, &is_variable);
        assert_false(is_variable);
        assert_int_equal(r.num * cases[i].expected.den, cases[i].expected.num * r.den);
    }
}

static void test_variable_rate_becomes_the_nearest_standard(void **state)
{
    (void)state;
    int64_t pts[300];
    int64_t at = 0;
    for (size_t i = 0; i < N(pts); i++) {
        pts[i] = at;
        at += i % 10 == 0 ? 90000 : 33000;
    }
    struct rate claim = { 90, 1 };
    bool is_variable;
    struct rate r = plan_rate(pts, N(pts), 1000, &claim, 1, &is_variable);
    assert_true(is_variable);
    assert_true(r.num == 30 && r.den == 1);
    r = plan_rate(pts, 1, 1000, &claim, 1, &is_variable);
    assert_true(r.num == 25 && r.den == 1);
}

static void test_cuts(void **state)
{
    (void)state;
    static const struct {
        struct rate rate;
        int64_t n_frames, cuts[8];
        size_t n;
    } cases[] = {
        { { 30, 1 }, 300, { 0, 30, 90, 150, 210, 270 }, 6 },
        { { 30, 1 }, 280, { 0, 30, 90, 150, 210 }, 5 }, /* a third of a second stays */
        { { 30000, 1001 }, 120, { 0, 30, 90 }, 3 },
        { { 25, 2 }, 40, { 0, 13 }, 2 },
        { { 25, 1 }, 1, { 0 }, 1 },
        { { 1, 1 }, 6, { 0, 1, 3, 5 }, 4 },
        { { 1, 4 }, 2, { 0, 1 }, 2 },
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct arena a = { 0 };
        int64_t *cuts;
        size_t n;
        plan_cuts(&a, cases[i].rate, cases[i].n_frames, &cuts, &n);
        assert_int_equal(n, cases[i].n);
        for (size_t k = 0; k < n; k++)
            assert_int_equal(cuts[k], cases[i].cuts[k]);
        arena_done(&a);
    }
}

/* ---- boxes ---- */

static const struct cmaf_track video = { .is_video = true,
                                         .timescale = 15360,
                                         .sample_duration = 512,
                                         .width = 360,
                                         .height = 640,
                                         .config = { "\1\x64\0\x1e\xff\xe1\0\0\1\0\0", 11 },
                                         .edit_media_time = 1024 };

/* 1 s and 2 s of 30 frames/s, every picture as large as its number + 1. */
static void write_video(struct buf *b)
{
    struct cmaf_sample s[60];
    struct buf data = { 0 };
    cmaf_write_init(b, &video);
    for (int f = 0; f < 2; f++) {
        size_t n = f ? 60 : 30;
        buf_reset(&data);
        for (size_t i = 0; i < n; i++) {
            s[i] = (struct cmaf_sample){ (uint32_t)i + 1, i % 2 ? 512 : 1024 };
            for (size_t k = 0; k <= i; k++)
                buf_add_char(&data, 'x');
        }
        cmaf_write_fragment(b, &video, (uint32_t)f + 1, f * 30 * 512, s, n, buf_str(&data));
    }
    buf_done(&data);
}

static void test_box_reader_reads_what_is_written(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct buf b = { 0 };
    struct box_track t;
    struct media_track m;
    struct diag d = { 0 };
    write_video(&b);
    assert_int_equal(box_read(&a, buf_str(&b), &t, &d), OK);
    assert_string_equal(t.codecs, "avc1.64001e");
    assert_true(t.is_video && t.width == 360 && t.height == 640 && t.timescale == 15360);
    assert_int_equal(t.n_fragments, 2);
    assert_int_equal(t.n_samples, 90);
    assert_int_equal(t.edit_media_time, 1024);
    assert_int_equal(t.fragments[1].decode_time, 15360);
    box_describe(&a, &t, STR("v360"), &m);
    assert_int_equal(m.segments[0].duration_us, 1000000);
    assert_int_equal(m.segments[1].duration_us, 2000000);
    const struct media_range last = m.segments[1].range;
    assert_int_equal(last.offset + last.size_bytes, b.n);
    /* an I-frame range ends behind the first sample, which is one byte here */
    assert_int_equal(b.p[m.key_frames[0].offset + m.key_frames[0].size_bytes - 1], 'x');
    assert_int_equal(b.p[m.key_frames[0].offset + m.key_frames[0].size_bytes - 2], 't');
    buf_done(&b);
    arena_done(&a);
}

static void test_box_reader_refuses_every_cut(void **state)
{
    (void)state;
    struct buf b = { 0 };
    write_video(&b);
    struct box_track t = { 0 };
    struct arena a = { 0 };
    assert_int_equal(box_read(&a, buf_str(&b), &t, NULL), OK);
    size_t first_end = (size_t)t.fragments[1].range.offset;
    for (size_t n = 0; n < b.n; n++) {
        struct diag d = { 0 };
        enum err e = box_read(&a, str_head(buf_str(&b), n), &t, &d);
        if (n == first_end) /* a whole fragment is missing: only media.json knows */
            assert_int_equal(e, OK);
        else
            assert_true(e == ERR_INPUT && d.msg[0]);
    }
    buf_done(&b);
    arena_done(&a);
}

static void test_box_reader_refuses_what_does_not_hold_together(void **state)
{
    (void)state;
    static const struct {
        const char *box; /* its last occurrence */
        size_t at;       /* behind the type */
        char value;
    } cases[] = {
        { "mfhd", 7, 1 },         /* the sequence number again */
        { "tfdt", 11, 1 },        /* a gap in time */
        { "tfhd", 7, 2 },         /* another track */
        { "trun", 7, 59 },        /* fewer samples than bytes */
        { "trun", 7, 61 },        /* more */
        { "trun", 11, 7 },        /* another data offset */
        { "trun", 13, 1 },        /* the first sample is no key frame */
        { "trun", 19, 2 },        /* a larger first sample */
        { "mdat", (size_t)-5, 0 } /* a smaller mdat */
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct buf b = { 0 };
        struct arena a = { 0 };
        struct box_track t;
        struct diag d = { 0 };
        write_video(&b);
        size_t at = b.n;
        while (memcmp(b.p + at - 4, cases[i].box, 4) != 0)
            at--;
        b.p[at + cases[i].at] = cases[i].value;
        if (box_read(&a, buf_str(&b), &t, &d) != ERR_INPUT)
            fail_msg("%s[%zu] was accepted", cases[i].box, cases[i].at);
        buf_done(&b);
        arena_done(&a);
    }
}

static void test_annexb_becomes_lengths_without_what_is_not_needed(void **state)
{
    (void)state;
    struct buf b = { 0 };
    static const char unit[] =
        "\0\0\0\1\x09\xf0\0\0\1\x67\x64\0\x1e\0\0\1\x06\x05xyz\0\0\1\x06\x06k"
        "\0\0\0\1\x65"
        "abc";
    cmaf_add_annexb(&b, str_sub(unit, sizeof unit - 1));
    static const char expected[] = "\0\0\0\3\x06\x06k\0\0\0\4\x65"
                                   "abc";
    assert_int_equal(b.n, sizeof expected - 1);
    assert_memory_equal(b.p, expected, b.n);
    buf_reset(&b);
    assert_int_equal(
        cmaf_avcc_from_annexb(&b, str_sub("\0\0\1\x67\x64\0\x1e\xaa\0\0\1\x68\xee", 13)), OK);
    assert_memory_equal(b.p, "\1\x64\0\x1e\xff\xe1\0\5\x67\x64\0\x1e\xaa\1\0\2\x68\xee", 18);
    buf_reset(&b);
    assert_int_equal(cmaf_avcc_from_annexb(&b, STR("no start code")), ERR_INPUT);
    buf_done(&b);
}

/* ---- playlists ---- */

static void test_playlists_say_what_the_boxes_are(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct buf file = { 0 }, b = { 0 };
    struct box_track t;
    struct media_track m;
    write_video(&file);
    assert_int_equal(box_read(&a, buf_str(&file), &t, NULL), OK);
    box_describe(&a, &t, STR("v360"), &m);
    hls_write_media(&b, &m);
    struct str expected = arena_printf(
        &a,
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n"
        "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        "#EXT-X-MAP:URI=\"v360.mp4\",BYTERANGE=\"%lld@0\"\n#EXTINF:1.000000,\n"
        "#EXT-X-BYTERANGE:%lld@%lld\nv360.mp4\n#EXTINF:2.000000,\n#EXT-X-BYTERANGE:%lld@%lld\n"
        "v360.mp4\n#EXT-X-ENDLIST\n",
        (long long)m.init.size_bytes, (long long)m.segments[0].range.size_bytes,
        (long long)m.segments[0].range.offset, (long long)m.segments[1].range.size_bytes,
        (long long)m.segments[1].range.offset);
    assert_true(str_eq(buf_str(&b), expected));
    buf_reset(&b);
    hls_write_iframes(&b, &m);
    assert_true(str_find(buf_str(&b), STR("#EXT-X-I-FRAMES-ONLY\n")) > 0);
    buf_done(&b);
    buf_done(&file);
    arena_done(&a);
}

static void test_manifests_list_everything(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct media_info m;
    struct buf b = { 0 };
    assert_int_equal(media_json_parse(&a, str_from(sample), &m, NULL), OK);
    hls_write_multivariant(&b, &m);
    static const char *const hls[] = {
        "AUDIO=\"audio\"",    "BANDWIDTH=730000", "CODECS=\"avc1.64001e,mp4a.40.2\"",
        "RESOLUTION=360x640", "LANGUAGE=\"en\"",  "URI=\"audio.m3u8\"",
        "\nv360.m3u8\n"
    };
    for (size_t i = 0; i < N(hls); i++)
        assert_true(str_find(buf_str(&b), str_from(hls[i])) > 0);
    buf_reset(&b);
    dash_write(&b, &m);
    static const char *const dash[] = { "mediaPresentationDuration=\"PT3S\"",
                                        "mediaRange=\"40800-130799\"",
                                        "<BaseURL>audio.mp4<",
                                        "frameRate=\"30/1\"",
                                        "captions.en.vtt",
                                        "</MPD>" };
    for (size_t i = 0; i < N(dash); i++)
        assert_true(str_find(buf_str(&b), str_from(dash[i])) > 0);
    buf_done(&b);
    arena_done(&a);
}

/* ---- captions ---- */

static void test_captions_come_out_clean(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        { "1\n00:00:01,500 --> 00:00:03,000\nHello\n", "00:00:01.500 --> 00:00:03.000\nHello\n" },
        { "\xEF\xBB\xBFWEBVTT\r\n\r\n00:01.500 --> 00:03.000 align:start x:y\r\nA\r\nB\r\n",
          "00:00:01.500 --> 00:00:03.000 align:start\nA\nB\n" },
        { "WEBVTT\n\n00:01.000 --> 00:02.000\n<b>x<i>y</b> <script>z</script> & <3 &lt;",
          "00:00:01.000 --> 00:00:02.000\n<b>x<i>y</i></b> z &amp; &lt;3 &lt;\n" },
        { "WEBVTT\n\nNOTE\nnothing --> here\n\nname\n00:01.000 --> 00:02.000\n<v.a Bob &amp; Co>Hi",
          "00:00:01.000 --> 00:00:02.000\n<v Bob &amp; Co>Hi</v>\n" },
        { "1\n00:00:02,000 --> 00:00:03,000\n{\\an8}later\n\n2\n00:00:01,000 --> 00:00:02,000\n"
          "<font color=red>first</font>\n",
          "00:00:01.000 --> 00:00:02.000\nfirst\n\n00:00:02.000 --> 00:00:03.000\nlater\n" },
        { "1\n00:00:01,000 --> 00:00:02,000\n\xE4\xBD\xA0\xE5\xA5\xBD\n",
          "00:00:01.000 --> 00:00:02.000\n\xE4\xBD\xA0\xE5\xA5\xBD\n" },
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct arena a = { 0 };
        struct buf b = { 0 };
        struct vtt v;
        struct diag d = { 0 };
        if (vtt_parse(&a, str_from(cases[i].in), &v, &d) != OK)
            fail_msg("case %zu: %s", i, d.msg);
        vtt_write(&b, &v);
        struct str expected = arena_printf(&a, "WEBVTT\n\n%s", cases[i].out);
        if (!str_eq(buf_str(&b), expected))
            fail_msg("case %zu: %.*s", i, STR_ARG(buf_str(&b)));
        buf_done(&b);
        arena_done(&a);
    }
}

static void test_caption_mistakes_name_the_line(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        int line;
    } cases[] = {
        { "WEBVTT\n\n00:01.000 -> 00:02.000\nx\n", 3 },
        { "WEBVTT\n\n00:01.000 --> 00:0x.000\nx\n", 3 },
        { "WEBVTT\n\n00:02.000 --> 00:01.000\nx\n", 3 },
        { "WEBVTT\n\nname\ntext\n", 4 },
        { "1\n00:00:01,000 --> 00:00:02,000\na\n00:00:02,000 --> 00:00:03,000\nb\n", 4 },
        { "1\n00:00:01,000 --> 00:61:02,000\na\n", 2 },
        { "WEBVTT\n", 1 },
        { "", 1 },
        { "\xff\xfe", 0 },
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct arena a = { 0 };
        struct vtt v;
        struct diag d = { 0 };
        assert_int_equal(vtt_parse(&a, str_from(cases[i].in), &v, &d), ERR_INPUT);
        assert_int_equal(d.line, cases[i].line);
        assert_true(d.msg[0]);
        arena_done(&a);
    }
}

/* ---- small things ---- */

static void test_sniffing(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        size_t n;
        enum err e;
        const char *says; /* the demuxer, or a part of the sentence */
    } cases[] = {
        { "\0\0\0\x20"
          "ftypisom",
          12, OK, "mov" },
        { "\x1A\x45\xDF\xA3....", 8, OK, "matroska" },
        { "#EXTM3U\n", 8, ERR_UNSUPPORTED, "HLS playlist" },
        { "\xEF\xBB\xBF#EXTM3U\n", 11, ERR_UNSUPPORTED, "HLS playlist" },
        { "ffconcat version 1.0\n", 21, ERR_UNSUPPORTED, "list of files" },
        { "<?xml version", 13, ERR_UNSUPPORTED, "XML" },
        { "v=0\r\no=-", 8, ERR_UNSUPPORTED, "SDP" },
        { "RIFF....AVI LIST", 16, ERR_UNSUPPORTED, "AVI" },
        { "\x89PNG\r\n", 6, ERR_UNSUPPORTED, "PNG" },
        { "hello, world", 12, ERR_INPUT, "text file" },
        { "\0\1\2\3", 4, ERR_INPUT, "not a video" },
        { "", 0, ERR_INPUT, "empty" },
    };
    for (size_t i = 0; i < N(cases); i++) {
        const char *demuxer = "";
        struct diag d = { 0 };
        enum err e = sniff(str_sub(cases[i].head, cases[i].n), &demuxer, &d);
        assert_int_equal(e, cases[i].e);
        assert_non_null(strstr(e == OK ? demuxer : d.msg, cases[i].says));
    }
    char ts[400] = { 0 };
    const char *demuxer = "";
    ts[0] = ts[188] = ts[376] = 0x47;
    assert_int_equal(sniff(str_sub(ts, sizeof ts), &demuxer, NULL), OK);
    assert_string_equal(demuxer, "mpegts");
}

/* Goldens from npm thumbhash 0.1.1 over the same arithmetic. */
static void test_thumbhash_is_the_reference(void **state)
{
    (void)state;
    static const struct {
        int w, h;
        const char *hex;
    } cases[] = { { 56, 100, "d70a0624100448766a86877877770d2d768f6a" },
                  { 100, 56, "d8fa051c8681307a7367798777878c2ff66669" },
                  { 60, 60, "161b0a2f120479856587857778787788777797a074f88707" },
                  { 100, 20, "55eb09118873606986778877605af87587" } };
    for (size_t i = 0; i < N(cases); i++) {
        int w = cases[i].w, h = cases[i].h;
        uint8_t rgb[100 * 100 * 3], out[THUMBHASH_BYTES_MAX];
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                uint8_t *p = rgb + 3 * (x + y * w);
                p[0] = (uint8_t)(x * x + 3 * y);
                p[1] = (uint8_t)(5 * x + y);
                p[2] = (uint8_t)(x * y / 40);
            }
        struct buf b = { 0 };
        size_t n = thumbhash_encode(rgb, w, h, out);
        buf_add_hex(&b, out, n);
        buf_add_char(&b, '\0');
        assert_string_equal(b.p, cases[i].hex);
        buf_done(&b);
    }
}

/* A tone with a burst far above the ceiling: the output stays below it and is only delayed. */
static void test_limiter_holds_its_ceiling(void **state)
{
    (void)state;
    enum { COUNT = 48000 };
    static float left[COUNT], right[COUNT];
    for (int i = 0; i < COUNT; i++) {
        float loud = i > 20000 && i < 20400 ? 3.0f : 0.1f;
        left[i] = loud * (float)sin(i * 0.7);
        right[i] = -left[i];
    }
    struct limiter l;
    limiter_init(&l, -1.0);
    limiter_run(&l, left, right, COUNT);
    float ceiling = (float)pow(10, -1.0 / 20) * 1.005f;
    for (int i = 0; i < COUNT; i++)
        assert_true(fabsf(left[i]) <= ceiling && fabsf(right[i]) <= ceiling);
    for (int i = LIMITER_DELAY; i < 19000; i++)
        assert_true(fabs((double)left[i] - 0.1 * sin((i - LIMITER_DELAY) * 0.7)) < 1e-4);
    /* and it lets go again */
    assert_true(fabs((double)left[COUNT - 1] - 0.1 * sin((COUNT - 1 - LIMITER_DELAY) * 0.7)) <
                1e-2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ladder_shapes),
        cmocka_unit_test(test_crop_keeps_its_point_and_stays_inside),
        cmocka_unit_test(test_frame_rates),
        cmocka_unit_test(test_variable_rate_becomes_the_nearest_standard),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_box_reader_reads_what_is_written),
        cmocka_unit_test(test_box_reader_refuses_every_cut),
        cmocka_unit_test(test_box_reader_refuses_what_does_not_hold_together),
        cmocka_unit_test(test_annexb_becomes_lengths_without_what_is_not_needed),
        cmocka_unit_test(test_playlists_say_what_the_boxes_are),
        cmocka_unit_test(test_manifests_list_everything),
        cmocka_unit_test(test_captions_come_out_clean),
        cmocka_unit_test(test_caption_mistakes_name_the_line),
        cmocka_unit_test(test_sniffing),
        cmocka_unit_test(test_thumbhash_is_the_reference),
        cmocka_unit_test(test_limiter_holds_its_ceiling),
        cmocka_unit_test(test_media_json_round_trip),
        cmocka_unit_test(test_media_json_refuses_what_would_lead_astray),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
