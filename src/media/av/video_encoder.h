/*
 * One rendition: pictures in, an H.264 CMAF file out. x264 High, closed GOPs that begin exactly at
 * the given cuts, quality-targeted with a ceiling of bits per rung. One thread (x264 makes its
 * own).
 */
#ifndef DRAMALET_MEDIA_AV_VIDEO_ENCODER_H
#define DRAMALET_MEDIA_AV_VIDEO_ENCODER_H

#include <libavcodec/avcodec.h>

#include "media/av/track_file.h"
#include "media/plan.h"

struct video_encoder {
    AVCodecContext *codec;
    AVPacket *packet;
    struct track_file file;
    struct buf unit;
    const int64_t *cuts; /* borrowed: first frames of the segments */
    size_t n_cuts, cut_in, cut_out;
    int64_t n_in, n_out;
};

struct video_settings {
    struct plan_rung rung;
    struct rate rate;
    const int64_t *cuts;
    size_t n_cuts;
    int threads;
};

NODISCARD enum err video_encoder_open(struct video_encoder *v, const struct video_settings *s,
                                      const char *path, struct diag *d);
/* f: yuv420p of the rung's size; index counts from 0 without gaps. */
NODISCARD enum err video_encoder_add(struct video_encoder *v, int64_t index, AVFrame *f,
                                     struct diag *d);
/* Takes out what the encoder still holds. */
NODISCARD enum err video_encoder_end(struct video_encoder *v, struct diag *d);
/* Frees; also after an error in the middle. Takes zeros. */
void video_encoder_close(struct video_encoder *v);

#endif
