/*
 * Captions as WebVTT (W3C, 2019): a reader that takes WebVTT and SubRip (SRT) from people, a writer
 * that gives clean WebVTT to browsers. Cue text keeps <i>, <b>, <u>, <ruby>, <rt>, <v> and <lang>;
 * other markup, styles, regions and scripts of any kind go; characters are escaped. Times are
 * microseconds. Pure; any thread; fuzzed.
 */
#ifndef DRAMALET_MEDIA_VTT_H
#define DRAMALET_MEDIA_VTT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum {
    VTT_BYTES_MAX = 4 * 1024 * 1024,
    VTT_CUES_MAX = 20000,
    VTT_CUE_BYTES_MAX = 4096,
    VTT_HOURS_MAX = 99
};

struct vtt_cue {
    int64_t start_us, end_us;
    struct str settings; /* position and alignment as written, checked; empty: none */
    struct str text;     /* WebVTT cue text, sanitised; lines apart by \n, none empty */
};

struct vtt {
    struct vtt_cue *cues; /* in the order of their start */
    size_t n;
};

/* Reads WebVTT or SRT, told apart by the first line. ERR_INPUT with the line in *d and what would
 * be right; ERR_LIMIT. Everything in *ret lives in a. */
NODISCARD enum err vtt_parse(struct arena *a, struct str text, struct vtt *ret, struct diag *d);

/* Appends a WebVTT file; what is written parses back to the same cues. */
void vtt_write(struct buf *out, const struct vtt *v);

/* Sanitises one cue's text as vtt_parse does. is_srt: "{\\an8}" and the like are SRT's codes for
 * placing a line and go, too. */
struct str vtt_clean_text(struct arena *a, struct str text, bool is_srt);

/* Appends hh:mm:ss.mmm. */
void vtt_add_time(struct buf *out, int64_t us);

#endif
