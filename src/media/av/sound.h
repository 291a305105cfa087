/*
 * The sound of a source as stereo float at 48 kHz, sample 0 lying exactly under the first picture
 * and the last one under the end of the last: gaps become silence, overlaps are dropped, 5.1 is
 * mixed down, mono is put on both sides. Decoding errors become silence, too. One thread per
 * source.
 */
#ifndef DRAMALET_MEDIA_AV_SOUND_H
#define DRAMALET_MEDIA_AV_SOUND_H

#include <libavcodec/avcodec.h>
#include <libswresample/swresample.h>

#include "media/av/input.h"
#include "media/av/scan.h"

enum { SOUND_RATE = 48000, SOUND_BLOCK = 1024 };

struct sound {
    struct input in;
    AVCodecContext *decoder;
    SwrContext *swr;
    struct { /* what swr takes in */
        int rate, channels, format;
    } shape;
    AVPacket *packet;
    AVFrame *frame;
    float *queue[2]; /* resampled, not read yet */
    size_t queued, queue_cap, queue_at;
    int64_t start_us, made, total; /* made: samples that went through the queue */
    int64_t n_decoded;
    bool is_ended;
};

/* Opens a second view of the file on fd; the whole file holds total samples, as long as the
 * pictures last. */
NODISCARD enum err sound_open(struct sound *s, int fd, const struct input_limits *limits,
                              const struct scan *scan, struct diag *d);
/* The next block, shorter only at the end; *ret_n 0: the end. */
NODISCARD enum err sound_read(struct sound *s, float *left, float *right, size_t *ret_n,
                              struct diag *d);
void sound_close(struct sound *s);

#endif
