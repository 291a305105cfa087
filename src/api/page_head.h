/*
 * What a page tells machines and readers before any script has loaded: title, Open Graph
 * (ogp.me), schema.org JSON-LD (TVSeries, TVEpisode, VideoObject), the oEmbed link, and a plain
 * body of title, poster and text. Pure, any thread. All text is escaped here.
 */
#ifndef DRAMALET_API_PAGE_HEAD_H
#define DRAMALET_API_PAGE_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum page_kind { PAGE_FEED, PAGE_SERIES, PAGE_EPISODE, PAGE_SEARCH, PAGE_ME, PAGE_ERROR };

/* Empty strings are left out. Addresses are absolute, but for poster, which may be relative. */
struct page_info {
    enum page_kind kind;
    struct str site_name;
    struct str title; /* without the site's name */
    struct str description;
    struct str language;  /* of the content, BCP 47 */
    struct str url;       /* canonical */
    struct str image;     /* absolute address of the poster */
    struct str poster;    /* what the body shows */
    struct str video_url; /* multivariant playlist, absolute; episodes only */
    struct str embed_url;
    struct str series_title; /* episodes only */
    struct str series_url;
    struct str oembed_url;
    int64_t season, number; /* episodes only */
    int64_t episodes_count; /* series only */
    int64_t duration_us;
    int64_t published_us;
    int64_t width, height;
};

void page_head_add(struct buf *out, const struct page_info *p); /* inside <head> */
void page_body_add(struct buf *out,
                   const struct page_info *p); /* inside <body>, replaced by the script */

#endif
