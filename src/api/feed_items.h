/*
 * Lists of feed items ({"items": [...], "next": cursor}), for the API and for the first payload
 * of a page. Reader threads only: they read the store through the request's connection.
 */
#ifndef DRAMALET_API_FEED_ITEMS_H
#define DRAMALET_API_FEED_ITEMS_H

#include <stddef.h>
#include <stdint.h>

#include "http/http.h"

/* The feed from a cursor on (empty: its beginning). ERR_INPUT: not a cursor of ours. */
NODISCARD enum err feed_items_add(struct request *r, struct buf *out, int64_t viewer,
                                  struct str cursor, size_t limit, struct diag *d);
/* One published episode as an item. ERR_NOT_FOUND, ERR_GONE (withdrawn). */
NODISCARD enum err episode_item_add(struct request *r, struct buf *out, int64_t viewer,
                                    int64_t episode);
/* Episodes of a series in order, from `from` on (0: where the viewer left off). */
NODISCARD enum err series_items_add(struct request *r, struct buf *out, int64_t viewer,
                                    int64_t series, int64_t from, size_t limit);

#endif
