/*
 * media.json, both directions. The reader is strict where a wrong value would lead a player or the
 * server astray (names that become paths, ranges, durations) and ignores members it does not know,
 * so that a newer writer does not break an older server. Pure.
 */
#include "media/media_json.h"

#include <math.h>

#include "base/json.h"
#include "base/json_in.h"
#include "base/utf8.h"

#define OFFSET_MAX   (INT64_C(1) << 46)
#define DURATION_MAX (INT64_C(7) * 86400 * 1000000)

/* ---- writing ---- */

static void write_range(struct json *j, struct media_range r)
{
    json_array_begin(j);
    json_i64(j, r.offset);
    json_i64(j, r.size_bytes);
    json_array_end(j);
}

static void write_track(struct json *j, const struct media_track *t)
{
    json_object_begin(j);
    json_kstr(j, "name", t->name);
    if (t->channels == 0) {
        json_ki64(j, "width", t->width);
        json_ki64(j, "height", t->height);
        json_kstr(j, "frame_rate", t->frame_rate);
    } else {
        json_ki64(j, "channels", t->channels);
    }
    json_ki64(j, "bandwidth", t->bandwidth);
    json_ki64(j, "average_bandwidth", t->average_bandwidth);
    json_kstr(j, "codecs", t->codecs);
    json_key(j, "init");
    write_range(j, t->init);
    json_key(j, "segments");
    json_array_begin(j);
    for (size_t i = 0; i < t->n_segments; i++) {
        json_array_begin(j);
        json_i64(j, t->segments[i].range.offset);
        json_i64(j, t->segments[i].range.size_bytes);
        json_i64(j, t->segments[i].duration_us);
        json_array_end(j);
    }
    json_array_end(j);
    json_object_end(j);
}

static void write_loudness(struct json *j, const struct media_info *m)
{
    json_key(j, "loudness");
    if (!m->audio) {
        json_nil(j);
        return;
    }
    json_object_begin(j);
    json_key(j, "integrated_lufs");
    json_f64(j, m->loudness.integrated_lufs);
    json_key(j, "true_peak_dbtp");
    json_f64(j, m->loudness.true_peak_dbtp);
    json_kbool(j, "silent", m->loudness.is_silent);
    json_object_end(j);
}

void media_json_add_storyboard(struct json *j, const struct media_storyboard *s)
{
    json_key(j, "storyboard");
    if (s->file.n == 0) {
        json_nil(j);
        return;
    }
    json_object_begin(j);
    json_kstr(j, "file", s->file);
    json_kstr(j, "vtt", s->vtt);
    json_ki64(j, "columns", s->columns);
    json_ki64(j, "rows", s->rows);
    json_ki64(j, "tile_width", s->tile_width);
    json_ki64(j, "tile_height", s->tile_height);
    json_ki64(j, "interval_us", s->interval_us);
    json_object_end(j);
}

static void write_source(struct json *j, const struct media_source *s)
{
    json_key(j, "source");
    json_object_begin(j);
    json_kstr(j, "container", s->container);
    json_kstr(j, "video_codec", s->video_codec);
    json_key(j, "audio_codec");
    if (s->audio_codec.n)
        json_str(j, s->audio_codec);
    else
        json_nil(j);
    json_ki64(j, "width", s->width);
    json_ki64(j, "height", s->height);
    json_ki64(j, "rotation", s->rotation);
    json_ki64(j, "duration_us", s->duration_us);
    json_object_end(j);
}

static void write_lists(struct json *j, const struct media_info *m)
{
    json_key(j, "renditions");
    json_array_begin(j);
    for (size_t i = 0; i < m->n_renditions; i++)
        write_track(j, &m->renditions[i]);
    json_array_end(j);
    json_key(j, "audio");
    if (m->audio)
        write_track(j, m->audio);
    else
        json_nil(j);
    json_key(j, "captions");
    json_array_begin(j);
    for (size_t i = 0; i < m->n_captions; i++) {
        json_object_begin(j);
        json_kstr(j, "lang", m->captions[i].lang);
        json_kstr(j, "file", m->captions[i].file);
        json_object_end(j);
    }
    json_array_end(j);
    json_key(j, "warnings");
    json_array_begin(j);
    for (size_t i = 0; i < m->n_warnings; i++)
        json_str(j, m->warnings[i]);
    json_array_end(j);
}

