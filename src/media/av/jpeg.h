/* Baseline JPEG files (JFIF: full-range BT.601) through libavcodec. One thread. */
#ifndef DRAMALET_MEDIA_AV_JPEG_H
#define DRAMALET_MEDIA_AV_JPEG_H

#include <libavutil/frame.h>

#include "base/err.h"

/* f: yuvj420p. quality: 2 (best) to 31. Creates path. */
NODISCARD enum err jpeg_write(const AVFrame *f, int quality, const char *path, struct diag *d);

#endif
