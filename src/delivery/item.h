/*
 * A feed item as JSON: the episode's card (the same for everybody, built once when its media
 * arrives, see card.h) followed by what belongs to this viewer and this moment. Pure, any thread.
 */
#ifndef DRAMALET_DELIVERY_ITEM_H
#define DRAMALET_DELIVERY_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "delivery/media_address.h"

struct item {
    struct str card; /* as card_build made it */
    int64_t likes;
    int64_t next; /* id of the series' next episode, 0: none */
    int64_t position_us;
    int64_t episodes; /* published in the series now */
    bool is_liked, is_saved, is_watched;
};

/* How a reply signs: with this key, now, for at least so long. */
struct item_signing {
    const struct media_key *key;
    int64_t now_us, valid_hours;
};

/* Appends the whole object. */
void item_add(struct buf *out, const struct item_signing *sign, const struct item *it);

#endif
