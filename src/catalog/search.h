/*
 * Full-text search over what is published: cuts the query (search_text.h) and asks the store's
 * postings for the series that have all its terms. Reader threads.
 */
#ifndef DRAMALET_CATALOG_SEARCH_H
#define DRAMALET_CATALOG_SEARCH_H

#include "store/search.h"

/* Best first; a query without a word finds nothing. after: zero, or score and series of the last
 * hit of the page before. */
NODISCARD enum err catalog_search(struct db *db, struct arena *a, struct str query,
                                  struct store_cursor after, int limit, struct search_hit **ret,
                                  size_t *ret_n);

#endif
