/*
 * Reads playlists back: as much of HLS as hls.c writes. Attribute lists are cut at commas outside
 * quotes; unknown tags and attributes are passed over, as RFC 8216 asks of a client.
 */
#include "media/hls.h"

#define NUMBER_MAX (INT64_C(1) << 46)

struct reader {
    struct arena *a;
    struct diag *d;
    int line;
    struct hls_playlist p;
    size_t segments_cap, variants_cap, i_frames_cap;
    struct hls_segment next; /* what the tags before a URI said */
    bool has_next, has_variant;
    struct hls_variant variant;
    enum err err;
};

static void fail(struct reader *r, const char *what)
{
    if (r->err == OK)
        r->err = diag_fail(r->d, ERR_INPUT, r->line, 1, "Line %d: %s", r->line, what);
}

static int64_t number(struct reader *r, struct str s)
{
    int64_t v = 0;
    if (str_to_i64(s, &v) != OK || v < 0 || v > NUMBER_MAX) {
        fail(r, "a whole number is expected");
        return 0;
    }
    return v;
}

/* Seconds with up to six decimals, as microseconds. */
static int64_t seconds(struct reader *r, struct str s)
{
    ptrdiff_t dot = str_find_char(s, '.');
    struct str whole = dot < 0 ? s : str_head(s, (size_t)dot);
    struct str part = dot < 0 ? (struct str){ 0 } : str_skip(s, (size_t)dot + 1);
    int64_t us = 0;
    if (part.n > 6) {
        fail(r, "a duration has more than six decimals");
        return 0;
    }
    for (size_t i = 0; i < 6; i++) {
        char c = i < part.n ? part.p[i] : '0';
        if (c < '0' || c > '9')
            fail(r, "a duration is expected");
        us = us * 10 + (c - '0');
    }
    int64_t whole_s = number(r, whole);
    if (whole_s > 1000000000) {
        fail(r, "a duration is too long");
        return 0;
    }
    return whole_s * 1000000 + us;
}

/* n[@o] */
static struct media_range range(struct reader *r, struct str s)
{
    ptrdiff_t at = str_find_char(s, '@');
    if (at < 0) {
        fail(r, "a byte range without an offset");
        return (struct media_range){ 0 };
    }
    return (struct media_range){ .offset = number(r, str_skip(s, (size_t)at + 1)),
                                 .size_bytes = number(r, str_head(s, (size_t)at)) };
}

/* The next NAME=VALUE of an attribute list, quotes taken off. */
static bool next_attribute(struct str *list, struct str *ret_name, struct str *ret_value)
{
    ptrdiff_t eq = str_find_char(*list, '=');
    if (eq < 0)
        return false;
    *ret_name = str_trim(str_head(*list, (size_t)eq));
    struct str rest = str_skip(*list, (size_t)eq + 1);
    bool is_quoted = rest.n && rest.p[0] == '"';
    if (is_quoted)
        rest = str_skip(rest, 1);
    ptrdiff_t end = str_find_char(rest, is_quoted ? '"' : ',');
    *ret_value = end < 0 ? rest : str_head(rest, (size_t)end);
    rest = end < 0 ? (struct str){ 0 } : str_skip(rest, (size_t)end + (is_quoted ? 1 : 0));
    *list = rest.n && rest.p[0] == ',' ? str_skip(rest, 1) : (struct str){ 0 };
    return true;
}

static void *grow(struct reader *r, void *items, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return items;
    size_t wider = *cap ? *cap * 2 : 16;
    char *p = arena_calloc(r->a, wider, size);
    if (n)
        memcpy(p, items, n * size);
    *cap = wider;
    return p;
}

static void read_map(struct reader *r, struct str list)
{
    struct str name, value;
    while (next_attribute(&list, &name, &value)) {
        if (str_eq_c(name, "URI"))
            r->p.map_uri = arena_str(r->a, value);
        else if (str_eq_c(name, "BYTERANGE"))
            r->p.map = range(r, value);
    }
}

static void read_variant(struct reader *r, struct str list)
{
    struct str name, value;
    struct hls_variant *v = &r->variant;
    *v = (struct hls_variant){ 0 };
    r->has_variant = true;
    while (next_attribute(&list, &name, &value)) {
        ptrdiff_t x = str_find_char(value, 'x');
        if (str_eq_c(name, "BANDWIDTH"))
            v->bandwidth = number(r, value);
        else if (str_eq_c(name, "AVERAGE-BANDWIDTH"))
            v->average_bandwidth = number(r, value);
        else if (str_eq_c(name, "CODECS"))
            v->codecs = arena_str(r->a, value);
        else if (str_eq_c(name, "AUDIO"))
            v->audio = arena_str(r->a, value);
        else if (str_eq_c(name, "FRAME-RATE"))
            v->frame_rate = arena_str(r->a, value);
        else if (str_eq_c(name, "RESOLUTION") && x > 0) {
            v->width = (int)(number(r, str_head(value, (size_t)x)) & INT32_MAX);
            v->height = (int)(number(r, str_skip(value, (size_t)x + 1)) & INT32_MAX);
        }
    }
}

