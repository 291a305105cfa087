/* See ingest.h. Worker threads of jobs only. */
#include "app/ingest.h"

#include <stdio.h>

#include "api/episode_cards.h"
#include "base/id.h"
#include "base/json_in.h"
#include "catalog/release.h"
#include "media/folder.h"
#include "store/episode.h"
#include "store/job.h"
#include "sys/file.h"

enum {
    CAPTIONS_MAX = 64,
    ARGV_MAX = 32 + 2 * CAPTIONS_MAX,
    FOLDER_FILES_MAX = BLOB_FOLDER_FILES_MAX
};

struct caption_arg {
    struct str lang, blob;
};

struct ingest_args {
    struct str source, fit, name;
    int64_t focus_x, focus_y;
    struct caption_arg captions[CAPTIONS_MAX];
    size_t n_captions;
};

/* One attempt. */
struct attempt {
    struct job *job;
    const struct ingest *in;
    struct ingest_args args;
    char *work_dir; /* a folder of the job's id below DIR/work */
    bool has_full;  /* the whole ladder is in place */
};

/* --- arguments --- */

static enum err read_captions(const struct json_in *root, struct ingest_args *ret, struct diag *d)
{
    const struct json_in *list = json_in_find(root, "captions");
    if (!list)
        return OK;
    if (list->n > CAPTIONS_MAX)
        return diag_fail(d, ERR_LIMIT, 0, 0, "`captions` has more than %d entries.", CAPTIONS_MAX);
    enum err e = OK;
    for (size_t i = 0; i < list->n && e == OK; i++) {
        e = json_in_str(&list->items[i], "lang", 35, &ret->captions[i].lang, d);
        if (e == OK)
            e = json_in_str(&list->items[i], "blob", SHA256_HEX, &ret->captions[i].blob, d);
        ret->n_captions = i + 1;
    }
    return e;
}

static enum err read_args(struct job *job, struct ingest_args *ret)
{
    struct json_in root;
    struct diag d = { 0 };
    *ret = (struct ingest_args){ .focus_x = 500, .focus_y = 500 };
    enum err e = json_in_parse(job_arena(job), job_args(job), &root, &d);
    if (e == OK)
        e = json_in_str(&root, "source", SHA256_HEX, &ret->source, &d);
    if (e == OK)
        e = json_in_str(&root, "fit", 8, &ret->fit, &d);
    if (e == OK)
        e = read_captions(&root, ret, &d);
    if (e != OK)
        return job_fail(job, ERR_INTERNAL, "The job's own arguments cannot be read: %s", d.msg);
    const struct json_in *focus = json_in_find(&root, "focus");
    if (focus && focus->n == 2) {
        ret->focus_x = focus->items[0].i;
        ret->focus_y = focus->items[1].i;
    }
    const struct json_in *name = json_in_find(&root, "name");
    ret->name = name ? name->text : STR("video");
    return OK;
}

/* --- what was made becomes the episode's media --- */

struct media_write {
    const struct ingest *in;
    int64_t episode;
    struct str source;
    struct blob blob;
    struct episode_media media;
    bool is_stale; /* the episode has another source by now */
};

static enum err media_apply(struct tx *tx, void *arg)
{
    struct media_write *w = arg;
    struct db *db = tx_db(tx);
    struct arena a = { 0 };
    struct episode_row row;
    enum err e = store_episode_get(db, &a, w->episode, &row);
    w->is_stale = e == OK && !str_eq(row.source_blob, w->source);
    if (e == OK && !w->is_stale) {
        e = store_blob_add(db, &w->blob, tx_now_us(tx));
        if (e == OK)
            e = store_episode_set_media(db, w->episode, &w->media, tx_now_us(tx));
        if (e == OK)
            e = episode_card_write(db, w->in->blobs, w->episode);
        if (e == OK)
            e = catalog_media_arrived(tx, w->episode);
    }
    arena_done(&a);
    return e;
}

/* A copy, not links: the child is not trusted, and may still be writing. */
static enum err copy_folder(struct arena *a, const char *from, const char *to)
{
    struct dir_entry *entries;
    size_t n = 0;
    enum err e = dir_remove(to);
    if (e == OK)
        e = dir_make(to, 0755);
    if (e == OK)
        e = dir_list(a, from, FOLDER_FILES_MAX, &entries, &n);
    for (size_t i = 0; i < n && e == OK; i++)
        e = file_copy(path_join(a, from, entries[i].name), path_join(a, to, entries[i].name));
    return e;
}

static enum err place_folder(struct attempt *at, const char *from, struct media_write *w)
{
    struct arena *a = job_arena(at->job);
    struct media_info m;
    struct diag d = { 0 };
    char id[ID_TEXT_LEN + 1];
    id_format(job_id(at->job), id);
    char *staged = path_join(a, blobs_tmp(at->in->blobs), str_from(id));
    enum err e = copy_folder(a, from, staged);
    if (e == OK && folder_check(a, staged, &m, &d) != OK) {
        e = dir_remove(staged);
        return e == OK ? job_fail(at->job, ERR_CORRUPT, "What was made does not hold together: %s",
                                  d.msg)
                       : e;
    }
    if (e == OK)
        e = blob_move_folder(at->in->blobs, staged, &w->blob);
    if (e != OK)
        (void)!dir_remove(staged); /* it may be what fills the disk */
    if (e != OK)
        return job_fail(at->job, e,
                        e == ERR_FULL ? "There is no space left for the episode's media."
                                      : "The episode's media could not be put in place.");
    w->media = (struct episode_media){ .folder = str_sub(w->blob.hex, SHA256_HEX),
                                       .duration_us = m.duration_us,
                                       .is_ladder_complete = m.is_complete };
    return OK;
}

