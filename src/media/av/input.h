/*
 * A stranger's media file, opened with as little trust as libav allows: the bytes come from one
 * already opened descriptor (libav opens nothing itself), the demuxer is the one that our own
 * sniffing chose, decoders are on a list, and sizes, durations, streams and pixels have limits that
 * are checked before anything is decoded. Several inputs may share a descriptor (pread).
 *
 * One thread per input. Call only inside the sandbox (see main.c for the order).
 */
#ifndef DRAMALET_MEDIA_AV_INPUT_H
#define DRAMALET_MEDIA_AV_INPUT_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "media/media_json.h"

struct input_limits {
    int64_t bytes_max;
    int64_t duration_max_us;
    int side_max;
    int threads; /* for decoders */
};

struct input {
    int fd; /* borrowed */
    int64_t size_bytes, at;
    const char *demuxer;
    struct input_limits limits;
    AVIOContext *io;
    AVFormatContext *fmt;
    AVStream *video;        /* NULL: none that counts (cover pictures do not) */
    AVStream *audio;        /* NULL: none that can be decoded */
    bool has_dropped_audio; /* there is sound in a coding that is not taken */
};

/* Opens, reads the headers and checks the limits. On error *d has a sentence and nothing is left
 * open. input_close takes what input_open filled, or zeros. */
NODISCARD enum err input_open(struct input *in, int fd, const struct input_limits *limits,
                              struct diag *d);
void input_close(struct input *in);

/* Opens a decoder for a stream. is_fast: cheaper in-loop filtering for pictures that nothing else
 * refers to; only for output much smaller than the source. Free with avcodec_free_context. */
NODISCARD enum err input_decoder(const struct input *in, const AVStream *st, bool is_fast,
                                 AVCodecContext **ret, struct diag *d);

struct orientation {
    int rotation;       /* clockwise degrees that set it upright: 0, 90, 180, 270 */
    const char *filter; /* for a filter graph, with a leading comma; empty: upright */
};

/* From the display matrix; mirrored pictures are mirrored back. */
struct orientation input_orientation(const AVStream *video);

/* The "source" object; text lives as long as the input. */
struct media_source input_source(const struct input *in);

/* Translates an AVERROR: ENOMEM and limits apart, everything else is the input's fault. */
enum err err_from_av(int code);

#endif
