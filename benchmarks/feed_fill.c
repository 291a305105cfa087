/*
 * Fills a data folder for the benchmarks: many series, each with many episodes that all play the
 * one video published there, and viewers who are somewhere in some of them. Goes through the
 * store's own typed functions and delivery's own cards, so what is measured is what would be there.
 *
 *   bench-feed-fill DATA SERIES EPISODES VIEWERS COOKIE_FILE
 *
 * No server may run on DATA. Repeatable: the random source is seeded. The cards of an episode
 * number differ in two ids and the series' number only, so each is built once and then patched.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "delivery/card.h"
#include "people/session.h"
#include "store/blob.h"
#include "store/episode.h"
#include "store/meta.h"
#include "store/series.h"
#include "store/viewer.h"

enum {
    EPISODES_MAX = 200,
    VIEWERS_A_WRITE = 50,
    WATCHED_MAX = 20,
    TITLE_DIGITS = 6,
};

static const char title_start[] = "Bench series ";

/* A card with the places that differ from series to series. */
struct card_template {
    struct str card;
    size_t episode_at, series_at, title_at;
};

struct fill {
    struct store *store;
    struct clock clock;
    struct rng system_rng, rng;
    struct arena arena;
    struct episode_row source; /* of the published video */
    struct card_template *cards;
    int64_t n_series, n_episodes, n_viewers;
    int64_t *series_ids;  /* n_series */
    int64_t *episode_ids; /* n_series x n_episodes */
    int64_t at;           /* which series, or which first viewer, is being written */
};

static size_t find_behind(struct str text, const char *key)
{
    char *p = memmem(text.p, text.n, key, strlen(key));
    if (!p) {
        fprintf(stderr, "bench-feed-fill: a card without %s\n", key);
        exit(1);
    }
    return (size_t)(p - text.p) + strlen(key);
}

static enum err source_find(struct fill *f, struct db *db)
{
    struct series_row *series;
    struct episode_row *episodes;
    size_t n;
    struct store_cursor start = { 0 };
    enum err e = store_series_list_new(db, &f->arena, start, 1, &series, &n);
    if (e == OK && n == 0)
        e = ERR_NOT_FOUND;
    if (e == OK)
        e = store_episode_list(db, &f->arena, series[0].id, start, 1, &episodes, &n);
    if (e == OK && (n == 0 || episodes[0].media_folder.n == 0))
        e = ERR_NOT_FOUND;
    if (e == OK)
        f->source = episodes[0];
    return e;
}

static enum err template_build(struct fill *f, const char *dir, int64_t number,
                               struct card_template *ret)
{
    static const struct str genres[] = { { "mystery", 7 }, { "slice of life", 13 } };
    struct diag d = { 0 };
    struct card_texts t = {
        .episode = 1,
        .series = 1,
        .season = 1,
        .number = number,
        .title = arena_printf(&f->arena, "Episode %d", (int)number),
        .series_title = arena_printf(&f->arena, "%s%0*d", title_start, TITLE_DIGITS, 0),
        .synopsis = STR("One of many series that exist so that the feed has something to choose "
                        "from, with a synopsis about as long as people write them."),
        .language = STR("en"),
        .rating = STR("all"),
        .creator = STR("Bench"),
        .genres = genres,
        .n_genres = 2,
        .is_test_footage = true,
    };
    enum err e =
        card_build(&f->arena, &t, dir, f->source.media_folder, (struct str){ 0 }, &ret->card, &d);
    if (e != OK) {
        fprintf(stderr, "bench-feed-fill: %s\n", d.msg);
        return e;
    }
    ret->episode_at = find_behind(ret->card, "\"episode\":\"");
    ret->series_at = find_behind(ret->card, "\"series\":\"");
    ret->title_at = find_behind(ret->card, title_start);
    return OK;
}

static enum err templates_build(struct fill *f, const char *data)
{
    struct blobs *blobs;
    enum err e = blobs_open(data, &f->clock, &blobs);
    if (e != OK)
        return e;
    struct str hex = arena_str(&f->arena, f->source.media_folder);
    const char *dir = blob_path(&f->arena, blobs, hex.p, (struct str){ 0 });
    f->cards = ARENA_ARRAY(&f->arena, struct card_template, (size_t)f->n_episodes);
    for (int64_t i = 0; i < f->n_episodes && e == OK; i++)
        e = template_build(f, dir, i + 1, &f->cards[i]);
    blobs_close(blobs);
    return e;
}

