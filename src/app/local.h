/*
 * How a command works on a data folder: when a server runs on it, the request goes through its
 * control socket; otherwise this process takes the folder, opens everything a server would (jobs
 * included, no listening sockets) and runs the same route handler on an in-memory request with
 * the rights of the control socket. One thread.
 */
#ifndef DRAMALET_APP_LOCAL_H
#define DRAMALET_APP_LOCAL_H

#include "app/app.h"

struct local {
    struct app app; /* open when is_in_process */
    bool is_in_process;
    struct http_config http; /* of the in-memory requests */
    void *worker;            /* their database connection */
    const char *socket_path; /* in the arena */
    const char *url, *token; /* a server elsewhere */
    struct arena arena;
};

struct local_request {
    const char *method;       /* NULL: GET, or POST when there is a body */
    const char *target;       /* "/v1/..." */
    const char *content_type; /* NULL: application/json */
    struct str body;
    int body_fd; /* instead of body when body_bytes > 0; for ROUTE_UPLOAD */
    int64_t body_bytes;
    void (*on_sent)(void *arg, int64_t sent_bytes); /* progress of an upload; may be NULL */
    void *arg;
};

struct local_reply {
    int status;
    struct str content_type, body; /* in the caller's arena */
};

/* By cfg->data. ERR_BUSY: somebody holds the folder, but nobody answers on its socket. */
NODISCARD enum err local_open(struct local *l, const struct config *cfg, struct diag *d);
/* A server elsewhere: url such as "https://drama.example", token may be NULL. */
NODISCARD enum err local_open_remote(struct local *l, const char *url, const char *token,
                                     struct diag *d);
void local_close(struct local *l);

/* OK: a reply below 400. An error reply becomes its enum err, with its detail in d. */
NODISCARD enum err local_call(struct local *l, const struct local_request *rq, struct arena *a,
                              struct local_reply *ret, struct diag *d);

#endif
