/* See package.h. */
#include "catalog/package.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/utf8.h"
#include "catalog/language_tag.h"
#include "catalog/package_walk.h"
#include "sys/file.h"

#define SERIES_YAML "series.yaml"

static const char *const video_extensions[] = { "mp4", "mov",  "mkv", "webm",
                                                "ts",  "m2ts", "mts", "m4v" };

struct opening {
    struct arena *a;
    struct problems *ps;
    struct package *p;
};

static bool is_video_extension(struct str s)
{
    for (size_t i = 0; i < sizeof video_extensions / sizeof video_extensions[0]; i++)
        if (str_ieq(s, str_from(video_extensions[i])))
            return true;
    return false;
}

const struct package_entry *package_find(const struct package *p, struct str path)
{
    size_t lo = 0, hi = p->n_files;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (str_cmp(p->files[mid].path, path) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < p->n_files && str_eq(p->files[lo].path, path) ? &p->files[lo] : NULL;
}

/* --- the files of an episode --- */

/* "captions.zh-Hans.vtt": stem captions, language zh-Hans, extension vtt. */
struct name_parts {
    struct str stem, language, extension;
};

static bool split_name(struct str name, struct name_parts *ret)
{
    ptrdiff_t first = str_find_char(name, '.'), last = str_rfind_char(name, '.');
    if (first <= 0)
        return false;
    ret->stem = str_head(name, (size_t)first);
    ret->extension = str_skip(name, (size_t)last + 1);
    ret->language =
        last > first ? str_sub(name.p + first + 1, (size_t)(last - first - 1)) : STR("");
    return true;
}

static void take_video(struct opening *o, struct package_episode *e, const struct package_entry *f,
                       const struct name_parts *n)
{
    if (!is_video_extension(n->extension)) {
        problem_error(o->ps, f->path, 0, 0,
                      "is not a kind of video that is read: convert it to .mp4 (.mov, .mkv, .webm "
                      "and .ts are fine, too)");
        e->has_wrong_video = true;
        return;
    }
    if (n->language.n) {
        problem_warning(o->ps, f->path, 0, 0,
                        "is kept in the package, but players do not offer another cut yet");
        return;
    }
    if (e->video) {
        problem_error(o->ps, f->path, 0, 0, "is a second video beside %.*s: keep one of them",
                      STR_ARG(e->video->path));
        return;
    }
    if (f->size_bytes == 0)
        problem_error(o->ps, f->path, 0, 0, "is empty");
    e->video = f;
}

/* The beginning of a file, to see what it is. */
static enum err read_head(const struct package_entry *f, char *buf, size_t size, struct str *ret)
{
    int fd CLEANUP(fd_close) = open(f->disk_path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return err_from_errno(errno);
    ssize_t n = read(fd, buf, size);
    if (n < 0)
        return err_from_errno(errno);
    *ret = str_sub(buf, (size_t)n);
    return OK;
}

/* A look at the first lines; the transcode job reads the whole file. */
static void check_captions(struct opening *o, const struct package_entry *f,
                           const struct name_parts *n)
{
    char buf[4096];
    struct str head = { 0 };
    enum err e = read_head(f, buf, sizeof buf, &head);
    if (e != OK) {
        problem_error(o->ps, f->path, 0, 0, "cannot be read (%s)", err_name(e));
        return;
    }
    if (str_starts(head, STR("\xEF\xBB\xBF")))
        head = str_skip(head, 3);
    bool is_vtt = str_ieq(n->extension, STR("vtt"));
    if (f->size_bytes > PACKAGE_CAPTIONS_MAX)
        problem_error(o->ps, f->path, 0, 0, "has %lld MB: %d at most",
                      (long long)(f->size_bytes >> 20), PACKAGE_CAPTIONS_MAX >> 20);
    else if (is_vtt && !str_starts(head, STR("WEBVTT")))
        problem_error(o->ps, f->path, 1, 1, "is not WebVTT: its first line must be WEBVTT");
    else if (!is_vtt && head.n && str_find(head, STR("-->")) < 0)
        problem_error(o->ps, f->path, 1, 1,
                      "is not SubRip: a line such as 00:00:01,000 --> 00:00:02,500 is missing");
}

static void take_captions(struct opening *o, struct package_episode *e,
                          const struct package_entry *f, const struct name_parts *n)
{
    struct language_tag tag;
    if (!str_ieq(n->extension, STR("vtt")) && !str_ieq(n->extension, STR("srt"))) {
        problem_warning(o->ps, f->path, 0, 0,
                        "is kept, but captions are .vtt or .srt: nobody will see these");
        return;
    }
    if (language_tag_parse(n->language, &tag) != OK) {
        const char *guess = language_tag_guess(n->language);
        problem_error(o->ps, f->path, 0, 0, "names no language: call it captions.%s.%.*s",
                      guess ? guess : "en", STR_ARG(n->extension));
        return;
    }
    for (size_t i = 0; i < e->captions->n; i++)
        if (str_eq_c(e->captions->items[i].language, tag.s)) {
            problem_error(o->ps, f->path, 0, 0,
                          "is a second file with captions in %s: keep one of them", tag.s);
            return;
        }
    if (e->captions->n == PACKAGE_TRACKS_MAX) {
        problem_error(o->ps, f->path, 0, 0, "%d languages of captions at most", PACKAGE_TRACKS_MAX);
        return;
    }
    check_captions(o, f, n);
    e->captions->items[e->captions->n++] =
        (struct package_track){ .language = arena_str(o->a, str_from(tag.s)), .file = f };
}

static void take_audio(struct opening *o, struct package_episode *e, const struct package_entry *f,
                       const struct name_parts *n)
{
    (void)e;
    (void)n;
    problem_warning(o->ps, f->path, 0, 0,
                    "is kept in the package, but players do not offer other languages' sound yet");
}

static void take_cover(struct opening *o, struct package_episode *e, const struct package_entry *f,
                       const struct name_parts *n)
{
    (void)o;
    if (str_ieq(n->extension, STR("jpg")) || str_ieq(n->extension, STR("jpeg")))
        e->cover = f;
}

/* What a file of an episode's folder is, by its name; every other one is only kept. */
static void take_file(struct opening *o, struct package_episode *e, const struct package_entry *f,
                      struct str name)
{
    static const struct {
        const char *stem;
        void (*take)(struct opening *o, struct package_episode *e, const struct package_entry *f,
                     const struct name_parts *n);
    } kinds[] = { { "video", take_video },
                  { "captions", take_captions },
                  { "audio", take_audio },
                  { "cover", take_cover } };
    struct name_parts parts;
    if (str_find_char(name, '/') >= 0 || !split_name(name, &parts))
        return;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (str_eq_c(parts.stem, kinds[i].stem))
            kinds[i].take(o, e, f, &parts);
}

/* --- the episodes of a package --- */

static bool parse_number(struct str s, int64_t *ret)
{
    if (s.n == 0 || s.n > 8)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return str_to_i64(s, ret) == OK && *ret >= 1 && *ret <= SERIES_NUMBER_MAX;
}

/* The episode of a folder; a new one is added. NULL: told. Folders come sorted, so the one of the
 * file before is the usual answer. */
static struct package_episode *episode_of(struct opening *o, struct str folder,
                                          const struct package_entry *f)
{
    struct package *p = o->p;
    int64_t number;
    if (p->n_episodes && str_eq(p->episodes[p->n_episodes - 1].folder, folder))
        return &p->episodes[p->n_episodes - 1];
    if (!parse_number(folder, &number)) {
        problem_warning(o->ps, f->path, 0, 0,
                        "is kept, but episodes/%.*s is no episode: folders there are numbers, such "
                        "as episodes/001",
                        STR_ARG(folder));
        return NULL;
    }
    for (size_t i = 0; i < p->n_episodes; i++)
        if (p->episodes[i].number == number) {
            problem_error(o->ps, f->path, 0, 0,
                          "episode %lld is there twice, also as episodes/%.*s", (long long)number,
                          STR_ARG(p->episodes[i].folder));
            return NULL;
        }
    if (p->n_episodes == SERIES_EPISODES_MAX) {
        problem_error(o->ps, f->path, 0, 0, "%d episodes at most", SERIES_EPISODES_MAX);
        return NULL;
    }
    struct package_episode *e = &p->episodes[p->n_episodes++];
    e->number = number;
    e->folder = folder;
    e->captions = ARENA_NEW(o->a, struct package_tracks);
    return e;
}

static int compare_episodes(const void *a, const void *b)
{
    const struct package_episode *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static void find_episodes(struct opening *o)
{
    struct package *p = o->p;
    p->episodes = ARENA_ARRAY(o->a, struct package_episode, SERIES_EPISODES_MAX);
    for (size_t i = 0; i < p->n_files; i++) {
        struct str rest = p->files[i].path, part;
        if (!str_starts(rest, STR("episodes/")))
            continue;
        rest = str_skip(rest, sizeof "episodes/" - 1);
        if (str_find_char(rest, '/') < 0) {
            problem_warning(o->ps, p->files[i].path, 0, 0,
                            "is kept, but belongs to no episode: put it into episodes/001");
            continue;
        }
        str_next(&rest, '/', &part);
        struct package_episode *e = episode_of(o, part, &p->files[i]);
        if (e)
            take_file(o, e, &p->files[i], rest);
    }
    if (p->n_episodes)
        qsort(p->episodes, p->n_episodes, sizeof p->episodes[0], compare_episodes);
}

/* What series.yaml says about the episodes, and what is wrong between the two. */
static void join_with_doc(struct opening *o)
{
    struct package *p = o->p;
    int64_t before = 0, season = 1;
    for (size_t i = 0; i < p->n_episodes; i++) {
        struct package_episode *e = &p->episodes[i];
        struct str folder = arena_printf(o->a, "episodes/%.*s", STR_ARG(e->folder));
        e->doc = series_doc_episode(&p->doc, e->number);
        if (e->doc && e->doc->season)
            season = e->doc->season;
        e->season = season;
        if (!e->video && !e->has_wrong_video)
            problem_error(o->ps, folder, 0, 0,
                          "episode %lld has no video: put it there as video.mp4",
                          (long long)e->number);
        if (e->number > before + 1)
            problem_warning(o->ps, folder, 0, 0, "no episode between %lld and %lld",
                            (long long)before, (long long)e->number);
        before = e->number;
    }
    for (size_t i = 0; i < p->doc.episodes.n; i++) {
        const struct series_episode *d = &p->doc.episodes.items[i];
        size_t j = 0;
        while (j < p->n_episodes && p->episodes[j].number != d->number)
            j++;
        if (j == p->n_episodes)
            problem_warning(o->ps, STR(SERIES_YAML), d->node->line, d->node->column,
                            "episode %lld has no folder episodes/%03lld: viewers will not see it",
                            (long long)d->number, (long long)d->number);
    }
    if (p->n_episodes == 0)
        problem_warning(o->ps, STR("episodes"), 0, 0,
                        "no episode yet: the first one is episodes/001/video.mp4");
}

static void find_cover(struct opening *o)
{
    struct package *p = o->p;
    static const char *const usual[] = { "cover.jpg", "cover.jpeg", "cover.png", "cover.webp" };
    if (p->doc.cover.n) {
        const struct ynode *at = ynode_get(p->doc.root, STR("cover"));
        p->cover = package_find(p, p->doc.cover);
        if (!p->cover)
            problem_error(o->ps, STR(SERIES_YAML), at->line, at->column,
                          "cover: there is no %.*s in the package", STR_ARG(p->doc.cover));
        return;
    }
    for (size_t i = 0; i < sizeof usual / sizeof usual[0] && !p->cover; i++)
        p->cover = package_find(p, str_from(usual[i]));
}

static enum err read_doc(struct opening *o)
{
    const struct package_entry *f = package_find(o->p, STR(SERIES_YAML));
    struct str text;
    if (!f) {
        problem_error(o->ps, STR(SERIES_YAML), 0, 0,
                      "is missing: write it with two lines, title: and language:");
        return OK;
    }
    enum err e = f->disk_path ? file_read(o->a, f->disk_path, YAML_FILE_MAX, &text) : OK;
    if (e != OK) {
        problem_error(o->ps, f->path, 0, 0, "cannot be read (%s, %d KiB at most)", err_name(e),
                      YAML_FILE_MAX / 1024);
        return e;
    }
    if (!f->disk_path)
        text = f->content;
    return series_yaml_read(o->a, text, f->path, o->ps, &o->p->doc);
}

/* p->files is there; the rest follows from it. A bad series.yaml hides no other problem. */
static enum err finish(struct opening *o, struct package *ret)
{
    size_t errors = o->ps->n_errors;
    enum err e = read_doc(o);
    if (e != OK && e != ERR_INPUT && e != ERR_LIMIT)
        return e;
    find_episodes(o);
    join_with_doc(o);
    if (e == OK)
        find_cover(o);
    for (size_t i = 0; i < o->p->n_files; i++)
        o->p->size_bytes += o->p->files[i].size_bytes;
    if (e != OK || o->ps->n_errors > errors || problems_err(o->ps) != OK)
        return e == OK ? ERR_INPUT : e;
    *ret = *o->p;
    return OK;
}

enum err package_from_entries(struct arena *a, struct package_entry *files, size_t n,
                              struct problems *ps, struct package *ret)
{
    struct package p = { .files = files, .n_files = n };
    struct opening o = { .a = a, .ps = ps, .p = &p };
    return finish(&o, ret);
}

/* --- a single video --- */

/* "bottle-detection.mp4" -> "Bottle detection". */
static struct str title_from_name(struct arena *a, struct str name)
{
    struct buf b = { 0 };
    ptrdiff_t dot = str_rfind_char(name, '.');
    name = dot > 0 ? str_head(name, (size_t)dot) : name;
    if (!utf8_is_valid(name) || utf8_has_control(name))
        return STR("Untitled");
    uint32_t cp;
    for (bool is_first = true; utf8_next(&name, &cp); is_first = false) {
        bool is_gap = cp == '-' || cp == '_' || cp == '.';
        utf8_add(&b, is_gap ? ' ' : is_first && cp >= 'a' && cp <= 'z' ? cp - 32 : cp);
    }
    struct str title = str_trim(buf_to_arena(&b, a));
    return title.n ? utf8_head(title, SERIES_TITLE_MAX) : STR("Untitled");
}

static struct str yaml_of_video(struct arena *a, struct str title, const struct package_video *v)
{
    struct buf b = { 0 };
    buf_add_c(&b, "title: ");
    json_add_string(&b, title); /* a JSON string is a YAML one */
    buf_addf(&b, "\nlanguage: %.*s\n", STR_ARG(v->language.n ? v->language : STR("und")));
    if (v->is_test_footage)
        buf_add_c(&b, "is_test_footage: true\n");
    return buf_to_arena(&b, a);
}

static enum err open_video(struct opening *o, const char *path, const struct stat *st,
                           const struct package_video *video, struct package *ret)
{
    struct package_video v = video ? *video : (struct package_video){ 0 };
    struct str name = str_from(path);
    name = str_skip(name, (size_t)(str_rfind_char(name, '/') + 1));
    ptrdiff_t dot = str_rfind_char(name, '.');
    struct str extension = dot > 0 ? str_skip(name, (size_t)dot + 1) : STR("");
    if (!is_video_extension(extension)) {
        problem_error(o->ps, str_from(path), 0, 0,
                      "is neither a package's folder nor a video (.mp4, .mov, .mkv, .webm, .ts)");
        return ERR_INPUT;
    }
    if (st->st_size > PACKAGE_VIDEO_MAX_BYTES) {
        problem_error(o->ps, str_from(path), 0, 0, "has %lld MB: %lld at most",
                      (long long)(st->st_size >> 20), (long long)(PACKAGE_VIDEO_MAX_BYTES >> 20));
        return ERR_LIMIT;
    }
    struct str title = v.title.n ? v.title : title_from_name(o->a, name);
    struct str yaml = yaml_of_video(o->a, title, &v);
    struct buf video_path = { 0 };
    buf_add_c(&video_path, "episodes/001/video.");
    for (size_t i = 0; i < extension.n; i++)
        buf_add_char(&video_path, (char)utf8_fold((unsigned char)extension.p[i]));
    o->p->files = ARENA_ARRAY(o->a, struct package_entry, 2);
    o->p->files[0] = (struct package_entry){ .path = buf_to_arena(&video_path, o->a),
                                             .disk_path = arena_cstr(o->a, str_from(path)),
                                             .size_bytes = st->st_size };
    o->p->files[1] = (struct package_entry){ .path = STR(SERIES_YAML),
                                             .content = yaml,
                                             .size_bytes = (int64_t)yaml.n };
    o->p->n_files = 2;
    return finish(o, ret);
}

enum err package_open(struct arena *a, const char *path, const struct package_video *video,
                      struct problems *ps, struct package *ret)
{
    struct package p = { 0 };
    struct opening o = { .a = a, .ps = ps, .p = &p };
    struct stat st;
    if (stat(path, &st) != 0) {
        enum err e = err_from_errno(errno);
        problem_error(ps, str_from(path), 0, 0,
                      e == ERR_NOT_FOUND ? "is not there" : "cannot be read");
        return e;
    }
    if (S_ISREG(st.st_mode))
        return open_video(&o, path, &st, video, ret);
    if (!S_ISDIR(st.st_mode)) {
        problem_error(ps, str_from(path), 0, 0, "is neither a file nor a folder");
        return ERR_INPUT;
    }
    enum err e = package_walk(a, path, ps, &p.files, &p.n_files);
    return e == OK ? finish(&o, ret) : e;
}
