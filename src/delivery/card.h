/*
 * An episode's card: the part of a feed item that is the same for every viewer, with all that the
 * first frame needs, so that the first request for a video is its first segment: the media
 * playlists of one rendition and of the sound, and both init segments. Built when an episode's
 * media arrive or its texts change, stored, and copied into each feed reply (item.h).
 *
 * Reads the media folder's small files: worker threads only.
 */
#ifndef DRAMALET_DELIVERY_CARD_H
#define DRAMALET_DELIVERY_CARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "media/media_json.h"

enum {
    CARD_START_WIDTH = 540,        /* the inlined rendition is the widest up to this */
    CARD_PLAYLIST_MAX = 48 * 1024, /* bytes: 20 minutes of 2 s segments fit */
    CARD_INIT_MAX = 8 * 1024,
    CARD_SYNOPSIS_MAX = 600, /* bytes */
};

/* What the catalogue knows. All text is borrowed. */
struct card_texts {
    int64_t episode, series;
    int64_t season, number;
    struct str title, series_title, synopsis, language, rating, creator, ai_use;
    const struct str *genres;
    size_t n_genres;
    bool is_test_footage, is_synthetic_voice;
};

/*
 * dir: where the media folder lies; blob: its 64 hexadecimal digits. start: the rendition to
 * inline, empty for the usual one; one that does not exist gives the usual one. ret is a JSON
 * object in a that begins with {"blob":"<64 hex>". ERR_CORRUPT with d filled: the folder does not
 * hold what its media.json says. ERR_LIMIT: a playlist or init segment over its limit.
 */
NODISCARD enum err card_build(struct arena *a, const struct card_texts *t, const char *dir,
                              struct str blob, struct str start, struct str *ret, struct diag *d);

/* The same card with another rendition inlined; the card itself when it has that one already or the
 * folder has none of that name. Errors as card_build. */
NODISCARD enum err card_restart(struct arena *a, struct str card, const char *dir, struct str start,
                                struct str *ret, struct diag *d);

/* The folder's description, for whoever needs more than the card. */
NODISCARD enum err card_read_media(struct arena *a, const char *dir, struct media_info *ret,
                                   struct diag *d);

/* The 64 digits of a card's folder; empty: not a card. */
struct str card_blob(struct str card);

#endif
