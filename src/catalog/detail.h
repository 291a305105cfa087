/*
 * The part of a series that is shown but never sorted or compared by the database, as one JSON
 * object (series_row.detail): cast, credits, notes, rights, AI use. The API hands most of it on as
 * it is. Pure, any thread.
 */
#ifndef DRAMALET_CATALOG_DETAIL_H
#define DRAMALET_CATALOG_DETAIL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "catalog/series_yaml.h"

struct series_detail {
    struct str_list genres, hashtags, content_notes;
    struct series_people cast, credits;
    struct str rights, ai_use, filing_number;
    bool synthetic_voice, is_test_footage;
};

/* Appends {"genres":[...],"hashtags":[...],...}: every key, in the order of the struct. */
void detail_add(struct buf *out, const struct series_doc *d);
/* The reverse; missing keys are empty. ERR_CORRUPT: not what detail_add writes. In a. */
NODISCARD enum err detail_parse(struct arena *a, struct str json, struct series_detail *ret);

#endif
