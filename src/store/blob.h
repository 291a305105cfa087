/*
 * Files and folders addressed by their content (SHA-256), under DIR/blobs. They get there by
 * write, sync, rename: an address that resolves is complete. A folder's address is the SHA-256 of
 * its sorted manifest lines "<sha256 of file> <size> <name>\n".
 *
 * Life of a blob: blob_put_* (disk) -> store_blob_add (row, no references, in the transaction that
 * refers to it) -> references counted by the typed functions of what refers -> 7 days after the
 * last one blob_sweep removes row and files. A put renews an unreferenced blob's 7 days, so a
 * sweep cannot take what is about to be referred to. One process owns the folder. Thread-safe.
 */
#ifndef DRAMALET_STORE_BLOB_H
#define DRAMALET_STORE_BLOB_H

#include "base/hash.h"
#include "store/store.h"

#define BLOB_KEEP_US (7 * INT64_C(86400) * 1000000)

enum blob_kind { BLOB_FILE = 1, BLOB_FOLDER = 2 };
enum { BLOB_FOLDER_FILES_MAX = 1000 };

struct blobs; /* the two folders DIR/blobs and DIR/tmp */

struct blob {
    char hex[SHA256_HEX + 1];
    enum blob_kind kind;
    int64_t size_bytes; /* of all files */
};

/* Makes DIR/blobs and DIR/tmp. clock is borrowed. */
NODISCARD enum err blobs_open(const char *data_dir, const struct clock *clock, struct blobs **ret);
void blobs_close(struct blobs *b); /* takes NULL */
/* DIR/tmp: same file system, for whoever makes something that becomes a blob. */
const char *blobs_tmp(const struct blobs *b);
/* Empties DIR/tmp: once, at start, before anybody works there. */
NODISCARD enum err blobs_tmp_clear(struct blobs *b);

/* Copies a file in; durable when it answers. ERR_FULL: nothing is left behind. */
NODISCARD enum err blob_put_file(struct blobs *b, const char *path, struct blob *ret);
/* The same by rename, for a file under blobs_tmp that is the caller's own: gone from there. */
NODISCARD enum err blob_move_file(struct blobs *b, const char *path, struct blob *ret);
NODISCARD enum err blob_put_bytes(struct blobs *b, struct str content, struct blob *ret);
/* Renames a folder of plain files (no folders, no links: ERR_INPUT) from under blobs_tmp in. */
NODISCARD enum err blob_move_folder(struct blobs *b, const char *dir, struct blob *ret);

/* Where a blob (file empty) or a folder's file is; does not look whether it is there. hex: 64
 * lower-case hex digits, asserted. In a. */
char *blob_path(struct arena *a, const struct blobs *b, const char *hex, struct str file);
bool blob_hex_is_valid(struct str hex);

/* --- rows --- */
/* Registers what blob_put_* gave; fine when it is there. */
NODISCARD enum err store_blob_add(struct db *db, const struct blob *b, int64_t now_us);

struct blob_row {
    struct str hash;
    enum blob_kind kind;
    int64_t size_bytes, refs;
    int64_t unreferenced_us; /* since when; 0 while it has references */
};
NODISCARD enum err store_blob_get(struct db *db, struct arena *a, struct str hex,
                                  struct blob_row *ret);
/* By hash. after: the last hash of the page before, or empty. */
NODISCARD enum err store_blob_list(struct db *db, struct arena *a, struct str after, int limit,
                                   struct blob_row **ret, size_t *ret_n);
/* For rows of other modules that refer to blobs: one reference more or less. Empty hex: nothing.
 * ref: ERR_CONFLICT when it is not registered. */
NODISCARD enum err store_blob_ref(struct db *db, struct str hex);
NODISCARD enum err store_blob_unref(struct db *db, struct str hex, int64_t now_us);

struct sweep_result {
    int64_t removed, removed_bytes; /* unreferenced for longer than keep_us, row and files */
    int64_t orphans;                /* files without a row, older than keep_us, removed */
};
/* keep_us: BLOB_KEEP_US; 0: erasure at once (files without a row stay: they may be on their way).
 * Takes its own write transactions; not from a write function. */
NODISCARD enum err blob_sweep(struct blobs *b, struct store *s, int64_t keep_us,
                              struct sweep_result *ret);

#endif
