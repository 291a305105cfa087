/* Inside the store only: what a run of verify has found so far. */
#ifndef DRAMALET_STORE_VERIFY_TOLD_H
#define DRAMALET_STORE_VERIFY_TOLD_H

#include "store/verify.h"

enum { TOLD_MAX = 100 }; /* findings of one check that are told, the rest is counted */

struct told {
    const struct verify_options *o;
    const char *check;
    int64_t n_of_check, violations;
};

void told_add(struct told *t, const char *check, bool is_violation, struct str what);

/* Rows against files and files against rows. Not in a snapshot: reading takes long, and a blob
 * that goes meanwhile is looked up again before it is called lost. */
NODISCARD enum err verify_blobs(struct db *db, struct blobs *b, struct told *t);

#endif
