/*
 * CMAF writer: one track of H.264 or AAC as an init segment and fragments (ISO/IEC 14496-12 and
 * 23000-19, one moof and mdat per segment). Ours rather than libavformat's because the ranges, the
 * decode times (from 0) and the edit lists (reordering delay of pictures, priming of sound) must be
 * exactly so; see docs/decisions/ for what was compared. Pure; any thread.
 */
#ifndef DRAMALET_MEDIA_CMAF_H
#define DRAMALET_MEDIA_CMAF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct cmaf_track {
    bool is_video;
    uint32_t timescale;
    uint32_t sample_duration;  /* ticks; the same for every sample of the track */
    int width, height;         /* video, square pixels */
    int channels, sample_rate; /* audio */
    struct str config;       /* video: AVCDecoderConfigurationRecord; audio: AudioSpecificConfig */
    int64_t edit_media_time; /* ticks before the presentation begins: reordering delay
                              * or priming; 0: no edit list */
    int64_t bit_rate;        /* audio: nominal bits/s for esds; 0: unknown */
};

struct cmaf_sample {
    uint32_t size_bytes;
    int32_t composition_offset; /* ticks, pts - dts */
};

/* Appends ftyp and moov. */
void cmaf_write_init(struct buf *out, const struct cmaf_track *t);

/* Appends moof and mdat: n samples whose bytes lie one behind the other in data; the first is a
 * sync sample, in video the only one. sequence counts from 1; decode_time in ticks. */
void cmaf_write_fragment(struct buf *out, const struct cmaf_track *t, uint32_t sequence,
                         int64_t decode_time, const struct cmaf_sample *samples, size_t n,
                         struct str data);

/* AVCDecoderConfigurationRecord from H.264 headers in Annex B form (start codes, SPS, PPS);
 * ERR_INPUT when one is missing. */
NODISCARD enum err cmaf_avcc_from_annexb(struct buf *out, struct str headers);

/* Appends an access unit with 4-byte lengths instead of start codes. Parameter sets (they are in
 * the init segment) and the encoder's self-advertisement (SEI type 5) are left out. */
void cmaf_add_annexb(struct buf *out, struct str access_unit);

#endif
