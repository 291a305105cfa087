/*
 * Who asks: the viewer behind a request's session cookie. Without a valid one a new anonymous
 * session begins and the reply carries its cookie. No row is written for that.
 */
#ifndef DRAMALET_API_VIEWER_H
#define DRAMALET_API_VIEWER_H

#include <stdint.h>

#include "http/http.h"

/* The viewer's id, never 0; adds Set-Cookie to rp when the session is new or old enough to renew.
 * Any thread. */
int64_t viewer_of(const struct request *r, struct reply *rp);
/* 0 where the request has no valid session (and nothing is issued). */
int64_t viewer_known(const struct request *r);

#endif
