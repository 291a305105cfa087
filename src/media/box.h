/*
 * Box reader: what a CMAF file (ISO/IEC 14496-12 and 23000-19: one track, fragmented) says about
 * itself, and the proof that it is whole. Every file that dramalet-media publishes passes through
 * here first, and this code shares nothing with the writer.
 *
 * Pure, any thread; the caller maps the file. Never reads outside `bytes`, whatever they hold:
 * this is a parser of outside bytes with a fuzz target (tests/fuzz/box_fuzz.c).
 */
#ifndef DRAMALET_MEDIA_BOX_H
#define DRAMALET_MEDIA_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "media/media_json.h"

enum { BOX_FRAGMENTS_MAX = MEDIA_SEGMENTS_MAX, BOX_SAMPLES_MAX = 10 * 1000 * 1000 };

/* One moof with its mdat. Times are ticks of the track's timescale, offsets are in the file. */
struct box_fragment {
    struct media_range range; /* moof and mdat */
    int64_t decode_time;      /* tfdt */
    int64_t duration;         /* sum of the samples' durations */
    int64_t first_pts;        /* the earliest presentation time in it */
    int64_t first_sample_end; /* offset behind the first sample: what an I-frame range covers */
    uint32_t n_samples;
    bool starts_with_sync;
};

struct box_track {
    bool is_video;
    uint32_t timescale;
    int width, height;         /* video, pixels */
    int channels, sample_rate; /* audio */
    char codecs[32];           /* RFC 6381: "avc1.640028", "mp4a.40.2" */
    int64_t edit_media_time;   /* ticks the edit list cuts off the start; 0: no edit list */
    struct media_range init;   /* ftyp and moov */
    struct box_fragment *fragments;
    size_t n_fragments;
    int64_t duration; /* ticks, all fragments */
    uint32_t n_samples;
};

/*
 * Reads and checks the whole file: ftyp and moov first, one track of H.264 or AAC, then pairs of
 * moof and mdat to the last byte; sequence numbers rise; decode times begin at 0 and continue
 * without a gap; every fragment has samples, all their bytes lie in its mdat and fill it; every
 * video fragment starts with a sync sample. ERR_INPUT with *d filled (line 0; the message names
 * the byte offset) when any of it fails; ERR_LIMIT over the limits above.
 */
NODISCARD enum err box_read(struct arena *a, struct str bytes, struct box_track *ret,
                            struct diag *d);

/* OK when both have the same number of fragments at the same times; else ERR_INPUT. */
NODISCARD enum err box_check_aligned(const struct box_track *a, const struct box_track *b,
                                     struct diag *d);

/* Fills name, codecs, bandwidths, init, segments, key frames and sizes of a media_track.
 * Durations are differences of rounded starts, so they never drift from the ticks. */
void box_describe(struct arena *a, const struct box_track *b, struct str name,
                  struct media_track *ret);

#endif
