/*
 * Episodes and their cards. A card is the part of a feed item that is the same for everybody,
 * built by delivery when an episode is published or its media change, and read by primary key.
 * Reference counts of the source and of the media folder move with the row.
 */
#ifndef DRAMALET_STORE_EPISODE_H
#define DRAMALET_STORE_EPISODE_H

#include "store/state.h"
#include "store/store.h"

enum episode_fit { FIT_FILL = 0, FIT_BLUR = 1, FIT_CROP = 2, FIT_KEEP = 3, FIT_AUTO = 4 };

struct episode_row {
    int64_t id, series, season;
    int64_t number;   /* unique in its season, from 1 */
    int64_t position; /* order within the series */
    struct str title, synopsis;
    enum publish_state state;
    int64_t publish_at_us; /* when it is or was scheduled for; 0: not */
    int64_t published_us;  /* first publication; 0: never */
    int64_t duration_us;
    struct str source_blob;   /* 64 hex of a file blob, or empty */
    enum episode_fit fit;     /* what the creator chose; FIT_AUTO: not yet */
    int64_t focus_x, focus_y; /* permille of the picture, for FIT_CROP */
    struct str media_folder;  /* 64 hex of a folder blob, or empty: nothing to play yet */
    bool is_ladder_complete;  /* false while only the first rendition is there */
    int64_t media_version;    /* grows with each store_episode_set_media */
    int64_t created_us, updated_us;
    int64_t likes; /* read only: kept by viewer.h */
};

/* ERR_CONFLICT: id or number exists, no such series or season, or a blob is not registered. A new
 * episode is a draft without media: state, published_us, media_*, is_ladder_complete and likes are
 * not taken. */
NODISCARD enum err store_episode_insert(struct db *db, const struct episode_row *e);
/* Season, number, position, texts, fit, focus, updated_us. ERR_NOT_FOUND. */
NODISCARD enum err store_episode_update(struct db *db, const struct episode_row *e);
/* A new source video. The media folder stays until another one is ready. hex empty: none. */
NODISCARD enum err store_episode_set_source(struct db *db, int64_t id, struct str hex,
                                            int64_t now_us);
/* publish_at_us is kept in every state (an episode in STATE_PROCESSING has to know it when its
 * media arrive) and makes one in STATE_SCHEDULED due; the first publication sets published_us to
 * now_us. Bumps the catalogue version when viewers can see the difference. */
NODISCARD enum err store_episode_set_state(struct db *db, int64_t id, enum publish_state state,
                                           int64_t publish_at_us, int64_t now_us);

struct episode_media {
    struct str folder; /* 64 hex of a registered folder blob */
    int64_t duration_us;
    bool is_ladder_complete;
};
/* Points the episode at another media folder; the old one loses a reference. The caller writes the
 * new card in the same transaction. Bumps the catalogue version. */
NODISCARD enum err store_episode_set_media(struct db *db, int64_t id, const struct episode_media *m,
                                           int64_t now_us);
/* ERR_CONFLICT once it was ever published. */
NODISCARD enum err store_episode_delete(struct db *db, int64_t id, int64_t now_us);

NODISCARD enum err store_episode_get(struct db *db, struct arena *a, int64_t id,
                                     struct episode_row *ret);
NODISCARD enum err store_episode_by_number(struct db *db, struct arena *a, int64_t season,
                                           int64_t number, struct episode_row *ret);
/* All episodes of a series, in order, whatever their state. Cursor key: position. */
NODISCARD enum err store_episode_list(struct db *db, struct arena *a, int64_t series,
                                      struct store_cursor after, int limit,
                                      struct episode_row **ret, size_t *ret_n);
/* Scheduled ones whose time has come, oldest first. */
NODISCARD enum err store_episode_due(struct db *db, struct arena *a, int64_t now_us, int limit,
                                     struct episode_row **ret, size_t *ret_n);

struct published_count {
    int64_t episodes, duration_us;
};
NODISCARD enum err store_episode_published_count(struct db *db, int64_t series,
                                                 struct published_count *ret);

struct published_episode {
    int64_t series, series_published_us;
    int64_t episode, position;
};
/*
 * Calls each(arg, row) for every published episode of every published series: series after
 * series (newest first), episodes in their order. Streams: memory does not grow with the number.
 * Stops at, and returns, the first error of each().
 */
NODISCARD enum err store_episode_each_published(
    struct db *db, enum err (*each)(void *arg, const struct published_episode *e), void *arg);

/* --- cards --- */
enum { CARD_GET_MAX = 16, CARD_TEXT_MAX = 64 * 1024 };

/* Bumps the catalogue version. ERR_NOT_FOUND: no such episode. ERR_LIMIT: over CARD_TEXT_MAX. */
NODISCARD enum err store_card_put(struct db *db, int64_t episode, struct str card);
NODISCARD enum err store_card_delete(struct db *db, int64_t episode); /* fine when there is none */

struct episode_card {
    int64_t episode;
    struct str card; /* empty: no such card */
    int64_t likes;
};
/* Up to CARD_GET_MAX cards in the order asked for; one without a card is left empty. */
NODISCARD enum err store_card_get_many(struct db *db, struct arena *a, const int64_t *episodes,
                                       size_t n, struct episode_card *ret);

#endif