static enum err card_write(struct fill *f, struct db *db, const struct card_template *t,
                           int64_t series, int64_t episode)
{
    struct arena a = { 0 };
    char *copy = arena_cstr(&a, t->card);
    char id[ID_TEXT_LEN + 1], digits[16];
    id_format(episode, id);
    memcpy(copy + t->episode_at, id, ID_TEXT_LEN);
    id_format(series, id);
    memcpy(copy + t->series_at, id, ID_TEXT_LEN);
    snprintf(digits, sizeof digits, "%0*d", TITLE_DIGITS, (int)f->at);
    memcpy(copy + t->title_at, digits, TITLE_DIGITS);
    enum err e = store_card_put(db, episode, (struct str){ copy, t->card.n });
    arena_done(&a);
    return e;
}

static enum err episode_write(struct fill *f, struct tx *tx, int64_t series, int64_t season,
                              int64_t index)
{
    struct db *db = tx_db(tx);
    int64_t now_us = tx_now_us(tx), id = tx_new_id(tx);
    char title[48];
    struct str title_text = { title, (size_t)snprintf(title, sizeof title, "Episode %d",
                                                      (int)(index % EPISODES_MAX) + 1) };
    struct episode_row row = { .id = id,
                               .series = series,
                               .season = season,
                               .number = index + 1,
                               .position = index + 1,
                               .title = title_text,
                               .duration_us = f->source.duration_us,
                               .source_blob = f->source.source_blob,
                               .created_us = now_us,
                               .updated_us = now_us };
    struct episode_media media = { f->source.media_folder, f->source.duration_us, true };
    enum err e = store_episode_insert(db, &row);
    if (e == OK)
        e = store_episode_set_media(db, id, &media, now_us);
    if (e == OK)
        e = card_write(f, db, &f->cards[index], series, id);
    if (e == OK)
        e = store_episode_set_state(db, id, STATE_PUBLISHED, 0, now_us);
    if (e == OK)
        f->episode_ids[f->at * f->n_episodes + index] = id;
    return e;
}

static enum err series_write(struct tx *tx, void *arg)
{
    struct fill *f = arg;
    struct db *db = tx_db(tx);
    int64_t now_us = tx_now_us(tx), id = tx_new_id(tx), season = tx_new_id(tx);
    char title[64];
    size_t n =
        (size_t)snprintf(title, sizeof title, "%s%0*d", title_start, TITLE_DIGITS, (int)f->at);
    struct series_row row = { .id = id,
                              .title = { title, n },
                              .language = STR("en"),
                              .synopsis = STR("A series of the benchmark."),
                              .rating = STR("all"),
                              .detail = STR("{}"),
                              .created_us = now_us,
                              .updated_us = now_us };
    struct series_tag tags[] = { { TAG_GENRE, STR("mystery") }, { TAG_HASHTAG, STR("bench") } };
    enum err e = store_series_insert(db, &row);
    if (e == OK)
        e = store_series_set_tags(db, id, tags, 2);
    if (e == OK)
        e = store_season_insert(db,
                                &(struct season_row){ .id = season, .series = id, .number = 1 });
    for (int64_t i = 0; i < f->n_episodes && e == OK; i++)
        e = episode_write(f, tx, id, season, i);
    if (e == OK)
        e = store_series_set_state(db, id, STATE_PUBLISHED, now_us);
    if (e == OK)
        f->series_ids[f->at] = id;
    return e;
}

/* Viewers watch what is new more than what is old: the larger of three draws. */
static int64_t draw_series(struct rng *rng, int64_t n)
{
    uint64_t best = 0;
    for (int i = 0; i < 3; i++) {
        uint64_t one = rng_below(rng, (uint64_t)n);
        best = one > best ? one : best;
    }
    return (int64_t)best;
}

