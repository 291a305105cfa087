/* Inside the store only: what the families of statements share with each other. */
#ifndef DRAMALET_STORE_FAMILY_H
#define DRAMALET_STORE_FAMILY_H

#include "store/blob.h"
#include "store/sql.h"

/* Makes what is published or how it is shown count as changed. */
NODISCARD enum err catalog_bump(struct db *db);

/* A column's reference goes from the blob it holds to another one. holder_sql selects the column
 * by id; ERR_NOT_FOUND when that row is not there. */
NODISCARD enum err blob_move_ref(struct db *db, const struct stmt *holder_sql, int64_t id,
                                 struct str to_hex, int64_t now_us);

/* Rows that the sweep may take: without references since before_us. */
NODISCARD enum err blob_unreferenced(struct db *db, struct arena *a, int64_t before_us, int limit,
                                     struct blob_row **ret, size_t *ret_n);
/* Calls each for every row, by hash, with an arena that lasts for a page of them. */
typedef enum err blob_each_row_fn(void *arg, struct arena *a, const struct blob_row *row);
NODISCARD enum err blob_each_row(struct db *db, blob_each_row_fn *each, void *arg);
/* ERR_NOT_FOUND: it has been referred to or put again meanwhile. */
NODISCARD enum err blob_delete_row(struct db *db, struct str hex, int64_t before_us);

/* Without the two counts, which come next. */
#define SERIES_COLUMNS                                                                        \
    "s.id, s.slug, s.state, s.title, s.language, s.synopsis, s.rating, s.creator, s.detail, " \
    "s.cover_blob, s.created_us, s.updated_us, s.published_us, "

/* struct series_row from the columns that series.c and series_tag.c select. */
void series_read(struct query *q, struct arena *a, void *item);

#endif