void media_json_write(struct buf *out, const struct media_info *m)
{
    struct json j = { .out = out };
    json_object_begin(&j);
    json_ki64(&j, "version", MEDIA_JSON_VERSION);
    json_ki64(&j, "duration_us", m->duration_us);
    json_ki64(&j, "width", m->width);
    json_ki64(&j, "height", m->height);
    json_key(&j, "frame_rate");
    json_array_begin(&j);
    json_i64(&j, m->frame_rate_num);
    json_i64(&j, m->frame_rate_den);
    json_array_end(&j);
    json_kstr(&j, "fit", m->fit);
    json_kbool(&j, "complete", m->is_complete);
    json_kstr(&j, "preview", m->preview);
    json_kbool(&j, "has_audio", m->audio != NULL);
    write_loudness(&j, m);
    write_lists(&j, m);
    media_json_add_storyboard(&j, &m->storyboard);
    write_source(&j, &m->source);
    json_object_end(&j);
    buf_add_char(out, '\n');
}

const struct media_track *media_rendition_find(const struct media_info *m, struct str name)
{
    for (size_t i = 0; i < m->n_renditions; i++)
        if (str_eq(m->renditions[i].name, name))
            return &m->renditions[i];
    return NULL;
}

/* ---- reading: the first mistake sticks in r->err, every later read gives a harmless value ---- */

struct reader {
    struct arena *a;
    struct diag *d;
    enum err err;
};

static void fail(struct reader *r, const char *key, const char *what)
{
    if (r->err == OK)
        r->err = diag_fail(r->d, ERR_INPUT, 0, 0, "media.json: \"%s\" %s", key, what);
}

/* The member, NULL also when there is nothing to look in. */
static const struct json_in *find(const struct json_in *in, const char *key)
{
    return in ? json_in_find(in, key) : NULL;
}

static const struct json_in *element(const struct json_in *list, size_t i)
{
    return list && list->type == JSON_IN_ARRAY && i < list->n ? &list->items[i] : NULL;
}

static size_t length(const struct json_in *list)
{
    return list && list->type == JSON_IN_ARRAY ? list->n : 0;
}

static bool is_object(const struct json_in *v)
{
    return v && v->type == JSON_IN_OBJECT;
}

static int64_t as_i64(struct reader *r, const struct json_in *v, const char *key, int64_t least,
                      int64_t most)
{
    if (!v || v->type != JSON_IN_INT || v->i < least || v->i > most) {
        fail(r, key, "must be a whole number in its range");
        return least;
    }
    return v->i;
}

static int64_t get_i64(struct reader *r, const struct json_in *o, const char *key, int64_t least,
                       int64_t most)
{
    return as_i64(r, find(o, key), key, least, most);
}

static int get_int(struct reader *r, const struct json_in *o, const char *key, int least, int most)
{
    return (int)get_i64(r, o, key, least, most);
}

static bool get_bool(struct reader *r, const struct json_in *o, const char *key)
{
    const struct json_in *v = find(o, key);
    if (!v || v->type != JSON_IN_BOOL)
        fail(r, key, "must be true or false");
    return v && v->i;
}

static struct str as_str(struct reader *r, const struct json_in *v, const char *key, size_t max)
{
    if (!v || v->type != JSON_IN_STRING || v->text.n > max || utf8_has_control(v->text)) {
        fail(r, key, "must be a short text");
        return (struct str){ 0 };
    }
    return v->text;
}

