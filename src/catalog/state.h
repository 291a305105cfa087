/*
 * Which state of an episode may follow which, and the state that follows from what is known about
 * it. One table; nothing else decides. The names are what the API says. Pure, any thread.
 *
 *   draft       only its creator sees it; nothing to play yet
 *   processing  a video is on its way through the media jobs
 *   ready       playable; its creator has not released it
 *   scheduled   playable, released at publish_at
 *   published   everybody may watch
 *   withdrawn   was there, is not any more; kept
 */
#ifndef DRAMALET_CATALOG_STATE_H
#define DRAMALET_CATALOG_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "store/state.h"

const char *catalog_state_name(enum publish_state s); /* "unknown" outside the enum */
NODISCARD enum err catalog_state_parse(struct str name, enum publish_state *ret);

/* May it go from one to the other? Staying is always allowed. */
bool catalog_state_allows(enum publish_state from, enum publish_state to);

struct episode_facts {
    bool has_media;        /* its first playable rendition is in place */
    bool is_draft;         /* its creator says draft */
    bool is_withdrawn;     /* gone from the package, or taken back */
    int64_t publish_at_us; /* 0: at once */
};

/*
 * Where an episode that is now in `from` belongs. What was published stays so (a later publish_at
 * changes nothing) until it is withdrawn; a draft made of it is a withdrawal, as viewers have it
 * in their histories.
 */
enum publish_state catalog_state_next(enum publish_state from, const struct episode_facts *f,
                                      int64_t now_us);

#endif
