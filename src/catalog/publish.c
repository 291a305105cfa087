/* See publish.h. The series and its files; episodes are in publish_episodes.c. */
#include "catalog/publish.h"

#include "catalog/detail.h"
#include "catalog/publish_inside.h"
#include "catalog/release.h"
#include "catalog/search_index.h"
#include "catalog/slug.h"

void publish_init(struct publish *p, struct arena *a, const struct package *pkg)
{
    *p = (struct publish){ .a = a, .pkg = pkg };
    p->blobs = ARENA_ARRAY(a, struct blob, pkg->n_files + 1);
}

enum err publish_copy_next(struct publish *p, struct blobs *blobs, bool *ret_more)
{
    if (p->n_copied < p->pkg->n_files) {
        const struct package_entry *f = &p->pkg->files[p->n_copied];
        struct blob *b = &p->blobs[p->n_copied];
        enum err e = f->disk_path ? blob_put_file(blobs, f->disk_path, b)
                                  : blob_put_bytes(blobs, f->content, b);
        if (e != OK)
            return e;
        p->n_copied++;
    }
    *ret_more = p->n_copied < p->pkg->n_files;
    return OK;
}

struct str publish_blob_of(const struct publish *p, const struct package_entry *f)
{
    return f ? str_from(p->blobs[f - p->pkg->files].hex) : STR("");
}

static enum err register_blobs(struct applying *x)
{
    enum err e = OK;
    for (size_t i = 0; i < x->p->pkg->n_files && e == OK; i++)
        e = store_blob_add(x->db, &x->p->blobs[i], x->now_us);
    return e;
}

static void fill_series(struct applying *x, struct series_row *s)
{
    const struct series_doc *d = &x->p->pkg->doc;
    struct buf detail = { 0 };
    detail_add(&detail, d);
    s->title = d->title;
    s->language = d->language;
    s->synopsis = d->synopsis;
    s->rating = str_from(series_rating_name(d->rating));
    s->creator = d->creator;
    s->detail = buf_to_arena(&detail, x->p->a);
    s->cover_blob = publish_blob_of(x->p, x->p->pkg->cover);
    s->updated_us = x->now_us;
}

/* The stored series this package is, in x->series; ret_found false: a new one. */
static enum err find_series(struct applying *x, struct str slug, bool *ret_found)
{
    enum err e = x->p->series ? store_series_get(x->db, x->p->a, x->p->series, &x->series)
                              : store_series_by_slug(x->db, x->p->a, slug, &x->series);
    *ret_found = e == OK;
    return e == ERR_NOT_FOUND && !x->p->series ? OK : e;
}

static enum err put_series(struct applying *x)
{
    const struct series_doc *d = &x->p->pkg->doc;
    struct str slug = d->slug.n ? d->slug : slug_of_series(x->p->a, d->title, d->language);
    bool is_found;
    enum err e = find_series(x, slug, &is_found);
    if (e != OK)
        return e;
    x->p->ret_is_new = !is_found;
    if (is_found) {
        if (d->slug.n)
            x->series.slug = d->slug;
        fill_series(x, &x->series);
        return store_series_update(x->db, &x->series);
    }
    x->series =
        (struct series_row){ .id = tx_new_id(x->tx), .slug = slug, .created_us = x->now_us };
    fill_series(x, &x->series);
    return store_series_insert(x->db, &x->series);
}

static enum err put_tags(struct applying *x)
{
    const struct series_doc *d = &x->p->pkg->doc;
    struct series_tag *tags =
        ARENA_ARRAY(x->p->a, struct series_tag, d->genres.n + d->hashtags.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < d->genres.n; i++)
        tags[n++] = (struct series_tag){ TAG_GENRE, search_tag(x->p->a, d->genres.items[i]) };
    for (size_t i = 0; i < d->hashtags.n; i++)
        tags[n++] = (struct series_tag){ TAG_HASHTAG, search_tag(x->p->a, d->hashtags.items[i]) };
    return store_series_set_tags(x->db, x->series.id, tags, n);
}

static struct str season_title(const struct series_doc *d, int64_t number)
{
    for (size_t i = 0; i < d->seasons.n; i++)
        if (d->seasons.items[i].number == number)
            return d->seasons.items[i].title;
    return STR("");
}

