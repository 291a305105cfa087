/* Sidecars by our own parser; embedded tracks by libav's decoders, which all speak ASS, which is
 * turned into cue text here. */
#include "media/av/captions.h"

#include <string.h>

#include "sys/file.h"

/* ISO 639-2 (as containers write it) to BCP 47's shortest form. */
static const char *const languages[][2] = {
    { "ara", "ar" }, { "ben", "bn" }, { "bul", "bg" }, { "cat", "ca" }, { "ces", "cs" },
    { "chi", "zh" }, { "cze", "cs" }, { "dan", "da" }, { "deu", "de" }, { "dut", "nl" },
    { "ell", "el" }, { "eng", "en" }, { "est", "et" }, { "fas", "fa" }, { "fin", "fi" },
    { "fra", "fr" }, { "fre", "fr" }, { "ger", "de" }, { "gre", "el" }, { "heb", "he" },
    { "hin", "hi" }, { "hrv", "hr" }, { "hun", "hu" }, { "ind", "id" }, { "ita", "it" },
    { "jpn", "ja" }, { "kor", "ko" }, { "lav", "lv" }, { "lit", "lt" }, { "may", "ms" },
    { "msa", "ms" }, { "nld", "nl" }, { "nor", "no" }, { "per", "fa" }, { "pol", "pl" },
    { "por", "pt" }, { "ron", "ro" }, { "rum", "ro" }, { "rus", "ru" }, { "slk", "sk" },
    { "slv", "sl" }, { "spa", "es" }, { "srp", "sr" }, { "swe", "sv" }, { "tam", "ta" },
    { "tel", "te" }, { "tha", "th" }, { "tur", "tr" }, { "ukr", "uk" }, { "urd", "ur" },
    { "vie", "vi" }, { "zho", "zh" },
};

static bool has_language(const struct caption_set *set, struct str lang)
{
    for (size_t i = 0; i < set->n; i++)
        if (str_ieq(set->tracks[i].lang, lang))
            return true;
    return false;
}

static void set_add(struct caption_set *set, struct str lang, struct vtt cues)
{
    if (set->n < MEDIA_CAPTIONS_MAX)
        set->tracks[set->n++] = (struct caption_track){ lang, cues };
}

enum err captions_add_sidecars(struct arena *a, const struct sidecar *s, size_t n,
                               struct caption_set *set, struct diag *d)
{
    for (size_t i = 0; i < n; i++) {
        struct vtt cues;
        struct diag why = { 0 };
        enum err e = vtt_parse(a, s[i].text, &cues, &why);
        if (e != OK)
            return diag_fail(d, e, why.line, why.column, "%s: %s", s[i].name, why.msg);
        if (has_language(set, str_from(s[i].lang)))
            return diag_fail(d, ERR_INPUT, 0, 0, "There are two caption files for \"%s\".",
                             s[i].lang);
        set_add(set, str_from(s[i].lang), cues);
    }
    return OK;
}

/* ---- embedded tracks ---- */

struct track {
    AVStream *stream;
    AVCodecContext *decoder;
    struct str lang;
    struct vtt_cue *cues;
    size_t n, cap;
    bool has_failed;
};

static struct str language_of(struct arena *a, const AVStream *st)
{
    const AVDictionaryEntry *e = av_dict_get(st->metadata, "language", NULL, 0);
    struct str s = str_from(e ? e->value : "und");
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        if (str_ieq(s, str_from(languages[i][0])))
            return str_from(languages[i][1]);
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
              s.p[i] == '-'))
            return STR("und");
    return s.n >= 2 && s.n <= 35 ? arena_str(a, s) : STR("und");
}

/* What an ASS override block says that WebVTT can say, too. */
static void add_override(struct buf *b, struct str block)
{
    static const struct {
        const char *code, *tag;
    } known[] = {
        { "\\i1", "<i>" },  { "\\i0", "</i>" }, { "\\b1", "<b>" },
        { "\\b0", "</b>" }, { "\\u1", "<u>" },  { "\\u0", "</u>" },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_find(block, str_from(known[i].code)) >= 0)
            buf_add_c(b, known[i].tag);
}

/* ASS dialogue ("order,layer,style,name,l,r,v,effect,text") to cue text. */
static struct str text_of_ass(struct arena *a, struct str line)
{
    struct buf b = { .max = 4 * VTT_CUE_BYTES_MAX };
    struct str field;
    for (int i = 0; i < 8; i++)
        if (!str_next(&line, ',', &field))
            return (struct str){ 0 };
    while (line.n) {
        char c = line.p[0], next = line.n > 1 ? line.p[1] : 0;
        ptrdiff_t end = c == '{' ? str_find_char(line, '}') : -1;
        if (end > 0) {
            add_override(&b, str_head(line, (size_t)end));
            line = str_skip(line, (size_t)end + 1);
        } else if (c == '\\' && (next == 'N' || next == 'n' || next == 'h')) {
            buf_add_char(&b, next == 'h' ? ' ' : '\n');
            line = str_skip(line, 2);
        } else {
            buf_add_html(&b, str_head(line, 1));
            line = str_skip(line, 1);
        }
    }
    struct str clean = vtt_clean_text(a, buf_str(&b), false);
    buf_done(&b);
    return clean;
}

