/*
 * The fixed pool of readers: threads that run handlers as plain sequential C, each with its own
 * worker context (a database connection). The queue is intrusive and bounded: handing a request
 * over allocates nothing, and a full queue is the loop's to answer for.
 */
#ifndef DRAMALET_HTTP_READERS_H
#define DRAMALET_HTTP_READERS_H

#include "http/exchange.h"

struct readers;

/* Starts cfg->readers threads and waits until each has its worker context. ERR_IO: no thread, or
 * worker_new answered NULL. */
NODISCARD enum err readers_start(const struct http_config *cfg, struct readers **ret);
/* ERR_BUSY: full. Else the exchange is the readers' until its complete is called. Any thread. */
NODISCARD enum err readers_push(struct readers *rs, struct exchange *x);
size_t readers_depth(struct readers *rs);
/* Runs what is queued and joins; readers_push answers ERR_BUSY from now on. Takes NULL. */
void readers_stop(struct readers *rs);
void readers_free(struct readers *rs); /* after readers_stop; takes NULL */

#endif
