/*
 * What viewers did: where they left off, what they like and keep. Counts per episode and series
 * change in the same transaction; verify compares them with the rows, store_counts_recount
 * repairs them. All times are UTC microseconds.
 */
#ifndef DRAMALET_STORE_VIEWER_H
#define DRAMALET_STORE_VIEWER_H

#include "store/state.h"
#include "store/store.h"

/* Makes the viewer's row at its first write; later moves seen_us on, once an hour at the most. */
NODISCARD enum err store_viewer_touch(struct db *db, int64_t viewer, int64_t now_us);

/* Where a viewer is in a series: the episode that was played last. */
struct resume_row {
    int64_t series, episode;
    int64_t position_us;
    bool is_done; /* that episode was seen to its end */
    int64_t updated_us;
};

/* Keeps the position in the episode and makes it where the series goes on. Older news (updated_us
 * before what is stored) changes nothing. ERR_NOT_FOUND: no such published episode. Touches the
 * viewer. */
NODISCARD enum err store_progress_put(struct db *db, int64_t viewer, int64_t episode,
                                      int64_t position_us, bool is_done, int64_t now_us);
/* All of a viewer's, ordered by series: one range scan. At most max of them. */
NODISCARD enum err store_resume_by_viewer(struct db *db, struct arena *a, int64_t viewer, int max,
                                          struct resume_row **ret, size_t *ret_n);
/* ERR_NOT_FOUND: never watched. */
NODISCARD enum err store_resume_get(struct db *db, int64_t viewer, int64_t series,
                                    struct resume_row *ret);
/* The latest first, of published series only. Cursor: key updated_us, id series. */
NODISCARD enum err store_resume_latest(struct db *db, struct arena *a, int64_t viewer,
                                       struct store_cursor after, int limit,
                                       struct resume_row **ret, size_t *ret_n);

struct watch_row {
    int64_t episode, position_us;
    bool is_done;
    int64_t updated_us;
};
/* What a viewer has watched of one series, by episode id. */
NODISCARD enum err store_watch_by_series(struct db *db, struct arena *a, int64_t viewer,
                                         int64_t series, struct watch_row **ret, size_t *ret_n);

/* For a page of the feed: flags of up to CARD_GET_MAX (episode.h) pairs of episode and series. */
struct viewer_flags {
    int64_t episode, series; /* in */
    bool is_liked, is_saved; /* out */
    bool is_watched;         /* out: seen to its end, ever */
    int64_t position_us;     /* out: in this episode, 0 when never */
};
NODISCARD enum err store_viewer_flags(struct db *db, int64_t viewer, struct viewer_flags *f,
                                      size_t n);

/* Sets or takes back; the same twice changes nothing. ret_likes: the episode's count afterwards.
 * ERR_NOT_FOUND: there is none, or it is not published and would be marked. Touches the viewer. */
NODISCARD enum err store_like_set(struct db *db, int64_t viewer, int64_t episode, bool is_on,
                                  int64_t now_us, int64_t *ret_likes);
NODISCARD enum err store_save_set(struct db *db, int64_t viewer, int64_t series, bool is_on,
                                  int64_t now_us);

struct mark_row {
    int64_t episode; /* 0 in the list of saved series */
    int64_t series;
    int64_t created_us;
};
/* Newest first, of what is published. Cursor: key created_us, id episode or series. */
NODISCARD enum err store_like_list(struct db *db, struct arena *a, int64_t viewer,
                                   struct store_cursor after, int limit, struct mark_row **ret,
                                   size_t *ret_n);
NODISCARD enum err store_save_list(struct db *db, struct arena *a, int64_t viewer,
                                   struct store_cursor after, int limit, struct mark_row **ret,
                                   size_t *ret_n);

/* Everything this viewer left behind, counts included. */
NODISCARD enum err store_viewer_forget(struct db *db, int64_t viewer);
/* Sets every count to what the rows say. ret_changed: how many were wrong. */
NODISCARD enum err store_counts_recount(struct db *db, int64_t *ret_changed);

#endif
