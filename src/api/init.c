/* Secrets and the feed index: made at start, kept current. See api.h. */
#include "api/api.h"
#include "store/episode.h"
#include "store/meta.h"
#include "store/series.h"

/* --- secrets: rows of the meta table, so that several servers on one database agree --- */

struct secret {
    struct rng *rng;
    struct str name;
    uint8_t bytes[HMAC_KEY_BYTES];
};

static enum err secret_apply(struct tx *tx, void *arg)
{
    struct secret *s = arg;
    struct arena a = { 0 };
    struct str stored;
    rng_fill(s->rng, s->bytes, sizeof s->bytes);
    enum err e = store_meta_put_if_absent(
        tx_db(tx), &a, s->name, str_sub((const char *)s->bytes, sizeof s->bytes), &stored);
    if (e == OK && stored.n != sizeof s->bytes)
        e = ERR_CORRUPT;
    if (e == OK)
        memcpy(s->bytes, stored.p, sizeof s->bytes);
    arena_done(&a);
    return e;
}

static enum err secret_load(struct api *a, struct str name, uint8_t ret[HMAC_KEY_BYTES])
{
    struct secret s = { .rng = a->rng, .name = name };
    enum err e = store_write(a->store, secret_apply, &s);
    if (e == OK)
        memcpy(ret, s.bytes, HMAC_KEY_BYTES);
    return e;
}

/* --- the feed index --- */

static enum err index_row(void *arg, const struct published_episode *e)
{
    return feed_index_add(arg, e->series, e->series_published_us, e->episode);
}

enum err api_refresh(struct api *a, struct db *db)
{
    int64_t version;
    enum err e = store_catalog_version(db, &version);
    if (e != OK)
        return e;
    struct feed_index *now = feed_slot_get(&a->feed);
    bool is_current = feed_index_version(now) == version;
    feed_index_unref(now);
    if (is_current)
        return OK;
    struct feed_index *x = feed_index_new(version);
    e = store_episode_each_published(db, index_row, x);
    feed_index_seal(x);
    if (e == OK)
        feed_slot_put(&a->feed, x);
    else
        feed_index_unref(x);
    return e;
}

enum err api_init(struct api *a, struct diag *d)
{
    struct db *db = NULL;
    feed_slot_init(&a->feed);
    if (a->media_valid_hours == 0)
        a->media_valid_hours = MEDIA_VALID_HOURS;
    uint8_t secret[HMAC_KEY_BYTES];
    enum err e = secret_load(a, STR("media_key"), secret);
    if (e == OK)
        media_key_init(&a->media_key, secret);
    if (e == OK)
        e = secret_load(a, STR("session_key"), a->session_key.b);
    if (e == OK)
        e = store_reader_open(a->store, &db);
    if (e == OK)
        e = api_refresh(a, db);
    db_close(db);
    return e == OK ? OK
                   : diag_fail(d, e, 0, 0, "The catalogue could not be read (%s).", err_name(e));
}

void api_done(struct api *a)
{
    feed_slot_done(&a->feed);
}
