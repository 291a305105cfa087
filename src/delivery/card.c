/* See card.h. The keys are those of the item in the API description; the order keeps "blob" first.
 */
#include "delivery/card.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/utf8.h"
#include "sys/file.h"

static const struct str blob_prefix = { "{\"blob\":\"", 9 };

struct str card_blob(struct str card)
{
    if (!str_starts(card, blob_prefix) || card.n < blob_prefix.n + SHA256_HEX)
        return (struct str){ 0 };
    return str_sub(card.p + blob_prefix.n, SHA256_HEX);
}

enum err card_read_media(struct arena *a, const char *dir, struct media_info *ret, struct diag *d)
{
    struct str text;
    enum err e = file_read(a, path_join(a, dir, STR("media.json")), MEDIA_JSON_BYTES_MAX, &text);
    if (e != OK)
        return diag_fail(d, e, 0, 0, "The media folder has no readable media.json.");
    e = media_json_parse(a, text, ret, d);
    return e == ERR_INPUT ? ERR_CORRUPT : e;
}

/* The widest rendition up to CARD_START_WIDTH (by its shorter side), else the smallest. */
static const struct media_track *usual_start(const struct media_info *m)
{
    const struct media_track *best = &m->renditions[0];
    for (size_t i = 0; i < m->n_renditions; i++) {
        const struct media_track *t = &m->renditions[i];
        int side = t->width < t->height ? t->width : t->height;
        if (side <= CARD_START_WIDTH)
            best = t;
    }
    return best;
}

static enum err add_playlist(struct json *j, struct arena *a, const char *key, const char *dir,
                             struct str track, struct diag *d)
{
    struct str text;
    struct str name = arena_printf(a, "%.*s.m3u8", STR_ARG(track));
    enum err e = file_read(a, path_join(a, dir, name), CARD_PLAYLIST_MAX, &text);
    if (e != OK)
        return diag_fail(d, e == ERR_LIMIT ? e : ERR_CORRUPT, 0, 0,
                         "The media folder has no readable %.*s of a usual size.", STR_ARG(name));
    json_kstr(j, key, text);
    return OK;
}

static enum err read_range(struct arena *a, const char *path, struct media_range range,
                           struct str *ret)
{
    if (range.size_bytes <= 0 || range.size_bytes > CARD_INIT_MAX)
        return ERR_LIMIT;
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_from_errno(errno);
    char *p = arena_alloc(a, (size_t)range.size_bytes);
    ssize_t n = pread(fd, p, (size_t)range.size_bytes, (off_t)range.offset);
    if (n != range.size_bytes)
        return n < 0 ? err_from_errno(errno) : ERR_CORRUPT;
    *ret = str_sub(p, (size_t)n);
    return OK;
}

static enum err add_init(struct json *j, struct arena *a, const char *key, const char *dir,
                         const struct media_track *t, struct diag *d)
{
    struct str bytes = { 0 };
    struct str name = arena_printf(a, "%.*s.mp4", STR_ARG(t->name));
    enum err e = read_range(a, path_join(a, dir, name), t->init, &bytes);
    if (e != OK)
        return diag_fail(d, e == ERR_LIMIT ? e : ERR_CORRUPT, 0, 0,
                         "The media folder has no readable init segment in %.*s.", STR_ARG(name));
    struct buf b = { 0 };
    buf_add_base64(&b, bytes.p, bytes.n);
    json_kstr(j, key, buf_str(&b));
    buf_done(&b);
    return OK;
}

/* The last part of a card. */
static enum err add_start(struct json *j, struct arena *a, const struct media_info *m,
                          const char *dir, const struct media_track *video, struct diag *d)
{
    json_kstr(j, "start", video->name);
    enum err e = add_playlist(j, a, "video_playlist", dir, video->name, d);
    if (e == OK)
        e = add_init(j, a, "video_init", dir, video, d);
    if (e != OK)
        return e;
    if (!m->audio) {
        json_key(j, "audio_playlist");
        json_nil(j);
        json_key(j, "audio_init");
        json_nil(j);
        return OK;
    }
    e = add_playlist(j, a, "audio_playlist", dir, m->audio->name, d);
    return e == OK ? add_init(j, a, "audio_init", dir, m->audio, d) : e;
}

