/* Path and query parameters as values, with a sentence for whoever sent a wrong one. Any thread. */
#ifndef DRAMALET_API_PARAMS_H
#define DRAMALET_API_PARAMS_H

#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "http/http.h"

/* The route's nth :name as an id. ERR_INPUT with d filled. */
NODISCARD enum err param_id(const struct request *r, size_t nth, int64_t *ret, struct diag *d);
/* ?limit=, 1..max; absent: if_absent. */
NODISCARD enum err param_limit(const struct request *r, size_t max, size_t if_absent, size_t *ret,
                               struct diag *d);

#endif
