/* The order of things; every step is a module of its own. */
#include "media/av/transcode.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/av/loudness.h"
#include "media/av/picture.h"
#include "media/av/poster.h"
#include "media/av/progress.h"
#include "media/av/scan.h"
#include "media/av/storyboard.h"
#include "media/av/video_encoder.h"
#include "media/folder.h"
#include "sys/file.h"

struct job {
    struct arena arena;
    const struct transcode_options *o;
    struct progress progress;
    struct scan scan;
    struct picture_source picture;
    struct plan plan;
    int64_t *cuts, *cuts_us;
    size_t n_cuts;
    struct media_info info; /* grows to what is written */
    struct media_source source;
    bool has_audio;
    struct caption_set captions;
    const char *work; /* the folder in progress */
    struct diag *d;
};

static char *in_dir(struct job *j, const char *dir, const char *name)
{
    return path_join(&j->arena, dir, str_from(name));
}

static enum err fail_io(struct job *j, const char *what)
{
    enum err e = err_from_errno(errno);
    return diag_fail(
        j->d, e, 0, 0,
        e == ERR_FULL ? "The disk is full: %s cannot be written." : "%s cannot be written.", what);
}

static void warn(struct job *j, const char *sentence)
{
    enum { WARNINGS_MAX = 8 };
    if (!j->info.warnings)
        j->info.warnings = ARENA_ARRAY(&j->arena, struct str, WARNINGS_MAX);
    if (j->info.n_warnings < WARNINGS_MAX)
        j->info.warnings[j->info.n_warnings++] = str_from(sentence);
}

/* ---- looking ---- */

static struct media_source keep_source(struct job *j, const struct input *in)
{
    struct media_source s = input_source(in);
    s.container = arena_str(&j->arena, s.container);
    s.video_codec = arena_str(&j->arena, s.video_codec);
    s.audio_codec = arena_str(&j->arena, s.audio_codec);
    return s;
}

static void gather_warnings(struct job *j, const struct input *in)
{
    if (j->picture.is_hdr)
        warn(j, "The source is HDR; it was tone-mapped to standard dynamic range.");
    if (j->scan.is_variable_rate)
        warn(j, "The source has a variable frame rate; it was made constant.");
    if (in->has_dropped_audio)
        warn(j, "The sound's coding is not supported, so the video has no sound.");
}

/* Early: a mistake in a caption file is said before minutes of encoding. */
static enum err look_for_captions(struct job *j)
{
    const struct transcode_options *o = j->o;
    struct input in;
    int n_failed = 0;
    enum err e = captions_add_sidecars(&j->arena, o->sidecars, o->n_sidecars, &j->captions, j->d);
    if (e == OK)
        e = input_open(&in, o->input_fd, &o->limits, j->d);
    if (e != OK)
        return e;
    e = captions_add_embedded(&j->arena, &in, &j->scan, &j->captions, &n_failed);
    input_close(&in);
    if (n_failed > 0)
        warn(j, "A text track in the file could not be read and was left out.");
    return e;
}

static void make_cuts(struct job *j)
{
    plan_cuts(&j->arena, j->scan.rate, j->scan.n_frames, &j->cuts, &j->n_cuts);
    j->cuts_us = ARENA_ARRAY(&j->arena, int64_t, j->n_cuts);
    for (size_t i = 0; i < j->n_cuts; i++)
        j->cuts_us[i] = j->cuts[i] * 1000000 * j->scan.rate.den / j->scan.rate.num;
}

static enum err look(struct job *j)
{
    const struct transcode_options *o = j->o;
    struct input in;
    progress_stage(&j->progress, "look", 0, 20);
    enum err e = input_open(&in, o->input_fd, &o->limits, j->d);
    if (e != OK)
        return e;
    e = scan_run(&in, &j->scan, j->d);
    if (e == OK) {
        j->picture = picture_source_of(&in);
        j->source = keep_source(j, &in);
        j->has_audio = in.audio != NULL;
        struct plan_source shape = { .width = j->picture.shown_width,
                                     .height = j->picture.shown_height,
                                     .fit = o->fit,
                                     .focus_x = o->focus_x,
                                     .focus_y = o->focus_y,
                                     .ladder = o->ladder,
                                     .n_ladder = o->n_ladder };
        e = plan_ladder(&shape, &j->plan, j->d);
    }
    if (e == OK) {
        gather_warnings(j, &in);
        make_cuts(j);
    }
    input_close(&in);
    return e == OK ? look_for_captions(j) : e;
}

/* ---- encoding ---- */

struct encoding {
    struct job *j;
    struct video_encoder encoders[PLAN_RUNGS_MAX];
    size_t n;
    struct storyboard *board; /* NULL: not in this pass */
};

static enum err on_picture(void *arg, size_t rung, int64_t index, AVFrame *f, struct diag *d)
{
    struct encoding *g = arg;
    if (rung == 0) {
        progress_at(&g->j->progress, index, g->j->scan.n_frames);
        if (g->board)
            storyboard_add(g->board, index, f);
    }
    return video_encoder_add(&g->encoders[rung], index, f, d);
}