static enum err viewers_write(struct tx *tx, void *arg)
{
    struct fill *f = arg;
    int64_t end = f->at + VIEWERS_A_WRITE < f->n_viewers ? f->at + VIEWERS_A_WRITE : f->n_viewers;
    struct rng rng = rng_seeded((uint64_t)f->at); /* the same again when this runs twice */
    for (int64_t viewer = f->at; viewer < end; viewer++) {
        uint64_t watched = 1 + rng_below(&rng, WATCHED_MAX);
        for (uint64_t i = 0; i < watched; i++) {
            int64_t s = i % 2 ? draw_series(&rng, f->n_series)
                              : f->n_series - 1 - (int64_t)rng_below(&rng, 40) % f->n_series;
            int64_t at = (int64_t)rng_below(&rng, (uint64_t)f->n_episodes);
            bool is_done = rng_below(&rng, 2) && at + 1 < f->n_episodes;
            enum err e = store_progress_put(
                tx_db(tx), viewer + 1, f->episode_ids[s * f->n_episodes + at],
                is_done ? f->source.duration_us : 7000000, is_done, tx_now_us(tx) + (int64_t)i);
            if (e != OK)
                return e;
        }
    }
    return OK;
}

static enum err write_all(struct fill *f)
{
    f->series_ids = ARENA_ARRAY(&f->arena, int64_t, (size_t)f->n_series);
    f->episode_ids = ARENA_ARRAY(&f->arena, int64_t, (size_t)(f->n_series * f->n_episodes));
    enum err e = OK;
    for (f->at = 0; f->at < f->n_series && e == OK; f->at++)
        e = store_write(f->store, series_write, f);
    for (f->at = 0; f->at < f->n_viewers && e == OK; f->at += VIEWERS_A_WRITE)
        e = store_write(f->store, viewers_write, f);
    return e;
}

static enum err cookies_write(struct fill *f, struct db *db, const char *path)
{
    struct str secret;
    struct session_key key;
    enum err e = store_meta_get(db, &f->arena, STR("session_key"), &secret);
    if (e == OK && secret.n != sizeof key.b)
        e = ERR_CORRUPT;
    if (e != OK)
        return e;
    memcpy(key.b, secret.p, sizeof key.b);
    FILE *out = fopen(path, "w");
    if (!out)
        return ERR_NOT_FOUND;
    for (int64_t viewer = 1; viewer <= f->n_viewers; viewer++) {
        struct buf token = { 0 };
        struct session session = { .viewer = viewer, .issued_us = store_now_us(f->store) };
        session_add_token(&token, &key, &session);
        fprintf(out, "dl=%.*s\n", (int)token.n, token.p);
        buf_done(&token);
    }
    return fclose(out) == 0 ? OK : ERR_FULL;
}

static enum err run(struct fill *f, const char *data, const char *cookies)
{
    struct diag d = { 0 };
    struct db *db = NULL;
    struct str url = arena_printf(&f->arena, "%s/dramalet.db", data);
    struct store_config config = { .url = url.p, .clock = &f->clock, .rng = &f->system_rng };
    enum err e = store_open(&config, &f->store, &d);
    if (e == OK)
        e = store_reader_open(f->store, &db);
    if (e == OK)
        e = source_find(f, db);
    if (e == OK)
        e = templates_build(f, data);
    if (e == OK)
        e = write_all(f);
    if (e == OK)
        e = cookies_write(f, db, cookies);
    db_close(db);
    store_close(f->store);
    return e;
}

int main(int argc, char **argv)
{
    struct fill f = { .clock = clock_system(), .system_rng = rng_system() };
    if (argc == 6) {
        f.n_series = strtoll(argv[2], NULL, 10);
        f.n_episodes = strtoll(argv[3], NULL, 10);
        f.n_viewers = strtoll(argv[4], NULL, 10);
    }
    if (f.n_series < 1 || f.n_episodes < 1 || f.n_episodes > EPISODES_MAX || f.n_viewers < 1) {
        fprintf(stderr, "usage: bench-feed-fill DATA SERIES EPISODES VIEWERS COOKIE_FILE\n");
        return 2;
    }
    enum err e = run(&f, argv[1], argv[5]);
    if (e != OK)
        fprintf(stderr, "bench-feed-fill: %s\n", err_name(e));
    arena_done(&f.arena);
    return e == OK ? 0 : 1;
}
