/*
 * One request with its reply, from the first header byte to the last byte sent: what the socket
 * side (server.c) and the in-memory side (memory.c) have in common. The reply is completed once,
 * by whichever of handler and pending finisher is last; `render` and then `complete` run on that
 * thread. They are apart so that a reader can render a batch of replies and then let go of all of
 * them at once: waking the loop for each would cost more than most handlers.
 */
#ifndef DRAMALET_HTTP_EXCHANGE_H
#define DRAMALET_HTTP_EXCHANGE_H

#include <stdatomic.h>

#include "http/server.h"

struct http_pending {
    atomic_int parts; /* 2 after take: the handler's return and the finish */
    bool is_taken;
};

struct exchange {
    struct request r;
    struct reply rp;
    struct arena arena;
    struct http_pending pending;
    const struct exchange_ops *ops;
    struct exchange *next; /* in the readers' queue */
};

struct exchange_ops {
    void (*render)(struct exchange *x);   /* the reply is final: make it ready to leave */
    void (*complete)(struct exchange *x); /* lets it go; the exchange may be gone on return */
};

void exchange_init(struct exchange *x, const struct exchange_ops *ops);
/* Frees what the request and the reply own, the arena too. */
void exchange_done(struct exchange *x);

/* The path and the query of a request target ("/a?b", "http://host/a?b"), kept by the caller. */
void exchange_set_target(struct exchange *x, struct str target);

/*
 * Finds the route and decodes its parameters. False: rp is the answer already (404, 405 with
 * Allow, 400, 204 to OPTIONS, 501). method: as sent.
 */
bool exchange_route(struct exchange *x, const struct http_config *cfg, const char *method);

/* Authorises and runs the handler on this thread. True: it took a pending reply, and this side
 * must call exchange_release once the reply may complete. False: rp is complete. */
bool exchange_run(struct exchange *x, const struct http_config *cfg, void *worker);
/* One part is done; the last one renders and completes. */
void exchange_release(struct exchange *x);

/* Turns a finished reply of status 200 into what the conditional and range headers ask for. */
void exchange_apply_conditions(struct exchange *x);

#endif
