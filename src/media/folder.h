/*
 * A media folder as a whole: its text files are written from what the box reader found in its
 * media files, and the finished folder is checked again by reading everything back. Used by
 * dramalet-media before it says "playable" or "done", and by `dramalet verify`. Files only, no
 * libav. Thread-safe for different folders.
 */
#ifndef DRAMALET_MEDIA_FOLDER_H
#define DRAMALET_MEDIA_FOLDER_H

#include "media/box.h"
#include "media/media_json.h"

/* Maps DIR/NAME.mp4, reads it whole and describes it. */
NODISCARD enum err folder_load_track(struct arena *a, const char *dir, struct str name,
                                     struct media_track *ret, struct box_track *ret_box,
                                     struct diag *d);

/* Writes all playlists, the manifest and media.json for m (with key_frames) into dir. */
NODISCARD enum err folder_write_texts(struct arena *a, const char *dir, const struct media_info *m,
                                      struct diag *d);

/* Reads media.json and proves the folder: every named file is there and not empty, every media
 * file is whole and says what media.json says, renditions have the same cuts, and durations of
 * picture and sound agree. *ret in a. ERR_INPUT, ERR_CORRUPT or ERR_NOT_FOUND with *d. */
NODISCARD enum err folder_check(struct arena *a, const char *dir, struct media_info *ret,
                                struct diag *d);

#endif