static enum err publish_folder(struct attempt *at, const char *name)
{
    struct media_write w = { .in = at->in,
                             .episode = job_target(at->job),
                             .source = at->args.source };
    enum err e = place_folder(at, path_join(job_arena(at->job), at->work_dir, str_from(name)), &w);
    if (e == OK)
        e = store_write(at->in->store, media_apply, &w);
    if (e == OK && w.is_stale)
        return job_fail(at->job, ERR_CANCELLED, "A newer video has replaced this one.");
    if (e == ERR_NOT_FOUND)
        return job_fail(at->job, ERR_CANCELLED, "The episode is no longer there.");
    return e;
}

static enum err on_word(struct job *job, void *arg, struct str word, struct str rest)
{
    struct attempt *at = arg;
    (void)job;
    (void)rest;
    if (str_eq_c(word, "playable"))
        return publish_folder(at, "playable");
    if (!str_eq_c(word, "done"))
        return OK; /* words of a newer child */
    enum err e = publish_folder(at, "full");
    at->has_full = e == OK;
    return e;
}

/* --- the child --- */

static const char *number(struct arena *a, int64_t v)
{
    return arena_printf(a, "%lld", (long long)v).p;
}

static const char *blob_file(struct attempt *at, struct str hex)
{
    struct arena *a = job_arena(at->job);
    return blob_path(a, at->in->blobs, arena_cstr(a, hex), STR(""));
}

static size_t build_argv(struct attempt *at, const char **argv)
{
    struct arena *a = job_arena(at->job);
    const struct ingest_limits *l = &at->in->limits;
    const char *fixed[] = {
        at->in->program,
        "transcode",
        "--input",
        blob_file(at, at->args.source),
        "--output",
        at->work_dir,
        "--fit",
        arena_cstr(a, at->args.fit),
        "--focus",
        arena_printf(a, "%lld,%lld", (long long)at->args.focus_x, (long long)at->args.focus_y).p,
        "--max-bytes",
        number(a, l->file_bytes),
        "--max-duration-s",
        number(a, l->duration_s),
        "--max-side",
        number(a, l->side_px),
        "--threads",
        number(a, l->threads),
        "--progress-fd",
        "3",
        "--work-name",
        arena_cstr(a, at->args.name),
    };
    size_t n = sizeof fixed / sizeof *fixed;
    memcpy(argv, fixed, sizeof fixed);
    for (size_t i = 0; i < at->args.n_captions; i++) {
        argv[n++] = "--captions";
        argv[n++] = arena_printf(a, "%.*s=%s", STR_ARG(at->args.captions[i].lang),
                                 blob_file(at, at->args.captions[i].blob))
                        .p;
    }
    if (l->allow_weaker_sandbox)
        argv[n++] = "--allow-weaker-sandbox";
    argv[n] = NULL;
    return n;
}

static enum err run_child(struct attempt *at)
{
    const char *argv[ARGV_MAX];
    const struct ingest_limits *l = &at->in->limits;
    build_argv(at, argv);
    struct job_child child = {
        .spec = { .argv = argv,
                  .new_network = true,
                  .limits = { .memory_bytes = l->memory_bytes,
                              .cpu_s = l->cpu_s,
                              .wall_us = l->wall_s * INT64_C(1000000),
                              .file_bytes = 2 * l->file_bytes,
                              .open_files = 256,
                              .niceness = 10 } },
        .on_word = on_word,
        .arg = at,
    };
    return job_run_child(at->job, &child);
}

static char *work_dir_of(struct arena *a, const char *data_dir, int64_t job)
{
    char id[ID_TEXT_LEN + 1];
    id_format(job, id);
    return path_join(a, path_join(a, data_dir, STR("work")), str_from(id));
}

/* A job that fails leaves its episode "processing", whoever ended it and however: the job says why,
 * and when it is tried again, or another video comes, the episode goes on to where it was meant to.
 */
enum err ingest_run(struct job *job)
{
    struct attempt at = { .job = job, .in = job_app(job) };
    at.work_dir = work_dir_of(job_arena(job), at.in->data_dir, job_id(job));
    enum err e = read_args(job, &at.args);
    if (e == OK) {
        e = dir_make(at.work_dir, 0755);
        if (e != OK)
            e = job_fail(job, e, "The job's folder could not be made.");
    }
    if (e == OK)
        e = run_child(&at);
    if (e == OK && !at.has_full)
        e = job_fail(job, ERR_CRASHED, "The media program ended without a result.");
    bool is_over = job_is_over_after(job, e);
    if (is_over && dir_remove(at.work_dir) != OK && e == OK)
        e = job_fail(job, ERR_IO, "The job's folder could not be removed.");
    return e;
}

enum err ingest_sweep(const struct ingest *in, struct db *db)
{
    struct arena a = { 0 };
    struct dir_entry *entries = NULL;
    size_t n = 0;
    char *dir = path_join(&a, in->data_dir, STR("work"));
    enum err e = dir_make(dir, 0700);
    if (e == OK)
        e = dir_list(&a, dir, 100000, &entries, &n);
    for (size_t i = 0; i < n && e == OK; i++) {
        struct job_row row;
        int64_t id;
        bool is_waiting = id_parse(entries[i].name, &id) == OK &&
                          store_job_get(db, &a, id, &row) == OK &&
                          (row.state == JOB_QUEUED || row.state == JOB_RUNNING);
        if (!is_waiting)
            e = dir_remove(path_join(&a, dir, entries[i].name));
    }
    arena_done(&a);
    return e;
}
