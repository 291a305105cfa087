/*
 * Series, their seasons, and the genres and hashtags they are found by. Rows are plain structs;
 * text that comes out is in the caller's arena. Functions that change take the connection of a
 * write function (tx_db); the cover's reference count moves with the row.
 */
#ifndef DRAMALET_STORE_SERIES_H
#define DRAMALET_STORE_SERIES_H

#include "store/state.h"
#include "store/store.h"

struct series_row {
    int64_t id;
    struct str slug; /* unique; "" is stored as the id's 13 characters in lower case */
    enum publish_state state;
    struct str title, language, synopsis, rating, creator;
    struct str detail; /* JSON object of the catalog module: cast, credits, content notes, ... */
    struct str cover_blob; /* 64 hex of a registered file blob, or empty */
    int64_t created_us, updated_us;
    int64_t published_us; /* first publication; 0: never */
    int64_t likes, saves; /* read only: kept by viewer.h */
};

/* ERR_CONFLICT: id or slug exists. state, published_us, likes and saves are not taken: a new
 * series is a draft. */
NODISCARD enum err store_series_insert(struct db *db, const struct series_row *s);
/* Slug, texts, detail, cover, updated_us; state, created_us and the counts stay. ERR_NOT_FOUND. */
NODISCARD enum err store_series_update(struct db *db, const struct series_row *s);
/* The first time it is published sets published_us to now_us. Bumps the catalogue version. */
NODISCARD enum err store_series_set_state(struct db *db, int64_t id, enum publish_state state,
                                          int64_t now_us);
/* With its episodes, cards, files and postings. ERR_CONFLICT once it was ever published. */
NODISCARD enum err store_series_delete(struct db *db, int64_t id, int64_t now_us);

NODISCARD enum err store_series_get(struct db *db, struct arena *a, int64_t id,
                                    struct series_row *ret);
NODISCARD enum err store_series_by_slug(struct db *db, struct arena *a, struct str slug,
                                        struct series_row *ret);

/* Every series, newest id first. Cursor: id only. */
NODISCARD enum err store_series_list(struct db *db, struct arena *a, struct store_cursor after,
                                     int limit, struct series_row **ret, size_t *ret_n);
/* Published ones, newest first. Cursor key: published_us. */
NODISCARD enum err store_series_list_new(struct db *db, struct arena *a, struct store_cursor after,
                                         int limit, struct series_row **ret, size_t *ret_n);
/* Published ones, most likes and saves first. Cursor key: likes + saves. */
NODISCARD enum err store_series_list_popular(struct db *db, struct arena *a,
                                             struct store_cursor after, int limit,
                                             struct series_row **ret, size_t *ret_n);

enum series_tag_kind { TAG_GENRE = 1, TAG_HASHTAG = 2 };

struct series_tag {
    enum series_tag_kind kind;
    struct str name; /* folded by the caller: compared byte for byte */
};

/* Replaces all tags of a series; the same tag twice is fine. */
NODISCARD enum err store_series_set_tags(struct db *db, int64_t series,
                                         const struct series_tag *tags, size_t n);
/* Published series with that tag, newest first. Cursor key: published_us. */
NODISCARD enum err store_series_list_tag(struct db *db, struct arena *a, struct series_tag tag,
                                         struct store_cursor after, int limit,
                                         struct series_row **ret, size_t *ret_n);
/* The same, most likes and saves first. Cursor key: likes + saves. */
NODISCARD enum err store_series_list_tag_popular(struct db *db, struct arena *a,
                                                 struct series_tag tag, struct store_cursor after,
                                                 int limit, struct series_row **ret, size_t *ret_n);

struct tag_count {
    struct str name;
    int64_t series; /* published ones */
};
/* Tags of a kind that published series carry, most used first. */
NODISCARD enum err store_series_tag_counts(struct db *db, struct arena *a,
                                           enum series_tag_kind kind, int limit,
                                           struct tag_count **ret, size_t *ret_n);

struct season_row {
    int64_t id, series;
    int64_t number; /* unique in its series, from 1 */
    struct str title;
};

/* ERR_CONFLICT: the number exists, or there is no such series. */
NODISCARD enum err store_season_insert(struct db *db, const struct season_row *s);
NODISCARD enum err store_season_update(struct db *db, const struct season_row *s); /* title */
/* By number. */
NODISCARD enum err store_season_list(struct db *db, struct arena *a, int64_t series,
                                     struct season_row **ret, size_t *ret_n);
NODISCARD enum err store_season_by_number(struct db *db, struct arena *a, int64_t series,
                                          int64_t number, struct season_row *ret);

/* Grows with each change of what is published or of how it is shown (states, cards, media), in
 * the same transaction: an index built at version v is current while this answers v. */
NODISCARD enum err store_catalog_version(struct db *db, int64_t *ret);

#endif
