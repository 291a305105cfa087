/*
 * How a handler ends in a write: the function goes to the store's writer, the reply leaves after
 * the commit, and no worker waits.
 */
#ifndef DRAMALET_API_WRITE_H
#define DRAMALET_API_WRITE_H

#include "http/http.h"
#include "store/store.h"

/* Fills rp from what fn left in arg; on the writer's thread, after the commit: short, no SQL. */
typedef void api_render_fn(struct request *r, struct reply *rp, void *arg);

/* arg lives in r's arena. render NULL: 204. An error becomes a problem reply. */
void api_write(struct request *r, struct reply *rp, store_write_fn *fn, api_render_fn *render,
               void *arg);

#endif
