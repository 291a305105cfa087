/*
 * Listening and connecting sockets: an address as people write it, made into a descriptor.
 */
#ifndef DRAMALET_HTTP_LISTEN_H
#define DRAMALET_HTTP_LISTEN_H

#include "base/err.h"

/* "127.0.0.1:8080", "[::1]:8080", "localhost:0", ":8080" (every address). A non-blocking
 * listening socket; d says what is wrong with the address or why it cannot be had. */
NODISCARD enum err listen_tcp(const char *address, int *ret_fd, struct diag *d);

/* A Unix socket at path, mode 0600; a stale one is removed (the caller holds the folder's lock). */
NODISCARD enum err listen_unix(const char *path, int *ret_fd, struct diag *d);

/* The TCP port of a listening socket, 0 for another kind. */
int listen_port(int fd);

#endif
