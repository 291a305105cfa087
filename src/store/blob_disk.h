/* Inside the store only: the folders behind struct blobs, for the sweep and for verify. */
#ifndef DRAMALET_STORE_BLOB_DISK_H
#define DRAMALET_STORE_BLOB_DISK_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/blob.h"

struct blobs {
    struct arena a; /* of the two paths */
    const char *dir, *tmp;
    const struct clock *clock;
    pthread_mutex_t lock;
    atomic_ullong next_tmp;
    int holds; /* under the lock: while there are any, no sweep removes */
};

/* Only the names: nothing is made. */
struct blobs *blobs_at(const char *data_dir, const struct clock *clock);
/* Holds sweeps off, or lets them go on; counted. */
void blobs_hold(struct blobs *b, bool is_on);

/* A fresh name in DIR/tmp. */
char *blob_tmp_path(struct arena *a, struct blobs *b, const char *what);
/* What a folder's address must be. is_sealing: also makes its files durable. ERR_INPUT: empty, or
 * not only plain files. */
NODISCARD enum err blob_folder_digest(struct arena *a, const char *dir, bool is_sealing,
                                      struct blob *ret);
/* By way of DIR/tmp: a folder that is half removed must not be found at its address. */
NODISCARD enum err blob_remove_content(struct blobs *b, struct arena *a, const char *path);
/* Of the files in a folder; -1: it cannot be read. */
int64_t folder_bytes(struct arena *a, const char *dir);
NODISCARD enum err dir_remove_or_unlink(const char *path);

/* Calls each(arg, hex, path, modified_us) for whatever lies at an address, by name; hex is empty
 * for what has no business there. */
typedef enum err blob_each_fn(void *arg, struct str hex, const char *path, int64_t modified_us);
NODISCARD enum err blob_each_on_disk(struct blobs *b, blob_each_fn *each, void *arg);

#endif
