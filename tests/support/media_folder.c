/* See media_folder.h. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "media/media_json.h"
#include "sys/file.h"
#include "tests/support/media_folder.h"

void media_folder_make(struct arena *a, const char *dir)
{
    static const char *const tracks[] = { "v360", "v720", "audio" };
    struct media_segment segment = { .range = { 16, 100 }, .duration_us = 1000000 };
    struct media_track renditions[2] = { 0 }, audio = { .name = STR("audio"),
                                                        .channels = 2,
                                                        .bandwidth = 128000,
                                                        .average_bandwidth = 128000,
                                                        .codecs = STR("mp4a.40.2"),
                                                        .init = { 0, 10 },
                                                        .segments = &segment,
                                                        .n_segments = 1 };
    for (size_t i = 0; i < 2; i++)
        renditions[i] = (struct media_track){ .name = str_from(tracks[i]),
                                              .width = i ? 720 : 360,
                                              .height = i ? 1280 : 640,
                                              .bandwidth = 600000,
                                              .average_bandwidth = 500000,
                                              .codecs = STR("avc1.64001e"),
                                              .frame_rate = STR("30.000"),
                                              .init = { 0, 9 },
                                              .segments = &segment,
                                              .n_segments = 1 };
    struct media_info m = { .duration_us = 1000000,
                            .width = 720,
                            .height = 1280,
                            .frame_rate_num = 30,
                            .frame_rate_den = 1,
                            .fit = STR("fill"),
                            .is_complete = true,
                            .preview = STR("AAAA"),
                            .renditions = renditions,
                            .n_renditions = 2,
                            .audio = &audio,
                            .loudness.integrated_lufs = -14,
                            .loudness.true_peak_dbtp = -1.5,
                            .source = { .container = STR("mov"),
                                        .video_codec = STR("h264"),
                                        .width = 720,
                                        .height = 1280,
                                        .duration_us = 1000000 } };
    struct buf text = { 0 };
    media_json_write(&text, &m);
    assert_int_equal(file_write(path_join(a, dir, STR("media.json")), buf_str(&text), 0644), OK);
    buf_done(&text);
    for (size_t i = 0; i < 3; i++) {
        struct str name = arena_printf(a, "%s.mp4", tracks[i]);
        struct str init = arena_printf(a, "init-%s-and-more", tracks[i]);
        assert_int_equal(file_write(path_join(a, dir, name), init, 0644), OK);
        name = arena_printf(a, "%s.m3u8", tracks[i]);
        struct str playlist = arena_printf(a, "#EXTM3U\n%s.mp4\n", tracks[i]);
        assert_int_equal(file_write(path_join(a, dir, name), playlist, 0644), OK);
    }
}
