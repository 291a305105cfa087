/*
 * What must always hold, checked: references, counts, states that contradict each other, blobs
 * that are missing, damaged or nobody's. One consistent snapshot of the database.
 */
#ifndef DRAMALET_STORE_VERIFY_H
#define DRAMALET_STORE_VERIFY_H

#include "store/blob.h"
#include "store/store.h"

struct verify_finding {
    const char *check; /* static name such as "episode-likes" */
    bool is_violation; /* false: worth a line, not wrong (a file waiting for the sweep) */
    struct str what;   /* a sentence for a person, borrowed during the call */
};

struct verify_options {
    bool is_deep; /* read every blob and compare its hash */
    void (*found)(void *arg, const struct verify_finding *f);
    void (*progress)(void *arg, int64_t done, int64_t total); /* blobs looked at; may be NULL */
    void *arg;
};

/* blobs NULL: the database only. ret_violations: how many; OK also when there are some. At most
 * 100 findings a check are told, all are counted. */
NODISCARD enum err store_verify(struct store *s, struct blobs *blobs,
                                const struct verify_options *o, int64_t *ret_violations);

#endif
