/* Episodes of a publication and the jobs that make their media. See publish.h. */
#include "base/json.h"
#include "catalog/publish_inside.h"
#include "catalog/release.h"
#include "catalog/state.h"
#include "store/job.h"

enum { FOCUS_MIDDLE = 500, JOBS_LOOKED_AT = 20 };

/* What the creator chose for an episode: its own choice, else the series'. */
static int fit_of(const struct series_doc *d, const struct package_episode *e)
{
    int own = e->doc ? e->doc->fit : SERIES_FIT_NONE;
    return own ? own : d->fit ? d->fit : SERIES_FIT_AUTO;
}

static enum episode_fit stored_fit(int fit)
{
    switch (fit) {
    case SERIES_FIT_BLUR:
        return FIT_BLUR;
    case SERIES_FIT_CROP:
        return FIT_CROP;
    case SERIES_FIT_KEEP:
        return FIT_KEEP;
    default:
        return FIT_AUTO;
    }
}

static struct series_focus focus_of(const struct series_doc *d, const struct package_episode *e)
{
    if (e->doc && e->doc->focus.is_set)
        return e->doc->focus;
    return d->focus.is_set ? d->focus : (struct series_focus){ true, FOCUS_MIDDLE, FOCUS_MIDDLE };
}

static bool is_draft(const struct series_doc *d, const struct package_episode *e)
{
    return d->visibility == VISIBILITY_DRAFT || (e->doc && e->doc->visibility == VISIBILITY_DRAFT);
}

static int64_t publish_at_of(const struct series_doc *d, const struct package_episode *e)
{
    return e->doc && e->doc->publish_at_us ? e->doc->publish_at_us : d->publish_at_us;
}

static struct episode_row *find_old(const struct applying *x, int64_t number)
{
    for (size_t i = 0; i < x->n_old; i++)
        if (x->old[i].number == number)
            return &x->old[i];
    return NULL;
}

static int64_t season_id(const struct applying *x, int64_t number)
{
    for (size_t i = 0; i < x->n_seasons; i++)
        if (x->seasons[i].number == number)
            return x->seasons[i].id;
    return 0;
}

/* --- jobs --- */

