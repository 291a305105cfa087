/* Reads, writes and checks media folders. */
#include "media/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/dash.h"
#include "media/hls.h"
#include "sys/file.h"

/* Sound is cut to the picture's length; its last frame may hang over by less than this. */
#define AV_SLACK_US 50000

static struct str file_name(struct arena *a, struct str stem, const char *suffix)
{
    return arena_printf(a, "%.*s%s", STR_ARG(stem), suffix);
}

static enum err map_file(const char *path, struct str *ret, struct diag *d)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        return diag_fail(d, err_from_errno(errno), 0, 0, "%s cannot be read", path);
    if (st.st_size == 0)
        return diag_fail(d, ERR_CORRUPT, 0, 0, "%s is empty", path);
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
        return diag_fail(d, err_from_errno(errno), 0, 0, "%s cannot be mapped", path);
    *ret = str_sub(p, (size_t)st.st_size);
    return OK;
}

static void unmap_file(struct str s)
{
    union {
        const char *shown;
        void *mapped;
    } p = { .shown = s.p };
    munmap(p.mapped, s.n);
}

enum err folder_load_track(struct arena *a, const char *dir, struct str name,
                           struct media_track *ret, struct box_track *ret_box, struct diag *d)
{
    struct str file = file_name(a, name, ".mp4"), bytes = { 0 };
    enum err e = map_file(path_join(a, dir, file), &bytes, d);
    if (e != OK)
        return e;
    struct diag why = { 0 };
    e = box_read(a, bytes, ret_box, &why);
    unmap_file(bytes);
    if (e != OK)
        return diag_fail(d, e, 0, 0, "%.*s: %s", STR_ARG(file), why.msg);
    box_describe(a, ret_box, arena_str(a, name), ret);
    return OK;
}

/* ---- writing ---- */

static enum err write_text(struct arena *a, const char *dir, struct str name, struct buf *b,
                           struct diag *d)
{
    enum err e = b->err;
    if (e == OK)
        e = file_write(path_join(a, dir, name), buf_str(b), 0644);
    buf_done(b);
    return e == OK ? OK : diag_fail(d, e, 0, 0, "%.*s cannot be written", STR_ARG(name));
}

static enum err write_track_texts(struct arena *a, const char *dir, const struct media_track *t,
                                  struct diag *d)
{
    struct buf b = { .max = HLS_PLAYLIST_BYTES_MAX };
    hls_write_media(&b, t);
    enum err e = write_text(a, dir, file_name(a, t->name, ".m3u8"), &b, d);
    if (e != OK || !t->key_frames)
        return e;
    hls_write_iframes(&b, t);
    return write_text(a, dir, file_name(a, t->name, "-iframes.m3u8"), &b, d);
}

enum err folder_write_texts(struct arena *a, const char *dir, const struct media_info *m,
                            struct diag *d)
{
    struct buf b = { .max = DASH_MANIFEST_BYTES_MAX };
    enum err e = OK;
    for (size_t i = 0; e == OK && i < m->n_renditions; i++)
        e = write_track_texts(a, dir, &m->renditions[i], d);
    if (e == OK && m->audio)
        e = write_track_texts(a, dir, m->audio, d);
    for (size_t i = 0; e == OK && i < m->n_captions; i++) {
        hls_write_captions(&b, m, &m->captions[i]);
        e = write_text(a, dir, arena_printf(a, "captions.%.*s.m3u8", STR_ARG(m->captions[i].lang)),
                       &b, d);
    }
    if (e == OK) {
        hls_write_multivariant(&b, m);
        e = write_text(a, dir, STR("master.m3u8"), &b, d);
    }
    if (e == OK) {
        dash_write(&b, m);
        e = write_text(a, dir, STR("manifest.mpd"), &b, d);
    }
    if (e == OK) {
        media_json_write(&b, m);
        e = write_text(a, dir, STR("media.json"), &b, d);
    }
    return e;
}

/* ---- checking ---- */

struct check {
    struct arena *a;
    const char *dir;
    struct diag *d;
};

