/* Arguments, descriptors, sandbox, work. See main.c for the order and why. */
#include "media/av/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "media/av/loudness.h"
#include "media/av/picture.h"
#include "media/av/scan.h"
#include "media/av/transcode.h"
#include "sys/cores.h"
#include "sys/file.h"
#include "sys/sandbox.h"

enum { SIDECAR_BYTES_MAX = 4 * 1024 * 1024, THREADS_MAX = 16 };

enum option_id {
    OPT_INPUT = 1000,
    OPT_OUTPUT,
    OPT_FIT,
    OPT_FOCUS,
    OPT_LADDER,
    OPT_CAPTIONS,
    OPT_MAX_BYTES,
    OPT_MAX_DURATION,
    OPT_MAX_SIDE,
    OPT_THREADS,
    OPT_PROGRESS,
    OPT_WORK_NAME,
    OPT_WEAKER
};

static const struct option options[] = {
    { "input", required_argument, NULL, OPT_INPUT },
    { "output", required_argument, NULL, OPT_OUTPUT },
    { "fit", required_argument, NULL, OPT_FIT },
    { "focus", required_argument, NULL, OPT_FOCUS },
    { "ladder", required_argument, NULL, OPT_LADDER },
    { "captions", required_argument, NULL, OPT_CAPTIONS },
    { "max-bytes", required_argument, NULL, OPT_MAX_BYTES },
    { "max-duration-s", required_argument, NULL, OPT_MAX_DURATION },
    { "max-side", required_argument, NULL, OPT_MAX_SIDE },
    { "threads", required_argument, NULL, OPT_THREADS },
    { "progress-fd", required_argument, NULL, OPT_PROGRESS },
    { "work-name", required_argument, NULL, OPT_WORK_NAME },
    { "allow-weaker-sandbox", no_argument, NULL, OPT_WEAKER },
    { NULL, 0, NULL, 0 },
};

struct settings {
    struct transcode_options t;
    const char *input, *work_name;
    bool allow_weaker;
    struct arena arena;
    struct diag d;
};

static int cpu_count(void)
{
    int n = core_count();
    return n > THREADS_MAX ? THREADS_MAX : n;
}

static void set_defaults(struct settings *s)
{
    static const int ladder[] = { 360, 540, 720, 1080 };
    *s = (struct settings){
        .t = { .input_fd = -1,
               .limits = { .bytes_max = INT64_C(4) << 30,
                           .duration_max_us = INT64_C(1200) * 1000000,
                           .side_max = 8192,
                           .threads = cpu_count() },
               .fit = FIT_AUTO,
               .focus_x = 500,
               .focus_y = 500,
               .n_ladder = 4,
               .progress_fd = -1 },
    };
    memcpy(s->t.ladder, ladder, sizeof ladder);
}

/* Commas between whole numbers within least..most; returns how many, 0: wrong. */
static size_t parse_numbers(const char *text, int64_t least, int64_t most, int *to, size_t max)
{
    struct str rest = str_from(text), part;
    size_t n = 0;
    while (str_next(&rest, ',', &part)) {
        int64_t v;
        if (n == max || str_to_i64(part, &v) != OK || v < least || v > most)
            return 0;
        to[n++] = (int)v;
    }
    return n;
}

static bool parse_ladder(struct transcode_options *t, const char *text)
{
    t->n_ladder = parse_numbers(text, 16, 4096, t->ladder, PLAN_RUNGS_MAX);
    for (size_t i = 0; i < t->n_ladder; i++)
        if (t->ladder[i] % 2 || (i > 0 && t->ladder[i] <= t->ladder[i - 1]))
            return false;
    return t->n_ladder > 0;
}

static bool parse_focus(struct transcode_options *t, const char *text)
{
    int v[2];
    if (parse_numbers(text, 0, 1000, v, 2) != 2)
        return false;
    t->focus_x = v[0];
    t->focus_y = v[1];
    return true;
}

static bool parse_captions(struct settings *s, char *text)
{
    char *file = strchr(text, '=');
    if (!file || file == text || s->t.n_sidecars == TRANSCODE_SIDECARS_MAX)
        return false;
    *file++ = '\0';
    for (const char *c = text; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
              *c == '-'))
            return false;
    s->t.sidecars[s->t.n_sidecars++] = (struct sidecar){ .lang = text, .name = file };
    return strlen(text) <= 35;
}

static bool parse_number(const char *text, int64_t least, int64_t most, int64_t *ret)
{
    return str_to_i64(str_from(text), ret) == OK && *ret >= least && *ret <= most;
}

