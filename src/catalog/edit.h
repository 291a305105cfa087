/*
 * Editing a stored series. series.yaml stays the one source of truth: an edit changes the lines of
 * its keys in the stored file (series_edit.h), and the rows are made from the file as by a
 * publication. So an export gives back what was published, but for the edited lines, and
 * publishing that changes nothing.
 *
 *   edit_begin      reads the stored package and makes the new series.yaml
 *   publish_apply   the write function, with &e->publish
 */
#ifndef DRAMALET_CATALOG_EDIT_H
#define DRAMALET_CATALOG_EDIT_H

#include "catalog/publish.h"
#include "catalog/series_edit.h"

struct series_edits {
    const struct series_edit *items;
    size_t n;
};

struct edit {
    struct package pkg;
    struct publish publish;
};

/*
 * Prepares edits of a series; e and everything in it live in a. db: a reader. When title or
 * language change and series.yaml has no slug, one is written, so that publishing an export again
 * finds the same series. ERR_INPUT, ERR_UNSUPPORTED: d says what is wrong. ERR_NOT_FOUND: no such
 * series, or one without files.
 */
NODISCARD enum err edit_begin(struct edit *e, struct arena *a, struct db *db, struct blobs *blobs,
                              int64_t series, struct series_edits edits, struct diag *d);

#endif