static struct str get_str(struct reader *r, const struct json_in *o, const char *key, size_t max)
{
    return as_str(r, find(o, key), key, max);
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

/* A name that becomes a file name: it can leave neither the folder nor a playlist's line. */
static struct str get_name(struct reader *r, const struct json_in *o, const char *key)
{
    struct str s = get_str(r, o, key, 100);
    bool ok = s.n > 0 && s.p[0] != '.';
    for (size_t i = 0; i < s.n; i++)
        ok = ok && is_name_char(s.p[i]);
    if (!ok)
        fail(r, key, "must be a plain file name");
    return s;
}

static const struct json_in *get_array(struct reader *r, const struct json_in *o, const char *key,
                                       size_t least, size_t most)
{
    const struct json_in *v = find(o, key);
    if (v && v->type == JSON_IN_ARRAY && v->n >= least && v->n <= most)
        return v;
    fail(r, key, "must be a list of its length");
    return NULL;
}

static double get_f64_or_nan(const struct json_in *o, const char *key)
{
    const struct json_in *v = find(o, key);
    return v && (v->type == JSON_IN_REAL || v->type == JSON_IN_INT) ? v->f : (double)NAN;
}

static struct media_range as_range(struct reader *r, const struct json_in *v, const char *key)
{
    return (struct media_range){
        .offset = as_i64(r, element(v, 0), key, 0, OFFSET_MAX),
        .size_bytes = as_i64(r, element(v, 1), key, 1, OFFSET_MAX),
    };
}

static void read_segments(struct reader *r, const struct json_in *o, struct media_track *t)
{
    const struct json_in *list = get_array(r, o, "segments", 1, MEDIA_SEGMENTS_MAX);
    t->n_segments = length(list);
    t->segments = ARENA_ARRAY(r->a, struct media_segment, t->n_segments);
    int64_t at = t->init.offset + t->init.size_bytes, total_us = 0;
    for (size_t i = 0; i < t->n_segments && r->err == OK; i++) {
        const struct json_in *v = element(list, i);
        struct media_segment *s = &t->segments[i];
        s->range = as_range(r, v, "segments");
        s->duration_us = as_i64(r, element(v, 2), "segments", 1, DURATION_MAX);
        if (s->range.offset < at)
            fail(r, "segments", "overlap or go backwards");
        at = s->range.offset + s->range.size_bytes;
        total_us += s->duration_us;
        if (total_us > DURATION_MAX)
            fail(r, "segments", "last longer than a week");
    }
}

static void read_track(struct reader *r, const struct json_in *o, bool is_audio,
                       struct media_track *t)
{
    if (!is_object(o)) {
        fail(r, is_audio ? "audio" : "renditions", "must hold objects");
        return;
    }
    t->name = get_name(r, o, "name");
    if (is_audio) {
        t->channels = get_int(r, o, "channels", 1, 64);
    } else {
        t->width = get_int(r, o, "width", 2, MEDIA_SIDE_MAX);
        t->height = get_int(r, o, "height", 2, MEDIA_SIDE_MAX);
        t->frame_rate = get_str(r, o, "frame_rate", 20);
    }
    t->bandwidth = get_i64(r, o, "bandwidth", 1, INT32_MAX);
    t->average_bandwidth = get_i64(r, o, "average_bandwidth", 1, INT32_MAX);
    t->codecs = get_str(r, o, "codecs", 60);
    t->init = as_range(r, find(o, "init"), "init");
    read_segments(r, o, t);
}

static void read_captions(struct reader *r, const struct json_in *root, struct media_info *m)
{
    const struct json_in *list = get_array(r, root, "captions", 0, MEDIA_CAPTIONS_MAX);
    m->n_captions = length(list);
    m->captions = ARENA_ARRAY(r->a, struct media_caption, m->n_captions);
    for (size_t i = 0; i < m->n_captions; i++) {
        const struct json_in *o = element(list, i);
        m->captions[i].lang = get_name(r, o, "lang");
        m->captions[i].file = get_name(r, o, "file");
    }
}

static void read_warnings(struct reader *r, const struct json_in *root, struct media_info *m)
{
    const struct json_in *list = find(root, "warnings");
    m->n_warnings = length(list) < 20 ? length(list) : 20;
    m->warnings = ARENA_ARRAY(r->a, struct str, m->n_warnings);
    for (size_t i = 0; i < m->n_warnings; i++)
        m->warnings[i] = as_str(r, element(list, i), "warnings", 500);
}

static void read_sound(struct reader *r, const struct json_in *root, struct media_info *m)
{
    const struct json_in *audio = find(root, "audio");
    if (!is_object(audio))
        return;
    m->audio = ARENA_NEW(r->a, struct media_track);
    read_track(r, audio, true, m->audio);
    const struct json_in *l = find(root, "loudness");
    m->loudness.integrated_lufs = get_f64_or_nan(l, "integrated_lufs");
    m->loudness.true_peak_dbtp = get_f64_or_nan(l, "true_peak_dbtp");
    const struct json_in *silent = find(l, "silent");
    m->loudness.is_silent = silent && silent->type == JSON_IN_BOOL && silent->i;
}

static void read_storyboard(struct reader *r, const struct json_in *root,
                            struct media_storyboard *s)
{
    const struct json_in *o = find(root, "storyboard");
    if (!is_object(o))
        return;
    s->file = get_name(r, o, "file");
    s->vtt = get_name(r, o, "vtt");
    s->columns = get_int(r, o, "columns", 1, 1000);
    s->rows = get_int(r, o, "rows", 1, 1000);
    s->tile_width = get_int(r, o, "tile_width", 1, MEDIA_SIDE_MAX);
    s->tile_height = get_int(r, o, "tile_height", 1, MEDIA_SIDE_MAX);
    s->interval_us = get_i64(r, o, "interval_us", 1, DURATION_MAX);
}

static void read_source(struct reader *r, const struct json_in *root, struct media_source *s)
{
    const struct json_in *o = find(root, "source");
    if (!is_object(o)) {
        fail(r, "source", "must be an object");
        return;
    }
    s->container = get_str(r, o, "container", 60);
    s->video_codec = get_str(r, o, "video_codec", 60);
    if (find(o, "audio_codec"))
        s->audio_codec = get_str(r, o, "audio_codec", 60);
    s->width = get_int(r, o, "width", 0, 65536);
    s->height = get_int(r, o, "height", 0, 65536);
    s->rotation = get_int(r, o, "rotation", 0, 359);
    s->duration_us = get_i64(r, o, "duration_us", 0, DURATION_MAX);
}

static void read_root(struct reader *r, const struct json_in *root, struct media_info *m)
{
    if (get_i64(r, root, "version", 0, INT32_MAX) != MEDIA_JSON_VERSION)
        fail(r, "version", "must be 1");
    m->duration_us = get_i64(r, root, "duration_us", 1, DURATION_MAX);
    m->width = get_int(r, root, "width", 2, MEDIA_SIDE_MAX);
    m->height = get_int(r, root, "height", 2, MEDIA_SIDE_MAX);
    const struct json_in *rate = get_array(r, root, "frame_rate", 2, 2);
    m->frame_rate_num = (int)as_i64(r, element(rate, 0), "frame_rate", 1, INT32_MAX);
    m->frame_rate_den = (int)as_i64(r, element(rate, 1), "frame_rate", 1, INT32_MAX);
    m->fit = get_str(r, root, "fit", 10);
    m->is_complete = get_bool(r, root, "complete");
    m->preview = get_str(r, root, "preview", 60);
    const struct json_in *list = get_array(r, root, "renditions", 1, MEDIA_RENDITIONS_MAX);
    m->n_renditions = length(list);
    m->renditions = ARENA_ARRAY(r->a, struct media_track, m->n_renditions);
    for (size_t i = 0; i < m->n_renditions; i++)
        read_track(r, element(list, i), false, &m->renditions[i]);
    read_sound(r, root, m);
    read_captions(r, root, m);
    read_warnings(r, root, m);
    read_storyboard(r, root, &m->storyboard);
    read_source(r, root, &m->source);
}

enum err media_json_parse(struct arena *a, struct str json_text, struct media_info *ret,
                          struct diag *d)
{
    if (json_text.n > MEDIA_JSON_BYTES_MAX)
        return diag_fail(d, ERR_LIMIT, 0, 0, "media.json is larger than %d bytes",
                         MEDIA_JSON_BYTES_MAX);
    struct json_in root;
    struct diag why = { 0 };
    enum err e = json_in_parse(a, json_text, &root, &why);
    if (e != OK)
        return diag_fail(d, e, why.line, why.column, "media.json: %s", why.msg);
    struct reader r = { .a = a, .d = d };
    struct media_info m = { 0 };
    read_root(&r, &root, &m);
    if (r.err == OK)
        *ret = m;
    return r.err;
}