static bool parse_limit(struct transcode_options *t, int id, const char *text)
{
    int64_t v;
    switch (id) {
    case OPT_MAX_BYTES:
        return parse_number(text, 1, INT64_C(1) << 40, &t->limits.bytes_max);
    case OPT_MAX_DURATION:
        if (!parse_number(text, 1, 86400, &v))
            return false;
        t->limits.duration_max_us = v * 1000000;
        return true;
    case OPT_MAX_SIDE:
        if (!parse_number(text, 16, 16384, &v))
            return false;
        t->limits.side_max = (int)v;
        return true;
    case OPT_THREADS:
        if (!parse_number(text, 1, 1024, &v))
            return false;
        t->limits.threads = v < THREADS_MAX ? (int)v : THREADS_MAX; /* more gain nothing */
        return true;
    default:
        if (!parse_number(text, 0, 1023, &v))
            return false;
        t->progress_fd = (int)v;
        return true;
    }
}

static bool parse_option(struct settings *s, int id, char *text)
{
    switch (id) {
    case OPT_INPUT:
        s->input = text;
        return true;
    case OPT_OUTPUT:
        s->t.output_dir = text;
        return true;
    case OPT_FIT:
        return fit_parse(text, &s->t.fit) == OK;
    case OPT_FOCUS:
        return parse_focus(&s->t, text);
    case OPT_LADDER:
        return parse_ladder(&s->t, text);
    case OPT_CAPTIONS:
        return parse_captions(s, text);
    case OPT_WORK_NAME:
        s->work_name = text;
        return true;
    case OPT_WEAKER:
        s->allow_weaker = true;
        return true;
    default:
        return parse_limit(&s->t, id, text);
    }
}

/* Fills s; false after a sentence on stderr. */
static bool parse_arguments(struct settings *s, int argc, char **argv)
{
    int id, at = 0;
    set_defaults(s);
    opterr = 0;
    while ((id = getopt_long(argc, argv, "", options, &at)) != -1) {
        if (id == '?') {
            fprintf(stderr, "dramalet-media %s: unknown option, or a value is missing: %s\n",
                    argv[0], argv[optind - 1]);
            return false;
        }
        if (!parse_option(s, id, optarg)) {
            fprintf(stderr, "dramalet-media %s: --%s does not take \"%s\"\n", argv[0],
                    options[at].name, optarg);
            return false;
        }
    }
    if (!s->input && optind < argc)
        s->input = argv[optind++];
    if (!s->input || optind < argc) {
        fprintf(stderr, "dramalet-media %s: %s\n", argv[0],
                s->input ? "one input file at a time" : "which file?");
        return false;
    }
    return true;
}

static enum err open_input(struct settings *s)
{
    s->t.input_fd = open(s->input, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (s->t.input_fd < 0)
        return diag_fail(&s->d, err_from_errno(errno), 0, 0, "The file cannot be opened: %s.",
                         strerror(errno));
    return OK;
}

static enum err read_sidecars(struct settings *s)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && i < s->t.n_sidecars; i++) {
        struct sidecar *c = &s->t.sidecars[i];
        e = file_read(&s->arena, c->name, SIDECAR_BYTES_MAX, &c->text);
        if (e != OK)
            e = diag_fail(&s->d, e, 0, 0, "The captions %s cannot be read.", c->name);
    }
    return e;
}

/* Everything that needs a path is open: from here on only the output folder exists. */
static enum err enter_sandbox(struct settings *s)
{
    const char *nothing[] = { NULL };
    const char *writable[] = { s->t.output_dir, NULL };
    struct sandbox_spec spec = { .read_paths = nothing,
                                 .write_paths = s->t.output_dir ? writable : nothing,
                                 .allow_weaker = s->allow_weaker };
    struct sandbox_state state;
    enum err e = sandbox_enter(&spec, &state);
    return e == OK ? OK
                   : diag_fail(&s->d, e, 0, 0,
                               "This kernel cannot isolate the converter (Landlock, seccomp). "
                               "--allow-weaker-sandbox goes on without.");
}

static int finish(struct settings *s, enum err e)
{
    if (e != OK)
        fprintf(stderr, "%s%s%s\n", s->work_name ? s->work_name : "", s->work_name ? ": " : "",
                s->d.msg[0] ? s->d.msg : err_name(e));
    fd_close(&s->t.input_fd);
    arena_done(&s->arena);
    return e == OK ? 0 : 1;
}

int command_transcode(int argc, char **argv)
{
    struct settings s;
    if (!parse_arguments(&s, argc, argv))
        return 2;
    if (!s.t.output_dir) {
        fprintf(stderr, "dramalet-media transcode: --output is missing\n");
        return 2;
    }
    enum err e = open_input(&s);
    if (e == OK)
        e = read_sidecars(&s);
    if (e == OK)
        e = dir_make(s.t.output_dir, 0755);
    if (e == OK)
        e = enter_sandbox(&s);
    if (e == OK)
        e = transcode_run(&s.t, &s.d);
    return finish(&s, e);
}

/* ---- probe, measure ---- */

