/*
 * The captions of an episode: files given beside the video (they win), and text tracks inside it
 * (mov_text, SubRip, WebVTT, ASS), each as captions.LANG.vtt. Times are those of the pictures.
 * One thread.
 */
#ifndef DRAMALET_MEDIA_AV_CAPTIONS_H
#define DRAMALET_MEDIA_AV_CAPTIONS_H

#include "base/arena.h"
#include "media/av/input.h"
#include "media/av/scan.h"
#include "media/vtt.h"

struct sidecar {
    const char *lang; /* BCP 47 */
    struct str text;  /* a WebVTT or SRT file's content, read before the sandbox was entered */
    const char *name; /* for messages */
};

struct caption_set {
    struct caption_track {
        struct str lang;
        struct vtt cues;
    } tracks[MEDIA_CAPTIONS_MAX];
    size_t n;
};

/* Parses the sidecars into set. ERR_INPUT names the file and the line. */
NODISCARD enum err captions_add_sidecars(struct arena *a, const struct sidecar *s, size_t n,
                                         struct caption_set *set, struct diag *d);

/* Adds the text tracks of a freshly opened input, in languages that are not there yet. Tracks that
 * cannot be decoded are passed over; *ret_n_failed counts them. */
NODISCARD enum err captions_add_embedded(struct arena *a, struct input *in, const struct scan *scan,
                                         struct caption_set *set, int *ret_n_failed);

/* Writes dir/captions.LANG.vtt for all; *ret (in a) describes them. */
NODISCARD enum err captions_write(struct arena *a, const struct caption_set *set, const char *dir,
                                  struct media_caption **ret, struct diag *d);

#endif
