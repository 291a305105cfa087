/*
 * Full-text search over postings of our own, the same on both databases. The catalog module cuts
 * text into terms (words, CJK single characters and pairs) and gives weights; a query is a set of
 * terms that a series must all have, wherever: in its title, a tag, one of its episodes.
 * Only what viewers may find has postings.
 */
#ifndef DRAMALET_STORE_SEARCH_H
#define DRAMALET_STORE_SEARCH_H

#include "store/state.h"
#include "store/store.h"

/* Where a term was found, the closest to the series first. Stored. */
enum posting_kind {
    POSTING_TITLE = 1,
    POSTING_TAG = 2,
    POSTING_CREATOR = 3,
    POSTING_SYNOPSIS = 4,
    POSTING_EPISODE = 5 /* an episode's title or synopsis; target: the episode */
};

enum { SEARCH_TERMS_MAX = 12, SEARCH_TERM_BYTES_MAX = 64 };

struct posting {
    struct str term; /* at most SEARCH_TERM_BYTES_MAX */
    enum posting_kind kind;
    int64_t target; /* the episode for POSTING_EPISODE, else the series */
    int64_t weight; /* > 0 */
};

/* Replaces all postings of a series; n 0: it can no longer be found. Of the same term, kind and
 * target the heaviest counts. */
NODISCARD enum err store_search_replace(struct db *db, int64_t series, const struct posting *p,
                                        size_t n);

/* Whole terms, and the range of terms that one more word may be (none when first is empty): what
 * begins with a word somebody is still typing. A whole term inside the range would count for both
 * and find nothing: leave the range out then. */
struct posting_terms {
    const struct str *p;
    size_t n;
    struct str first, last; /* first <= term < last, byte order */
};

struct search_hit {
    int64_t series;
    enum posting_kind kind; /* of the term that is found farthest from the series: its best place */
    int64_t episode;        /* when kind is POSTING_EPISODE: the one that matches most; else 0 */
    int64_t score;          /* sum over the terms of the heaviest posting of each */
};
/* Series that have all terms (each one once; 1..SEARCH_TERMS_MAX of them, the range counted,
 * ERR_LIMIT otherwise), best first. Cursor: key score, id series. */
NODISCARD enum err store_search(struct db *db, struct arena *a, struct posting_terms terms,
                                struct store_cursor after, int limit, struct search_hit **ret,
                                size_t *ret_n);

#endif