static void read_iframe(struct reader *r, struct str list)
{
    struct str name, value;
    while (next_attribute(&list, &name, &value)) {
        if (!str_eq_c(name, "URI"))
            continue;
        r->p.i_frames =
            grow(r, r->p.i_frames, r->p.n_i_frames, &r->i_frames_cap, sizeof *r->p.i_frames);
        r->p.i_frames[r->p.n_i_frames++] = arena_str(r->a, value);
    }
}

static void take_version(struct reader *r, struct str value)
{
    r->p.version = number(r, value);
}

static void take_target(struct reader *r, struct str value)
{
    r->p.target_duration_s = number(r, value);
}

static void take_extinf(struct reader *r, struct str value)
{
    ptrdiff_t comma = str_find_char(value, ',');
    r->next.duration_us = seconds(r, comma < 0 ? value : str_head(value, (size_t)comma));
    r->has_next = true;
}

static void take_byterange(struct reader *r, struct str value)
{
    r->next.range = range(r, value);
}

static void take_flag(struct reader *r, struct str tag)
{
    r->p.is_ended |= str_eq_c(tag, "#EXT-X-ENDLIST");
    r->p.is_independent |= str_eq_c(tag, "#EXT-X-INDEPENDENT-SEGMENTS");
    r->p.is_iframes_only |= str_eq_c(tag, "#EXT-X-I-FRAMES-ONLY");
}

static const struct {
    const char *tag;
    void (*take)(struct reader *r, struct str value);
} tags[] = {
    { "#EXTINF:", take_extinf },
    { "#EXT-X-BYTERANGE:", take_byterange },
    { "#EXT-X-MAP:", read_map },
    { "#EXT-X-VERSION:", take_version },
    { "#EXT-X-TARGETDURATION:", take_target },
    { "#EXT-X-STREAM-INF:", read_variant },
    { "#EXT-X-I-FRAME-STREAM-INF:", read_iframe },
};

static void take_uri(struct reader *r, struct str uri)
{
    if (r->has_variant) {
        r->variant.uri = arena_str(r->a, uri);
        r->p.variants =
            grow(r, r->p.variants, r->p.n_variants, &r->variants_cap, sizeof *r->p.variants);
        r->p.variants[r->p.n_variants++] = r->variant;
        r->has_variant = false;
    } else if (r->has_next && r->p.n_segments < MEDIA_SEGMENTS_MAX) {
        r->next.uri = arena_str(r->a, uri);
        r->p.segments =
            grow(r, r->p.segments, r->p.n_segments, &r->segments_cap, sizeof *r->p.segments);
        r->p.segments[r->p.n_segments++] = r->next;
        r->next = (struct hls_segment){ 0 };
        r->has_next = false;
    } else {
        fail(r, "an address without #EXTINF or #EXT-X-STREAM-INF before it");
    }
}

static void take_line(struct reader *r, struct str line)
{
    if (line.n == 0)
        return;
    if (line.p[0] != '#') {
        take_uri(r, line);
        return;
    }
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        struct str tag = str_from(tags[i].tag);
        if (str_starts(line, tag)) {
            tags[i].take(r, str_skip(line, tag.n));
            return;
        }
    }
    take_flag(r, line);
}

enum err hls_parse(struct arena *a, struct str text, struct hls_playlist *ret, struct diag *d)
{
    struct reader r = { .a = a, .d = d };
    struct str line;
    if (text.n > HLS_PLAYLIST_BYTES_MAX)
        return diag_fail(d, ERR_LIMIT, 0, 0, "The playlist is larger than %d bytes.",
                         HLS_PLAYLIST_BYTES_MAX);
    while (r.err == OK && str_next_line(&text, &line)) {
        if (++r.line == 1 && !str_eq_c(line, "#EXTM3U"))
            fail(&r, "a playlist begins with #EXTM3U");
        take_line(&r, str_trim(line));
    }
    if (r.line == 0)
        fail(&r, "the playlist is empty");
    if (r.has_next || r.has_variant)
        fail(&r, "an address is missing at the end");
    r.p.is_multivariant = r.p.n_variants > 0;
    if (r.err == OK)
        *ret = r.p;
    return r.err;
}
