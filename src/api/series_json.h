/* A series with its seasons, episodes and the viewer's place in it, for the API and for pages.
 * Reader threads only. */
#ifndef DRAMALET_API_SERIES_JSON_H
#define DRAMALET_API_SERIES_JSON_H

#include <stdint.h>

#include "base/json.h"
#include "http/http.h"
#include "store/series.h"

/* The published series. ERR_NOT_FOUND; ERR_GONE: withdrawn. */
NODISCARD enum err series_visible(struct request *r, int64_t series, struct series_row *ret);
NODISCARD enum err series_add(struct request *r, struct json *j, int64_t viewer,
                              const struct series_row *s);

#endif
