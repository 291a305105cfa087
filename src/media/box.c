/*
 * The box reader. A cursor walks over bytes and remembers its first mistake; every read behind the
 * end gives zero and sets it, so the walk itself needs no checks. Depth is fixed by the code (each
 * container is entered by name), so there is no recursion to exhaust.
 */
#include "media/box.h"

#include <stdio.h>

#define FOURCC(a, b, c, d) \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

enum {
    TFHD_BASE_OFFSET = 0x1,
    TFHD_DESCRIPTION = 0x2,
    TFHD_DURATION = 0x8,
    TFHD_SIZE = 0x10,
    TFHD_FLAGS = 0x20,
    TFHD_BASE_IS_MOOF = 0x20000,
    TRUN_OFFSET = 0x1,
    TRUN_FIRST_FLAGS = 0x4,
    TRUN_DURATION = 0x100,
    TRUN_SIZE = 0x200,
    TRUN_FLAGS = 0x400,
    TRUN_CTS = 0x800,
    SAMPLE_IS_NOT_SYNC = 0x10000
};

struct cursor {
    const uint8_t *base; /* of the file, for offsets */
    size_t at, end;
    bool is_short; /* read behind the end */
};

struct box {
    uint32_t type;
    size_t start; /* of the header */
    struct cursor body;
};

struct walk {
    struct str bytes;
    struct box_track t;
    uint32_t track_id;
    uint32_t default_duration, default_size, default_flags; /* trex */
    uint32_t sequence;
    size_t fragments_cap;
    struct arena *arena;
    struct diag *d;
};

static enum err fail_at(const struct walk *w, size_t at, const char *what)
{
    return diag_fail(w->d, ERR_INPUT, 0, 0, "byte %zu: %s", at, what);
}

static uint64_t take(struct cursor *c, size_t n)
{
    if (c->end - c->at < n) {
        c->is_short = true;
        c->at = c->end;
        return 0;
    }
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | c->base[c->at++];
    return v;
}

static uint32_t take32(struct cursor *c)
{
    return (uint32_t)take(c, 4);
}

static void skip(struct cursor *c, size_t n)
{
    if (c->end - c->at < n) {
        c->is_short = true;
        n = c->end - c->at;
    }
    c->at += n;
}

/* The next box inside c. False at its end; a header that does not fit sets is_short. */
static bool next_box(struct cursor *c, struct box *ret)
{
    if (c->is_short || c->at == c->end)
        return false;
    size_t start = c->at;
    uint64_t size = take32(c);
    uint32_t type = take32(c);
    if (size == 1)
        size = take(c, 8);
    size_t header = c->at - start;
    if (c->is_short || size < header || size > c->end - start) {
        c->is_short = true;
        return false;
    }
    *ret = (struct box){ type, start, { c->base, c->at, start + (size_t)size, false } };
    c->at = start + (size_t)size;
    return true;
}

static bool find_box(struct cursor in, uint32_t type, struct cursor *ret)
{
    struct box b;
    while (next_box(&in, &b)) {
        if (b.type == type) {
            *ret = b.body;
            return true;
        }
    }
    return false;
}

/* ---- moov ---- */

static void read_avcc(struct cursor entry, struct box_track *t)
{
    struct cursor c;
    skip(&entry, 6 + 2 + 16);
    t->width = (int)take(&entry, 2);
    t->height = (int)take(&entry, 2);
    skip(&entry, 50);
    if (!find_box(entry, FOURCC('a', 'v', 'c', 'C'), &c))
        return;
    skip(&c, 1);
    unsigned profile = (unsigned)take(&c, 1), compat = (unsigned)take(&c, 1);
    unsigned level = (unsigned)take(&c, 1);
    if (!c.is_short)
        snprintf(t->codecs, sizeof t->codecs, "avc1.%02x%02x%02x", profile, compat, level);
}

/* A descriptor's length, ISO/IEC 14496-1 8.3.3: seven bits a byte, at most four bytes. */
static size_t take_descriptor(struct cursor *c, unsigned *ret_tag)
{
    *ret_tag = (unsigned)take(c, 1);
    size_t n = 0;
    for (int i = 0; i < 4; i++) {
        unsigned b = (unsigned)take(c, 1);
        n = n << 7 | (b & 127);
        if (!(b & 128))
            break;
    }
    return n;
}