static enum err run_pictures(struct encoding *g, const struct plan_rung *rungs)
{
    struct job *j = g->j;
    struct input in;
    enum err e = input_open(&in, j->o->input_fd, &j->o->limits, j->d);
    if (e != OK)
        return e;
    struct picture_pass p = { .in = &in,
                              .source = &j->picture,
                              .scan = &j->scan,
                              .plan = &j->plan,
                              .rungs = rungs,
                              .n_rungs = g->n,
                              .threads = j->o->limits.threads,
                              .on_picture = on_picture,
                              .arg = g };
    e = picture_pass_run(&p, j->d);
    input_close(&in);
    return e;
}

static enum err encode_rungs(struct job *j, const struct plan_rung *rungs, size_t n,
                             struct storyboard *board)
{
    struct encoding g = { .j = j, .n = n, .board = board };
    enum err e = OK;
    for (size_t i = 0; e == OK && i < n; i++) {
        struct video_settings s = { .rung = rungs[i],
                                    .rate = j->scan.rate,
                                    .cuts = j->cuts,
                                    .n_cuts = j->n_cuts,
                                    .threads = j->o->limits.threads };
        struct str file = arena_printf(&j->arena, "%s.mp4", rungs[i].name);
        e = video_encoder_open(&g.encoders[i], &s, path_join(&j->arena, j->work, file), j->d);
    }
    if (e == OK)
        e = run_pictures(&g, rungs);
    for (size_t i = 0; e == OK && i < n; i++)
        e = video_encoder_end(&g.encoders[i], j->d);
    for (size_t i = 0; i < n; i++)
        video_encoder_close(&g.encoders[i]);
    return e;
}

static enum err make_poster(struct job *j)
{
    struct input in;
    enum err e = input_open(&in, j->o->input_fd, &j->o->limits, j->d);
    if (e != OK)
        return e;
    struct poster_job poster = { .in = &in,
                                 .source = &j->picture,
                                 .scan = &j->scan,
                                 .plan = &j->plan,
                                 .path = in_dir(j, j->work, "poster.jpg") };
    e = poster_make(&j->arena, &poster, &j->info.preview, j->d);
    input_close(&in);
    return e;
}

static enum err encode_first(struct job *j)
{
    struct storyboard board = { 0 };
    const struct plan_rung *r = &j->plan.rungs[0];
    enum err e = storyboard_open(&board, &j->scan, r->width, r->height, j->d);
    if (e == OK)
        e = encode_rungs(j, r, 1, &board);
    if (e == OK)
        e = storyboard_write(&board, j->work, j->d);
    j->info.storyboard = board.layout;
    storyboard_close(&board);
    return e;
}

/* The sound is made beside the first rendition: neither keeps two cores busy alone. The thread
 * reads the job and writes only what is in here. */
struct sound_task {
    struct loudness_job job;
    struct loudness_report report;
    struct diag diag;
    enum err result;
    bool has_thread;
    pthread_t thread;
};

static void *sound_main(void *arg)
{
    struct sound_task *t = arg;
    t->result = loudness_encode(&t->job, &t->report, &t->diag);
    return NULL;
}

static void sound_begin(struct job *j, struct sound_task *t)
{
    *t = (struct sound_task){ .job = { .fd = j->o->input_fd,
                                       .limits = &j->o->limits,
                                       .scan = &j->scan,
                                       .cuts_us = j->cuts_us,
                                       .n_cuts = j->n_cuts,
                                       .path = in_dir(j, j->work, "audio.mp4") } };
    t->has_thread = j->has_audio && pthread_create(&t->thread, NULL, sound_main, t) == 0;
}

/* e: what became of the pictures, whose failure is told first. */
static enum err sound_end(struct job *j, struct sound_task *t, enum err e)
{
    if (t->has_thread)
        pthread_join(t->thread, NULL);
    else if (j->has_audio && e == OK)
        sound_main(t);
    if (e != OK || !j->has_audio)
        return e;
    if (t->result != OK)
        *j->d = t->diag;
    j->info.loudness = t->report.result;
    return t->result;
}

/* ---- folders ---- */

static enum err work_begin(struct job *j, const char *name)
{
    j->work = in_dir(j, j->o->output_dir, name);
    enum err e = dir_remove(j->work);
    if (e == OK)
        e = dir_make(j->work, 0755);
    return e == OK ? OK : diag_fail(j->d, e, 0, 0, "The output folder cannot be written.");
}

static void describe(struct job *j, struct media_track *t)
{
    t->frame_rate = arena_printf(&j->arena, "%.3f", (double)j->scan.rate.num / j->scan.rate.den);
}

