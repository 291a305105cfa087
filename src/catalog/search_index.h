/*
 * What a series can be found by: its postings, made anew from its rows. Only what viewers may see
 * is in there: a series that is not published has none, and of its episodes only the published
 * ones count. Inside a write transaction.
 */
#ifndef DRAMALET_CATALOG_SEARCH_INDEX_H
#define DRAMALET_CATALOG_SEARCH_INDEX_H

#include "base/arena.h"
#include "store/store.h"

/* ERR_NOT_FOUND: no such series. */
NODISCARD enum err search_index_series(struct tx *tx, struct arena *a, int64_t series);

/* A genre or hashtag as it is stored and looked up: folded, single spaces, no # in front. In a. */
struct str search_tag(struct arena *a, struct str name);

#endif