static void add_texts(struct json *j, const struct card_texts *t)
{
    json_kid(j, "episode", t->episode);
    json_kid(j, "series", t->series);
    json_ki64(j, "season", t->season);
    json_ki64(j, "number", t->number);
    json_kstr(j, "title", t->title);
    json_kstr(j, "series_title", t->series_title);
    json_kstr(j, "synopsis", utf8_head(t->synopsis, CARD_SYNOPSIS_MAX));
    json_kstr(j, "language", t->language);
    json_kstr(j, "rating", t->rating);
    json_kstr(j, "creator", t->creator);
    json_kstr(j, "ai_use", t->ai_use);
    json_kbool(j, "is_test_footage", t->is_test_footage);
    json_kbool(j, "synthetic_voice", t->is_synthetic_voice);
    json_key(j, "genres");
    json_array_begin(j);
    for (size_t i = 0; i < t->n_genres; i++)
        json_str(j, t->genres[i]);
    json_array_end(j);
}

static void add_variants(struct json *j, const struct media_info *m)
{
    json_key(j, "variants");
    json_array_begin(j);
    for (size_t i = 0; i < m->n_renditions; i++) {
        const struct media_track *t = &m->renditions[i];
        json_object_begin(j);
        json_kstr(j, "name", t->name);
        json_ki64(j, "bandwidth", t->bandwidth);
        json_kstr(j, "codecs", t->codecs);
        json_ki64(j, "width", t->width);
        json_ki64(j, "height", t->height);
        json_kstr(j, "frame_rate", t->frame_rate);
        json_object_end(j);
    }
    json_array_end(j);
    json_key(j, "audio_codecs");
    if (m->audio)
        json_str(j, m->audio->codecs);
    else
        json_nil(j);
}

static void add_captions(struct json *j, const struct media_info *m)
{
    json_key(j, "captions");
    json_array_begin(j);
    for (size_t i = 0; i < m->n_captions; i++) {
        json_object_begin(j);
        json_kstr(j, "lang", m->captions[i].lang);
        json_kstr(j, "file", m->captions[i].file);
        json_object_end(j);
    }
    json_array_end(j);
}

static void add_media(struct json *j, const struct media_info *m)
{
    json_ki64(j, "duration_us", m->duration_us);
    json_ki64(j, "width", m->width);
    json_ki64(j, "height", m->height);
    json_kstr(j, "fit", m->fit);
    json_kbool(j, "complete", m->is_complete);
    json_kstr(j, "poster", STR("poster.jpg"));
    json_kstr(j, "preview", m->preview);
    add_variants(j, m);
    add_captions(j, m);
    media_json_add_storyboard(j, &m->storyboard);
}

enum err card_build(struct arena *a, const struct card_texts *t, const char *dir, struct str blob,
                    struct str start, struct str *ret, struct diag *d)
{
    struct media_info m = { 0 };
    enum err e = card_read_media(a, dir, &m, d);
    if (e != OK)
        return e;
    struct buf out = { .max = 4 * (CARD_PLAYLIST_MAX + CARD_INIT_MAX) };
    struct json j = { .out = &out };
    json_object_begin(&j);
    json_kstr(&j, "blob", blob);
    add_texts(&j, t);
    add_media(&j, &m);
    const struct media_track *video = start.n ? media_rendition_find(&m, start) : NULL;
    e = add_start(&j, a, &m, dir, video ? video : usual_start(&m), d);
    if (e == OK) {
        json_object_end(&j);
        e = out.err;
    }
    if (e == OK)
        *ret = arena_str(a, buf_str(&out));
    buf_done(&out);
    return e;
}

enum err card_restart(struct arena *a, struct str card, const char *dir, struct str start,
                      struct str *ret, struct diag *d)
{
    struct media_info m = { 0 };
    const struct str key =
        STR(",\"start\":\""); /* cannot be inside a string: quotes are escaped there */
    ptrdiff_t at = str_find(card, key);
    if (at < 0)
        return diag_fail(d, ERR_CORRUPT, 0, 0, "A stored card has no start.");
    struct str now = str_skip(card, (size_t)at + key.n);
    *ret = card;
    if (str_starts(now, arena_printf(a, "%.*s\"", STR_ARG(start))))
        return OK;
    enum err e = card_read_media(a, dir, &m, d);
    if (e != OK)
        return e;
    const struct media_track *video = media_rendition_find(&m, start);
    if (!video)
        return OK;
    struct buf out = { .max = 4 * (CARD_PLAYLIST_MAX + CARD_INIT_MAX) };
    struct json j = { .out = &out };
    json_object_begin(&j);
    e = add_start(&j, a, &m, dir, video, d);
    json_object_end(&j);
    if (e == OK)
        *ret = arena_printf(a, "%.*s,%.*s", (int)at, card.p, (int)out.n - 1, out.p + 1);
    buf_done(&out);
    return e;
}
