/*
 * What every handler needs, and the route table. A handler parses, calls one or two modules and
 * renders; nothing else. request.app points to a struct api, request.worker to the reader's
 * struct db (NULL on the loop).
 */
#ifndef DRAMALET_API_API_H
#define DRAMALET_API_API_H

#include <stdbool.h>
#include <stddef.h>

#include "base/rand.h"
#include "delivery/feed_index.h"
#include "delivery/media_address.h"
#include "http/http.h"
#include "people/session.h"
#include "store/blob.h"
#include "store/store.h"
#include "sys/clock.h"

struct api {
    struct store *store;
    struct blobs *blobs;
    const struct clock *clock;
    struct rng *rng; /* thread-safe */
    const char *data_dir;
    const char *site_name;
    const char *public_url; /* "https://example.org", no slash at the end; NULL: from the request */
    const char *accel_redirect_prefix; /* "/protected/": nginx sends media; NULL: we do */
    bool is_tls;                       /* viewers reach us by https: __Host- cookies, Secure */
    int64_t media_valid_hours; /* that a signed address works at least; 0: MEDIA_VALID_HOURS */
    struct media_key media_key;
    struct session_key session_key;
    struct feed_slot feed;
    void (*jobs_changed)(
        void *arg); /* wakes the job runner after a write that queued work; may be NULL */
    void *jobs_changed_arg;
};

static inline struct api *api_of(const struct request *r)
{
    return r->app;
}

static inline struct db *db_of(const struct request *r)
{
    return r->worker;
}

/* The whole table, and what answers where no route matches. */
extern const struct route api_routes[];
extern const size_t api_routes_n;
void api_not_found(struct request *r, struct reply *rp);

/* Secrets from the store's meta table, made at the first start; the first feed index. */
NODISCARD enum err api_init(struct api *a, struct diag *d);
void api_done(struct api *a); /* takes one that api_init refused, too */
/* Loads the feed index again if the catalogue's version moved on. Called by app a few times a
 * second; its own connection. */
NODISCARD enum err api_refresh(struct api *a, struct db *db);

#endif
