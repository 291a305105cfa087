/*
 * What happens by the clock: the feed index follows the catalogue (4 times a second; the check is
 * one row), scheduled episodes come out (each second), unreferenced blobs go (each hour). One
 * thread of its own.
 */
#ifndef DRAMALET_APP_TICKER_H
#define DRAMALET_APP_TICKER_H

#include "api/api.h"
#include "sys/log.h"

struct ticker;

/* a and lg are borrowed until ticker_stop. */
NODISCARD enum err ticker_start(struct api *a, const struct log *lg, struct ticker **ret);
void ticker_stop(struct ticker *t); /* joins; takes NULL */

#endif
