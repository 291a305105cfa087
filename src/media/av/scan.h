/*
 * The first look through the whole file: every packet is read, none is decoded (but embedded
 * captions are). Tells where the video begins, how long it is, its frame rate, and whether it can
 * be decoded at all, so that everything after it works with numbers that are known. One thread.
 */
#ifndef DRAMALET_MEDIA_AV_SCAN_H
#define DRAMALET_MEDIA_AV_SCAN_H

#include "media/av/input.h"
#include "media/plan.h"

struct scan {
    int64_t start_us;    /* presentation time of the first key frame, on the file's clock */
    int64_t duration_us; /* from there to the end of the last picture */
    struct rate rate;
    bool is_variable_rate;
    int64_t n_frames; /* of the output, at rate */
    size_t n_packets;
};

/* Leaves the input at its end. ERR_INPUT with a sentence: no pictures, no key frame, cut off;
 * ERR_LIMIT: too long. */
NODISCARD enum err scan_run(struct input *in, struct scan *ret, struct diag *d);

#endif