static void read_esds(struct cursor entry, struct box_track *t)
{
    struct cursor c;
    skip(&entry, 6 + 2 + 8);
    t->channels = (int)take(&entry, 2);
    skip(&entry, 6);
    t->sample_rate = (int)(take32(&entry) >> 16);
    if (!find_box(entry, FOURCC('e', 's', 'd', 's'), &c))
        return;
    unsigned tag;
    skip(&c, 4);
    take_descriptor(&c, &tag); /* ES_Descriptor */
    skip(&c, 3);
    take_descriptor(&c, &tag); /* DecoderConfigDescriptor */
    unsigned object_type = (unsigned)take(&c, 1);
    skip(&c, 12);
    take_descriptor(&c, &tag); /* DecoderSpecificInfo */
    unsigned audio_type = (unsigned)take(&c, 1) >> 3;
    if (!c.is_short && tag == 5)
        snprintf(t->codecs, sizeof t->codecs, "mp4a.%02x.%u", object_type, audio_type);
}

static enum err read_stsd(struct walk *w, struct cursor stbl)
{
    struct cursor c;
    struct box entry;
    if (!find_box(stbl, FOURCC('s', 't', 's', 'd'), &c))
        return fail_at(w, stbl.at, "the track has no sample description");
    skip(&c, 8);
    if (!next_box(&c, &entry))
        return fail_at(w, c.at, "the sample description is empty");
    if (entry.type == FOURCC('a', 'v', 'c', '1') && w->t.is_video)
        read_avcc(entry.body, &w->t);
    else if (entry.type == FOURCC('m', 'p', '4', 'a') && !w->t.is_video)
        read_esds(entry.body, &w->t);
    if (!w->t.codecs[0])
        return fail_at(w, entry.start, "the track is neither H.264 nor AAC");
    if (w->t.is_video ? w->t.width < 1 || w->t.height < 1 : w->t.channels < 1)
        return fail_at(w, entry.start, "the sample description has no size or no channels");
    return OK;
}

static void read_edit(struct cursor trak, struct box_track *t)
{
    struct cursor edts, c;
    if (!find_box(trak, FOURCC('e', 'd', 't', 's'), &edts) ||
        !find_box(edts, FOURCC('e', 'l', 's', 't'), &c))
        return;
    bool is_wide = take(&c, 1) == 1;
    skip(&c, 3);
    if (take32(&c) != 1)
        return;
    skip(&c, is_wide ? 8 : 4);
    int64_t at = is_wide ? (int64_t)take(&c, 8) : (int32_t)take32(&c);
    if (!c.is_short && at > 0)
        t->edit_media_time = at;
}

static enum err read_trak(struct walk *w, struct cursor trak)
{
    struct cursor mdia, c, minf, stbl;
    if (!find_box(trak, FOURCC('t', 'k', 'h', 'd'), &c))
        return fail_at(w, trak.at, "the track has no header");
    skip(&c, take(&c, 1) == 1 ? 3 + 16 : 3 + 8);
    w->track_id = take32(&c);
    if (!find_box(trak, FOURCC('m', 'd', 'i', 'a'), &mdia) ||
        !find_box(mdia, FOURCC('m', 'd', 'h', 'd'), &c))
        return fail_at(w, trak.at, "the track has no media header");
    skip(&c, take(&c, 1) == 1 ? 3 + 16 : 3 + 8);
    w->t.timescale = take32(&c);
    if (w->t.timescale == 0)
        return fail_at(w, c.at, "the timescale is 0");
    if (!find_box(mdia, FOURCC('h', 'd', 'l', 'r'), &c))
        return fail_at(w, mdia.at, "the track has no handler");
    skip(&c, 8);
    w->t.is_video = take32(&c) == FOURCC('v', 'i', 'd', 'e');
    if (!find_box(mdia, FOURCC('m', 'i', 'n', 'f'), &minf) ||
        !find_box(minf, FOURCC('s', 't', 'b', 'l'), &stbl))
        return fail_at(w, mdia.at, "the track has no sample table");
    read_edit(trak, &w->t);
    return read_stsd(w, stbl);
}

