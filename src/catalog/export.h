/*
 * A stored series becomes a package again: the files it was published with, byte for byte, with
 * what was edited since (edit.h) in its series.yaml. Written beside its destination and renamed, so
 * that there is a whole package or none. Reader threads and commands.
 */
#ifndef DRAMALET_CATALOG_EXPORT_H
#define DRAMALET_CATALOG_EXPORT_H

#include "base/arena.h"
#include "store/blob.h"
#include "store/package.h"
#include "store/series.h"

struct export
{
    struct arena *a;
    const struct blobs *blobs;
    struct package_file *files;
    size_t n_files, n_done;
    const char *destination;
    char *partial; /* beside it, until everything is there */
};

/* The series a person means by its id (13 characters) or its slug. ERR_NOT_FOUND. */
NODISCARD enum err catalog_find_series(struct db *db, struct arena *a, struct str name,
                                       struct series_row *ret);

/* destination must not be there (ERR_CONFLICT). ERR_NOT_FOUND: the series has no files. */
NODISCARD enum err export_begin(struct export *x, struct arena *a, struct db *db,
                                const struct blobs *blobs, int64_t series, const char *destination);
/* Writes one more file and compares its digest. After the last one the package gets its name and
 * ret_more is false. ERR_CORRUPT: a stored file is not what it was. */
NODISCARD enum err export_next(struct export *x, bool *ret_more);
/* Removes what export_next wrote so far, after an error or when somebody stops; else nothing. */
void export_done(struct export *x);

#endif
