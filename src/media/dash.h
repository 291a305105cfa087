/* The DASH manifest (ISO/IEC 23009-1) over the same CMAF files: static, one period, explicit
 * SegmentList with byte ranges and a SegmentTimeline, no index box needed. Pure; any thread. */
#ifndef DRAMALET_MEDIA_DASH_H
#define DRAMALET_MEDIA_DASH_H

#include "media/media_json.h"

enum { DASH_MANIFEST_BYTES_MAX = 16 * 1024 * 1024 };

void dash_write(struct buf *out, const struct media_info *m);

#endif
