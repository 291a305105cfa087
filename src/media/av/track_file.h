/*
 * One CMAF file being written: coded samples go in, whole fragments go to the disk. Holds one
 * segment in memory. Errors stick; track_file_end tells. One thread.
 */
#ifndef DRAMALET_MEDIA_AV_TRACK_FILE_H
#define DRAMALET_MEDIA_AV_TRACK_FILE_H

#include "base/buf.h"
#include "media/cmaf.h"

enum { TRACK_SEGMENT_BYTES_MAX = 64 * 1024 * 1024 };

struct track_file {
    int fd;
    struct cmaf_track track;
    struct buf samples; /* struct cmaf_sample, one behind the other */
    struct buf data;    /* their bytes */
    struct buf out;
    uint32_t sequence;
    int64_t decode_time, n_samples;
    enum err err;
};

/* Creates the file (it must not exist) and writes the init segment. track.config must stay valid
 * during the call only. */
NODISCARD enum err track_file_open(struct track_file *t, const char *path,
                                   const struct cmaf_track *track);
/* Begins a new fragment with the next sample. */
void track_file_cut(struct track_file *t);
/* bytes: as they go into the file. composition_offset in ticks. */
void track_file_add(struct track_file *t, struct str bytes, int32_t composition_offset);
/* Writes what is left and closes; the first error of all. The zeroed struct is fine. */
NODISCARD enum err track_file_end(struct track_file *t);

#endif