static enum err read_moov(struct walk *w, const struct box *moov)
{
    struct cursor in = moov->body, mvex, c;
    struct box b, trak = { 0 };
    while (next_box(&in, &b)) {
        if (b.type != FOURCC('t', 'r', 'a', 'k'))
            continue;
        if (trak.type)
            return fail_at(w, b.start, "there is more than one track");
        trak = b;
    }
    if (!trak.type || in.is_short)
        return fail_at(w, moov->start, "there is no whole track in moov");
    enum err e = read_trak(w, trak.body);
    if (e != OK)
        return e;
    if (!find_box(moov->body, FOURCC('m', 'v', 'e', 'x'), &mvex) ||
        !find_box(mvex, FOURCC('t', 'r', 'e', 'x'), &c))
        return fail_at(w, moov->start, "the file is not fragmented");
    skip(&c, 12);
    w->default_duration = take32(&c);
    w->default_size = take32(&c);
    w->default_flags = take32(&c);
    return c.is_short ? fail_at(w, c.at, "trex is cut off") : OK;
}

/* ---- moof ---- */

struct run {
    uint32_t duration, size, flags; /* defaults in force */
    int64_t data_at;                /* offset of the next sample in the file: they fill the mdat */
    int64_t decode_time;
    struct box_fragment *f;
};

static enum err read_trun(struct walk *w, struct cursor c, size_t moof_at, struct run *r)
{
    unsigned version = (unsigned)take(&c, 1), flags = (unsigned)take(&c, 3);
    uint32_t n = take32(&c);
    if (flags & TRUN_OFFSET ? (int64_t)moof_at + (int32_t)take32(&c) != r->data_at
                            : r->f->n_samples == 0)
        return fail_at(w, c.at, "the samples do not begin where the data before them ends");
    bool has_first = flags & TRUN_FIRST_FLAGS;
    uint32_t first_flags = has_first ? take32(&c) : 0;
    if (n > BOX_SAMPLES_MAX - w->t.n_samples)
        return diag_fail(w->d, ERR_LIMIT, 0, 0, "more than %d samples", BOX_SAMPLES_MAX);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t duration = flags & TRUN_DURATION ? take32(&c) : r->duration;
        uint32_t size = flags & TRUN_SIZE ? take32(&c) : r->size;
        uint32_t sample_flags = flags & TRUN_FLAGS ? take32(&c) : r->flags;
        uint32_t raw_cts = flags & TRUN_CTS ? take32(&c) : 0;
        int64_t cts = version == 0 ? (int64_t)raw_cts : (int32_t)raw_cts;
        if (i == 0 && has_first)
            sample_flags = first_flags;
        if (c.is_short)
            return fail_at(w, c.at, "trun is cut off");
        if (size == 0 || duration == 0)
            return fail_at(w, c.at, "a sample is empty or has no duration");
        struct box_fragment *f = r->f;
        int64_t pts = r->decode_time + cts;
        if (f->n_samples == 0) {
            f->starts_with_sync = !(sample_flags & SAMPLE_IS_NOT_SYNC);
            f->first_sample_end = r->data_at + size;
        }
        if (f->n_samples == 0 || pts < f->first_pts)
            f->first_pts = pts;
        f->n_samples++;
        f->duration += duration;
        r->decode_time += duration;
        r->data_at += size;
    }
    w->t.n_samples += n;
    return OK;
}

static enum err read_traf(struct walk *w, struct cursor traf, size_t moof_at, struct run *r)
{
    struct cursor c;
    if (!find_box(traf, FOURCC('t', 'f', 'h', 'd'), &c))
        return fail_at(w, traf.at, "a fragment has no tfhd");
    unsigned flags = (unsigned)(take32(&c) & 0xFFFFFF);
    if (take32(&c) != w->track_id || !(flags & TFHD_BASE_IS_MOOF) || flags & TFHD_BASE_OFFSET)
        return fail_at(w, traf.at, "a fragment names another track or another base");
    if (flags & TFHD_DESCRIPTION)
        skip(&c, 4);
    r->duration = flags & TFHD_DURATION ? take32(&c) : w->default_duration;
    r->size = flags & TFHD_SIZE ? take32(&c) : w->default_size;
    r->flags = flags & TFHD_FLAGS ? take32(&c) : w->default_flags;
    if (c.is_short || !find_box(traf, FOURCC('t', 'f', 'd', 't'), &c))
        return fail_at(w, traf.at, "a fragment has no decode time");
    bool is_wide = take(&c, 1) == 1;
    skip(&c, 3);
    uint64_t decode_time = take(&c, is_wide ? 8 : 4);
    if (c.is_short || decode_time != (uint64_t)w->t.duration)
        return fail_at(w, traf.at, "the decode time does not continue where the last one ended");
    r->decode_time = w->t.duration;
    r->f->decode_time = w->t.duration;
    struct box b;
    while (next_box(&traf, &b)) {
        if (b.type != FOURCC('t', 'r', 'u', 'n'))
            continue;
        enum err e = read_trun(w, b.body, moof_at, r);
        if (e != OK)
            return e;
    }
    return OK;
}