static const struct season_row *find_season(const struct applying *x, int64_t number)
{
    for (size_t i = 0; i < x->n_seasons; i++)
        if (x->seasons[i].number == number)
            return &x->seasons[i];
    return NULL;
}

static enum err put_season(struct applying *x, int64_t number)
{
    struct season_row s = { .series = x->series.id,
                            .number = number,
                            .title = season_title(&x->p->pkg->doc, number) };
    const struct season_row *old = find_season(x, number);
    if (old && str_eq(old->title, s.title))
        return OK;
    s.id = old ? old->id : tx_new_id(x->tx);
    return old ? store_season_update(x->db, &s) : store_season_insert(x->db, &s);
}

/* Every season an episode is in or series.yaml names. */
static enum err put_seasons(struct applying *x)
{
    const struct package *pkg = x->p->pkg;
    enum err e = store_season_list(x->db, x->p->a, x->series.id, &x->seasons, &x->n_seasons);
    for (size_t i = 0; i < pkg->doc.seasons.n && e == OK; i++)
        e = put_season(x, pkg->doc.seasons.items[i].number);
    if (e == OK)
        e = store_season_list(x->db, x->p->a, x->series.id, &x->seasons, &x->n_seasons);
    for (size_t i = 0; i < pkg->n_episodes && e == OK; i++) {
        if (find_season(x, pkg->episodes[i].season))
            continue;
        e = put_season(x, pkg->episodes[i].season);
        if (e == OK)
            e = store_season_list(x->db, x->p->a, x->series.id, &x->seasons, &x->n_seasons);
    }
    return e;
}

static enum err load_old(struct applying *x)
{
    struct store_cursor after = { 0 };
    enum err e = store_package_list(x->db, x->p->a, x->series.id, &x->old_files, &x->n_old_files);
    for (size_t n = STORE_LIST_MAX; e == OK && n == STORE_LIST_MAX;) {
        struct episode_row *rows, *all;
        e = store_episode_list(x->db, x->p->a, x->series.id, after, STORE_LIST_MAX, &rows, &n);
        if (e != OK || n == 0)
            break;
        all = ARENA_ARRAY(x->p->a, struct episode_row, x->n_old + n);
        if (x->n_old)
            memcpy(all, x->old, x->n_old * sizeof *all);
        memcpy(all + x->n_old, rows, n * sizeof *all);
        x->old = all;
        x->n_old += n;
        after = (struct store_cursor){ .key = rows[n - 1].position, .id = rows[n - 1].id };
    }
    return e;
}

static enum err check_expected(struct applying *x)
{
    if (x->p->expected_yaml.n == 0)
        return OK;
    for (size_t i = 0; i < x->n_old_files; i++)
        if (str_eq(x->old_files[i].path, STR("series.yaml")))
            return str_eq(x->old_files[i].blob, x->p->expected_yaml) ? OK : ERR_CONFLICT;
    return ERR_CONFLICT;
}

static enum err put_files(struct applying *x)
{
    const struct package *pkg = x->p->pkg;
    struct package_file *files = ARENA_ARRAY(x->p->a, struct package_file, pkg->n_files + 1);
    for (size_t i = 0; i < pkg->n_files; i++)
        files[i] = (struct package_file){ .path = pkg->files[i].path,
                                          .blob = str_from(x->p->blobs[i].hex),
                                          .size_bytes = x->p->blobs[i].size_bytes };
    return store_package_replace(x->db, x->series.id, files, pkg->n_files, x->now_us);
}

static enum err run_steps(struct applying *x)
{
    static enum err (*const steps[])(struct applying * x) = {
        register_blobs, put_series,  load_old,         check_expected,
        put_tags,       put_seasons, publish_episodes, put_files,
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        enum err e = steps[i](x);
        if (e != OK)
            return e;
    }
    return catalog_settle_series(x->tx, x->p->a, x->series.id);
}

enum err publish_apply(struct tx *tx, void *arg)
{
    struct publish *p = arg;
    struct applying x = { .p = p, .tx = tx, .db = tx_db(tx), .now_us = tx_now_us(tx) };
    p->ret_episodes = NULL;
    p->ret_n_episodes = p->ret_n_jobs = 0;
    enum err e = run_steps(&x);
    if (e != OK)
        return e;
    p->ret_series = x.series.id;
    p->ret_slug = x.series.slug;
    return OK;
}
