/*
 * How an episode gets to its viewers, and away from them: media arrive, the hour of a scheduled
 * one comes, somebody withdraws it. A series is published from its first published episode on,
 * and withdrawn with its last. All of it inside a write function: composed by the caller with what
 * else has to happen in the same transaction (the card, the end of the job). May run twice.
 */
#ifndef DRAMALET_CATALOG_RELEASE_H
#define DRAMALET_CATALOG_RELEASE_H

#include "base/arena.h"
#include "store/episode.h"
#include "store/store.h"

/*
 * The media of an episode are in place (store_episode_set_media and its card, before, in this
 * transaction): publishes it when nothing else holds it back. The same again for better media.
 * ERR_NOT_FOUND: no such episode.
 */
NODISCARD enum err catalog_media_arrived(struct tx *tx, int64_t episode);

/* Publishes scheduled episodes whose time has come, at most limit of them; their ids are in a. */
NODISCARD enum err catalog_due(struct tx *tx, struct arena *a, int limit, int64_t **ret_episodes,
                               size_t *ret_n);

/* Takes an episode, or a whole series, away from viewers. It is kept, and publishing the package
 * again brings it back. Fine when it is withdrawn already; ERR_NOT_FOUND. */
NODISCARD enum err catalog_withdraw_episode(struct tx *tx, struct arena *a, int64_t episode);
NODISCARD enum err catalog_withdraw_series(struct tx *tx, struct arena *a, int64_t series);

/* Puts an episode into a state the table of state.h allows (ERR_CONFLICT otherwise). The series is
 * settled by the caller, once, after all its episodes. */
NODISCARD enum err catalog_set_state(struct tx *tx, const struct episode_row *e,
                                     enum publish_state to, int64_t publish_at_us);
/* The series' own state and what it is found by, after its episodes or texts changed. */
NODISCARD enum err catalog_settle_series(struct tx *tx, struct arena *a, int64_t series);

#endif
