/* The handlers of the route table (routes.c), one file a family. Each runs on the thread that its
 * route's class names. */
#ifndef DRAMALET_API_HANDLERS_H
#define DRAMALET_API_HANDLERS_H

#include "http/http.h"

/* media.c */
void media_get(struct request *r, struct reply *rp);
void series_cover_get(struct request *r, struct reply *rp);
/* assets.c: files of the web client, packed into the program */
void asset_get(struct request *r, struct reply *rp);
/* feed.c */
void feed_get(struct request *r, struct reply *rp);
void episode_play_get(struct request *r, struct reply *rp);
void series_play_get(struct request *r, struct reply *rp);
/* series.c */
void series_get(struct request *r, struct reply *rp);
/* browse.c */
void search_get(struct request *r, struct reply *rp);
void browse_get(struct request *r, struct reply *rp);
void genres_get(struct request *r, struct reply *rp);
/* mine.c: what one viewer did */
void continue_get(struct request *r, struct reply *rp);
void likes_get(struct request *r, struct reply *rp);
void saved_get(struct request *r, struct reply *rp);
void me_get(struct request *r, struct reply *rp);
void episode_like_post(struct request *r, struct reply *rp);
void series_save_post(struct request *r, struct reply *rp);
void progress_post(struct request *r, struct reply *rp);
/* pages.c: the shell with head, text and first payload */
void page_feed_get(struct request *r, struct reply *rp);
void page_series_get(struct request *r, struct reply *rp);
void page_episode_get(struct request *r, struct reply *rp);
void page_search_get(struct request *r, struct reply *rp);
void page_me_get(struct request *r, struct reply *rp);
void oembed_get(struct request *r, struct reply *rp);

#endif
