/* See episode_cards.h. */
#include "api/episode_cards.h"

#include "base/json_in.h"
#include "delivery/card.h"
#include "store/episode.h"
#include "store/series.h"

/* The parts of a series' detail object that a card shows; a missing one is empty or false. */
static enum err read_detail(struct arena *a, struct str detail, struct card_texts *t)
{
    struct json_in in;
    const struct json_in *v;
    if (detail.n == 0)
        return OK;
    if (json_in_parse(a, detail, &in, NULL) != OK)
        return ERR_CORRUPT;
    v = json_in_find(&in, "ai_use");
    t->ai_use = v ? v->text : (struct str){ 0 };
    v = json_in_find(&in, "is_test_footage");
    t->is_test_footage = v && v->i;
    v = json_in_find(&in, "synthetic_voice");
    t->is_synthetic_voice = v && v->i;
    v = json_in_find(&in, "genres");
    struct str *genres = ARENA_ARRAY(a, struct str, v ? v->n + 1 : 1);
    for (size_t i = 0; v && i < v->n; i++)
        genres[i] = v->items[i].text;
    t->genres = genres;
    t->n_genres = v ? v->n : 0;
    return OK;
}

static enum err season_number(struct db *db, struct arena *a, const struct episode_row *e,
                              int64_t *ret)
{
    struct season_row *rows;
    size_t n;
    enum err err = store_season_list(db, a, e->series, &rows, &n);
    if (err != OK)
        return err;
    *ret = 1;
    for (size_t i = 0; i < n; i++)
        if (rows[i].id == e->season)
            *ret = rows[i].number;
    return OK;
}

static enum err read_texts(struct db *db, struct arena *a, const struct episode_row *e,
                           struct card_texts *ret)
{
    struct series_row s;
    enum err err = store_series_get(db, a, e->series, &s);
    if (err != OK)
        return err;
    *ret = (struct card_texts){ .episode = e->id,
                                .series = e->series,
                                .number = e->number,
                                .title = e->title,
                                .series_title = s.title,
                                .synopsis = e->synopsis.n ? e->synopsis : s.synopsis,
                                .language = s.language,
                                .rating = s.rating,
                                .creator = s.creator };
    err = season_number(db, a, e, &ret->season);
    return err == OK ? read_detail(a, s.detail, ret) : err;
}

static enum err card_write(struct db *db, struct arena *a, const struct blobs *blobs,
                           const struct episode_row *e)
{
    struct card_texts t;
    struct str card;
    struct diag d;
    if (e->media_folder.n == 0)
        return store_card_delete(db, e->id);
    enum err err = read_texts(db, a, e, &t);
    if (err == OK)
        err = card_build(a, &t, blob_path(a, blobs, arena_cstr(a, e->media_folder), STR("")),
                         e->media_folder, STR(""), &card, &d);
    return err == OK ? store_card_put(db, e->id, card) : err;
}

enum err episode_card_write(struct db *db, const struct blobs *blobs, int64_t episode)
{
    struct arena a = { 0 };
    struct episode_row e;
    enum err err = store_episode_get(db, &a, episode, &e);
    if (err == OK)
        err = card_write(db, &a, blobs, &e);
    arena_done(&a);
    return err;
}

enum err series_cards_write(struct db *db, const struct blobs *blobs, int64_t series)
{
    struct arena a = { 0 };
    struct episode_row *rows;
    size_t n;
    enum err err =
        store_episode_list(db, &a, series, (struct store_cursor){ 0 }, STORE_LIST_MAX, &rows, &n);
    for (size_t i = 0; i < n && err == OK; i++) {
        err = card_write(db, &a, blobs, &rows[i]);
        /* A damaged folder keeps its card: it must not stop the others, or its own repair. */
        if (err == ERR_NOT_FOUND || err == ERR_CORRUPT)
            err = OK;
    }
    arena_done(&a);
    return err;
}
