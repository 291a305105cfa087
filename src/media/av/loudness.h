/*
 * Loudness by EBU R128 / ITU-R BS.1770 (libebur128) and the two-pass way to -14 LUFS: measure the
 * source, choose gain and limiter, encode to AAC, decode what was encoded, measure again, correct.
 * The numbers that are reported are of the decoded result. One thread.
 */
#ifndef DRAMALET_MEDIA_AV_LOUDNESS_H
#define DRAMALET_MEDIA_AV_LOUDNESS_H

#include "media/av/input.h"
#include "media/av/scan.h"

#define LOUDNESS_TARGET_LUFS (-14.0)
#define LOUDNESS_PEAK_DBTP   (-1.0)
#define LOUDNESS_SILENT_LUFS (-60.0)

struct loudness_report {
    struct media_loudness source, result;
    int attempts;
};

/* Measures the sound of a file as it is (decoded, mixed to stereo). */
NODISCARD enum err loudness_measure(int fd, const struct input_limits *limits,
                                    const struct scan *scan, struct media_loudness *ret,
                                    struct diag *d);

struct loudness_job {
    int fd;
    const struct input_limits *limits;
    const struct scan *scan;
    const int64_t *cuts_us; /* where the pictures' segments begin */
    size_t n_cuts;
    const char *path;
};

/* Writes path, an AAC-LC CMAF file with segments that follow the cuts. Silence is encoded as it
 * is. */
NODISCARD enum err loudness_encode(const struct loudness_job *j, struct loudness_report *ret,
                                   struct diag *d);

#endif
