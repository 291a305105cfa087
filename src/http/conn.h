/*
 * The open connections of one server and their deadlines. libmicrohttpd's own timeout counts from
 * the last byte, so a client that sends one byte a second is never late; here every phase has an
 * absolute deadline, and a sweeper thread shuts down the sockets that miss theirs. The loop then
 * sees the end of the connection and cleans up.
 */
#ifndef DRAMALET_HTTP_CONN_H
#define DRAMALET_HTTP_CONN_H

#include <netinet/in.h>
#include <stdatomic.h>

#include "http/server.h"
#include "http/peer.h"

enum conn_phase { CONN_HEADER, CONN_BODY, CONN_WORKING, CONN_SENDING, CONN_IDLE };

struct conn {
    struct conn *older, *newer; /* under conns.lock */
    int fd;
    bool is_proxy;           /* a trusted one */
    struct in6_addr address; /* as long as the connection lives, for its hash; never stored */
    uint64_t hash;
    int64_t hash_day;
    atomic_int phase;         /* set by the loop, read by the sweeper */
    atomic_llong deadline_us; /* monotonic; 0: none */
    uint64_t acked_bytes;     /* the sweeper's */
};

struct conns;

struct conns *conns_new(const struct http_deadlines *deadlines);
void conns_free(struct conns *cs); /* stops the sweeper; no connection is left; takes NULL */
NODISCARD enum err conns_start(struct conns *cs); /* the sweeper */

/* Called by the loop. The socket stays open until conn_close has returned. */
struct conn *conn_open(struct conns *cs, int fd, const struct sockaddr *peer,
                       const struct peer_rules *rules);
void conn_close(struct conns *cs, struct conn *c);
/* Enters a phase and sets its deadline. */
void conn_enter(struct conns *cs, struct conn *c, enum conn_phase phase);
/* The first line of a request has come: its header has header_us from now, idle's end at most. */
void conn_request_begins(struct conns *cs, struct conn *c);

/* Graceful stop: connections without a request are shut down from now on, by the sweeper. */
void conns_drain(struct conns *cs);
void conns_shutdown_all(struct conns *cs);
size_t conns_count(struct conns *cs);
uint64_t conns_total(struct conns *cs);
uint64_t conns_deadline_closed(struct conns *cs);
int64_t conns_mono_us(void); /* coarse monotonic clock: 4 ms is exact enough, and cheap */

#endif
