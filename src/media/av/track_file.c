/* Samples to fragments to a file. */
#include "media/av/track_file.h"

#include <errno.h>
#include <fcntl.h>

#include "sys/file.h"

static void write_out(struct track_file *t)
{
    if (t->err == OK)
        t->err = t->out.err;
    if (t->err == OK)
        t->err = fd_write_all(t->fd, t->out.p, t->out.n);
    buf_reset(&t->out);
}

enum err track_file_open(struct track_file *t, const char *path, const struct cmaf_track *track)
{
    *t = (struct track_file){ .fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) };
    if (t->fd < 0)
        return err_from_errno(errno);
    t->track = *track;
    t->data.max = TRACK_SEGMENT_BYTES_MAX;
    t->out.max = TRACK_SEGMENT_BYTES_MAX * 2;
    cmaf_write_init(&t->out, track);
    write_out(t);
    return t->err;
}

void track_file_cut(struct track_file *t)
{
    size_t n = t->samples.n / sizeof(struct cmaf_sample);
    if (n == 0)
        return;
    if (t->err == OK)
        t->err = t->data.err != OK ? t->data.err : t->samples.err;
    cmaf_write_fragment(&t->out, &t->track, ++t->sequence, t->decode_time,
                        (const struct cmaf_sample *)(const void *)t->samples.p, n,
                        buf_str(&t->data));
    write_out(t);
    t->decode_time += (int64_t)n * t->track.sample_duration;
    buf_reset(&t->samples);
    buf_reset(&t->data);
}

void track_file_add(struct track_file *t, struct str bytes, int32_t composition_offset)
{
    struct cmaf_sample s = { (uint32_t)bytes.n, composition_offset };
    buf_add(&t->samples, &s, sizeof s);
    buf_add_str(&t->data, bytes);
    t->n_samples++;
}

enum err track_file_end(struct track_file *t)
{
    if (t->track.timescale) {
        track_file_cut(t);
        fd_close(&t->fd);
    }
    buf_done(&t->samples);
    buf_done(&t->data);
    buf_done(&t->out);
    enum err e = t->err;
    *t = (struct track_file){ .fd = -1 };
    return e;
}
