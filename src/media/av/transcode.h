/*
 * From a stranger's video to a media folder, in two stages: DIR/playable (the smallest rendition
 * and everything around it), then DIR/full (all renditions; what is the same is hard-linked).
 * Each folder is made under a temporary name, proven by the box reader and renamed; a folder that
 * is there is whole. A second run goes on from a proven DIR/playable. One thread.
 */
#ifndef DRAMALET_MEDIA_AV_TRANSCODE_H
#define DRAMALET_MEDIA_AV_TRANSCODE_H

#include "base/arena.h"
#include "media/av/captions.h"
#include "media/av/input.h"
#include "media/plan.h"

enum { TRANSCODE_SIDECARS_MAX = MEDIA_CAPTIONS_MAX };

struct transcode_options {
    int input_fd;
    const char *output_dir;
    struct input_limits limits;
    enum fit fit;
    int focus_x, focus_y; /* permille */
    int ladder[PLAN_RUNGS_MAX];
    size_t n_ladder;
    struct sidecar sidecars[TRANSCODE_SIDECARS_MAX];
    size_t n_sidecars;
    int progress_fd; /* -1: none */
};

/* On error *d has a sentence for a person, and nothing but a proven DIR/playable is left. */
NODISCARD enum err transcode_run(const struct transcode_options *o, struct diag *d);

#endif
