/* See search_index.h. */
#include "catalog/search_index.h"

#include "base/utf8.h"
#include "catalog/detail.h"
#include "catalog/search_text.h"
#include "store/episode.h"
#include "store/search.h"
#include "store/series.h"

_Static_assert((int)SEARCH_WORD_MAX <= (int)SEARCH_TERM_BYTES_MAX, "the store takes every term");

enum { POSTINGS_MAX = 50000 }; /* of one series; what comes later is left out */

struct index {
    struct arena *a;
    struct posting *items;
    size_t n, cap;
};

static void add_posting(struct index *x, const struct posting *p)
{
    if (x->n == POSTINGS_MAX)
        return;
    if (x->n == x->cap) {
        size_t cap = x->cap ? x->cap * 2 : 256;
        struct posting *items = ARENA_ARRAY(x->a, struct posting, cap);
        if (x->n)
            memcpy(items, x->items, x->n * sizeof *items);
        x->items = items;
        x->cap = cap;
    }
    x->items[x->n++] = *p;
}

/* Cuts what was added to terms and makes postings of it. */
static void take_terms(struct index *x, struct search_terms *t, enum posting_kind kind,
                       int64_t target)
{
    search_terms_finish(t);
    for (size_t i = 0; i < t->n; i++)
        add_posting(x, &(struct posting){ .term = t->items[i].text,
                                          .kind = kind,
                                          .target = target,
                                          .weight = t->items[i].weight });
    *t = (struct search_terms){ 0 };
}

static void add_list(struct index *x, struct search_terms *t, const struct str_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        search_terms_add(x->a, t, list->items[i], SEARCH_TAG);
}

static void add_people(struct index *x, struct search_terms *t, const struct series_people *people)
{
    for (size_t i = 0; i < people->n; i++)
        search_terms_add(x->a, t, people->items[i].name, SEARCH_CREATOR);
}

static enum err add_series(struct index *x, const struct series_row *s)
{
    struct search_terms t = { 0 };
    struct series_detail d;
    enum err e = detail_parse(x->a, s->detail, &d);
    if (e != OK)
        return e;
    search_terms_add(x->a, &t, s->title, SEARCH_TITLE);
    take_terms(x, &t, POSTING_TITLE, s->id);
    add_list(x, &t, &d.genres);
    add_list(x, &t, &d.hashtags);
    take_terms(x, &t, POSTING_TAG, s->id);
    search_terms_add(x->a, &t, s->creator, SEARCH_CREATOR);
    add_people(x, &t, &d.cast);
    add_people(x, &t, &d.credits);
    take_terms(x, &t, POSTING_CREATOR, s->id);
    search_terms_add(x->a, &t, s->synopsis, SEARCH_SYNOPSIS);
    take_terms(x, &t, POSTING_SYNOPSIS, s->id);
    return OK;
}

static enum err add_episodes(struct index *x, struct db *db, int64_t series)
{
    struct store_cursor after = { 0 };
    for (;;) {
        struct episode_row *rows;
        size_t n;
        enum err e = store_episode_list(db, x->a, series, after, STORE_LIST_MAX, &rows, &n);
        if (e != OK || n == 0)
            return e;
        for (size_t i = 0; i < n; i++) {
            struct search_terms t = { 0 };
            if (rows[i].state != STATE_PUBLISHED)
                continue;
            search_terms_add(x->a, &t, rows[i].title, SEARCH_EPISODE);
            search_terms_add(x->a, &t, rows[i].synopsis, SEARCH_SYNOPSIS);
            take_terms(x, &t, POSTING_EPISODE, rows[i].id);
        }
        if (n < STORE_LIST_MAX)
            return OK;
        after = (struct store_cursor){ .key = rows[n - 1].position, .id = rows[n - 1].id };
    }
}

enum err search_index_series(struct tx *tx, struct arena *a, int64_t series)
{
    struct db *db = tx_db(tx);
    struct index x = { .a = a };
    struct series_row s;
    enum err e = store_series_get(db, a, series, &s);
    if (e != OK)
        return e;
    if (s.state == STATE_PUBLISHED) {
        e = add_series(&x, &s);
        if (e == OK)
            e = add_episodes(&x, db, series);
        if (e != OK)
            return e;
    }
    return store_search_replace(db, series, x.items, x.n);
}

struct str search_tag(struct arena *a, struct str name)
{
    struct buf b = { 0 };
    uint32_t cp;
    bool gap = false;
    name = str_trim(name);
    if (name.n && name.p[0] == '#')
        name = str_trim(str_skip(name, 1));
    while (utf8_next(&name, &cp)) {
        if (cp == ' ' || cp == '\t' || cp == 0x3000) {
            gap = b.n > 0;
            continue;
        }
        if (gap)
            buf_add_char(&b, ' ');
        gap = false;
        utf8_add(&b, utf8_fold(cp));
    }
    return buf_to_arena(&b, a);
}
