/*
 * The storyboard: one JPEG with a small picture every two seconds (less often in long videos), and
 * a WebVTT file that says which part of it belongs to which time, for scrubbing. One thread.
 */
#ifndef DRAMALET_MEDIA_AV_STORYBOARD_H
#define DRAMALET_MEDIA_AV_STORYBOARD_H

#include <libavutil/frame.h>
#include <libswscale/swscale.h>

#include "media/av/scan.h"
#include "media/media_json.h"

enum { STORYBOARD_TILES_MAX = 120, STORYBOARD_COLUMNS = 10, STORYBOARD_TILE_SIDE = 160 };

struct storyboard {
    struct media_storyboard layout;
    struct scan scan;
    AVFrame *sheet;
    struct SwsContext *sws;
    int n_tiles, next;
};

/* width, height: of the pictures that will be added (yuv420p, BT.709 limited). */
NODISCARD enum err storyboard_open(struct storyboard *s, const struct scan *scan, int width,
                                   int height, struct diag *d);
/* Takes a picture into the sheet when one is due. */
void storyboard_add(struct storyboard *s, int64_t index, const AVFrame *f);
/* Writes dir/storyboard.jpg and dir/storyboard.vtt. */
NODISCARD enum err storyboard_write(struct storyboard *s, const char *dir, struct diag *d);
void storyboard_close(struct storyboard *s);

#endif
