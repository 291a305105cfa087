/*
 * AAC-LC (libavcodec's own encoder, 128 kbit/s stereo) into a CMAF file whose segments follow the
 * pictures' cuts, decoding again what it encodes, so that the caller measures what a viewer hears.
 * The encoder's priming is kept and cut off by an edit list; see docs/decisions. One thread.
 */
#ifndef DRAMALET_MEDIA_AV_SOUND_ENCODER_H
#define DRAMALET_MEDIA_AV_SOUND_ENCODER_H

#include <libavcodec/avcodec.h>

#include "media/av/track_file.h"

enum { SOUND_BIT_RATE = 128000, SOUND_FRAME = 1024 };

struct sound_encoder {
    AVCodecContext *encoder, *decoder;
    AVPacket *packet;
    AVFrame *frame, *decoded;
    struct track_file file;
    const int64_t *cuts_us; /* borrowed */
    size_t n_cuts, next_cut;
    int64_t total; /* samples that will come */
    int64_t n_in, n_packets, n_heard;
    int filled; /* samples in frame */
    /* what a decoder gives back, without the priming, no more than total */
    void (*on_decoded)(void *arg, const float *left, const float *right, size_t n);
    void *arg;
};

NODISCARD enum err sound_encoder_open(struct sound_encoder *s, const char *path,
                                      const int64_t *cuts_us, size_t n_cuts, int64_t total,
                                      struct diag *d);
NODISCARD enum err sound_encoder_add(struct sound_encoder *s, const float *left, const float *right,
                                     size_t n, struct diag *d);
NODISCARD enum err sound_encoder_end(struct sound_encoder *s, struct diag *d);
/* Frees; also after an error. */
void sound_encoder_close(struct sound_encoder *s);

#endif
