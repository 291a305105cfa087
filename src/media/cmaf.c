/*
 * The CMAF writer. A box is opened, filled and closed; closing writes its size, so no size is ever
 * computed by hand. What all samples share (duration, flags) is said once, in trex and tfhd: the
 * overhead of a two second video fragment is about 8 bytes a frame.
 */
#include "media/cmaf.h"

#include <string.h>

enum {
    FLAGS_SYNC = 0x02000000,     /* depends on no other sample */
    FLAGS_NON_SYNC = 0x01010000, /* depends on others, is not a sync sample */
    TRACK_ID = 1,
    NAL_SEI = 6,
    NAL_SPS = 7,
    NAL_PPS = 8,
    NAL_AUD = 9,
    SEI_USER_DATA = 5
};

static void add_be(struct buf *b, uint64_t v, int n)
{
    for (int i = n - 1; i >= 0; i--)
        buf_add_char(b, (char)(v >> (8 * i)));
}

static void add32(struct buf *b, uint32_t v)
{
    add_be(b, v, 4);
}

static void add_zeros(struct buf *b, size_t n)
{
    while (n--)
        buf_add_char(b, 0);
}

static size_t box_open(struct buf *b, const char *type)
{
    size_t at = b->n;
    add32(b, 0);
    buf_add(b, type, 4);
    return at;
}

static size_t full_box_open(struct buf *b, const char *type, unsigned version, uint32_t flags)
{
    size_t at = box_open(b, type);
    add32(b, version << 24 | flags);
    return at;
}

static void patch32(struct buf *b, size_t at, uint32_t v)
{
    if (b->err != OK)
        return;
    for (int i = 0; i < 4; i++)
        b->p[at + (size_t)i] = (char)(v >> (24 - 8 * i));
}

static void box_close(struct buf *b, size_t at)
{
    patch32(b, at, (uint32_t)(b->n - at));
}

static void add_matrix(struct buf *b)
{
    static const uint32_t unity[9] = { 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000 };
    for (int i = 0; i < 9; i++)
        add32(b, unity[i]);
}

static void write_ftyp(struct buf *b)
{
    size_t at = box_open(b, "ftyp");
    buf_add(b, "iso6\0\0\0\0iso6mp41cmfc", 20);
    box_close(b, at);
}

static void write_mvhd(struct buf *b, const struct cmaf_track *t)
{
    size_t at = full_box_open(b, "mvhd", 0, 0);
    add_zeros(b, 8);
    add32(b, t->timescale);
    add32(b, 0); /* a fragmented file's length is that of its fragments */
    add32(b, 0x10000);
    add_be(b, 0x100, 2);
    add_zeros(b, 10);
    add_matrix(b);
    add_zeros(b, 24);
    add32(b, TRACK_ID + 1);
    box_close(b, at);
}

static void write_tkhd(struct buf *b, const struct cmaf_track *t)
{
    size_t at = full_box_open(b, "tkhd", 0, 7);
    add_zeros(b, 8);
    add32(b, TRACK_ID);
    add_zeros(b, 4 + 4 + 8 + 4);
    add_be(b, t->is_video ? 0 : 0x100, 2);
    add_zeros(b, 2);
    add_matrix(b);
    add32(b, (uint32_t)t->width << 16);
    add32(b, (uint32_t)t->height << 16);
    box_close(b, at);
}

static void write_edit(struct buf *b, const struct cmaf_track *t)
{
    if (t->edit_media_time == 0)
        return;
    size_t edts = box_open(b, "edts"), elst = full_box_open(b, "elst", 0, 0);
    add32(b, 1);
    add32(b, 0); /* to the end, as long as that may be */
    add32(b, (uint32_t)t->edit_media_time);
    add32(b, 0x10000);
    box_close(b, elst);
    box_close(b, edts);
}

static void write_mdhd_hdlr(struct buf *b, const struct cmaf_track *t)
{
    size_t at = full_box_open(b, "mdhd", 0, 0);
    add_zeros(b, 8);
    add32(b, t->timescale);
    add32(b, 0);
    add_be(b, 0x55C4, 2); /* "und" */
    add_zeros(b, 2);
    box_close(b, at);
    at = full_box_open(b, "hdlr", 0, 0);
    add_zeros(b, 4);
    buf_add(b, t->is_video ? "vide" : "soun", 4);
    add_zeros(b, 12);
    buf_add(b, t->is_video ? "video" : "sound", 6);
    box_close(b, at);
}

