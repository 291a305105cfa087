/*
 * Who is at the other end: the client's address as a keyed hash, and whether a proxy that we
 * trust speaks for it. Addresses are never stored: the key is random at start and differs by day,
 * so a hash says "the same client, today" and nothing else.
 */
#ifndef DRAMALET_HTTP_PEER_H
#define DRAMALET_HTTP_PEER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/str.h"

enum { PEER_PROXIES_MAX = 16, PEER_KEY_BYTES = 16 };

struct peer_net {
    struct in6_addr address; /* IPv4 as ::ffff:a.b.c.d */
    unsigned bits;
};

struct peer_rules {
    struct peer_net nets[PEER_PROXIES_MAX];
    size_t n;
    uint8_t key[PEER_KEY_BYTES];
};

/* list: "127.0.0.1, ::1, 10.0.0.0/8, unix" with commas, NULL or empty: nobody. ERR_INPUT with d. */
NODISCARD enum err peer_rules_parse(const char *list, struct peer_rules *ret, struct diag *d);

/* Any socket address as IPv6; a Unix socket's peer is all zeros. */
struct in6_addr peer_address(const struct sockaddr *sa);
bool peer_is_trusted(const struct peer_rules *rules, const struct in6_addr *a);

/* The last address of X-Forwarded-For that is not itself a trusted proxy; false: none is valid. */
bool peer_forwarded(const struct peer_rules *rules, struct str header, struct in6_addr *ret);

uint64_t peer_hash(const struct peer_rules *rules, const struct in6_addr *a, int64_t now_us);

#endif
