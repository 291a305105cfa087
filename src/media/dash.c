/* Writes the DASH manifest. The timeline counts microseconds, like media.json, so both manifests
 * say the same. */
#include "media/dash.h"

#include "base/timefmt.h"

static void add_timeline(struct buf *out, const struct media_track *t)
{
    buf_add_c(out, "<SegmentTimeline>");
    for (size_t i = 0; i < t->n_segments;) {
        size_t same = i + 1;
        while (same < t->n_segments && t->segments[same].duration_us == t->segments[i].duration_us)
            same++;
        buf_addf(out, "<S%s d=\"%lld\"", i ? "" : " t=\"0\"",
                 (long long)t->segments[i].duration_us);
        if (same - i > 1)
            buf_addf(out, " r=\"%zu\"", same - i - 1);
        buf_add_c(out, "/>");
        i = same;
    }
    buf_add_c(out, "</SegmentTimeline>\n");
}

static void add_segments(struct buf *out, const struct media_track *t)
{
    buf_addf(out,
             "<BaseURL>%.*s.mp4</BaseURL>\n<SegmentList timescale=\"1000000\">"
             "<Initialization range=\"%lld-%lld\"/>\n",
             STR_ARG(t->name), (long long)t->init.offset,
             (long long)(t->init.offset + t->init.size_bytes - 1));
    add_timeline(out, t);
    for (size_t i = 0; i < t->n_segments; i++) {
        struct media_range r = t->segments[i].range;
        buf_addf(out, "<SegmentURL mediaRange=\"%lld-%lld\"/>\n", (long long)r.offset,
                 (long long)(r.offset + r.size_bytes - 1));
    }
    buf_add_c(out, "</SegmentList>\n");
}

static void add_video(struct buf *out, const struct media_info *m)
{
    buf_addf(out,
             "<AdaptationSet contentType=\"video\" mimeType=\"video/mp4\" startWithSAP=\"1\" "
             "segmentAlignment=\"true\" frameRate=\"%d/%d\">\n",
             m->frame_rate_num, m->frame_rate_den);
    for (size_t i = 0; i < m->n_renditions; i++) {
        const struct media_track *t = &m->renditions[i];
        buf_addf(out,
                 "<Representation id=\"%.*s\" codecs=\"%.*s\" bandwidth=\"%lld\" width=\"%d\" "
                 "height=\"%d\" sar=\"1:1\">\n",
                 STR_ARG(t->name), STR_ARG(t->codecs), (long long)t->bandwidth, t->width,
                 t->height);
        add_segments(out, t);
        buf_add_c(out, "</Representation>\n");
    }
    buf_add_c(out, "</AdaptationSet>\n");
}

static void add_audio(struct buf *out, const struct media_track *t)
{
    buf_addf(out,
             "<AdaptationSet contentType=\"audio\" mimeType=\"audio/mp4\" startWithSAP=\"1\" "
             "segmentAlignment=\"true\">\n<Representation id=\"%.*s\" codecs=\"%.*s\" "
             "bandwidth=\"%lld\" audioSamplingRate=\"48000\">\n<AudioChannelConfiguration "
             "schemeIdUri=\"urn:mpeg:dash:23003:3:audio_channel_configuration:2011\" "
             "value=\"%d\"/>\n",
             STR_ARG(t->name), STR_ARG(t->codecs), (long long)t->bandwidth, t->channels);
    add_segments(out, t);
    buf_add_c(out, "</Representation>\n</AdaptationSet>\n");
}

static void add_captions(struct buf *out, const struct media_caption *c)
{
    buf_addf(out,
             "<AdaptationSet contentType=\"text\" mimeType=\"text/vtt\" lang=\"%.*s\">"
             "<Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"caption\"/>"
             "<Representation id=\"captions-%.*s\" bandwidth=\"1000\"><BaseURL>%.*s</BaseURL>"
             "</Representation></AdaptationSet>\n",
             STR_ARG(c->lang), STR_ARG(c->lang), STR_ARG(c->file));
}

void dash_write(struct buf *out, const struct media_info *m)
{
    buf_add_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" "
                   "profiles=\"urn:mpeg:dash:profile:isoff-main:2011\" minBufferTime=\"PT2S\" "
                   "mediaPresentationDuration=\"");
    buf_add_iso_duration(out, m->duration_us);
    buf_add_c(out, "\">\n<Period start=\"PT0S\">\n");
    add_video(out, m);
    if (m->audio)
        add_audio(out, m->audio);
    for (size_t i = 0; i < m->n_captions; i++)
        add_captions(out, &m->captions[i]);
    buf_add_c(out, "</Period>\n</MPD>\n");
}