static enum err check_present(const struct check *c, struct str name)
{
    struct stat st;
    if (lstat(path_join(c->a, c->dir, name), &st) != 0)
        return diag_fail(c->d, ERR_NOT_FOUND, 0, 0, "%.*s is missing", STR_ARG(name));
    if (!S_ISREG(st.st_mode) || st.st_size == 0)
        return diag_fail(c->d, ERR_CORRUPT, 0, 0, "%.*s is empty", STR_ARG(name));
    return OK;
}

static bool same_segments(const struct media_track *x, const struct media_track *y)
{
    if (x->n_segments != y->n_segments || x->init.size_bytes != y->init.size_bytes)
        return false;
    for (size_t i = 0; i < x->n_segments; i++) {
        const struct media_segment *p = &x->segments[i], *q = &y->segments[i];
        if (p->range.offset != q->range.offset || p->range.size_bytes != q->range.size_bytes ||
            p->duration_us != q->duration_us)
            return false;
    }
    return true;
}

static int64_t length_us(const struct media_track *t)
{
    int64_t sum = 0;
    for (size_t i = 0; i < t->n_segments; i++)
        sum += t->segments[i].duration_us;
    return sum;
}

static enum err check_track(const struct check *c, const struct media_track *t,
                            struct box_track *ret_box)
{
    struct media_track found = { 0 };
    enum err e = folder_load_track(c->a, c->dir, t->name, &found, ret_box, c->d);
    if (e == OK)
        e = check_present(c, file_name(c->a, t->name, ".m3u8"));
    if (e == OK && ret_box->is_video)
        e = check_present(c, file_name(c->a, t->name, "-iframes.m3u8"));
    if (e != OK)
        return e;
    if (!same_segments(t, &found) || !str_eq(t->codecs, found.codecs) || t->width != found.width ||
        t->height != found.height || t->channels != found.channels)
        return diag_fail(c->d, ERR_CORRUPT, 0, 0, "media.json describes another %.*s.mp4",
                         STR_ARG(t->name));
    return OK;
}

static enum err check_tracks(const struct check *c, const struct media_info *m)
{
    struct box_track first, other;
    enum err e = check_track(c, &m->renditions[0], &first);
    for (size_t i = 1; e == OK && i < m->n_renditions; i++) {
        e = check_track(c, &m->renditions[i], &other);
        if (e == OK)
            e = box_check_aligned(&first, &other, c->d);
    }
    if (e == OK && llabs(length_us(&m->renditions[0]) - m->duration_us) > AV_SLACK_US)
        e = diag_fail(c->d, ERR_CORRUPT, 0, 0, "the picture is not as long as media.json says");
    if (e != OK || !m->audio)
        return e;
    e = check_track(c, m->audio, &other);
    if (e == OK && llabs(length_us(m->audio) - m->duration_us) > AV_SLACK_US)
        e = diag_fail(c->d, ERR_CORRUPT, 0, 0, "sound and picture differ in length by %lld us",
                      (long long)(length_us(m->audio) - m->duration_us));
    return e;
}

enum err folder_check(struct arena *a, const char *dir, struct media_info *ret, struct diag *d)
{
    struct check c = { a, dir, d };
    struct media_info m;
    struct str text;
    enum err e = file_read(a, path_join(a, dir, STR("media.json")), MEDIA_JSON_BYTES_MAX, &text);
    if (e != OK)
        return diag_fail(d, e, 0, 0, "media.json cannot be read");
    e = media_json_parse(a, text, &m, d);
    if (e == OK)
        e = check_tracks(&c, &m);
    static const char *const always[] = { "master.m3u8", "manifest.mpd", "poster.jpg" };
    for (size_t i = 0; e == OK && i < sizeof always / sizeof *always; i++)
        e = check_present(&c, str_from(always[i]));
    for (size_t i = 0; e == OK && i < m.n_captions; i++)
        e = check_present(&c, m.captions[i].file);
    if (e == OK && m.storyboard.file.n)
        e = check_present(&c, m.storyboard.file);
    if (e == OK && m.storyboard.file.n)
        e = check_present(&c, m.storyboard.vtt);
    if (e == OK)
        *ret = m;
    return e;
}