/* Reads back what was written, describes it, writes the texts, proves it all, renames. */
static enum err work_finish(struct job *j, size_t n_rungs, const char *name)
{
    struct media_info *m = &j->info;
    struct media_info proven;
    struct box_track box;
    m->n_renditions = n_rungs;
    m->renditions = ARENA_ARRAY(&j->arena, struct media_track, n_rungs);
    enum err e = OK;
    for (size_t i = 0; e == OK && i < n_rungs; i++) {
        e = folder_load_track(&j->arena, j->work, str_from(j->plan.rungs[i].name),
                              &m->renditions[i], &box, j->d);
        if (e == OK)
            describe(j, &m->renditions[i]);
    }
    if (e == OK && j->has_audio) {
        m->audio = ARENA_NEW(&j->arena, struct media_track);
        e = folder_load_track(&j->arena, j->work, STR("audio"), m->audio, &box, j->d);
    }
    m->is_complete = n_rungs == j->plan.n_rungs;
    m->duration_us = j->scan.duration_us;
    m->frame_rate_num = j->scan.rate.num;
    m->frame_rate_den = j->scan.rate.den;
    m->fit = str_from(fit_name(j->plan.fit));
    m->source = j->source;
    if (e == OK) {
        m->width = m->renditions[n_rungs - 1].width;
        m->height = m->renditions[n_rungs - 1].height;
        e = folder_write_texts(&j->arena, j->work, m, j->d);
    }
    if (e == OK)
        e = folder_check(&j->arena, j->work, &proven, j->d);
    char *final = in_dir(j, j->o->output_dir, name);
    if (e == OK)
        e = dir_remove(final);
    if (e == OK && rename(j->work, final) != 0)
        e = fail_io(j, name);
    if (e == OK)
        e = dir_sync(j->o->output_dir);
    return e;
}

/* Hard links for what does not change from the first folder to the second. */
static enum err link_unchanged(struct job *j, const char *from)
{
    struct dir_entry *list;
    size_t n;
    enum err e = dir_list(&j->arena, from, 1000, &list, &n);
    for (size_t i = 0; e == OK && i < n; i++) {
        struct str name = list[i].name;
        bool is_text = str_ends(name, STR(".m3u8")) || str_ends(name, STR(".mpd")) ||
                       str_eq_c(name, "media.json");
        if (is_text || list[i].is_dir)
            continue;
        if (link(path_join(&j->arena, from, name), path_join(&j->arena, j->work, name)) != 0)
            e = fail_io(j, "The output folder");
    }
    return e;
}

static enum err make_playable(struct job *j)
{
    enum err e = work_begin(j, ".work-playable");
    if (e != OK)
        return e;
    e = captions_write(&j->arena, &j->captions, j->work, &j->info.captions, j->d);
    j->info.n_captions = j->captions.n;
    if (e != OK)
        return e;
    struct sound_task sound;
    sound_begin(j, &sound);
    e = make_poster(j);
    progress_stage(&j->progress, "first", 20, 280);
    if (e == OK)
        e = encode_first(j);
    progress_stage(&j->progress, "sound", 280, 300);
    e = sound_end(j, &sound, e);
    return e == OK ? work_finish(j, 1, "playable") : e;
}

static enum err make_full(struct job *j)
{
    progress_stage(&j->progress, "ladder", 300, 990);
    enum err e = work_begin(j, ".work-full");
    if (e == OK)
        e = link_unchanged(j, in_dir(j, j->o->output_dir, "playable"));
    if (e == OK && j->plan.n_rungs > 1)
        e = encode_rungs(j, j->plan.rungs + 1, j->plan.n_rungs - 1, NULL);
    return e == OK ? work_finish(j, j->plan.n_rungs, "full") : e;
}

/* A playable folder of an earlier run counts when it is proven and was made to the same plan. */
static bool resume_playable(struct job *j)
{
    struct media_info m;
    struct diag ignored;
    const struct plan_rung *r = &j->plan.rungs[0];
    if (folder_check(&j->arena, in_dir(j, j->o->output_dir, "playable"), &m, &ignored) != OK)
        return false;
    if (m.n_renditions != 1 || !str_eq_c(m.renditions[0].name, r->name) ||
        m.renditions[0].width != r->width || m.renditions[0].height != r->height ||
        m.duration_us != j->scan.duration_us || m.renditions[0].n_segments != j->n_cuts ||
        !str_eq_c(m.fit, fit_name(j->plan.fit)) || (m.audio != NULL) != j->has_audio ||
        m.n_captions != j->captions.n)
        return false;
    j->info.preview = m.preview;
    j->info.storyboard = m.storyboard;
    j->info.loudness = m.loudness;
    j->info.captions = m.captions;
    j->info.n_captions = m.n_captions;
    return true;
}

static void work_abandon(struct job *j)
{
    (void)!dir_remove(in_dir(j, j->o->output_dir, ".work-playable"));
    (void)!dir_remove(in_dir(j, j->o->output_dir, ".work-full"));
}

enum err transcode_run(const struct transcode_options *o, struct diag *d)
{
    struct job j = { .o = o, .progress = { .fd = o->progress_fd }, .d = d };
    enum err e = look(&j);
    if (e == OK && !resume_playable(&j))
        e = make_playable(&j);
    if (e == OK)
        progress_line(&j.progress, "playable");
    if (e == OK)
        e = make_full(&j);
    if (e == OK) {
        progress_stage(&j.progress, "done", 1000, 1000);
        progress_line(&j.progress, "done");
    } else {
        progress_error(&j.progress, e, d);
    }
    work_abandon(&j);
    arena_done(&j.arena);
    return e;
}
