/* Writes HLS playlists. Every number comes from the box reader by way of struct media_info. */
#include "media/hls.h"

static void add_seconds(struct buf *out, int64_t us)
{
    buf_addf(out, "%lld.%06lld", (long long)(us / 1000000), (long long)(us % 1000000));
}

static void add_head(struct buf *out, const struct media_segment *s, size_t n, bool is_fmp4)
{
    int64_t longest_us = 1;
    for (size_t i = 0; i < n; i++)
        longest_us = s[i].duration_us > longest_us ? s[i].duration_us : longest_us;
    /* 4.3.3.1: no segment, rounded to whole seconds, is longer than the target */
    int64_t target_s = (longest_us + 500000) / 1000000;
    buf_addf(out, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:%lld\n",
             (long long)(target_s > 0 ? target_s : 1));
    buf_add_c(out, "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n");
    if (is_fmp4)
        buf_add_c(out, "#EXT-X-INDEPENDENT-SEGMENTS\n");
}

static void add_map(struct buf *out, const struct media_track *t)
{
    buf_addf(out, "#EXT-X-MAP:URI=\"%.*s.mp4\",BYTERANGE=\"%lld@%lld\"\n", STR_ARG(t->name),
             (long long)t->init.size_bytes, (long long)t->init.offset);
}

static void add_segment(struct buf *out, const struct media_track *t, struct media_range r,
                        int64_t duration_us)
{
    buf_add_c(out, "#EXTINF:");
    add_seconds(out, duration_us);
    buf_addf(out, ",\n#EXT-X-BYTERANGE:%lld@%lld\n%.*s.mp4\n", (long long)r.size_bytes,
             (long long)r.offset, STR_ARG(t->name));
}

void hls_write_media(struct buf *out, const struct media_track *t)
{
    add_head(out, t->segments, t->n_segments, true);
    add_map(out, t);
    for (size_t i = 0; i < t->n_segments; i++)
        add_segment(out, t, t->segments[i].range, t->segments[i].duration_us);
    buf_add_c(out, "#EXT-X-ENDLIST\n");
}

void hls_write_iframes(struct buf *out, const struct media_track *t)
{
    add_head(out, t->segments, t->n_segments, true);
    buf_add_c(out, "#EXT-X-I-FRAMES-ONLY\n");
    add_map(out, t);
    for (size_t i = 0; i < t->n_segments; i++)
        add_segment(out, t, t->key_frames[i], t->segments[i].duration_us);
    buf_add_c(out, "#EXT-X-ENDLIST\n");
}

void hls_write_captions(struct buf *out, const struct media_info *m, const struct media_caption *c)
{
    struct media_segment whole = { .duration_us = m->duration_us };
    add_head(out, &whole, 1, false);
    buf_add_c(out, "#EXTINF:");
    add_seconds(out, m->duration_us);
    buf_addf(out, ",\n%.*s\n#EXT-X-ENDLIST\n", STR_ARG(c->file));
}

static void add_audio(struct buf *out, const struct media_track *a)
{
    buf_addf(out,
             "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Original\",DEFAULT=YES,"
             "AUTOSELECT=YES,CHANNELS=\"%d\",URI=\"%.*s.m3u8\"\n",
             a->channels, STR_ARG(a->name));
}

static void add_captions(struct buf *out, const struct media_caption *c)
{
    buf_addf(out,
             "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",NAME=\"%.*s\",LANGUAGE=\"%.*s\","
             "DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI=\"captions.%.*s.m3u8\"\n",
             STR_ARG(c->lang), STR_ARG(c->lang), STR_ARG(c->lang));
}

static void add_variant(struct buf *out, const struct media_info *m, const struct media_track *t)
{
    const struct media_track *a = m->audio;
    buf_addf(out, "#EXT-X-STREAM-INF:BANDWIDTH=%lld,AVERAGE-BANDWIDTH=%lld,CODECS=\"%.*s",
             (long long)t->bandwidth + (a ? a->bandwidth : 0),
             (long long)t->average_bandwidth + (a ? a->average_bandwidth : 0), STR_ARG(t->codecs));
    if (a)
        buf_addf(out, ",%.*s", STR_ARG(a->codecs));
    buf_addf(out, "\",RESOLUTION=%dx%d,FRAME-RATE=%.*s,VIDEO-RANGE=SDR,CLOSED-CAPTIONS=NONE",
             t->width, t->height, STR_ARG(t->frame_rate));
    buf_add_c(out, a ? ",AUDIO=\"audio\"" : "");
    buf_add_c(out, m->n_captions ? ",SUBTITLES=\"captions\"" : "");
    buf_addf(out, "\n%.*s.m3u8\n", STR_ARG(t->name));
}

static void add_iframe_variant(struct buf *out, const struct media_track *t)
{
    int64_t peak = 1;
    for (size_t i = 0; i < t->n_segments; i++) {
        int64_t rate = t->key_frames[i].size_bytes * 8 * 1000000 / t->segments[i].duration_us;
        peak = rate > peak ? rate : peak;
    }
    buf_addf(out,
             "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=%lld,CODECS=\"%.*s\",RESOLUTION=%dx%d,"
             "VIDEO-RANGE=SDR,URI=\"%.*s-iframes.m3u8\"\n",
             (long long)peak, STR_ARG(t->codecs), t->width, t->height, STR_ARG(t->name));
}

void hls_write_multivariant(struct buf *out, const struct media_info *m)
{
    buf_add_c(out, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    if (m->audio)
        add_audio(out, m->audio);
    for (size_t i = 0; i < m->n_captions; i++)
        add_captions(out, &m->captions[i]);
    for (size_t i = 0; i < m->n_renditions; i++)
        add_variant(out, m, &m->renditions[i]);
    for (size_t i = 0; i < m->n_renditions; i++)
        if (m->renditions[i].key_frames)
            add_iframe_variant(out, &m->renditions[i]);
}