static void write_avc1(struct buf *b, const struct cmaf_track *t)
{
    size_t at = box_open(b, "avc1");
    add_zeros(b, 6);
    add_be(b, 1, 2);
    add_zeros(b, 16);
    add_be(b, (uint64_t)t->width, 2);
    add_be(b, (uint64_t)t->height, 2);
    add32(b, 0x480000);
    add32(b, 0x480000);
    add_zeros(b, 4);
    add_be(b, 1, 2);
    add_zeros(b, 32);
    add_be(b, 24, 2);
    add_be(b, 0xFFFF, 2);
    size_t c = box_open(b, "avcC");
    buf_add_str(b, t->config);
    box_close(b, c);
    c = box_open(b, "colr"); /* BT.709 throughout, limited range */
    buf_add(b, "nclx\0\1\0\1\0\1\0", 11);
    box_close(b, c);
    c = box_open(b, "pasp");
    add32(b, 1);
    add32(b, 1);
    box_close(b, c);
    box_close(b, at);
}

/* ISO/IEC 14496-14 esds; every length fits one byte because the config is a few bytes long. */
static void write_esds(struct buf *b, const struct cmaf_track *t)
{
    size_t at = full_box_open(b, "esds", 0, 0);
    unsigned config_n = (unsigned)t->config.n;
    add_be(b, 3, 1);
    add_be(b, 3 + 2 + 13 + 2 + config_n + 3, 1);
    add_be(b, TRACK_ID, 2);
    add_be(b, 0, 1);
    add_be(b, 4, 1);
    add_be(b, 13 + 2 + config_n, 1);
    add_be(b, 0x40, 1); /* MPEG-4 audio */
    add_be(b, 0x15, 1); /* audio stream */
    add_be(b, 0, 3);
    add32(b, (uint32_t)t->bit_rate);
    add32(b, (uint32_t)t->bit_rate);
    add_be(b, 5, 1);
    add_be(b, config_n, 1);
    buf_add_str(b, t->config);
    buf_add(b, "\6\1\2", 3);
    box_close(b, at);
}

static void write_mp4a(struct buf *b, const struct cmaf_track *t)
{
    size_t at = box_open(b, "mp4a");
    add_zeros(b, 6);
    add_be(b, 1, 2);
    add_zeros(b, 8);
    add_be(b, (uint64_t)t->channels, 2);
    add_be(b, 16, 2);
    add_zeros(b, 4);
    add32(b, (uint32_t)t->sample_rate << 16);
    write_esds(b, t);
    box_close(b, at);
}

static void write_sample_table(struct buf *b, const struct cmaf_track *t)
{
    size_t stbl = box_open(b, "stbl"), at = full_box_open(b, "stsd", 0, 0);
    add32(b, 1);
    if (t->is_video)
        write_avc1(b, t);
    else
        write_mp4a(b, t);
    box_close(b, at);
    static const char *const empty[] = { "stts", "stsc", "stco" };
    for (size_t i = 0; i < 3; i++) {
        at = full_box_open(b, empty[i], 0, 0);
        add32(b, 0);
        box_close(b, at);
    }
    at = full_box_open(b, "stsz", 0, 0);
    add_zeros(b, 8);
    box_close(b, at);
    box_close(b, stbl);
}

static void write_minf(struct buf *b, const struct cmaf_track *t)
{
    size_t minf = box_open(b, "minf");
    size_t at = full_box_open(b, t->is_video ? "vmhd" : "smhd", 0, t->is_video);
    add_zeros(b, t->is_video ? 8 : 4);
    box_close(b, at);
    size_t dinf = box_open(b, "dinf"), dref = full_box_open(b, "dref", 0, 0);
    add32(b, 1);
    at = full_box_open(b, "url ", 0, 1); /* in this file */
    box_close(b, at);
    box_close(b, dref);
    box_close(b, dinf);
    write_sample_table(b, t);
    box_close(b, minf);
}

void cmaf_write_init(struct buf *out, const struct cmaf_track *t)
{
    write_ftyp(out);
    size_t moov = box_open(out, "moov");
    write_mvhd(out, t);
    size_t trak = box_open(out, "trak");
    write_tkhd(out, t);
    write_edit(out, t);
    size_t mdia = box_open(out, "mdia");
    write_mdhd_hdlr(out, t);
    write_minf(out, t);
    box_close(out, mdia);
    box_close(out, trak);
    size_t mvex = box_open(out, "mvex"), trex = full_box_open(out, "trex", 0, 0);
    add32(out, TRACK_ID);
    add32(out, 1);
    add32(out, t->sample_duration);
    add32(out, 0);
    add32(out, t->is_video ? FLAGS_NON_SYNC : FLAGS_SYNC);
    box_close(out, trex);
    box_close(out, mvex);
    box_close(out, moov);
}

