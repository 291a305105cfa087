/* See cards.h. */
#include "api/cards.h"

#include <jansson.h>

#include "api/api.h"
#include "delivery/card.h"
#include "store/episode.h"

static struct str text_of(struct arena *a, const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);
    if (!json_is_string(v))
        return (struct str){ 0 };
    return arena_str(a, str_sub(json_string_value(v), json_string_length(v)));
}

enum err card_facts_get(struct request *r, int64_t episode, struct card_facts *ret)
{
    struct episode_card card;
    enum err e = store_card_get_many(db_of(r), r->arena, &episode, 1, &card);
    if (e != OK)
        return e;
    if (card.card.n == 0)
        return ERR_NOT_FOUND;
    json_t *root = json_loadb(card.card.p, card.card.n, 0, NULL);
    if (!root)
        return ERR_CORRUPT;
    *ret = (struct card_facts){
        .title = text_of(r->arena, root, "title"),
        .series_title = text_of(r->arena, root, "series_title"),
        .preview = text_of(r->arena, root, "preview"),
        .blob = card_blob(card.card),
        .season = json_integer_value(json_object_get(root, "season")),
        .number = json_integer_value(json_object_get(root, "number")),
        .duration_us = json_integer_value(json_object_get(root, "duration_us")),
    };
    json_decref(root);
    return OK;
}

int64_t series_first_episode(const struct request *r, int64_t series, size_t *ret_n)
{
    struct feed_index *x = feed_slot_get(&api_of(r)->feed);
    const int64_t *episodes = feed_index_episodes(x, series, ret_n);
    int64_t first = *ret_n ? episodes[0] : 0;
    feed_index_unref(x);
    return first;
}

bool episode_is_out(const struct request *r, int64_t series, int64_t episode)
{
    size_t n, at = 0;
    struct feed_index *x = feed_slot_get(&api_of(r)->feed);
    const int64_t *episodes = feed_index_episodes(x, series, &n);
    while (at < n && episodes[at] != episode)
        at++;
    feed_index_unref(x);
    return at < n;
}

struct str media_file_address(const struct request *r, struct str blob, const char *file)
{
    struct buf b = { .max = MEDIA_ADDRESS_MAX + MEDIA_FILE_NAME_MAX };
    media_address_add(&b, &api_of(r)->media_key, blob, 0, r->now_us, api_of(r)->media_valid_hours);
    buf_add_c(&b, file);
    return buf_to_arena(&b, r->arena);
}

enum err watching_add(struct request *r, struct json *j, int64_t episode, int64_t series,
                      int64_t position_us, int64_t updated_us)
{
    struct card_facts c;
    size_t n;
    int64_t first = series_first_episode(r, series, &n);
    if (!episode_is_out(r, series, episode)) {
        episode = first;
        position_us = 0;
    }
    enum err e = card_facts_get(r, episode, &c);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e != OK)
        return e;
    json_object_begin(j);
    json_kid(j, "series", series);
    json_kstr(j, "series_title", c.series_title);
    json_kid(j, "episode", episode);
    json_kstr(j, "title", c.title);
    json_ki64(j, "number", c.number);
    json_ki64(j, "episodes", (int64_t)n);
    json_ki64(j, "position_us", position_us);
    json_ki64(j, "duration_us", c.duration_us);
    json_kstr(j, "poster", media_file_address(r, c.blob, "poster.jpg"));
    json_kstr(j, "preview", c.preview);
    json_ktime(j, "updated_at", updated_us);
    json_object_end(j);
    return OK;
}

/* Keys of the detail object (catalog/detail) that a client sees, with what stands for a missing
 * one. */
static const struct {
    const char *key, *missing;
} detail_keys[] = {
    { "genres", "[]" },
    { "hashtags", "[]" },
    { "content_notes", "[]" },
    { "cast", "[]" },
    { "credits", "[]" },
    { "ai_use", "\"\"" },
    { "filing_number", "\"\"" },
    { "synthetic_voice", "false" },
    { "is_test_footage", "false" },
};

void cover_add(struct request *r, struct json *j, const struct series_row *s)
{
    json_key(j, "cover");
    if (s->cover_blob.n)
        json_str(j, arena_printf(r->arena, "/c/%.*s", STR_ARG(s->cover_blob)));
    else
        json_nil(j);
}

void detail_members_add(struct request *r, struct json *j, const struct series_row *s)
{
    json_t *root = json_loadb(s->detail.p ? s->detail.p : "", s->detail.n, 0, NULL);
    for (size_t i = 0; i < sizeof detail_keys / sizeof *detail_keys; i++) {
        json_t *v = json_object_get(root, detail_keys[i].key);
        char *text = v ? json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
        json_key(j, detail_keys[i].key);
        json_raw(j, arena_str(r->arena, str_from(text ? text : detail_keys[i].missing)));
        free(text);
    }
    json_decref(root);
}

/* Just the genres, for rows. */
static void genres_add(struct request *r, struct json *j, const struct series_row *s)
{
    json_t *root = json_loadb(s->detail.p ? s->detail.p : "", s->detail.n, 0, NULL);
    json_t *v = json_object_get(root, "genres");
    char *text = json_is_array(v) ? json_dumps(v, JSON_COMPACT) : NULL;
    json_key(j, "genres");
    json_raw(j, arena_str(r->arena, str_from(text ? text : "[]")));
    free(text);
    json_decref(root);
}

enum err found_add(struct request *r, struct json *j, const struct series_row *s,
                   const char *matched, int64_t episode)
{
    struct card_facts c;
    size_t n;
    int64_t first = series_first_episode(r, s->id, &n);
    if (!episode_is_out(r, s->id, episode))
        episode = 0;
    enum err e = card_facts_get(r, episode ? episode : first, &c);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e != OK)
        return e;
    json_object_begin(j);
    json_kid(j, "series", s->id);
    json_kstr(j, "title", s->title);
    json_kstr(j, "synopsis", s->synopsis);
    json_kstr(j, "language", s->language);
    cover_add(r, j, s);
    json_kstr(j, "poster", media_file_address(r, c.blob, "poster.jpg"));
    json_kstr(j, "preview", c.preview);
    json_ki64(j, "episodes_count", (int64_t)n);
    if (matched[0])
        json_kstr(j, "matched", str_from(matched));
    json_kid(j, "episode", episode);
    genres_add(r, j, s);
    json_object_end(j);
    return OK;
}
