/*
 * media.json: what delivery needs to know about a media folder, written by dramalet-media when a
 * folder is complete and verified, read by the server. One struct, one writer, one reader; the
 * reader takes nothing on trust (names are plain, ranges lie one behind the other, sums fit).
 *
 * Pure; any thread. Media time is int64_t microseconds; the only floating point numbers are the
 * loudness measurements. Text in a parsed struct lives in the arena.
 */
#ifndef DRAMALET_MEDIA_MEDIA_JSON_H
#define DRAMALET_MEDIA_MEDIA_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum {
    MEDIA_JSON_VERSION = 1,
    MEDIA_JSON_BYTES_MAX = 4 * 1024 * 1024,
    MEDIA_RENDITIONS_MAX = 16,
    MEDIA_SEGMENTS_MAX = 100 * 1000,
    MEDIA_CAPTIONS_MAX = 64,
    MEDIA_SIDE_MAX = 16384
};

struct json;

struct media_range {
    int64_t offset;
    int64_t size_bytes;
};

struct media_segment {
    struct media_range range;
    int64_t duration_us;
};

/* One CMAF file: NAME.mp4, described by NAME.m3u8. Video has a size and a frame rate, audio has
 * channels. */
struct media_track {
    struct str name;           /* "v360", "audio" */
    int width, height;         /* 0: audio */
    int channels;              /* 0: video */
    int64_t bandwidth;         /* bits/s of the largest segment (RFC 8216 peak) */
    int64_t average_bandwidth; /* bits/s over the whole file */
    struct str codecs;         /* RFC 6381, "avc1.64001e" */
    struct str frame_rate;     /* "29.833"; empty: audio */
    struct media_range init;
    struct media_segment *segments;
    size_t n_segments;
    struct media_range *key_frames; /* n_segments of them: moof and first sample, for I-frame
                                     * playlists; NULL when it comes from a media.json */
};

struct media_caption {
    struct str lang; /* BCP 47 */
    struct str file; /* captions.LANG.vtt */
};

struct media_storyboard {
    struct str file, vtt;
    int columns, rows;
    int tile_width, tile_height;
    int64_t interval_us;
};

struct media_loudness {
    double integrated_lufs; /* of the encoded audio, decoded again; NAN when silent */
    double true_peak_dbtp;
    bool is_silent;
};

/* What came in; also the main part of `dramalet-media probe`. */
struct media_source {
    struct str container, video_codec, audio_codec; /* libav's short names; audio empty: none */
    int width, height;                              /* as coded, before rotation */
    int rotation;                                   /* clockwise degrees to show it upright */
    int64_t duration_us;
};

struct media_info {
    int64_t duration_us;
    int width, height; /* of the largest rendition */
    int frame_rate_num, frame_rate_den;
    struct str fit;                 /* "fill", "blur", "crop", "keep" */
    bool is_complete;               /* the whole ladder */
    struct str preview;             /* base64 ThumbHash */
    struct media_track *renditions; /* smallest first; at least one */
    size_t n_renditions;
    struct media_track *audio;      /* NULL: no sound */
    struct media_loudness loudness; /* valid when audio is there */
    struct media_caption *captions;
    size_t n_captions;
    struct media_storyboard storyboard; /* .file empty: none */
    struct media_source source;
    struct str *warnings; /* sentences for the creator, such as "HDR was not tone-mapped" */
    size_t n_warnings;
};

/* ERR_INPUT with *d filled when it is not a media.json of this version or does not hold together;
 * ERR_LIMIT over MEDIA_JSON_BYTES_MAX. *ret points into a, never into json_text. */
NODISCARD enum err media_json_parse(struct arena *a, struct str json_text, struct media_info *ret,
                                    struct diag *d);

/* Appends the JSON text; what is written parses back to the same struct. */
void media_json_write(struct buf *out, const struct media_info *m);

/* Appends the member "storyboard", an object or null: an episode's card carries the same. */
void media_json_add_storyboard(struct json *j, const struct media_storyboard *s);

/* The rendition of that name, NULL when there is none. */
const struct media_track *media_rendition_find(const struct media_info *m, struct str name);

#endif