static struct str job_args(const struct applying *x, int64_t id, const struct package_episode *e)
{
    struct buf b = { 0 };
    struct json j = { .out = &b };
    const struct series_doc *d = &x->p->pkg->doc;
    struct series_focus focus = focus_of(d, e);
    ptrdiff_t slash = str_rfind_char(e->video->path, '/');
    json_object_begin(&j);
    json_kid(&j, "episode", id);
    json_kstr(&j, "source", publish_blob_of(x->p, e->video));
    json_kstr(&j, "name", str_skip(e->video->path, (size_t)(slash + 1)));
    json_kstr(&j, "language", d->language);
    json_kstr(&j, "fit", str_from(series_fit_name(fit_of(d, e))));
    json_key(&j, "focus");
    json_array_begin(&j);
    json_i64(&j, focus.x);
    json_i64(&j, focus.y);
    json_array_end(&j);
    json_key(&j, "captions");
    json_array_begin(&j);
    for (size_t i = 0; i < e->captions->n; i++) {
        const struct package_track *t = &e->captions->items[i];
        slash = str_rfind_char(t->file->path, '/');
        json_object_begin(&j);
        json_kstr(&j, "lang", t->language);
        json_kstr(&j, "blob", publish_blob_of(x->p, t->file));
        json_kstr(&j, "name", str_skip(t->file->path, (size_t)(slash + 1)));
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
    return buf_to_arena(&b, x->p->a);
}

struct old_jobs {
    bool has_active; /* queued or running */
    struct job_row *rows;
    size_t n;
};

static enum err find_jobs(const struct applying *x, int64_t episode, struct old_jobs *ret)
{
    struct old_jobs o = { 0 };
    enum err e = store_job_list(x->db, x->p->a, (struct job_filter){ STR(TRANSCODE_JOB), episode },
                                (struct store_cursor){ 0 }, JOBS_LOOKED_AT, &o.rows, &o.n);
    for (size_t i = 0; i < o.n && e == OK; i++)
        o.has_active |= o.rows[i].state == JOB_QUEUED || o.rows[i].state == JOB_RUNNING;
    if (e == OK)
        *ret = o;
    return e;
}

static enum err cancel_jobs(const struct applying *x, const struct old_jobs *o)
{
    for (size_t i = 0; i < o->n; i++) {
        if (o->rows[i].state != JOB_QUEUED && o->rows[i].state != JOB_RUNNING)
            continue;
        enum err e = store_job_cancel(x->db, o->rows[i].id, x->now_us);
        if (e != OK && e != ERR_CONFLICT)
            return e;
    }
    return OK;
}

static enum err queue_job(struct applying *x, int64_t id, const struct package_episode *e,
                          struct publish_episode *out)
{
    struct job_row j = { .id = tx_new_id(x->tx),
                         .kind = STR(TRANSCODE_JOB),
                         .target = id,
                         .args = job_args(x, id, e),
                         .max_attempts = TRANSCODE_ATTEMPTS,
                         .run_after_us = x->now_us,
                         .created_us = x->now_us };
    out->job = j.id;
    x->p->ret_n_jobs++;
    return store_job_insert(x->db, &j);
}

/* --- what changed --- */

static bool is_captions(struct str path, struct str folder)
{
    if (!str_starts(path, STR("episodes/")))
        return false;
    path = str_skip(path, sizeof "episodes/" - 1);
    return str_starts(path, folder) && str_starts(str_skip(path, folder.n), STR("/captions."));
}

/* The same captions files with the same content as in the publication before? */
static bool same_captions(const struct applying *x, const struct package_episode *e)
{
    const struct package *pkg = x->p->pkg;
    size_t n_old = 0, n_new = 0, n_same = 0;
    for (size_t i = 0; i < pkg->n_files; i++)
        n_new += is_captions(pkg->files[i].path, e->folder);
    for (size_t i = 0; i < x->n_old_files; i++) {
        if (!is_captions(x->old_files[i].path, e->folder))
            continue;
        const struct package_entry *f = package_find(pkg, x->old_files[i].path);
        n_old++;
        n_same += f && str_eq(publish_blob_of(x->p, f), x->old_files[i].blob);
    }
    return n_old == n_new && n_new == n_same;
}

static bool same_picture(const struct applying *x, const struct episode_row *old,
                         const struct package_episode *e)
{
    struct series_focus f = focus_of(&x->p->pkg->doc, e);
    return str_eq(old->source_blob, publish_blob_of(x->p, e->video)) &&
           old->fit == stored_fit(fit_of(&x->p->pkg->doc, e)) && old->focus_x == f.x &&
           old->focus_y == f.y;
}

/* Media for an episode: nothing when they are there or on their way, else a job. */
static enum err put_media(struct applying *x, const struct episode_row *old, int64_t id,
                          const struct package_episode *e, struct publish_episode *out)
{
    struct old_jobs jobs;
    if (!old)
        return queue_job(x, id, e, out);
    bool is_same = same_picture(x, old, e) && same_captions(x, e);
    enum err err = find_jobs(x, id, &jobs);
    if (err != OK)
        return err;
    bool last_failed =
        jobs.n > 0 && (jobs.rows[0].state == JOB_FAILED || jobs.rows[0].state == JOB_CANCELLED);
    bool is_there = old->media_folder.n > 0 && !last_failed;
    if (is_same && (jobs.has_active || is_there))
        return OK;
    err = cancel_jobs(x, &jobs);
    return err == OK ? queue_job(x, id, e, out) : err;
}

/* --- one episode --- */

static void fill_row(const struct applying *x, size_t i, struct episode_row *row)
{
    const struct package_episode *e = &x->p->pkg->episodes[i];
    const struct series_doc *d = &x->p->pkg->doc;
    struct series_focus f = focus_of(d, e);
    row->series = x->series.id;
    row->season = season_id(x, e->season);
    row->number = e->number;
    row->position = e->number;
    row->title = e->doc ? e->doc->title : STR("");
    row->synopsis = e->doc ? e->doc->synopsis : STR("");
    row->fit = stored_fit(fit_of(d, e));
    row->focus_x = f.x;
    row->focus_y = f.y;
    row->updated_us = x->now_us;
}

static enum err put_row(struct applying *x, size_t i, const struct episode_row *old,
                        struct episode_row *row)
{
    struct str source = publish_blob_of(x->p, x->p->pkg->episodes[i].video);
    if (!old) {
        *row = (struct episode_row){ .id = tx_new_id(x->tx),
                                     .source_blob = source,
                                     .created_us = x->now_us };
        fill_row(x, i, row);
        return store_episode_insert(x->db, row);
    }
    *row = *old;
    fill_row(x, i, row);
    enum err e = store_episode_update(x->db, row);
    if (e == OK && !str_eq(old->source_blob, source))
        e = store_episode_set_source(x->db, row->id, source, x->now_us);
    return e;
}

static enum err put_episode(struct applying *x, size_t i, struct publish_episode *out)
{
    const struct package_episode *e = &x->p->pkg->episodes[i];
    const struct series_doc *d = &x->p->pkg->doc;
    const struct episode_row *old = find_old(x, e->number);
    struct episode_row row;
    enum err err = put_row(x, i, old, &row);
    if (err != OK)
        return err;
    *out = (struct publish_episode){ .id = row.id, .number = e->number, .is_new = !old };
    err = put_media(x, old, row.id, e, out);
    if (err != OK)
        return err;
    struct episode_facts facts = {
        .has_media = row.media_folder.n > 0,
        .is_draft = is_draft(d, e),
        /* publishing a package brings it back; changing texts does not */
        .is_withdrawn = x->p->series && row.state == STATE_WITHDRAWN,
        .publish_at_us = publish_at_of(d, e)
    };
    enum publish_state to = catalog_state_next(row.state, &facts, x->now_us);
    return catalog_set_state(x->tx, &row, to, facts.publish_at_us);
}

/* Episodes the package no longer has. */
static enum err withdraw_rest(struct applying *x)
{
    for (size_t i = 0; i < x->n_old; i++) {
        const struct episode_row *old = &x->old[i];
        struct old_jobs jobs;
        size_t at = 0;
        while (at < x->p->pkg->n_episodes && x->p->pkg->episodes[at].number != old->number)
            at++;
        if (at < x->p->pkg->n_episodes || old->state == STATE_WITHDRAWN)
            continue;
        enum err e = find_jobs(x, old->id, &jobs);
        if (e == OK)
            e = cancel_jobs(x, &jobs);
        if (e == OK)
            e = catalog_set_state(x->tx, old, STATE_WITHDRAWN, old->publish_at_us);
        if (e != OK)
            return e;
        x->p->ret_episodes[x->p->ret_n_episodes++] =
            (struct publish_episode){ .id = old->id, .number = old->number, .is_withdrawn = true };
    }
    return OK;
}

enum err publish_episodes(struct applying *x)
{
    size_t n = x->p->pkg->n_episodes;
    x->p->ret_episodes = ARENA_ARRAY(x->p->a, struct publish_episode, n + x->n_old + 1);
    for (size_t i = 0; i < n; i++) {
        enum err e = put_episode(x, i, &x->p->ret_episodes[i]);
        if (e != OK)
            return e;
        x->p->ret_n_episodes++;
    }
    return withdraw_rest(x);
}
