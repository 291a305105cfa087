/*
 * The one table of routes. The threads, the API description, the authorisation tests and the fuzz
 * seeds come from it. A handler's family has its file; see handlers.h.
 */
#include "api/api.h"
#include "api/handlers.h"
#include "api/local.h"

enum { SMALL_BODY = 8 * 1024, EDIT_BODY = 512 * 1024 };

const struct route api_routes[] = {
    /* media and files of the client: on the loop */
    { HTTP_GET, "/m/:address*", ROLE_ANYONE, ROUTE_LOOP, 0, NULL, NULL, media_get,
      "A file of a media folder, by signed address" },
    { HTTP_GET, "/c/:blob", ROLE_ANYONE, ROUTE_LOOP, 0, NULL, NULL, series_cover_get,
      "A cover picture, by content" },
    { HTTP_GET, "/assets/:file", ROLE_ANYONE, ROUTE_LOOP, 0, NULL, NULL, asset_get,
      "A file of the web client" },
    { HTTP_GET, "/sw.js", ROLE_ANYONE, ROUTE_LOOP, 0, NULL, NULL, asset_get, "The service worker" },
    { HTTP_GET, "/manifest.webmanifest", ROLE_ANYONE, ROUTE_LOOP, 0, NULL, NULL, asset_get,
      "The web app's manifest" },
    { HTTP_GET, "/robots.txt", ROLE_ANYONE, ROUTE_LOOP, 0, NULL, NULL, asset_get,
      "What crawlers may read" },

    /* the feed and what plays on from it */
    { HTTP_GET, "/v1/feed", ROLE_ANYONE, ROUTE_READ, 0, NULL, "items", feed_get,
      "The next episodes for this viewer, ready to play" },
    { HTTP_GET, "/v1/episodes/:id/play", ROLE_ANYONE, ROUTE_READ, 0, NULL, "item", episode_play_get,
      "One episode, ready to play" },
    { HTTP_GET, "/v1/series/:id/play", ROLE_ANYONE, ROUTE_READ, 0, NULL, "items", series_play_get,
      "A series' episodes in order, ready to play" },

    /* the catalogue */
    { HTTP_GET, "/v1/series/:id", ROLE_ANYONE, ROUTE_READ, 0, NULL, "series_page", series_get,
      "A series, its episodes and the viewer's place in it" },
    { HTTP_GET, "/v1/search", ROLE_ANYONE, ROUTE_READ, 0, NULL, "found", search_get,
      "Series by words of titles, synopses, tags and creators" },
    { HTTP_GET, "/v1/browse", ROLE_ANYONE, ROUTE_READ, 0, NULL, "found", browse_get,
      "Series, newest or most liked first, of one genre or all" },
    { HTTP_GET, "/v1/genres", ROLE_ANYONE, ROUTE_READ, 0, NULL, "genres", genres_get,
      "The genres that published series have" },

    /* what this viewer did */
    { HTTP_GET, "/v1/me", ROLE_ANYONE, ROUTE_READ, 0, NULL, "viewer", me_get,
      "Who this session is" },
    { HTTP_GET, "/v1/continue", ROLE_ANYONE, ROUTE_READ, 0, NULL, "watching", continue_get,
      "Series in progress, the latest first" },
    { HTTP_GET, "/v1/likes", ROLE_ANYONE, ROUTE_READ, 0, NULL, "watching", likes_get,
      "Liked episodes" },
    { HTTP_GET, "/v1/saved", ROLE_ANYONE, ROUTE_READ, 0, NULL, "watching", saved_get,
      "Saved series" },
    { HTTP_POST, "/v1/episodes/:id/like", ROLE_ANYONE, ROUTE_WRITE, SMALL_BODY, "on", "like",
      episode_like_post, "Likes an episode or takes it back" },
    { HTTP_POST, "/v1/series/:id/save", ROLE_ANYONE, ROUTE_WRITE, SMALL_BODY, "on", "saved",
      series_save_post, "Keeps a series or lets it go" },
    { HTTP_POST, "/v1/progress", ROLE_ANYONE, ROUTE_WRITE, SMALL_BODY, "progress", NULL,
      progress_post, "Where the viewer is in an episode" },

    /* pages */
    { HTTP_GET, "/", ROLE_ANYONE, ROUTE_READ, 0, NULL, NULL, page_feed_get, "The feed" },
    { HTTP_GET, "/s/:id", ROLE_ANYONE, ROUTE_READ, 0, NULL, NULL, page_series_get, "A series" },
    { HTTP_GET, "/e/:id", ROLE_ANYONE, ROUTE_READ, 0, NULL, NULL, page_episode_get,
      "An episode inside its series" },
    { HTTP_GET, "/search", ROLE_ANYONE, ROUTE_READ, 0, NULL, NULL, page_search_get, "Search" },
    { HTTP_GET, "/me", ROLE_ANYONE, ROUTE_READ, 0, NULL, NULL, page_me_get, "My things" },
    { HTTP_GET, "/oembed", ROLE_ANYONE, ROUTE_READ, 0, NULL, "oembed", oembed_get,
      "oEmbed of a series' or an episode's address" },

    /* what the command line does: only over the control socket */
    { HTTP_POST, "/v1/local/publish", ROLE_LOCAL, ROUTE_WRITE, SMALL_BODY, "publish", "published",
      local_publish_post, "Publishes a package or a video from a folder of this machine" },
    { HTTP_POST, "/v1/local/edit", ROLE_LOCAL, ROUTE_WRITE, EDIT_BODY, "edits", "published",
      local_edit_post, "Changes fields of a series in its series.yaml" },
    { HTTP_POST, "/v1/local/export", ROLE_LOCAL, ROUTE_WRITE, SMALL_BODY, "export", NULL,
      local_export_post, "Writes a series' package to a folder of this machine" },
    { HTTP_GET, "/v1/local/series", ROLE_LOCAL, ROUTE_READ, 0, NULL, "series_list",
      local_series_get, "Every series, whatever its state" },
    { HTTP_POST, "/v1/local/series/:id/withdraw", ROLE_LOCAL, ROUTE_WRITE, SMALL_BODY, NULL, NULL,
      local_series_withdraw_post, "Takes a series away from viewers" },
    { HTTP_POST, "/v1/local/episodes/:id/withdraw", ROLE_LOCAL, ROUTE_WRITE, SMALL_BODY, NULL, NULL,
      local_episode_withdraw_post, "Takes an episode away from viewers" },
    { HTTP_GET, "/v1/local/jobs", ROLE_LOCAL, ROUTE_READ, 0, NULL, "jobs", local_jobs_get,
      "Jobs, the newest first" },
    { HTTP_GET, "/v1/local/jobs/:id", ROLE_LOCAL, ROUTE_READ, 0, NULL, "job", local_job_get,
      "One job" },
    { HTTP_POST, "/v1/local/jobs/:id/cancel", ROLE_LOCAL, ROUTE_WRITE, SMALL_BODY, NULL, NULL,
      local_job_cancel_post, "Cancels a job" },
    { HTTP_POST, "/v1/local/jobs/:id/retry", ROLE_LOCAL, ROUTE_WRITE, SMALL_BODY, NULL, NULL,
      local_job_retry_post, "Queues a failed or cancelled job again" },
    { HTTP_POST, "/v1/local/verify", ROLE_LOCAL, ROUTE_WRITE, SMALL_BODY, "verify", "findings",
      local_verify_post, "Checks every invariant of store and blobs" },
    { HTTP_POST, "/v1/local/backup", ROLE_LOCAL, ROUTE_WRITE, SMALL_BODY, "backup", "backed_up",
      local_backup_post, "Writes a backup to a folder of this machine" },
    { HTTP_POST, "/v1/local/recount", ROLE_LOCAL, ROUTE_WRITE, SMALL_BODY, NULL, "recounted",
      local_recount_post, "Sets every count to what the rows say" },
};

const size_t api_routes_n = sizeof api_routes / sizeof *api_routes;

/* Files at the top such as /icon.svg, else: nothing here. */
void api_not_found(struct request *r, struct reply *rp)
{
    asset_get(r, rp);
}
