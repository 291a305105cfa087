/* A finished reply as libmicrohttpd's response. */
#ifndef DRAMALET_HTTP_SEND_H
#define DRAMALET_HTTP_SEND_H

#include <microhttpd.h>

#include "http/exchange.h"

/*
 * Takes what the reply owns (body, file); nothing is copied. Static and arena bodies must stay
 * until the response is destroyed. Any thread. Never NULL.
 */
struct MHD_Response *send_make_response(struct exchange *x, bool close_after);

#endif
