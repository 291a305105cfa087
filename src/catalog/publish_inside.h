/* What the files of publish share; for them only. */
#ifndef DRAMALET_CATALOG_PUBLISH_INSIDE_H
#define DRAMALET_CATALOG_PUBLISH_INSIDE_H

#include "catalog/publish.h"
#include "store/episode.h"
#include "store/package.h"
#include "store/series.h"

/* One run of publish_apply. */
struct applying {
    struct publish *p;
    struct tx *tx;
    struct db *db;
    int64_t now_us;
    struct series_row series;
    struct package_file *old_files; /* of the publication before */
    size_t n_old_files;
    struct episode_row *old; /* episodes, whatever their state */
    size_t n_old;
    struct season_row *seasons; /* by number */
    size_t n_seasons;
};

/* 64 hex of a file's blob; NULL: empty. */
struct str publish_blob_of(const struct publish *p, const struct package_entry *f);

NODISCARD enum err publish_episodes(struct applying *x);

#endif