static struct box_fragment *fragment_add(struct walk *w)
{
    if (w->t.n_fragments == w->fragments_cap) {
        size_t cap = w->fragments_cap ? w->fragments_cap * 2 : 64;
        struct box_fragment *p = ARENA_ARRAY(w->arena, struct box_fragment, cap);
        if (w->t.n_fragments)
            memcpy(p, w->t.fragments, w->t.n_fragments * sizeof *p);
        w->t.fragments = p;
        w->fragments_cap = cap;
    }
    return &w->t.fragments[w->t.n_fragments++];
}

static enum err read_fragment(struct walk *w, const struct box *moof, const struct box *mdat)
{
    struct cursor c;
    if (w->t.n_fragments == BOX_FRAGMENTS_MAX)
        return diag_fail(w->d, ERR_LIMIT, 0, 0, "more than %d fragments", BOX_FRAGMENTS_MAX);
    struct run r = { .f = fragment_add(w) };
    r.f->range.offset = (int64_t)moof->start;
    r.f->range.size_bytes = (int64_t)(mdat->body.end - moof->start);
    r.data_at = (int64_t)mdat->body.at;
    if (!find_box(moof->body, FOURCC('m', 'f', 'h', 'd'), &c))
        return fail_at(w, moof->start, "a fragment has no header");
    skip(&c, 4);
    uint32_t sequence = take32(&c);
    if (sequence <= w->sequence)
        return fail_at(w, moof->start, "sequence numbers do not rise");
    w->sequence = sequence;
    if (!find_box(moof->body, FOURCC('t', 'r', 'a', 'f'), &c))
        return fail_at(w, moof->start, "a fragment has no track");
    enum err e = read_traf(w, c, moof->start, &r);
    if (e != OK)
        return e;
    if (r.f->n_samples == 0)
        return fail_at(w, moof->start, "a fragment has no samples");
    if (w->t.is_video && !r.f->starts_with_sync)
        return fail_at(w, moof->start, "a segment does not start with a key frame");
    if (r.data_at != (int64_t)mdat->body.end)
        return fail_at(w, mdat->start, "the samples do not fill their mdat");
    w->t.duration += r.f->duration;
    return OK;
}

static enum err read_pair(struct walk *w, const struct box *moof, struct cursor *top)
{
    struct box mdat;
    if (!next_box(top, &mdat) || mdat.type != FOURCC('m', 'd', 'a', 't'))
        return fail_at(w, moof->start,
                       "a moof is not followed by a whole mdat: the file is cut "
                       "off");
    return read_fragment(w, moof, &mdat);
}

static enum err read_top(struct walk *w)
{
    struct cursor top = { (const uint8_t *)w->bytes.p, 0, w->bytes.n, false };
    struct box b;
    bool has_ftyp = false;
    enum err e = OK;
    while (e == OK && next_box(&top, &b)) {
        if (b.type == FOURCC('f', 't', 'y', 'p') && b.start == 0) {
            has_ftyp = true;
        } else if (b.type == FOURCC('m', 'o', 'o', 'v') && has_ftyp && !w->t.timescale) {
            w->t.init.size_bytes = (int64_t)b.body.end;
            e = read_moov(w, &b);
        } else if (b.type == FOURCC('m', 'o', 'o', 'f') && w->t.timescale) {
            e = read_pair(w, &b, &top);
        } else if (b.type != FOURCC('s', 'i', 'd', 'x') && b.type != FOURCC('f', 'r', 'e', 'e') &&
                   b.type != FOURCC('s', 't', 'y', 'p')) {
            e = fail_at(w, b.start, "a box that has no place here");
        }
    }
    if (e != OK)
        return e;
    if (top.is_short)
        return fail_at(w, top.at, "the file is cut off inside a box");
    return w->t.n_fragments ? OK : fail_at(w, w->bytes.n, "there is no media in the file");
}

