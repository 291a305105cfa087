/* Small named values of the installation: keys, marks. Values are bytes. */
#ifndef DRAMALET_STORE_META_H
#define DRAMALET_STORE_META_H

#include "store/store.h"

NODISCARD enum err store_meta_get(struct db *db, struct arena *a, struct str key, struct str *ret);
NODISCARD enum err store_meta_put(struct db *db, struct str key, struct str value);
/* Keeps what is there. ret: what is stored afterwards, so that two starts agree on one secret. */
NODISCARD enum err store_meta_put_if_absent(struct db *db, struct arena *a, struct str key,
                                            struct str value, struct str *ret);

#endif
