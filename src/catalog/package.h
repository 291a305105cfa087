/*
 * A series package on disk: a plain folder, made by the studio, by hand, or by an export. Reading
 * it lists its files, reads series.yaml, finds the episodes, and tells everything that is wrong
 * with it at once. Symbolic links are never followed; names, sizes and counts are limited. The
 * media files themselves are not opened here: strangers' videos belong into the sandbox.
 *
 * A single video file is a package of one episode, too (package_open takes both).
 */
#ifndef DRAMALET_CATALOG_PACKAGE_H
#define DRAMALET_CATALOG_PACKAGE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "catalog/problems.h"
#include "catalog/series_yaml.h"

enum {
    PACKAGE_FILES_MAX = 20000,
    PACKAGE_DEPTH_MAX = 8,
    PACKAGE_PATH_MAX = 512,         /* bytes, inside the package */
    PACKAGE_TRACKS_MAX = 64,        /* languages of one episode's captions */
    PACKAGE_CAPTIONS_MAX = 4 << 20, /* bytes of one captions file */
};
#define PACKAGE_VIDEO_MAX_BYTES (INT64_C(4) << 30)
#define PACKAGE_FILE_MAX_BYTES  (INT64_C(1) << 30) /* any other file */

struct package_entry {
    struct str path;       /* inside the package */
    const char *disk_path; /* NULL: content is the file */
    struct str content;
    int64_t size_bytes;
};

struct package_track {
    struct str language; /* usual spelling */
    const struct package_entry *file;
};

struct package_tracks {
    struct package_track items[PACKAGE_TRACKS_MAX];
    size_t n;
};

struct package_episode {
    int64_t number;
    struct str folder;                 /* as it is called: "1", "001" */
    const struct package_entry *video; /* of the original language */
    const struct package_entry *cover; /* NULL: none */
    bool has_wrong_video;              /* one that is no kind of video we read: told */
    struct package_tracks *captions;   /* never NULL */
    const struct series_episode *doc;  /* what series.yaml says about it; NULL: nothing */
    int64_t season;                    /* number, from 1 */
};

struct package {
    struct package_entry *files; /* sorted by path, byte order */
    size_t n_files;
    int64_t size_bytes;
    struct series_doc doc;
    struct package_episode *episodes; /* sorted by number */
    size_t n_episodes;
    const struct package_entry *cover; /* of the series; NULL: none */
};

/* What is said about a single video file; empty fields get a default. */
struct package_video {
    struct str title;    /* default: made of the file's name */
    struct str language; /* default: und (not said) */
    bool is_test_footage;
};

/*
 * path: a package's folder, or a video file (then video, which may be NULL, says more about it).
 * ERR_INPUT or ERR_LIMIT: at least one error was added to ps. ERR_NOT_FOUND, ERR_FORBIDDEN, ERR_IO:
 * said in ps, too.
 */
NODISCARD enum err package_open(struct arena *a, const char *path,
                                const struct package_video *video, struct problems *ps,
                                struct package *ret);

/* The same for files that are known already (n of them, sorted by path). */
NODISCARD enum err package_from_entries(struct arena *a, struct package_entry *files, size_t n,
                                        struct problems *ps, struct package *ret);

/* NULL: there is no such file. */
const struct package_entry *package_find(const struct package *p, struct str path);

#endif
