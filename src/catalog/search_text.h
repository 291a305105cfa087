/*
 * Cuts text into what search compares: terms. Words in folded letters (case and accents gone);
 * Chinese, Japanese and Korean, which are written without spaces, as single characters and pairs
 * of neighbours, so that a word of two characters finds by its pair. Mixed scripts are cut where
 * the script changes. Published text and queries go through the same cutter. Pure, any thread.
 */
#ifndef DRAMALET_CATALOG_SEARCH_TEXT_H
#define DRAMALET_CATALOG_SEARCH_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum {
    SEARCH_WORD_MAX = 48,         /* bytes; a longer word is cut */
    SEARCH_TEXT_TERMS_MAX = 4000, /* of one series or episode; the rest is left out */
    SEARCH_QUERY_MAX = 200,       /* bytes of a query that are looked at */
    SEARCH_QUERY_TERMS_MAX = 12,
};

/* Where a word stood; the number is its weight in the ranking. */
enum search_weight {
    SEARCH_SYNOPSIS = 1,
    SEARCH_EPISODE = 4, /* an episode's title */
    SEARCH_TAG = 6,     /* genres, hashtags */
    SEARCH_CREATOR = 7, /* creator, cast */
    SEARCH_TITLE = 10,
};

struct search_term {
    struct str text;
    int weight; /* of the best place it stood in */
};

/* Zero-initialised is empty. Everything is in the arena that is passed in. */
struct search_terms {
    struct search_term *items; /* sorted by text after search_terms_finish */
    size_t n, cap;
};

void search_terms_add(struct arena *a, struct search_terms *t, struct str text, int weight);
/* Sorts, and keeps each term once with its greatest weight. */
void search_terms_finish(struct search_terms *t);

struct search_query {
    struct search_term items[SEARCH_QUERY_TERMS_MAX]; /* all must be found */
    size_t n;
    bool last_is_prefix; /* somebody is still typing the last word */
};

/* Long queries are cut, never refused. Borrowed from a. n 0: nothing to look for. */
void search_query_cut(struct arena *a, struct str query, struct search_query *ret);

/* The first text behind everything that begins with prefix, in byte order; for ranges. */
struct str search_prefix_end(struct arena *a, struct str prefix);

#endif