static void cue_add(struct arena *a, struct track *t, struct vtt_cue c)
{
    if (c.text.n == 0 || t->n == VTT_CUES_MAX)
        return;
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 64;
        struct vtt_cue *p = ARENA_ARRAY(a, struct vtt_cue, cap);
        if (t->n)
            memcpy(p, t->cues, t->n * sizeof *p);
        t->cues = p;
        t->cap = cap;
    }
    t->cues[t->n++] = c;
}

static void take_packet(struct arena *a, struct track *t, AVPacket *p, const struct scan *scan)
{
    AVSubtitle sub = { 0 };
    int has_sub = 0;
    AVRational us = { 1, 1000000 };
    if (avcodec_decode_subtitle2(t->decoder, &sub, &has_sub, p) < 0) {
        t->has_failed = true;
        return;
    }
    int64_t at = av_rescale_q(p->pts, t->stream->time_base, us) - scan->start_us;
    int64_t length = p->duration > 0 ? av_rescale_q(p->duration, t->stream->time_base, us)
                                     : (int64_t)sub.end_display_time * 1000;
    struct vtt_cue c = { .start_us = at > 0 ? at : 0, .end_us = at + length };
    if (c.end_us > scan->duration_us)
        c.end_us = scan->duration_us;
    for (unsigned i = 0; has_sub && p->pts != AV_NOPTS_VALUE && i < sub.num_rects; i++) {
        if (!sub.rects[i]->ass || c.end_us - c.start_us < 1000)
            continue;
        c.text = text_of_ass(a, str_from(sub.rects[i]->ass));
        cue_add(a, t, c);
    }
    avsubtitle_free(&sub);
}

static size_t open_tracks(struct arena *a, struct input *in, struct caption_set *set,
                          struct track *tracks, size_t max, int *n_failed)
{
    size_t n = 0;
    for (unsigned i = 0; i < in->fmt->nb_streams; i++) {
        AVStream *st = in->fmt->streams[i];
        st->discard = AVDISCARD_ALL;
        if (st->codecpar->codec_type != AVMEDIA_TYPE_SUBTITLE || n == max)
            continue;
        struct track t = { .stream = st, .lang = language_of(a, st) };
        bool is_known = has_language(set, t.lang);
        for (size_t k = 0; k < n; k++)
            is_known |= str_ieq(tracks[k].lang, t.lang);
        const AVCodecDescriptor *c = avcodec_descriptor_get(st->codecpar->codec_id);
        if (is_known || !c || !(c->props & AV_CODEC_PROP_TEXT_SUB))
            continue; /* pictures of text stay where they are */
        if (input_decoder(in, st, false, &t.decoder, NULL) != OK) {
            ++*n_failed;
            continue;
        }
        st->discard = AVDISCARD_DEFAULT;
        tracks[n++] = t;
    }
    return n;
}

enum err captions_add_embedded(struct arena *a, struct input *in, const struct scan *scan,
                               struct caption_set *set, int *ret_n_failed)
{
    struct track tracks[16];
    int failed = 0;
    size_t n = open_tracks(a, in, set, tracks, 16, &failed);
    AVPacket *p = av_packet_alloc();
    if (!p)
        return ERR_LIMIT;
    while (n > 0 && av_read_frame(in->fmt, p) >= 0) {
        for (size_t i = 0; i < n; i++)
            if (p->stream_index == tracks[i].stream->index)
                take_packet(a, &tracks[i], p, scan);
        av_packet_unref(p);
    }
    av_packet_free(&p);
    for (size_t i = 0; i < n; i++) {
        avcodec_free_context(&tracks[i].decoder);
        failed += tracks[i].has_failed;
        if (tracks[i].n > 0)
            set_add(set, tracks[i].lang, (struct vtt){ tracks[i].cues, tracks[i].n });
    }
    *ret_n_failed = failed;
    return OK;
}

enum err captions_write(struct arena *a, const struct caption_set *set, const char *dir,
                        struct media_caption **ret, struct diag *d)
{
    struct media_caption *list = ARENA_ARRAY(a, struct media_caption, set->n + 1);
    for (size_t i = 0; i < set->n; i++) {
        struct buf b = { .max = 8 * VTT_BYTES_MAX };
        list[i].lang = set->tracks[i].lang;
        list[i].file = arena_printf(a, "captions.%.*s.vtt", STR_ARG(list[i].lang));
        vtt_write(&b, &set->tracks[i].cues);
        enum err e = b.err;
        if (e == OK)
            e = file_write(path_join(a, dir, list[i].file), buf_str(&b), 0644);
        buf_done(&b);
        if (e != OK)
            return diag_fail(d, e, 0, 0, "The captions cannot be written.");
    }
    *ret = list;
    return OK;
}