static void write_streams(struct json *j, const struct input *in)
{
    json_key(j, "streams");
    json_array_begin(j);
    for (unsigned i = 0; i < in->fmt->nb_streams; i++) {
        const AVStream *st = in->fmt->streams[i];
        const AVCodecParameters *p = st->codecpar;
        const char *type = av_get_media_type_string(p->codec_type);
        const AVDictionaryEntry *lang = av_dict_get(st->metadata, "language", NULL, 0);
        json_object_begin(j);
        json_key(j, "type");
        json_cstr(j, type);
        json_key(j, "codec");
        json_cstr(j, avcodec_get_name(p->codec_id));
        json_key(j, "language");
        json_cstr(j, lang ? lang->value : NULL);
        if (p->codec_type == AVMEDIA_TYPE_AUDIO) {
            json_ki64(j, "channels", p->ch_layout.nb_channels);
            json_ki64(j, "sample_rate", p->sample_rate);
        } else if (p->codec_type == AVMEDIA_TYPE_VIDEO) {
            json_ki64(j, "width", p->width);
            json_ki64(j, "height", p->height);
        }
        json_kbool(j, "used", st == in->video || st == in->audio);
        json_object_end(j);
    }
    json_array_end(j);
}

static void write_probe(struct buf *b, const struct input *in, const struct scan *scan)
{
    struct json j = { .out = b };
    struct media_source s = input_source(in);
    struct picture_source p = picture_source_of(in);
    json_object_begin(&j);
    json_kstr(&j, "container", s.container);
    json_kstr(&j, "video_codec", s.video_codec);
    json_key(&j, "audio_codec");
    if (s.audio_codec.n)
        json_str(&j, s.audio_codec);
    else
        json_nil(&j);
    json_ki64(&j, "width", s.width);
    json_ki64(&j, "height", s.height);
    json_ki64(&j, "rotation", s.rotation);
    json_ki64(&j, "duration_us", scan->duration_us);
    json_ki64(&j, "shown_width", p.shown_width);
    json_ki64(&j, "shown_height", p.shown_height);
    json_key(&j, "frame_rate");
    json_array_begin(&j);
    json_i64(&j, scan->rate.num);
    json_i64(&j, scan->rate.den);
    json_array_end(&j);
    json_kbool(&j, "variable_frame_rate", scan->is_variable_rate);
    json_ki64(&j, "frames", scan->n_frames);
    json_kbool(&j, "hdr", p.is_hdr);
    write_streams(&j, in);
    json_object_end(&j);
    buf_add_char(b, '\n');
}

static enum err probe(struct settings *s, struct buf *b)
{
    struct input in;
    struct scan scan;
    enum err e = input_open(&in, s->t.input_fd, &s->t.limits, &s->d);
    if (e != OK)
        return e;
    e = scan_run(&in, &scan, &s->d);
    if (e == OK)
        write_probe(b, &in, &scan);
    input_close(&in);
    return e;
}

static enum err measure(struct settings *s, struct buf *b)
{
    struct input in;
    struct scan scan;
    struct media_loudness l;
    enum err e = input_open(&in, s->t.input_fd, &s->t.limits, &s->d);
    if (e != OK)
        return e;
    bool has_audio = in.audio != NULL;
    e = scan_run(&in, &scan, &s->d);
    input_close(&in);
    if (e == OK && has_audio)
        e = loudness_measure(s->t.input_fd, &s->t.limits, &scan, &l, &s->d);
    if (e != OK)
        return e;
    struct json j = { .out = b };
    json_object_begin(&j);
    json_ki64(&j, "duration_us", scan.duration_us);
    json_ki64(&j, "frames", scan.n_frames);
    json_kbool(&j, "has_audio", has_audio);
    if (has_audio) {
        json_key(&j, "integrated_lufs");
        json_f64(&j, l.integrated_lufs);
        json_key(&j, "true_peak_dbtp");
        json_f64(&j, l.true_peak_dbtp);
        json_kbool(&j, "silent", l.is_silent);
    }
    json_object_end(&j);
    buf_add_char(b, '\n');
    return OK;
}

static int report(int argc, char **argv, enum err (*make)(struct settings *, struct buf *))
{
    struct settings s;
    struct buf b = { .max = 1 << 20 };
    if (!parse_arguments(&s, argc, argv))
        return 2;
    enum err e = open_input(&s);
    if (e == OK)
        e = enter_sandbox(&s);
    if (e == OK)
        e = make(&s, &b);
    if (e == OK)
        e = fd_write_all(STDOUT_FILENO, b.p, b.n);
    buf_done(&b);
    return finish(&s, e);
}

int command_probe(int argc, char **argv)
{
    return report(argc, argv, probe);
}

int command_measure(int argc, char **argv)
{
    return report(argc, argv, measure);
}
