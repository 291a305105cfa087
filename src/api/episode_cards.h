/*
 * Cards (delivery/card.h) put together from what the catalogue and a media folder say, inside the
 * transaction that changes either. Runs on the writer's thread: it reads a few small files.
 */
#ifndef DRAMALET_API_EPISODE_CARDS_H
#define DRAMALET_API_EPISODE_CARDS_H

#include <stdint.h>

#include "store/blob.h"

/* Makes the card of an episode anew; one without media loses its card. ERR_NOT_FOUND. */
NODISCARD enum err episode_card_write(struct db *db, const struct blobs *blobs, int64_t episode);
/* All cards of a series, after its texts changed. */
NODISCARD enum err series_cards_write(struct db *db, const struct blobs *blobs, int64_t series);

#endif
