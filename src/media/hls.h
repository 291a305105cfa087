/*
 * HLS playlists (RFC 8216 and draft-pantos-hls-rfc8216bis), version 7: one CMAF file per
 * rendition, segments are byte ranges of it. Written from a media_info, and a small reader for
 * what is written, so that a property test can say: what is written parses back.
 *
 * Pure; any thread. Addresses are relative to the playlist. Durations are exact microseconds.
 */
#ifndef DRAMALET_MEDIA_HLS_H
#define DRAMALET_MEDIA_HLS_H

#include "media/media_json.h"

enum { HLS_PLAYLIST_BYTES_MAX = 8 * 1024 * 1024 };

/* NAME.m3u8: EXT-X-MAP and one EXT-X-BYTERANGE per segment of NAME.mp4; VOD, ended. */
void hls_write_media(struct buf *out, const struct media_track *t);

/* NAME-iframes.m3u8: a range per segment over its moof and first sample, which is what a player
 * needs to decode that one picture. Needs t->key_frames. */
void hls_write_iframes(struct buf *out, const struct media_track *t);

/* captions.LANG.m3u8: the whole WebVTT file as one segment. */
void hls_write_captions(struct buf *out, const struct media_info *m, const struct media_caption *c);

/* master.m3u8 over all renditions, the sound, the captions and the I-frame playlists (those of
 * renditions with key_frames). */
void hls_write_multivariant(struct buf *out, const struct media_info *m);

struct hls_segment {
    struct str uri;
    struct media_range range; /* size_bytes 0: the whole resource */
    int64_t duration_us;
};

struct hls_playlist {
    bool is_multivariant, is_iframes_only, is_ended, is_independent;
    int64_t version, target_duration_s;
    struct str map_uri;
    struct media_range map;
    struct hls_segment *segments; /* media playlist */
    size_t n_segments;
    struct hls_variant {
        struct str uri, codecs, audio, frame_rate;
        int64_t bandwidth, average_bandwidth;
        int width, height;
    } * variants; /* multivariant playlist; I-frame variants in i_frames */
    size_t n_variants, n_i_frames;
    struct str *i_frames; /* URIs */
};

/* Reads the tags that the writers above use and passes over others. ERR_INPUT with the line. */
NODISCARD enum err hls_parse(struct arena *a, struct str text, struct hls_playlist *ret,
                             struct diag *d);

#endif
