/*
 * Rows of lists (continue watching, likes, saved, search, browse) drawn from episodes' cards:
 * the poster's signed address, its preview, the titles. Reader threads only.
 */
#ifndef DRAMALET_API_CARDS_H
#define DRAMALET_API_CARDS_H

#include <stdint.h>

#include "base/json.h"
#include "http/http.h"
#include "store/series.h"

/* What lists show of an episode; text is in the request's arena. */
struct card_facts {
    struct str title, series_title, preview, blob;
    int64_t season, number, duration_us;
};
/* ERR_NOT_FOUND: no card (nothing to play yet). */
NODISCARD enum err card_facts_get(struct request *r, int64_t episode, struct card_facts *ret);

/* Is it published, in a published series? What is not must not be shown: the address of a poster
 * opens the whole media folder. */
bool episode_is_out(const struct request *r, int64_t series, int64_t episode);

/* The first published episode of a series, 0: none. ret_n: how many there are. */
int64_t series_first_episode(const struct request *r, int64_t series, size_t *ret_n);

/* Signed address of a file in a media folder. */
struct str media_file_address(const struct request *r, struct str blob, const char *file);

/* Appends one row of "continue watching", likes or saved. episode 0: the series' first. A row
 * whose episode is no longer there is left out. */
NODISCARD enum err watching_add(struct request *r, struct json *j, int64_t episode, int64_t series,
                                int64_t position_us, int64_t updated_us);

/* Appends one row of search or browse. matched "" and episode 0: left out. */
NODISCARD enum err found_add(struct request *r, struct json *j, const struct series_row *s,
                             const char *matched, int64_t episode);

/* The member "cover": an address, or null. */
void cover_add(struct request *r, struct json *j, const struct series_row *s);
/* The members of a series' detail object that the client knows, as "key":value, each after a comma.
 */
void detail_members_add(struct request *r, struct json *j, const struct series_row *s);

#endif
