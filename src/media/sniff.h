/*
 * What a file is, told by its first bytes, before any library looks at it: one demuxer by name, or
 * a sentence for a person about what it is instead. Playlist-like inputs, which could make a
 * demuxer open other files, never get further than this. Pure; any thread; fuzzed.
 */
#ifndef DRAMALET_MEDIA_SNIFF_H
#define DRAMALET_MEDIA_SNIFF_H

#include "base/err.h"
#include "base/str.h"

enum { SNIFF_BYTES = 1024 };

/* head: the first SNIFF_BYTES of the file, or all of it. *ret_demuxer: libav's name, "mov",
 * "matroska" or "mpegts". ERR_INPUT: not a video; ERR_UNSUPPORTED: a video that is not taken. */
NODISCARD enum err sniff(struct str head, const char **ret_demuxer, struct diag *d);

#endif
