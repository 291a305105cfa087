/*
 * The words that several tables share: where a series or an episode is on its way to viewers,
 * where the last page of a list ended, and an amount of rows. The numbers are stored; never
 * reuse one.
 */
#ifndef DRAMALET_STORE_STATE_H
#define DRAMALET_STORE_STATE_H

#include <stdint.h>

/* Series use draft, published and withdrawn; episodes all of them. */
enum publish_state {
    STATE_DRAFT = 0,
    STATE_PROCESSING = 1, /* a job is making its media folder */
    STATE_READY = 2,      /* could be published */
    STATE_SCHEDULED = 3,  /* will be, at publish_at_us */
    STATE_PUBLISHED = 4,
    STATE_WITHDRAWN = 5, /* was published; its address answers "gone" */
    STATE_COUNT
};

/* Sort key and id of the last row of the page before; zero: from the start. Each list says what
 * its key is. */
struct store_cursor {
    int64_t key, id;
};

enum {
    STORE_LIST_MAX = 1000,      /* rows of one page at the most: ERR_LIMIT above it */
    STORE_TEXT_MAX = 256 * 1024 /* bytes of one text value */
};

#endif