static void write_traf(struct buf *b, const struct cmaf_track *t, int64_t decode_time,
                       const struct cmaf_sample *s, size_t n, size_t *ret_offset_at)
{
    size_t traf = box_open(b, "traf");
    /* duration and flags again, though trex has them: some players read only the fragment */
    size_t at = full_box_open(b, "tfhd", 0, 0x20000 | 0x8 | 0x20);
    add32(b, TRACK_ID);
    add32(b, t->sample_duration);
    add32(b, t->is_video ? FLAGS_NON_SYNC : FLAGS_SYNC);
    box_close(b, at);
    at = full_box_open(b, "tfdt", 1, 0);
    add_be(b, (uint64_t)decode_time, 8);
    box_close(b, at);
    at = full_box_open(b, "trun", 1, t->is_video ? 0x1 | 0x4 | 0x200 | 0x800 : 0x1 | 0x200);
    add32(b, (uint32_t)n);
    *ret_offset_at = b->n;
    add32(b, 0);
    if (t->is_video)
        add32(b, FLAGS_SYNC);
    for (size_t i = 0; i < n; i++) {
        add32(b, s[i].size_bytes);
        if (t->is_video)
            add32(b, (uint32_t)s[i].composition_offset);
    }
    box_close(b, at);
    box_close(b, traf);
}

void cmaf_write_fragment(struct buf *out, const struct cmaf_track *t, uint32_t sequence,
                         int64_t decode_time, const struct cmaf_sample *samples, size_t n,
                         struct str data)
{
    size_t moof = box_open(out, "moof"), at = full_box_open(out, "mfhd", 0, 0), offset_at;
    add32(out, sequence);
    box_close(out, at);
    write_traf(out, t, decode_time, samples, n, &offset_at);
    box_close(out, moof);
    size_t mdat = box_open(out, "mdat");
    patch32(out, offset_at, (uint32_t)(out->n - moof));
    buf_add_str(out, data);
    box_close(out, mdat);
}

/* ---- H.264 from Annex B ---- */

/* Cuts the next NAL unit off *rest; start codes are 00 00 01, zeros before them are padding. */
static bool next_nal(struct str *rest, struct str *ret)
{
    ptrdiff_t at = str_find(*rest, str_sub("\0\0\1", 3));
    if (at < 0)
        return false;
    *rest = str_skip(*rest, (size_t)at + 3);
    ptrdiff_t end = str_find(*rest, str_sub("\0\0\1", 3));
    *ret = end < 0 ? *rest : str_head(*rest, (size_t)end);
    *rest = str_skip(*rest, ret->n);
    while (ret->n && ret->p[ret->n - 1] == 0)
        ret->n--;
    return true;
}

static unsigned nal_type(struct str nal)
{
    return nal.n ? (unsigned char)nal.p[0] & 31u : 0;
}

enum err cmaf_avcc_from_annexb(struct buf *out, struct str headers)
{
    struct str nal, sps = { 0 }, pps = { 0 };
    while (next_nal(&headers, &nal)) {
        if (nal_type(nal) == NAL_SPS && !sps.n)
            sps = nal;
        else if (nal_type(nal) == NAL_PPS && !pps.n)
            pps = nal;
    }
    if (sps.n < 4 || pps.n < 2 || sps.n > 0xFFFF || pps.n > 0xFFFF)
        return ERR_INPUT;
    add_be(out, 1, 1);
    buf_add(out, sps.p + 1, 3);
    add_be(out, 0xFC | 3, 1); /* lengths of 4 bytes */
    add_be(out, 0xE0 | 1, 1);
    add_be(out, sps.n, 2);
    buf_add_str(out, sps);
    add_be(out, 1, 1);
    add_be(out, pps.n, 2);
    buf_add_str(out, pps);
    if ((unsigned char)sps.p[1] >= 100)
        buf_add(out, "\xFD\xF8\xF8\0", 4); /* High: 4:2:0, 8 bit, no SPS extension */
    return out->err;
}

void cmaf_add_annexb(struct buf *out, struct str access_unit)
{
    struct str nal;
    while (next_nal(&access_unit, &nal)) {
        unsigned type = nal_type(nal);
        bool is_advert = type == NAL_SEI && nal.n > 1 && nal.p[1] == SEI_USER_DATA;
        if (nal.n == 0 || type == NAL_SPS || type == NAL_PPS || type == NAL_AUD || is_advert)
            continue;
        add32(out, (uint32_t)nal.n);
        buf_add_str(out, nal);
    }
}
