/*
 * The poster: the very first picture, so that nothing jumps when playback begins, unless that one
 * is black; then the most detailed one of the first seconds. With it its ThumbHash. One thread.
 */
#ifndef DRAMALET_MEDIA_AV_POSTER_H
#define DRAMALET_MEDIA_AV_POSTER_H

#include "media/av/picture.h"

struct poster_job {
    struct input *in; /* freshly opened */
    const struct picture_source *source;
    const struct scan *scan;
    const struct plan *plan;
    const char *path; /* of the JPEG */
};

/* Writes the JPEG and gives *ret_preview, base64 in a. */
NODISCARD enum err poster_make(struct arena *a, const struct poster_job *j, struct str *ret_preview,
                               struct diag *d);

#endif