enum err box_read(struct arena *a, struct str bytes, struct box_track *ret, struct diag *d)
{
    struct walk w = { .bytes = bytes, .arena = a, .d = d };
    enum err e = read_top(&w);
    if (e == OK)
        *ret = w.t;
    return e;
}

enum err box_check_aligned(const struct box_track *a, const struct box_track *b, struct diag *d)
{
    if (a->n_fragments != b->n_fragments)
        return diag_fail(d, ERR_INPUT, 0, 0, "%zu segments here, %zu there", a->n_fragments,
                         b->n_fragments);
    for (size_t i = 0; i < a->n_fragments; i++)
        if (a->fragments[i].decode_time * b->timescale !=
            b->fragments[i].decode_time * a->timescale)
            return diag_fail(d, ERR_INPUT, 0, 0, "segment %zu begins at different times", i);
    return OK;
}

static int64_t ticks_to_us(int64_t ticks, uint32_t timescale)
{
    /* in two parts, because ticks * 1000000 could overflow */
    return ticks / timescale * 1000000 + (ticks % timescale * 1000000 + timescale / 2) / timescale;
}

/* Where fragment i begins for a viewer; n_fragments: where the last one ends. The edit list's part
 * lies before the start. */
static int64_t presented_us(const struct box_track *b, size_t i)
{
    const struct box_fragment *last = &b->fragments[b->n_fragments - 1];
    int64_t pts = i < b->n_fragments ? b->fragments[i].first_pts : last->first_pts + last->duration;
    int64_t at = pts - b->edit_media_time;
    return at > 0 ? ticks_to_us(at, b->timescale) : 0;
}

static int64_t bits_per_second(int64_t size_bytes, int64_t duration_us)
{
    return duration_us > 0 ? (size_bytes * 8 * 1000000 + duration_us - 1) / duration_us : 0;
}

/* RFC 8216 4.3.4.2: the peak is over spans of segments that last between half and one and a half
 * target durations, so a short first or last segment counts together with its neighbour. */
static int64_t peak_bandwidth(const struct media_segment *s, size_t n)
{
    int64_t longest_us = 0, peak = 0;
    for (size_t i = 0; i < n; i++)
        longest_us = s[i].duration_us > longest_us ? s[i].duration_us : longest_us;
    for (size_t i = 0; i < n; i++) {
        int64_t bytes = 0, us = 0;
        for (size_t k = i; k < n && us < longest_us / 2; k++) {
            bytes += s[k].range.size_bytes;
            us += s[k].duration_us;
        }
        int64_t rate = bits_per_second(bytes, us);
        if (rate > peak && (us >= longest_us / 2 || i == 0))
            peak = rate;
    }
    return peak;
}

void box_describe(struct arena *a, const struct box_track *b, struct str name,
                  struct media_track *ret)
{
    struct media_track t = { .name = name, .width = b->width, .height = b->height };
    t.channels = b->is_video ? 0 : b->channels;
    t.codecs = arena_str(a, str_from(b->codecs));
    t.init = b->init;
    t.n_segments = b->n_fragments;
    t.segments = ARENA_ARRAY(a, struct media_segment, b->n_fragments);
    t.key_frames = b->is_video ? ARENA_ARRAY(a, struct media_range, b->n_fragments) : NULL;
    int64_t bytes = 0;
    for (size_t i = 0; i < b->n_fragments; i++) {
        const struct box_fragment *f = &b->fragments[i];
        int64_t us = presented_us(b, i + 1) - presented_us(b, i);
        t.segments[i] = (struct media_segment){ f->range, us > 0 ? us : 1 };
        if (t.key_frames)
            t.key_frames[i] =
                (struct media_range){ f->range.offset, f->first_sample_end - f->range.offset };
        bytes += f->range.size_bytes;
    }
    t.bandwidth = peak_bandwidth(t.segments, t.n_segments);
    t.average_bandwidth = bits_per_second(bytes, ticks_to_us(b->duration, b->timescale));
    *ret = t;
}
