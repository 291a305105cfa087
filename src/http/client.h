/*
 * Outgoing HTTP, the only user of libcurl: commands speak to a server's control socket or address
 * with it. Blocking; any thread. No redirects are followed, nothing is read from the environment.
 */
#ifndef DRAMALET_HTTP_CLIENT_H
#define DRAMALET_HTTP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { CLIENT_REPLY_MAX = 64 * 1024 * 1024 };

struct client_request {
    const char *method;      /* NULL: GET, or POST when there is a body */
    const char *url;         /* absolute; the host counts for nothing with a socket_path */
    const char *socket_path; /* Unix socket to go through; NULL: by the URL */
    const char *content_type;
    const char *token; /* sent as "Authorization: Bearer"; NULL: none */
    struct str body;
    int body_fd; /* streamed from here instead of body when body_bytes > 0 */
    int64_t body_bytes;
    int64_t timeout_us; /* for the whole; 0: none but 10 s to connect */
    /* The reply's body goes here piece by piece instead of into the arena; false stops. */
    bool (*on_body)(void *arg, const void *p, size_t n);
    /* Bytes of the body sent so far, for progress; NULL: not asked for. */
    void (*on_sent)(void *arg, int64_t sent_bytes);
    void *arg;
};

struct client_reply {
    int status;
    struct str content_type;
    struct str body; /* in the arena; CLIENT_REPLY_MAX at most */
};

/*
 * OK: there is a reply, whatever its status. ERR_NOT_FOUND: nobody listens there. ERR_TIMEOUT.
 * ERR_LIMIT: the reply is too long. ERR_CANCELLED: on_body said stop. ERR_INPUT: not a URL. ERR_IO:
 * anything else; d says in words.
 */
NODISCARD enum err client_call(const struct client_request *rq, struct arena *a,
                               struct client_reply *ret, struct diag *d);

/* The error that a problem reply stands for, with its detail in d; OK below 400. */
NODISCARD enum err client_error(const struct client_reply *rp, struct arena *a, struct diag *d);

#endif
