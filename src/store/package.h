/*
 * The files of a series package as they came in, so that an export gives them back byte for byte.
 * Each row holds a reference to its blob.
 */
#ifndef DRAMALET_STORE_PACKAGE_H
#define DRAMALET_STORE_PACKAGE_H

#include "store/state.h"
#include "store/store.h"

struct package_file {
    struct str path; /* relative, '/' between folders; unique in its series */
    struct str blob; /* 64 hex of a registered file blob */
    int64_t size_bytes;
};

/* Replaces the whole list. ERR_CONFLICT: a blob is not registered or a path comes twice. */
NODISCARD enum err store_package_replace(struct db *db, int64_t series,
                                         const struct package_file *f, size_t n, int64_t now_us);
/* Adds or replaces one file. */
NODISCARD enum err store_package_put(struct db *db, int64_t series, const struct package_file *f,
                                     int64_t now_us);
NODISCARD enum err store_package_remove(struct db *db, int64_t series, struct str path,
                                        int64_t now_us); /* ERR_NOT_FOUND */
/* By path, byte order. */
NODISCARD enum err store_package_list(struct db *db, struct arena *a, int64_t series,
                                      struct package_file **ret, size_t *ret_n);

#endif
