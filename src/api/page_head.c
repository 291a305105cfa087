/* See page_head.h. The order: title, description, Open Graph, oEmbed, JSON-LD. */
#include "api/page_head.h"

#include "base/json.h"
#include "base/timefmt.h"

static void meta_add(struct buf *out, const char *attribute, const char *name, struct str content)
{
    if (content.n == 0)
        return;
    buf_addf(out, "<meta %s=\"%s\" content=\"", attribute, name);
    buf_add_html(out, content);
    buf_add_c(out, "\">\n");
}

static void meta_number_add(struct buf *out, const char *property, int64_t value)
{
    if (value > 0)
        buf_addf(out, "<meta property=\"%s\" content=\"%lld\">\n", property, (long long)value);
}

static void title_add(struct buf *out, const struct page_info *p)
{
    buf_add_c(out, "<title>");
    if (p->title.n) {
        buf_add_html(out, p->title);
        buf_add_c(out, " · ");
    }
    buf_add_html(out, p->site_name);
    buf_add_c(out, "</title>\n");
}

static void open_graph_add(struct buf *out, const struct page_info *p)
{
    static const char *const types[] = { [PAGE_FEED] = "website",
                                         [PAGE_SERIES] = "video.tv_show",
                                         [PAGE_EPISODE] = "video.episode",
                                         [PAGE_SEARCH] = "website",
                                         [PAGE_ME] = "website",
                                         [PAGE_ERROR] = "website" };
    meta_add(out, "property", "og:site_name", p->site_name);
    meta_add(out, "property", "og:type", str_from(types[p->kind]));
    meta_add(out, "property", "og:title", p->title.n ? p->title : p->site_name);
    meta_add(out, "property", "og:description", p->description);
    meta_add(out, "property", "og:url", p->url);
    meta_add(out, "property", "og:locale", p->language);
    meta_add(out, "property", "og:image", p->image);
    if (p->video_url.n) {
        meta_add(out, "property", "og:video", p->video_url);
        meta_add(out, "property", "og:video:type", STR("application/vnd.apple.mpegurl"));
        meta_number_add(out, "og:video:width", p->width);
        meta_number_add(out, "og:video:height", p->height);
        meta_number_add(out, "video:duration", p->duration_us / US_PER_S);
    }
    meta_add(out, "property", "video:series", p->series_url);
    meta_add(out, "name", "twitter:card", p->image.n ? STR("summary_large_image") : STR("summary"));
}

static void json_text(struct json *j, const char *key, struct str s)
{
    if (s.n)
        json_kstr(j, key, s);
}

static void json_time(struct json *j, const char *key, int64_t utc_us)
{
    if (utc_us > 0)
        json_ktime(j, key, utc_us);
}

static void json_video(struct json *j, const struct page_info *p)
{
    struct buf duration = { .max = 64 };
    buf_add_iso_duration(&duration, p->duration_us);
    json_object_begin(j);
    json_kstr(j, "@type", STR("VideoObject"));
    json_text(j, "name", p->title);
    json_text(j, "description", p->description);
    json_text(j, "thumbnailUrl", p->image);
    json_text(j, "embedUrl", p->embed_url);
    json_kstr(j, "duration", buf_str(&duration));
    json_time(j, "uploadDate", p->published_us);
    json_object_end(j);
    buf_done(&duration);
}

static void json_part_of(struct json *j, const struct page_info *p)
{
    json_key(j, "partOfSeries");
    json_object_begin(j);
    json_kstr(j, "@type", STR("TVSeries"));
    json_text(j, "name", p->series_title);
    json_text(j, "url", p->series_url);
    json_object_end(j);
    json_key(j, "partOfSeason");
    json_object_begin(j);
    json_kstr(j, "@type", STR("TVSeason"));
    json_ki64(j, "seasonNumber", p->season);
    json_object_end(j);
}

static void json_ld_add(struct buf *out, const struct page_info *p)
{
    if (p->kind != PAGE_SERIES && p->kind != PAGE_EPISODE)
        return;
    struct buf text = { 0 };
    struct json j = { .out = &text };
    json_object_begin(&j);
    json_kstr(&j, "@context", STR("https://schema.org"));
    json_kstr(&j, "@type", p->kind == PAGE_SERIES ? STR("TVSeries") : STR("TVEpisode"));
    json_text(&j, "name", p->title);
    json_text(&j, "description", p->description);
    json_text(&j, "url", p->url);
    json_text(&j, "image", p->image);
    json_text(&j, "inLanguage", p->language);
    json_time(&j, "datePublished", p->published_us);
    if (p->kind == PAGE_SERIES) {
        json_ki64(&j, "numberOfEpisodes", p->episodes_count);
    } else {
        json_ki64(&j, "episodeNumber", p->number);
        json_part_of(&j, p);
        json_key(&j, "video");
        json_video(&j, p);
    }
    json_object_end(&j);
    buf_add_c(out, "<script type=\"application/ld+json\">");
    json_add_html_safe(out, buf_str(&text));
    buf_add_c(out, "</script>\n");
    buf_done(&text);
}

void page_head_add(struct buf *out, const struct page_info *p)
{
    title_add(out, p);
    meta_add(out, "name", "description", p->description);
    if (p->kind == PAGE_ME || p->kind == PAGE_SEARCH || p->kind == PAGE_ERROR)
        meta_add(out, "name", "robots", STR("noindex"));
    if (p->url.n) {
        buf_add_c(out, "<link rel=\"canonical\" href=\"");
        buf_add_html(out, p->url);
        buf_add_c(out, "\">\n");
    }
    open_graph_add(out, p);
    if (p->oembed_url.n) {
        buf_add_c(out, "<link rel=\"alternate\" type=\"application/json+oembed\" href=\"");
        buf_add_html(out, p->oembed_url);
        buf_add_c(out, "\">\n");
    }
    json_ld_add(out, p);
}

static void paragraph_add(struct buf *out, struct str text)
{
    if (text.n == 0)
        return;
    buf_add_c(out, "<p>");
    buf_add_html(out, text);
    buf_add_c(out, "</p>\n");
}

void page_body_add(struct buf *out, const struct page_info *p)
{
    if (p->poster.n) {
        buf_add_c(out, "<img src=\"");
        buf_add_html(out, p->poster);
        buf_add_c(out, "\" alt=\"\">\n");
    }
    buf_add_c(out, "<div>\n<h1>");
    buf_add_html(out, p->title.n ? p->title : p->site_name);
    buf_add_c(out, "</h1>\n");
    if (p->series_title.n) {
        buf_add_c(out, "<p><a href=\"");
        buf_add_html(out, p->series_url);
        buf_add_c(out, "\">");
        buf_add_html(out, p->series_title);
        buf_add_c(out, "</a></p>\n");
    }
    paragraph_add(out, p->description);
    buf_add_c(out, "</div>\n");
}
